"""How far evidence is from a profile: the numbers that the matcher judges.

Every channel gives three numbers, tokens weighted by how rare they are among model types (``log(1 + types / types
with it)``): how much of the evidence the profile can explain (``explained``), how much of what the profile always
has is there (``present``), and the cosine of the two, the profile's tokens weighted by how often they occur. Sums are
exact (``math.fsum``), so that the order of a set's items changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from dara_lint.recognize.evidence import CHANNELS, Evidence
from dara_lint.recognize.profiles import Build, Profile, View

Weigh = Callable[[str, str], float]
"""Channel and token → weight."""

KINDS = ("explained", "present", "cosine")

UNION = ("full", "core", "leaf", "segment")
"""Channels in which the whole type, too, is held to the evidence, for classes that no profile knows."""

BODY = ("body_missing", "body_unexplained", "rest_unexplained", "torn")
"""Cores by number, whatever the prefix: in layers, what the type always has and is not there, and what is there and no
class of it has; the latter outside of layers. A class that no profile knows differs in its head, and not in these. Then
whether whole evidence has a part only of what comes together in the build."""

TOLD = ("aligned", "aligned_present", "said", "alike", "rough", "sizes", "sizes_present")
"""What is asked of evidence that is odd: names laid over the profile's (``alignment``), and shapes (``shapes``); of
other evidence whose names no profile settles the sizes alone."""

FEATURES = (
    *(f"{channel}_{kind}" for channel in CHANNELS for kind in KINDS),
    *(f"union_{channel}" for channel in UNION),
    "common", "missing", "unexplained", "rank_mismatch", *BODY, "slots", "adapter", "whole", "shapes",
    *(f"behind_{channel}" for channel in CHANNELS),
    *TOLD, *(f"behind_{each}" for each in TOLD),
)  # fmt: skip
"""The matcher's features in order. ``behind_…`` is the distance to the best candidate's cosine of the channel."""

UNTOLD = (math.nan,) * len(TOLD)


class Distance(NamedTuple):
    """Evidence against one build of a profile. ``shares`` are the three of each channel, in order, ``told`` what is
    asked of odd evidence."""

    profile: Profile
    build: int
    shares: tuple[float, ...]
    union: tuple[float, ...]
    common: float
    missing: int
    unexplained: int
    ranks: float
    body: tuple[int, int, int, int]
    told: tuple[float, ...] = UNTOLD

    @property
    def present(self) -> float:
        """The share of the cores that the build always has which are there; NaN when it has none."""
        return self.shares[3 * CHANNELS.index("core") + 1]


class Scale(NamedTuple):
    """The tokens of evidence in one channel with their weights, the sum of these and the length of their vector."""

    weights: dict[str, float]
    total: float
    norm: float


class Scales:
    """Evidence, its tokens weighed once for all candidates."""

    def __init__(self, evidence: Evidence, weigh: Weigh) -> None:
        self.evidence = evidence
        self.weigh = weigh
        self._channels: dict[str, Scale] = {}

    def of(self, channel: str) -> Scale:
        """The tokens of one channel."""
        found = self._channels.get(channel)
        if found is None:
            weigh = self.weigh
            weights = {token: weigh(channel, token) for token in self.evidence.tokens(channel)}
            norm = math.sqrt(math.fsum(weight * weight for weight in weights.values()))
            found = self._channels[channel] = Scale(weights, math.fsum(weights.values()), norm)
        return found

    def share(self, channel: str, part: frozenset[str]) -> float:
        """The weight of the evidence's tokens that are in ``part``, as a share; NaN when there are none."""
        weights, total, _ = self.of(channel)
        return math.fsum(map(weights.__getitem__, weights.keys() & part)) / total if total else math.nan


def channel_shares(scales: Scales, view: View, channel: str) -> tuple[float, float, float]:
    """Explained, present and cosine of one channel; NaN where evidence or profile has no token in it."""
    weights, total, length = scales.of(channel)
    if not weights:
        return (math.nan, math.nan, math.nan)
    can = view.can[channel]
    must = view.must[channel]
    sums = view.sums.get(channel)
    if sums is None:
        weigh = scales.weigh
        norm = math.sqrt(math.fsum((weigh(channel, token) * often) ** 2 for token, often in can.items()))
        sums = view.sums[channel] = (norm, math.fsum(weigh(channel, token) for token in must))
    norm, needed = sums
    shared = [(weights[token], can[token]) for token in weights.keys() & can.keys()]
    found = math.fsum([weight for weight, _ in shared])
    product = math.fsum([weight * weight * often for weight, often in shared])
    there = math.fsum([weight for weight, often in shared if often == 1.0])
    present = there / needed if needed else math.nan
    return (found / total, present, product / (norm * length) if norm else math.nan)


class Fit(NamedTuple):
    """A build that explains evidence, and the (rounded) log-likelihood of its patterns."""

    profile: Profile
    build: int
    likelihood: float


def fits(evidence: Evidence, profile: Profile) -> Fit | None:
    """The likeliest build that explains every pattern with the right rank and, of whole evidence, lacks none."""
    places, ranks = profile.places, profile.ranks
    if not evidence.full <= places.keys():
        return None
    for pattern, digit in evidence.digits.items():
        if ranks[places[pattern]] not in ("?", digit):
            return None
    inside = {places[pattern] for pattern in evidence.full}
    partial = not evidence.whole or evidence.adapter
    best: Fit | None = None
    for number, build in enumerate(profile.builds):
        if not build.never.isdisjoint(inside) or not (partial or build.always <= inside):
            continue
        known = (place for place in build.optional if place in inside) if partial else build.optional
        score = _score(build, known, inside)
        if (best is None or score > best.likelihood) and (partial or not build.groups or not build.torn(inside)):
            best = Fit(profile, number, score)
    return best


def _score(build: Build, places: Iterable[int], inside: Collection[int]) -> float:
    """The log-likelihood of those patterns, present where their number is among ``inside``."""
    return sum((_SCORES[build.levels[place]][place in inside] for place in places), 0.0)


def closest(scales: Scales, profile: Profile) -> int:
    """The build that fits best: by the likelihood of its patterns, or where most names are unknown to the type by
    the cosine of segments; where all are known, but of several layouts, by the cosine of cores."""
    if len(profile.builds) == 1:
        return 0
    places = profile.places
    full = scales.evidence.full
    inside = frozenset(places[pattern] for pattern in full if pattern in places)
    if 2 * len(inside) < len(full):
        return max(range(len(profile.builds)), key=lambda number: alike(scales, profile.view(number)))
    if len(inside) == len(full) and not any(build.never.isdisjoint(inside) for build in profile.builds):
        return max(range(len(profile.builds)), key=lambda number: alike(scales, profile.view(number), "core"))
    best, best_score = 0, -math.inf
    for number, build in enumerate(profile.builds):
        odd = (build.always - inside) | (build.never & inside)  # the others of these tell nothing
        score = _score(build, sorted(odd.union(build.optional)), inside)
        if score > best_score:
            best, best_score = number, score
    return best


def alike(scales: Scales, view: View, channel: str = "segment") -> float:
    """The cosine of a channel's tokens, 0 when there are none."""
    cosine = channel_shares(scales, view, channel)[2]
    return 0.0 if math.isnan(cosine) else cosine


_SCORES = {"4": (-4.0, 0.0), "3": (-1.5, -0.1), "2": (-0.6, -0.6), "1": (-0.1, -1.5), "0": (0.0, -4.0)}
"""Log-likelihoods, rounded, of a pattern's absence and presence at each level."""


def measure(scales: Scales, profile: Profile, number: int) -> Distance:
    """Distances of the evidence to that build."""
    view: View = profile.view(number)
    evidence = scales.evidence
    shares = [number for channel in CHANNELS for number in channel_shares(scales, view, channel)]
    full = evidence.full
    places, digits = profile.places, evidence.digits
    matched = digits.keys() & places.keys()
    wrong = sum(profile.ranks[places[pattern]] not in ("?", digits[pattern]) for pattern in matched)
    needed = view.common
    if needed is None:
        needed = view.common = math.fsum(scales.weigh("core", token) for token in profile.common)
    own = scales.of("core").weights
    body, (always, able) = evidence.body, profile.body
    inside = {places[pattern] for pattern in full & places.keys()} if evidence.whole else ()
    torn = bool(inside) and profile.builds[number].torn(inside)
    return Distance(
        profile,
        number,
        tuple(shares),
        tuple(scales.share(channel, profile.all[channel]) for channel in UNION),
        math.fsum(map(own.__getitem__, own.keys() & profile.common)) / needed if needed else math.nan,
        len(view.must["full"] - full),
        len(full - view.can["full"].keys()),
        wrong / len(matched) if matched else 0.0,
        (len(always - body), len(body - able), len(evidence.core - body - profile.all["core"]), torn),
    )


def rows(evidence: Evidence, distances: Sequence[Distance]) -> list[list[float]]:
    """A row of ``FEATURES`` for each candidate."""
    cosines = range(2, 3 * len(CHANNELS), 3)
    best = [
        max((each.shares[at] for each in distances if each.shares[at] == each.shares[at]), default=math.nan)
        for at in cosines
    ]
    most = [
        max((each.told[at] for each in distances if each.told[at] == each.told[at]), default=math.nan)
        for at in range(len(TOLD))
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
            *map(math.log1p, each.body),
            *common,
            *(top - each.shares[at] for at, top in zip(cosines, best, strict=True)),
            *each.told,
            *(top - own for own, top in zip(each.told, most, strict=True)),
        ]
        for each in distances
    ]
