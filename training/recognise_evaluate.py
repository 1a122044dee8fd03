"""Measures the recogniser on the corpus.

    python -m training.recognise_evaluate CORPUS MATCHER OUT.json [--part validate|test]

``MATCHER`` is the bundled model, trained by ``recognise_train.py`` on the same split; profiles are made anew from
the training part, so that nothing that is tested has been seen. Figures come with n and a 95 % interval (Wilson).
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dara_lint.recognize import trees
from dara_lint.recognize.evidence import Evidence
from dara_lint.recognize.recognition import Recognition
from dara_lint.recognize.recognizer import Recognizer
from training.recognise_data import Sample
from training.recognise_profiles import atlas
from training.recognise_split import KINDS, SEED, TEST, VALIDATE, Split, changed, split
from training.recognise_train import everything

MOST = 300
"""Samples of a row; drawn with a seed where there are more."""


@dataclass(frozen=True)
class Figure:
    """A share: how many of how many."""

    row: str
    what: str
    good: int
    of: int

    def text(self) -> str:
        """The share with its interval and n."""
        if not self.of:
            return "–"
        low, high = wilson(self.good, self.of)
        return f"{self.good / self.of:.4f} ({low:.3f} to {high:.3f}, n = {self.of})"


def wilson(good: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    z = 1.959964
    share = good / of
    middle = share + z * z / (2 * of)
    spread = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return max(0.0, (middle - spread) / (1 + z * z / of)), min(1.0, (middle + spread) / (1 + z * z / of))


def drawn(samples: Iterable[Sample], most: int = MOST) -> list[Sample]:
    """At most that many, by the seed."""
    everything_ = list(samples)
    random.Random(SEED).shuffle(everything_)
    return everything_[:most]


Method = Callable[[Evidence], Recognition]


def methods(recognizer: Recognizer) -> dict[str, Method]:
    """The ablation: lookup alone, nearest neighbour alone, matcher alone, and all of them as the package has it."""
    neighbour = Recognizer(recognizer.atlas, None)

    def lookup(evidence: Evidence) -> Recognition:
        fitting = recognizer.fitting(evidence)
        return Recognition(tuple(recognizer.ranked(evidence, [], fitting)))

    def nearest(evidence: Evidence) -> Recognition:
        return Recognition(tuple(neighbour.ranked(evidence, neighbour.nearest(evidence), [])))

    def matcher(evidence: Evidence) -> Recognition:
        return Recognition(tuple(recognizer.ranked(evidence, recognizer.nearest(evidence), [])))

    return {"lookup": lookup, "nearest neighbour": nearest, "matcher": matcher, "all": recognizer.recognize}


def right(chosen: Split, sample: Sample, found: Recognition) -> tuple[bool, bool, bool]:
    """Whether the best candidate's type, its first class, and any type of the best set are the sample's equals."""
    if not found.candidates:
        return False, False, False
    best = found.candidates[0]
    classes, types = chosen.classes[sample.signature], chosen.types[sample.signature]
    leading = {each.label for each in found.candidates if each.probability == best.probability}
    return best.label in types, bool(best.architectures) and best.architectures[0] in classes, bool(leading & types)


def synthetic(chosen: Split, recognizer: Recognizer, number: int, others: Sequence[Sample]) -> list[Figure]:
    """The rows that the corpus answers."""
    figures: list[Figure] = []
    seen = drawn(chosen.of(number))
    new = drawn(
        each for each in chosen.samples if each.number == number and (each.label, each.name) in chosen.unseen_classes
    )
    labels = {each.label for each in chosen.samples} - chosen.unseen_types - chosen.matcher_types
    known = {(each.label, each.name) for each in chosen.profiled()}
    older = drawn(
        each for each in others if (each.label, each.name) in known and each.number != 0 and each.label in labels
    )
    rows: list[tuple[str, list[Sample], str]] = [
        ("clean, unseen size", seen, "clean"),
        ("unseen class and size", new, "clean"),
        ("older library version", older, "clean"),
        *((kind, seen, kind) for kind in KINDS),
    ]
    for name, method in methods(recognizer).items():
        for row, samples, kind in rows:
            if name != "all" and len(samples) > 100:
                samples = samples[:100]  # noqa: PLW2901 - the ablation is told from fewer
            found = [
                right(chosen, sample, method(evidence)) for sample in samples if (evidence := changed(sample, kind))
            ]
            good = [sum(each) for each in zip(*found, strict=True)]
            figures += [
                Figure(row, f"{what}, {name}", count, len(found))
                for what, count in zip(("type", "class", "set"), good, strict=True)
            ]
            print(f"{row:24} {name:18} {good} {len(found)}", flush=True)
    return figures


def published(samples: Sequence[Sample], records: Path, forest: trees.Forest, number: int) -> list[Figure]:
    """Without names, among the types and classes of DARA's records alone."""
    rows = [json.loads(line) for line in records.read_text("utf-8").splitlines()]
    types, classes = {row["model_type"] for row in rows}, {row["architecture"] for row in rows}
    own = [each for each in samples if each.label in types and each.name in classes]
    chosen = Split(own, frozenset(), frozenset(), frozenset(), frozenset())
    for each in own:
        chosen.types.setdefault(each.signature, set()).add(each.label)
        chosen.classes.setdefault(each.signature, set()).add(each.name)
    recognizer = Recognizer(atlas(chosen.profiled()), forest)
    found = [
        right(chosen, sample, recognizer.recognize(evidence))
        for sample in drawn(chosen.of(number))
        if (evidence := changed(sample, "nameless"))
    ]
    good = [sum(each) for each in zip(*found, strict=True)]
    print("nameless, DARA's", len(types), len(classes), good, len(found), flush=True)
    return [
        Figure("nameless, DARA's", f"{what}, all", count, len(found))
        for what, count in zip(("type", "class"), good[:2], strict=True)
    ]


def claims(chosen: Split, recognizer: Recognizer, number: int) -> list[Figure]:
    """Claims on adapters and on clean evidence: the true one, and one of another family that lacks what is there."""
    chance = random.Random(SEED)
    labels = sorted({each.label for each in chosen.profiled()})
    figures = []
    for kind in ("clean", "shard", "adapter"):
        counts = {"true": [0, 0, 0], "other": [0, 0, 0]}
        for sample in drawn(chosen.of(number), 300):
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


def open_set(chosen: Split, recognizer: Recognizer, number: int) -> tuple[list[Figure], float, float]:
    """Unknown families by the best candidate's probability: AUROC of all and of those with a signature of their own."""

    def scores(samples: Iterable[Sample]) -> list[tuple[float, bool]]:
        found = []
        for sample in samples:
            best = recognizer.recognize(sample.evidence).candidates
            own = chosen.types[sample.signature] <= chosen.unseen_types
            found.append((best[0].probability if best else 0.0, own))
        return found

    known = [score for score, _ in scores(drawn(chosen.of(number)))]
    unknown = scores(
        drawn(each for each in chosen.samples if each.number == number and each.label in chosen.unseen_types)
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


def auroc(high: Sequence[float], low: Sequence[float]) -> float:
    """The share of pairs in the right order, ties half."""
    pairs = sum((a > b) + 0.5 * (a == b) for a in high for b in low)
    return pairs / (len(high) * len(low)) if high and low else math.nan


def main() -> None:
    """Measure and write a JSON of figures that ``recognise_docs.py`` puts into words."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("matcher", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--part", choices=("validate", "test"), default="validate")
    parser.add_argument("--records", type=Path, help="DARA's published records")
    arguments = parser.parse_args()
    start = time.time()
    newest, others = everything(arguments.corpus)
    chosen = split(newest, others)
    recognizer = Recognizer(atlas(chosen.profiled()), trees.load(arguments.matcher.read_bytes()))
    number = VALIDATE if arguments.part == "validate" else TEST
    print(f"{time.time() - start:.0f} s", flush=True)
    figures = claims(chosen, recognizer, number)
    more, distinct, everyone = open_set(chosen, recognizer, number)
    figures += more
    print([each.text() for each in more], distinct, everyone, flush=True)
    figures += synthetic(chosen, recognizer, number, others)
    if arguments.records:
        forest = trees.load(arguments.matcher.read_bytes())
        figures += published(newest, arguments.records, forest, number)
    arguments.out.write_text(
        json.dumps(
            {
                "part": arguments.part,
                "figures": [vars(each) for each in figures],
                "auroc": {"distinguishable": distinct, "all": everyone},
                "seconds": round(time.time() - start),
                "samples": {"newest": len(newest), "older": len(others)},
                "types": len({each.label for each in newest}),
                "classes": len({(each.label, each.name) for each in newest}),
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
