"""The parser's events of a YAML text -> events of a value: keys and values by turns, aliases replayed.

An alias is replayed from what has been told, so that the number of events is what an expansion costs, and it is
bounded. No recursion, and nothing is constructed but plain scalars.
"""

from __future__ import annotations

import yaml

from dara_lint.model import Json
from dara_lint.readers.complaints import Complaints
from dara_lint.readers.events import Event, shown
from dara_lint.readers.yamlscalar import CONTAINERS, resolve, tagged

DEPTH = 100
"""Deeper nesting ends the walk."""

EVENTS = 500_000
"""A walk that gets longer ends (the largest front matter seen takes a tenth)."""


class Nodes:
    """The state of a walk: open containers, whether the next node of each is a key, what was told.

    ``base`` is the offset at which the text that the parser sees starts in its file.
    """

    def __init__(self, base: int, complaints: Complaints) -> None:
        self.base = base
        self.told: list[Event] = []
        self._complaints = complaints
        self._stack: list[str] = []  # "array", "key" (a mapping that wants one) or "value"
        self._anchors: dict[str, tuple[int, int]] = {}
        self._naming: list[tuple[str | None, int, bool]] = []  # per open container anchor, first event, [] or {}
        self._entry = 1  # the event of the last key of the root
        self._mute = 0  # open containers of a node that is passed over
        self._skip = 0  # whole nodes that are still to be passed over

    @property
    def resumable(self) -> bool:
        """Nothing was told, or the root is a mapping that is still open."""
        return not self.told or (bool(self._stack) and self.told[0].kind == "object")

    def unwind(self, at: int, line: int) -> int:
        """Goes back to a whole entry of the root, because the parser stopped at offset ``at`` of the file, on
        the line that starts at ``line``. An entry that may be broken is forgotten. The offset behind which the
        next entry is to be looked for."""
        self._mute = self._skip = 0
        self._anchors.clear()
        whole = not self.told or self.told[-1].end <= line
        between = self._stack == ["key"] or (at == line and not any(naming[2] for naming in self._naming))
        if not self.told or (whole and between):
            while len(self._stack) > 1:
                self._tell_close(line)
            return at
        entry = self.told[self._entry].start if self._entry < len(self.told) else at
        del self.told[self._entry :], self._stack[1:], self._naming[1:]
        self._stack[0] = "key"
        return entry

    def finish(self, at: int) -> None:
        """Closes everything at offset ``at`` of the file."""
        while self._stack:
            self._tell_close(at)

    def _drop_key(self) -> None:
        """Takes back a key whose value did not come."""
        if self._stack[-1:] == ["value"]:
            self._stack[-1] = "key"
            if self.told[-1].kind == "key":
                self.told.pop()

    def _tell_close(self, at: int) -> None:
        self._drop_key()
        self._stack.pop()
        self._naming.pop()
        self.told.append(Event("close", at, at))

    def take(self, event: yaml.Event) -> bool:
        """Tells an event of the parser; whether the walk goes on."""
        if len(self.told) > EVENTS:
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
        self._naming.append((event.anchor, len(self.told), bool(event.flow_style)))
        self._tell(Event("object" if mapping else "array", *self._offsets(event)))
        self._stack.append("key" if mapping else "array")

    def _close(self, event: yaml.CollectionEndEvent) -> None:
        if self._mute:
            self._mute -= 1
            if not self._mute:
                self._skip -= 1
            return
        self._stack.pop()
        self.told.append(Event("close", *self._offsets(event)))
        anchor, first, _ = self._naming.pop()
        if anchor:
            self._anchors[anchor] = (first, len(self.told))

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
            self._anchors[event.anchor] = (len(self.told), len(self.told) + 1)
        self._tell(Event("value", *self._offsets(event), value))

    def _alias(self, event: yaml.AliasEvent) -> None:
        known = self._anchors.get(str(event.anchor))
        start, end = known or (0, 0)
        told = self.told[start:end] if end - start <= EVENTS - len(self.told) else []
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
            self.told += told[1:]

    def _tell(self, event: Event) -> None:
        """Tells a node; in a mapping nodes are keys and values by turns."""
        if self._stack[-1:] == ["key"]:
            self._stack[-1] = "value"
            if len(self._stack) == 1:
                self._entry = len(self.told)
            event = event._replace(kind="key", value=str(event.value))
        elif self._stack[-1:] == ["value"]:
            self._stack[-1] = "key"
        self.told.append(event)

    def _refuse_key(self, event: yaml.Event) -> None:
        self._complaints.add("a key of the front matter is no text", *self._offsets(event))

    def _refuse_tag(self, event: yaml.Event, tag: str) -> None:
        self._complaints.add(f"the tag `{shown(tag)}` is not followed: remove it", *self._offsets(event))

    def _offsets(self, event: yaml.Event) -> tuple[int, int]:
        start = event.start_mark.index if event.start_mark else 0
        end = event.end_mark.index if event.end_mark else 0
        return self.base + start, self.base + max(start + 1, end)


def _depth(events: list[Event]) -> int:
    deepest = depth = 0
    for event in events:
        depth += {"object": 1, "array": 1, "close": -1}.get(event.kind, 0)
        deepest = max(deepest, depth)
    return deepest
