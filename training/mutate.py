"""Change one key of an otherwise right config at a time, and see what the comparison says of it.

    python -m training.mutate STUDIED OUT.json [--classes 300] [--seed 1]

The tensors are those of transformers' own class on the meta device, not of the blueprint. A change counts as
shaping when the class itself builds other tensors (or nothing at all) with it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

from dara_lint.blueprints import compare, expect
from dara_lint.model import Tensor
from training import zoo
from training.choices import alternatives, string_choices
from training.pack import records


def _tensors(raw: dict[str, Any], class_name: str) -> zoo.Tensors | None:
    with contextlib.suppress(Exception):
        return zoo.tensors(raw, class_name, 10)
    return None


def judged(model_type: str, class_name: str, shaping: list[str], others: list[str]) -> list[dict[str, Any]]:
    """One line per changed key of one class."""
    raw = {**zoo.small(model_type, class_name), "architectures": [class_name]}
    actual = _tensors(raw, class_name)
    if actual is None:
        return []
    stored = [Tensor(name, shape, dtype, 0) for name, (shape, dtype) in actual.items()]
    right = expect(raw)
    if right is None or not right.exact:
        return []
    out = [{"class": class_name, "key": "", "kind": "untouched", "findings": compare(stored, right).findings}]
    words = string_choices(model_type, class_name)
    full = zoo.resolved(zoo.build_config(raw))
    for key in dict.fromkeys((*shaping, *others)):
        path = tuple(key.split("."))
        with contextlib.suppress(KeyError, TypeError):
            value = zoo.get(raw, path)
            line = _changed(raw, path, value, full, words, class_name, actual, stored)
            if line is not None:
                out.append({"class": class_name, "key": key, **line})
    return out


def _changed(
    raw: dict[str, Any],
    path: zoo.Path,
    value: Any,
    full: dict[str, Any],
    words: dict[str, tuple[str, ...]],
    class_name: str,
    actual: zoo.Tensors,
    stored: list[Tensor],
) -> dict[str, Any] | None:
    name = str(path[-1])
    inner: Any = None
    with contextlib.suppress(KeyError, TypeError):
        inner = zoo.get(full, path)
    for other in alternatives(name, value, inner, words.get(name, ()))[:4]:
        mutated = zoo.put(raw, path, other)
        tensors = _tensors(mutated, class_name)
        if tensors is None:
            continue
        expectation = expect(mutated)
        kind = "inert" if tensors == actual else "shaping"
        if expectation is None:
            return {"kind": kind, "findings": 0, "refused": True}
        found = compare(stored, expectation)
        keys = [sorted(cause.keys) for cause in found.causes]
        key = ".".join(map(str, path))
        return {
            "kind": kind,
            "flag": isinstance(value, (bool, str)) or value is None,
            "findings": found.findings,
            "named": any(key in each for each in keys),
            "first": bool(keys) and key in keys[0],
            "set": len(keys[0]) if keys else 0,
            "keys": keys[:3],
            "other": repr(other)[:40],
        }
    return None


def summary(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """The figures of a run."""
    shaping = [line for line in lines if line["kind"] == "shaping"]
    inert = [line for line in lines if line["kind"] == "inert"]
    untouched = [line for line in lines if line["kind"] == "untouched"]
    found = [line for line in shaping if line["findings"]]
    right = [line for line in shaping if line["findings"] == 1 and line.get("named")]
    return {
        "classes": len(untouched),
        "untouched with findings": sum(bool(line["findings"]) for line in untouched),
        "shaping": len(shaping),
        "found": len(found),
        "one finding that names the key": len(right),
        "sizes of the sets": dict(sorted(Counter(line["set"] for line in right).items())),
        "inert": len(inert),
        "inert with findings": sum(bool(line["findings"]) for line in inert),
    }


def main() -> None:
    """Mutate and write every line and the summary."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("studied", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--classes", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    every = [
        (record["type"], unit["class"], unit["shaping"], unit["others"])
        for record in records(options.studied)
        for unit in record["units"]
        if unit.get("unseen") and unit["exact"] == unit["unseen"]
    ]
    chosen = random.Random(options.seed).sample(every, min(options.classes, len(every)))
    lines: list[dict[str, Any]] = []
    for each in chosen:
        lines += judged(*each)
    options.out.write_text(json.dumps({"summary": summary(lines), "lines": lines}))
    print(json.dumps(summary(lines), indent=1))


if __name__ == "__main__":
    main()
