"""Draw the names that are labelled by hand: ``python tools/names_sample.py ../shared/data > names.txt``.

A fixed seed over the sorted union of three files, so that anyone draws the same 300.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
from pathlib import Path

SEED = 20_250_711
COUNT = 300


def union(data: Path) -> list[str]:
    """Every name of the registry, of the labelled segments and of the 2025 snapshot, sorted, once each."""
    names: set[str] = set()
    for stem in ("name_registry", "name_segments_gpt"):
        with (data / f"{stem}.jsonl").open(encoding="utf-8") as lines:
            names.update(json.loads(line)["name"] for line in lines)
    with (data / "snapshot_2025_downloads.csv").open(encoding="utf-8", newline="") as table:
        names.update(row["name"] for row in csv.DictReader(table))
    return sorted(names)


def main() -> None:
    """Print the sample, one name a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    arguments = parser.parse_args()
    for name in random.Random(SEED).sample(union(arguments.data), COUNT):  # noqa: S311 - a sample, no secret
        print(name)


if __name__ == "__main__":
    main()
