"""From samples to a unit: patterns, counts, dimensions, conditions, references, derived nulls.

Guided by counterexamples: what an unseen config contradicts joins the samples, and the unit is inferred again.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dara_lint.blueprints.expression import Expression, fields_of
from dara_lint.blueprints.unit import Pattern, Reference, Unit, shape_of, slots
from training.climb import climbed
from training.hints import Hints
from training.patterns import Group, grouped, prefixes
from training.places import domain_of, thinned
from training.presence import presence
from training.search import exact, vector
from training.solver import Solver, view
from training.stages import Ladder, ladders, staged
from training.turns import reached

if TYPE_CHECKING:
    from training.sampling import Sample


@dataclass
class Outcome:
    """A unit and what inference could not say of it."""

    unit: Unit
    failures: list[str]


def infer(
    model_type: str,
    class_name: str,
    samples: Sequence[Sample],
    shaping: list[str],
    others: list[str],
    references: Sequence[tuple[Reference, list[set[str]]]] = (),
    seconds: float = 30.0,
    without: AbstractSet[str] = frozenset(),
) -> Outcome:
    """The unit that these samples imply. ``references`` come with the names they explain in each sample.

    ``without`` are fields that are not read, because a config.json leaves them at null and no rule fills them.
    """
    shaping, others = ([name for name in names if name not in without] for names in (shaping, others))
    solver = Solver(samples, shaping, others, time.process_time() + seconds, [view(each) for each in samples])
    for fields in solver.fields:
        for name in without:
            fields.pop(name, None)
    hints = Hints(class_name, samples, solver)
    explained = [set().union(*(names[number] for _, names in references)) for number in range(len(samples))]
    groups = _ranked(
        grouped(
            [
                [name for name in sample.tensors if name not in explained[number]]
                for number, sample in enumerate(samples)
            ]
        ),
        samples,
    )
    failures: list[str] = []
    highest: dict[tuple[str, int, tuple[int, ...]], int] = defaultdict(int)
    for group in groups:
        steps = prefixes(group.name)
        for sample, places in group.places.items():
            for at in places:
                for level, prefix in enumerate(steps):
                    key = (prefix, sample, at[:level])
                    highest[key] = max(highest[key], at[level] + 1)
    counts: dict[str, Expression | None] = {}
    climbs: dict[str, list[Ladder]] = {}
    for prefix in sorted({key[0] for key in highest}, key=lambda text: text.count("{}")):
        counts[prefix] = _count(solver, hints, prefix, highest)
        hints.repeats(counts[prefix])
        climbs[prefix] = ladders(solver, groups, highest, prefix)
        if counts[prefix] is None:
            failures.append(f"count of {prefix}")
    patterns = []
    siblings: dict[str, Expression] = {}
    known: dict[tuple[str, ...], dict[str, Expression]] = defaultdict(dict)
    natural = [group.name for group in groups]
    groups.sort(key=lambda group: (group.name.count("{}"), -sum(map(len, group.places.values()))))
    looks = [thinned([(sample, at) for sample, ats in group.places.items() for at in ats]) for group in groups]
    easy = [_easy(solver, samples, group, looked) for group, looked in zip(groups, looks, strict=True)]
    for group, looked, candidates in zip(groups, looks, easy, strict=True):
        steps = prefixes(group.name)
        number = [counts[prefix] for prefix in steps]
        if any(count is None for count in number):
            continue
        domain = domain_of(solver, [n for n in number if n is not None], group)
        present = np.array([at in group.places.get(sample, ()) for sample, at in domain])
        condition: Expression | None = None
        steep = [ladder for prefix in steps for ladder in climbs[prefix]]
        if not present.all():
            ends = [_last(level, count) for level, count in enumerate(number) if _made(count)]
            around = [tuple(steps), *(tuple(steps[:level]) for level in range(1, len(steps)))]
            near = [each for outer in around for each in known[outer].values()]
            condition = presence(solver, domain, present, steep, near, ends)
            if condition is None:
                failures.append(f"presence of {group.name}")
                continue
            known[tuple(steps)][repr(condition)] = condition
        condition = _counted(solver, group, number, condition)
        shapes = [samples[sample].tensors[group.places[sample][at]] for sample, at in looked]
        dims: list[Expression | None] = []
        for axis, candidate in enumerate(candidates):
            stem = f"{group.name.rpartition('.')[0]} {axis}"
            dims.append(_dimension(solver, hints, group, axis, looked, (siblings.get(stem), candidate), steep))
            if dims[-1] is not None:
                siblings.setdefault(stem, dims[-1])
            else:
                failures.append(f"dimension {axis} of {group.name}")
        dtype = shapes[0][1]
        patterns.append(
            Pattern(
                group.name,
                tuple(n for n in number if n is not None),
                tuple(dims),
                condition,
                "" if dtype == "F32" else dtype,
            )
        )
    place = {name: number for number, name in enumerate(natural)}
    patterns.sort(key=lambda pattern: place[pattern.name])
    unit = Unit(model_type, class_name, tuple(patterns), tuple(reference for reference, _ in references))
    return Outcome(unit, failures)


def _made(count: Expression | None) -> bool:
    """Whether a count is more than a field or the length of a list."""
    return isinstance(count, list) and count[0] != "len"


def _last(level: int, count: Expression | None) -> Expression:
    """That an index is the last of those that a count allows."""
    return ["=", ["+", ["i", level], 1], count if count is not None else 0]


def _ranked(groups: Sequence[Group], samples: Sequence[Sample]) -> list[Group]:
    """Groups of tensors of one rank each: a name that is a matrix here and a stack of them there stands twice."""
    out = []
    for group in groups:
        ranks: dict[int, dict[int, dict[tuple[int, ...], str]]] = defaultdict(lambda: defaultdict(dict))
        for sample, places in group.places.items():
            for at, name in places.items():
                ranks[len(samples[sample].tensors[name][0])][sample][at] = name
        out += [Group(group.name, dict(places)) for _, places in sorted(ranks.items())]
    return out


def _sizes(samples: Sequence[Sample], group: Group, places: Sequence[tuple[int, tuple[int, ...]]], axis: int) -> Any:
    """One dimension of a group's tensors at these places."""
    return np.array([float(samples[sample].tensors[group.places[sample][at]][0][axis]) for sample, at in places])


def _easy(
    solver: Solver, samples: Sequence[Sample], group: Group, places: Sequence[tuple[int, tuple[int, ...]]]
) -> list[Expression | None]:
    """Each dimension as far as a short search tells, so that hard ones cannot use up the time of easy ones."""
    sample, at = places[0]
    rank = len(samples[sample].tensors[group.places[sample][at]][0])
    return [solver.quick(solver.points(places), _sizes(samples, group, places, axis)) for axis in range(rank)]


def _dimension(
    solver: Solver,
    hints: Hints,
    group: Group,
    axis: int,
    places: list[tuple[int, tuple[int, ...]]],
    candidates: tuple[Expression | None, ...],
    steep: Sequence[Ladder] = (),
) -> Expression | None:
    """The expression of one dimension, right at every place of the pattern and not only at those looked at.

    ``candidates`` are that of the weight beside a bias, and what a short search found: where one fits, it is taken.
    Otherwise it is what the constructor computed, where traces tell, and what a long search finds, where not.
    """
    samples = hints.samples
    every = [(sample, at) for sample, ats in group.places.items() for at in ats]
    whole = _sizes(samples, group, every, axis)
    for candidate in candidates:
        if candidate is not None and exact(candidate, solver.points(every), whole):
            return candidate
    names = [group.places[sample][at] for sample, at in every]
    told = hints.dimension(every, names, axis, whole)
    if told is not None:
        return told
    for ladder in steep:
        lifted = ladder.all(solver, every)
        told = None if lifted is None else hints.dimension(lifted, names, axis, whole)
        found = None if told is None else ladder.lowered(told)
        if found is not None and exact(found, solver.points(every), whole):
            return found
    for ladder in steep:
        found = climbed(solver, ladder, places, _sizes(samples, group, places, axis))
        if found is not None and exact(found, solver.points(every), whole):
            return found
    for _ in range(3):
        found = solver.number(solver.points(places), _sizes(samples, group, places, axis))
        if found is None or len(every) == len(places):
            return found
        wrong = np.nonzero(vector(found, solver.points(every)) != whole)[0]
        if not len(wrong):
            return found
        places = sorted({*places, *(every[place] for place in wrong[:: max(1, len(wrong) // 60)])})
    return None


def _counted(
    solver: Solver, group: Group, numbers: Sequence[Expression | None], condition: Expression | None
) -> Expression | None:
    """The condition, and that no field which counts the pattern is null, where there is none of it then."""
    for name in sorted(frozenset().union(*(fields_of(number) for number in numbers if number is not None))):
        empty = [sample for sample, fields in enumerate(solver.fields) if fields.get(name) is None]
        if empty and not any(group.places.get(sample) for sample in empty):
            given: Expression = ["not", ["null", name]]
            condition = given if condition is None else ["and", given, condition]
    return condition


def _count(
    solver: Solver,
    hints: Hints,
    prefix: str,
    highest: dict[tuple[str, int, tuple[int, ...]], int],
) -> Expression | None:
    """How many indices stand after ``prefix``."""
    places = [(sample, at) for name, sample, at in highest if name == prefix]
    kept = thinned(places)
    target = np.array([float(highest[prefix, sample, at]) for sample, at in kept])
    found = solver.quick(solver.points(kept), target) or hints.count(kept, target) or staged(solver, highest, prefix)
    if found is None:
        tops = np.array([float(highest[prefix, sample, at]) for sample, at in places])
        found = reached(solver.points(places), tops, solver.shaping)
    return solver.number(solver.points(kept), target) if found is None else found


def missed(unit: Unit, sample: Sample, covered: AbstractSet[str] = frozenset()) -> list[str]:
    """Names of this sample that the unit's own patterns get wrong in name or shape, at most 20."""
    fields = view(sample)
    promised: dict[str, tuple[int | None, ...]] = {}
    wrong: list[str] = []
    try:
        for pattern in unit.patterns:
            for slot in slots(pattern, fields):
                promised[slot.name] = shape_of(pattern, fields, slot.at)
    except Exception as problem:  # noqa: BLE001
        return [f"! {problem}"]
    actual = {name: shape for name, (shape, _) in sample.tensors.items() if name not in covered}
    for name in promised.keys() | actual.keys():
        if promised.get(name) != actual.get(name):
            wrong.append(name)
            if len(wrong) >= 20:
                break
    return wrong


def used(unit: Unit) -> set[str]:
    """Every field that the unit's own patterns read."""
    found: set[str] = set()
    for pattern in unit.patterns:
        for part in (*pattern.counts, *pattern.dims, pattern.condition):
            if part is not None:
                found |= fields_of(part)
    return found
