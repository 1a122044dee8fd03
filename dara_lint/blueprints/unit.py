"""A unit: the blueprint of one class, and how it unfolds into tensors under a config.

A unit holds patterns of tensor names (``{}`` stands for an index), a count for each place where an index stands,
and references to other units (a task class is its base class under a prefix plus a head).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from dara_lint.blueprints.arithmetic import UnknownValueError
from dara_lint.blueprints.expression import Expression, Fields, fields_of, holds, value_of
from dara_lint.model import Json

MANY = 200_000
"""No expectation holds more tensors than this; a config that asks for more is refused."""


class Pattern(NamedTuple):
    """A tensor's name with masked indices, its row-major dimensions (None: not known), where it is, its dtype.

    ``counts`` gives for each mask how many indices stand there; it may depend on the indices before it.
    """

    name: str
    counts: tuple[Expression, ...]
    dims: tuple[Expression | None, ...]
    condition: Expression | None = None
    dtype: str = ""


class Reference(NamedTuple):
    """Another unit whose tensors stand under ``prefix``, made from the config at ``path`` ("" is the same).

    ``without`` are beginnings of patterns of that unit that this class leaves out, or (after a ``*``) endings.
    """

    prefix: str
    model_type: str
    architecture: str
    path: str = ""
    without: tuple[str, ...] = ()
    when: Expression | None = None
    """Where they are left out, if not always."""


class Derived(NamedTuple):
    """What the config class makes of a field that is null: a number, or a list item by item."""

    field: str
    value: Expression
    items: Expression | None = None
    words: tuple[tuple[Expression | None, Json], ...] = ()


class Unit(NamedTuple):
    """One class of one model type. ``exact``: every tensor of every unseen config was met."""

    model_type: str
    architecture: str
    patterns: tuple[Pattern, ...]
    references: tuple[Reference, ...] = ()
    derived: tuple[Derived, ...] = ()
    exact: bool = True
    older: frozenset[str] = frozenset()
    """Differences (``missing a.#.weight``, numbers masked) that consistent checkpoints of older versions have; names of
    tied tensors that the class does not store (``copied …``), and what it ignores when it loads (``ignored …``)."""


def named(text: str, at: tuple[int, ...]) -> str:
    """A masked name with the indices that stand at its masks."""
    return text.replace("%", "%%").replace("{}", "%d") % at


class Slot(NamedTuple):
    """One pattern under one config with the indices that stand at its masks."""

    pattern: Pattern
    at: tuple[int, ...]

    @property
    def name(self) -> str:
        """The tensor's name."""
        return named(self.pattern.name, self.at)


def with_derived(unit: Unit, fields: Fields) -> dict[str, Json]:
    """The fields with nulls filled as the config class fills them; what cannot be derived stays null."""
    out = dict(fields)
    for rule in unit.derived:
        if out.get(rule.field) is not None:
            continue
        try:
            value: Json = value_of(rule.value, out)
            if (rule.words or rule.items is not None) and isinstance(value, int):
                value = _items(rule, value, out)
        except UnknownValueError:
            continue
        out[rule.field] = value
    return out


def _items(rule: Derived, length: int, fields: Fields) -> Json:
    if not 0 <= length <= 4096:
        raise UnknownValueError("a list out of bounds")
    if rule.items is not None:
        return [value_of(rule.items, fields, (index,)) for index in range(length)]
    out: list[Json] = []
    for index in range(length):
        for condition, word in rule.words:
            if condition is None or holds(condition, fields, (index,)):
                out.append(word)
                break
    return out


def slots(pattern: Pattern, fields: Fields, limit: int = MANY) -> Iterator[Slot]:
    """Every place where the pattern is. Raises UnknownValueError, also beyond ``limit`` places."""
    steps = 0

    def walk(at: tuple[int, ...]) -> Iterator[Slot]:
        nonlocal steps
        if len(at) == len(pattern.counts):
            steps += 1
            if steps > limit:
                raise UnknownValueError("more tensors than any checkpoint has")
            if pattern.condition is None or holds(pattern.condition, fields, at):
                yield Slot(pattern, at)
            return
        try:
            count = value_of(pattern.counts[len(at)], fields, at)
        except UnknownValueError:
            if pattern.condition is not None and not holds(pattern.condition, fields, (*at, 0)):
                return
            raise
        if count > limit:
            raise UnknownValueError("more tensors than any checkpoint has")
        for index in range(int(count)):
            yield from walk((*at, index))

    return walk(())


def shape_of(pattern: Pattern, fields: Fields, at: tuple[int, ...]) -> tuple[int | None, ...]:
    """Row-major dimensions there; None where the blueprint does not know. Raises UnknownValueError."""
    shape: list[int | None] = []
    for dimension in pattern.dims:
        if dimension is None:
            shape.append(None)
            continue
        value = int(value_of(dimension, fields, at))
        if value < 0:
            raise UnknownValueError("a negative dimension")
        shape.append(value)
    return tuple(shape)


def indexed(expression: Expression | None) -> bool:
    """Whether an expression or a condition depends on an index."""
    if not isinstance(expression, list):
        return False
    return expression[0] == "i" or any(indexed(part) for part in expression[1:])


def reads(pattern: Pattern) -> frozenset[str]:
    """Every config field that a pattern's shape, counts and presence depend on."""
    parts = [*pattern.counts, *(dimension for dimension in pattern.dims if dimension is not None)]
    if pattern.condition is not None:
        parts.append(pattern.condition)
    return frozenset().union(*(fields_of(part) for part in parts)) if parts else frozenset()


def flattened(config: Mapping[str, Json], depth: int = 6, room: int = 5000) -> dict[str, Json]:
    """Nested objects as one mapping with dotted keys. Raises UnknownValueError beyond ``depth`` or ``room``."""
    out: dict[str, Json] = {}
    stack: list[tuple[str, Mapping[str, Json], int]] = [("", config, 0)]
    while stack:
        prefix, table, level = stack.pop()
        for key, value in table.items():
            name = f"{prefix}{key}"
            if isinstance(value, dict) and level < depth:
                stack.append((f"{name}.", value, level + 1))
            elif not isinstance(value, dict):
                out[name] = value
            if len(out) > room:
                raise UnknownValueError("more config keys than any class has")
    return out
