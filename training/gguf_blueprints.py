"""Blueprints of GGUF's architectures, from the source that loads them: llama.cpp's ``load_arch_tensors``.

Each architecture's function says the name, the dimensions and the condition of every tensor, in terms of values that
``load_hparams`` reads from metadata keys; this translates both. What it does not understand is left unchecked (a
dimension), optional (a condition), or out (an architecture).

    python -m training.gguf_blueprints LLAMA_CPP/src dara_lint/blueprints/gguf.bin --origin "llama.cpp …"
"""

from __future__ import annotations

import argparse
import functools
import re
from pathlib import Path
from typing import Any

from dara_lint.blueprints.expression import Expression, fields_of
from dara_lint.blueprints.gguf import LIBRARY
from training.gguf_cpp import UnknownError
from training.gguf_source import Source
from training.gguf_translate import Made, Translator
from training.pack import packed

DERIVED: dict[str, Expression] = {
    "attention.head_count_kv": "attention.head_count",
    "attention.key_length": ["//", "embedding_length", "attention.head_count"],
    "attention.value_length": ["//", "embedding_length", "attention.head_count"],
    "rope.dimension_count": "attention.key_length",
    "embedding_length_out": "embedding_length",
}
"""What ``load_hparams`` of llama-model.cpp makes of keys that are not there, in order."""


def patterns(made: dict[str, list[Made]]) -> tuple[list[list[Any]], list[str]]:
    """Patterns as the bundle holds them, and what may differ (optional tensors)."""
    out: list[list[Any]] = []
    may: list[str] = []
    for name, places in made.items():
        if len({len(place.dims) for place in places}) > 1:
            continue
        whole = functools.reduce(_either, places)
        counts = [whole.count] if "{}" in name else []
        out.append([name, counts, whole.dims, None if whole.optional else whole.condition, ""])
        if whole.optional:
            may.append(re.sub(r"\d+", "#", f"missing {name.replace('{}', '0')}"))
    return out, may


def _either(one: Made, other: Made) -> Made:
    """A tensor that is created in either of two places."""
    optional = one.optional or other.optional or one.count != other.count
    if one.condition is None or other.condition is None:
        condition: Expression | None = None
    else:
        condition = ["or", one.condition, other.condition]
    dims: list[Expression | None] = []
    for mine, theirs in zip(one.dims, other.dims, strict=True):
        if mine == theirs:
            dims.append(mine)
        elif optional or mine is None or theirs is None or other.condition is None:
            dims.append(None)
        else:
            dims.append(["if", other.condition, theirs, mine])
    return Made(one.count, dims, condition, optional)


def units(source: Source) -> tuple[dict[str, list[Any]], dict[str, str]]:
    """Type → what the bundle holds of it, and the architectures that are left out with the reason."""
    out: dict[str, list[Any]] = {}
    lost: dict[str, str] = {}
    for case, architecture in source.architectures.items():
        if case not in source.classes:
            continue
        try:
            translator = Translator(source, case)
            found, may = patterns(translator.run())
        except UnknownError as problem:
            lost[architecture] = str(problem)
            continue
        read = set().union(
            *(fields_of(part) for p in found for part in (*p[1], *p[2], p[3]) if part is not None), set()
        )
        rules = [[key, value, None, []] for key, value in DERIVED.items()]
        zero = {
            key: source.defaults[member]
            for member, key in translator.members.items()
            if member in source.defaults and isinstance(key, str)
        }
        zero |= {
            "expert_count": 0,
            "feed_forward_length": 0,
            "attention.key_length_mla": 0,
            "attention.value_length_mla": 0,
        }
        rules += [[key, value, None, []] for key, value in sorted(zero.items()) if key in read and key not in DERIVED]
        out[f"{LIBRARY}{architecture}"] = [{}, {}, {}, [[architecture, found, [], rules, 1, may]]]
    return out, lost


def main() -> None:
    """Write the bundle."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, help="llama.cpp's folder src")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--origin", default="llama.cpp")
    options = parser.parse_args()
    found, lost = units(Source(options.source))
    data = packed(found, options.origin)
    options.bundle.write_bytes(data)
    total = sum(len(value[3][0][1]) for value in found.values())
    print(f"{len(found)} architectures, {total} patterns, {len(data):,} bytes; left out: {lost}")


if __name__ == "__main__":
    main()
