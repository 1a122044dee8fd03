"""Which of the types that whole evidence fits their blueprints bear out.

A profile takes optional tensors in any mixture and of any size, and none that its samples never showed; so blueprints
have the last word where they know a class to the letter.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

from dara_lint.recognize.blueprint import blueprint
from dara_lint.recognize.distances import Distance, Fit
from dara_lint.recognize.evidence import Evidence
from dara_lint.recognize.profiles import Profile

LIBRARY = "transformers"
NEARLY = 0.8
"""The share of the evidence that a profile must explain, by weight, for its blueprints to be asked for the rest."""
PREFERRED = 0.9
"""The share of the matcher's best score below which it clearly prefers another type."""
MOST_BUILDS = 8
"""Builds of a type that are held to the evidence, the likeliest first."""


def proof(evidence: Evidence, profile: Profile) -> int | None:
    """The build of a class of the type that bears the evidence out; None when none does.

    Raises LookupError when no class of it has a blueprint.
    """
    known = False
    for number in _likely(evidence, profile):
        for name in profile.builds[number].names:
            found = blueprint(profile.label, name) if profile.library == LIBRARY else None
            if found is not None:
                known = True
                if found.holds(evidence):
                    return number
    if not known:
        raise LookupError(profile.label)
    return None


def can_be(evidence: Evidence, profile: Profile) -> bool:
    """Whether a class of the type has exactly these whole weights under some config, by its blueprint, whatever its
    samples showed (a Mllama of so few layers that none has cross attention is a Llama)."""
    with contextlib.suppress(LookupError):
        return evidence.whole and not evidence.adapter and proof(evidence, profile) is not None
    return False


def _likely(evidence: Evidence, profile: Profile) -> Iterator[int]:
    """The builds, those first that lack least and have least too much."""
    places, builds = profile.places, profile.builds
    inside = {places[pattern] for pattern in evidence.full & places.keys()}

    def strange(number: int) -> int:
        return len(builds[number].always - inside) + len(builds[number].never & inside)

    yield from sorted(range(len(builds)), key=strange)[:MOST_BUILDS]


def borne_out(evidence: Evidence, fitting: Sequence[Fit]) -> list[Fit]:
    """The fits without those that blueprints rule out, unless nothing were left. Only whole evidence is judged: of a
    part nearly every type that has the names bears it out."""
    if not evidence.whole or evidence.adapter:
        return list(fitting)
    left = []
    for fit in fitting:
        try:
            build = proof(evidence, fit.profile)
        except LookupError:
            left.append(fit)
        else:
            left += [] if build is None else [fit._replace(build=build)]
    return left or list(fitting)


def discovered(evidence: Evidence, distances: Sequence[Distance], scores: Sequence[float]) -> list[Fit]:
    """Near types whose blueprints bear out what their profiles do not explain, as flags that no sample had; none where
    the matcher clearly prefers a type that they do not bear out."""
    found: list[Fit] = []
    if not evidence.whole or evidence.adapter:
        return found
    least = PREFERRED * max(scores, default=0.0)
    for score, each in sorted(zip(scores, distances, strict=True), key=lambda pair: -pair[0]):
        if not found and score < least:
            break
        try:
            build = proof(evidence, each.profile) if max(each.union[:2]) >= NEARLY else None
        except LookupError:
            build = None
        if build is not None:
            found.append(Fit(each.profile, build, 0.0))
    return found
