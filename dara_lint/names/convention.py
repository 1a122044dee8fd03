"""Conventions of names: a pattern of naming elements, and where a name breaks it.

A pattern is text with ``{element}`` where a segment of that element stands: ``{architecture}-{parameters}``.
``{a|b}`` takes either element, ``{any}`` any, ``{name}`` words that are no element (a product's own name), and
``{sep}`` whatever separates, even nothing. ``[…]`` may be there or not, ``[…]*`` any number of times; with a ``?``
behind it is accepted and never proposed. Everything else stands for itself. Elements are those of ``Element``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from dara_lint.names.model import Element, Name, Segment
from dara_lint.names.reader import parse

LONGEST = 1_000
"""Characters of a pattern."""
LONGEST_NAME = 255
"""Characters of a name that is held to it; no hub and no file system takes more."""
DEEPEST = 8
"""Brackets inside brackets."""
MOST_SHOWN = 5
"""Alternatives of one piece that a message names."""
OWN = "name"
"""The placeholder of words that are no naming element."""


class Literal(NamedTuple):
    """Text that stands for itself."""

    text: str


class Piece(NamedTuple):
    """A segment of one of these elements; ``own`` also takes a run of words that are none, ``sep`` separators."""

    elements: frozenset[Element]
    own: bool
    sep: bool
    label: str


class Group(NamedTuple):
    """What may be left out, with ``repeat`` be there many times, and with ``quiet`` is never proposed."""

    nodes: tuple[Node, ...]
    repeat: bool
    quiet: bool = False


Node: TypeAlias = "Literal | Piece | Group"


class PatternError(ValueError):
    """A pattern that cannot be read: what is wrong, and the 1-based column."""

    def __init__(self, reason: str, column: int) -> None:
        super().__init__(f"{reason} (column {column})")
        self.column = column


class Break(NamedTuple):
    """Where a name stops to follow a pattern: offset, what stands there, what could stand there."""

    at: int
    found: str
    expected: tuple[str, ...]


def compiled(pattern: str) -> tuple[Node, ...]:
    """The nodes of a pattern. Raises PatternError."""
    if len(pattern) > LONGEST:
        raise PatternError(f"longer than {LONGEST} characters", LONGEST)
    nodes, end = _nodes(pattern, 0, 0)
    if end < len(pattern):
        raise PatternError("] closes nothing", end + 1)
    if not any(_pieces(nodes)):
        raise PatternError("it holds no {element}", 1)
    return nodes


def broken(text: str, nodes: tuple[Node, ...]) -> Break | None:
    """Where the name first departs from the pattern, None when it follows it. The owner is left out."""
    if len(text) > LONGEST_NAME:
        return Break(LONGEST_NAME, "", (f"the end after {LONGEST_NAME} characters",))
    name = parse(text)
    start = _start(name)
    walk = _Walk(name, {segment.start: segment for segment in name.segments})
    ends = walk.through(nodes, {start})
    if len(text) in ends:
        return None
    if ends and max(ends) > walk.farthest:
        return Break(max(ends), text[max(ends) :], ("the end",))
    also = ("the end",) if walk.farthest in ends else ()
    segment = walk.segments.get(walk.farthest)
    found = f"{segment.text} ({segment.element.value})" if segment else text[walk.farthest :][:1]
    expected = tuple(dict.fromkeys((*walk.required, *walk.expected)))
    if not found and walk.required:
        return Break(walk.farthest, found, tuple(dict.fromkeys(walk.required)))
    apart = tuple(dict.fromkeys(one[0] for one in expected if not one[0].isalnum() and one[0] != "{"))
    if apart and found and not found[0].isalnum():  # a separator where another one is expected
        return Break(walk.farthest, found, apart)
    return Break(walk.farthest, found, (*expected, *also))


def _start(name: Name) -> int:
    return name.segments[0].start if name.segments else name.text.rfind("/") + 1


class _Walk:
    """All ways through a pattern at once, and the farthest place where one of them stopped."""

    def __init__(self, name: Name, segments: dict[int, Segment]) -> None:
        self.name = name
        self.segments = segments
        self.farthest = 0
        self.expected: list[str] = []
        self.required: list[str] = []
        self.optional = 0

    def through(self, nodes: tuple[Node, ...], starts: set[int]) -> set[int]:
        """The offsets that the nodes can end at, from any of ``starts``."""
        for at, node in enumerate(nodes):
            if isinstance(node, Group):
                starts = starts | self._repeated(node, starts)
            else:
                behind = nodes[at + 1] if at + 1 < len(nodes) else None
                starts = {end for start in starts for end in self._one(node, start, behind)}
            if not starts:
                break
        return starts

    def _repeated(self, group: Group, starts: set[int]) -> set[int]:
        seen: set[int] = set()
        self.optional += 1
        new = self.through(group.nodes, starts)
        while new - seen:
            fresh = new - seen
            seen |= new
            new = self.through(group.nodes, fresh) if group.repeat else set()
        self.optional -= 1
        return seen

    def _one(self, node: Literal | Piece, start: int, behind: Node | None) -> Iterator[int]:
        if isinstance(node, Literal):
            if self.name.text.lower().startswith(node.text.lower(), start):
                yield start + len(node.text)
            else:
                self._stopped(start, node.text + (behind.label if isinstance(behind, Piece) else ""))
            return
        if node.sep:
            after = [at for at in (*self.segments, len(self.name.text)) if at >= start]
            if after and not any(s.start <= start < s.end for s in self.name.segments if s.start != start):
                yield min(after)
            return
        segment = self.segments.get(start)
        if segment is not None and segment.element in node.elements:
            yield segment.end
        elif segment is not None and node.own and segment.element is Element.other:
            yield from self._words(segment)
        else:
            self._stopped(start, node.label)

    def _words(self, first: Segment) -> Iterator[int]:
        at = self.name.segments.index(first)
        for segment in self.name.segments[at:]:
            if segment.element is not Element.other:
                return
            yield segment.end

    def _stopped(self, at: int, expected: str) -> None:
        if at > self.farthest:
            self.farthest, self.expected, self.required = at, [], []
        if at == self.farthest:
            (self.expected if self.optional else self.required).append(expected)


def _pieces(nodes: tuple[Node, ...]) -> Iterator[Piece]:
    for node in nodes:
        if isinstance(node, Group):
            yield from _pieces(node.nodes)
        elif isinstance(node, Piece) and not node.sep:
            yield node


def _nodes(pattern: str, at: int, depth: int) -> tuple[tuple[Node, ...], int]:
    nodes: list[Node] = []
    while at < len(pattern) and pattern[at] != "]":
        if pattern[at] == "{":
            end = pattern.find("}", at)
            if end < 0:
                raise PatternError("{ is never closed", at + 1)
            nodes.append(_piece(pattern[at + 1 : end], at + 1))
            at = end + 1
        elif pattern[at] == "[":
            if depth >= DEEPEST:
                raise PatternError(f"brackets nested deeper than {DEEPEST}", at + 1)
            inner, end = _nodes(pattern, at + 1, depth + 1)
            if end >= len(pattern) or not inner:
                raise PatternError("[ is never closed" if inner else "[] holds nothing", at + 1)
            repeat = pattern[end + 1 : end + 2] == "*"
            at = end + 1 + repeat
            quiet = pattern[at : at + 1] == "?"
            nodes.append(Group(inner, repeat, quiet))
            at += quiet
        else:
            end = next((i for i in range(at, len(pattern)) if pattern[i] in "{[]"), len(pattern))
            nodes.append(Literal(pattern[at:end]))
            at = end
    return tuple(nodes), at


def _piece(text: str, column: int) -> Piece:
    words = [word.strip() for word in text.split("|")]
    known = {OWN, "any", "sep", *Element}
    for word in words:
        if word not in known:
            raise PatternError(f"{{{word}}} is no naming element", column)
    every = frozenset(Element) if "any" in words else frozenset(Element(word) for word in words if word in set(Element))
    shown = words if len(words) <= MOST_SHOWN else [*words[: MOST_SHOWN - 1], "…"]
    return Piece(every, OWN in words, "sep" in words, f"{{{'|'.join(shown)}}}")
