"""A walk through YAML: PyYAML's parser gives the events, nothing of PyYAML constructs anything.

Where the parser refuses something, the walk goes on at the next line that starts with a key, so that one broken
entry does not cost the others.
"""

from __future__ import annotations

import re

import yaml

from dara_lint.readers.complaints import Complaints
from dara_lint.readers.events import Event, shown
from dara_lint.readers.yamlnodes import DEPTH, Nodes

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
    nodes = Nodes(base, complaints)
    start = 0
    for _ in range(RESTARTS):
        refused = _parse(text, start, nodes, complaints, base)
        if refused is None or not nodes.resumable:
            break
        broken = nodes.unwind(base + refused, base + text.rfind("\n", 0, refused) + 1) - base
        following = _TOP_KEY.search(text, max(broken, start) + 1)
        if following is None:
            break
        start = following.start()
        nodes.base = base + start
    nodes.finish(base + len(text))
    return nodes.told


def _parse(text: str, start: int, nodes: Nodes, complaints: Complaints, base: int) -> int | None:
    """Takes the events of the text from ``start`` on; the offset in it at which the parser stopped."""
    again = bool(nodes.told)
    try:
        for event in yaml.parse(text[start:], _Loader):
            if isinstance(event, yaml.DocumentEndEvent):
                break
            if again and isinstance(event, yaml.MappingStartEvent):
                again = False  # the root, which is open
            elif not nodes.take(event):
                break
    except yaml.YAMLError as error:
        refused = start + min(_at(error), max(len(text) - start - 1, 0))
        reason = f"the front matter is no valid YAML: {_why(error)}"
        complaints.add(reason, base + refused, base + refused + 1)
        return refused
    return None


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
