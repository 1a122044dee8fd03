"""Sums of one structure laid over each other: each number that differs becomes an expression of the indices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dara_lint.blueprints.expression import Expression
from training.search import Point, exact, vector

if TYPE_CHECKING:
    from training.solver import Solver
    from training.sums import Atom, Sum

SHIFTS = 3
"""Different shifts of an index that conditions tell apart."""


class Layers:
    """Lays sums over each other; a solver finds what a number follows from."""

    def __init__(self, solver: Solver) -> None:
        self.solver = solver
        self.counts: list[Expression] = []
        """How often things repeat, where that is more than a field: what loops multiply follows from it."""

    def one(self, points: list[Point], sums: list[Sum]) -> Expression | None:
        """Sums of one structure as one expression."""
        if len({len(each.terms) for each in sums}) > 1:  # numbers, of which some are 0
            numbers = [each.number for each in sums]
            return None if None in numbers else self._number(points, [number or 0 for number in numbers])
        terms: list[Expression] = []
        for number in range(len(sums[0].terms)):
            factor = self._number(points, [each.terms[number].factor for each in sums])
            if factor is None:
                return None
            product: Expression | None = None if factor == 1 and sums[0].terms[number].atoms else factor
            for at in range(len(sums[0].terms[number].atoms)):
                atom = self._atom(points, [each.terms[number].atoms[at] for each in sums])
                if atom is None:
                    return None
                product = atom if product is None else _product(product, atom)
            terms.append(product if product is not None else 1)
        if not terms:
            return 0
        terms.sort(key=lambda term: (isinstance(term, (int, float)) or _negative(term), 0))
        out = terms[0]
        for term in terms[1:]:
            if isinstance(term, (int, float)) and term < 0:
                out = ["-", out, -term]
            elif _negative(term):
                assert isinstance(term, list)
                factor = term[2]
                assert isinstance(factor, (int, float))
                out = ["-", out, term[1] if factor == -1 else ["*", term[1], -factor]]
            else:
                out = ["+", out, term]
        return out

    def _atom(self, points: list[Point], atoms: list[Atom]) -> Expression | None:
        first = atoms[0]
        if first.kind == "field":
            return first.name
        if first.kind in {"len", "sum", "product"}:
            return [first.kind, first.name]
        if first.kind == "at":
            place = self._number(points, [atom.place for atom in atoms], first.name)
            return None if place is None else ["at", first.name, place]
        parts: list[Expression] = []
        for number in range(len(first.parts)):
            part = self.one(points, [atom.parts[number] for atom in atoms])
            if part is None:
                return None
            parts.append(part)
        return [first.kind, *parts]

    def _number(self, points: list[Point], values: list[float], inside: str = "", parts: int = 2) -> Expression | None:
        """A number that differs from place to place as an expression of the indices; ``inside``: a place in a list."""
        target = np.array([float(value) for value in values])
        if (target == target[0]).all():
            return int(target[0]) if target[0] == int(target[0]) else float(target[0])
        lengths: list[Expression] = [["len", inside]] if inside else []
        for level in range(len(points[0].at)):
            here: Expression = ["i", level]
            index = vector(here, points)
            for base, sign in ((0.0, 1), *((vector(each, points), -1) for each in lengths)):
                rest = target - base - sign * index
                if (rest == rest[0]).all():
                    shift = int(rest[0])
                    made: Expression = here if sign > 0 else ["-", lengths[0], here]
                    return made if not shift else ["+", made, shift] if shift > 0 else ["-", made, -shift]
        for each in lengths:
            rest = target - vector(each, points)
            if (rest == rest[0]).all():
                return ["-", each, -int(rest[0])] if rest[0] < 0 else ["+", each, int(rest[0])]
        found = self._nested(points, target) or self._repeated(points, target)
        if found is not None:
            return found
        found = self.solver.table(points, (), 2).find(target) if points[0].at else None
        if found is not None and exact(found, points, target):
            return found
        found = self.solver.quick(points, target) or self._shifted(points, target)
        return found if found is not None or not parts else self._parted(points, values, inside, parts - 1)

    def _repeated(self, points: list[Point], target: Any) -> Expression | None:
        """How often something repeats, or twice that, and a constant more."""
        for count in self.counts:
            values = vector(count, points)
            for factor in (1, 2):
                rest = target - factor * values
                if (rest == rest[0]).all():
                    return _moved(["*", count, factor] if factor > 1 else count, int(rest[0]))
        return None

    def _parted(self, points: list[Point], values: list[float], inside: str, parts: int) -> Expression | None:
        """One expression at the first few of an index, another elsewhere."""
        for level in range(len(points[0].at)):
            for first in (0, 1, 2):
                sides = [
                    [at for at, p in enumerate(points) if (p.at[level] == first) is here] for here in (True, False)
                ]
                if not all(sides):
                    continue
                found: list[Expression] = [["=", ["i", level], first]]
                for side in sides:
                    each = self._number([points[at] for at in side], [values[at] for at in side], inside, parts)
                    if each is None:
                        break
                    found.append(each)
                else:
                    return ["if", *found]
        return None

    def _nested(self, points: list[Point], target: Any) -> Expression | None:
        """An index over two loops, the inner one as long as a list: its turn, how many turns, how many are left; or
        the item of a list there, the last one behind its end; or 2 to that."""
        lists = [
            name for name in self.solver.shaping if all(isinstance(point.fields.get(name), list) for point in points)
        ]
        turns: list[Expression] = [["len", name] for name in lists]
        for level in range(len(points[0].at)):
            turns += [[operator, ["i", level], ["len", name]] for operator in ("%", "//") for name in lists]
            turns += [["-", ["len", name], ["i", level]] for name in lists]
            short = [name for name in lists if any(point.at[level] >= len(point.fields[name]) for point in points)]
            turns += [["at", name, ["min", ["i", level], ["-", ["len", name], 1]]] for name in short]
        for turn in turns:
            values = vector(turn, points)
            for wanted, power in ((target, False), (np.log2(np.where(target > 0, target, np.nan)), True)):
                rest = wanted - values
                if (rest == rest[0]).all() and rest[0] == int(rest[0]):
                    made = _moved(turn, int(rest[0]))
                    return ["^", 2, made] if power else made
        return None

    def _shifted(self, points: list[Point], target: Any) -> Expression | None:
        """An index and one of two or three shifts, told apart by a condition; or one of as many numbers."""
        starts: list[Expression] = [0]
        for level in reversed(range(len(points[0].at))):
            starts.insert(0, ["i", level])
        for start in starts:
            rest = target - vector(start, points)
            shifts, often = np.unique(rest, return_counts=True)
            if len(shifts) > SHIFTS:
                continue
            out: Expression | None = None
            left = np.ones(len(points), dtype=bool)
            steps: list[tuple[Expression, Expression]] = []
            for shift in shifts[np.argsort(often)][:-1]:
                condition = self.solver.condition(
                    [point for point, here in zip(points, left, strict=True) if here], (rest == shift)[left]
                )
                if condition is None:
                    break
                steps.append((condition, _moved(start, int(shift))))
                left &= rest != shift
            else:
                out = _moved(start, int(shifts[np.argmax(often)]))
                for condition, value in reversed(steps):
                    out = ["if", condition, value, out]
                return out
        return None


def _product(product: Expression, atom: Expression) -> Expression:
    return ["*", atom, product] if isinstance(product, (int, float)) else ["*", product, atom]


def _moved(start: Expression, shift: int) -> Expression:
    if start == 0:
        return shift
    return ["+", start, shift] if shift > 0 else ["-", start, -shift] if shift else start


def _negative(term: Expression) -> bool:
    return isinstance(term, list) and term[0] == "*" and isinstance(term[2], (int, float)) and term[2] < 0
