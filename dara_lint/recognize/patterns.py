"""Questions about tensor names, asked once for all the layers that differ only in their numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

REMEMBERED = 2048
"""Answers that are kept per pattern: a checkpoint has some dozens of names when numbers are masked."""
LONGEST = 200
"""Longer names are answered without being kept."""

ZEROS = str.maketrans("123456789", "000000000")
"""Masks numbers: every digit becomes a zero."""


def remembered(pattern: str) -> Callable[[str], bool]:
    """Whether a regular expression is found in a name; it must not tell one digit from another.

    Answers are kept by the name with every digit a zero, so a mixture of 40,000 tensors costs the search of
    a few dozen names.
    """
    compiled = re.compile(pattern)

    @lru_cache(maxsize=REMEMBERED)
    def found(masked: str) -> bool:
        return compiled.search(masked) is not None

    def ask(name: str) -> bool:
        return found(name.translate(ZEROS)) if len(name) <= LONGEST else compiled.search(name) is not None

    return ask
