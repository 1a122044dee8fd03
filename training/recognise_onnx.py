"""How far the operators of an ONNX graph tell the family: nearest neighbours over runs of operators.

    python -m training.recognise_onnx EXPORTS.jsonl OUT.json

``EXPORTS`` is what ``recognise_onnx_corpus.py`` wrote. Runs of one to three operators, those that exporters scatter
left out, weighted by how rare they are; the known exports are the legacy exporter's with plain attention at two
layers, or whatever else is not asked for. “eq”: families whose known exports have the same runs count as one.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PLUMBING = frozenset({"Constant", "Identity", "Cast", "Shape", "ConstantOfShape", "Unsqueeze", "Squeeze", "Expand"})

Row = dict[str, Any]


def runs(row: Row) -> frozenset[str]:
    """Runs of one to three operators, each once."""
    ops = ["^", *(each for each in row["ops"] if each not in PLUMBING), "$"]
    return frozenset(" ".join(ops[at : at + size]) for size in (1, 2, 3) for at in range(len(ops) - size + 1))


def nearest(known: Sequence[Row], asked: Sequence[Row]) -> tuple[int, int]:
    """How many of the asked are given to their family or to one of its equals, by cosine."""
    found = [(row["type"], runs(row)) for row in known]
    counts = Counter(run for _, each in found for run in each)
    weight = {run: math.log1p(len(found) / count) for run, count in counts.items()}
    equals: dict[frozenset[str], set[str]] = defaultdict(set)
    for label, each in found:
        equals[each].add(label)
    norms = [math.sqrt(sum(weight[run] ** 2 for run in each)) for _, each in found]
    good = 0
    for row in asked:
        own = runs(row)
        scores = [
            sum(weight[run] ** 2 for run in own & each) / norm for (_, each), norm in zip(found, norms, strict=True)
        ]
        best = found[max(range(len(found)), key=scores.__getitem__)]
        good += row["type"] in equals[best[1]]
    return good, len(asked)


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("exports", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    rows: list[Row] = [json.loads(line) for line in arguments.exports.read_text("utf-8").splitlines()]
    known = [row for row in rows if (row["exporter"], row["attention"], row["depth"]) == ("legacy", "eager", 2)]
    types = {row["type"] for row in known}
    tests: dict[str, tuple[Sequence[Row], Sequence[Row]]] = {
        "unseen depth": (known, [row for row in rows if row["depth"] == 3 and row["type"] in types]),
        "other attention": (
            known,
            [row for row in rows if (row["exporter"], row["attention"]) == ("legacy", "sdpa") and row["type"] in types],
        ),
        "other exporter and attention": (
            known,
            [row for row in rows if row["exporter"] == "dynamo" and row["type"] in types],
        ),
    }
    found = {name: nearest(*sides) for name, sides in tests.items()}
    print(len(types), found)
    arguments.out.write_text(json.dumps({"families": len(types), "rows": found}, indent=1))


if __name__ == "__main__":
    main()
