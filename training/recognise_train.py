"""Trains the pairwise matcher and writes what the package bundles.

    python -m training.recognise_train CORPUS [--matcher FILE] [--without-profiles]

``CORPUS`` is what ``recognise_corpus.py`` wrote. The matcher is trained by the split of ``recognise_split.py`` on
profiles of part of the corpus; the bundled profiles are then made of all of it.
"""

from __future__ import annotations

import argparse
import math
import random
import time
from pathlib import Path

import numpy as np
import xgboost

from dara_lint.recognize import trees
from dara_lint.recognize.alignment import align
from dara_lint.recognize.atlas import Atlas
from dara_lint.recognize.distances import FEATURES, Distance, Scales, closest, measure, rows
from dara_lint.recognize.evidence import Evidence
from dara_lint.recognize.profiles import Build, Profile
from dara_lint.recognize.recognizer import Recognizer
from training.recognise_data import Sample, first, load
from training.recognise_profiles import atlas, write
from training.recognise_split import KINDS, SEED, Split, changed, split

NEWEST = "5.24.0"
BUNDLED = Path(__file__).parents[1] / "dara_lint" / "recognize" / "bundled"
KINDS_PER_SAMPLE = 4
MOST_SAMPLES = 10_000
"""Samples that a matcher is trained on, at most."""
UNSEEN = 0.5
"""The share of samples of which the class is taken out of their type's profile."""
ROUNDS = 130
PARAMETERS = {
    "objective": "binary:logistic", "max_depth": 6, "eta": 0.12, "subsample": 0.8, "colsample_bytree": 0.7,
    "min_child_weight": 4, "nthread": 1, "seed": SEED,
}  # fmt: skip


def pairs(chosen: Split, profiles: Atlas, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows of ``FEATURES`` and whether the candidate is one of the evidence's equals, of at most so many samples.

    A share of samples (``UNSEEN``) is judged by profiles of their types that lack their class, as one that nobody saw.
    """
    recognizer = Recognizer(profiles, None)
    table: list[list[float]] = []
    labels: list[bool] = []
    for sample in first(chosen.training(), most, SEED):
        chance = random.Random(f"{sample.label}/{sample.name}/{sample.number}/{SEED}")
        unseen = chance.random() < UNSEEN
        for kind in ("clean", *chance.sample(sorted(KINDS), KINDS_PER_SAMPLE)):
            evidence = changed(sample, kind)
            if evidence is None:
                continue
            distances = recognizer.nearest(evidence)
            if unseen:
                distances = [without(evidence, each, sample, profiles) for each in distances]
            table += rows(evidence, distances)
            labels += [each.profile.label in chosen.types[sample.signature] for each in distances]
    return np.array(table, dtype=np.float32), np.array(labels)


def without(evidence: Evidence, distance: Distance, sample: Sample, profiles: Atlas) -> Distance:
    """The distance to what is left of a profile without the sample's class; the same where that changes nothing."""
    profile = distance.profile
    left = [build for build in profile.builds if sample.name not in build.names]
    if profile.label != sample.label or not left or len(left) == len(profile.builds):
        return distance
    kept = [at for at in range(len(profile.patterns)) if any(build.levels[at] != "0" for build in left)]
    less = Profile(
        profile.label,
        profile.library,
        tuple(profile.patterns[at] for at in kept),
        "".join(profile.ranks[at] for at in kept),
        tuple(Build(build.names, "".join(build.levels[at] for at in kept)) for build in left),
    )
    scales = Scales(evidence, profiles.weigh)
    number = closest(scales, less)
    told = distance.told
    if not math.isnan(told[0]):
        told = (*align(evidence, less, number), *told[2:])
    return measure(scales, less, number)._replace(told=told)


def train(chosen: Split, profiles: Atlas, most: int) -> xgboost.Booster:
    """The matcher."""
    table, labels = pairs(chosen, profiles, most)
    print(f"{len(table):,} pairs, {labels.mean():.3f} of them equal")
    matrix = xgboost.DMatrix(table, labels, feature_names=list(FEATURES))
    return xgboost.train(PARAMETERS, matrix, num_boost_round=ROUNDS)


def everything(folder: Path) -> tuple[list[Sample], list[Sample]]:
    """The samples of the newest transformers, and all others."""
    newest = list(load(folder, NEWEST))
    versions = sorted(path.name for path in folder.iterdir() if path.name != NEWEST)
    return newest, [sample for version in versions for sample in load(folder, version)]


def main() -> None:
    """Train, or take a trained matcher, and write the bundle."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--matcher", type=Path, help="a matcher that is trained already")
    parser.add_argument(
        "--samples", type=int, default=MOST_SAMPLES, help="samples that the matcher is trained on, at most"
    )
    parser.add_argument("--without-profiles", action="store_true", help="write the matcher alone")
    arguments = parser.parse_args()
    start = time.time()
    newest, others = everything(arguments.corpus)
    print(f"{len(newest):,} and {len(others):,} samples, {time.time() - start:.0f} s", flush=True)
    BUNDLED.mkdir(exist_ok=True)
    if arguments.matcher:
        (BUNDLED / "matcher.ubj").write_bytes(arguments.matcher.read_bytes())
    else:
        chosen = split(newest, others)
        profiles = atlas(chosen.profiled())
        print(f"{len(profiles.lines)} profiles, {time.time() - start:.0f} s", flush=True)
        booster = train(chosen, profiles, arguments.samples)
        booster.save_model(BUNDLED / "matcher.ubj")
    forest = trees.load((BUNDLED / "matcher.ubj").read_bytes())
    print(f"{len(forest.trees)} trees, {time.time() - start:.0f} s", flush=True)
    if not arguments.without_profiles:
        print(write([*newest, *others], BUNDLED))
    print(f"{time.time() - start:.0f} s")


if __name__ == "__main__":
    main()
