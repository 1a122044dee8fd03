"""A count that is so many for each turn of a loop, and some more; or as many as there are layers of a kind."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from dara_lint.blueprints.expression import Expression
from training.search import Point, exact, vector


def stretched(
    points: list[Point], target: Any, loops: Sequence[Mapping[int, Sequence[Expression]]]
) -> Expression | None:
    """The count over the turns of one of these loops (of one build each, by their turns), or None."""
    for made in _distinct(loops):
        turns, values = made, vector(made, points)
        if np.isnan(values).any() or (values == values[0]).all():
            continue
        if (values < 0).any():
            turns, values = ["max", made, 0], np.maximum(values, 0)
        low, high = int(values.argmin()), int(values.argmax())
        step = (target[high] - target[low]) / max(1, values[high] - values[low])
        more = target[low] - step * values[low]
        if not step or step != int(step) or more != int(more):
            continue
        product: Expression = ["*", turns, int(step)]
        found: Expression = ["+", product, int(more)] if more > 0 else ["-", product, -int(more)]
        if exact(found, points, target):
            return found
    return None


def reached(points: list[Point], target: Any, names: Sequence[str]) -> Expression | None:
    """How many items of a list are one word, where the last index anywhere in a model is the last of as many."""
    most: dict[int, float] = {}
    for point, value in zip(points, target, strict=True):
        most[point.sample] = max(value, most.get(point.sample, 0))
    for name in names:
        lists = [value for point in points if isinstance(value := point.fields.get(name), list)]
        words = {item for value in lists for item in value if isinstance(item, str)}
        for word in sorted(words) if len(lists) == len(points) else ():
            found: Expression = ["before", name, ["len", name], word]
            if (vector(found, points) == [most[point.sample] for point in points]).all():
                return found
    return None


def _distinct(loops: Sequence[Mapping[int, Sequence[Expression]]]) -> Iterator[Expression]:
    seen: set[str] = set()
    for each in loops:
        for made in (made for several in each.values() for made in several):
            if (text := json.dumps(made)) not in seen:
                seen.add(text)
                yield made
