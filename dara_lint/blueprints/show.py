"""Expectations, comparisons and solved configs as lines for people; a caller colours and prints them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from dara_lint.blueprints.compare import Comparison
from dara_lint.blueprints.expectation import Entry, Expectation
from dara_lint.blueprints.expression import Expression
from dara_lint.blueprints.suggest import value_at
from dara_lint.model import Json

SIGNS = {"+": "+", "-": "−", "*": "·", "//": "/", "^": "^"}


class Line(NamedTuple):
    """A module or tensor of the tree.

    ``repeats`` says which indices stand at the ``*`` of the name, ``formula`` the dimensions over config keys,
    ``shape`` the same in numbers (of the first index); both are empty for modules. ``share`` is of all promised
    parameters. ``difference`` says what the weights hold instead, and is empty where they agree.
    """

    depth: int
    name: str
    repeats: str
    formula: str
    shape: str
    tensors: int
    parameters: int
    share: float
    difference: str


class SolvedKey(NamedTuple):
    """A key whose value the weights imply, with what the config says (None where it says nothing)."""

    key: str
    implied: Json
    there: Json

    @property
    def agrees(self) -> bool:
        """Whether the config says the same, or leaves it to a default."""
        return self.there is None or self.there == self.implied


def as_text(expression: Expression | None) -> str:
    """An expression as people write it: ``num_key_value_heads · head_dim``."""
    if expression is None:
        return "?"
    if not isinstance(expression, list):
        return str(expression)
    operator = str(expression[0])
    if operator in SIGNS:
        left, right = (_inner(part) for part in expression[1:])
        return f"{left} {SIGNS[operator]} {right}"
    if operator == "i":
        return "ijkl"[int(str(expression[1])) % 4]
    if operator == "at":
        return f"{expression[1]}[{as_text(expression[2])}]"
    if operator == "if":
        return f"{as_text(expression[2])} or {as_text(expression[3])}"
    inner = ", ".join(as_text(part) for part in expression[1:])
    return f"{'round_up' if operator == 'up' else operator}({inner})"


def _inner(expression: Expression) -> str:
    text = as_text(expression)
    compound = isinstance(expression, list) and str(expression[0]) in {*SIGNS, "if"}
    return f"({text})" if compound else text


@dataclass
class _Node:
    children: dict[str, _Node] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    tensors: int = 0
    parameters: int = 0


def expected_lines(expectation: Expectation, comparison: Comparison | None = None) -> tuple[Line, ...]:
    """The promised tensors as a tree folded over repeats, with differences where a comparison is given."""
    root = _Node()
    for entry in expectation.entries:
        name = (entry.part.prefix + entry.pattern.name).replace("{}", "*")
        node = root
        for segment in ("", *name.split(".")):
            node = node if segment == "" else node.children.setdefault(segment, _Node())
            node.tensors += entry.times
            node.parameters += entry.times * entry.elements
        node.entries.append(entry)
    odd = _differences(comparison)
    lines: list[Line] = []
    _walk(root, 0, max(1, expectation.parameters), odd, lines)
    return tuple(lines)


def _walk(node: _Node, depth: int, total: int, odd: Mapping[str, str], lines: list[Line]) -> None:
    for name, child in node.children.items():
        label, inner = name, child
        while len(inner.children) == 1 and not inner.entries:
            segment, inner = next(iter(inner.children.items()))
            label = f"{label}.{segment}"
        first = inner.entries[0] if inner.entries else None
        key = first.part.prefix + first.pattern.name if first else ""
        lines.append(
            Line(
                depth,
                label,
                _repeats(first) if first else "",
                " × ".join(map(as_text, first.pattern.dims)) if first else "",
                " × ".join("?" if size is None else str(size) for size in first.shape) if first else "",
                inner.tensors,
                inner.parameters,
                inner.parameters / total,
                odd.get(key, ""),
            )
        )
        _walk(inner, depth + 1, total, odd, lines)


def _repeats(entry: Entry) -> str:
    return ", ".join(as_text(count) for count in entry.pattern.counts)


def _differences(comparison: Comparison | None) -> dict[str, str]:
    """Pattern → what the weights hold instead, in a few words."""
    found: dict[str, list[str]] = {}
    if comparison is not None:
        every = [*(each for cause in comparison.causes for each in cause.differences), *comparison.unexplained]
        for each in every:
            text = (
                f"{each.times} {each.kind}"
                if each.kind != "shape"
                else f"{each.times} of {' × '.join(map(str, each.found or ()))}"
            )
            found.setdefault(each.part.prefix + each.pattern.name, []).append(text)
    return {key: ", ".join(dict.fromkeys(texts)) for key, texts in found.items()}


def solved_keys(solved: Mapping[str, Json], config: Mapping[str, Json]) -> tuple[SolvedKey, ...]:
    """The keys that weights imply beside what the config says, contradictions first."""
    keys = [SolvedKey(key, value, value_at(config, key)) for key, value in solved.items()]
    return tuple(sorted(keys, key=lambda each: (each.agrees, each.there is None, each.key)))
