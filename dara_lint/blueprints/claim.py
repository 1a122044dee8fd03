"""One claim of a configuration: a value of the right type, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, NamedTuple, TypeVar

from dara_lint.model import Json

T = TypeVar("T")


class Claim(NamedTuple, Generic[T]):
    """A value and the RFC 6901 pointer of the key that says it."""

    value: T
    pointer: str


def number(config: Mapping[str, Json], key: str, at: str, least: int = 1) -> Claim[int] | None:
    """A whole number, also as 32.0 or as a list of equal numbers; None for anything else."""
    value = config.get(key)
    if isinstance(value, list) and value and all(item == value[0] for item in value):
        value = value[0]
    if isinstance(value, float) and value.is_integer() and abs(value) < 1 << 53:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value < 1 << 53:
        return None
    return Claim(value, f"{at}/{key}")


def text(config: Mapping[str, Json], key: str, at: str) -> Claim[str] | None:
    """A string that is not blank."""
    value = config.get(key)
    return Claim(value, f"{at}/{key}") if isinstance(value, str) and value.strip() else None


def strings(config: Mapping[str, Json], key: str, at: str) -> Claim[tuple[str, ...]] | None:
    """The strings of a list; None when it holds none."""
    value = config.get(key)
    found = tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()
    return Claim(found, f"{at}/{key}") if found else None


def whole_numbers(config: Mapping[str, Json], keys: tuple[str, ...], at: str) -> Claim[tuple[int, ...]] | None:
    """The first of the keys that is a list of whole numbers from 1."""
    for key in keys:
        value = config.get(key)
        if isinstance(value, list) and value:
            numbers = tuple(item for item in value if isinstance(item, int) and not isinstance(item, bool))
            if len(numbers) == len(value) and all(0 < number < 1 << 20 for number in numbers):
                return Claim(numbers, f"{at}/{key}")
    return None
