"""Whether a claimed type is possible, by its distances and the matcher's probability."""

from __future__ import annotations

from collections.abc import Sequence

from dara_lint.recognize.distances import Distance
from dara_lint.recognize.evidence import Evidence
from dara_lint.recognize.recognition import KNOWN, Candidate, Verdict

IMPOSSIBLE = 0.02
"""The matcher's probability below which a claimed type is ruled out."""
UNLIKELY = 0.2
"""The same where other types explain all of partial evidence, and the claimed one too little."""
EXPLAINED = 0.95
"""The share of the evidence that a claimed type explains, by weight, from which it is possible whatever fits
better: of whole evidence only if at least ``PRESENT`` of what the type always has is there."""
PRESENT = 0.75
LACKING = 0.5
"""The share of what the claimed type always has, by weight, below which whole weights are not its."""
FOREIGN = 0.7
"""The share of the evidence that a claimed type explains, by weight, from which it is not ruled out."""


def judged(
    evidence: Evidence, claimed: Sequence[Distance], ranked: Sequence[Candidate]
) -> tuple[Verdict, float | None]:
    """The verdict on a claimed type, given its distances (none: it has no profile) and all candidates, best first;
    and its probability."""
    if not claimed:
        return "unknown", None
    labels = {each.profile.label for each in claimed}
    probability = max((each.probability for each in ranked if each.label in labels), default=0.0)
    best = ranked[0].probability if ranked else 0.0
    if probability >= KNOWN or (best and probability >= best):
        return "possible", probability
    partial = not evidence.whole or evidence.adapter
    if any(_plausible(each, partial=partial) for each in claimed):
        return "possible", probability
    fitting = bool(ranked) and ranked[0].exact and not partial
    limit = UNLIKELY if partial and ranked and ranked[0].exact else IMPOSSIBLE
    if probability < limit and all(_foreign(evidence, each, partial=partial, fitting=fitting) for each in claimed):
        return "impossible", probability
    return "unknown", probability


def _plausible(distance: Distance, *, partial: bool) -> bool:
    """Whether the claimed type explains what is there; of whole evidence not much of it may be missing either."""
    explained = max(distance.union[0], distance.union[1])
    return explained > EXPLAINED and (partial or not distance.present < PRESENT)


def _foreign(evidence: Evidence, distance: Distance, *, partial: bool, fitting: bool) -> bool:
    """Whether the claimed type is far: it explains too little, or too much of it is missing, or, where other types
    explain everything, it differs from the evidence in at least two patterns whatever their prefix."""
    if max(distance.union[0], distance.union[1]) < FOREIGN:
        return True
    if partial:
        return False
    view = distance.profile.view(distance.build)
    differing = len(view.must["core"] - evidence.core) + sum(token not in view.can["core"] for token in evidence.core)
    return distance.present < LACKING or (fitting and differing >= 2)
