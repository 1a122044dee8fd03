"""A dimension along the stages of a running counter: what it is before them, along them, behind them.

Along the stages it is found at the first (or the last) and carried on: a width doubles from stage to stage, an item
of a list is followed by the next.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from dara_lint.blueprints.expression import Expression, value_of
from training.patterns import At
from training.search import Point, Vector, exact
from training.solver import Solver
from training.stages import Ladder

LEAVES = 5
"""An expression of more parts than these is not carried on."""


def climbed(solver: Solver, ladder: Ladder, places: Sequence[tuple[int, At]], target: Vector) -> Expression | None:
    """The expression of these sizes over the index that is printed, or None."""
    seen = ladder.all(solver, places)
    if seen is None:
        return None
    counts = [int(value_of(ladder.stages, solver.fields[sample])) for sample, _ in places]
    points = solver.points(seen)
    stages = np.array([at[ladder.level] for _, at in seen])
    last = np.array(counts) - 1
    here: Expression = ["i", ladder.level]
    inside = (stages >= 0) & (stages <= last)
    found = _along(solver, ladder, _Part(points, target, stages, last).where(inside)) if inside.any() else None
    if inside.any() and found is None:
        return None
    ends: tuple[tuple[Expression, Any], ...] = (
        (["<", here, 0], stages < 0),
        (["not", ["<", here, ladder.stages]], stages > last),
    )
    along = found
    for condition, where in ends:
        if where.any():
            part = _Part(points, target, stages, last).where(where)
            if along is not None and exact(along, part.points, part.target):
                continue
            end = _next_to(ladder, along, part) or solver.plain(*part.here)
            if end is None:
                return None
            found = end if found is None else ["if", condition, end, found]
    if found is None or not exact(found, points, target):
        return None
    return ladder.lowered(found)


class _Part:
    """Points, their sizes, the stage of each and the last stage there."""

    def __init__(self, points: Sequence[Point], target: Vector, stages: Vector, last: Vector) -> None:
        self.points, self.target, self.stages, self.last = list(points), target, stages, last

    @property
    def here(self) -> tuple[list[Point], Vector]:
        """The points and their sizes."""
        return self.points, self.target

    def where(self, here: Vector) -> _Part:
        """Those of them."""
        points = [point for point, kept in zip(self.points, here, strict=True) if kept]
        return _Part(points, self.target[here], self.stages[here], self.last[here])


def _next_to(ladder: Ladder, along: Expression | None, part: _Part) -> Expression | None:
    """What it is at the first stage or at the last, where that is what it is here."""
    if along is None:
        return None
    ends: tuple[Expression, ...] = (0, ["-", ladder.stages, 1])
    for stage in ends:
        end = _standing(along, ladder.level, stage)
        if exact(end, part.points, part.target):
            return end
    return None


def _standing(expression: Expression, level: int, stage: Expression) -> Expression:
    """The expression with one stage in the place of every stage."""
    if not isinstance(expression, list):
        return expression
    if expression[0] == "i":
        return stage if expression[1] == level else expression
    return [_standing(part, level, stage) if isinstance(part, list) else part for part in expression]


def _along(solver: Solver, ladder: Ladder, part: _Part) -> Expression | None:
    found = solver.quick(part.points, part.target)
    if found is not None:
        return found
    here: Expression = ["i", ladder.level]
    back: Expression = ["-", ["-", ladder.stages, 1], here]
    for steps, where in ((here, part.stages == 0), (back, part.stages == part.last)):
        if not where.any():
            continue
        start = solver.plain(*part.where(where).here)
        for carried in _carried(start, steps) if start is not None else ():
            if exact(carried, part.points, part.target):
                return carried
    return solver.number(part.points, part.target, 1)


def _carried(expression: Expression, steps: Expression) -> Iterator[Expression]:
    """The expression with some of its parts grown by that many steps."""
    leaves = list(_leaves(expression))
    if not 0 < len(leaves) <= LEAVES:
        return
    for chosen in itertools.product(*(range(len(_grown(leaf, steps))) for leaf in leaves)):
        if any(chosen):
            made = iter([_grown(leaf, steps)[way] for leaf, way in zip(leaves, chosen, strict=True)])
            yield _replaced(expression, made)


def _grown(leaf: Expression, steps: Expression) -> tuple[Expression, ...]:
    """The leaf as it is, and as it may be some steps on."""
    if isinstance(leaf, list):
        place = leaf[2]
        front: Expression = ["+", place, steps] if place else steps
        return leaf, ["at", leaf[1], front], ["at", leaf[1], ["-", place, steps]]
    return leaf, ["*", leaf, ["^", 2, steps]]


def _leaves(expression: Expression) -> Iterator[Expression]:
    """Fields, constants, and items of lists at a constant place, from left to right."""
    if not isinstance(expression, list) or (expression[0] == "at" and isinstance(expression[2], int)):
        yield expression
    elif expression[0] in {"+", "-", "*", "//", "max", "min", "up"}:
        for part in expression[1:]:
            yield from _leaves(part)


def _replaced(expression: Expression, made: Iterator[Expression]) -> Expression:
    if not isinstance(expression, list) or (expression[0] == "at" and isinstance(expression[2], int)):
        return next(made)
    if expression[0] in {"+", "-", "*", "//", "max", "min", "up"}:
        return [expression[0], *(_replaced(part, made) for part in expression[1:])]
    return expression
