"""Where a pattern may be, and which of those places are looked at."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence

from dara_lint.blueprints.expression import Expression, UnknownValueError, value_of
from training.solver import ENOUGH, Solver


def thinned(places: list[tuple[int, tuple[int, ...]]]) -> list[tuple[int, tuple[int, ...]]]:
    """Of many places some of every sample: starts of inner counts, the last, others by chance."""
    if len(places) <= ENOUGH:
        return places
    by_sample: dict[int, list[tuple[int, ...]]] = defaultdict(list)
    for sample, at in places:
        by_sample[sample].append(at)
    each = max(4, ENOUGH // len(by_sample))
    chance = random.Random(len(places))
    out = []
    for sample, ats in by_sample.items():
        starts = [at for at in ats if not any(at[1:])]
        ends = [max(ats)]
        picked = dict.fromkeys([*chance.sample(starts, min(len(starts), each // 2)), *ends])
        rest = [at for at in ats if at not in picked]
        picked |= dict.fromkeys(chance.sample(rest, min(len(rest), max(1, each - len(picked)))))
        out += [(sample, at) for at in sorted(picked)]
    return out


def domain_of(solver: Solver, numbers: Sequence[Expression]) -> list[tuple[int, tuple[int, ...]]]:
    """Every (sample, indices) that the counts allow, whether the pattern is there or not.

    Of many indices at an inner level only some are taken: the first three, one in the middle, the last.
    """
    out: list[tuple[int, tuple[int, ...]]] = []
    for sample, fields in enumerate(solver.fields):
        level: list[tuple[int, ...]] = [()]
        for depth, number in enumerate(numbers):
            grown: list[tuple[int, ...]] = []
            for at in level:
                try:
                    count = int(value_of(number, fields, at))
                except UnknownValueError:
                    continue
                inside = range(count) if depth == 0 or count <= 5 else (0, 1, 2, count // 2, count - 1)
                grown += [(*at, index) for index in inside]
            level = grown
        out += [(sample, at) for at in level]
    return out
