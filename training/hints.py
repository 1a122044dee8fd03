"""From what traces tell of single configs to an expression that holds for all of them.

A trace gives each dimension as the expression that one config's constructor went through. Expressions of one
structure, which differ in numbers alone (places in lists, factors), are laid over each other, and each number
that differs becomes an expression of the indices. Where several structures remain, each on a path of its own,
a condition tells them apart.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dara_lint.blueprints.expression import Expression
from dara_lint.blueprints.unit import indexed
from training.layers import Layers
from training.search import Point, exact, truth, vector
from training.sums import Sum, TooLargeError, normal, powered
from training.turns import stretched

if TYPE_CHECKING:
    from training.sampling import Sample
    from training.trace import Trace

ENOUGH = 600
"""Places at which a condition is sought; what is found is held to all of them."""
STRUCTURES = 6
"""Structures tried for one target, those of most places first."""
TESTS = 150
"""Comparisons that conditions are sought among."""
TRACED = 48
"""Samples traced for one class before a counterexample asks for more."""


class Hints:
    """What the traces of a class's samples tell, made when it is asked for."""

    def __init__(self, class_name: str, samples: Sequence[Sample], solver: Any) -> None:
        self.class_name, self.samples, self.solver = class_name, samples, solver
        self._layers = Layers(solver)
        solver.tests = self.tests
        self._traces: dict[int, Trace | None] = {}
        self._tests: dict[tuple[int, int], list[Expression]] = {}
        self._sums: dict[str, Sum | None] = {}

    def repeats(self, count: Expression | None) -> None:
        """Keep a count that follows from more than one field and from no index: loops may multiply by it."""
        if isinstance(count, list) and count[0] not in {"len", "at"} and not indexed(count):
            self._layers.counts.append(count)

    def trace(self, sample: int) -> Trace | None:
        """The trace of a sample; None where it cannot be built like that."""
        if sample not in self._traces:
            try:
                from training.trace import traced  # needs torch

                self._traces[sample] = traced(self.samples[sample].raw, self.class_name)
            except Exception:  # noqa: BLE001
                self._traces[sample] = None
        return self._traces[sample]

    def tests(self, levels: int) -> list[Expression]:
        """The comparisons that constructors make of config fields, those of most samples first; at most TESTS.

        Numbers that are an index in disguise (a loop's variable, a place in a list) stand as one, too.
        """
        if not self._traces:
            for sample in self._chosen([(number, ()) for number in range(len(self.samples))])[:16]:
                self.trace(sample)
        key = len(self._traces), levels
        if key not in self._tests:
            often: dict[str, int] = defaultdict(int)
            tests: dict[str, Expression] = {}
            for trace in self._traces.values():
                for text, test in (trace.tests if trace else {}).items():
                    often[text] += 1
                    tests[text] = test
            found: dict[str, Expression] = {}
            for text in sorted(often, key=lambda text: (-often[text], len(text)))[: 4 * TESTS]:
                for test in self._generalised(tests[text], levels):
                    found.setdefault(json.dumps(test), test)
            self._tests[key] = list(found.values())[:TESTS]
        return self._tests[key]

    def _generalised(self, test: Expression, levels: int) -> Iterator[Expression]:
        assert isinstance(test, list)
        sums = [each for side in test[1:] if (each := self._sum(side)) is not None]
        if len(sums) < 2 or all(each.number is not None for each in sums):
            return
        sides = [self._layers.one([], [each]) for each in sums]
        if None in sides:
            return
        for level in range(levels):
            here: Expression = ["i", level]
            moved = [
                here if each.number is not None else _placed(side or 0, here)
                for each, side in zip(sums, sides, strict=True)
            ]
            if moved != sides:
                yield [test[0], *moved]
        yield [test[0], *(side or 0 for side in sides)]

    def _sum(self, made: Expression) -> Sum | None:
        key = json.dumps(made)
        if key not in self._sums:
            try:
                self._sums[key] = normal(made)
            except (TooLargeError, ValueError, TypeError, ArithmeticError):
                self._sums[key] = None
        return self._sums[key]

    def _chosen(self, places: Sequence[tuple[int, tuple[int, ...]]]) -> list[int]:
        """Samples to trace first: those in which much is changed, then those in which little is."""
        there = list(dict.fromkeys(sample for sample, _ in places))
        known = [sample for sample in there if sample in self._traces]
        fresh = [sample for sample in there if sample not in self._traces]
        fresh.sort(key=lambda sample: -len(self.samples[sample].changed))
        room = max(8, TRACED - len(self._traces))
        half = room // 2
        picked = fresh[:half] + fresh[half:][:: max(1, len(fresh[half:]) // max(1, room - half))]
        return [*known, *picked[:room]]

    def dimension(
        self, places: Sequence[tuple[int, tuple[int, ...]]], names: Sequence[str], axis: int, target: Any
    ) -> Expression | None:
        """The expression of one dimension at these places, exact at each, or None."""

        def told(place: int, trace: Trace) -> list[Expression]:
            made = trace.dims.get(names[place])
            if made is not None and axis < len(made) and made[axis] is not None:
                return [made[axis] or 0]
            value = int(target[place])
            halves: list[Expression] = [["//", each, 2] for each in trace.sizes.get(value * 2, ())]
            side = math.isqrt(value)
            squares: list[Expression] = [["*", each, each] for each in trace.loops.get(side, ()) if side**2 == value]
            return [*trace.sizes.get(value, ()), *halves, *squares, value]

        return self._found(places, target, told)

    def count(self, places: Sequence[tuple[int, tuple[int, ...]]], target: Any) -> Expression | None:
        """The expression of a count, of those that the constructor's loops ran over."""

        def told(place: int, trace: Trace) -> list[Expression]:
            value = int(target[place])
            out: list[Expression] = list(trace.loops.get(value, ()))
            out += [["+", each, 1] for each in trace.loops.get(value - 1, ())]
            out += [["-", each, 1] for each in trace.loops.get(value + 1, ())]
            return [*out, value]

        found = self._found(places, target, told)
        if found is not None:
            return found
        traces = [trace for sample in self._chosen(places) if (trace := self.trace(sample)) is not None]
        return stretched(self.solver.points(places), target, [trace.loops for trace in traces])

    def _found(self, places: Sequence[tuple[int, tuple[int, ...]]], target: Any, told: Any) -> Expression | None:
        points = self.solver.points(places)
        chosen = set(self._chosen(places))
        for _ in range(3):
            sums: dict[int, list[Sum]] = {}
            for place, (sample, _at) in enumerate(places):
                trace = self.trace(sample) if sample in chosen else None
                if trace is not None:
                    made = [each for tree in told(place, trace) if (each := self._sum(tree)) is not None]
                    sums[place] = list(dict.fromkeys(made))
            found, wrong = self._laid(points, target, sums)
            if found is None or (isinstance(found, list) and found[0] == "if"):
                powers = {place: [powered(each) for each in made] for place, made in sums.items()}
                found = (self._laid(points, target, powers)[0] if powers != sums else None) or found
            if found is not None:
                return found
            further = [places[place][0] for place in wrong if places[place][0] not in chosen][:8]
            if not further:
                return None
            chosen |= set(further)
        return None

    def laid(
        self, places: Sequence[tuple[int, tuple[int, ...]]], target: Any, told: Callable[[int], list[Expression]]
    ) -> Expression | None:
        """What ``told`` gives for each place, as one expression exact everywhere, or None."""
        sums = {
            place: [each for tree in told(place) if (each := self._sum(tree)) is not None]
            for place in range(len(places))
        }
        return self._laid(self.solver.points(places), target, sums)[0]

    def _laid(
        self, points: list[Point], target: Any, sums: dict[int, list[Sum]]
    ) -> tuple[Expression | None, Sequence[int]]:
        """An expression exact everywhere; or the places where what was found is wrong."""
        by_shape: dict[str, dict[int, Sum]] = defaultdict(dict)
        for place, made in sums.items():
            for each in made:
                by_shape[each.shape].setdefault(place, each)
        ranked = sorted(by_shape.values(), key=lambda members: (-len(members), len(next(iter(members.values())).whole)))
        known: list[tuple[Expression, Any]] = []
        for members in ranked[:STRUCTURES]:
            order = sorted(members)
            found = self._layers.one([points[place] for place in order], [members[place] for place in order])
            if found is None:
                continue
            right = vector(found, points) == target
            if right.all() and exact(found, points, target):
                return found, ()
            if right.any():
                known.append((found, right))
        if not known:
            return None, ()
        covered = np.logical_or.reduce([right for _, right in known])
        if not covered.all():
            return None, [int(place) for place in np.nonzero(~covered)[0]]
        out = self._chain(points, known, np.arange(len(points)), 4)
        return (out if out is not None and exact(out, points, target) else None), ()

    def _chain(
        self, points: list[Point], known: list[tuple[Expression, Any]], here: Any, depth: int
    ) -> Expression | None:
        """``if c then a else …``, each part right where it is asked; the rarest parts are told apart first."""
        for made, right in known:
            if right[here].all():
                return made
        if not depth:
            return None
        for made, right in sorted(known, key=lambda each: int(each[1][here].sum()))[:3]:
            inside = right[here]
            others = [each for each in known if each[0] is not made]
            if not inside.any() or not np.logical_or.reduce([each[1][here[~inside]] for each in others]).all():
                continue
            other = self._chain(points, others, here[~inside], depth - 1)
            if other is None:
                continue
            differ = (vector(other, [points[at] for at in here]) != vector(made, [points[at] for at in here])) | ~inside
            some = here[differ]
            if len(some) > ENOUGH:
                some = np.sort(np.random.default_rng(len(some)).choice(some, ENOUGH, replace=False))
            there = [points[at] for at in some]
            condition = _ended(there, right[some], (made, other)) or self.solver.condition(there, right[some])
            if condition is not None:
                return ["if", condition, made, other]
        return None


def _ended(points: list[Point], target: Any, sides: Sequence[Expression]) -> Expression | None:
    """That one of the sides is nothing or less, where this tells the points apart."""
    for side in sides:
        for least in (0, 1):
            under: Expression = ["<", side, least]
            holds = truth(under, points)
            if (holds == target).all() or (holds != target).all():
                return under if holds[0] == target[0] else ["not", under]
    return None


def _placed(side: Expression, here: Expression) -> Expression:
    """An expression with every place in a list replaced by an index."""
    if not isinstance(side, list):
        return side
    return ["at", side[1], here] if side[0] == "at" else [side[0], *(_placed(part, here) for part in side[1:])]
