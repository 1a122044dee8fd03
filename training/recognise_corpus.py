"""Builds the recogniser's corpus: the tensors of every (model type, class) of transformers at several sizes.

    python -m training.recognise_corpus OUT [--samples 6] [--seconds 8] [--only TYPE …]

One gzipped JSON-lines file per model type is written to ``OUT/<transformers version>/``, and those that are there
are kept, so a run can be taken up again. Each line is ``{"type", "class", "sample", "tensors": [[name, shape], …]}``
in the order of the state dict. Sample 0 has the class's default config at reduced depth, the others vary it (seeded by
type, class and sample). Another version of transformers is chosen by PYTHONPATH. Takes about half an hour for
transformers 5 on one core, and 2 GiB of memory.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from training import zoo

MOST_TENSORS = 3000
"""A sample with more tells no more than one with fewer layers."""


def sample(model_type: str, class_name: str, number: int, seconds: float) -> dict[str, Any] | None:
    """One varied checkpoint, or None when nothing near that config builds in time."""
    raw = zoo.small(model_type, class_name)
    chance = random.Random(f"{model_type}/{class_name}/{number}")
    for attempt in range(5 if number else 1):
        candidate = zoo.varied(raw, chance, 0.4 / (1 + attempt)) if number else raw
        try:
            tensors = zoo.tensors(candidate, class_name, seconds)
        except zoo.BuildTimeoutError:
            return None
        except Exception:  # noqa: BLE001, S112  (a config that does not fit its class fails in any way it likes)
            continue
        if 2 <= len(tensors) <= MOST_TENSORS:
            return {
                "type": model_type,
                "class": class_name,
                "sample": number,
                "tensors": [[name, list(shape)] for name, (shape, _) in tensors.items()],
            }
    return None


def main() -> None:
    """Write what is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--samples", type=int, default=6)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--only", nargs="*")
    arguments = parser.parse_args()
    import transformers

    folder: Path = arguments.out / transformers.__version__
    folder.mkdir(parents=True, exist_ok=True)
    classes: dict[str, list[str]] = defaultdict(list)
    for model_type, class_name in zoo.pairs():
        classes[model_type].append(class_name)
    start = time.time()
    for done, (model_type, names) in enumerate(classes.items()):
        target = folder / f"{model_type.replace('/', '_')}.jsonl.gz"
        if target.exists() or (arguments.only and model_type not in arguments.only):
            continue
        rows = []
        for class_name in names:
            for number in range(arguments.samples):
                try:
                    row = sample(model_type, class_name, number, arguments.seconds)
                except Exception:  # noqa: BLE001  (no default config either)
                    row = None
                if row is None and number == 0:
                    row = sample_or_none(model_type, class_name, arguments.seconds)
                if row is None:
                    if number == 0:
                        break
                    continue
                rows.append(row)
        with gzip.open(target, "wt") as file:
            file.writelines(json.dumps(row, separators=(",", ":")) + "\n" for row in rows)
        print(f"{time.time() - start:7.0f} s  {done + 1}/{len(classes)} {model_type}: {len(rows)}", flush=True)


def sample_or_none(model_type: str, class_name: str, seconds: float) -> dict[str, Any] | None:
    """A varied sample in place of a default config that does not build."""
    try:
        return sample(model_type, class_name, 99, seconds)
    except Exception:  # noqa: BLE001
        return None


if __name__ == "__main__":
    main()
