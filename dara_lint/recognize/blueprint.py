"""Evidence held to the blueprint of a class: could any config give these tensors, and no others?

Stricter than a profile, and wider. A profile knows what its samples showed; a blueprint knows every tensor under every
flag, which flags bring which tensors together, and which dimensions are one and the same number.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from dara_lint.blueprints.arithmetic import UnknownValueError
from dara_lint.blueprints.expression import Expression, fields_of, value_of
from dara_lint.blueprints.outline import Line, outline
from dara_lint.blueprints.unit import indexed
from dara_lint.facts import fact
from dara_lint.recognize.evidence import Evidence
from dara_lint.recognize.normalize import is_stale, masked, plain

KEPT = 256
"""Classes whose blueprints are kept."""
ROUNDS = 4
"""Times that conditions are gone through for what they imply."""


Path = tuple[str, str]
"""A field, or an expression as JSON, and the path of the config that has it."""


class Sum(NamedTuple):
    """An expression over fields that a dimension comes to, and the places of these."""

    expression: Expression
    fields: tuple[tuple[str, Path], ...]

    def comes_to(self, size: int, known: Mapping[Path, int]) -> bool:
        """Whether it has that value, or reads a field that is not known."""
        if not all(path in known for _, path in self.fields):
            return True
        try:
            return int(value_of(self.expression, {name: known[path] for name, path in self.fields})) == size
        except UnknownValueError:
            return False


class Size(NamedTuple):
    """Ranks that a pattern can have, and its dimensions: a field or an expression, a constant, None where any will do;
    none at all where several tensors share the pattern."""

    ranks: frozenset[int]
    dims: tuple[Path | float | None, ...]


@fact
class Blueprint:
    """A class's tensors by masked pattern with their sizes, the conditions under which some of them come, and those
    that are always there."""

    sizes: Mapping[str, Size]
    sums: Mapping[Path, Sum]
    conditions: tuple[tuple[Expression, frozenset[str]], ...]
    """Each in a form in which comparisons and flags are strings, with its path."""
    always: frozenset[str]

    def holds(self, evidence: Evidence) -> bool:
        """Whether some config gives exactly this (whole) evidence."""
        full = evidence.full
        known = full <= self.sizes.keys() and self.always <= full
        return known and self._agrees(full) and self._sized(evidence)

    def _agrees(self, full: frozenset[str]) -> bool:
        """Whether the conditions of what is there, and of what is not, go together."""
        told: list[tuple[Expression, bool]] = []
        for condition, patterns in self.conditions:
            there = not full.isdisjoint(patterns)
            if there and not patterns <= full:
                return False
            told.append((condition, there))
        known: dict[str, bool] = {}
        for _ in range(ROUNDS):
            before = len(known)
            if not all(_imply(condition, known, value=value) for condition, value in told):
                return False
            if len(known) == before:
                break
        return True

    def _sized(self, evidence: Evidence) -> bool:
        """Whether ranks are the class's, and dimensions that are one number are: shapes of packed tensors are only
        about what they were, and say nothing."""
        if evidence.normalized.scheme:
            return True
        known: dict[Path, int] = {}
        for slot in evidence.slots:
            if slot.shape is None:
                continue
            ranks, dims = self.sizes[slot.pattern]
            if len(slot.shape) not in ranks:
                return False
            for dimension, size in zip(dims, slot.shape, strict=False):
                if dimension is None:
                    continue
                same = known.setdefault(dimension, size) if isinstance(dimension, tuple) else dimension
                if same != size:
                    return False
        return all(self.sums[path].comes_to(size, known) for path, size in known.items() if path in self.sums)


def _imply(condition: Expression, known: dict[str, bool], *, value: bool) -> bool:
    """Note what follows from a condition's value; whether that agrees with what is known."""
    if isinstance(condition, str):
        return known.setdefault(condition, value) is value
    if not isinstance(condition, list):
        return True
    operator = condition[0]
    if operator == "not":
        return _imply(condition[1], known, value=not value)
    if value is (operator == "and"):
        return all(_imply(each, known, value=value) for each in condition[1:])
    # one of both must have this value: told where the other cannot
    one, other = (_value(each, known) for each in condition[1:])
    if one is not None and one is not value:
        return _imply(condition[2], known, value=value)
    if other is not None and other is not value:
        return _imply(condition[1], known, value=value)
    return True


def _value(condition: Expression, known: Mapping[str, bool]) -> bool | None:
    """A condition's value as far as it is known."""
    if isinstance(condition, str):
        return known.get(condition)
    if not isinstance(condition, list):
        return None
    operator = condition[0]
    if operator == "not":
        found = _value(condition[1], known)
        return None if found is None else not found
    both = [_value(each, known) for each in condition[1:]]
    decisive = operator == "or"
    return decisive if decisive in both else None if None in both else not decisive


def _formed(condition: Expression, path: str) -> Expression:
    """A condition with what it compares and asks as strings, which are quick to look up; 0 for what is none."""
    if not isinstance(condition, list):
        return 0
    if condition[0] in {"not", "and", "or"}:
        return [condition[0], *(_formed(each, path) for each in condition[1:])]
    return f"{path} {json.dumps(condition)}"


@lru_cache(maxsize=KEPT)
def blueprint(model_type: str, architecture: str) -> Blueprint | None:
    """The blueprint of a class of transformers; None where none is known to the letter."""
    lines: dict[str, list[Line]] = {}
    for line in outline(model_type, architecture):
        name = plain(line.name)
        if not is_stale(name, (1,) * len(line.dims)):
            lines.setdefault(masked(name), []).append(line)
    if not lines:
        return None
    conditions: dict[str, tuple[Expression, set[str]]] = {}
    for pattern, found in lines.items():
        if len(found) == 1 and not found[0].loose and found[0].condition is not None:
            key = f"{found[0].path} {json.dumps(found[0].condition)}"
            conditions.setdefault(key, (_formed(found[0].condition, found[0].path), set()))[1].add(pattern)
    sums: dict[Path, Sum] = {}
    return Blueprint(
        {pattern: _size(found, sums) for pattern, found in lines.items()},
        sums,
        tuple((condition, frozenset(patterns)) for condition, patterns in conditions.values()),
        frozenset(pattern for pattern, found in lines.items() if any(line.condition is None for line in found)),
    )


def _size(lines: Sequence[Line], sums: dict[Path, Sum]) -> Size:
    """The sizes that a pattern's lines allow; expressions go to ``sums``."""
    ranks = frozenset(len(line.dims) for line in lines)
    return Size(
        ranks, tuple(_dimension(each, lines[0].path, sums) for each in lines[0].dims) if len(lines) == 1 else ()
    )


def _dimension(dimension: Expression | None, path: str, sums: dict[Path, Sum]) -> Path | float | None:
    if isinstance(dimension, str):
        return path, dimension
    if not isinstance(dimension, list):
        return dimension
    if indexed(dimension):
        return None
    key = (path, json.dumps(dimension))
    sums[key] = Sum(dimension, tuple((name, (path, name)) for name in sorted(fields_of(dimension))))
    return key
