"""Which of the types that evidence fits their blueprints bear out.

A profile takes optional tensors in any mixture and of any size, and none that its samples never showed; so blueprints
have the last word where they know a class to the letter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

from dara_lint.recognize.blueprint import blueprint
from dara_lint.recognize.distances import Distance, Fit
from dara_lint.recognize.evidence import Evidence
from dara_lint.recognize.profiles import Profile

LIBRARY = "transformers"
NEARLY = 0.8
"""The share of the evidence that a profile must explain, by weight, for its blueprints to be asked for the rest."""
MOST_BUILDS = 8
"""Builds of a type that are held to the evidence, the likeliest first."""


class Proof(NamedTuple):
    """The build of a class that bears evidence out, and how many numbers must be free for it."""

    build: int
    free: int


def proof(evidence: Evidence, profile: Profile) -> Proof | None:
    """The class of the type that bears the evidence out with the fewest free numbers; None when none does.

    Raises LookupError when no class of it has a blueprint.
    """
    best: Proof | None = None
    known = False
    for number in _likely(evidence, profile):
        for name in profile.builds[number].names:
            found = blueprint(profile.label, name)
            known = known or found is not None
            free = found.holds(evidence) if found else None
            if free is not None and (best is None or free < best.free):
                best = Proof(number, free)
                break
    if not known:
        raise LookupError(profile.label)
    return best


def _likely(evidence: Evidence, profile: Profile) -> Iterator[int]:
    """The builds, those first that lack least and have least too much."""
    full = evidence.full

    def strange(number: int) -> int:
        view = profile.view(number)
        lacking = len(view.must["full"] - full) if evidence.whole and not evidence.adapter else 0
        return lacking + sum(pattern not in view.can["full"] for pattern in full)

    order = sorted(range(len(profile.builds)), key=strange)
    yield from order[:MOST_BUILDS]


def borne_out(evidence: Evidence, fitting: Sequence[Fit]) -> list[Fit]:
    """The fits without those that blueprints rule out, unless nothing were left."""
    left = []
    proven = False
    for fit in fitting:
        try:
            found = proof(evidence, fit.profile) if fit.profile.library == LIBRARY else None
        except LookupError:
            left.append(fit)
            continue
        if found:
            proven = True
            left.append(fit._replace(build=found.build, free=found.free))
        elif fit.profile.library != LIBRARY:
            left.append(fit)
    return left if proven else list(fitting)


def discovered(evidence: Evidence, distances: Iterable[Distance]) -> list[Fit]:
    """Near types whose blueprints bear out what their profiles do not explain: flags that no sample had."""
    found = []
    for each in distances:
        if each.profile.library == LIBRARY and max(each.union[:2]) >= NEARLY:
            with suppress(LookupError):
                if told := proof(evidence, each.profile):
                    found.append(Fit(each.profile, told.build, 0.0, told.free))
    return found
