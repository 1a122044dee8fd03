"""The bundles of diffusers' classes: their blueprints, and what inference was shown of each key.

    python -m training.diffusers_pack STUDIED dara_lint/blueprints [--origin "diffusers 0.42.1"]

Classes that were not met in every tensor of every unseen config are left out.
"""

from __future__ import annotations

import argparse
import json
import zlib
from pathlib import Path
from typing import Any

from training.diffusers_zoo import LIBRARY
from training.pack import lines, packed, records


def main() -> None:
    """Write ``diffusers.bin`` and ``diffusers-seen.bin``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("studied", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--origin", default="diffusers")
    options = parser.parse_args()
    types = {name: value for name, value in lines(options.studied, {}, set()).items() if all(u[4] for u in value[3])}
    seen: dict[str, Any] = {}
    for record in records(options.studied):
        if record["type"] in types:
            seen[record["type"].removeprefix(LIBRARY)] = record["units"][0]["seen"]
    blueprints = packed(types, options.origin)
    shown = zlib.compress(json.dumps(seen, separators=(",", ":")).encode(), 9)
    (options.folder / "diffusers.bin").write_bytes(blueprints)
    (options.folder / "diffusers-seen.bin").write_bytes(shown)
    print(f"{len(types)} classes, {len(blueprints):,} and {len(shown):,} bytes")


if __name__ == "__main__":
    main()
