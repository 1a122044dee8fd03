"""Draw the names that are labelled by hand: ``python tools/names_sample.py ../shared/data > names.txt``.

A fixed seed over the sorted union of three files, so that anyone draws the same 300; with ``--snapshots`` the 150 of
the names of the two snapshots that no labelled file has.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
from pathlib import Path

SEED = 20_250_711
COUNT = 300
SNAPSHOT_SEED, SNAPSHOT_COUNT = 20_261_129, 150
LABELLED = (
    "name_segments_gpt", "name_elements_gpt", "name_registry", "name_architecture", "name_convention_human",
    "name_informativeness", "dara_test_records",
)  # fmt: skip
TESTS = Path(__file__).parent.parent / "tests" / "names"


def union(data: Path) -> list[str]:
    """Every name of the registry, of the labelled segments and of the 2025 snapshot, sorted, once each."""
    names: set[str] = set()
    for stem in ("name_registry", "name_segments_gpt"):
        with (data / f"{stem}.jsonl").open(encoding="utf-8") as lines:
            names.update(json.loads(line)["name"] for line in lines)
    with (data / "snapshot_2025_downloads.csv").open(encoding="utf-8", newline="") as table:
        names.update(row["name"] for row in csv.DictReader(table))
    return sorted(names)


def unlabelled(data: Path) -> list[str]:
    """Every name of the two snapshots that is in no labelled file, sorted, once each."""
    files = [data / f"{stem}.jsonl" for stem in LABELLED]
    files += [TESTS / f"{stem}.jsonl" for stem in ("labelled", "labelled_after")]
    labelled = {json.loads(line)["name"] for file in files for line in file.read_text(encoding="utf-8").splitlines()}
    names: set[str] = set()
    for file in data.glob("snapshot_*.csv"):
        with file.open(encoding="utf-8", newline="") as table:
            names.update(row["name"] for row in csv.DictReader(table))
    return sorted(names - labelled)


def main() -> None:
    """Print the sample, one name a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--snapshots", action="store_true", help="the 150 of no labelled file")
    arguments = parser.parse_args()
    seed, count = (SNAPSHOT_SEED, SNAPSHOT_COUNT) if arguments.snapshots else (SEED, COUNT)
    names = unlabelled(arguments.data) if arguments.snapshots else union(arguments.data)
    print("\n".join(random.Random(seed).sample(names, count)))  # noqa: S311 - a sample, no secret


if __name__ == "__main__":
    main()
