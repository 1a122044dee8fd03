"""The bundles of diffusers' classes: their blueprints, and what inference was shown of each key.

    python -m training.diffusers_pack STUDIED dara_lint/blueprints [--origin "diffusers 0.42.1"]

Classes that were not met in every tensor of every unseen config are left out.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import zlib
from pathlib import Path
from typing import Any

from dara_lint.blueprints.shown import exactly
from training import diffusers_zoo, zoo
from training.diffusers_zoo import LIBRARY
from training.pack import lines, packed, records

TRIED = (64, 1, 0.5, 48)
"""Values tried for a key that is null."""


def harmless(name: str, key: str) -> bool:
    """Whether a key that was not varied changes no tensor under any other value that builds, and some do."""
    raw = zoo.small(LIBRARY + name, name)
    value = raw.get(key)
    others: tuple[Any, ...] = ()
    if value is None:
        others = TRIED
    elif isinstance(value, bool):
        others = (not value,)
    elif isinstance(value, (int, float)):
        others = (value * 2, value * 3, value + 1)
    plain = zoo.tensors(raw, name)
    built = 0
    for other in others:
        with contextlib.suppress(Exception):
            if zoo.tensors({**raw, key: other}, name) != plain:
                return False
            built += 1
    return built > 0


def asked(name: str, seen: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """What a config is asked of each key: what inference was shown; of a key that was not varied the very value that
    it had, or nothing where it is harmless."""
    raw = zoo.small(LIBRARY + name, name)
    out = {}
    for key, values in seen.items():
        if not diffusers_zoo.IGNORED.search(key):
            out[key] = values
        elif not harmless(name, key):
            out[key] = [exactly(raw[key])] if type(raw.get(key)) in {int, float} else values
    return out


def main() -> None:
    """Write ``diffusers.bin`` and ``diffusers-seen.bin``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("studied", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--origin", default="diffusers")
    parser.add_argument("--doubtful", type=Path, help="what training.diffusers_check found: wrong classes are left out")
    options = parser.parse_args()
    diffusers_zoo.settle()
    types = {name: value for name, value in lines(options.studied, {}, set()).items() if all(u[4] for u in value[3])}
    checks = json.loads(options.doubtful.read_text()) if options.doubtful else {}
    for name, check in checks.items():
        if check["exact"] < check["configs"] or not check["configs"]:
            types.pop(LIBRARY + name, None)
    seen: dict[str, Any] = {}
    for record in records(options.studied):
        if record["type"] in types:
            name = record["type"].removeprefix(LIBRARY)
            seen[name] = asked(name, record["units"][0]["seen"])
    blueprints = packed(types, options.origin)
    shown = zlib.compress(json.dumps(seen, separators=(",", ":")).encode(), 9)
    (options.folder / "diffusers.bin").write_bytes(blueprints)
    (options.folder / "diffusers-seen.bin").write_bytes(shown)
    print(f"{len(types)} classes, {len(blueprints):,} and {len(shown):,} bytes")


if __name__ == "__main__":
    main()
