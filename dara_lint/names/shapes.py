"""Expressions and what a match of one means: the common ground of ``spans`` and ``single``."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import NamedTuple, TypeAlias

from dara_lint.names.model import Element

Normal: TypeAlias = "str | Callable[[re.Match[str]], str]"

SCALE = {"k": 10**3, "w": 10**4, "m": 10**6, "b": 10**9, "t": 10**12}


class Found(NamedTuple):
    """An element, its normal form and how certain that is."""

    element: Element
    normal: str
    confidence: float


class Shape(NamedTuple):
    """An expression over lower case, its element, and its normal form: a template (``image=\\1``) or a function."""

    expression: str
    element: Element
    normal: Normal
    confidence: float = 0.95


def count(number: str, unit: str) -> int:
    """``7`` and ``b`` → 7000000000; the unit's first letter counts. Exact: no float loses a parameter below 10^15."""
    return round(float(number) * SCALE.get(unit[:1], 1))


def counted(template: str, number: int = 1, unit: int = 2) -> Callable[[re.Match[str]], str]:
    """A normal form that puts the count of two groups into a template's ``{}``."""
    return lambda match: template.format(count(match[number], match[unit] or ""))


def decimal(match: re.Match[str]) -> str:
    """``1``, ``3``, ``b`` of groups 1 to 3 → 1300000000."""
    return str(count(f"{match[1]}.{match[2]}", match[3]))


class Reader:
    """Finds which of some shapes matches, with one search over all of them. Compiled when first used."""

    def __init__(self, shapes: Sequence[Shape], before: str = "", after: str = "") -> None:
        """``before`` and ``after`` are what must stand around each shape."""
        self._shapes = shapes
        self._around = (before, after)
        self._each: dict[str, re.Pattern[str]] = {}

    @cached_property
    def search(self) -> re.Pattern[str]:
        """The expression that finds any of the shapes, the first alternative first."""
        before, after = self._around
        any_of = "|".join(f"(?P<s{at}>{shape.expression})" for at, shape in enumerate(self._shapes))
        return re.compile(f"{before}(?:{any_of}){after}")

    def meaning(self, found: re.Match[str]) -> Found:
        """What a match of ``search`` means."""
        key = found.lastgroup or "s0"
        shape = self._shapes[int(key[1:])]
        if key not in self._each:
            before, after = self._around
            self._each[key] = re.compile(f"{before}(?:{shape.expression}){after}")
        match = self._each[key].match(found.string, found.start()) or found
        normal = match.expand(shape.normal) if isinstance(shape.normal, str) else shape.normal(match)
        return Found(shape.element, normal, shape.confidence)
