"""Claims on evidence, true and false ones, and families that nobody saw."""

from __future__ import annotations

import random
from collections.abc import Iterable

from dara_lint.recognize.recognition import Recognition
from dara_lint.recognize.recognizer import Recognizer
from training.recognise_data import Sample
from training.recognise_figures import Figure, auroc, drawn
from training.recognise_split import SEED, Split, changed


def claims(chosen: Split, recognizer: Recognizer, numbers: frozenset[int]) -> list[Figure]:
    """Claims on adapters and on clean evidence: the true one, and one of another family that lacks what is there."""
    chance = random.Random(SEED)
    labels = sorted({each.label for each in chosen.profiled()})
    figures = []
    for kind in ("clean", "shard", "adapter"):
        counts = {"true": [0, 0, 0], "other": [0, 0, 0]}
        for sample in drawn(chosen.of(numbers), 300):
            evidence = changed(sample, kind)
            if evidence is None:
                continue
            _count(counts["true"], recognizer.recognize(evidence, sample.label))
            other = chance.choice(labels)
            profile = recognizer.atlas.profile(recognizer.atlas.find(other)[0])
            if evidence.core <= profile.all["core"]:
                continue
            _count(counts["other"], recognizer.recognize(evidence, other))
        print(kind, counts, flush=True)
        (yes, no, total), (_, ruled_out, of) = counts["true"], counts["other"]
        figures += [
            Figure(f"claims on {kind}", "claimed family accepted", yes, total),
            Figure(f"claims on {kind}", "claimed family ruled out (wrongly)", no, total),
            Figure(f"claims on {kind}", "impossible family ruled out", ruled_out, of),
            Figure(f"claims on {kind}", "impossible family not accepted", of - counts["other"][0], of),
        ]
    return figures


def _count(counts: list[int], found: Recognition) -> None:
    counts[0] += found.verdict == "possible"
    counts[1] += found.verdict == "impossible"
    counts[2] += 1


def open_set(chosen: Split, recognizer: Recognizer, numbers: frozenset[int]) -> tuple[list[Figure], float, float]:
    """Unknown families by the best candidate's probability: AUROC of all and of those with a signature of their own."""

    def scores(samples: Iterable[Sample]) -> list[tuple[float, bool]]:
        found = []
        for sample in samples:
            best = recognizer.recognize(sample.evidence).candidates
            own = chosen.types[sample.signature] <= chosen.unseen_types
            found.append((best[0].probability if best else 0.0, own))
        return found

    known = [score for score, _ in scores(drawn(chosen.of(numbers)))]
    unknown = scores(
        drawn(each for each in chosen.samples if each.number in numbers and each.label in chosen.asked_types)
    )
    threshold = sorted(known)[int(0.05 * len(known))]
    distinct = [score for score, own in unknown if own]
    everyone = [score for score, _ in unknown]
    figures = [
        Figure(
            "unknown family",
            "flagged at 5 % false alarm, distinguishable",
            sum(s < threshold for s in distinct),
            len(distinct),
        ),
        Figure(
            "unknown family", "flagged at 5 % false alarm, all", sum(s < threshold for s in everyone), len(everyone)
        ),
        Figure(
            "unknown family",
            "best candidate below KNOWN, distinguishable",
            sum(s < 0.5 for s in distinct),
            len(distinct),
        ),
    ]
    return figures, auroc(known, distinct), auroc(known, everyone)
