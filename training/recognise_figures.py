"""Shares with their intervals, and what of a part of the corpus is asked."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from training.recognise_data import Sample
from training.recognise_split import SEED

MOST = 300
"""Samples of a row; drawn with a seed where there are more."""


@dataclass(frozen=True)
class Figure:
    """A share: how many of how many."""

    row: str
    what: str
    good: int
    of: int

    def text(self) -> str:
        """The share with its interval and n."""
        if not self.of:
            return "–"
        low, high = wilson(self.good, self.of)
        return f"{self.good / self.of:.4f} ({low:.3f} to {high:.3f}, n = {self.of:,})"


def wilson(good: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    z = 1.959964
    share = good / of
    middle = share + z * z / (2 * of)
    spread = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return max(0.0, (middle - spread) / (1 + z * z / of)), min(1.0, (middle + spread) / (1 + z * z / of))


def drawn(samples: Iterable[Sample], most: int = MOST) -> list[Sample]:
    """At most that many, by the seed."""
    found = list(samples)
    random.Random(SEED).shuffle(found)
    return found[:most]


def auroc(high: Sequence[float], low: Sequence[float]) -> float:
    """The share of pairs in the right order, ties half."""
    pairs = sum((a > b) + 0.5 * (a == b) for a in high for b in low)
    return pairs / (len(high) * len(low)) if high and low else math.nan
