"""How far evidence is from a profile: the numbers that the matcher judges.

Every channel gives three numbers, tokens weighted by how rare they are among model types (``log(1 + types / types
with it)``): how much of the evidence the profile can explain (``explained``), how much of what the profile always
has is there (``present``), and the cosine of the two, the profile's tokens weighted by how often they occur.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dara_lint.recognize.evidence import CHANNELS, Evidence
from dara_lint.recognize.profiles import Profile, View

Weigh = Callable[[str, "str | int"], float]
"""Channel and token → weight."""

KINDS = ("explained", "present", "cosine")

UNION = ("full", "core", "leaf", "segment", "gram")
"""Channels in which the whole type, too, is held to the evidence, for classes that no profile knows."""

FEATURES = (
    *(f"{channel}_{kind}" for channel in CHANNELS for kind in KINDS),
    *(f"union_{channel}" for channel in UNION),
    "common", "missing", "unexplained", "rank_mismatch", "slots", "adapter", "whole", "shapes",
    *(f"behind_{channel}" for channel in CHANNELS),
)  # fmt: skip
"""The matcher's features in order. ``behind_…`` is the distance to the best candidate's cosine of the channel."""


@dataclass(frozen=True, slots=True)
class Distance:
    """Evidence against one build of a profile. ``shares`` are the three of each channel, in order."""

    profile: Profile
    build: int
    shares: tuple[float, ...]
    union: tuple[float, ...]
    common: float
    missing: int
    unexplained: int
    ranks: float

    @property
    def present(self) -> float:
        """The share of the cores that the build always has which are there; NaN when it has none."""
        return self.shares[3 * CHANNELS.index("core") + 1]


def share(part: Container[str | int], whole: Iterable[str | int], channel: str, weigh: Weigh) -> float:
    """The weight of ``whole``'s tokens that are in ``part``, as a share; NaN when there are none."""
    total = found = 0.0
    for token in whole:
        weight = weigh(channel, token)
        total += weight
        if token in part:
            found += weight
    return found / total if total else math.nan


def channel_shares(evidence: Evidence, view: View, channel: str, weigh: Weigh) -> tuple[float, float, float]:
    """Explained, present and cosine of one channel; NaN where evidence or profile has no token in it."""
    tokens = evidence.tokens(channel)
    can = view.can[channel]
    if not tokens:
        return (math.nan, math.nan, math.nan)
    norm = view.norms.get(channel)
    if norm is None:
        norm = math.sqrt(sum((weigh(channel, token) * often) ** 2 for token, often in can.items()))
        view.norms[channel] = norm
    total = found = product = square = 0.0
    for token in tokens:
        weight = weigh(channel, token)
        total += weight
        square += weight * weight
        often = can.get(token)
        if often is not None:
            found += weight
            product += weight * weight * often
    present = share(tokens, view.must[channel], channel, weigh)
    return (found / total, present, product / (norm * math.sqrt(square)) if norm else math.nan)


class Fit(NamedTuple):
    """A build that explains evidence, and the (rounded) log-likelihood of its patterns."""

    profile: Profile
    build: int
    likelihood: float


def fits(evidence: Evidence, profile: Profile) -> Fit | None:
    """The likeliest build that explains every pattern with the right rank and, of whole evidence, lacks none."""
    places = profile.places
    inside = set()
    for slot in evidence.slots:
        place = places.get(slot.pattern)
        if place is None or not (slot.shape is None or profile.ranks[place] in ("?", str(min(9, len(slot.shape))))):
            return None
        inside.add(place)
    partial = not evidence.whole or evidence.adapter
    best: Fit | None = None
    for number, build in enumerate(profile.builds):
        score = 0.0
        for place, level in enumerate(build.levels):
            there = place in inside
            if (level == "0" and there) or (level == "4" and not there and not partial):
                break
            score += 0.0 if partial and not there else _SCORES[level][there]
        else:
            if best is None or score > best.likelihood:
                best = Fit(profile, number, score)
    return best


def closest(evidence: Evidence, profile: Profile, weigh: Weigh) -> int:
    """The build that fits best: by the likelihood of its patterns, or where most names are unknown to the type by
    the cosine of segments and shapes."""
    if len(profile.builds) == 1:
        return 0
    places = profile.places
    inside = frozenset(places[pattern] for pattern in evidence.full if pattern in places)
    if 2 * len(inside) < len(evidence.full):
        return max(range(len(profile.builds)), key=lambda number: _alike(evidence, profile.view(number), weigh))
    best, best_score = 0, -math.inf
    for number, build in enumerate(profile.builds):
        score = 0.0
        for place, level in enumerate(build.levels):
            score += _SCORES[level][place in inside]
        if score > best_score:
            best, best_score = number, score
    return best


def _alike(evidence: Evidence, view: View, weigh: Weigh) -> float:
    cosines = (channel_shares(evidence, view, channel, weigh)[2] for channel in ("segment", "gram"))
    return sum(value for value in cosines if not math.isnan(value))


_SCORES = {"4": (-4.0, 0.0), "3": (-1.5, -0.1), "2": (-0.6, -0.6), "1": (-0.1, -1.5), "0": (0.0, -4.0)}
"""Log-likelihoods, rounded, of a pattern's absence and presence at each level."""


def measure(evidence: Evidence, profile: Profile, number: int, weigh: Weigh) -> Distance:
    """Distances of the evidence to that build."""
    view: View = profile.view(number)
    shares = [number for channel in CHANNELS for number in channel_shares(evidence, view, channel, weigh)]
    full = evidence.tokens("full")
    matched = [pattern for pattern in evidence.ranks if pattern in profile.places]
    wrong = sum(
        profile.ranks[profile.places[pattern]] not in ("?", str(min(9, evidence.ranks[pattern]))) for pattern in matched
    )
    return Distance(
        profile,
        number,
        tuple(shares),
        tuple(share(profile.all[channel], evidence.tokens(channel), channel, weigh) for channel in UNION),
        share(evidence.core, profile.common, "core", weigh),
        len(view.must["full"] - full),
        sum(pattern not in view.can["full"] for pattern in full),
        wrong / len(matched) if matched else 0.0,
    )


def rows(evidence: Evidence, distances: Sequence[Distance]) -> list[list[float]]:
    """A row of ``FEATURES`` for each candidate."""
    cosines = range(2, 3 * len(CHANNELS), 3)
    best = [
        max((each.shares[at] for each in distances if each.shares[at] == each.shares[at]), default=math.nan)
        for at in cosines
    ]
    common = [
        math.log1p(len(evidence.slots)),
        float(evidence.adapter),
        float(evidence.whole),
        float(bool(evidence.normalized.shapes)),
    ]
    return [
        [
            *each.shares,
            *each.union,
            each.common,
            math.log1p(each.missing),
            math.log1p(each.unexplained),
            each.ranks,
            *common,
            *(top - each.shares[at] for at, top in zip(cosines, best, strict=True)),
        ]
        for each in distances
    ]
