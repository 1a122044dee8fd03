"""Finds expressions and conditions over the samples of one class."""

from __future__ import annotations

import contextlib
import json
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from dara_lint.blueprints.expression import Expression, fields_of
from dara_lint.blueprints.unit import flattened
from training.conditions import Features
from training.fits import polynomial
from training.search import Columns, Point, exact
from training.table import Table

if TYPE_CHECKING:  # what builds samples needs torch, what reads them does not
    from training.sampling import Path, Sample

ENOUGH = 320
"""Points per pattern; more are thinned."""


def _rank(condition: Expression, needed: tuple[str, ...], steady: int) -> tuple[int, int]:
    """How soon a condition is tried: nulls and flags that the target depends on, kinds of layers, indices, the rest."""
    inner = condition[1] if isinstance(condition, list) and condition[0] == "not" else condition
    fields = fields_of(condition)
    kind = str(inner[0]) if isinstance(inner, list) else ""
    if kind == "null" and fields <= set(needed):
        return 0, -steady
    if kind in {"true", "is"} and fields <= set(needed):
        return 1, -steady
    if kind in {"word", "in"}:
        return 2 + (not fields <= set(needed)), -steady
    if kind in {"=", "<"} and '["i"' in json.dumps(inner):
        return 3 + len(fields), -steady
    if fields <= set(needed) and kind == "<":
        return 4, -steady
    return 5 + len(fields), -steady


def _at(raw: Any, path: Path) -> Any:
    """The value at a path; None where the config has no such key."""
    with contextlib.suppress(KeyError, TypeError):
        for step in path:
            raw = raw[step]
        return raw
    return None


FEW = 30
"""Shaping fields of which every two are tried."""
HEADS = re.compile(r"head|multiple_of|divisib|divisor")
"""Fields that divide a width or round it, and may do so without changing anything alone."""


def view(sample: Sample) -> dict[str, Any]:
    """The fields that expressions read: the config.json, nulls as the class filled them."""
    fields = flattened(sample.raw)
    full = flattened(sample.resolved)
    return {key: (full.get(key) if value is None else value) for key, value in fields.items()}


DIVISORS = re.compile(HEADS.pattern + "|patch|stride")
"""Those, and what an image is cut by."""
SIDES = re.compile(r"(image|img|input|crop)_?size$")
"""Lists of a height and a width."""


IDLE = re.compile(r"num_labels$|max_position_embeddings$|max_depth$")
"""Fields that shape what changes with them alone, and nothing together with others."""


ASKED = 9
"""What a condition over fields that were never seen to change the target alone may ask: about seven things."""


RUNGS = 5
"""Places of an index that each may have an expression of their own."""


@dataclass
class Solver:
    """Finds expressions and conditions over one list of samples, and remembers tables by their points."""

    samples: Sequence[Sample]
    shaping: list[str]
    others: list[str]
    deadline: float
    fields: list[dict[str, Any]] = field(default_factory=list)
    tests: Callable[[int], list[Expression]] = lambda _levels: []
    """Comparisons that the class's constructor makes, over that many indices."""
    ends: list[Expression] = field(default_factory=list)
    """Conditions on the last of what repeats, where how often it does is no field: of the pattern looked at."""
    _tables: dict[Any, Table] = field(default_factory=dict)
    _features: dict[Any, Features] = field(default_factory=dict)
    _answers: dict[Any, Expression | None] = field(default_factory=dict)

    _neighbours: list[tuple[int, int, str]] = field(default_factory=list)
    _at: dict[int, set[tuple[int, ...]]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        self.others = [name for name in self.others if not IDLE.search(name)]
        self.fields = self.fields or [view(sample) for sample in self.samples]
        marks = [frozenset((path, repr(_at(sample.raw, path))) for path in sample.changed) for sample in self.samples]
        places = {mark: number for number, mark in reversed(list(enumerate(marks)))}
        for number, mark in enumerate(marks):
            for item in mark:
                other = places.get(mark - {item})
                if other is not None:
                    self._neighbours.append((number, other, ".".join(map(str, item[0]))))

    def points(self, places: Sequence[tuple[int, tuple[int, ...]]]) -> list[Point]:
        """Points at these (sample, indices)."""
        for sample, at in places:
            self._at[sample].add(at)
        return [Point(self.fields[sample], at, sample) for sample, at in places]

    def table(self, points: list[Point], names: tuple[str, ...], size: int) -> Table:
        """The table over these points, made once."""
        key = (tuple((point.sample, point.at) for point in points), names, size)
        if key not in self._tables:
            if len(self._tables) > 60:
                self._tables.clear()
            self._tables[key] = Table(points, names, size)
        return self._tables[key]

    def features(
        self,
        points: list[Point],
        *,
        wide: bool = False,
        compared: bool = False,
        more: tuple[str, ...] = (),
        tested: bool = False,
    ) -> Features:
        """The conditions over these points on shaping fields, ``more``, or (``wide``) all fields; made once.

        ``tested``: and the comparisons of the constructor.
        """
        key = (tuple((point.sample, point.at) for point in points), wide, compared, more, tested, repr(self.ends))
        if key not in self._features:
            if len(self._features) > 30:
                self._features.clear()
            names = list(dict.fromkeys([*self.shaping, *more, *(self.others if wide else ())]))
            self._features[key] = Features(
                points,
                names,
                compared=compared,
                first=self.tests(len(points[0].at)) if tested else (),
                last=self.ends,
            )
        return self._features[key]

    def dependencies(self, points: list[Point], target: Any) -> tuple[str, ...]:
        """Fields whose change alone, between two samples that agree in all else, changed the target."""
        here: dict[tuple[int, Any], float] = {
            (point.sample, point.at): value for point, value in zip(points, target, strict=True)
        }
        found: set[str] = set()
        for sample, other, name in self._neighbours:
            if name in found:
                continue
            for point in self._at.get(sample, ()):
                mine, theirs = here.get((sample, point)), here.get((other, point))
                if mine is not None and theirs is not None and mine != theirs:
                    found.add(name)
                    break
        return tuple(name for name in (*self.shaping, *self.others) if name in found)

    def number(self, points: list[Point], target: Any, depth: int = 2, hint: tuple[str, ...] = ()) -> Expression | None:
        """The simplest expression with these values, exact at every point, or None. Remembered by values.

        ``hint`` are fields that a target depends on of which this one is a part.
        """
        if (target == target[0]).all():
            return int(target[0])
        key = (hash(tuple((point.sample, point.at) for point in points)), target.tobytes(), depth)
        if key not in self._answers:
            end = self.deadline
            if depth == 2:
                now = time.process_time()
                self.deadline = min(end, now + max(1.0, (end - now) / 4))  # one hard target may not take it all
            try:
                self._answers[key] = self._number(points, target, depth, hint)
            finally:
                self.deadline = end
        return self._answers[key]

    def _number(self, points: list[Point], target: Any, depth: int, hint: tuple[str, ...]) -> Expression | None:
        own = self.dependencies(points, target)
        needed = tuple(dict.fromkeys((*own, *hint)))
        for names, size, deep in self._plans(needed, depth):
            if time.process_time() > self.deadline:
                return None
            found = self.table(points, names, size).find(target, deep=deep)
            if found is not None and exact(found, points, target):
                return found
        found = self._polynomial(points, target, needed) or self._ladder(points, target)
        if found is not None:
            return found
        if depth and time.process_time() < self.deadline:
            return self._split(points, target, needed, depth)
        return None

    def _plans(self, needed: tuple[str, ...], depth: int) -> Iterator[tuple[tuple[str, ...], int, bool]]:
        """Which fields to search, how large expressions may be, whether to meet in the middle."""
        shaping = tuple(self.shaping)
        if 0 < len(needed) <= 6:
            yield needed, 1, False
            yield needed, 2, False
            heads = self._dividing(needed)[: 6 - len(needed)]
            multiples = tuple(name for name in heads if "head" not in name)
            if multiples and len(needed) <= 3:
                yield (*needed, *multiples[:1]), 3, True
            if heads:
                yield (*needed, *heads), 3 if len(needed) + len(heads) <= 4 else 2, True
        yield shaping, 2 if depth == 2 and len(shaping) <= 30 else 1, False
        if 0 < len(needed) <= 6:
            yield needed, 3 if depth == 2 or len(needed) <= 4 else 2, True
        if depth < 2 and self.others:
            small = not needed and len(shaping) + len(self.others) <= 30
            yield (*shaping, *self.others), 2 if small else 1, False
        if depth == 2:
            yield shaping, 2 if len(shaping) <= 30 else 1, True
            if self.others:
                everything = (*shaping, *self.others)
                yield everything, 2 if len(everything) <= 40 else 1, True

    def _dividing(self, needed: tuple[str, ...]) -> tuple[str, ...]:
        """Fields that a target may be divided or rounded by, though it changed with none of them alone."""
        found = [name for name in (*self.shaping, *self.others) if HEADS.search(name) and name not in needed]
        return tuple(sorted(found, key=lambda name: "head" in name))

    def _polynomial(self, points: list[Point], target: Any, needed: tuple[str, ...]) -> Expression | None:
        """A sum of products of the fields that the target depends on, and of those that divide one another."""
        names = (*needed, *self._dividing(needed)[: max(0, 7 - len(needed))])
        if not 1 < len(names) <= 9:
            return None
        columns = Columns(points)
        levels = range(len(points[0].at))
        lists = [name for name in names if any(isinstance(point.fields.get(name), list) for point in points)]
        indices: list[Expression] = [["i", level] for level in levels]
        indices += [["at", name, ["i", level]] for name in lists for level in levels]
        indices += [["^", 2, ["i", level]] for level in levels]
        indices += [["at", name, place] for name in lists if SIDES.search(name) for place in (0, 1)]
        numbers: list[tuple[Expression, Any]] = [
            (each, values)
            for each in (*names, *indices)
            if not np.isnan(values := columns.number(each)).any() and (values != values[0]).any()
        ]
        quotients: list[tuple[Expression, Any]] = [
            (["//", a, b], np.floor(left / right))
            for a, left in numbers
            for b, right in numbers
            if a != b and isinstance(b, str) and (right > 1).all() and (left >= right).all() and DIVISORS.search(b)
            if ((left % right == 0).all() if "head" in b else SIDES.search(str(a[1] if isinstance(a, list) else a)))
        ]
        for name in [name for name in lists if SIDES.search(name)]:
            area: Expression = ["*", ["at", name, 0], ["at", name, 1]]
            for side in [each for each in names if "patch" in each and each not in lists]:
                whole: Expression = ["//", area, ["*", side, side]]
                quotients.insert(0, (whole, columns.number(whole)))
        quotients.sort(key=lambda each: "head" in str(each[0][1]) if isinstance(each[0], list) else False)
        del quotients[6:]
        found = polynomial((numbers[: 11 - len(quotients)] + quotients), target)
        return found if found is not None and exact(found, points, target) else None

    def quick(self, points: list[Point], target: Any) -> Expression | None:
        """What a short search finds: most dimensions are one field, or two."""
        if (target == target[0]).all():
            return int(target[0])
        needed = self.dependencies(points, target)
        for names, size in ((needed, 1), (needed, 2), (tuple(self.shaping), 1)):
            if 0 < len(names) <= 6 or size == 1:
                found = self.table(points, names, size).find(target)
                if found is not None and exact(found, points, target):
                    return found
        return None

    def _ladder(self, points: list[Point], target: Any) -> Expression | None:
        """One short expression at each of the first few of an index, another behind them."""
        for level in range(len(points[0].at)):
            steps: list[Expression] = []
            some, sizes = points, target
            for place in range(RUNGS):
                inside = np.array([point.at[level] == place for point in some])
                if not inside.any() or inside.all():
                    break
                here = self.quick([point for point, there in zip(some, inside, strict=True) if there], sizes[inside])
                some, sizes = [point for point, there in zip(some, inside, strict=True) if not there], sizes[~inside]
                if here is None:
                    break
                steps.append(here)
                found = self.quick(some, sizes)
                if found is not None:
                    for rung in reversed(range(len(steps))):
                        found = ["if", ["=", ["i", level], rung], steps[rung], found]
                    return found
        return None

    def plain(self, points: list[Point], target: Any) -> Expression | None:
        """What a short search finds, also of any two fields, or of all of them without a choice."""
        found = self.quick(points, target)
        if found is None and len(self.shaping) <= FEW:
            found = self.table(points, tuple(self.shaping), 2).find(target)
            found = found if found is not None and exact(found, points, target) else None
        return self.number(points, target, 0) if found is None else found

    def _split(self, points: list[Point], target: Any, needed: tuple[str, ...], depth: int) -> Expression | None:
        """One expression where a condition holds, another where it does not."""
        more = tuple(name for name in needed if name not in self.shaping) if needed else tuple(self.others)
        features = self.features(points, more=more)
        order = []
        for row in range(len(features.conditions)):
            inside = features.matrix[row]
            if not 3 <= inside.sum() <= len(points) - 2:
                continue
            steady = (target[inside] == target[inside][0]).all() + (target[~inside] == target[~inside][0]).all()
            order.append((_rank(features.conditions[row], needed, int(steady)), row))
        rows = [row for _, row in sorted(order)]
        plain = {row for (rank, _), row in order if rank <= 1}
        for row in rows[:80]:
            if time.process_time() > self.deadline:
                return None
            found = self._halved(points, target, features.matrix[row], features.conditions[row], needed)
            if found is not None:
                return found
        for side, limit in ((self._short_side, 25), (self._side, 30 if depth > 1 else 12)) if depth else ():
            for row in rows[:limit]:
                if time.process_time() > self.deadline:
                    return None
                inside = features.matrix[row]
                first = side(points, target, inside, 0, needed)
                if first is None:
                    continue
                chained = row in plain and not isinstance(first, list)  # null? this, else null? that, else …
                second = side(points, target, ~inside, depth if chained else depth - 1, needed)
                if second is None:
                    continue
                found = ["if", features.conditions[row], first, second]
                if exact(found, points, target):
                    return found
        return None

    def _halved(
        self, points: list[Point], target: Any, inside: Any, condition: Expression, hint: tuple[str, ...]
    ) -> Expression | None:
        """Two short expressions, one of which may be a sum of products."""
        parts = [([p for p, here in zip(points, where, strict=True) if here], where) for where in (inside, ~inside)]
        halves = [self.quick(some, target[where]) for some, where in parts]
        if halves.count(None) == 1:
            place = halves.index(None)
            some, where = parts[place]
            own = self.dependencies(some, target[where])
            halves[place] = self._polynomial(
                some, target[where], own if len(own) > 1 else tuple(dict.fromkeys((*own, *hint)))
            )
        if None in halves:
            return None
        found: Expression = ["if", condition, halves[0] or 0, halves[1] or 0]
        return found if exact(found, points, target) else None

    def _short_side(
        self, points: list[Point], target: Any, inside: Any, depth: int, hint: tuple[str, ...]
    ) -> Expression | None:
        """Also sums of products; and, while ``depth`` lasts, split once more."""
        some, sizes = [point for point, here in zip(points, inside, strict=True) if here], target[inside]
        found = self.quick(some, sizes)
        if found is None:
            own = self.dependencies(some, sizes)
            found = self._polynomial(some, sizes, tuple(dict.fromkeys((*own, *hint))) if len(own) < 2 else own)
        if found is None and depth:
            found = self._split(some, sizes, hint, depth - 1)
        return found

    def _side(
        self, points: list[Point], target: Any, inside: Any, depth: int, hint: tuple[str, ...]
    ) -> Expression | None:
        some = [point for point, here in zip(points, inside, strict=True) if here]
        return self.number(some, target[inside], depth, hint)

    def simple(self, points: list[Point], target: Any, depth: int) -> Expression | None:
        """The simplest condition true exactly where the target is, of one part or of few (``depth`` 2), or None."""
        for wide in (False, True):
            found = self.features(points, wide=wide).find(target, depth)
            if found is not None:
                return found
        return None

    def condition(self, points: list[Point], target: Any) -> Expression | None:
        """The same of more parts, or over fields held against each other."""
        for wide, compared, depth in (
            (False, True, 1),
            (True, True, 1),
            (False, False, 3),
            (False, True, 3),
        ):
            found = self.features(points, wide=wide, compared=compared).find(target, depth)
            if found is not None:
                return found
        for wide, depth in ((False, 1), (False, 2), (True, 3)):
            found = self.features(points, wide=wide, tested=True).find(target, depth)
            if found is not None:
                return found
        needed = frozenset(self.dependencies(points, target.astype(float)))
        features = self.features(points, wide=True, tested=True)
        found = features.tree(target, needed, 5) if needed else None
        if found is None and needed:
            flags = {name for name in self.shaping if any(isinstance(each.get(name), bool) for each in self.fields)}
            found = features.tree(target, needed | flags)
        if found is None and time.process_time() < self.deadline:
            found = features.tree(target, needed | set(self.shaping), 5, ASKED)
        return found
