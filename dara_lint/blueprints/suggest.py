"""Other values of config keys that would make a difference go away, to be tried one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from dara_lint.blueprints.differ import Difference
from dara_lint.blueprints.expectation import whole_key
from dara_lint.blueprints.expression import Expression
from dara_lint.blueprints.invert import sources, values_for
from dara_lint.model import Json

DEPTH = re.compile(r"num_(?:hidden_)?layers|n_layers?")
"""Fields that count a model's layers: no model has none, so where a tensor is missing in each, it is missing."""


def value_at(config: Mapping[str, Json], key: str) -> Json:
    """The value at a dotted key, or None."""
    here: Json = dict(config)
    for step in key.split("."):
        here = here.get(step) if isinstance(here, dict) else None
    return here


def suggestions(
    found: Sequence[Difference], config: Mapping[str, Json], certain: Mapping[str, Json]
) -> Iterator[tuple[str, Json]]:
    """Keys with other values that would make at least one difference go away, what the weights imply first."""
    seen: set[tuple[str, str]] = set()
    blamed = {
        whole_key(each.part, name)
        for each in found
        for expression in (*each.pattern.dims, *each.pattern.counts, each.pattern.condition)
        if expression is not None
        for name in sources(expression, each.part.unit, each.part.raw)
    }
    for key in sorted(blamed & certain.keys()):
        if value_at(config, key) != certain[key]:
            seen.add((key, repr(certain[key])))
            yield key, certain[key]
    every: dict[str, dict[int, Json]] = {}
    for each in sorted(found, key=lambda difference: -difference.times)[:40]:
        items: dict[str, dict[int, Json]] = {}
        for name, value in _of(each):
            key = whole_key(each.part, name)
            mark = (key, repr(value))
            if mark not in seen:
                seen.add(mark)
                for noted in (items, every):
                    _note(noted, key, value, value_at(config, key))
                yield key, value
        yield from _together(items, config, seen)
    yield from _together(every, config, seen)


def _note(items: dict[str, dict[int, Json]], key: str, value: Json, current: Json) -> None:
    """Remember which items of a list a suggestion changes, to suggest several of them at once."""
    if isinstance(value, list) and isinstance(current, list) and len(value) == len(current):
        for place, (new, old) in enumerate(zip(value, current, strict=True)):
            if new != old:
                items.setdefault(key, {}).setdefault(place, new)


def _together(
    items: Mapping[str, Mapping[int, Json]], config: Mapping[str, Json], seen: set[tuple[str, str]]
) -> Iterator[tuple[str, Json]]:
    """The noted items of each list, changed at once."""
    for key, changes in items.items():
        current = value_at(config, key)
        if len(changes) > 1 and isinstance(current, list):
            value: Json = [changes.get(place, item) for place, item in enumerate(current)]
            mark = (key, repr(value))
            if mark not in seen:
                seen.add(mark)
                yield key, value


def _of(each: Difference) -> Iterator[tuple[str, Json]]:
    fields = dict(each.part.raw)
    unit = each.part.unit
    if each.kind == "shape":
        promised = each.promised or ()
        if each.pattern.condition is not None and len(each.found or ()) != len(promised):
            yield from _switches(
                each.pattern.condition, fields, sources(each.pattern.condition, unit, fields), each.stored
            )
        if each.found is not None and len(each.found) == len(promised) == len(each.pattern.dims):
            for expression, have, want in zip(each.pattern.dims, each.found, promised, strict=True):
                if expression is None or have == want:
                    continue
                for name in sorted(sources(expression, unit, fields)):
                    for value in values_for(expression, unit, fields, each.at, name, have):
                        yield name, value
                for name in _members(expression):
                    if isinstance(chosen := fields.get(name), list):
                        yield from ((name, other) for other in _others(chosen, each.at, each.stored))
    else:
        yield from _presence(each, fields)


def _members(expression: Expression) -> Iterator[str]:
    """Lists of which an expression asks whether an index is in them."""
    if isinstance(expression, list):
        if expression[0] == "in":
            yield str(expression[2])
        for inner in expression[1:]:
            yield from _members(inner)


def _others(chosen: list[Json], at: tuple[int, ...], places: Sequence[tuple[int, ...]]) -> Iterator[list[Json]]:
    """Other lists of indices of layers: as many at equal distances, as classes that treat some of their layers
    otherwise choose them, and the same list with the layer that differs in it."""
    length = 1 + max((place[0] for place in places if place), default=0)
    if chosen and all(isinstance(item, int) and not isinstance(item, bool) for item in chosen):
        for step in range(1, length // len(chosen) + 1):
            for start in range(step):
                yield [start + step * number for number in range(len(chosen))]
        for place in range(len(chosen) if at else 0):
            yield [*chosen[:place], at[0], *chosen[place + 1 :]]


def _presence(each: Difference, fields: dict[str, Json]) -> Iterator[tuple[str, Json]]:
    unit, pattern = each.part.unit, each.pattern
    places = each.stored
    for level, expression in enumerate(pattern.counts):
        here = [at[level] for at in places if at[:level] == each.at[:level]]
        wanted = max(here) + 1 if here else 0
        for name in sorted(sources(expression, unit, fields)):
            for value in values_for(expression, unit, fields, each.at, name, wanted):
                yield name, value
            if wanted == 0 and isinstance(fields.get(name), int) and not DEPTH.fullmatch(name):
                yield name, 0
    if pattern.condition is not None:
        yield from _switches(pattern.condition, fields, sources(pattern.condition, unit, fields), places)


def _switches(
    condition: Expression, fields: dict[str, Json], names: frozenset[str], places: Sequence[tuple[int, ...]]
) -> Iterator[tuple[str, Json]]:
    words = dict(_words(condition))
    for name in sorted(names):
        value = fields.get(name)
        if isinstance(value, bool):
            yield name, not value
        elif isinstance(value, list):
            yield from ((name, other) for other in _lists(value, places, words.get(name, ())))
        elif isinstance(value, int):
            for other in range(65):
                if other != value:
                    yield name, other
        elif isinstance(value, str) or name in words:
            for word in words.get(name, ()):
                if word != value:
                    yield name, word
        elif value is None:
            yield from ((name, other) for other in (True, 1, 16))
        if value is not None and not isinstance(value, (bool, list)):
            yield name, None


def _lists(value: list[Json], places: Sequence[tuple[int, ...]], words: Sequence[Json]) -> Iterator[Json]:
    """Lists of words, flags or indices that put a pattern exactly where it is stored."""
    here = sorted({at[0] for at in places if at})
    if all(isinstance(item, str) for item in value) and value:
        every = list(dict.fromkeys([*words, *value]))
        for word in every:
            for other in every:
                if word != other:
                    yield [word if at in here else (other if item == word else item) for at, item in enumerate(value)]
    elif value and all(isinstance(item, bool) for item in value):
        yield [at in here for at in range(len(value))]
        yield [at not in here for at in range(len(value))]
    elif all(isinstance(item, int) for item in value):
        yield list(here)
        if here:
            yield [at for at in range(here[-1] + 1) if at not in here]


def _words(condition: Expression) -> Iterator[tuple[str, list[Json]]]:
    """Texts and numbers that a condition compares a field with."""
    found: dict[str, list[Json]] = {}
    stack: list[Expression] = [condition]
    while stack:
        here = stack.pop()
        if isinstance(here, list):
            compared = {"word": 3, "is": 2}.get(str(here[0]))
            if compared is None:
                stack += here[1:]
            elif isinstance(value := here[compared], str | int | float):
                found.setdefault(str(here[1]), []).append(value)
    yield from found.items()
