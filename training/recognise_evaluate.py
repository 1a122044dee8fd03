"""Measures the recogniser on the corpus.

    python -m training.recognise_evaluate CORPUS MATCHER OUT.json [--part validate|test]

``MATCHER`` is the bundled model, trained by ``recognise_train.py`` on the same split, with ``kinship.json`` beside it;
profiles are made anew from the training part, so that nothing that is tested has been seen. Figures come with n and a
95 % interval (Wilson).
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from dara_lint.facts import replace
from dara_lint.recognize import trees
from dara_lint.recognize.evidence import Evidence
from dara_lint.recognize.recognition import Recognition
from dara_lint.recognize.recognizer import Recognizer
from dara_lint.recognize.shapes import Shapes
from training.recognise_claims import claims, missed, open_set
from training.recognise_data import Sample
from training.recognise_equals import Equals
from training.recognise_figures import Figure, drawn
from training.recognise_profiles import atlas
from training.recognise_split import ASKED, SEED, TEST, VALIDATE, Split, changed, split
from training.recognise_train import everything

MOST_CLEAN, MOST_OLDER = 4000, 1000
FEWER = 50
"""Samples by which single methods are told apart, but for the row that they differ in most."""
UNSEEN = "unseen class and size"

Method = Callable[[Evidence], Recognition]


def methods(recognizer: Recognizer) -> dict[str, Method]:
    """The ablation: lookup alone, nearest neighbour alone, matcher alone, all without kinship, and all of them as the
    package has it."""
    neighbour, without_kinship = Recognizer(recognizer.atlas, None), replace(recognizer, kin=None)

    def lookup(evidence: Evidence) -> Recognition:
        fitting = recognizer.fitting(evidence)
        return Recognition(tuple(recognizer.ranked(evidence, [], fitting)))

    def nearest(evidence: Evidence) -> Recognition:
        return Recognition(tuple(neighbour.ranked(evidence, neighbour.nearest(evidence), [])))

    def matcher(evidence: Evidence) -> Recognition:
        return Recognition(tuple(without_kinship.ranked(evidence, recognizer.nearest(evidence), [])))

    return {
        "lookup": lookup,
        "nearest neighbour": nearest,
        "matcher": matcher,
        "without kinship": without_kinship.recognize,
        "all": recognizer.recognize,
    }


class Asked(NamedTuple):
    """A row: what it is called, its samples, and the kind of disorder."""

    row: str
    samples: Sequence[Sample]
    kind: str


WHATS = ("type", "class", "set")
SHOWN = ("type by what is shown", "class by what is shown")


def right(equals: Equals, sample: Sample, kind: str, evidence: Evidence, found: Recognition) -> list[bool]:
    """Whether the best candidate's type, its first class, and any type of the best set are the sample's equals by name;
    then the first two by what the evidence shows, where that is another question."""
    types, classes = equals.named(sample)
    shown = equals.shown(kind, sample, evidence)
    if not found.candidates:
        return [False] * (5 if shown else 3)
    best = found.candidates[0]
    first = best.architectures[0] if best.architectures else ""
    leading = {each.label for each in found.candidates if each.probability == best.probability}
    judged = [best.label in types, first in classes, bool(leading & types)]
    return [*judged, best.label in shown[0], first in shown[1]] if shown else judged


def asked(chosen: Split, numbers: frozenset[int], others: Sequence[Sample]) -> list[Asked]:
    """The rows that the corpus answers."""
    seen = drawn(chosen.of(numbers))
    new = drawn(
        each for each in chosen.samples if each.number in numbers and (each.label, each.name) in chosen.asked_classes
    )
    labels = {each.label for each in chosen.samples} - chosen.unseen_types - chosen.matcher_types
    known = {(each.label, each.name) for each in chosen.profiled()}
    older = drawn(
        (each for each in others if (each.label, each.name) in known and each.number != 0 and each.label in labels),
        MOST_OLDER,
    )
    return [
        Asked("clean, unseen size", drawn(chosen.of(numbers), MOST_CLEAN), "clean"),
        Asked(UNSEEN, new, "clean"),
        Asked("older library version", older, "clean"),
        *(Asked(kind, seen, kind) for kind in ASKED),
    ]


def synthetic(
    equals: Equals, asking: Mapping[str, Method], rows: Sequence[Asked], misses: list[dict[str, object]]
) -> list[Figure]:
    """Every row by every method; all but "all" are told from fewer samples in most rows. ``misses`` gets the answers
    to whole samples that are none of the known equals: what fits, or else every class of the type answered for a class
    that nobody saw."""
    figures: list[Figure] = []
    for name, method in asking.items():
        for row, samples, kind in rows:
            found = []
            for sample in samples if name == "all" or row == UNSEEN else samples[:FEWER]:
                if (evidence := changed(sample, kind)) is None:
                    continue
                said = method(evidence)
                found.append(judged := right(equals, sample, kind, evidence, said))
                if name == "all" and kind == "clean" and not all(judged[:2]):
                    wrong = [what for what, good in zip(WHATS[:2], judged, strict=False) if not good]
                    if said.candidates[0].exact:
                        misses.append(missed(row, sample, said.candidates[0], wrong))
                    elif row == UNSEEN and not judged[0]:
                        label = said.candidates[0].label
                        able = replace(said.candidates[0], architectures=equals.classes(label))
                        misses.append(missed(row, sample, able, ["type"]))
            good = [sum(each) for each in zip(*found, strict=True)]
            whats = (*WHATS, *SHOWN)[: len(good)]
            figures += [
                Figure(row, f"{what}, {name}", count, len(found)) for what, count in zip(whats, good, strict=True)
            ]
            print(f"{row:24} {name:18} {good} {len(found)}", flush=True)
    return figures


def ceilings(row: str, found: tuple[int, int, int]) -> list[Figure]:
    """What the best answer to what is shown would reach."""
    types, classes, total = found
    return [Figure(row, "type, ceiling", types, total), Figure(row, "class, ceiling", classes, total)]


def unsized(equals: Equals, recognizer: Recognizer, samples: Sequence[Sample]) -> list[Figure]:
    """Without names, and without the sizes that types have by default: synthetic samples keep many of these."""
    shapes = recognizer.atlas.shapes
    if shapes is None:
        return []
    known = shapes()
    lines = ["\t" + line.partition("\t")[2] for line in known.lines]
    blind = Shapes("\n".join([" ".join(known.vocabulary.words), *lines]))
    other = replace(recognizer, atlas=replace(recognizer.atlas, shapes=lambda: blind))
    found = [
        right(equals, sample, "nameless", evidence, other.recognize(evidence))
        for sample in samples
        if (evidence := changed(sample, "nameless"))
    ]
    print("nameless, sizes hidden", [sum(each) for each in zip(*found, strict=True)], len(found), flush=True)
    return [Figure("nameless, sizes hidden", "type, all", sum(each[0] for each in found), len(found))]


def published(
    samples: Sequence[Sample], records: Path, recognizer: Recognizer, numbers: frozenset[int]
) -> list[Figure]:
    """Without names, among the types and classes of DARA's records alone: each as often as any other, and as often as
    the records, which are of published models, have it."""
    rows = [json.loads(line) for line in records.read_text("utf-8").splitlines()]
    types, classes = {row["model_type"] for row in rows}, {row["architecture"] for row in rows}
    own = [each for each in samples if each.label in types and each.name in classes]
    chosen = Split(own)
    for each in own:
        chosen.types.setdefault(each.signature, set()).add(each.label)
        chosen.classes.setdefault(each.signature, set()).add(each.name)
    equals = Equals(chosen)
    recognizer = replace(recognizer, atlas=atlas(chosen.profiled()))
    here = drawn(chosen.of(numbers))
    having: dict[tuple[str, str], list[Sample]] = defaultdict(list)
    for each in chosen.of(numbers):
        having[each.label, each.name].append(each)
    chance = random.Random(SEED)
    pairs = [(row["model_type"], row["architecture"]) for row in rows]
    often = [chance.choice(having[pair]) for pair in pairs if pair in having]
    figures = ceilings("nameless, DARA's", equals.ceiling(here))
    for row, asking in (("nameless, DARA's", here), ("nameless, as DARA's records", often)):
        found = [
            right(equals, sample, "nameless", evidence, recognizer.recognize(evidence))
            for sample in asking
            if (evidence := changed(sample, "nameless"))
        ]
        good = [sum(each) for each in zip(*found, strict=True)]
        print(row, len(types), len(classes), good, len(found), flush=True)
        figures += [
            Figure(row, f"{what}, all", count, len(found)) for what, count in zip((*WHATS, *SHOWN), good, strict=True)
        ]
    return figures


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
    chosen = split(newest, others, test=arguments.part == "test")
    weights = json.loads(arguments.matcher.with_name("kinship.json").read_text())
    recognizer = Recognizer(atlas(chosen.profiled()), trees.load(arguments.matcher.read_bytes()), weights)
    numbers = VALIDATE if arguments.part == "validate" else TEST
    print(f"{time.time() - start:.0f} s", flush=True)
    figures = claims(chosen, recognizer, numbers)
    opened = open_set(chosen, recognizer, numbers)
    figures += opened.figures()
    print([each.text() for each in opened.figures()], flush=True)
    equals = Equals(chosen)
    rows = asked(chosen, numbers, others)
    misses = opened.misses
    figures += synthetic(equals, methods(recognizer), rows, misses)
    figures += ceilings("nameless", equals.ceiling(drawn(chosen.of(numbers))))
    figures += ceilings("shard", equals.ceiling_of_runs(drawn(chosen.of(numbers))))
    figures += unsized(equals, recognizer, drawn(chosen.of(numbers)))
    if arguments.records:
        figures += published(newest, arguments.records, recognizer, numbers)
    arguments.out.write_text(
        json.dumps(
            {
                "part": arguments.part,
                "figures": [vars(each) for each in figures],
                "open": {"known": opened.known, "distinguishable": opened.distinct, "all": opened.everyone},
                "misses": misses,
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
