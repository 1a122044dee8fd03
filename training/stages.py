"""Counters that run on through stages: ``layers.{n}`` with n over all stages, told apart as a stage and a place in it.

Every stage may hold as many places as any other (what stands there repeats), or as many as a list says. Inference
looks at such a pattern with two indices in the place of one, and writes what it finds with the one that is printed.
"""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from dara_lint.blueprints.arithmetic import UnknownValueError
from dara_lint.blueprints.expression import PLACES, STAGES, Expression, value_of
from training.patterns import At, Group, prefixes
from training.search import exact
from training.solver import Solver

Highest = Mapping[tuple[str, int, At], int]
"""prefix, sample and outer indices → how many indices stand there"""


class Ladder(NamedTuple):
    """The mask of level ``level`` as a stage and a place, both over the index that is printed."""

    level: int
    stage: Expression
    place: Expression
    stages: Expression
    """How many stages there are; what stands before the first is in stage -1, what stands behind the last in this one
    or a later one."""

    def lifted(self, solver: Solver, sample: int, at: At) -> At:
        """Indices with the two in the place of the one. Raises UnknownValueError."""
        inner = at[: self.level + 1]
        pair = (int(value_of(part, solver.fields[sample], inner)) for part in (self.stage, self.place))
        return (*at[: self.level], *pair, *at[self.level + 1 :])

    def all(self, solver: Solver, places: Sequence[tuple[int, At]]) -> list[tuple[int, At]] | None:
        """Samples and indices with the two in the place of the one, or None where some have none."""
        with contextlib.suppress(UnknownValueError):
            return [(sample, self.lifted(solver, sample, at)) for sample, at in places]
        return None

    def lowered(self, expression: Expression) -> Expression:
        """An expression over the two as one over the index that is printed."""
        if not isinstance(expression, list):
            return expression
        if expression[0] == "i":
            level = int(str(expression[1]))
            if level in {self.level, self.level + 1}:
                return self.stage if level == self.level else self.place
            return ["i", level - (level > self.level)]
        return [self.lowered(part) if isinstance(part, list) else part for part in expression]


def ladders(solver: Solver, groups: Sequence[Group], highest: Highest, prefix: str) -> list[Ladder]:
    """The ways to tell stages apart behind ``prefix``, the likeliest first."""
    level = prefix.count("{}")
    here: Expression = ["i", level]
    found = []
    for offset, count, width in _repeating(solver, groups, prefix):
        start: Expression = ["-", here, offset] if offset else here
        found.append(Ladder(level, ["//", start, width], ["%", start, width], count))
    for offset, count, size, _ in _listed(solver, highest, prefix):
        start = ["-", here, offset] if offset else here
        found.append(Ladder(level, ["stage", start, count, size], ["within", start, count, size], count))
    return found


def staged(solver: Solver, highest: Highest, prefix: str) -> Expression | None:
    """How many indices stand behind ``prefix`` where a list says how many each stage holds, or None."""
    for _, count, size, more in _listed(solver, highest, prefix):
        total: Expression = ["total", count, size]
        return ["+", total, more] if more else total
    return None


def _listed(solver: Solver, highest: Highest, prefix: str) -> Iterator[tuple[int, Expression, Expression, int]]:
    """(first place, number of stages, size of a stage, places outside of them) as lists of the config say."""
    tops = {sample: top for (name, sample, at), top in highest.items() if name == prefix and not at}
    if len(tops) < 4 or len(set(tops.values())) == 1 or max(tops.values()) > PLACES:
        return
    points = solver.points([(sample, ()) for sample in tops])
    target = np.array([float(top) for top in tops.values()])
    fields = [solver.fields[sample] for sample in tops]
    names = [name for name in (*solver.shaping, *solver.others) if _numbers(each.get(name) for each in fields)]
    factors = [name for name in solver.shaping if all(type(each.get(name)) in {int, float} for each in fields)]
    for name in names:
        item: Expression = ["at", name, ["i", -1]]
        sizes: list[Expression] = [item]
        sizes += [
            ["ceil", ["*", by, item]] if any(type(each[by]) is float for each in fields) else ["*", by, item]
            for by in factors
        ]
        for size in sizes:
            for more in range(4):
                if exact(["+", ["total", ["len", name], size], more], points, target):
                    for offset in range(more + 1):
                        yield offset, ["len", name], size, more
                    break


def _numbers(values: Iterator[Any]) -> bool:
    """Whether all of these are lists of whole numbers, not all of ones and none too long."""
    lists = list(values)
    return all(
        isinstance(value, list) and 0 < len(value) <= STAGES and all(type(item) is int and item >= 0 for item in value)
        for value in lists
    ) and any(item > 1 for value in lists for item in value)


def _repeating(solver: Solver, groups: Sequence[Group], prefix: str) -> Iterator[tuple[int, Expression, Expression]]:
    """(first place, number of stages, size of each) where what stands behind ``prefix`` repeats."""
    rows = _rows(groups, prefix)
    if len({kinds for row in rows.values() for kinds in row}) < 2:
        return
    tried = []
    for offset in (1, 0, 2, 3):
        for tail in range(5):
            widths = {sample: width for sample, row in rows.items() if (width := _period(row, offset, tail))}
            tried.append((len(widths), offset, tail, widths))
    most = max((count for count, *_ in tried), default=0)
    if most * 2 < len(rows) or most < 4:
        return
    seen = set()
    for known, offset, tail, widths in tried:
        if known < most or offset in seen:
            continue
        seen.add(offset)
        points = solver.points([(sample, ()) for sample in widths])
        counts = [(len(rows[sample]) - offset - tail) // width for sample, width in widths.items()]
        size = solver.number(points, np.array([float(each) for each in widths.values()]), 1)
        number = solver.number(points, np.array([float(each) for each in counts]), 1)
        if size is not None and number is not None:
            yield offset, number, size


def _rows(groups: Sequence[Group], prefix: str) -> dict[int, list[frozenset[str]]]:
    """For each sample the kinds of tensors at each index behind ``prefix``, outermost masks alone."""
    kinds: dict[int, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for group in groups:
        if prefix in prefixes(group.name)[:1]:
            for sample, places in group.places.items():
                for at in places:
                    kinds[sample][at[0]].add(group.name)
    return {
        sample: [frozenset(found.get(index, ())) for index in range(max(found) + 1)] for sample, found in kinds.items()
    }


def _period(row: Sequence[frozenset[str]], offset: int, tail: int) -> int | None:
    """The least width of two or more stages that fill the row but for its ends."""
    inner = row[offset : len(row) - tail]
    for width in range(2, len(inner) // 2 + 1):
        if len(inner) % width == 0 and all(inner[at] == inner[at % width] for at in range(width, len(inner))):
            return width if len(set(inner[:width])) > 1 else None
    return None
