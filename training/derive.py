"""Fields that a config leaves at null and its class fills in: the rule, inferred from what the class made of them."""

from __future__ import annotations

import functools
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from dara_lint.blueprints.expression import Expression
from dara_lint.blueprints.unit import Derived, flattened
from training.hints import Hints
from training.sampling import Sample
from training.solver import Solver

LOOKED = 24
"""Items of a list that are looked at."""
TOLD = 9
"""Items of a list of numbers that a trace is asked for."""
FIXED = 12
"""Places in a list that is always the same that are named one by one."""


def derived(
    samples: Sequence[Sample], wanted: set[str], shaping: list[str], others: list[str], seconds: float = 8.0
) -> tuple[list[Derived], list[str]]:
    """A rule for each wanted field that is null in some sample and filled by the class; and those without one."""
    raws = [flattened(sample.raw) for sample in samples]
    fulls = [flattened(sample.resolved) for sample in samples]
    rules: list[Derived] = []
    lost: list[str] = []
    ruled: list[str] = []
    left = sorted(wanted)
    for again in (False, True):
        for name in left if again else list(left):
            places = [
                at
                for at, raw in enumerate(raws)
                if name in raw and raw[name] is None and fulls[at].get(name) is not None
            ]
            if not places:
                continue
            fields = [_known(raw, full, name, ruled) for raw, full in zip(raws, fulls, strict=True)]
            names = [each for each in (*shaping, *others) if each != name]
            solver = Solver(
                [samples[at] for at in places], names, [], time.process_time() + seconds, [fields[at] for at in places]
            )
            values = [fulls[at][name] for at in places]
            rule = _rule(name, values, solver) or (_told(name, values, solver) if again else None)
            if rule is not None:
                rules.append(rule)
                ruled.append(name)
            elif again:
                lost.append(name)
        left = [name for name in left if name not in ruled]
    return rules, lost


def _known(raw: dict[str, Any], full: dict[str, Any], name: str, ruled: list[str]) -> dict[str, Any]:
    """The fields but for ``name``; nulls for which there is a rule already are what the class made of them."""
    filled = {key: full.get(key) for key in ruled if key in raw and raw[key] is None}
    return {key: value for key, value in (raw | filled).items() if key != name}


def _rule(name: str, values: list[Any], solver: Solver) -> Derived | None:
    if all(isinstance(value, (int, float)) for value in values):
        points = solver.points([(at, ()) for at in range(len(values))])
        target = np.array([float(value) for value in values])
        found = solver.plain(points, target)
        found = solver.number(points, target, 1) if found is None else found
        return None if found is None else Derived(name, found)
    if all(isinstance(value, list) for value in values):
        return _list_rule(name, values, solver)
    return None


def _told(name: str, values: list[Any], solver: Solver) -> Derived | None:
    """What the config class computed, as a trace tells it."""
    if all(isinstance(value, (int, float)) for value in values):
        found = _laid(name, solver, {(at, ()): value for at, value in enumerate(values)})
        return None if found is None else Derived(name, found)
    if not all(isinstance(value, list) and all(type(item) is int for item in value) for value in values):
        return None
    length = _length(values, solver)
    items: dict[tuple[int, tuple[int, ...]], float] = {
        (at, (i,)): item for at, value in enumerate(values) for i, item in enumerate(value[:TOLD])
    }
    found = _laid(name, solver, items) if items and length is not None else None
    return None if found is None or length is None else Derived(name, length, found)


def _laid(name: str, solver: Solver, values: dict[tuple[int, tuple[int, ...]], float]) -> Expression | None:
    from training.trace import made_of  # needs torch

    places = list(values)

    def told(place: int) -> list[Expression]:
        at, index = places[place]
        made = made_of(solver.samples[at].raw, name, *index)
        return [] if made is None else [made]

    return Hints("", solver.samples, solver).laid(places, np.array([float(each) for each in values.values()]), told)


def _length(values: list[list[Any]], solver: Solver) -> Expression | None:
    points = solver.points([(at, ()) for at in range(len(values))])
    return solver.number(points, np.array([float(len(value)) for value in values]), 1)


def _numbers_rule(name: str, values: list[list[int]], solver: Solver) -> Derived | None:
    """A list of numbers: its length, and each as an expression of its place."""
    length = _length(values, solver)
    places = [(at, (index,)) for at, value in enumerate(values) for index in range(min(len(value), 12))]
    if length is None or not places:
        return None
    items = solver.number(solver.points(places), np.array([float(values[at][i]) for at, (i,) in places]), 1)
    return None if items is None else Derived(name, length, items)


def _list_rule(name: str, values: list[list[Any]], solver: Solver) -> Derived | None:
    if not any(values):
        return Derived(name, 0)
    if all(type(item) is int for value in values for item in value):
        return _numbers_rule(name, values, solver)
    words = sorted({repr(item): item for value in values for item in value}.items())
    if not words or len(words) > 12 or any(isinstance(item, (list, dict)) for _, item in words):
        return None
    length = _length(values, solver)
    if length is None:
        return None
    places = [(at, (index,)) for at, value in enumerate(values) for index in range(min(len(value), LOOKED))]
    items = solver.points(places)
    often = sorted((word for _, word in words), key=lambda word: sum(value.count(word) for value in values))
    rules: list[tuple[Expression | None, Any]] = []
    left = np.ones(len(places), dtype=bool)
    for word in often[:-1]:
        target = np.array([values[at][index[0]] == word for at, index in places])
        condition = _standing(values, word, LOOKED)
        if condition is None:
            condition = solver.condition([point for point, here in zip(items, left, strict=True) if here], target[left])
        if condition is None:
            condition = _standing(values, word, 1)
        if condition is None:
            return None
        rules.append((condition, word))
        left &= ~target
    rules.append((None, often[-1]))
    return Derived(name, length, None, tuple(rules))


def _standing(values: list[list[Any]], word: Any, longer: int) -> Expression | None:
    """The places of a word in a list that is always the same, and longer than so many items; None where it is not."""
    places = [at for at, item in enumerate(values[0]) if item == word]
    if any(value != values[0] for value in values) or len(values[0]) <= longer or len(places) > FIXED:
        return None
    each: list[Expression] = [["=", ["i", 0], place] for place in places]
    return functools.reduce(lambda left, right: ["or", left, right], each)
