"""Check what names claim on records nobody curated with: ``python tools/names_records.py ../shared/data``.

``dara_test_records.jsonl`` gives the ``model_type`` of each config. Names that stand in the two files which
``names_architecture.py`` reads are left out, so this is the independent figure.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

from dara_lint.names import architecture_claim, parse


def main() -> None:
    """Print false contradictions and the share of swapped types that is found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--wrong", type=int, default=0)
    arguments = parser.parse_args()
    seen = {
        json.loads(line)["name"]
        for stem in ("name_registry", "name_architecture")
        for line in (arguments.data / f"{stem}.jsonl").read_text(encoding="utf-8").splitlines()
    }
    rows = map(json.loads, (arguments.data / "dara_test_records.jsonl").read_text(encoding="utf-8").splitlines())
    known = [(row["name"], row["model_type"]) for row in rows if row["name"] not in seen and row.get("model_type")]
    claims = {name: architecture_claim(parse(name)) for name, _ in known}
    claimed = [(name, kind) for name, kind in known if claims[name]]
    false = [(name, kind) for name, kind in claimed if kind not in claims[name]]
    draw = random.Random(7)  # noqa: S311 - a sample, no secret
    swapped = [(name, draw.choice([other for _, other in known if other != kind])) for name, kind in claimed]
    found = sum(kind not in claims[name] for name, kind in swapped)
    print(
        f"{len(known)} records, {len(claimed)} claim an architecture, false contradictions {len(false)} "
        f"({len(false) / len(known):.2%}), swapped found {found / len(claimed):.4f} of those that claim one"
    )
    for name, kind in false[: arguments.wrong]:
        print(f"   {name}: {kind}, claims {', '.join(sorted(claims[name]))}")


if __name__ == "__main__":
    main()
