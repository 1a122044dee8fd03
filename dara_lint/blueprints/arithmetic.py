"""The arithmetic of a blueprint's expressions: bounded, and with an error of its own for what makes no sense."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TypeAlias

from dara_lint.model import Json

LARGEST = 1 << 50
"""No dimension and no step towards one may be larger; more is a mistake or an attack."""


class UnknownValueError(Exception):
    """A config lacks a value that an expression needs, or holds one that makes no sense there."""


def number(value: Json) -> int | float:
    """A number within ±``LARGEST``. Raises UnknownValueError for anything else."""
    if isinstance(value, (int, float)) and -LARGEST <= value <= LARGEST:
        return value
    raise UnknownValueError("a number is needed")


def _product(a: float, b: float) -> int | float:
    return a * b if isinstance(a, int) and isinstance(b, int) else int(a * b)


def _quotient(a: float, b: float) -> int | float:
    if b == 0:
        raise UnknownValueError("division by zero")
    return a // b


def _ratio(a: float, b: float) -> float:
    if b == 0:
        raise UnknownValueError("division by zero")
    return a / b


def _rest(a: float, b: float) -> int | float:
    return a - _quotient(a, b) * b


def _multiple(a: float, b: float) -> int | float:
    return -(_quotient(-a, b)) * b


def _near(a: float, b: float) -> int | float:
    out = max(b, _quotient(a + b // 2, b) * b)
    return out + b if out * 10 < a * 9 else out


def _power(a: float, b: float) -> int | float:
    if not (isinstance(b, int) and 0 <= b <= 64 and abs(a) <= 1 << 16):
        raise UnknownValueError("a power out of bounds")
    try:
        return a**b
    except ArithmeticError as problem:  # a float of a config, raised beyond what a float holds, or 0 to less than 0
        raise UnknownValueError("a power out of bounds") from problem


def logarithm(a: float) -> float:
    """The real number to whose power 2 is ``a``. Raises UnknownValueError unless ``a`` is above 0."""
    if not a > 0:
        raise UnknownValueError("a logarithm of no positive number")
    return math.log2(a)


Arithmetic: TypeAlias = Mapping[str, Callable[[int | float, int | float], int | float]]

ARITHMETIC: Arithmetic = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": _product,
    "//": _quotient,
    "up": _multiple,
    "near": _near,
    "^": _power,
    "%": _rest,
    "max": max,
    "min": min,
}


REAL: Arithmetic = {
    **ARITHMETIC,
    "*": lambda a, b: a * b,
    "/": _ratio,
}
"""Arithmetic inside ``ROUNDINGS`` and comparisons."""

ROUNDINGS: Mapping[str, Callable[[int | float], int]] = {"int": int, "ceil": math.ceil, "round": round}
