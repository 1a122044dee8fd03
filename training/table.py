"""The simplest expression that fits: bottom-up enumeration over vectors of values, equal vectors kept once.

Atoms are the fields, list items, indices and small constants; larger expressions combine two smaller ones. A
target is looked up by its bytes; what is not there is sought by ``training.fits``.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence

import numpy as np

from dara_lint.blueprints.expression import Expression
from training.fits import linear, pairs, rounded, shifted
from training.search import Columns, Point, Vector, vector

CONSTANTS = (1, 2, 3, 4)
OPERATORS = ("*", "+", "-", "//", "max", "up")

KINDS = 4
"""Kinds of layers that are counted each."""

_WIDTH = re.compile(r"(^|\.)(hidden_size|d_model|n_embd|embed_dim|hidden_dim|dim|emb_dim|width|embedding_size)$")
_HEADS = re.compile(r"(num_attention_heads|n_heads?|num_heads|encoder_attention_heads|decoder_attention_heads)$")


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
            if "stride" in name:
                numbers += [["^", name, 2], ["^", name, 3]]
            if "mult" in name:
                numbers += [["^", name, ["i", level]] for level in range(levels)]
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
            words = sorted({word for value in values if isinstance(value, list) for word in value if type(word) is str})
            lists += [["before", name, ["len", name], word] for word in words if len(words) <= KINDS]
            lists.append(["len", name])
    indices: list[Expression] = [["i", level] for level in range(levels)]
    widths = [name for name in numbers if isinstance(name, str) and _WIDTH.search(name)]
    heads = [name for name in numbers if isinstance(name, str) and _HEADS.search(name)]
    if levels and len(widths) <= 3:
        lists += [
            ["if", ["=", item[2], 0], width, ["at", item[1], ["-", item[2], 1]]]
            for item in list(lists)
            if isinstance(item, list) and item[0] == "at" and isinstance(item[2], list) and item[2][0] == "i"
            for width in widths
        ]
    each: list[Expression] = [["//", width, head] for width in widths for head in heads]
    return [*numbers, *lists, *indices, *(each if len(each) <= 6 else ())]


def _index_rounded(expression: Expression) -> bool:
    """An index rounded up to a multiple: 0 or that multiple, which no class means."""
    return (
        isinstance(expression, list)
        and expression[0] == "up"
        and isinstance(expression[1], list)
        and expression[1][0] == "i"
    )


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
        self.atoms = firsts = len(self.rows)
        for constant in CONSTANTS:
            self._add(constant, np.full(len(points), float(constant)))
        ones = len(self.rows)
        if size >= 2 and firsts:
            self._grow(0, ones, 0, ones, operators=_operators(points, ones))
        twos = len(self.rows)
        power: Expression
        for level in range(len(points[0].at)):
            power = ["^", 2, ["i", level]]
            self._add(power, vector(power, points))
        if size >= 2:
            for name in names:
                if re.search(r"num_(layers|stages)$", name):
                    power = ["^", 2, ["-", name, 1]]
                    self._add(power, vector(power, points))
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
        if key not in self.entries and not _index_rounded(expression):
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

    def find(self, target: Vector, *, deep: bool = False) -> Expression | None:
        """The simplest expression found with these values, or None."""
        if (target == target[0]).all():
            return int(target[0])
        direct = self.entries.get(target.tobytes())
        if direct is not None:
            return direct
        found = linear(self.matrix, self.expressions, target)
        if found is not None or not deep:
            return found
        found = pairs(self.matrix, self.expressions, self.entries, target, 4000)
        if found is not None:
            return found
        found = rounded(self.matrix, self.expressions, self.atoms, target)
        if found is not None:
            return found
        for shift in (1, -1, 2, -2):
            found = pairs(self.matrix, self.expressions, self.entries, target - shift, 3000)
            if found is not None:
                return shifted(found, shift)
        return None
