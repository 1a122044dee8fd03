"""Points, and the values of expressions and conditions over them.

A *point* is one sample and one set of indices; an expression is a vector of its values over the points.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from dara_lint.blueprints.arithmetic import ARITHMETIC, LARGEST, REAL, Arithmetic, UnknownValueError
from dara_lint.blueprints.expression import Expression, holds, value_of

Vector = Any

_REAL: dict[str, Callable[..., Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "//": np.floor_divide,
    "%": np.mod,
    "max": np.maximum,
    "min": np.minimum,
    "int": np.trunc,
    "ceil": np.ceil,
    "round": np.rint,
}
"""Operators whose values over many points come at once."""


class Point(NamedTuple):
    """Where an expression is evaluated: a flattened config and the indices of a pattern's masks."""

    fields: dict[str, Any]
    at: tuple[int, ...]
    sample: int


class Columns:
    """Values of expressions and truths of conditions over fixed points, as the package's evaluator gives them.

    Vectorised, because one search asks thousands of them; ``exact`` holds every result to the evaluator itself.
    """

    def __init__(self, points: Sequence[Point]) -> None:
        self.points = points
        self._numbers: dict[str, Vector] = {}
        self._values: dict[str, list[Any]] = {}
        self.at = np.array([point.at for point in points], dtype=float).reshape(len(points), -1)

    def raw(self, name: str) -> list[Any]:
        """The field at each point."""
        if name not in self._values:
            self._values[name] = [point.fields.get(name) for point in self.points]
        return self._values[name]

    def _slow(self, expression: Expression) -> Vector:
        key = repr(expression)
        if key not in self._numbers:
            self._numbers[key] = vector(expression, self.points)
        return self._numbers[key]

    def number(self, expression: Expression) -> Vector:
        """Values as float64, NaN where there is none."""
        if isinstance(expression, (int, float)):
            return np.full(len(self.points), float(expression))
        if isinstance(expression, str):
            if expression not in self._numbers:
                self._numbers[expression] = np.array(
                    [float(value) if isinstance(value, (int, float)) else np.nan for value in self.raw(expression)]
                )
            return self._numbers[expression]
        operator = expression[0]
        if operator == "i":
            return np.take(self.at, int(str(expression[1])), axis=1)
        if operator in {"+", "-"}:
            left, right = self.number(expression[1]), self.number(expression[2])
            return left + right if operator == "+" else left - right
        return self._slow(expression)

    def _compared(self, side: Expression) -> Vector:
        """One side of a comparison, in which numbers are real."""
        if not isinstance(side, list) or side[0] == "i":
            return self.number(side)
        key = f"real {side!r}"
        if key not in self._numbers:
            found = self._real(side)
            self._numbers[key] = vector(side, self.points, REAL) if found is None else found
        return self._numbers[key]

    def _real(self, side: Expression) -> Vector | None:
        """The values of an expression in which numbers are real, NaN where there is none; None for what is rare."""
        if not isinstance(side, list) or side[0] == "i":
            return self.number(side)
        operator = str(side[0])
        if operator == "len":
            lists = self.raw(str(side[1]))
            return np.array([float(len(value)) if isinstance(value, list) else np.nan for value in lists])
        if operator == "at":
            place = self._real(side[2])
            return None if place is None else self._items(str(side[1]), place)
        if operator == "if":
            parts = [self._real(part) for part in side[2:]]
            return None if parts[0] is None or parts[1] is None else np.where(self.truth(side[1]), *parts)
        if operator not in _REAL:
            return None
        parts = [self._real(part) for part in side[1:]]
        if any(part is None for part in parts):
            return None
        with np.errstate(all="ignore"):
            out = _REAL[operator](*parts)
            return np.where(np.isfinite(out) & (np.abs(out) <= LARGEST), out, np.nan)

    def _items(self, name: str, place: Vector) -> Vector:
        """The items of a list at these places, NaN where there is none."""
        out = np.full(len(self.points), np.nan)
        for row, (value, at) in enumerate(zip(self.raw(name), place, strict=True)):
            if isinstance(value, list) and -len(value) <= at < len(value):
                item = value[int(at)]
                out[row] = float(item) if isinstance(item, (int, float)) else np.nan
        return out

    def truth(self, condition: Expression) -> Vector:
        """Truth at each point."""
        assert isinstance(condition, list)
        operator = condition[0]
        if operator == "not":
            return ~self.truth(condition[1])
        if operator in {"=", "<"}:
            left, right = self._compared(condition[1]), self._compared(condition[2])
            return left == right if operator == "=" else left < right
        if operator == "mod":
            left, right, rest = (self._compared(part) for part in condition[1:])
            with np.errstate(all="ignore"):
                return (right != 0) & (np.mod(left, np.where(right == 0, np.nan, right)) == rest)
        if operator in {"true", "null", "is"}:
            values = self.raw(str(condition[1]))
            if operator == "true":
                return np.array([bool(value) for value in values])
            if operator == "null":
                return np.array([value is None for value in values])
            return np.array([value == condition[2] for value in values])
        if operator in {"and", "or"}:
            both = self.truth(condition[1]), self.truth(condition[2])
            return both[0] & both[1] if operator == "and" else both[0] | both[1]
        if operator == "word":
            place = self._compared(condition[2])
            return np.array(
                [
                    isinstance(value, list) and -len(value) <= at < len(value) and value[int(at)] == condition[3]
                    for value, at in zip(self.raw(str(condition[1])), place, strict=True)
                ]
            )
        if operator == "in":
            item = self._compared(condition[1])
            lists = self.raw(str(condition[2]))
            return np.array([isinstance(each, list) and at in each for each, at in zip(lists, item, strict=True)])
        return truth(condition, self.points)


def vector(expression: Expression, points: Sequence[Point], arithmetic: Arithmetic = ARITHMETIC) -> Vector:
    """Values over the points as float64, NaN where there is none, by the package's evaluator."""
    out = np.full(len(points), np.nan)
    for row, point in enumerate(points):
        with contextlib.suppress(UnknownValueError, TypeError, IndexError):
            out[row] = value_of(expression, point.fields, point.at, arithmetic)
    return out


def truth(condition: Expression, points: Sequence[Point]) -> Vector:
    """Truth over the points, by the package's evaluator."""
    return np.array([holds(condition, point.fields, point.at) for point in points])


def exact(expression: Expression, points: Sequence[Point], target: Vector) -> bool:
    """Whether the package's own evaluator gives exactly these values."""
    return bool((vector(expression, points) == target).all())
