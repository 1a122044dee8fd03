"""Whole numbers that a config gives to keys of a kind."""

from __future__ import annotations

import re

from dara_lint.model import Json

DEEPEST = 6
"""Objects inside objects that are followed."""


def numbers(value: Json, keys: re.Pattern[str], depth: int = DEEPEST) -> frozenset[int]:
    """Every whole number, alone or in a list, whose own key matches somewhere, at any depth."""
    found: set[int] = set()
    for key, inner in value.items() if isinstance(value, dict) and depth else ():
        if isinstance(inner, dict):
            found |= numbers(inner, keys, depth - 1)
        elif keys.search(key):
            items = inner if isinstance(inner, list) else [inner]
            found |= {item for item in items if isinstance(item, int) and not isinstance(item, bool)}
    return frozenset(found)
