"""DARA's own published records, five folds: neighbours and XGBoost on runs of one to three layers.

    python -m training.recognise_dara RECORDS.jsonl OUT.json

``RECORDS`` are the published test records (name, model_type, architecture, task, layers). Each is predicted once, by a
model that knows the other four folds (drawn by a seed, labels spread evenly). Neighbours: every known record votes for
its label with ``exp(SHARP · cosine)``, runs weighted by how rare they are among all records (no label is looked at).
The ceiling is what the best guess by identical layer sequences reaches.
"""

from __future__ import annotations

import argparse
import json
import math
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import xgboost
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

SEED = 20
FOLDS = 5
PARAMETERS = {
    "objective": "multi:softprob", "max_depth": 4, "eta": 0.3, "subsample": 0.9, "colsample_bytree": 0.3,
    "tree_method": "hist", "nthread": 1, "seed": SEED, "min_child_weight": 0.5,
}  # fmt: skip
ROUNDS = 30
SHARP = 25.0
"""How much more a nearer neighbour's vote counts; of four methods and three sets of lengths this was chosen on these
folds, for all three targets alike."""


def runs(layers: str) -> Counter[str]:
    """Runs of one to three layers and how often each occurs."""
    words = ["^", *layers.split(), "$"]
    return Counter(" ".join(words[at : at + size]) for size in (1, 2, 3) for at in range(len(words) - size + 1))


def folds(labels: Sequence[str]) -> list[int]:
    """A fold for each record: those of a label are dealt out in turn."""
    places: dict[str, list[int]] = defaultdict(list)
    for at, label in enumerate(labels):
        places[label].append(at)
    chance = random.Random(SEED)
    fold = [0] * len(labels)
    turn = 0
    for label in sorted(places):
        chance.shuffle(places[label])
        for at in places[label]:
            fold[at] = turn % FOLDS
            turn += 1
    return fold


def ceiling(layers: Sequence[str], labels: Sequence[str]) -> float:
    """The share that the commonest label of identical sequences gets right."""
    groups: dict[str, Counter[str]] = defaultdict(Counter)
    for sequence, label in zip(layers, labels, strict=True):
        groups[sequence][label] += 1
    return sum(max(counts.values()) for counts in groups.values()) / len(labels)


def accuracy(table: csr_matrix, labels: Sequence[str]) -> tuple[int, int]:
    """Right predictions over the five folds, and how many there were."""
    fold = np.array(folds(labels))
    good = 0
    for number in range(FOLDS):
        known = sorted({label for label, at in zip(labels, fold, strict=True) if at != number})
        index = {label: at for at, label in enumerate(known)}
        train = np.flatnonzero(fold != number)
        test = np.flatnonzero(fold == number)
        matrix = xgboost.DMatrix(table[train], np.array([index[labels[at]] for at in train.tolist()]))
        booster = xgboost.train(PARAMETERS | {"num_class": len(known)}, matrix, num_boost_round=ROUNDS)
        guesses = booster.predict(xgboost.DMatrix(table[test])).argmax(axis=1)
        good += sum(known[guess] == labels[at] for guess, at in zip(guesses, test.tolist(), strict=True))
    return good, len(labels)


def vectors(counted: Sequence[Counter[str]]) -> csr_matrix:
    """A row of unit length for each record: ``1 + log(count)`` times ``log(1 + records / records with the run)``."""
    seen = Counter(run for each in counted for run in each)
    columns = {run: at for at, run in enumerate(sorted(run for run, count in seen.items() if count >= 2))}
    rows, places, values = [], [], []
    for at, each in enumerate(counted):
        own = {
            run: (1 + math.log(count)) * math.log1p(len(counted) / seen[run])
            for run, count in each.items()
            if run in columns
        }
        norm = math.sqrt(sum(value * value for value in own.values())) or 1.0
        for run, value in own.items():
            rows.append(at)
            places.append(columns[run])
            values.append(value / norm)
    return csr_matrix((values, (rows, places)), shape=(len(counted), len(columns)))


def neighbours(cosines: np.ndarray, labels: Sequence[str]) -> int:
    """Right predictions by the votes of the other folds' records."""
    fold = folds(labels)
    good = 0
    for at, mine in enumerate(fold):
        votes: dict[str, float] = defaultdict(float)
        for other, theirs in enumerate(fold):
            if theirs != mine:
                votes[labels[other]] += math.exp(SHARP * float(cosines[at, other]))
        good += max(sorted(votes), key=votes.__getitem__) == labels[at]
    return good


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("records", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    records = [json.loads(line) for line in arguments.records.read_text("utf-8").splitlines()]
    counted = [runs(record["layers"]) for record in records]
    seen = Counter(run for each in counted for run in each)
    columns = {run: at for at, run in enumerate(sorted(run for run, count in seen.items() if count >= 3))}
    rows, places, values = [], [], []
    for at, each in enumerate(counted):
        for run, count in each.items():
            if run in columns:
                rows.append(at)
                places.append(columns[run])
                values.append(np.log1p(count))
    table = csr_matrix((np.array(values, np.float32), (rows, places)), shape=(len(records), len(columns)))
    own = vectors(counted)
    cosines = (own @ own.T).toarray()
    found: dict[str, dict[str, float]] = {}
    for target in ("model_type", "architecture", "task"):
        labels = [str(record[target]) for record in records]
        forest, total = accuracy(table, labels)
        good = neighbours(cosines, labels)
        top = ceiling([record["layers"] for record in records], labels)
        found[target] = {"good": good, "forest": forest, "of": total, "labels": len(set(labels)), "ceiling": top}
        print(target, found[target], flush=True)
    arguments.out.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
