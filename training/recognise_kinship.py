"""Trains the judge of kinship: which type a class belongs to that no profile knows.

    python -m training.recognise_kinship CORPUS [--out FILE]

Each sample that the matcher is trained on, and whose type has another class, is judged by profiles that lack its own.
Where nothing fits then, the type's place among the candidates is what is learnt: a conditional logit (McFadden, 1974)
over ``kinship.FEATURES``, with a penalty (``RIDGE``, chosen by folds over types) on weights in units of deviations.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from dara_lint.recognize.atlas import Atlas
from dara_lint.recognize.distances import fits
from dara_lint.recognize.kinship import FEATURES, features
from dara_lint.recognize.odd import is_odd
from dara_lint.recognize.recognizer import Recognizer
from training.recognise_data import first
from training.recognise_profiles import atlas
from training.recognise_split import SEED, Split, split
from training.recognise_train import BUNDLED, everything, without

RIDGE = 0.003
MOST_OF_TYPE = 4
"""Samples of each type and size, so that types with many classes do not drown the others."""

Row = tuple[list[list[float]], list[bool]]
"""Of one sample: the features of each candidate, and whether it is the right one."""


def rows(chosen: Split, profiles: Atlas) -> Iterator[Row]:
    """What is learnt from."""
    recognizer = Recognizer(profiles, None)
    classes: dict[str, set[str]] = defaultdict(set)
    for sample in chosen.samples:
        classes[sample.label].add(sample.name)
    several = [each for each in chosen.training() if len(classes[each.label]) > 1]
    counts: Counter[tuple[str, int]] = Counter()
    for sample in first(several, len(several), SEED):
        counts[sample.label, sample.number] += 1
        if sample.label in chosen.matcher_types or counts[sample.label, sample.number] > MOST_OF_TYPE:
            continue
        evidence = sample.evidence
        distances = [without(evidence, each, sample, profiles) for each in recognizer.nearest(evidence)]
        right = [each.profile.label in chosen.types[sample.signature] for each in distances]
        known = is_odd(evidence, distances) or any(fits(evidence, each.profile) for each in distances)
        if not known and any(right):
            yield [features(evidence, each) for each in distances], right


def weights(found: Sequence[Row]) -> dict[str, float]:
    """The weight of each feature."""
    import torch

    tables = [torch.tensor(table, dtype=torch.float64) for table, _ in found]
    deviations = torch.cat(tables).std(0)
    scale = torch.where(deviations > 0, deviations, 1.0)
    table = torch.nn.utils.rnn.pad_sequence([each / scale for each in tables], batch_first=True)
    there, right = (
        torch.nn.utils.rnn.pad_sequence([torch.tensor(each) for each in masks], batch_first=True)
        for masks in ([[True] * len(each) for _, each in found], [each for _, each in found])
    )
    own = torch.zeros(len(FEATURES), dtype=torch.float64, requires_grad=True)
    steps = torch.optim.LBFGS([own], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> Any:
        steps.zero_grad()
        values = table @ own
        every, good = (values.masked_fill(~mask, -torch.inf).logsumexp(1) for mask in (there, right))
        total = (every - good).mean() + RIDGE * (own * own).sum()
        total.backward()
        return total

    steps.step(loss)
    return {name: round(float(value), 4) for name, value in zip(FEATURES, (own.detach() / scale).tolist(), strict=True)}


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--out", type=Path, default=BUNDLED / "kinship.json")
    arguments = parser.parse_args()
    chosen = split(*everything(arguments.corpus))
    found = list(rows(chosen, atlas(chosen.profiled())))
    print(f"{len(found):,} samples")
    arguments.out.write_text(json.dumps(weights(found), indent=1) + "\n")


if __name__ == "__main__":
    main()
