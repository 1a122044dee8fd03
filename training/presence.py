"""Where a pattern is and where it is not: what its neighbours have in common, its own place, its place in a stage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from dara_lint.blueprints.expression import Expression
from training.patterns import At
from training.search import truth
from training.solver import Solver
from training.stages import Ladder

ENOUGH = 2000
"""Places looked at; of more some are taken by chance."""
NEIGHBOURS = 8
"""Conditions of neighbours that are tried."""


def presence(
    solver: Solver,
    domain: list[tuple[int, At]],
    present: Any,
    ladders: Sequence[Ladder] = (),
    known: Sequence[Expression] = (),
    ends: Sequence[Expression] = (),
) -> Expression | None:
    """The condition that holds exactly where ``present`` says, or None. ``ends`` are tried as well."""
    solver.ends = list(ends)
    try:
        return _presence(solver, domain, present, ladders, known)
    finally:
        solver.ends = []


def _presence(
    solver: Solver,
    domain: list[tuple[int, At]],
    present: Any,
    ladders: Sequence[Ladder],
    known: Sequence[Expression],
) -> Expression | None:
    """The condition that holds exactly where ``present`` says, or None.

    ``known`` are the conditions of patterns at the same places: theirs, or theirs and something more, comes before
    one that says much.
    """
    if len(domain) > ENOUGH:
        keep = np.sort(np.random.default_rng(len(domain)).choice(len(domain), ENOUGH, replace=False))
        domain, present = [domain[place] for place in keep], present[keep]
    points = solver.points(domain)
    found = solver.simple(points, present, 1)
    if found is not None:
        return found
    near = sorted(known, key=lambda condition: len(repr(condition)))[:NEIGHBOURS]
    truths = [(condition, truth(condition, points)) for condition in near]
    for condition, holds in truths:
        if (holds == present).all():
            return condition
    around = [
        (condition, [point for point, here in zip(points, holds, strict=True) if here], present[holds])
        for condition, holds in truths
        if (holds | ~present).all()
    ]
    for condition, inside, there in around:
        more = solver.simple(inside, there, 1)
        if more is not None:
            return ["and", condition, more]
    found = solver.simple(points, present, 2)
    if found is not None:
        return found
    lifted = [(ladder, places) for ladder in ladders if (places := ladder.all(solver, domain)) is not None]
    ends, solver.ends = solver.ends, []  # they speak of the index that is printed
    for full in (False, True):
        for ladder, places in lifted:
            raised = solver.points(places)
            found = solver.condition(raised, present) if full else solver.simple(raised, present, 2)
            if found is not None:
                return ladder.lowered(found)
    solver.ends = ends
    for condition, inside, there in around:
        more = solver.simple(inside, there, 3)
        if more is not None:
            return ["and", condition, more]
    return solver.condition(points, present)
