"""Builds consistent checkpoints: the config.json that ``save_pretrained`` writes, and the tensors that it saves.

    python -m training.consistent OUT [--varied 2] [--classes N] [--seconds 6] [--only TYPE …]

Every (model type, class) of the auto mappings is built on the meta device: once with its defaults at reduced depth,
once with its defaults as they are where that takes no longer than ``--seconds`` (one class of each type), and
``--varied`` times with other values. One gzipped JSON-lines file per model type is written to
``OUT/<transformers version>/``; those that are there are kept, so a run can be taken up again. A line is ``{"type",
"class", "sample", "config", "tensors": [[name, shape, dtype]]}``. ``tools/consistent.py`` lints what this builds.
Another version of transformers is chosen by PYTHONPATH.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from training import zoo

MOST_TENSORS = 6000
"""A checkpoint with more tells no more than one with fewer layers."""


def checkpoint(raw: dict[str, Any], class_name: str, seconds: float) -> dict[str, Any]:
    """Config and tensors of one model, as saved. Raises whatever the class raises for that config."""
    model = zoo.build(zoo.build_config(raw), class_name, seconds)
    tensors = zoo.saved(model)
    config = model.config
    config.architectures = [class_name]
    dtype = str(model.dtype).removeprefix("torch.")
    setattr(config, "dtype" if hasattr(config, "dtype") else "torch_dtype", dtype)
    return {
        "config": json.loads(config.to_json_string(use_diff=True)),
        "tensors": [[name, list(shape), dtype] for name, (shape, dtype) in tensors.items()],
    }


def samples(model_type: str, class_name: str, varied: int, seconds: float, *, whole: bool) -> Iterator[dict[str, Any]]:
    """The checkpoints of one class; none when it does not build."""
    try:
        small = zoo.small(model_type, class_name)
    except Exception:  # noqa: BLE001 - a class that lacks a dependency fails in any way it likes
        return
    wanted = [("small", small)]
    if whole and (raw := zoo.defaults(model_type, class_name)) != small:
        wanted.append(("whole", raw))
    chance = random.Random(f"{model_type}/{class_name}")
    for name, raw in wanted:
        if found := _tried([raw], class_name, seconds):
            yield {"type": model_type, "class": class_name, "sample": name, **found}
        elif name == "small":
            return
    for number in range(varied):
        candidates = [zoo.varied(small, chance, 0.4 / (1 + attempt)) for attempt in range(6)]
        if found := _tried(candidates, class_name, seconds):
            yield {"type": model_type, "class": class_name, "sample": f"varied {number}", **found}


def _tried(candidates: list[dict[str, Any]], class_name: str, seconds: float) -> dict[str, Any] | None:
    """The first of the configs that builds, with what it builds."""
    for raw in candidates:
        try:
            found = checkpoint(raw, class_name, seconds)
        except zoo.BuildTimeoutError:
            return None
        except Exception:  # noqa: BLE001, S112 - a config that does not fit its class fails in any way it likes
            continue
        if 2 <= len(found["tensors"]) <= MOST_TENSORS:
            return found
    return None


def main() -> None:
    """Write what is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--varied", type=int, default=2)
    parser.add_argument("--classes", type=int, default=1 << 10, help="classes of each type at most")
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--only", nargs="*", default=[])
    arguments = parser.parse_args()
    classes: dict[str, list[str]] = defaultdict(list)
    for model_type, class_name in zoo.pairs():
        classes[model_type].append(class_name)
    import transformers

    folder: Path = arguments.out / transformers.__version__
    folder.mkdir(parents=True, exist_ok=True)
    order = arguments.only or random.Random(0).sample(sorted(classes), len(classes))
    start = time.monotonic()
    for done, model_type in enumerate(order):
        target = folder / f"{model_type.replace('/', '_')}.jsonl.gz"
        if target.exists():
            continue
        rows = [
            row
            for number, class_name in enumerate(classes[model_type][: arguments.classes])
            for row in samples(model_type, class_name, arguments.varied, arguments.seconds, whole=number == 0)
        ]
        partial = target.with_suffix(".partial")
        with gzip.open(partial, "wt") as file:
            file.writelines(json.dumps(row, separators=(",", ":")) + "\n" for row in rows)
        partial.rename(target)
        print(f"{time.monotonic() - start:6.0f} s  {done + 1}/{len(order)} {model_type}: {len(rows)}", flush=True)


if __name__ == "__main__":
    main()
