"""What a target is of entries that are known: linear in one, a pair of two, one rounded, a sum of several products."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from dara_lint.blueprints.expression import Expression
from training.search import Vector

WIDTHS = tuple(range(8, 2056, 8))
"""Channels that a class may write down itself, before a config's fraction of them is taken."""
WHOLE = 1e-6
"""How far a coefficient may be from a whole number."""


def linear(matrix: Vector, expressions: Sequence[Expression], target: Vector) -> Expression | None:
    """``a · entry + b`` with whole (or reciprocal) a and whole b."""
    if not len(matrix):
        return None
    others = np.nonzero(target != target[0])[0]
    if not len(others):
        return None
    second = int(others[0])
    with np.errstate(all="ignore"):
        slope = (target[second] - target[0]) / (matrix[:, second] - matrix[:, 0])
        offset = target[0] - slope * matrix[:, 0]
        error = np.abs(slope[:, None] * matrix + offset[:, None] - target).max(axis=1)
    best: tuple[float, int] | None = None
    for row in np.nonzero(error < WHOLE)[0]:
        a, b = float(slope[row]), float(offset[row])
        whole = abs(a - round(a)) < 1e-9 and 0 < abs(a) <= 4096
        part = not whole and a > 0 and abs(1 / a - round(1 / a)) < 1e-9 and 1 / a <= 64
        if not (whole or part) or abs(b - round(b)) > WHOLE or (abs(b) > 1024 and len(target) < 12):
            continue
        cost = row / 1e6 + (abs(b) > 1e-9) * 1 + part * 0.5 + (abs(a) > 16) * 0.7 + (a < 0) * 0.5
        if best is None or cost < best[0]:
            best = (cost, int(row))
    if best is None:
        return None
    chosen = best[1]
    a, b = float(slope[chosen]), round(float(offset[chosen]))
    entry = expressions[chosen]
    return shifted(scaled(entry, round(a)) if abs(a) >= 1 else ["//", entry, round(1 / a)], b)


def scaled(expression: Expression, factor: int) -> Expression:
    """``factor · expression``."""
    return expression if factor == 1 else ["*", factor, expression]


def shifted(expression: Expression, by: int) -> Expression:
    """``expression + by``."""
    if not by:
        return expression
    return ["+", expression, by] if by > 0 else ["-", expression, -by]


def pairs(
    matrix: Vector, expressions: Sequence[Expression], entries: Mapping[bytes, Expression], target: Vector, limit: int
) -> Expression | None:
    """A sum, difference, product or quotient of two entries."""
    rows = matrix[:limit]
    whole = ~np.isnan(rows).any(axis=1)
    divides = (rows != 0).all(axis=1) & whole
    with np.errstate(all="ignore"):
        for operator, wanted in (
            ("+", target - rows),
            ("*", target / rows),
            ("-", target + rows),
            ("/", target * rows),
        ):
            for place in np.nonzero(divides if operator in "*/" else whole)[0]:
                other = entries.get(wanted[place].tobytes())
                if other is None:
                    continue
                mine = expressions[int(place)]
                if operator == "-":
                    return ["-", other, mine]
                return ["//", other, mine] if operator == "/" else [operator, mine, other]
    return None


def rounded(matrix: Vector, expressions: Sequence[Expression], atoms: int, target: Vector) -> Expression | None:
    """An entry, or a fraction of it, rounded up or to the nearest multiple, divided, or cut after a product.

    The first ``atoms`` entries are what it may be rounded by, and so are some powers of two.
    """
    if not len(matrix):
        return None
    by: list[tuple[Expression, Vector]] = [(n, np.full(len(target), float(n))) for n in (256, 128, 64, 32, 16, 8)]
    by = [(expressions[row], matrix[row]) for row in range(min(atoms, 12))] + by
    with np.errstate(all="ignore"):
        fractions = [(part, values) for part, values in by if (values % 1 != 0).any() and (values > 0).all()]
        tried: list[tuple[Expression | None, Sequence[Expression], Vector]] = [(None, expressions, matrix)]
        tried += [(part, expressions, np.trunc(matrix[:3000] * values)) for part, values in fractions]
        tried += [(part, WIDTHS, np.trunc(np.outer(WIDTHS, values))) for part, values in fractions]
        for part, values in by:
            if np.isnan(values).any() or (values <= 0).any():
                continue
            for factor, named, entries in tried:
                for operator, made in _roundings(entries, values, target):
                    hit = np.nonzero((made == target).all(axis=1))[0]
                    for place in hit[:5]:
                        inner = named[int(place)]
                        if isinstance(inner, list) and inner[0] == "i":
                            continue
                        return [operator, inner if factor is None else ["*", inner, factor], part]
    return None


def _roundings(matrix: Vector, values: Vector, target: Vector) -> Iterator[tuple[str, Vector]]:
    if (values == np.trunc(values)).all():
        if (target % values == 0).all() and (values > 1).all():
            yield "up", np.ceil(matrix / values) * values
            yield "near", nearest(matrix, values)
        yield "//", np.floor(matrix / values)
    else:
        yield "*", np.trunc(matrix * values)


def nearest(numbers: Vector, divisor: Vector) -> Vector:
    """``near`` over vectors: the nearest multiple, at least one, and never below nine tenths."""
    with np.errstate(all="ignore"):
        out = np.maximum(divisor, np.floor((numbers + np.floor(divisor / 2)) / divisor) * divisor)
        return np.where(out * 10 < numbers * 9, out + divisor, out)


def polynomial(columns: Sequence[tuple[Expression, Vector]], target: Vector) -> Expression | None:
    """A sum of at most four terms, each a small whole number times a product of up to three of these columns.

    A term is represented by one number, its values weighed with fixed random integers modulo 2^64: sums of terms are
    then sums of numbers, and those that give the target's are found by meeting in the middle.
    """
    terms, numbers = _terms(columns, target)
    if not terms:
        return None
    with np.errstate(over="ignore"):
        return _met(terms, numbers, target)


def _met(terms: Sequence[tuple[int, Expression]], numbers: Vector, target: Vector) -> Expression | None:
    wanted = _weighed(target)
    hit = np.nonzero(numbers == wanted)[0]
    if len(hit):
        return _sum([terms[int(hit[0])]])
    few = np.arange(min(len(terms), 700))
    left, right = (each.astype(np.int64) for each in np.triu_indices(len(few), 1))
    sums = numbers[left] + numbers[right]
    hit = np.nonzero(sums == wanted)[0]
    if len(hit):
        return _sum([terms[left[hit[0]]], terms[right[hit[0]]]])
    if len(target) < 12:
        return None
    hit = np.nonzero(np.isin(sums, wanted - numbers[few]))[0]
    for place in hit[:20]:
        third = int(np.nonzero(numbers[few] == wanted - sums[place])[0][0])
        if third not in {left[place], right[place]}:
            return _sum([terms[left[place]], terms[right[place]], terms[third]])
    small = (left < 260) & (right < 260)
    left, right, sums = left[small], right[small], sums[small]
    hit = np.nonzero(np.isin(sums, wanted - sums))[0]
    for place in hit[:20]:
        other = int(np.nonzero(sums == wanted - sums[place])[0][0])
        chosen = {int(left[place]), int(right[place]), int(left[other]), int(right[other])}
        if len(chosen) == 4 and len(target) >= 16:
            return _sum([terms[each] for each in sorted(chosen)])
    return None


_WEIGHTS = np.random.default_rng(7).integers(1, 1 << 62, 1 << 14, dtype=np.int64)
FACTORS = (1, 2, 3, -1, 4, -2)


def _weighed(values: Vector) -> Vector:
    """Rows of whole numbers as one number each, linear in them."""
    with np.errstate(over="ignore"):
        return (values.astype(np.int64) * _WEIGHTS[: values.shape[-1]]).sum(axis=-1)


def _terms(columns: Sequence[tuple[Expression, Vector]], target: Vector) -> tuple[list[tuple[int, Expression]], Vector]:
    """Products with their factors, simple ones first, and the number of each."""
    if len(target) > len(_WEIGHTS):
        return [], np.zeros(0)
    kept = [(each, values) for each, values in columns if not np.isnan(values).any() and (values % 1 == 0).all()]
    products: list[tuple[Expression, Vector]] = [(1, np.ones(len(target)))]
    seen = {products[0][1].tobytes()}
    for degree in (1, 2, 3):
        for chosen in itertools.combinations_with_replacement(kept, degree):
            expression, values = chosen[0]
            for factor, numbers in chosen[1:]:
                expression, values = ["*", expression, factor], values * numbers
            if values.tobytes() not in seen and np.abs(values).max() < 2**46 and len(products) < 140:
                seen.add(values.tobytes())
                products.append((expression, values))
    terms = [(factor, place) for place in range(len(products)) for factor in FACTORS]
    terms.sort(key=lambda term: (FACTORS.index(term[0]) * 6 + term[1], term[1]))
    rows = np.array([values for _, values in products])
    base = _weighed(rows)
    numbers = np.array([factor for factor, _ in terms], dtype=np.int64) * base[[place for _, place in terms]]
    return [(factor, products[place][0]) for factor, place in terms], numbers


def _sum(parts: Sequence[tuple[int, Expression]]) -> Expression | None:
    """Terms added up, a positive one first."""
    ordered = sorted(parts, key=lambda part: part[0] < 0)
    if ordered[0][0] < 0:
        return None
    out: Expression | None = None
    for count, product in ordered:
        term = abs(count) if product == 1 else scaled(product, abs(count))
        out = term if out is None else ["+" if count > 0 else "-", out, term]
    return out
