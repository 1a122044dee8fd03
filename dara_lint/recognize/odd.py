"""A second look at evidence whose names tell too little: the make-up of its names, and its shapes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from dara_lint.recognize.alignment import align
from dara_lint.recognize.atlas import Atlas
from dara_lint.recognize.distances import UNTOLD, Distance, Scales, alike, measure
from dara_lint.recognize.evidence import Evidence
from dara_lint.recognize.profiles import Profile

ODD = 0.9
"""Evidence of whose cores no candidate explains this share, by weight, is looked at a second time."""
NAMELESS = 0.2
"""The share of cores that some profile must explain for names to count as known."""
WORDLESS = 0.02
"""The share of any part of names below which there is nothing to lay over a profile."""
BY_SHAPES, MORE = 20, 6
"""Candidates that shapes choose where there are no names, and beside those that names chose."""


def is_odd(evidence: Evidence, distances: Iterable[Distance]) -> bool:
    """Whether no candidate explains enough of the names."""
    return not evidence.adapter and all(_explained(each) < ODD for each in distances)


def is_nameless(distances: Iterable[Distance]) -> bool:
    """Whether names are as good as unknown."""
    return all(_explained(each) < NAMELESS for each in distances)


def _wordless(distances: Iterable[Distance]) -> bool:
    return all(
        max((share for share in each.union if not math.isnan(share)), default=0.0) < WORDLESS for each in distances
    )


def _explained(distance: Distance) -> float:
    return max((share for share in distance.union[:2] if not math.isnan(share)), default=0.0)


def told(scales: Scales, atlas: Atlas, found: Mapping[int, Distance], claims: Iterable[int]) -> list[Distance]:
    """The candidates that names chose (by number), and those that shapes choose, with what both tell of them."""
    evidence = scales.evidence
    heard = atlas.heard(evidence)
    nameless = _wordless(found.values())
    always = (*claims, *(number for number in found if number >= len(atlas.lines)))
    numbers = dict.fromkeys(always if nameless else found)
    if heard is not None:
        numbers |= dict.fromkeys(heard.nearest(BY_SHAPES if nameless else MORE))
    distances = []
    for number in numbers:
        profile = atlas.profile(number)
        telling = heard.told(number) if heard is not None else None
        if telling is not None:
            whole = evidence.whole or number not in found
            build = _likest(scales, profile, telling.builds) if whole else found[number].build
            shares = (telling.explained, telling.alike, telling.rough, *telling.sizes)
        else:
            build = found[number].build if number in found else 0
            shares = (math.nan,) * 5
        laid = (math.nan, math.nan) if nameless else align(evidence, profile, build)
        distances.append(measure(scales, profile, build)._replace(told=(*laid, *shares)))
    return distances


def sized(evidence: Evidence, atlas: Atlas, found: Mapping[int, Distance]) -> list[Distance]:
    """The candidates where names are known: many types may have them, and sizes tell which of them does by default."""
    heard = atlas.heard(evidence)
    if heard is None:
        return list(found.values())
    unasked = UNTOLD[2:]
    return [each._replace(told=(*unasked, *heard.familiar(number))) for number, each in found.items()]


def _likest(scales: Scales, profile: Profile, builds: Iterable[int]) -> int:
    """Of builds with the same shapes the one whose words are those of the evidence, then that of most classes."""
    able = [number for number in builds if number < len(profile.builds)] or [0]
    return max(able, key=lambda number: (alike(scales, profile.view(number)), len(profile.builds[number].names)))
