"""Change one key of an otherwise right config at a time, and see what the comparison says of it.

    python -m training.mutate STUDIED OUT.json [--classes 300] [--seed 1]

The tensors are those of transformers' own class on the meta device, not of the blueprint. A change counts as
shaping when the class itself builds other tensors with it. Each changed config goes through the comparison and,
beside the same tensors, through every rule; of what the rules say on the right config already is left out.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from dara_lint.blueprints import compare, expect
from dara_lint.model import Tensor
from training import whole, zoo
from training.choices import alternatives, string_choices
from training.pack import records


def _tensors(raw: dict[str, Any], class_name: str) -> zoo.Tensors | None:
    with contextlib.suppress(Exception):
        return zoo.tensors(raw, class_name, 10)
    return None


def judged(model_type: str, class_name: str, shaping: list[str], others: list[str]) -> list[dict[str, Any]]:
    """One line per changed key of one class."""
    raw = {**zoo.small(model_type, class_name), "architectures": [class_name]}
    with contextlib.suppress(Exception):  # it does not build
        raw = zoo.placed(raw, zoo.resolved(zoo.build_config(raw)))  # as its class writes it
    actual = _tensors(raw, class_name)
    if actual is None:
        return []
    stored = whole.stored(actual)
    right = expect(zoo.given(raw))
    if right is None or not right.exact:
        return []
    before = whole.said(zoo.given(raw), stored)
    out: list[dict[str, Any]] = [
        {
            "class": class_name,
            "key": "",
            "kind": "untouched",
            "findings": compare(stored, right).findings,
            "rules": [f"{each.severity} {each.rule}: {each.message}" for each in before],
        }
    ]
    words = string_choices(model_type, class_name)
    full = zoo.resolved(zoo.build_config(raw))
    for key in dict.fromkeys((*shaping, *others)):
        path = tuple(key.split("."))
        with contextlib.suppress(KeyError, TypeError):
            value = zoo.get(raw, path)
            line = _changed(_Right(model_type, class_name, raw, full, actual, stored, before), path, value, words)
            if line is not None:
                out.append({"class": class_name, "key": key, **line})
    return out


class _Right(NamedTuple):
    """A right config and what belongs to it: the class's tensors, and what rules say of the two."""

    model_type: str
    class_name: str
    raw: dict[str, Any]
    full: dict[str, Any]
    actual: zoo.Tensors
    stored: list[Tensor]
    before: tuple[whole.Said, ...]


def _changed(right: _Right, path: zoo.Path, value: Any, words: dict[str, tuple[str, ...]]) -> dict[str, Any] | None:
    name = str(path[-1])
    inner: Any = None
    with contextlib.suppress(KeyError, TypeError):
        inner = zoo.get(right.full, path)
    for other in alternatives(name, value, inner, words.get(name, ()))[:4]:
        mutated = zoo.put(right.raw, path, other)
        tensors = _tensors(mutated, right.class_name)
        if tensors is None:
            continue
        kind = "inert" if tensors == right.actual else "shaping"
        key = ".".join(map(str, path))
        line = {"kind": kind, "other": repr(other)[:40], **_linted(right, mutated, key, tensors)}
        expectation = expect(zoo.given(mutated))
        if expectation is None:
            return {**line, "findings": 0, "refused": True}
        found = compare(right.stored, expectation)
        keys = [sorted(cause.keys) for cause in found.causes]
        promised = {each.name: each.shape for each in expectation.tensors}
        return {
            **line,
            "wrong": promised != {name: shape for name, (shape, _) in tensors.items()},
            "flag": isinstance(value, (bool, str)) or value is None,
            "findings": found.findings,
            "named": any(key in each for each in keys),
            "first": bool(keys) and key in keys[0],
            "set": len(keys[0]) if keys else 0,
            "keys": keys[:3],
        }
    return None


def _linted(right: _Right, mutated: dict[str, Any], key: str, tensors: zoo.Tensors) -> dict[str, Any]:
    """What all rules say of the changed config that they do not say of the right one."""
    said = [each for each in whole.said(zoo.given(mutated), right.stored) if each not in right.before]
    fitting = whole.allowed(right.model_type, right.class_name, key, right.actual, tensors)
    return {
        "rules": [f"{each.severity} {each.rule}: {each.message}"[:300] for each in said],
        "one": len(said) == 1,
        "severe": len(said) == 1 and said[0].severity in fitting,
        "spoken": len(said) == 1 and said[0].names(key),
        "allowed": sorted(fitting),
    }


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
        "by all rules: found": sum(bool(line["rules"]) for line in shaping),
        "by all rules: exactly one finding": sum(line["one"] for line in shaping),
        "by all rules: one finding of the right severity": sum(line["severe"] for line in shaping),
        "by all rules: that names the key": sum(line["severe"] and line["spoken"] for line in shaping),
        "by all rules: inert with findings": sum(bool(line["rules"]) for line in inert),
        "by all rules: untouched above a note": sum(
            any(not text.startswith("note") for text in line["rules"]) for line in untouched
        ),
        "promises that the changed class does not keep": sum(line.get("wrong", False) for line in lines),
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
