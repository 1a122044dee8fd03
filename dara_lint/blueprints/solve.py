"""The config that weights imply: every key whose value follows from names and shapes alone.

Each stored tensor gives equations (an expression over fields has the stored size), each repeat a count, each
presence a condition. Equations with one unknown field are solved until none is left; what more than one value
would satisfy stays unsaid.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from dara_lint.blueprints import bundle
from dara_lint.blueprints.arithmetic import UnknownValueError
from dara_lint.blueprints.compose import Part, completed, parts
from dara_lint.blueprints.differ import Arranged, arrange
from dara_lint.blueprints.evidence import arranged
from dara_lint.blueprints.expectation import Expectation, whole_key
from dara_lint.blueprints.expression import Expression, fields_of, holds, value_of
from dara_lint.model import Json, Tensor

LARGEST = 1 << 32


class _Equation(NamedTuple):
    part: Part
    expression: Expression
    at: tuple[int, ...]
    value: int


def solve(
    tensors: Sequence[Tensor], model_type: str, architecture: str, config: Mapping[str, Json] | None = None
) -> dict[str, Json]:
    """Keys (nested ones joined by dots) and the values that these tensors imply; empty for unknown classes.

    ``config`` says which types nested configs have, where it is known; none of its values is used.
    """
    given = {"model_type": model_type, **_types(config or {})}
    try:
        full = completed(given, bundle.LIBRARY)
        found = tuple(parts(full, architecture, bundle.LIBRARY))
    except UnknownValueError:
        return {}
    blank = Expectation(model_type, architecture, exact=True, config=full, parts=found, entries=())
    return implied(found, arrange(arranged({tensor.name: tensor.shape for tensor in tensors}, blank), found))


def implied(found: Sequence[Part], layout: Arranged) -> dict[str, Json]:
    """Keys of the whole config and the values that the stored tensors of these parts imply."""
    known: dict[str, Json] = {}
    equations = list(_equations(found, layout))
    refuted: set[str] = set()
    for _ in range(6):
        before = len(known)
        for each in equations:
            _settle(each, known, refuted)
        _settle_flags(found, layout, known)
        if len(known) == before:
            break
    return {key: value for key, value in known.items() if key not in refuted}


def _types(config: Mapping[str, Json]) -> dict[str, Json]:
    """A config's nested objects with nothing but their model types."""
    out: dict[str, Json] = {}
    for key, value in config.items():
        if isinstance(value, dict) and isinstance(value.get("model_type"), str):
            out[key] = {"model_type": value["model_type"], **_types(value)}
    return out


def _equations(found: Sequence[Part], layout: Arranged) -> Iterator[_Equation]:
    for part in found:
        for pattern in part.patterns():
            places = layout.groups.get((part.prefix, pattern.name), {})
            if not places:
                continue
            order = sorted(places)
            for level, expression in enumerate(pattern.counts):
                if pattern.condition is None:
                    start = order[0][:level]
                    highest = max(at[level] for at in order if at[:level] == start)
                    yield _Equation(part, expression, start, highest + 1)
            for at in dict.fromkeys((order[0], order[len(order) // 2], order[-1])):
                shape = places[at]
                if shape is not None and len(shape) == len(pattern.dims):
                    for dimension, size in zip(pattern.dims, shape, strict=True):
                        if dimension is not None:
                            yield _Equation(part, dimension, at, size)


def _settle(each: _Equation, known: dict[str, Json], refuted: set[str]) -> None:
    names = sorted(fields_of(each.expression))
    open_names = [name for name in names if whole_key(each.part, name) not in known]
    fields = {name: known.get(whole_key(each.part, name)) for name in names}

    def give(value: Json) -> int | None:
        try:
            return int(value_of(each.expression, {**fields, open_names[0]: value} if open_names else fields, each.at))
        except UnknownValueError:
            return None

    if not open_names:
        if give(0) != each.value:
            refuted.update(whole_key(each.part, name) for name in names)
        return
    if len(open_names) > 1 or isinstance(each.part.fields.get(open_names[0]), (list, float, str)):
        return
    value = _only(give, each.value, each.part.fields.get(open_names[0]))
    if value is not None:
        known[whole_key(each.part, open_names[0])] = value


def _only(give: object, wanted: int, example: Json) -> Json:
    """The only value for which ``give`` is ``wanted``, or None."""
    if not callable(give):
        return None
    if isinstance(example, bool):
        fitting: list[Json] = [value for value in (False, True) if give(value) == wanted]
        return fitting[0] if len(fitting) == 1 else None
    low, high = 1, LARGEST
    first, last = give(low), give(high)
    if first is None or last is None or first == last:
        return None
    rising = last > first
    while low < high:
        middle = (low + high) // 2
        value = give(middle)
        if value is None:
            return None
        if (value >= wanted) if rising else (value <= wanted):
            high = middle
        else:
            low = middle + 1
    if give(low) != wanted or give(low + 1) == wanted or (low > 1 and give(low - 1) == wanted):
        return None
    return low


def _settle_flags(found: Sequence[Part], layout: Arranged, known: dict[str, Json]) -> None:
    """Flags that decide alone whether a pattern is there."""
    for part in found:
        for pattern in part.patterns():
            condition = pattern.condition
            names = fields_of(condition) if condition is not None else frozenset()
            if condition is None or len(names) != 1:
                continue
            (name,) = names
            key = whole_key(part, name)
            if key in known or not isinstance(part.fields.get(name), bool):
                continue
            there = bool(layout.groups.get((part.prefix, pattern.name)))
            fitting = [value for value in (False, True) if holds(condition, {name: value}, (0, 0, 0)) is there]
            if len(fitting) == 1:
                known[key] = fitting[0]
