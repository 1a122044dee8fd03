"""Make the bundled file of the studied types: only what shapes tensors, in blocks that load on their own.

python -m training.pack STUDIED dara_lint/blueprints/transformers.bin

What the bundle that is there tolerates of older versions is kept, and so are its doubts about the classes of a type
that is the same, and which values of a key it follows, where ``training.unvaried`` has not asked anew.
"""

from __future__ import annotations

import argparse
import json
import re
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from dara_lint.blueprints.bundle import Bundle
from dara_lint.blueprints.expectation import CHOSEN
from dara_lint.blueprints.expression import Expression, fields_of
from dara_lint.blueprints.unheard import SHAPING, TIMM
from training.records import unit_to_json

BLOCK = 34_000
"""Bytes of JSON per block: small enough to load in a millisecond, large enough to compress."""


def _reads(unit: dict[str, Any]) -> set[str]:
    found: set[str] = set()
    parts: list[Expression | None] = []
    for _, counts, dims, condition, _ in unit["patterns"]:
        parts += [*counts, *dims, condition]
    for _, value, items, words in unit["derived"]:
        parts += [value, items, *(condition for condition, _ in words)]
    parts += [reference[5] for reference in unit["references"] if len(reference) > 5]
    for part in parts:
        if part is not None:
            found |= fields_of(part)
    return found


def _pruned(defaults: dict[str, Any], keep: set[str], nested: dict[str, set[str]]) -> dict[str, Any]:
    """Defaults of the fields in ``keep`` (dotted); nested configs keep what ``nested`` says of their type."""
    out: dict[str, Any] = {}
    for key, value in defaults.items():
        if isinstance(value, dict):
            inner = {name.removeprefix(f"{key}.") for name in keep if name.startswith(f"{key}.")}
            mine = value.get("model_type")
            below = _pruned(value, inner | nested.get(str(mine), set()), nested)
            if mine is not None:
                below = {"model_type": mine, **below}
            if below:
                out[key] = below
        elif key in keep:
            out[key] = value
    return out


def _lean(defaults: dict[str, Any], own: dict[str, dict[str, Any]], *, top: bool = True) -> dict[str, Any]:
    """Nested configs without what the defaults of their own type say anyway."""
    out: dict[str, Any] = {}
    theirs = {} if top else own.get(str(defaults.get("model_type")), {})
    for key, value in defaults.items():
        if isinstance(value, dict):
            out[key] = _lean(value, own, top=False)
        elif key == "model_type" or key not in theirs or theirs[key] != value:
            out[key] = value
    return out


def records(folder: Path) -> Iterator[dict[str, Any]]:
    """What was studied, by type."""
    for file in sorted(folder.glob("*.json")):
        yield json.loads(file.read_text())


def _kept(unit: dict[str, Any]) -> bool:
    """Whether a blueprint is about right on every config, or right on most of them; others are dropped as wrong."""
    return bool(unit["worst"] < 0.25 or 2 * unit["exact"] > unit["unseen"])


def _order(pattern: list[Any]) -> int:
    """Embeddings before layers, the rest as it comes."""
    name = str(pattern[0])
    return 0 if "{}" not in name and re.search(r"embed|wte|wpe|patch|^shared", name) else 1 + ("{}" not in name)


def _unsaid(record: dict[str, Any]) -> dict[str, Any]:
    """Keys that classes of a type ask for though its config does not declare them: null where a file lacks them."""
    return {name: None for unit in record["units"] for name in unit.get("optional", ())}


def lines(folder: Path, older: dict[str, dict[str, list[str]]], doubtful: set[str]) -> dict[str, list[Any]]:
    """Type → [defaults, aliases, roles, units], as the bundle holds it."""
    from training.flat import flat_key  # needs torch

    studied = {record["type"]: record for record in records(folder) if "defaults" in record}
    reads: dict[str, set[str]] = {}
    for name, record in studied.items():
        reads[name] = set().union(*(_reads(unit) for unit in record["units"] if "patterns" in unit), set())
        reads[name] |= {*CHOSEN, *SHAPING, *TIMM}
    full = {name: _pruned(_unsaid(record) | record["defaults"], reads[name], reads) for name, record in studied.items()}
    out: dict[str, list[Any]] = {}
    for name, record in studied.items():
        units = [
            [
                unit["class"],
                sorted(unit["patterns"], key=_order),
                unit["references"],
                unit["derived"],
                int(unit["exact"] == unit["unseen"] > 0 and not {name, f"{name}/{unit['class']}"} & doubtful),
                *([names] if (names := older.get(name, {}).get(unit["class"])) else []),
            ]
            for unit in record["units"]
            if "patterns" in unit and (unit["patterns"] or unit["references"]) and _kept(unit)
        ]
        if units:
            aliases = {
                alias: key for alias, key in record["aliases"].items() if key in full[name] or alias in reads[name]
            }
            roles = dict(record["roles"])
            flat = flat_key(name, record["defaults"])
            if flat:
                roles["flat"] = flat
            out[name] = [_lean(full[name], full), aliases, roles, units]
    return _closed(out)


def _closed(types: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """The same without classes that refer to a class which is not here."""
    while True:
        there = {(name, unit[0]) for name, value in types.items() for unit in value[3]}
        kept = {
            name: [*value[:3], [u for u in value[3] if all((r[1], r[2]) in there for r in u[2])], *value[4:]]
            for name, value in types.items()
        }
        kept = {name: value for name, value in kept.items() if value[3]}
        if sum(len(value[3]) for value in kept.values()) == len(there):
            return kept
        types = kept


def packed(types: dict[str, list[Any]], origin: str, shown: Mapping[str, Mapping[str, list[Any]]] = {}) -> bytes:
    """The bundle: magic, length of the index, index, blocks. ``shown``: what ``training.unvaried`` found."""
    blocks: list[bytes] = []
    index: dict[str, int] = {}
    current: dict[str, Any] = {}
    size = 0
    for name, plain in types.items():
        value = [*_shared(plain), shown.get(name, {})]
        length = len(json.dumps(value, separators=(",", ":")))
        if current and size + length > BLOCK:
            blocks.append(_block(current))
            current, size = {}, 0
        index[name] = len(blocks)
        current[name] = value
        size += length
    blocks.append(_block(current))
    head = zlib.compress(
        json.dumps(
            {"origin": origin, "blocks": [len(block) for block in blocks], "types": index}, separators=(",", ":")
        ).encode(),
        9,
    )
    return b"DLB2" + struct.pack("<I", len(head)) + head + b"".join(blocks)


def _shared(value: list[Any]) -> list[Any]:
    """A type with what its patterns have in common, all but the name, said once."""
    *head, units = value
    tails: dict[str, int] = {}
    made = [
        [
            name,
            "\n".join(pattern[0] for pattern in patterns),
            [tails.setdefault(json.dumps(pattern[1:]), len(tails)) for pattern in patterns],
            *rest,
        ]
        for name, patterns, *rest in units
    ]
    return [*head, [json.loads(tail) for tail in tails], made]


def _block(content: dict[str, Any]) -> bytes:
    return zlib.compress(json.dumps(content, separators=(",", ":")).encode(), 9)


def spelled(units: Iterable[dict[str, Any]]) -> dict[str, list[str]]:
    """Each class's patterns in an order of their own, to tell whether a blueprint is the same."""
    return {unit["class"]: sorted(map(json.dumps, unit.get("patterns", ()))) for unit in units}


def former(data: bytes, studied: Path) -> tuple[dict[str, dict[str, list[str]]], set[str]]:
    """What a bundle tolerates of older versions, by type and class; and which of its classes promise nothing for
    certain, of the types that are the same in what was studied."""
    bundle = Bundle(data)
    found = {name: there[1] for name in bundle.types if (there := bundle.of(name))}
    older: dict[str, dict[str, list[str]]] = {}
    for name, units in found.items():
        for cls, unit in units.items():
            if unit.older:
                older.setdefault(name, {})[cls] = sorted(unit.older)
    unsure: set[str] = set()
    for record in records(studied):
        units = found.get(record["type"], {})
        if spelled(record["units"]) == spelled({"class": cls, **unit_to_json(unit)} for cls, unit in units.items()):
            unsure |= {f"{record['type']}/{cls}" for cls, unit in units.items() if not unit.exact}
    return older, unsure


def restricted(data: bytes) -> dict[str, dict[str, list[Any]]]:
    """By type, the keys of which a bundle follows some values alone, with these."""
    bundle = Bundle(data)
    kinds = {name: there[0] for name in bundle.types if (there := bundle.of(name))}
    return {name: {key: sorted(known, key=str) for key, known in kind.shown.items()} for name, kind in kinds.items()}


def main() -> None:
    """Write the bundle."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("studied", type=Path)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--older", type=Path, nargs="*", default=(), help="what training.older and .aliases learnt")
    parser.add_argument(
        "--doubtful", type=Path, help="what training.older --check found: types, or type/class, inexact"
    )
    parser.add_argument("--origin", default="transformers")
    parser.add_argument("--shown", type=Path, nargs="*", default=(), help="what training.unvaried found")
    options = parser.parse_args()
    older, doubtful = former(options.bundle.read_bytes(), options.studied) if options.bundle.exists() else ({}, set())
    for file in options.older:
        for name, classes in json.loads(file.read_text()).items():
            known = older.setdefault(name, {})
            for cls, names in classes.items():
                known[cls] = sorted({*known.get(cls, ()), *names})
    doubtful |= set(json.loads(options.doubtful.read_text())["doubtful"]) if options.doubtful else set()
    shown = restricted(options.bundle.read_bytes()) if options.bundle.exists() else {}
    for file in options.shown:
        shown |= json.loads(file.read_text())["types"]
    types = lines(options.studied, older, doubtful)
    data = packed(types, options.origin, shown)
    options.bundle.write_bytes(data)
    units = [unit for value in types.values() for unit in value[3]]
    print(f"{len(types)} types, {len(units)} classes, {sum(unit[4] for unit in units)} exact, {len(data):,} bytes")


if __name__ == "__main__":
    main()
