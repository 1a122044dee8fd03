"""The simplest expression that fits: bottom-up enumeration over vectors of values, equal vectors kept once.

A *point* is one sample and one set of indices; an expression is a vector of its values over the points. Atoms are
the fields, list items, indices and small constants; larger expressions combine two smaller ones. A target is
looked up by its bytes; what is not there is sought as a linear function of an entry, or as the sum, difference,
product or quotient of two entries (meeting in the middle).
"""

from __future__ import annotations

import contextlib
import itertools
import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from dara_lint.blueprints.expression import Expression, UnknownValueError, holds, value_of

CONSTANTS = (1, 2, 3, 4)
OPERATORS = ("*", "+", "-", "//", "max", "up")
Vector = Any


_WIDTH = re.compile(r"(^|\.)(hidden_size|d_model|n_embd|embed_dim|hidden_dim|dim|emb_dim|width)$")
_HEADS = re.compile(r"(num_attention_heads|n_heads?|num_heads|encoder_attention_heads|decoder_attention_heads)$")


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

    def truth(self, condition: Expression) -> Vector:
        """Truth at each point."""
        assert isinstance(condition, list)
        operator = condition[0]
        if operator == "not":
            return ~self.truth(condition[1])
        if operator in {"=", "<"}:
            left, right = self.number(condition[1]), self.number(condition[2])
            return left == right if operator == "=" else left < right
        if operator == "mod":
            left, right, rest = (self.number(part) for part in condition[1:])
            with np.errstate(all="ignore"):
                return (right != 0) & (np.mod(left, np.where(right == 0, np.nan, right)) == rest)
        if operator in {"true", "null", "is"}:
            values = self.raw(str(condition[1]))
            if operator == "true":
                return np.array([bool(value) for value in values])
            if operator == "null":
                return np.array([value is None for value in values])
            return np.array([value == condition[2] for value in values])
        return truth(condition, self.points)


def vector(expression: Expression, points: Sequence[Point]) -> Vector:
    """Values over the points as float64, NaN where there is none, by the package's evaluator."""
    out = np.full(len(points), np.nan)
    for row, point in enumerate(points):
        with contextlib.suppress(UnknownValueError, TypeError, IndexError):
            out[row] = value_of(expression, point.fields, point.at)
    return out


def truth(condition: Expression, points: Sequence[Point]) -> Vector:
    """Truth over the points, by the package's evaluator."""
    return np.array([holds(condition, point.fields, point.at) for point in points])


def atoms(points: Sequence[Point], names: Iterable[str]) -> list[Expression]:
    """The expressions of one step that make sense at these points, in order of preference."""
    levels = len(points[0].at)
    numbers: list[Expression] = []
    lists: list[Expression] = []
    for name in names:
        values = [point.fields.get(name) for point in points]
        kinds = {type(value) for value in values}
        if kinds & {int, float, bool}:
            numbers.append(name)
        if list in kinds:
            items = [item for value in values if isinstance(value, list) for item in value[:1]]
            if items and all(isinstance(item, (int, float)) for item in items):
                lists += [["at", name, 0], ["at", name, -1], ["sum", name]]
                longest = max(len(value) for value in values if isinstance(value, list))
                lists += [["at", name, place] for place in range(1, min(longest, 8))]
                for level in range(levels):
                    here: Expression = ["i", level]
                    lists += [
                        ["at", name, here],
                        ["at", name, ["-", here, 1]],
                        ["at", name, ["+", here, 1]],
                        ["at", name, ["-", -1, here]],
                        ["at", name, ["-", -2, here]],
                        ["at", name, ["-", ["-", ["len", name], 2], here]],
                    ]
            lists.append(["len", name])
    indices: list[Expression] = [["i", level] for level in range(levels)]
    widths = [name for name in numbers if isinstance(name, str) and _WIDTH.search(name)]
    heads = [name for name in numbers if isinstance(name, str) and _HEADS.search(name)]
    each: list[Expression] = [["//", width, head] for width in widths for head in heads]
    return [*numbers, *lists, *indices, *(each if len(each) <= 6 else ())]


def _join(operator: str, left: Vector, right: Vector) -> Vector:
    """Values of ``left op right`` for every pair of rows: shape (n · m, points)."""
    a, b = left[:, None, :], right[None, :, :]
    with np.errstate(all="ignore"):
        if operator == "+":
            out = a + b
        elif operator == "-":
            out = a - b
        elif operator == "*":
            out = np.trunc(a * b)
        elif operator == "//":
            out = np.where(b == 0, np.nan, np.floor(a / b))
        elif operator == "max":
            out = np.maximum(a, b)
        elif operator == "up":
            out = np.where(b > 0, np.ceil(a / b) * b, np.nan)
        else:
            out = np.where((b >= 0) & (b < 40) & (abs(a) < 64), np.power(a, b), np.nan)
    return out.reshape(-1, left.shape[1])


def _operators(points: Sequence[Point], atoms_there: int) -> tuple[str, ...]:
    """Rarer operators only where few atoms leave little room for coincidence."""
    if points[0].at or atoms_there > 45:
        return OPERATORS[:4] if atoms_there <= 60 else ("*", "+", "//")
    return OPERATORS


class Table:
    """Entries of growing size over fixed points."""

    def __init__(self, points: Sequence[Point], names: Sequence[str], size: int = 2) -> None:
        """``size`` 1: atoms and constants; 2: pairs of them; 3: a pair with an atom."""
        self.points = points
        self.entries: dict[bytes, Expression] = {}
        self.rows: list[Vector] = []
        self.expressions: list[Expression] = []
        columns = Columns(points)
        for expression in atoms(points, names):
            self._add(expression, columns.number(expression))
        firsts = len(self.rows)
        for constant in CONSTANTS:
            self._add(constant, np.full(len(points), float(constant)))
        ones = len(self.rows)
        if size >= 2 and firsts:
            self._grow(0, ones, 0, ones, operators=_operators(points, ones))
        twos = len(self.rows)
        if size >= 2:
            for level in range(len(points[0].at)):
                power: Expression = ["^", 2, ["i", level]]
                self._add(power, vector(power, points))
            for name in names:
                if any(isinstance(point.fields.get(name), list) for point in points):
                    power = ["^", 2, ["-", ["len", name], 1]]
                    self._add(power, vector(power, points))
            for row in range(len(self.rows)):
                made = self.expressions[row]
                if (isinstance(made, list) and made[0] == "//") or row < firsts:
                    self._add(["*", made, made], self.rows[row] ** 2)
                    if row >= firsts:
                        self._add(["+", ["*", made, made], 1], self.rows[row] ** 2 + 1)
                    odd: Expression = ["-", ["*", 2, made], 1]
                    self._add(["*", odd, odd], (2 * self.rows[row] - 1) ** 2)
        if size >= 3:
            self._windows(firsts)
        if size >= 3 and firsts and (twos - ones) * ones < 40_000:
            self._grow(ones, twos, 0, ones, OPERATORS[:4])
            self._grow(0, ones, ones, twos, operators=("//", "-", "up"))
            for row in range(ones, twos):
                self._add(["*", self.expressions[row], self.expressions[row]], self.rows[row] ** 2)
        self.matrix = np.array(self.rows) if self.rows else np.zeros((0, len(points)))

    def _windows(self, atoms_there: int) -> None:
        """How many windows of one width fit at a stride: (a - b) // c + 1."""
        if atoms_there > 7:
            return
        for a, b, c in itertools.permutations(range(atoms_there), 3):
            with np.errstate(all="ignore"):
                values = np.where(self.rows[c] > 0, np.floor((self.rows[a] - self.rows[b]) / self.rows[c]) + 1, np.nan)
            if (values[~np.isnan(values)] > 0).all():
                first, width, stride = (self.expressions[row] for row in (a, b, c))
                self._add(["+", ["//", ["-", first, width], stride], 1], values)

    def _add(self, expression: Expression, values: Vector) -> None:
        key = values.tobytes()
        if key not in self.entries:
            known = values[~np.isnan(values)]
            if not len(known) or np.abs(known).max() > 2**52:
                return
            if isinstance(expression, list) and len(known) == len(values) and (known == known[0]).all():
                return  # a linear function of anything says the same
            self.entries[key] = expression
            self.rows.append(values)
            self.expressions.append(expression)

    def _grow(self, a0: int, a1: int, b0: int, b1: int, operators: tuple[str, ...]) -> None:
        rows = np.array(self.rows)
        for operator in operators:
            for start in range(a0, a1, 64):
                block = _join(operator, rows[start : min(start + 64, a1)], rows[b0:b1])
                width = b1 - b0
                usable = ~np.isnan(block).all(axis=1)
                for place in np.nonzero(usable)[0]:
                    left, right = start + int(place) // width, b0 + int(place) % width
                    if operator in "+*max" and b0 == a0 and right < left:
                        continue
                    self._add([operator, self.expressions[left], self.expressions[right]], block[place])

    def _linear(self, target: Vector) -> Expression | None:
        """``a · entry + b`` with whole (or reciprocal) a and whole b."""
        if not len(self.matrix):
            return None
        first = 0
        others = np.nonzero(target != target[first])[0]
        if not len(others):
            return None
        second = int(others[0])
        with np.errstate(all="ignore"):
            slope = (target[second] - target[first]) / (self.matrix[:, second] - self.matrix[:, first])
            offset = target[first] - slope * self.matrix[:, first]
            error = np.abs(slope[:, None] * self.matrix + offset[:, None] - target).max(axis=1)
        best: tuple[float, int] | None = None
        for row in np.nonzero(error < 1e-6)[0]:
            a, b = float(slope[row]), float(offset[row])
            whole = abs(a - round(a)) < 1e-9 and 0 < abs(a) <= 4096
            part = not whole and a > 0 and abs(1 / a - round(1 / a)) < 1e-9 and 1 / a <= 64
            if not (whole or part) or abs(b - round(b)) > 1e-6:
                continue
            cost = row / 1e6 + (abs(b) > 1e-9) * 1 + part * 0.5 + (abs(a) > 16) * 0.7 + (a < 0) * 0.5
            if best is None or cost < best[0]:
                best = (cost, int(row))
        if best is None:
            return None
        chosen = best[1]
        a, b = float(slope[chosen]), round(float(offset[chosen]))
        expression = self.expressions[chosen]
        if abs(a) >= 1:
            expression = expression if round(a) == 1 else ["*", round(a), expression]
        else:
            expression = ["//", expression, round(1 / a)]
        if b:
            expression = ["+", expression, b] if b > 0 else ["-", expression, -b]
        return expression

    def _pairs(self, target: Vector, limit: int) -> Expression | None:
        """A sum, difference, product or quotient of two entries."""
        rows = self.matrix[:limit]
        divides = (rows != 0).all(axis=1) & ~np.isnan(rows).any(axis=1)
        whole = ~np.isnan(rows).any(axis=1)
        with np.errstate(all="ignore"):
            for operator, wanted in (
                ("+", target - rows),
                ("*", target / rows),
                ("-", target + rows),
                ("/", target * rows),
            ):
                for place in np.nonzero(divides if operator in "*/" else whole)[0]:
                    other = self.entries.get(wanted[place].tobytes())
                    if other is None:
                        continue
                    mine = self.expressions[place]
                    if operator == "+":
                        return ["+", mine, other]
                    if operator == "*":
                        return ["*", mine, other]
                    if operator == "-":
                        return ["-", other, mine]
                    return ["//", other, mine]
        return None

    def find(self, target: Vector, *, deep: bool = False) -> Expression | None:
        """The simplest expression found with these values, or None."""
        if (target == target[0]).all():
            return int(target[0])
        direct = self.entries.get(target.tobytes())
        if direct is not None:
            return direct
        linear = self._linear(target)
        if linear is not None:
            return linear
        if not deep:
            return None
        found = self._pairs(target, 4000)
        if found is not None:
            return found
        for shift in (1, 2):
            for sign in (1, -1):
                found = self._pairs(target - sign * shift, 3000)
                if found is not None:
                    return ["+", found, shift] if sign > 0 else ["-", found, shift]
        return None


def exact(expression: Expression, points: Sequence[Point], target: Vector) -> bool:
    """Whether the package's own evaluator gives exactly these values."""
    return bool((vector(expression, points) == target).all())


def pairs_of(items: Sequence[Any], limit: int) -> Iterable[tuple[Any, Any]]:
    """Pairs of items in order of the sum of their places, at most ``limit``."""
    order = sorted(itertools.combinations(range(len(items)), 2), key=sum)
    return ((items[a], items[b]) for a, b in order[:limit])
