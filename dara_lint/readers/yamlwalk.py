"""A walk through YAML: PyYAML's parser gives the events, nothing of PyYAML constructs anything.

Aliases are replayed from what has been told, so that the walk's length is what an expansion costs, and it is
bounded. No recursion. Where the parser stops, what stood before it has been told.
"""

from __future__ import annotations

import re

import yaml

from dara_lint.model import Json
from dara_lint.readers.complaints import Complaints
from dara_lint.readers.events import Event, shown
from dara_lint.readers.yamlscalar import CONTAINERS, resolve, tagged

DEPTH = 100
"""Deeper nesting ends the walk."""

EVENTS = 500_000
"""A walk that gets longer ends (the largest front matter seen takes a tenth)."""

RESTARTS = 20
"""Broken entries after which the walk goes on."""

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TOP_KEY = re.compile(r"^[A-Za-z_][\w-]*[ \t]*:(?=[ \t\r\n]|\Z)", re.MULTILINE)
_CONTROL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|\ufeff")


def walk(text: str, base: int, complaints: Complaints) -> list[Event]:
    """The events of the first document in a YAML text that stands at offset ``base`` of its file."""
    control = _CONTROL.search(text)
    if control:
        reason = f"the character U+{ord(control[0]):04X} in the front matter: remove it"
        complaints.add(reason, base + control.start(), base + control.end())
        text = _CONTROL.sub("\ufffd", text)
    if "\t" in text:
        problem = _refused(text)
        if problem and not _refused(text.replace("\t", " ")):
            at = text.rfind("\t", 0, problem[0] + 1)
            at = at if at >= 0 else text.find("\t")
            reason = "a tab among the spaces of the front matter, which YAML refuses"
            complaints.add(reason, base + at, base + at + 1)
            text = text.replace("\t", " ")
    return _Walk(text, base, complaints).events()


def _refused(text: str) -> tuple[int, str] | None:
    """Where and why the parser refuses a text."""
    depth = 0
    try:
        for event in yaml.parse(text, _Loader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEPTH:
                break
    except yaml.YAMLError as error:
        return _at(error), _why(error)
    return None


def _at(error: yaml.YAMLError) -> int:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    return int(mark.index) if mark else 0


def _why(error: yaml.YAMLError) -> str:
    return shown(str(getattr(error, "problem", None) or type(error).__name__))


class _Walk:
    """The state of a walk: open containers, whether the next node of each is a key, what was told."""

    def __init__(self, text: str, base: int, complaints: Complaints) -> None:
        self._text = text
        self._base = base
        self._start = 0
        self._complaints = complaints
        self._told: list[Event] = []
        self._stack: list[str] = []  # "array", "key" (a mapping that wants one) or "value"
        self._anchors: dict[str, tuple[int, int]] = {}
        self._naming: list[tuple[str | None, int]] = []  # per open container its anchor and first event
        self._mute = 0  # open containers of a node that is passed over
        self._skip = 0  # whole nodes that are still to be passed over

    def events(self) -> list[Event]:
        """All events, balanced. Where the parser refuses something, the walk goes on at the next line that
        starts with a key, so that one broken entry does not cost the others."""
        for _ in range(RESTARTS):
            refused = self._parse()
            if refused is None or not self._stack or self._told[0].kind != "object":
                break
            self._unwind(refused)
            following = _TOP_KEY.search(self._text, max(refused, self._start + 1))
            if following is None:
                break
            self._start = following.start()
        while self._stack:
            self._drop_key()
            self._tell_close(self._base + len(self._text))
        return self._told

    def _parse(self) -> int | None:
        """Takes the events of the text from ``_start`` on; the offset in it at which the parser stopped."""
        again = self._start > 0
        try:
            for event in yaml.parse(self._text[self._start :], _Loader):
                if isinstance(event, yaml.DocumentEndEvent):
                    break
                if again and isinstance(event, yaml.MappingStartEvent):
                    again = False  # the root, which is open
                elif not self._take(event):
                    break
        except yaml.YAMLError as error:
            refused = self._start + min(_at(error), max(len(self._text) - self._start - 1, 0))
            reason = f"the front matter is no valid YAML: {_why(error)}"
            self._complaints.add(reason, self._base + refused, self._base + refused + 1)
            return refused
        return None

    def _unwind(self, refused: int) -> None:
        """Closes everything but the root, without a text that stands where the parser stopped."""
        line = self._base + self._text.rfind("\n", 0, refused) + 1
        if self._told[-1].kind == "value" and self._told[-1].start >= line:
            self._told.pop()
            self._stack[-1] = "value" if self._stack[-1] == "key" else self._stack[-1]
        self._drop_key()
        while len(self._stack) > 1:
            self._tell_close(self._base + refused)
            self._drop_key()
        self._mute = self._skip = 0
        self._anchors.clear()

    def _drop_key(self) -> None:
        """Takes back a key whose value did not come."""
        if self._stack[-1] == "value":
            self._stack[-1] = "key"
            if self._told[-1].kind == "key":
                self._told.pop()

    def _tell_close(self, at: int) -> None:
        self._stack.pop()
        self._naming.pop()
        self._told.append(Event("close", at, at))

    def _take(self, event: yaml.Event) -> bool:
        """Tells an event of the parser; whether the walk goes on."""
        if len(self._told) > EVENTS:
            at = self._offsets(event)
            self._complaints.add("the front matter is too large or its aliases expand too far", *at, "unreadable")
            return False
        if isinstance(event, yaml.CollectionEndEvent):
            self._close(event)
        elif isinstance(event, yaml.NodeEvent):
            if len(self._stack) + self._mute > DEPTH:
                reason = f"the front matter is nested deeper than {DEPTH} levels"
                self._complaints.add(reason, *self._offsets(event), "unreadable")
                return False
            if self._mute or self._skip:
                self._pass_over(event)
            elif isinstance(event, yaml.AliasEvent):
                self._alias(event)
            elif isinstance(event, yaml.ScalarEvent):
                self._scalar(event)
            elif isinstance(event, yaml.CollectionStartEvent):
                self._open(event)
        return True

    def _pass_over(self, event: yaml.NodeEvent) -> None:
        if isinstance(event, yaml.CollectionStartEvent):
            self._mute += 1
        elif not self._mute:
            self._skip -= 1

    def _open(self, event: yaml.CollectionStartEvent) -> None:
        if self._stack[-1:] == ["key"]:
            self._refuse_key(event)
            self._mute, self._skip = 1, 2
            return
        tag = getattr(event, "tag", None)
        if tag and tag not in CONTAINERS and tag != "!":
            self._refuse_tag(event, tag)
            self._tell(Event("value", *self._offsets(event)))
            self._mute, self._skip = 1, 1
            return
        mapping = isinstance(event, yaml.MappingStartEvent)
        self._naming.append((event.anchor, len(self._told)))
        self._tell(Event("object" if mapping else "array", *self._offsets(event)))
        self._stack.append("key" if mapping else "array")

    def _close(self, event: yaml.CollectionEndEvent) -> None:
        if self._mute:
            self._mute -= 1
            if not self._mute:
                self._skip -= 1
            return
        self._stack.pop()
        self._told.append(Event("close", *self._offsets(event)))
        anchor, first = self._naming.pop()
        if anchor:
            self._anchors[anchor] = (first, len(self._told))

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        text, tag = str(event.value), getattr(event, "tag", None)
        value: Json = text
        if self._stack[-1:] != ["key"]:
            if tag:
                value, understood = tagged(text, tag)
                if not understood:
                    self._refuse_tag(event, tag)
            elif event.implicit[0]:
                value = resolve(text)
        if event.anchor:
            self._anchors[event.anchor] = (len(self._told), len(self._told) + 1)
        self._tell(Event("value", *self._offsets(event), value))

    def _alias(self, event: yaml.AliasEvent) -> None:
        known = self._anchors.get(str(event.anchor))
        start, end = known or (0, 0)
        told = self._told[start:end] if end - start <= EVENTS - len(self._told) else []
        if len(self._stack) + _depth(told) > DEPTH:
            told = []
        if self._stack[-1:] == ["key"]:
            if len(told) == 1:
                self._tell(Event("value", *self._offsets(event), told[0].value))
            else:
                self._refuse_key(event)
                self._skip = 1
        elif not told:
            reason = f"the alias `{shown(str(event.anchor))}` stands for "
            reason += "too much" if known else "nothing that is complete before it"
            self._complaints.add(reason, *self._offsets(event), "unreadable")
            self._tell(Event("value", *self._offsets(event)))
        elif len(told) == 1:
            self._tell(told[0]._replace(kind="value"))
        else:
            self._tell(told[0])
            self._told += told[1:]

    def _tell(self, event: Event) -> None:
        """Tells a node; in a mapping nodes are keys and values by turns."""
        if self._stack[-1:] == ["key"]:
            self._stack[-1] = "value"
            event = event._replace(kind="key", value=str(event.value))
        elif self._stack[-1:] == ["value"]:
            self._stack[-1] = "key"
        self._told.append(event)

    def _refuse_key(self, event: yaml.Event) -> None:
        self._complaints.add("a key of the front matter is no text", *self._offsets(event))

    def _refuse_tag(self, event: yaml.Event, tag: str) -> None:
        self._complaints.add(f"the tag `{shown(tag)}` is not followed: remove it", *self._offsets(event))

    def _offsets(self, event: yaml.Event) -> tuple[int, int]:
        start = event.start_mark.index if event.start_mark else 0
        end = event.end_mark.index if event.end_mark else 0
        base = self._base + self._start
        return base + start, base + max(start + 1, end)


def _depth(events: list[Event]) -> int:
    deepest = depth = 0
    for event in events:
        depth += {"object": 1, "array": 1, "close": -1}.get(event.kind, 0)
        deepest = max(deepest, depth)
    return deepest
