"""Check what names claim on records nobody curated with: ``python tools/names_records.py ../shared/data``.

``dara_test_records.jsonl`` gives the ``model_type`` of each config. Names that stand in the two files which
``names_architecture.py`` reads are left out, so this is the independent figure.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path
from typing import NamedTuple

from dara_lint.names import architecture_claim, parse


class Measured(NamedTuple):
    """Names with a type, those that claim one, the false contradictions (name and type), the swapped types found."""

    known: int
    claimed: int
    false: tuple[tuple[str, str], ...]
    found: int


def measured(data: Path) -> Measured:
    """The claims of the names that no lexicon was made with."""
    seen = {
        json.loads(line)["name"]
        for stem in ("name_registry", "name_architecture")
        for line in (data / f"{stem}.jsonl").read_text(encoding="utf-8").splitlines()
    }
    rows = map(json.loads, (data / "dara_test_records.jsonl").read_text(encoding="utf-8").splitlines())
    known = [(row["name"], row["model_type"]) for row in rows if row["name"] not in seen and row.get("model_type")]
    claims = {name: architecture_claim(parse(name)) for name, _ in known}
    claimed = [(name, kind) for name, kind in known if claims[name]]
    false = tuple((name, kind) for name, kind in claimed if kind not in claims[name])
    draw = random.Random(7)  # noqa: S311 - a sample, no secret
    swapped = [(name, draw.choice([other for _, other in known if other != kind])) for name, kind in claimed]
    return Measured(len(known), len(claimed), false, sum(kind not in claims[name] for name, kind in swapped))


def shown(found: Measured) -> str:
    """The figures in a line."""
    swapped = found.found / found.claimed
    return (
        f"{found.known} records, {found.claimed} claim an architecture, false contradictions {len(found.false)} "
        f"({len(found.false) / found.known:.2%}), swapped found {swapped:.4f} of those that claim one"
    )


def main() -> None:
    """Print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--wrong", type=int, default=0)
    arguments = parser.parse_args()
    found = measured(arguments.data)
    print(shown(found))
    for name, kind in found.false[: arguments.wrong]:
        print(f"   {name}: {kind}, claims {', '.join(sorted(architecture_claim(parse(name))))}")


if __name__ == "__main__":
    main()
