"""Which model types a set of weights can be, and whether a claimed one is among them.

Three steps, each used only where the one before does not answer. Lookup: profiles that explain every pattern, lack
none and agree in ranks are *exact*, and stand together as a set of equals. Nearest neighbours: postings choose the
candidates that share most. Matcher: a boosted forest judges the distances of evidence to each candidate. The
thresholds were set on real checkpoints (``docs/recogniser.md``).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from dara_lint.facts import fact
from dara_lint.recognize import bundled_atlas
from dara_lint.recognize.atlas import CANDIDATES, POSTED, Atlas
from dara_lint.recognize.distances import TOLD, Distance, Fit, Scales, closest, fits, measure, rows
from dara_lint.recognize.evidence import Evidence
from dara_lint.recognize.kinship import kinship
from dara_lint.recognize.odd import is_nameless, is_odd, sized, told
from dara_lint.recognize.popular import rank
from dara_lint.recognize.proof import borne_out, can_be, discovered
from dara_lint.recognize.reasons import reasons
from dara_lint.recognize.recognition import KNOWN, Candidate, Recognition, Verdict
from dara_lint.recognize.trees import Forest
from dara_lint.recognize.verdict import judged

ENOUGH = 12.0
"""The weight of cores (each ``log(1 + types / types with it)``) below which evidence says too little."""
EQUAL = 0.02
"""Candidates whose probabilities differ by less are one set, as far as the evidence tells."""
NO_PROOF = 0.1
"""The same where none fits exactly: names are as like then, and the sizes of default configs make the difference."""
PLENTY = 30.0
"""The weight of cores from which a part of a model tells as much as the whole, where profiles explain all of it."""
EXACT_PART = 0.95
FEW = 4
"""Candidates that are compared in full where profiles explain everything already."""
NEAR = 6.0
"""Log-likelihoods of patterns that count as close."""
UNWRAPPED = 0.95
"""The same where names fit behind a prefix that the type does not have: some of these make another type of it."""
LEAST_TRUST = 0.001
"""What is left of the matcher's probabilities where the likeliest type explains nothing: their order."""
ONCE_MORE = 2.0
"""How much the logarithm of a probability gains where the evidence has all of a type's default sizes, when candidates
are put in order: between 0.5 and 3 validation prefers each to none."""
SIZES = TOLD.index("sizes")
EXACT = 0.99
"""The probability of a set whose profiles explain everything: the share of real checkpoints on which it was right
is above it (``docs/recogniser.md``)."""


@fact
class Recognizer:
    """An atlas and a matcher: the bundled ones, or others in training."""

    atlas: Atlas
    forest: Forest | Callable[[], Forest] | None
    """The matcher, or what loads it when evidence asks for it: whole evidence that fits a claim does not."""
    kin: Mapping[str, float] | Callable[[], Mapping[str, float]] | None = None
    """The weights of ``kinship``, or what loads them."""

    def recognize(self, evidence: Evidence, claimed: str | None = None) -> Recognition:
        """What the evidence can be, and whether it can be ``claimed`` (a model type)."""
        if not evidence.slots:
            return Recognition(abstains="no tensor is known by name")
        weight = sum(self.atlas.weigh("core", token) for token in evidence.core)
        if weight < ENOUGH and not evidence.normalized.shapes:
            return Recognition(abstains="too few tensors to tell one architecture from another")
        claims = self.atlas.find(claimed) if claimed else []
        every = self.fitting(evidence)
        sure = EXACT
        if not every:
            unwrapped = ((inner, found) for inner in evidence.unwrapped() if (found := self.fitting(inner)))
            evidence, every = next(unwrapped, (evidence, every))
            sure = UNWRAPPED
        fitting = borne_out(evidence, every)
        if fitting and evidence.whole:
            candidates = [_candidate(each, sure, exact=True) for each in fitting]
            if claimed is None or any(each.profile.label == claimed for each in every):
                verdict: Verdict = "possible" if claimed else "unknown"
                return Recognition(tuple(candidates), verdict, claimed_probability=sure if claimed else None)
        # what explains whole evidence is known by now: the others are only told from it
        distances = self.nearest(evidence, claims, FEW if fitting and evidence.whole else CANDIDATES)
        scores = self.scores(evidence, distances, fits=bool(fitting))
        if not fitting:
            fitting, sure = discovered(evidence, distances, scores), EXACT
        ranked = self.ranked(evidence, distances, fitting, sure, scores)
        if not ranked:
            return Recognition(abstains="no profile knows such names, and shapes tell nothing")
        mine = [each for each in distances if each.profile.label == claimed]
        verdict, probability = judged(evidence, mine, ranked)
        told: tuple[str, ...] = ()
        if verdict == "impossible" and any(can_be(evidence, each.profile) for each in mine):
            verdict = "possible"
        elif verdict == "impossible":
            closest_one = max(mine, key=lambda each: each.union[1])
            told = reasons(evidence, closest_one.profile, closest_one.build, self.atlas.weigh)
        explained = max((max(each.union[0], each.union[1]) for each in mine), default=None)
        return Recognition(tuple(ranked), verdict, told, claimed_probability=probability, explained=explained)

    def fitting(self, evidence: Evidence) -> list[Fit]:
        """The builds that explain every pattern and, of whole evidence, lack none.

        The likeliest come first; of those that are about as likely, the types that people know best.
        """
        numbers = self.atlas.holding(evidence)
        found = [fit for number in numbers if (fit := fits(evidence, self.atlas.profile(number)))]
        best = max((fit.likelihood for fit in found), default=0.0)

        def order(fit: Fit) -> tuple[float, int, int, float, str]:
            behind = best - fit.likelihood
            label = fit.profile.label
            return (behind if behind > NEAR else 0.0, rank(label), fit.profile.since, behind, label)

        return sorted(found, key=order)

    def nearest(self, evidence: Evidence, claims: Sequence[int] = (), most: int = CANDIDATES) -> list[Distance]:
        """Distances to the profiles that share most with the evidence in all channels, and to the claimed ones."""
        scales = Scales(evidence, self.atlas.weigh)
        found: dict[int, Distance] = {}
        for number in (*self.atlas.shortlist(evidence, POSTED, most), *claims):
            if number not in found:
                profile = self.atlas.profile(number)
                found[number] = measure(scales, profile, closest(scales, profile))
        if is_odd(evidence, found.values()):
            return told(scales, self.atlas, found, claims)
        return sized(evidence, self.atlas, found)

    def ranked(
        self,
        evidence: Evidence,
        distances: Sequence[Distance],
        fitting: Sequence[Fit],
        sure: float = EXACT,
        scores: Sequence[float] | None = None,
    ) -> list[Candidate]:
        """Candidates best first, sets of equals at one probability: what fits (``sure``), then by the matcher."""
        scores = self.scores(evidence, distances) if scores is None else scores
        scored = {
            (each.profile.library, each.profile.label): (score, each)
            for each, score in zip(distances, scores, strict=True)
        }
        found: list[Candidate] = []
        if fitting:
            tops = [scored.get((fit.profile.library, fit.profile.label), (0.0,))[0] for fit in fitting]
            weight = sum(self.atlas.weigh("core", token) for token in evidence.core)
            least = EXACT_PART if weight >= PLENTY else KNOWN
            shared = sure if evidence.whole else max(*tops, least)
            places = range(len(fitting))
            order = places if evidence.whole else sorted(places, key=lambda at: -tops[at])
            found = [_candidate(fitting[at], shared, exact=True) for at in order]
        fit_labels = {(each.library, each.label) for each in found}
        ceiling = (found[0].probability if found else EXACT) - EQUAL  # what fits is surer than what does not
        rest = sorted(
            ((score, each) for key, (score, each) in scored.items() if key not in fit_labels),
            key=lambda pair: (-pair[0], rank(pair[1].profile.label), pair[1].profile.label),
        )
        return _levelled(found + [_candidate(each, min(score, ceiling), exact=False) for score, each in rest])

    def scores(self, evidence: Evidence, distances: Sequence[Distance], *, fits: bool = False) -> list[float]:
        """For each distance the matcher's probability, times how well the likeliest explains and is complete.

        The matcher alone mistakes near relatives of unknown families for the known ones. Where names are not known
        at all, its probability counts less than half. Without a matcher: the mean of the known cosines. Which
        candidate is likeliest is judged by kinship where names are known, but the whole is none of the known classes.
        """
        forest = self.forest() if callable(self.forest) else self.forest
        if forest is not None:
            table = rows(evidence, distances)
            probabilities = [forest.probabilities(row)[0] for row in table]
            if is_nameless(distances):
                trust = KNOWN * 0.98
            else:
                likeliest = distances[probabilities.index(max(probabilities))]
                trust = max(LEAST_TRUST, _agreeing(likeliest, whole=evidence.whole and not evidence.adapter))
            scores = [probability * trust for probability in probabilities]
            whole = evidence.whole and not evidence.adapter and not fits
            if self.kin is not None and whole and not is_odd(evidence, distances):
                kin = self.kin() if callable(self.kin) else self.kin
                return dealt(scores, kinship(evidence, distances, kin))
            return dealt(scores, [with_size(*each) for each in zip(scores, distances, strict=True)])
        means = []
        for each in distances:
            known = [value for value in (*each.shares[2::3], *each.told) if not math.isnan(value)]
            means.append(sum(known) / len(known) if known else 0.0)
        return means


def dealt(scores: Sequence[float], likely: Sequence[float]) -> list[float]:
    """The same probabilities, the highest to those that are likeliest by another judge, who leaves ties as they are."""
    order = sorted(range(len(scores)), key=lambda at: (likely[at], scores[at]), reverse=True)
    given = dict(zip(order, sorted(scores, reverse=True), strict=True))
    return [given[at] for at in range(len(scores))]


def with_size(score: float, distance: Distance) -> float:
    """A probability with default sizes counted once more: in nearly all that the matcher learns from names decide, so
    it makes too little of sizes where these are all that differs."""
    size = distance.told[SIZES]
    return score * (1.0 if math.isnan(size) else math.exp(ONCE_MORE * size))


def _agreeing(distance: Distance, *, whole: bool) -> float:
    explained = max(distance.union[0], distance.union[1])
    return explained * distance.present if whole and not math.isnan(distance.present) else explained


def _candidate(fit: Fit | Distance, probability: float, *, exact: bool) -> Candidate:
    return Candidate(fit.profile.label, fit.profile.library, probability, fit.profile.builds[fit.build].names, exact)


def _levelled(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Neighbours in rank that are within ``EQUAL`` (``NO_PROOF``) of the first of them get its probability."""
    found: list[Candidate] = []
    gap = EQUAL if any(each.exact for each in candidates) else NO_PROOF
    for each in candidates:
        top = found[-1].probability if found else math.inf
        near = found and top - each.probability < gap and top >= KNOWN
        probability = top if near else round(each.probability, 4)
        found.append(Candidate(each.label, each.library, probability, each.architectures, each.exact))
    return found


def recognize(evidence: Evidence, claimed: str | None = None, learned: Sequence[object] = ()) -> Recognition:
    """What the evidence can be by the bundled profiles (and learned ones), and whether it can be ``claimed``."""
    from dara_lint.facts import replace
    from dara_lint.recognize.profiles import Profile

    atlas = bundled_atlas.atlas()
    own = tuple(each for each in learned if isinstance(each, Profile))
    known = replace(atlas, learned=own) if own else atlas
    return Recognizer(known, bundled_atlas.matcher, bundled_atlas.kin).recognize(evidence, claimed)
