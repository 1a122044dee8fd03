"""The tensors of a GGUF file held to the names that llama.cpp knows for its architecture.

``bundled/gguf.zz`` holds the maps of the gguf package (``training/recognise_gguf.py``): a loader finds tensors by
these names, and refuses a file that holds others.
"""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

from dara_lint import bundled
from dara_lint.recognize.normalize import masked
from dara_lint.recognize.popular import rank

FOREIGN = 0.3
"""The share of a file's tensors that its architecture has no name for and others have, beyond which it is none of it;
up to it ``architecture/gguf-metadata`` names them."""
LEAST = 6
"""Distinct names below which a file tells too little."""


class Names(NamedTuple):
    """What names say of a stated architecture. ``others`` are those that have all the known names, ``strange`` names
    that the stated one has not."""

    possible: bool
    strange: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@cache
def _table() -> Mapping[str, frozenset[str]]:
    _, names, architectures = json.loads(zlib.decompress(bundled.read("dara_lint.recognize", "bundled", "gguf.zz")))
    return {label: frozenset(names[number] for number in numbers) for label, numbers in architectures.items()}


@cache
def _every() -> frozenset[str]:
    return frozenset().union(*_table().values())


def held(architecture: str, names: Iterable[str]) -> Names | None:
    """Hold tensor names to a stated architecture; None when it is not known, or the names tell too little.

    Names that no architecture has speak against none: files are written by newer versions, too.
    """
    table = _table()
    own = table.get(architecture)
    if own is None:
        return None
    every = _every()
    counts: Counter[str] = Counter()
    for pattern, count in Counter(map(masked, names)).items():
        plain = _plain(pattern, every)
        if plain is not None:
            counts[plain] += count
    known = frozenset(counts)
    if len(known) < LEAST:
        return None
    strange = known - own
    if sum(counts[name] for name in strange) <= FOREIGN * counts.total():
        return Names(possible=True, strange=tuple(sorted(strange)))
    others = sorted((label for label, having in table.items() if known <= having), key=lambda each: (rank(each), each))
    return Names(possible=not others, strange=tuple(sorted(strange)), others=tuple(others))


def _plain(pattern: str, every: frozenset[str]) -> str | None:
    """``blk.*.attn_q.weight`` → ``blk.*.attn_q``; None for what no architecture has."""
    stem = pattern.rpartition(".")[0]
    return stem if stem in every else pattern if pattern in every else None
