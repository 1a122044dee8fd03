"""How many bytes a promise takes, and which other value of one key would make it take the bytes that are there.

Without headers only sizes tell. They tell much: an index sums the bytes of all tensors exactly, a file adds a
header whose length the names nearly fix, so another number of layers or another width is seen to the byte.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from dara_lint.blueprints import bundle
from dara_lint.blueprints.arithmetic import UnknownValueError
from dara_lint.blueprints.compose import parts
from dara_lint.blueprints.differ import is_head
from dara_lint.blueprints.evidence import TOLERATED
from dara_lint.blueprints.expectation import Entry, Expectation, entries, whole_key
from dara_lint.blueprints.explain import changed
from dara_lint.blueprints.suggest import value_at
from dara_lint.blueprints.unit import MANY, reads
from dara_lint.model import BITS, Json

COUNTS = re.compile(r"layer|expert|head|depth|block|group|stage|label")
"""Keys of numbers that are small; others are widths."""
KV_HEADS = re.compile(r"num_(?:key_value|kv)_heads$")
STEP = 32
"""Widths are multiples of this in every model that was published to be used."""
MOST_TRIED = 600
"""Configs tried for one size at most; each costs under a millisecond."""


class Volume(NamedTuple):
    """Parameters of a promise, and of the parts of it that a file may lack, hold twice or keep in 32 bits.

    ``fixed`` are bytes of integer buffers, ``head`` the parameters that belong to the task head or that loaders
    do not miss, ``table`` those of the largest single tensor, ``full`` those that transformers keeps in 32 bits
    (``_keep_in_fp32_modules`` of T5 and its kin, norms), ``tensors`` their number.
    """

    parameters: int
    fixed: int
    head: int
    table: int
    full: int
    tensors: int


def volume(expectation: Expectation) -> Volume:
    """The volume of an expectation, in one pass over its folded entries."""
    fixed = head = table = full = 0
    for entry in expectation.entries:
        size = entry.times * entry.elements
        if entry.pattern.dtype.startswith(("I", "U", "B")):
            fixed += size * int(BITS.get(entry.pattern.dtype, 64)) // 8
            continue
        if is_head(entry.part, entry.pattern) or TOLERATED.search(entry.pattern.name):
            head += size
        if entry.times == 1:
            table = max(table, size)
        if len(entry.shape) < 2 or entry.pattern.name.endswith(".wo.weight"):
            full += size
    return Volume(expectation.parameters, fixed, head, table, full, expectation.count)


class Sized(NamedTuple):
    """Bytes of weights: between ``low`` and ``high``, of ``width`` bytes a parameter."""

    low: int
    high: int
    width: int


def fitting(expectation: Expectation, sized: Sized, certain: int = 50) -> Mapping[str, tuple[Json, Json]]:
    """Keys (nested ones joined by dots), each with its value and the only other one that gives these bytes.

    The one comes first whose values lie farthest apart; where the next value lies less than ``certain`` times the
    uncertainty of the size away, so that one fits by chance, the key is left out.
    """
    scale = _Scale(expectation)
    found: list[tuple[int, str, int, int]] = []
    for key, current in _keys(expectation):
        if scale.tried > MOST_TRIED:
            break
        value, step = _value(scale, key, current, sized, certain)
        if value is not None and value != current and _can_be(expectation, key, value):
            found.append((step, key, current, value))
    return {key: (current, value) for _, key, current, value in sorted(found, reverse=True)}


def _can_be(expectation: Expectation, key: str, value: int) -> bool:
    """Whether a number of key-value heads divides that of the heads which share them."""
    heads = KV_HEADS.sub("num_attention_heads", key)
    whole = value_at(expectation.config, heads) if heads != key else None
    return not isinstance(whole, int) or not whole % value


def _keys(expectation: Expectation) -> Iterator[tuple[str, int]]:
    """Whole numbers of the config that tensors follow from."""
    seen: set[str] = set()
    for part in expectation.parts:
        for pattern in part.patterns():
            for name in sorted(reads(pattern)):
                key = whole_key(part, name)
                value = value_at(expectation.config, key)
                if key not in seen and isinstance(value, int) and not isinstance(value, bool) and value > 0:
                    seen.add(key)
                    yield key, value


class _Scale:
    """Weighs configs of one class: bytes of what they promise."""

    def __init__(self, expectation: Expectation) -> None:
        self.expectation = expectation
        self.tried = 0

    def bytes_of(self, key: str, value: int, width: int) -> int | None:
        """Bytes when that key has that value, or None when nothing is promised."""
        self.tried += 1
        config = changed(self.expectation.config, key, value)
        total = 0
        try:
            for part in parts(config, self.expectation.architecture, bundle.LIBRARY):
                total += sum(_bytes(entry, width) for entry in entries(part, MANY))
        except (UnknownValueError, RecursionError):
            return None
        return total


def _bytes(entry: Entry, width: int) -> int:
    dtype = entry.pattern.dtype
    wide = int(BITS.get(dtype, 32)) // 8 if dtype.startswith(("I", "U", "B")) else width
    return entry.times * entry.elements * wide


def _value(scale: _Scale, key: str, current: int, sized: Sized, certain: int) -> tuple[int | None, int]:
    """The value that fits, and how many bytes the next one lies away."""

    def give(value: int) -> int | None:
        return scale.bytes_of(key, value, sized.width)

    here, more = give(current), give(current + 1)
    if here is None or more is None or more == here:
        return None, 0
    apart, vague = abs(more - here), certain * max(sized.high - sized.low, 1)
    step = 1 if COUNTS.search(key) else STEP
    if current % step or apart * step < vague:
        return None, 0
    return _first(give, current, step, sized), apart * step


def _first(give: Callable[[int], int | None], current: int, step: int, sized: Sized) -> int | None:
    """The least multiple of ``step`` whose bytes reach ``low``, if they do not pass ``high``."""
    left, right = 0, max(8 * current, 64) // step
    while left < right:
        middle = (left + right) // 2
        size = give(middle * step)
        if size is not None and size < sized.low:
            left = middle + 1
        else:
            right = middle
    size = give(left * step)
    return left * step if left and size is not None and sized.low <= size <= sized.high else None
