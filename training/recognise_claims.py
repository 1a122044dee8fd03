"""Claims on evidence, true and false ones, and families that nobody saw."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from dara_lint.recognize.recognition import Candidate, Recognition
from dara_lint.recognize.recognizer import Recognizer
from training.recognise_data import Sample
from training.recognise_figures import Figure, drawn
from training.recognise_split import SEED, Split, changed


def missed(row: str, sample: Sample, best: Candidate, wrong: Sequence[str]) -> dict[str, object]:
    """An answer that is none of the equals that the corpus knows, for ``recognise_certify.py``."""
    return {
        "row": row,
        "wrong": wrong,
        "sample": [sample.label, sample.name, sample.number],
        "names": sorted(sample.signature),
        "tensors": sample.tensors,
        "answer": [best.label, list(best.architectures if "type" in wrong else best.architectures[:1])],
    }


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


@dataclass
class OpenSet:
    """The best candidate's probability for samples of known families, and of families that no profile knows: those
    whose names are their own, and all. ``misses`` are those of the former that fit a known type and are not flagged."""

    known: list[float] = field(default_factory=list)
    distinct: list[float] = field(default_factory=list)
    everyone: list[float] = field(default_factory=list)
    misses: list[dict[str, object]] = field(default_factory=list)

    @property
    def threshold(self) -> float:
        """What five in a hundred of the known ones are below; what is below it is flagged."""
        return sorted(self.known)[int(0.05 * len(self.known))]

    def figures(self) -> list[Figure]:
        """The shares of unknown ones that are flagged."""
        threshold = self.threshold
        row, flagged = "unknown family", "flagged at 5 % false alarm"
        return [
            Figure(row, f"{flagged}, distinguishable", sum(s < threshold for s in self.distinct), len(self.distinct)),
            Figure(row, f"{flagged}, all", sum(s < threshold for s in self.everyone), len(self.everyone)),
        ]


def open_set(chosen: Split, recognizer: Recognizer, numbers: frozenset[int]) -> OpenSet:
    """Ask about samples of known families and of unknown ones."""
    found = OpenSet()
    for sample in drawn(chosen.of(numbers)):
        found.known.append(_score(recognizer.recognize(sample.evidence)))
    unknown = (each for each in chosen.samples if each.number in numbers and each.label in chosen.asked_types)
    for sample in drawn(unknown):
        said = recognizer.recognize(sample.evidence)
        found.everyone.append(_score(said))
        if chosen.types[sample.signature] <= chosen.unseen_types:
            found.distinct.append(score := _score(said))
            if score >= found.threshold and said.candidates[0].exact:
                found.misses.append(missed("unknown family", sample, said.candidates[0], ["type"]) | {"score": score})
    return found


def _score(found: Recognition) -> float:
    return found.candidates[0].probability if found.candidates else 0.0
