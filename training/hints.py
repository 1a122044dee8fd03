"""From what traces tell of single configs to an expression that holds for all of them.

A trace gives each dimension as the expression that one config's constructor went through. Expressions of one
structure, which differ in numbers alone (places in lists, factors), are laid over each other, and each number
that differs becomes an expression of the indices. Where several structures remain, each on a path of its own,
a condition tells them apart.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dara_lint.blueprints.expression import Expression
from training.search import Point, exact, vector

if TYPE_CHECKING:
    from training.sampling import Sample
    from training.trace import Trace

TERMS = 12
"""Terms that a sum may have."""
STRUCTURES = 6
"""Structures tried for one target, those of most places first."""
TESTS = 150
"""Comparisons that conditions are sought among."""
TRACED = 48
"""Samples traced for one class before a counterexample asks for more."""


class Atom(NamedTuple):
    """A factor: a field, an item of a list, or an operation whose parts are sums again."""

    kind: str
    name: str = ""
    place: int = 0
    parts: tuple[Sum, ...] = ()

    @property
    def shape(self) -> str:
        """What it is but for its numbers."""
        inside = ",".join(part.shape for part in self.parts)
        return f"{self.kind}:{self.name}({inside})"

    @property
    def whole(self) -> str:
        """What it is with its numbers."""
        inside = ",".join(part.whole for part in self.parts)
        return f"{self.kind}:{self.name}[{self.place:04}]({inside})"


class Term(NamedTuple):
    """A number times factors."""

    factor: float
    atoms: tuple[Atom, ...]

    @property
    def shape(self) -> str:
        """What it is but for its numbers."""
        return "*".join(atom.shape for atom in self.atoms)

    @property
    def whole(self) -> str:
        """The factors with their numbers."""
        return "*".join(atom.whole for atom in self.atoms)


class Sum(NamedTuple):
    """Terms in a fixed order."""

    terms: tuple[Term, ...]

    @property
    def shape(self) -> str:
        """What it is but for its numbers."""
        return "+".join(term.shape for term in self.terms)

    @property
    def whole(self) -> str:
        """What it is with its numbers."""
        return "+".join(f"{term.factor}*{term.whole}" for term in self.terms)

    @property
    def number(self) -> float | None:
        """Its value where it is a constant."""
        if not self.terms:
            return 0
        return self.terms[0].factor if len(self.terms) == 1 and not self.terms[0].atoms else None


class TooLargeError(Exception):
    """An expression with more terms than make sense."""


def _summed(terms: Sequence[Term]) -> Sum:
    merged: dict[str, Term] = {}
    for term in terms:
        atoms = tuple(sorted(term.atoms, key=lambda atom: (atom.shape, atom.whole)))
        same = Term(0, atoms)
        known = merged.get(same.whole)
        merged[same.whole] = Term(term.factor + (known.factor if known else 0), atoms)
    kept = [term for term in merged.values() if term.factor]
    if len(kept) > TERMS:
        raise TooLargeError
    return Sum(tuple(sorted(kept, key=lambda term: (term.shape, term.whole))))


def _times(left: Sum, right: Sum) -> Sum:
    return _summed([Term(a.factor * b.factor, a.atoms + b.atoms) for a in left.terms for b in right.terms])


def _single(atom: Atom) -> Sum:
    return Sum((Term(1, (atom,)),))


def _divided(left: Sum, right: Sum) -> Sum | None:
    """``left / right`` where right is one term that divides each of left's exactly."""
    if len(right.terms) != 1:
        return Sum((Term(1, ()),)) if left == right else None
    by = right.terms[0]
    out = []
    for term in left.terms:
        atoms = list(term.atoms)
        for atom in by.atoms:
            if atom not in atoms:
                return None
            atoms.remove(atom)
        factor = term.factor / by.factor
        if factor != int(factor):
            return None
        out.append(Term(int(factor), tuple(atoms)))
    return _summed(out)


def normal(tree: Expression) -> Sum:
    """A traced expression as a sum of products. Raises TooLargeError."""
    if isinstance(tree, (int, float)):
        return _summed([Term(tree, ())])
    if isinstance(tree, str):
        return _single(Atom("field", tree))
    operator = str(tree[0])
    if operator == "at":
        return _single(Atom("at", str(tree[1]), int(tree[2])))  # type: ignore[arg-type]
    if operator == "len":
        return _single(Atom("len", str(tree[1])))
    parts = [normal(part) for part in tree[1:]]
    if operator in {"+", "-"}:
        sign = 1 if operator == "+" else -1
        return _summed([*parts[0].terms, *(Term(sign * term.factor, term.atoms) for term in parts[1].terms)])
    if operator == "*":
        return _times(parts[0], parts[1])
    if operator in {"//", "/"}:
        quotient = _divided(parts[0], parts[1]) if parts[1].terms else None
        if quotient is not None:
            return quotient
    if operator in {"int", "ceil", "round"}:
        inner = parts[0].terms
        if len(inner) == 1 and len(inner[0].atoms) == 1 and inner[0].factor == 1:
            atom = inner[0].atoms[0]
            if atom.kind in {"int", "ceil", "round", "at", "len", "//"}:
                return parts[0]
            if atom.kind == "/" and operator == "int":
                return _single(atom._replace(kind="//"))
    if operator == "^" and parts[1].number is not None and 0 <= parts[1].number <= 4:
        out = _summed([Term(1, ())])
        for _ in range(int(parts[1].number)):
            out = _times(out, parts[0])
        return out
    return _single(Atom(operator, parts=tuple(parts)))


class Hints:
    """What the traces of a class's samples tell, made when it is asked for."""

    def __init__(self, class_name: str, samples: Sequence[Sample], solver: Any) -> None:
        self.class_name, self.samples, self.solver = class_name, samples, solver
        solver.tests = self.tests
        self._traces: dict[int, Trace | None] = {}
        self._tests: dict[tuple[int, int], list[Expression]] = {}
        self._sums: dict[str, Sum | None] = {}

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
        if len(sums) < 2 or all(each.number is not None for each in sums):  # noqa: PLR2004
            return
        sides = [self._one([], [each]) for each in sums]
        if None in sides:
            return
        for level in range(levels):
            here: Expression = ["i", level]
            moved = [here if each.number is not None else _placed(side or 0, here) for each, side in zip(sums, sides, strict=True)]
            if moved != sides:
                yield [test[0], *moved]
        yield [test[0], *(side or 0 for side in sides)]

    def _sum(self, made: Expression) -> Sum | None:
        key = json.dumps(made)
        if key not in self._sums:
            try:
                self._sums[key] = normal(made)
            except (TooLargeError, ValueError, TypeError):
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
            return [*trace.sizes.get(value, ()), *halves, value]

        return self._found(places, target, told)

    def count(self, places: Sequence[tuple[int, tuple[int, ...]]], target: Any) -> Expression | None:
        """The expression of a count, of those that the constructor's loops ran over."""

        def told(place: int, trace: Trace) -> list[Expression]:
            value = int(target[place])
            out: list[Expression] = list(trace.loops.get(value, ()))
            out += [["+", each, 1] for each in trace.loops.get(value - 1, ())]
            out += [["-", each, 1] for each in trace.loops.get(value + 1, ())]
            return [*out, value]

        return self._found(places, target, told)

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
            if found is not None:
                return found
            further = [places[place][0] for place in wrong if places[place][0] not in chosen][:8]
            if not further:
                return None
            chosen |= set(further)
        return None

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
            made = self._one([points[place] for place in order], [members[place] for place in order])
            if made is None:
                continue
            right = vector(made, points) == target
            if right.all() and exact(made, points, target):
                return made, ()
            if right.any():
                known.append((made, right))
        if not known:
            return None, ()
        covered = np.logical_or.reduce([right for _, right in known])
        if not covered.all():
            return None, [int(place) for place in np.nonzero(~covered)[0]]
        out = self._chain(points, known, np.arange(len(points)), 4)
        return (out if out is not None and exact(out, points, target) else None), ()

    def _chain(self, points: list[Point], known: list[tuple[Expression, Any]], here: Any, depth: int) -> Expression | None:
        """``if c then a else …``, each part right where it is asked; the rarest parts are told apart first."""
        for made, right in known:
            if right[here].all():
                return made
        if not depth:
            return None
        for number, (made, right) in enumerate(sorted(known, key=lambda each: int(each[1][here].sum()))[:3]):
            inside = right[here]
            others = [each for each in known if each[0] is not made]
            if not inside.any() or not np.logical_or.reduce([each[1][here[~inside]] for each in others]).all():
                continue
            other = self._chain(points, others, here[~inside], depth - 1)
            if other is None:
                continue
            differ = (vector(other, [points[at] for at in here]) != vector(made, [points[at] for at in here])) | ~inside
            some = here[differ]
            condition = self.solver.condition([points[at] for at in some], right[some])
            if condition is not None:
                return ["if", condition, made, other]
        return None

    def _one(self, points: list[Point], sums: list[Sum]) -> Expression | None:
        """Sums of one structure as one expression."""
        terms: list[Expression] = []
        for number in range(len(sums[0].terms)):
            factor = self._number(points, [each.terms[number].factor for each in sums])
            if factor is None:
                return None
            product: Expression | None = None if factor == 1 and sums[0].terms[number].atoms else factor
            for at in range(len(sums[0].terms[number].atoms)):
                atom = self._atom(points, [each.terms[number].atoms[at] for each in sums])
                if atom is None:
                    return None
                product = atom if product is None else ["*", atom, product] if isinstance(product, (int, float)) else ["*", product, atom]
            terms.append(product if product is not None else 1)
        if not terms:
            return 0
        terms.sort(key=lambda term: (isinstance(term, (int, float)) or _negative(term), 0))
        out = terms[0]
        for term in terms[1:]:
            if isinstance(term, (int, float)) and term < 0:
                out = ["-", out, -term]
            elif _negative(term):
                assert isinstance(term, list)
                factor = term[2]
                assert isinstance(factor, (int, float))
                out = ["-", out, term[1] if factor == -1 else ["*", term[1], -factor]]
            else:
                out = ["+", out, term]
        return out

    def _atom(self, points: list[Point], atoms: list[Atom]) -> Expression | None:
        first = atoms[0]
        if first.kind == "field":
            return first.name
        if first.kind == "len":
            return ["len", first.name]
        if first.kind == "at":
            place = self._number(points, [atom.place for atom in atoms], first.name)
            return None if place is None else ["at", first.name, place]
        parts: list[Expression] = []
        for number in range(len(first.parts)):
            part = self._one(points, [atom.parts[number] for atom in atoms])
            if part is None:
                return None
            parts.append(part)
        return [first.kind, *parts]

    def _number(self, points: list[Point], values: list[float], inside: str = "") -> Expression | None:
        """A number that differs from place to place as an expression of the indices; ``inside``: a place in a list."""
        target = np.array([float(value) for value in values])
        if (target == target[0]).all():
            return int(target[0]) if target[0] == int(target[0]) else float(target[0])
        lengths: list[Expression] = [["len", inside]] if inside else []
        for level in range(len(points[0].at)):
            here: Expression = ["i", level]
            index = vector(here, points)
            for base, sign in ((0.0, 1), *((vector(each, points), -1) for each in lengths)):
                rest = target - base - sign * index
                if (rest == rest[0]).all():
                    shift = int(rest[0])
                    made: Expression = here if sign > 0 else ["-", lengths[0], here]
                    return made if not shift else ["+", made, shift] if shift > 0 else ["-", made, -shift]
        for each in lengths:
            rest = target - vector(each, points)
            if (rest == rest[0]).all():
                return ["-", each, -int(rest[0])] if rest[0] < 0 else ["+", each, int(rest[0])]
        found = self.solver.table(points, (), 2).find(target) if points[0].at else None
        if found is not None and exact(found, points, target):
            return found
        return self.solver.quick(points, target) or self._shifted(points, target)

    def _shifted(self, points: list[Point], target: Any) -> Expression | None:
        """An index and one of two or three shifts, told apart by a condition; or one of as many numbers."""
        starts: list[Expression] = [*(["i", level] for level in range(len(points[0].at))), 0]
        for start in starts:
            rest = target - vector(start, points)
            shifts, often = np.unique(rest, return_counts=True)
            if len(shifts) > 3:
                continue
            out: Expression | None = None
            left = np.ones(len(points), dtype=bool)
            steps: list[tuple[Expression, Expression]] = []
            for shift in shifts[np.argsort(often)][:-1]:
                condition = self.solver.condition(
                    [point for point, here in zip(points, left, strict=True) if here], (rest == shift)[left]
                )
                if condition is None:
                    break
                steps.append((condition, _moved(start, int(shift))))
                left &= rest != shift
            else:
                out = _moved(start, int(shifts[np.argmax(often)]))
                for condition, value in reversed(steps):
                    out = ["if", condition, value, out]
                return out
        return None


def _placed(side: Expression, here: Expression) -> Expression:
    """An expression with every place in a list replaced by an index."""
    if not isinstance(side, list):
        return side
    return ["at", side[1], here] if side[0] == "at" else [side[0], *(_placed(part, here) for part in side[1:])]


def _moved(start: Expression, shift: int) -> Expression:
    if start == 0:
        return shift
    return ["+", start, shift] if shift > 0 else ["-", start, -shift] if shift else start


def _negative(term: Expression) -> bool:
    return (
        isinstance(term, list) and term[0] == "*" and isinstance(term[2], (int, float)) and term[2] < 0
    )
