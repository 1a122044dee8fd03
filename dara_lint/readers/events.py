"""The events of a text that holds nested values, whatever its syntax, and what can be made of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple, TypeAlias

from dara_lint.facts import field, record
from dara_lint.model import Json
from dara_lint.readers.complaints import LIMIT as TOLD
from dara_lint.readers.complaints import Complaints
from dara_lint.readers.lines import place

Kind: TypeAlias = Literal["object", "array", "close", "key", "value"]

DEPTH = 200
"""Containers nested deeper than this are left out."""
_TOLD = -1
"""The offset of a key whose second place has been told."""


class Event(NamedTuple):
    """One step through a value: a container opens or closes, a key or a scalar stands at [start, end).

    A walk gives them balanced, a key before every value of an object, one root. Offsets are code points.
    """

    kind: Kind
    start: int
    end: int
    value: Json = None


@record
class _Open:
    container: dict[str, Json] | list[Json]
    keys: dict[str, int] = field(default_factory=dict)
    key: str = ""


def build(events: Iterable[Event], text: str, complaints: Complaints) -> Json:
    """The value. A key that stands twice is reported, and its last value counts, as with ``json``."""
    root: Json = None
    stack: list[_Open] = []
    for event in events:
        if event.kind == "close":
            stack.pop()
            continue
        if event.kind == "key":
            top, top.key = stack[-1], str(event.value)
            first = top.keys.setdefault(top.key, event.start)
            if first not in (event.start, _TOLD):
                top.keys[top.key] = _TOLD
                reason = f"key `{shown(top.key)}` stands here again"
                if complaints.count < TOLD:
                    reason += f", after line {place(text, first)[0]}"
                reason += ": the last one counts, remove one"
                complaints.add(reason, event.start, event.end, "tolerated", _pointer(stack))
            continue
        value: Json = event.value
        if event.kind == "object":
            value = {}
        elif event.kind == "array":
            value = []
        if not stack:
            root = value
        elif isinstance(stack[-1].container, dict):
            stack[-1].container[stack[-1].key] = value
        else:
            stack[-1].container.append(value)
        if event.kind != "value" and isinstance(value, dict | list):
            stack.append(_Open(value))
    return root


def find(events: Iterable[Event], path: tuple[str, ...], *, on_key: bool, once: bool) -> tuple[int, int] | None:
    """Start and end of the token that a path of keys and indices leads to: of its key or its value (of a
    container: the bracket that opens it). The last one when keys are duplicated, None when there is none.
    ``once``: no key of the path stands twice, so that the first is the last."""
    found: tuple[int, int] | None = None
    key = (0, 0)
    names: list[str | int] = []  # per open container the key or index that is being read
    matched = 0  # how many of them, from the root, are the path's
    for event in events:
        if event.kind == "close":
            names.pop()
            matched = min(matched, len(names))
            continue
        depth = len(names) - 1
        if event.kind == "key":
            names[depth] = str(event.value)
            key = (event.start, event.end)
            continue
        name = names[depth] if names else ""
        if isinstance(name, int):
            names[depth] = name = name + 1
            key = (event.start, event.end)
        if names:
            matched = min(matched, depth)
            if matched == depth and depth < len(path) and str(name) == path[depth]:
                matched, found = depth + 1, None  # what an earlier duplicate of this key held is gone
        if matched == len(path) == len(names):
            found = key if on_key and names else (event.start, event.end)
            if once:
                return found
        if event.kind != "value":
            names.append(-1 if event.kind == "array" else "")
    return found


def shown(text: str) -> str:
    """A piece of a file for a message: short, on one line, without control characters."""
    text = "".join(character if character.isprintable() else "\ufffd" for character in text[:60])
    return text[:56] + "…" if len(text) > 56 else text


def _pointer(stack: list[_Open]) -> str:
    parts = (str(len(top.container) - 1) if isinstance(top.container, list) else top.key for top in stack)
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)
