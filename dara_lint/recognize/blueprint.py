"""Evidence held to the blueprint of a class: could any config give these tensors, and no others?

Stricter than a profile, and wider. A profile knows what its samples showed; a blueprint knows every tensor under every
flag, which flags bring which tensors together, and which dimensions are one and the same number.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache

from dara_lint.blueprints.expression import Expression, UnknownValueError, fields_of, value_of
from dara_lint.blueprints.outline import Line, outline
from dara_lint.blueprints.unit import indexed
from dara_lint.facts import fact
from dara_lint.recognize.evidence import Evidence
from dara_lint.recognize.normalize import is_stale, masked, plain

KEPT = 256
"""Classes whose blueprints are kept."""
ROUNDS = 4
"""Times that conditions are gone through for what they imply."""


@fact
class Blueprint:
    """A class's tensors by masked pattern, those that come under one condition, and those that are always there."""

    lines: Mapping[str, tuple[Line, ...]]
    conditions: tuple[tuple[Line, frozenset[str]], ...]
    always: frozenset[str]

    def holds(self, evidence: Evidence) -> bool:
        """Whether some config gives exactly this (whole) evidence."""
        full = evidence.full
        known = full <= self.lines.keys() and self.always <= full
        return known and self._agrees(full) and self._sized(evidence)

    def _agrees(self, full: frozenset[str]) -> bool:
        """Whether the conditions of what is there, and of what is not, go together."""
        told: list[tuple[Expression, str, bool]] = []
        for line, patterns in self.conditions:
            there = not full.isdisjoint(patterns)
            if there and not patterns <= full:
                return False
            told.append((line.condition or [], line.path, there))
        known: dict[str, bool] = {}
        for _ in range(ROUNDS):
            before = len(known)
            if not all(_imply(condition, path, known, value=value) for condition, path, value in told):
                return False
            if len(known) == before:
                break
        return True

    def _sized(self, evidence: Evidence) -> bool:
        """Whether ranks are the class's, and dimensions that are one number are: shapes of packed tensors are only
        about what they were, and say nothing."""
        if evidence.normalized.scheme:
            return True
        fields: dict[str, dict[str, int]] = {}
        composed: dict[tuple[str, str], tuple[Expression, int]] = {}
        for slot in evidence.slots:
            lines = self.lines[slot.pattern]
            if slot.shape is None:
                continue
            if all(len(line.dims) != len(slot.shape) for line in lines):
                return False
            for dimension, size in zip(lines[0].dims, slot.shape, strict=True) if len(lines) == 1 else ():
                path = lines[0].path
                if isinstance(dimension, str):
                    same = fields.setdefault(path, {}).setdefault(dimension, size) == size
                elif isinstance(dimension, list):
                    key = (path, json.dumps(dimension))
                    same = indexed(dimension) or composed.setdefault(key, (dimension, size))[1] == size
                else:
                    same = dimension in (None, size)
                if not same:
                    return False
        return all(
            _comes_to(dimension, fields.get(path, {}), size) for (path, _), (dimension, size) in composed.items()
        )


def _comes_to(expression: Expression, known: Mapping[str, int], size: int) -> bool:
    """Whether an expression has that value, or reads a field that is not known."""
    if not fields_of(expression) <= known.keys():
        return True
    try:
        return int(value_of(expression, known)) == size
    except UnknownValueError:
        return False


def _imply(condition: Expression, path: str, known: dict[str, bool], *, value: bool) -> bool:
    """Note what follows from a condition's value; whether that agrees with what is known."""
    if not isinstance(condition, list):
        return True
    operator = condition[0]
    if operator == "not":
        return _imply(condition[1], path, known, value=not value)
    if operator in {"and", "or"}:
        if value is (operator == "and"):
            return all(_imply(each, path, known, value=value) for each in condition[1:])
        # one of both must have this value: told where the other cannot
        one, other = (_value(each, path, known) for each in condition[1:])
        if one is not None and one is not value:
            return _imply(condition[2], path, known, value=value)
        if other is not None and other is not value:
            return _imply(condition[1], path, known, value=value)
        return True
    return known.setdefault(f"{path} {json.dumps(condition)}", value) is value


def _value(condition: Expression, path: str, known: Mapping[str, bool]) -> bool | None:
    """A condition's value as far as it is known."""
    if not isinstance(condition, list):
        return None
    operator = condition[0]
    if operator == "not":
        found = _value(condition[1], path, known)
        return None if found is None else not found
    if operator in {"and", "or"}:
        both = [_value(each, path, known) for each in condition[1:]]
        decisive = operator == "or"
        return decisive if decisive in both else None if None in both else not decisive
    return known.get(f"{path} {json.dumps(condition)}")


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
    conditions: dict[str, tuple[Line, set[str]]] = {}
    for pattern, found in lines.items():
        if len(found) == 1 and not found[0].loose and found[0].condition is not None:
            key = f"{found[0].path} {json.dumps(found[0].condition)}"
            conditions.setdefault(key, (found[0], set()))[1].add(pattern)
    return Blueprint(
        {pattern: tuple(found) for pattern, found in lines.items()},
        tuple((line, frozenset(patterns)) for line, patterns in conditions.values()),
        frozenset(pattern for pattern, found in lines.items() if any(line.condition is None for line in found)),
    )
