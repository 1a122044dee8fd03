"""Whole evidence as a class that no profile knows: the body of a known type under another head.

Such a class keeps the body of its type, behind a prefix, without one, or as a part of what another class has:
``BertModel`` is all that stands behind ``bert.`` in ``BertForMaskedLM``. So evidence behind some of its leading
segments is laid on a build behind some of its own (``graft``), and where the body has several parts, patterns are
counted by their cores, wherever these stand (``tally``).
"""

from __future__ import annotations

from typing import NamedTuple

from dara_lint.recognize.evidence import Evidence
from dara_lint.recognize.profiles import Profile

MOST_PAIRS = 3
"""Pairs of a part of the evidence and a part of the profile that are looked at, those first that share most."""


class Graft(NamedTuple):
    """The best way to lay evidence on a build: in how many patterns they differ (``off``), but for those of the
    evidence that the build has not and that stand in no layer (``head``); and whether the evidence has leading segments
    there that the build has not (``moved``)."""

    off: int
    head: int
    moved: bool


class Tally(NamedTuple):
    """Of the patterns in layers, by core, how many the nearest build always has and the evidence has not
    (``lacking``), and how many the evidence has and the build never (``surplus``)."""

    lacking: int
    surplus: int


def graft(evidence: Evidence, profile: Profile) -> Graft | None:
    """How evidence is best laid on a build of the profile; None where less than half of any part agrees."""
    pairs = [
        (shared, part, front)
        for part in evidence.parts
        for front, region in profile.parts.items()
        if not region.keys().isdisjoint(part.anchors)
        and 2 * (shared := len(part.ranks.keys() & region.keys())) > len(part.ranks)
    ]
    pairs.sort(key=lambda pair: (-pair[0], len(pair[2])))
    best: tuple[Graft, int] | None = None
    for _, part, front in pairs[:MOST_PAIRS]:
        region = profile.parts[front]
        whole = frozenset(region.values())
        places = {region[pattern]: rank for pattern, rank in part.ranks.items() if pattern in region}
        inside = places.keys()
        wrong = sum("?" != rank != profile.ranks[place] != "?" for place, rank in places.items())
        strange = [pattern for pattern in part.ranks if pattern not in region]
        strange_body = sum("*" in pattern for pattern in strange)
        off, head = wrong + strange_body + part.left_body, len(strange) - strange_body + part.left_head
        for build in profile.builds:
            never = build.never & inside
            never_body = len(never & profile.layered)
            missing = len((build.always & whole) - inside)
            found = Graft(
                off + never_body + missing + build.torn(inside, whole),
                head + len(never) - never_body,
                not front.endswith(part.front),
            )
            best = min(filter(None, (best, (found, len(build.always - whole)))))
    return None if best is None else best[0]


def tally(evidence: Evidence, profile: Profile) -> Tally:
    """How the numbers of patterns of each core in layers differ from those of the nearest build."""
    own = evidence.tally
    differing = [((least - own).total(), (own - most).total()) for least, most in profile.tallies]
    return Tally(*min(differing, key=lambda each: (sum(each), each)))
