"""An index's ``total_size`` is not the size of its shards.

``metadata.total_size`` counts the bytes of all tensors. Where it is half or twice that of the shards, the
index belongs to another save, another dtype or another model. Up to 1.5 times it is a note: a head that is
tied to the embedding was often counted twice. Headers are compared exactly; LFS pointers and other files by
their sizes, which are larger by the headers alone. An index whose shards are not all there is left alone.

Example: ``"total_size": 26953670656`` over shards of 13.5 GB.

How to mend: save the model again, so that index and shards are written together.

Source: transformers 5.23, ``save_pretrained``; huggingface_hub 1.1, ``split_torch_state_dict_into_shards``.
"""

from __future__ import annotations

from collections.abc import Iterator

from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Checkpoint, Location, ModelRepo
from dara_lint.rules.thresholds import INDEX_NOTE, INDEX_WARNING
from dara_lint.settings import Settings

ABSURD = 1 << 80
"""More bytes than any index can mean."""
PER_TENSOR = 400
"""Bytes that a header or a pickle spends on one tensor, at most."""


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold each index to the bytes of its shards."""
    for checkpoint in repo.checkpoints:
        index = checkpoint.index
        if index is None or index.total_size is None or index.total_size <= 0:
            continue
        if checkpoint.missing or not checkpoint.files:
            yield Skip(index.path, "not all shards of the index are there")
            continue
        low, high = _bytes(checkpoint)
        total = min(index.total_size, ABSURD)
        ratio = max(total / max(high, 1), max(low, 1) / total)
        if ratio < INDEX_NOTE:
            continue
        yield Hit(
            Location(index.path, "/metadata/total_size"),
            f"total_size is {_gigabytes(index.total_size)}, the shards hold {_gigabytes(high)}",
            found=str(total),
            help="save the model again, so that index and shards are written together",
            severity=Severity.WARNING if ratio >= INDEX_WARNING else Severity.NOTE,
        )


def _bytes(checkpoint: Checkpoint) -> tuple[int, int]:
    """Bounds of the bytes of all tensors."""
    if checkpoint.complete:
        held = sum(tensor.nbytes for tensor in checkpoint.tensors)
        return held, held
    sizes = sum(file.size for file in checkpoint.files)
    tensors = len(checkpoint.index.weight_map) if checkpoint.index else 0
    return max(0, sizes - PER_TENSOR * tensors), sizes


def _gigabytes(count: int) -> str:
    if count >= ABSURD:
        return "an absurd number of bytes"
    for size, unit in ((10**12, "TB"), (10**9, "GB"), (10**6, "MB")):
        if count >= size:
            return f"{count // (size // 100) / 100:.2f} {unit}"
    return f"{count:,} bytes"


RULE = Rule(
    "architecture/index-total-size",
    "an index's total_size is not that of its shards",
    Severity.WARNING,
    0.95,
    check,
    __doc__ or "",
)
