"""The simplest condition that tells where a tensor is from where it is not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from dara_lint.blueprints.expression import Expression, fields_of
from training.search import Columns, Point
from training.trees import Tree, negated, odd
from training.widths import WIDTHS

Vector = Any

SHARED = re.compile(r"num_(\w+_)?blocks$")
"""Fields that count blocks which layers share."""

EVERY = re.compile(r"every|freq|interval|period|step|stride|cycle")
"""Fields that say how often something comes. Of any other a remainder is chance: it fits few samples, and no more."""

ALONE = re.compile(r"num_labels$|max_position_embeddings$")
"""Fields that no constructor holds against another."""

START = re.compile(r"offset|start|begin|first|shift")


def _plain(points: Sequence[Point], names: Sequence[str]) -> list[Expression]:
    """Conditions on one field: a flag, a null, a text, a small number."""
    out: list[Expression] = []
    for name in names:
        values = [point.fields.get(name) for point in points]
        kinds = {type(value) for value in values}
        if bool in kinds:
            out.append(["true", name])
        if type(None) in kinds and len(kinds) > 1:
            out.append(["not", ["null", name]])
        if str in kinds:
            words = sorted({value for value in values if isinstance(value, str)})
            if len(words) + (type(None) in kinds) > 1 and len(words) < 12:
                out += [["is", name, word] for word in words]
        if kinds & {int, float} and bool not in kinds:
            out.append(["<", 0, name])
            out += [["<", name, 0]] if any(type(value) is int and value < 0 for value in values) else []
            small = sorted({value for value in values if isinstance(value, int) and 0 <= value <= 4})
            out += [["is", name, value] for value in small if len(small) < 6]
            out += [["<", value, name] for value in small if value > 0]
            if "factor" in name and int in kinds:
                out += [["<", ["int", ["log2", name]], turns] for turns in (1, 2, 3, 4)]  # halved so many times
            out += [["is", name, 1]] if any(type(value) is float and value == 1 for value in values) else []
    return out


def _indexed(points: Sequence[Point], names: Sequence[str]) -> list[Expression]:
    """Conditions on an index: its value, a list's item there, its place before or after a field, its remainder."""
    out: list[Expression] = []
    levels = len(points[0].at)
    for level in range(levels):
        here: Expression = ["i", level]
        out += [["<", here, 0]]
        out += [["<", here, ["len", name]] for name in names if any(type(p.fields.get(name)) is list for p in points)]
        out += [["=", here, value] for value in range(3)]
        out += [["<", here, value] for value in range(2, 5)]
        for name in names:
            values = [point.fields.get(name) for point in points]
            kinds = {type(value) for value in values}
            if list in kinds:
                items = [item for value in values if isinstance(value, list) for item in value]
                if items and all(isinstance(item, str) for item in items):
                    words = sorted(set(items))
                    out += [["word", name, here, word] for word in words[:12]]
                    out += [["word", name, ["+", here, 1], word] for word in words[:6]]
                    out += [["word", name, ["%", here, ["len", name]], word] for word in words[:6]]
                    out += [["=", ["before", name, here, word], 0] for word in words[:6]]
                    out += _turns(points, names, name, level, words[:6])
                elif items and all(isinstance(item, (int, bool)) for item in items):
                    out += [["in", here, name], ["<", 0, ["at", name, here]], ["=", ["at", name, here], 0]]
                    out += [["<", 1, ["at", name, here]], ["=", ["at", name, here], 1]]
                    widths = [other for other in names if other.endswith("hidden_size")]
                    ends: tuple[Expression, ...] = (here, ["-", -1, here])
                    out += [["=", ["at", name, at], other] for other in widths for at in ends]
                    beside: tuple[Expression, ...] = (["-", here, 1], ["+", here, 1])
                    out += [["=", ["at", name, here], ["at", name, at]] for at in beside]
                    out += _before(name, here, names)
                elif items and all(isinstance(item, float) for item in items):
                    steps = sorted(set(items))
                    out += [["=", ["at", name, here], step] for step in steps if len(steps) < 9]
                out += [["<", ["+", here, 1], ["len", name]]]
            elif int in kinds and bool not in kinds:
                out += [
                    ["<", here, name],
                    ["=", here, name],
                    ["=", ["+", here, 1], name],
                    ["=", ["+", here, 2], name],
                    ["=", ["-", here, 1], name],
                    ["<", ["+", here, 1], name],
                    ["=", ["//", name, 2], here],
                ]
                out += _every(points, here, name, names) if EVERY.search(name) else []
        depths = [
            name for name in names if "layers" in name and any(type(point.fields.get(name)) is int for point in points)
        ]
        pairs = [(whole, last) for whole in depths for last in depths if whole != last]
        out += [["<", here, ["-", whole, last]] for whole, last in pairs]
        out += [["=", ["+", here, 1], ["-", whole, last]] for whole, last in pairs]
        rounds: list[Expression] = [["max", ["//", whole, few], 1] for whole, few in pairs]
        out += [["mod", at, each, 0] for each in rounds for at in (here, ["+", here, 1])]
        out += [["mod", here, n, r] for n in (2, 3, 4, 5, 6, 8) for r in range(n)]
    for level in range(1, levels):
        out.append(["=", ["i", level], ["i", level - 1]])
    return out


def _every(points: Sequence[Point], here: Expression, step: str, names: Sequence[str]) -> list[Expression]:
    """Every so manyth place, from the first, the last of a round, or where another field says."""
    starts: list[Expression] = [here, ["+", here, 1], ["-", here, 1]]
    out: list[Expression] = [["mod", start, step, 0] for start in starts]
    for other in names:
        if other != step and START.search(other) and any(type(point.fields.get(other)) is int for point in points):
            out += [["mod", here, step, other], ["mod", ["-", here, other], step, 0]]
    return out


def _before(name: str, here: Expression, names: Sequence[str]) -> list[Expression]:
    """Whether an item of a list is the one before it, or, before the first, 1 or a width beside the list.

    And whether it is the one behind it where places are counted from the end, of which the last has none.
    """
    parent = name.rpartition(".")[0]
    starts: list[Expression] = [1]
    starts += [other for other in names if WIDTHS.search(other) and other.rpartition(".")[0] == parent]
    first: Expression = ["=", here, 0]
    item: Expression = ["at", name, here]
    back: Expression = ["at", name, ["-", -1, here]]
    behind: Expression = ["if", first, ["at", name, -1], ["at", name, ["-", 0, here]]]
    out: list[Expression] = [["=", item, ["if", first, each, ["at", name, ["-", here, 1]]]] for each in starts]
    return [*out, ["=", back, behind]]


def _turns(
    points: Sequence[Point], names: Sequence[str], name: str, level: int, words: Sequence[str]
) -> Iterator[Expression]:
    """Layers of one kind that take turns in so many shared blocks: the first of them, and what belongs to each."""
    for blocks in names:
        if SHARED.search(blocks) and all(type(point.fields.get(blocks)) is int for point in points):
            for word in words:
                before: Expression = ["before", name, ["i", level], word]
                yield ["<", before, blocks]
                for inner in range(level + 1, len(points[0].at)):
                    yield ["=", ["%", ["i", inner], blocks], ["%", before, blocks]]


def _compared(points: Sequence[Point], names: Sequence[str]) -> list[Expression]:
    """Two numeric fields against each other."""
    numeric = [
        name
        for name in names
        if not ALONE.search(name) and any(type(point.fields.get(name)) in (int, float) for point in points)
    ]
    if len(numeric) > 40:
        return []
    out: list[Expression] = []
    for at, left in enumerate(numeric):
        for right in numeric[at + 1 :]:
            out += [["=", left, right], ["<", left, right], ["<", right, left]]
    listed = {name: max(len(v) for v in values) for name in names if (values := _numbers(points, name))}
    for name, length in listed.items():
        places = range(min(length, 6))
        out += [["=", ["at", name, place], other] for place in (*places, -1) for other in numeric]
        out += [["=", ["at", name, place], ["at", name, place + 1]] for place in places[:-1]]
    return out


def _numbers(points: Sequence[Point], name: str) -> list[list[int]]:
    """The lists of whole numbers that a field is at these points."""
    lists = [value for point in points if isinstance(value := point.fields.get(name), list) and value]
    return lists if all(type(item) is int for value in lists for item in value) else []


class Features:
    """Distinct truth vectors over fixed points, each with its simplest condition, negations included."""

    def __init__(
        self,
        points: Sequence[Point],
        names: Sequence[str],
        *,
        compared: bool = False,
        first: Sequence[Expression] = (),
        last: Sequence[Expression] = (),
    ) -> None:
        self.points = points
        self.conditions: list[Expression] = []
        rows: list[Vector] = []
        seen: set[bytes] = set()
        listed = _plain(points, names) + (_indexed(points, names) if points[0].at else [])
        if compared:  # before what is asked of a number, behind flags and nulls
            flags = [each for each in listed if isinstance(each, list) and str(each[0]) in {"true", "null"}]
            listed = [*flags, *_compared(points, names), *listed]
        starts: list[Expression] = [["=", ["i", level], 0] for level in range(len(points[0].at))]
        listed = [*starts, *first, *listed, *last]
        columns = Columns(points)
        for condition in listed:
            values = columns.truth(condition)
            for negate in (False, True):
                row = ~values if negate else values
                key = row.tobytes()
                if key in seen or row.all() or not row.any():
                    continue
                seen.add(key)
                rows.append(row)
                self.conditions.append(negated(condition) if negate else condition)
        self.matrix = np.array(rows) if rows else np.zeros((0, len(points)), dtype=bool)

    def find(self, target: Vector, depth: int = 3) -> Expression | None:
        """The simplest condition that is true exactly where ``target`` is, or None."""
        if target.all():
            return ["not", ["<", 1, 0]]
        matrix = self.matrix
        if not len(matrix):
            return None
        same = np.nonzero((matrix == target).all(axis=1))[0]
        if len(same):
            return self.conditions[int(same[0])]
        if depth < 2:
            return None
        wide = np.nonzero((matrix | ~target).all(axis=1))[0]
        found = self._conjunction(wide, target)
        if found is not None:
            return found
        narrow = np.nonzero((~matrix | target).all(axis=1))[0]
        found = self._disjunction(narrow, target)
        if found is None:
            outside = self._cover(np.nonzero((matrix | target).all(axis=1))[0], ~target)
            found = None if outside is None else ["not", outside]
        if found is not None or depth < 3:
            return found
        return self._mixed(wide, narrow, target)

    def tree(self, target: Vector, fields: frozenset[str], depth: int = 4, most: float = np.inf) -> Expression | None:
        """A condition over these fields alone as a tree of decisions, the one that asks least (at most so much)."""
        rows = [row for row, each in enumerate(self.conditions) if fields_of(each) <= fields and not odd(each)]
        return Tree(self.matrix[rows], [self.conditions[row] for row in rows], target).found(depth, most)

    def _conjunction(self, rows: Vector, target: Vector) -> Expression | None:
        for at, left in enumerate(rows[:120]):
            both = self.matrix[left] & self.matrix[rows[at + 1 :]]
            hit = np.nonzero((both == target).all(axis=1))[0]
            if len(hit):
                return ["and", self.conditions[left], self.conditions[rows[at + 1 + hit[0]]]]
        return self._cover(rows, target)

    def _cover(self, rows: Vector, target: Vector) -> Expression | None:
        """Three or four wide conditions that together exclude everything else, greedily."""
        left = ~target
        chosen: list[int] = []
        while left.any() and len(chosen) < 4:
            gain = (~self.matrix[rows] & left).sum(axis=1) if len(rows) else np.zeros(0)
            if not len(gain) or gain.max() == 0:
                return None
            best = int(rows[int(gain.argmax())])
            chosen.append(best)
            left = left & self.matrix[best]
        if left.any():
            return None
        out = self.conditions[chosen[0]]
        for row in chosen[1:]:
            out = ["and", out, self.conditions[row]]
        return out

    def _disjunction(self, rows: Vector, target: Vector) -> Expression | None:
        for at, left in enumerate(rows[:120]):
            either = self.matrix[left] | self.matrix[rows[at + 1 :]]
            hit = np.nonzero((either == target).all(axis=1))[0]
            if len(hit):
                return ["or", self.conditions[left], self.conditions[rows[at + 1 + hit[0]]]]
        return None

    def _mixed(self, wide: Vector, narrow: Vector, target: Vector) -> Expression | None:
        """``a and (b or c)``, then ``a or (b and c)``."""
        for row in wide[:12]:
            inside = self.matrix[row]
            sub = self.matrix[:, inside]
            wanted = target[inside]
            fit = np.nonzero((~sub | wanted).all(axis=1))[0]
            for at, left in enumerate(fit[:40]):
                hit = np.nonzero(((sub[left] | sub[fit[at + 1 :]]) == wanted).all(axis=1))[0]
                if len(hit):
                    other = self.conditions[fit[at + 1 + hit[0]]]
                    return ["and", self.conditions[row], ["or", self.conditions[left], other]]
        for row in narrow[:12]:
            outside = ~self.matrix[row]
            sub = self.matrix[:, outside]
            wanted = target[outside]
            fit = np.nonzero((sub | ~wanted).all(axis=1))[0]
            for at, left in enumerate(fit[:40]):
                hit = np.nonzero(((sub[left] & sub[fit[at + 1 :]]) == wanted).all(axis=1))[0]
                if len(hit):
                    other = self.conditions[fit[at + 1 + hit[0]]]
                    return ["or", self.conditions[row], ["and", self.conditions[left], other]]
        return None
