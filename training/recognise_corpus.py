"""Builds the recogniser's corpus: the tensors of every (model type, class) of transformers at several sizes.

    python -m training.recognise_corpus OUT [--first 0] [--samples 14] [--without-flags] [--seconds 8] [--only TYPE …]

One gzipped JSON-lines file per model type is written to ``OUT/<transformers version>/``, and those that are there
are kept, so a run can be taken up again. Each line is ``{"type", "class", "sample", "tensors": [[name, shape], …]}``
in the order of the state dict. Sample 0 has the class's default config at reduced depth, the others vary it (seeded by
type, class and sample); samples from 100 on change one flag or word alone, and are kept where that changes which
tensors there are. Another version of transformers is chosen by PYTHONPATH. Takes about twenty minutes
for transformers 5 on one core, and 2 GiB of memory.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import json
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from dara_lint.recognize.normalize import masked
from training import zoo
from training.choices import string_choices

FLAGS = 100
"""Samples from this number on change one flag or one word of the default config."""
MOST_FLAGS = 60
WIDTHS = ("hidden_size", "d_model", "dim")
EMBEDDINGS = frozenset({"embedding_size", "word_embed_proj_dim", "embedding_dim", "input_embedding_size"})
MOST_TENSORS = 3000
"""A sample with more tells no more than one with fewer layers."""


def sample(model_type: str, class_name: str, number: int, seconds: float) -> dict[str, Any] | None:
    """One varied checkpoint, or None when nothing near that config builds in time."""
    found = built(model_type, class_name, number, seconds)
    return None if found is None else row_of(model_type, class_name, number, found[1])


def built(model_type: str, class_name: str, number: int, seconds: float) -> tuple[dict[str, Any], zoo.Tensors] | None:
    """The config of that sample and its tensors."""
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
            return candidate, tensors
    return None


def row_of(model_type: str, class_name: str, number: int, tensors: zoo.Tensors) -> dict[str, Any]:
    """A line of the corpus."""
    return {
        "type": model_type,
        "class": class_name,
        "sample": number,
        "tensors": [[name, list(shape)] for name, (shape, _) in tensors.items()],
    }


def switched(
    model_type: str, class_name: str, words: Mapping[str, Sequence[str]], seconds: float
) -> Iterator[dict[str, Any]]:
    """The default config with one flag or word changed, or what belongs together, each that gives other tensors.
    ``words`` has what fields may be instead."""
    raw = zoo.small(model_type, class_name)
    seen = {_patterns(zoo.tensors(raw, class_name, seconds))}
    single: list[dict[zoo.Path, Any]] = [
        {path: other}
        for path, value in zoo.leaves(raw)
        if not zoo.IGNORED.search(str(path[-1]))
        for other in ([not value] if isinstance(value, bool) else words.get(str(path[-1]), ()))
        if other != value and (isinstance(value, bool | str) or value is None)
    ]
    for number, change in [*enumerate(single[:MOST_FLAGS]), *enumerate(together(raw), MOST_FLAGS)]:
        try:
            tensors = zoo.tensors(zoo.merged(raw, change), class_name, seconds)
        except Exception:  # noqa: BLE001, S112  (a config that does not fit its class fails in any way it likes)
            continue
        patterns = _patterns(tensors)
        if patterns not in seen and 2 <= len(tensors) <= MOST_TENSORS:
            seen.add(patterns)
            yield row_of(model_type, class_name, FLAGS + number, tensors)


def together(raw: dict[str, Any]) -> list[dict[zoo.Path, Any]]:
    """Changes that have an effect together only: cross-attention of decoders, and embeddings as wide as the model."""
    found: list[dict[zoo.Path, Any]] = []
    values = dict(zoo.leaves(raw))
    for path, value in values.items():
        beside = {name: values.get((*path[:-1], name)) for name in (*WIDTHS, "is_decoder")}
        if path[-1] == "add_cross_attention" and isinstance(beside["is_decoder"], bool):
            found.append({path: True, (*path[:-1], "is_decoder"): True})
        width = next((size for name in WIDTHS if isinstance(size := beside[name], int)), None)
        if path[-1] in EMBEDDINGS and width is not None and isinstance(value, int) and value != width:
            found.append({path: width})
    return found


def _patterns(tensors: zoo.Tensors) -> frozenset[str]:
    return frozenset(map(masked, tensors))


def main() -> None:
    """Write what is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--first", type=int, default=0, help="the number of the first sample")
    parser.add_argument("--samples", type=int, default=14)
    parser.add_argument("--without-flags", action="store_true")
    parser.add_argument("--suffix", default="", help="for further samples that are to stand beside those there")
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
        target = folder / f"{model_type.replace('/', '_')}{arguments.suffix}.jsonl.gz"
        if target.exists() or (arguments.only and model_type not in arguments.only):
            continue
        rows: list[dict[str, Any]] = []
        for class_name in names:
            rows += sized(model_type, class_name, range(arguments.first, arguments.samples), arguments.seconds)
            if not arguments.without_flags:
                with contextlib.suppress(Exception):  # no default config builds
                    rows += switched(model_type, class_name, string_choices(model_type, class_name), arguments.seconds)
        with gzip.open(target, "wt") as file:
            file.writelines(json.dumps(row, separators=(",", ":")) + "\n" for row in rows)
        print(f"{time.time() - start:7.0f} s  {done + 1}/{len(classes)} {model_type}: {len(rows)}", flush=True)


def sized(model_type: str, class_name: str, numbers: range, seconds: float) -> Iterator[dict[str, Any]]:
    """The samples of these numbers, fewer where some do not build, none where the first does not in any way."""
    for number in numbers:
        row = sample_or_none(model_type, class_name, number, seconds)
        if row is None and number == 0:
            row = sample_or_none(model_type, class_name, 99, seconds)
            if row is None:
                return
        if row is not None:
            yield row


def sample_or_none(model_type: str, class_name: str, number: int, seconds: float) -> dict[str, Any] | None:
    """A sample, or None when not even the default config builds."""
    try:
        return sample(model_type, class_name, number, seconds)
    except Exception:  # noqa: BLE001
        return None


if __name__ == "__main__":
    main()
