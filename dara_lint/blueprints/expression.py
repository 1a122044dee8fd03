"""Expressions of a blueprint: data that says how a dimension, a count or a presence follows from a config.

An expression is an int or float, a string (a config field, nested fields joined by dots), or a list whose first
item is the operator. There is no parser and no eval; values come from strangers, so every step is bounded.

=================================  =========================================================================
``["+" | "-" | "*", a, b]``        arithmetic; a product with a float is cut to an int, as the classes do
``["//" | "up" | "max" | "min"]``  floor division, rounding up to a multiple of b, larger, smaller
``["near", a, b]``                 the multiple of b nearest to a, at least b and at least nine tenths of a: the
                                   rule of MobileNet's reference code for channels
``["^", a, b]``                    a to the power of b
``["%", a, b]``                    what is left of a divided by b
``["int" | "ceil" | "round", a]``  a as a real number, in which a product is not cut and ``["/", b, c]`` divides,
                                   cut, rounded up, rounded to the nearest (half to even) whole number
``["i", level]``                   the index that stands for the pattern's mask of that level
``["at", field, a]``               item a of a list (negative from the end)
``["log2", a]``                    the real number to whose power 2 is a, where a is above 0
``["len" | "sum" | "product", field]``  length, sum and product of a list
``["before", field, a, text]``     how many items of a list before item a are that text
``["total", n, e]``                the sum of e over stages 0 … n - 1; in e, ``["i", -1]`` is the stage
``["stage", a, n, e]``             the stage in which place a is, where stage s holds e(s) places (-1 before the
                                   first, n behind the last)
``["within", a, n, e]``            how many places of that stage are before place a
``["if", condition, a, b]``        a where the condition holds, else b
=================================  =========================================================================

Conditions, whose numbers are real as well: ``["true", field]``, ``["null", field]``, ``["is", field, constant]``,
``["=", a, b]``, ``["<", a, b]``, ``["mod", a, b, c]`` (a mod b is c), ``["in", a, field]``, ``["word", field, a,
text]`` (item a of a list is that text), ``["not", c]``, ``["and", c, d]``, ``["or", c, d]``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from dara_lint.blueprints.arithmetic import (
    ARITHMETIC,
    REAL,
    ROUNDINGS,
    Arithmetic,
    UnknownValueError,
    logarithm,
    number,
)
from dara_lint.model import Json

Expression: TypeAlias = "int | float | str | list[Expression]"
Fields: TypeAlias = Mapping[str, Json]
"""A config flattened: nested keys joined by dots; lists are values."""

STAGES, PLACES = 32, 1024
"""No class has more stages, and none more places in them all; each place asks for every stage's size."""


def _whole(value: float) -> int:
    return value if isinstance(value, int) else int(value)


def _list(fields: Fields, name: Expression) -> list[Json]:
    value = fields.get(name) if isinstance(name, str) else None
    if isinstance(value, list):
        return value
    raise UnknownValueError(f"`{name}` is no list")


def _all_times(items: list[Json]) -> int | float:
    out: int | float = 1
    for item in items:
        out = number(out * number(item))
    return out


def value_of(
    expression: Expression,
    fields: Fields,
    at: tuple[int, ...] = (),
    arithmetic: Arithmetic = ARITHMETIC,
) -> int | float:
    """The number that an expression stands for.

    ``at`` are the indices of the pattern's masks. Raises UnknownValueError when the config lacks a value, holds
    one of another kind, or the arithmetic leaves ±2**50.
    """
    if isinstance(expression, (int, float)):
        return expression
    if isinstance(expression, str):
        return number(fields.get(expression))
    operator = expression[0]
    if operator == "if":
        return value_of(expression[2 if holds(expression[1], fields, at) else 3], fields, at, arithmetic)
    if operator in ROUNDINGS:
        return ROUNDINGS[str(operator)](value_of(expression[1], fields, at, REAL))
    if operator == "i":
        return at[_whole(value_of(expression[1], fields, at))]
    if operator == "at":
        items = _list(fields, expression[1])
        place = _whole(value_of(expression[2], fields, at))
        if not -len(items) <= place < len(items):
            raise UnknownValueError(f"`{expression[1]}` has no item {place}")
        return number(items[place])
    if operator == "len":
        return len(_list(fields, expression[1]))
    if operator == "sum":
        return number(sum(number(item) for item in _list(fields, expression[1])))
    if operator == "product":
        return _all_times(_list(fields, expression[1]))
    if operator == "log2":
        return logarithm(value_of(expression[1], fields, at, REAL))
    if operator == "before":
        return _list(fields, expression[1])[: _place(expression[2], fields, at)].count(str(expression[3]))
    if operator == "total":
        return sum(_sizes(expression[1], expression[2], fields, at))
    if operator in {"stage", "within"}:
        stage, within = _staged(expression, fields, at)
        return stage if operator == "stage" else within
    left, right = value_of(expression[1], fields, at, arithmetic), value_of(expression[2], fields, at, arithmetic)
    return number(arithmetic[str(operator)](left, right))


def _place(expression: Expression, fields: Fields, at: tuple[int, ...]) -> int:
    place = _whole(value_of(expression, fields, at))
    if not 0 <= place < PLACES:
        raise UnknownValueError("a place out of bounds")
    return place


def _sizes(count: Expression, size: Expression, fields: Fields, at: tuple[int, ...]) -> list[int]:
    """How many places each stage holds."""
    stages = _whole(value_of(count, fields, at))
    if not 0 <= stages <= STAGES:
        raise UnknownValueError("stages out of bounds")
    sizes = [_whole(value_of(size, fields, (*at, stage))) for stage in range(stages)]
    if sum(sizes) > PLACES or min(sizes, default=0) < 0:
        raise UnknownValueError("stages out of bounds")
    return sizes


def _staged(expression: list[Expression], fields: Fields, at: tuple[int, ...]) -> tuple[int, int]:
    left = _whole(value_of(expression[1], fields, at))
    if left < 0:
        return -1, left
    sizes = _sizes(expression[2], expression[3], fields, at)
    for stage, size in enumerate(sizes):
        if left < size:
            return stage, left
        left -= size
    return len(sizes), left


def holds(condition: Expression, fields: Fields, at: tuple[int, ...] = ()) -> bool:
    """Whether a condition holds; a comparison with a value that is not there does not.

    Raises UnknownValueError for what is no condition.
    """
    if not isinstance(condition, list):
        raise UnknownValueError("no condition")
    operator = condition[0]
    if operator == "not":
        return not holds(condition[1], fields, at)
    if operator == "and":
        return holds(condition[1], fields, at) and holds(condition[2], fields, at)
    if operator == "or":
        return holds(condition[1], fields, at) or holds(condition[2], fields, at)
    if operator in {"true", "null", "is"}:
        value = fields.get(str(condition[1]))
        if operator == "true":
            return bool(value)
        return value is None if operator == "null" else value == condition[2]
    try:
        return _compares(condition, fields, at)
    except UnknownValueError:
        return False


def _compares(condition: list[Expression], fields: Fields, at: tuple[int, ...]) -> bool:
    operator = condition[0]
    if operator == "in":
        return value_of(condition[1], fields, at) in _list(fields, condition[2])
    if operator == "word":
        items = _list(fields, condition[1])
        place = _whole(value_of(condition[2], fields, at))
        return -len(items) <= place < len(items) and items[place] == condition[3]
    left, right = value_of(condition[1], fields, at, REAL), value_of(condition[2], fields, at, REAL)
    if operator == "mod":
        return right != 0 and left % right == value_of(condition[3], fields, at)
    return left == right if operator == "=" else left < right


def fields_of(expression: Expression) -> frozenset[str]:
    """Every config field that an expression or a condition reads."""
    if isinstance(expression, str):
        return frozenset({expression})
    if not isinstance(expression, list):
        return frozenset()
    operator = expression[0]
    if operator in {"true", "null", "is", "len", "sum", "product"}:
        return frozenset({str(expression[1])})
    if operator in {"word", "before"}:
        return frozenset({str(expression[1])}) | fields_of(expression[2])
    return frozenset().union(*(fields_of(part) for part in expression[1:]))
