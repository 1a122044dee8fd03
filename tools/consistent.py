"""Lints consistent model repositories: each finding above a note is a false alarm by construction.

    python tools/consistent.py CHECKPOINTS [--list FILE] [--limit N] [--only TYPE …]
    python tools/consistent.py CHECKPOINTS --mutate

``CHECKPOINTS`` is a folder of ``*.jsonl.gz`` as ``training/consistent.py`` builds them. Every checkpoint is written
as a repository in five forms (one file; shards with an index; an index over LFS pointers; one LFS pointer; one of 16
bits), under a neutral name and under honest ones, with sparse weight files that have true headers. With ``--mutate``
one claim of each config is changed instead, and what is found counts: the share of changed claims that some rule
reports.
"""

from __future__ import annotations

import argparse
import copy
import gzip
import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from dara_lint.blueprints.claim import Claim
from dara_lint.blueprints.fields import claims
from dara_lint.engine import run
from dara_lint.finding import Finding, Severity
from dara_lint.model import BITS
from dara_lint.settings import Settings
from tests import miniature

MUTATED = (
    "layers",
    "encoder_layers",
    "decoder_layers",
    "vocab_size",
    "hidden_size",
    "experts",
    "patch_size",
    "image_size",
    "dtype",
)
TORCH = {"F32": "float32", "F16": "float16", "BF16": "bfloat16"}
NEUTRAL = "acme/nightjar"
LEAST = 5_000_000
"""Fewer parameters than these no name rounds to millions."""
FORMS = (
    ("neutral", "single", "F32"), ("type", "shards", "F32"), ("size", "pointers", "F16"), ("size", "single", "BF16"),
    ("layers", "single", "F32"), ("image", "single", "F32"), ("type", "pointer", "F32"), ("size", "pointer", "F16"),
)  # fmt: skip
"""Kind of name, form of the weights, dtype."""


class Tensor(NamedTuple):
    """A tensor to be written: as a header has it."""

    name: str
    shape: list[int]
    dtype: str

    @property
    def nbytes(self) -> int:
        """Bytes on disk."""
        return int(self.elements * BITS[self.dtype] // 8)

    @property
    def elements(self) -> int:
        """Product of the shape."""
        count = 1
        for dimension in self.shape:
            count *= dimension
        return count


def checkpoints(arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """The lines of every file, the files in an order of their own that is always the same."""
    paths = sorted(arguments.checkpoints.rglob("*.jsonl.gz"))
    made = 0
    for number, path in enumerate(sorted(paths, key=lambda path: hashlib.sha256(path.name.encode()).digest())):
        if arguments.only and path.name.removesuffix(".jsonl.gz") not in arguments.only:
            continue
        print(f"{number}/{len(paths)} files, {made} checkpoints", end="\r", file=sys.stderr, flush=True)
        with gzip.open(path, "rt") as file:
            for row in map(json.loads, file):
                if len(row["tensors"]) <= arguments.most and made < arguments.limit:
                    made += 1
                    yield row


def cast(row: dict[str, Any], dtype: str) -> tuple[dict[str, Any], list[Tensor]]:
    """Config and tensors with F32 cast to another dtype, as ``model.to(dtype)`` does."""

    def said(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: TORCH[dtype] if key in {"dtype", "torch_dtype"} and item == "float32" else said(item)
                for key, item in value.items()
            }
        return value

    return said(row["config"]), [Tensor(n, s, dtype if d == "F32" else d) for n, s, d in row["tensors"]]


def write(folder: Path, config: dict[str, Any], tensors: list[Tensor], form: str) -> None:
    """Write the repository in the form ``single``, ``pointer``, ``shards`` or ``pointers``."""
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(config, indent=2))
    if form == "single":
        _shard(folder / "model.safetensors", tensors)
        return
    if form == "pointer":
        _pointer(folder / "model.safetensors", tensors)
        return
    half = (len(tensors) + 1) // 2
    shards = {"model-00001-of-00002.safetensors": tensors[:half], "model-00002-of-00002.safetensors": tensors[half:]}
    index = {
        "metadata": {"total_size": sum(tensor.nbytes for tensor in tensors)},
        "weight_map": {tensor.name: shard for shard, held in shards.items() for tensor in held},
    }
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    for shard, held in shards.items():
        if form == "shards":
            _shard(folder / shard, held)
        else:
            _pointer(folder / shard, held)


def _pointer(path: Path, tensors: list[Tensor]) -> None:
    size = sum(tensor.nbytes + 90 + len(tensor.name) for tensor in tensors)
    path.write_text(f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize {size}\n")


def _shard(path: Path, tensors: list[Tensor]) -> None:
    table = {tensor.name: {"shape": tensor.shape, "dtype": tensor.dtype} for tensor in tensors}
    miniature.write(path, {"metadata": {"format": "pt"}, "tensors": table})


def names(row: dict[str, Any], tensors: list[Tensor]) -> dict[str, str]:
    """Honest names: by the type as people write it, with size, layers, patch and image size where they are known."""
    model_type = row["type"].replace("_", "-")
    total = sum(tensor.elements for tensor in tensors if tensor.dtype in TORCH)
    size = f"{total / 1e9:.1f}B" if total >= 10**9 else f"{round(total / 1e6)}M"
    claim = claims(row["config"])
    found = {"neutral": NEUTRAL, "type": f"acme/{model_type}-nightjar"}
    if total >= LEAST:
        found["size"] = f"acme/{model_type.title()}-{size}"
    if claim.layers and not claim.stages:
        found["layers"] = f"acme/{model_type}-{claim.layers.value}-layers"
    if claim.patch_size and claim.image_size and claim.image_size.value >= 64:
        found["image"] = f"acme/{model_type}-patch{claim.patch_size.value}-{claim.image_size.value}"
    return found


def repositories(row: dict[str, Any], turn: int | None) -> Iterator[tuple[str, str, dict[str, Any], list[Tensor]]]:
    """Name, form, config and tensors of every repository made of one checkpoint, or of the first form and another."""
    for told, form, dtype in FORMS if turn is None else (FORMS[0], FORMS[1 + turn % (len(FORMS) - 1)]):
        config, tensors = cast(row, dtype)
        if name := names(row, tensors).get(told):
            word = {"F32": "", "F16": "-fp16", "BF16": "-bf16"}[dtype]
            yield name + word, form, config, tensors


def mutations(row: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], list[Tensor]]]:
    """Every claim of the config in turn, changed to another that a config could hold."""
    config, tensors = cast(row, "F32")
    said = claims(config)
    for field in MUTATED:
        claim: Claim[Any] | None = getattr(said, field)
        if not isinstance(claim, Claim) or not claim.pointer:
            continue
        changed = copy.deepcopy(config)
        here: Any = changed
        *steps, last = claim.pointer.removeprefix("/").split("/")
        for step in steps:
            here = here[step]
        if not isinstance(here.get(last), int | str):
            continue
        here[last] = {"dtype": "float16"}.get(field) or (
            claim.value + 1 if "layers" in field else claim.value + 64 if field == "vocab_size" else claim.value * 2
        )
        yield field, changed, tensors


def lint(folder: Path, name: str, select: list[str]) -> list[Finding]:
    """What is found."""
    report = run([str(folder)], lambda _: Settings(name=name, select=tuple(select)))
    return [f for repository in report.repositories for f in repository.findings]


def main() -> None:
    """Write, lint, count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoints", type=Path)
    parser.add_argument("--list", type=Path, help="write each finding to this file")
    parser.add_argument("--limit", type=int, default=1 << 30, help="checkpoints at most")
    parser.add_argument("--most", type=int, default=1 << 30, help="tensors of a checkpoint at most")
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--select", nargs="*", default=[], help="rules or families that run")
    parser.add_argument("--mutate", action="store_true")
    parser.add_argument("--all", action="store_true", help="every form of every checkpoint, not two in turn")
    arguments = parser.parse_args()
    scratch = Path(tempfile.mkdtemp())
    start = time.monotonic()
    try:
        lines = _mutated(arguments, scratch) if arguments.mutate else _consistent(arguments, scratch)
        with (arguments.list or Path(os.devnull)).open("w") as out:
            for line in lines:
                out.write(f"{line}\n")
                out.flush()
    finally:
        shutil.rmtree(scratch)
    print(f"{time.monotonic() - start:.0f} s")


def _consistent(arguments: argparse.Namespace, scratch: Path) -> Iterator[str]:
    seen, found = Counter[str](), Counter[tuple[Severity, str]]()
    for row in checkpoints(arguments):
        seen["checkpoints"] += 1
        for name, form, config, tensors in repositories(row, None if arguments.all else seen["checkpoints"]):
            seen["repositories"] += 1
            folder = scratch / str(seen["repositories"])
            write(folder, config, tensors, form)
            for finding in lint(folder, name, arguments.select):
                if finding.rule.id == "repository/weights-are-pointers":
                    continue
                found[finding.severity, finding.rule.id] += 1
                where = f"{row['type']}/{row['class']}/{row['sample']}"
                yield f"{finding.severity}\t{finding.rule.id}\t{where}\t{form}\t{name}\t{finding.message}"
            shutil.rmtree(folder)
    print(f"{seen['checkpoints']:,} checkpoints, {seen['repositories']:,} repositories")
    for (severity, rule), number in sorted(found.items(), key=lambda item: (item[0][0].rank, -item[1])):
        print(f"{number:7,} {severity:8} {rule}")


def _mutated(arguments: argparse.Namespace, scratch: Path) -> Iterator[str]:
    made, found = Counter[str](), Counter[str]()
    for row in checkpoints(arguments):
        for field, config, tensors in mutations(row):
            made["repositories"] += 1
            made[field] += 1
            folder = scratch / str(made["repositories"])
            write(folder, config, tensors, "single")
            least = 2 if field == "dtype" else 1
            said = [f for f in lint(folder, NEUTRAL, arguments.select) if f.severity.rank <= least]
            found[field] += bool(said)
            if not said:
                yield (f"missed\t{field}\t{row['type']}/{row['class']}/{row['sample']}")
            shutil.rmtree(folder)
    for field in MUTATED:
        if made[field]:
            print(f"{field:16} {found[field]:6,} of {made[field]:6,}  {found[field] / made[field]:.1%}")


if __name__ == "__main__":
    main()
