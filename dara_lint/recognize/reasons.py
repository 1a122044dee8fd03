"""What sets evidence apart from a claimed profile, in words that a person can check in the names of the tensors."""

from __future__ import annotations

from collections.abc import Iterable

from dara_lint.recognize.distances import Weigh
from dara_lint.recognize.evidence import Evidence
from dara_lint.recognize.profiles import Profile

MOST_WORDS = 3
_PLAIN = frozenset({"weight", "bias", "*", "model", "layers", "layer", "encoder", "decoder", "block", "blocks", "h"})


def words(pattern: str) -> list[str]:
    """The words of a pattern that mean something by themselves, the innermost first."""
    return [segment for segment in reversed(pattern.split(".")) if segment not in _PLAIN]


def reasons(evidence: Evidence, profile: Profile, build: int, weigh: Weigh) -> tuple[str, ...]:
    """At most two phrases: what the profile always has and the evidence lacks, what it never has and is there."""
    view = profile.view(build)
    found = []
    if evidence.whole and not evidence.adapter:
        lacking = _told(view.must["full"] - evidence.full, evidence.segment, weigh)
        if lacking:
            found.append("no " + ", no ".join(lacking))
    known = profile.all["segment"]
    everywhere: list[str] = []
    somewhere: list[str] = []
    layers = max((slot.tensors for slot in evidence.slots if "*" in slot.pattern), default=0)
    for word in _told([pattern for pattern in evidence.full if pattern not in profile.places], known, weigh):
        counts = [slot.tensors for slot in evidence.slots if word in slot.pattern.split(".") and "*" in slot.pattern]
        (everywhere if layers > 1 and any(2 * count > layers for count in counts) else somewhere).append(word)
    if everywhere:
        found.append(f"every layer has {_joined(everywhere)}")
    if somewhere:
        found.append(f"there is {_joined(somewhere)}")
    return tuple(found)


def _told(patterns: Iterable[object], known: frozenset[str | int], weigh: Weigh) -> list[str]:
    """The rarest words of patterns that are not known on the other side."""
    weights: dict[str, float] = {}
    for pattern in patterns:
        for word in words(str(pattern)):
            if word not in known:
                weights[word] = weigh("segment", word)
                break
    # a word that no profile knows is odd, not telling: after those that some have
    most = max(weights.values(), default=0.0)
    order = sorted(weights, key=lambda word: (weights[word] == most and most > 6, -weights[word], word))
    return order[:MOST_WORDS]


def _joined(found: list[str]) -> str:
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"
