"""Expectations, comparisons and solved configs as lines for people; a caller colours and prints them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from dara_lint.blueprints import bundle
from dara_lint.blueprints.arithmetic import UnknownValueError
from dara_lint.blueprints.compare import Comparison
from dara_lint.blueprints.expectation import Entry, Expectation
from dara_lint.blueprints.expression import Expression, Fields, holds
from dara_lint.blueprints.suggest import value_at
from dara_lint.facts import field, record
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


def chosen(expression: Expression | None, fields: Fields, at: tuple[int, ...]) -> Expression | None:
    """An expression with the branches that hold under a config in the place of its choices."""
    if not isinstance(expression, list):
        return expression
    if expression[0] == "if":
        try:
            branch = 2 if holds(expression[1], fields, at) else 3
        except (UnknownValueError, IndexError):
            return expression
        return chosen(expression[branch], fields, at)
    return [expression[0], *(part if (new := chosen(part, fields, at)) is None else new for part in expression[1:])]


def _inner(expression: Expression) -> str:
    text = as_text(expression)
    compound = isinstance(expression, list) and str(expression[0]) in {*SIGNS, "if"}
    return f"({text})" if compound else text


@record
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
                _formula(first) if first else "",
                " × ".join("?" if size is None else str(size) for size in first.shape) if first else "",
                inner.tensors,
                inner.parameters,
                inner.parameters / total,
                odd.get(key, ""),
            )
        )
        _walk(inner, depth + 1, total, odd, lines)


def _formula(entry: Entry) -> str:
    at = (*entry.at, 0) if entry.folded else entry.at
    return " × ".join(as_text(chosen(dimension, entry.part.fields, at)) for dimension in entry.pattern.dims)


def _repeats(entry: Entry) -> str:
    return ", ".join(as_text(count) for count in entry.pattern.counts)


def _differences(comparison: Comparison | None) -> dict[str, str]:
    """Pattern → what the weights hold instead, in a few words; what differs in the same way is counted together."""
    found: dict[str, dict[str, int]] = {}
    for each in comparison.differences if comparison else ():
        way = each.kind if each.kind != "shape" else f"of {' × '.join(map(str, each.found or ()))}"
        ways = found.setdefault(each.part.prefix + each.pattern.name, {})
        ways[way] = ways.get(way, 0) + each.times
    return {key: ", ".join(f"{times} {way}" for way, times in ways.items()) for key, ways in found.items()}


def solved_keys(solved: Mapping[str, Json], config: Mapping[str, Json]) -> tuple[SolvedKey, ...]:
    """The keys that weights imply, as the config spells them, beside what it says; contradictions first."""
    keys = []
    for key, value in solved.items():
        spelt = key if value_at(config, key) is not None else _alias(key, config)
        keys.append(SolvedKey(spelt, value, value_at(config, spelt)))
    return tuple(sorted(keys, key=lambda each: (each.agrees, each.there is None, each.key)))


def _alias(key: str, config: Mapping[str, Json]) -> str:
    """Another spelling of a dotted key that the config uses, or the key itself."""
    stem, _, last = key.rpartition(".")
    inner = value_at(config, stem) if stem else dict(config)
    table = inner if isinstance(inner, dict) else {}
    kind = bundle.kind(str(table.get("model_type", config.get("model_type"))))
    for alias, stored in (kind.aliases if kind else {}).items():
        if stored == last and alias in table:
            return f"{stem}.{alias}" if stem else alias
    return key
