"""The config promises another number of parameters than the size of the weights allows.

Where headers cannot be read (LFS pointers, a pickle, an index without its shards), sizes still tell: a config
fixes the number of parameters exactly, and each takes two bytes or four. Weights that are neither are those of
another model, or the config is. Quantised weights, adapters and custom code are left alone; headers, where they
are here, are compared tensor by tensor by ``architecture/tensor-shapes``.

Example: a config of 6.74 B parameters beside pointers to 26.0 GB in ``float16``, which is 13.0 B.

How to mend: put the config of these weights here, or the weights of this config.

Source: blueprints inferred from transformers 5.23; sizes of 45 real repositories (``docs/blueprints.md``).
"""

from __future__ import annotations

from collections.abc import Iterator

from dara_lint.blueprints import Expectation, expect
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Checkpoint, Document, Location, ModelRepo, Part
from dara_lint.rules.held import USUAL, foreign
from dara_lint.rules.promised import promised, quantised
from dara_lint.rules.subject import is_transformers
from dara_lint.settings import Settings

WARNING, ERROR = 1.15, 1.35
"""Ratios, either way, to the nearest of two and four bytes a parameter; those two are 2 apart, so a ratio never
exceeds 1.41 between them. Old buffers, headers and pickles of 45 real repositories added 0 to 10 %."""
LEAST = 50_000_000
"""Bytes below which headers and buffers count too much to judge."""


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold the promised parameters to bytes where no header says more."""
    traced = {each.held.config.path for each in promised(repo) if each.comparison and each.comparison.causes}
    traced |= foreign(repo)
    for part in repo.parts:
        config = part.config
        if config is None or config.pointer or part.adapter or "auto_map" in config.table or config.path in traced:
            continue
        checkpoint = _unread(part)
        expectation = expect(config.table) if checkpoint else None
        if checkpoint is None or expectation is None or not expectation.exact:
            continue
        if quantised(config.table, checkpoint):
            continue
        size = _bytes(checkpoint)
        if size is None:
            yield Skip(checkpoint.path, "neither headers nor sizes of all weights are known")
        elif size >= LEAST:
            yield from _judged(config, checkpoint, expectation, size)


def _unread(part: Part) -> Checkpoint | None:
    """The part's usual checkpoint, unless its headers could be read."""
    for checkpoint in part.checkpoints:
        if is_transformers(checkpoint) and USUAL.match(checkpoint.path.rpartition("/")[2]):
            return None if checkpoint.complete else checkpoint
    return None


def _bytes(checkpoint: Checkpoint) -> int | None:
    """Bytes of all tensors: what the index says, or the files' own sizes when none is missing."""
    if checkpoint.index is not None and checkpoint.index.total_size:
        return checkpoint.index.total_size
    if checkpoint.missing or not checkpoint.files:
        return None
    return sum(file.size for file in checkpoint.files)


def _judged(config: Document, checkpoint: Checkpoint, expectation: Expectation, size: int) -> Iterator[Hit]:
    promise = expectation.parameters
    if promise <= 0 or size > 1 << 50:
        return
    ratios = [size / (promise * width) for width in (2, 4)]
    miss = min(max(ratio, 1 / ratio) for ratio in ratios)
    if miss < WARNING:
        return
    yield Hit(
        Location(config.path, "/architectures" if "architectures" in config.table else "/model_type"),
        f"the config promises {promise / 1e9:.2f} B parameters, {promise * 2 / 1e9:.2f} GB in half precision and "
        f"{promise * 4 / 1e9:.2f} GB in full, the weights take {size / 1e9:.2f} GB",
        found=f"{promise} {size}",
        help="put the config of these weights here, or the weights of this config",
        severity=Severity.ERROR if miss >= ERROR else Severity.WARNING,
        related=(Location(checkpoint.path),),
    )


RULE = Rule(
    "architecture/config-parameters",
    "the config promises other parameters than the weights take",
    Severity.WARNING,
    0.9,
    check,
    __doc__ or "",
)
