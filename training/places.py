"""Where a pattern may be, and which of those places are looked at."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence

from dara_lint.blueprints.arithmetic import UnknownValueError
from dara_lint.blueprints.expression import Expression, value_of
from training.patterns import At, Group
from training.solver import ENOUGH, Solver


def thinned(places: list[tuple[int, At]]) -> list[tuple[int, At]]:
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


def domain_of(solver: Solver, numbers: Sequence[Expression], group: Group) -> list[tuple[int, At]]:
    """Every (sample, indices) that the counts allow, whether the pattern is there or not.

    Of many indices at an inner level only some are taken: the first three, one in the middle, the last; and those
    about the last at which the pattern is.
    """
    ends: dict[tuple[int, At], int] = defaultdict(int)
    for sample, places in group.places.items():
        for at in places:
            for depth in range(1, len(at)):
                ends[sample, at[:depth]] = max(ends[sample, at[:depth]], at[depth])
    out: list[tuple[int, At]] = []
    for sample, fields in enumerate(solver.fields):
        level: list[At] = [()]
        for depth, number in enumerate(numbers):
            grown: list[At] = []
            for at in level:
                try:
                    count = int(value_of(number, fields, at))
                except UnknownValueError:
                    continue
                inside = range(count) if depth == 0 or count <= 5 else _some(count, ends.get((sample, at)))
                grown += [(*at, index) for index in inside]
            level = grown
        out += [(sample, at) for at in level]
    return out


def _some(count: int, end: int | None) -> Sequence[int]:
    about = () if end is None else (end // 2, end, end + 1)
    return sorted({index for index in (0, 1, 2, count // 2, count - 1, *about) if index < count})
