"""Values of one config field that give an expression the value that was found."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dara_lint.blueprints.arithmetic import UnknownValueError
from dara_lint.blueprints.expression import Expression, Fields, fields_of, value_of
from dara_lint.blueprints.unit import Unit, with_derived
from dara_lint.model import Json

LARGEST = 1 << 32
NEAR = 16
"""Numbers on either side of the current one that are tried where bisection finds nothing."""


def sources(expression: Expression, unit: Unit, fields: Fields) -> frozenset[str]:
    """The fields that decide an expression; a null that is derived counts for itself and for what it comes from."""
    found = set(fields_of(expression))
    for rule in unit.derived:
        if rule.field in found:
            found |= fields_of(rule.value)
            for condition, _ in rule.words:
                if condition is not None:
                    found |= fields_of(condition)
    return frozenset(name for name in found if name in fields or name == "num_labels")


def values_for(
    expression: Expression, unit: Unit, fields: Fields, at: tuple[int, ...], name: str, wanted: int
) -> list[Json]:
    """Values of the field ``name`` under which the expression is ``wanted``, simplest first; may be empty.

    ``fields`` are the config's own, nulls not yet derived. Numbers are found by bisection, since every dimension
    grows or falls with each field; of a list the one item that the expression reads is changed, or its length.
    """
    current = fields.get(name)

    def give(value: Json) -> int | None:
        try:
            return int(value_of(expression, with_derived(unit, {**fields, name: value}), at))
        except UnknownValueError:
            return None

    if isinstance(current, list):
        return list(_list_values(current, give, wanted))
    if isinstance(current, bool):
        return [not current] if give(not current) == wanted else []
    if isinstance(current, float):
        found = _bisect(lambda value: give(value / 64), wanted, 1, 64 * 4096)
        return [value / 64 for value in found[:1]]
    if current is None or isinstance(current, int):
        found = _bisect(give, wanted, 0 if current in {0, None} else 1, LARGEST)
        values: list[Json] = [value for value in found or _near(give, wanted, current) if value]
        return values[:2]
    return []


def _near(give: Callable[[int], int | None], wanted: int, current: int | None) -> list[int]:
    """Where the expression does not grow with the field: the wanted number itself, or one close to the current."""
    close = range(max(1, (current or 1) - NEAR), (current or 1) + NEAR)
    return [value for value in dict.fromkeys((wanted, *close)) if value != current and give(value) == wanted]


def _bisect(give: Callable[[int], int | None], wanted: int, low: int, high: int) -> list[int]:
    """The least and the greatest whole number for which ``give`` is ``wanted``."""
    small, large = give(low), None
    top = high
    while large is None and top > low:
        large = give(top)
        if large is None:
            top //= 2
    if small is None:
        small = give(low + 1)
    if small is None or large is None or small == large:
        return []
    rising = large > small

    def first(least: int) -> int:
        """The least number whose value has reached ``least`` (or passed below it)."""
        left, right = low, top
        while left < right:
            middle = (left + right) // 2
            value = give(middle)
            reached = value is not None and (value >= least if rising else value <= least)
            if reached:
                right = middle
            else:
                left = middle + 1
        return left

    start = first(wanted)
    if give(start) != wanted:
        return []
    end = first(wanted + 1 if rising else wanted - 1) - 1
    if end <= start or give(end) != wanted:
        return [start]
    even = [value for value in (end, start) if value % 8 == 0] or [start]
    return list(dict.fromkeys([*even, start, end]))


def _list_values(current: list[Json], give: Callable[[Json], int | None], wanted: int) -> Iterator[Json]:
    for place, item in enumerate(current[:64]):
        if isinstance(item, bool):
            if give([*current[:place], not item, *current[place + 1 :]]) == wanted:
                yield [*current[:place], not item, *current[place + 1 :]]
        elif isinstance(item, int):
            found = _bisect(
                lambda value, place=place: give([*current[:place], value, *current[place + 1 :]]),  # type: ignore[misc]
                wanted,
                1,
                1 << 24,
            )
            if found:
                yield [*current[:place], found[0], *current[place + 1 :]]
    if current:
        for length in range(1, 65):
            longer = current[:length] + [current[-1]] * (length - len(current))
            if length != len(current) and give(longer) == wanted:
                yield longer
                return
