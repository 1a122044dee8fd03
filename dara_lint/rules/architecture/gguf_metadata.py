"""The metadata of a GGUF file contradicts its tensors.

llama.cpp builds a model from the metadata and then takes the tensors by name; it refuses a file of which one is
missing or has another shape. Which tensors an architecture has, with which dimensions, follows from a few keys
(``block_count``, ``embedding_length``, ``attention.head_count_kv``, …). Where the tensors differ, the key that
explains it is named, with the value that would fit. Tensors that the architecture has no name for are refused as
well; they are a warning, for a newer llama.cpp may have learnt them.

Left alone: architectures that are not known, files with blocks of different widths or with extra blocks for drafting,
adapters, vocabularies without tensors, and splits of which a file is missing.

Example: ``llama.block_count`` is 32 and the last block of the tensors is ``blk.27``.

How to mend: convert the model again; metadata that was edited by hand can be edited back (``gguf_set_metadata.py``).

Source: llama.cpp, ``load_arch_tensors`` of every architecture (September 2026); ``docs/libraries.md``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Checkpoint, Location, ModelRepo
from dara_lint.settings import Settings

if TYPE_CHECKING:
    from dara_lint.rules.gguf_promised import Held

MOST_NAMED = 3
"""Keys that a message names."""


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold each GGUF file's tensors to its metadata."""
    for checkpoint in repo.checkpoints:
        if checkpoint.format == "gguf" and checkpoint.complete and checkpoint.tensors:
            from dara_lint.rules.gguf_promised import held

            found = held(checkpoint)
            if isinstance(found, str):
                yield Skip(checkpoint.path, found)
            else:
                yield from _hits(checkpoint, found)


def _hits(checkpoint: Checkpoint, found: Held) -> Iterator[Hit]:
    from dara_lint.blueprints.gguf import rotary
    from dara_lint.rules.gguf_promised import shown

    for cause in found.comparison.causes:
        keys = found.ordered(cause)
        first = keys[0]
        there, fitting = cause.keys[first]
        others = ", or ".join(f"{found.key(key)} {cause.keys[key][1]}" for key in keys[1:MOST_NAMED])
        yield Hit(
            Location(checkpoint.files[0].path, found.key(first)),
            f"{found.key(first)} is {there}, but {shown(cause.differences[0])}; "
            f"{fitting} would fit{f' (or {others})' if others else ''}",
            found=f"{first} {there}",
            help="convert the model again, or write the value that fits into the metadata",
        )
    wrong = [each for each in found.comparison.unexplained if each.kind == "shape"]
    if wrong:
        yield Hit(
            Location(checkpoint.path, wrong[0].name),
            f"{shown(wrong[0])}; {sum(each.times for each in wrong)} tensors are not what the metadata says",
            found=wrong[0].name,
            help="convert the model again: llama.cpp refuses this file",
        )
    turned = rotary(found.metadata)
    if turned and not found.comparison.causes:
        yield Hit(
            Location(checkpoint.files[0].path, found.key("rope.dimension_count")),
            f"{found.key('rope.dimension_count')} is {turned[0]}, a head is {turned[1]} wide: llama.cpp refuses that",
            found=f"{turned[0]} {turned[1]}",
            help=f"write {turned[1]}, or convert the model again",
        )
    strange = [*found.comparison.strange, *found.comparison.strange_heads]
    if strange:
        yield Hit(
            Location(checkpoint.path, strange[0]),
            f"{strange[0]} is no tensor of a {found.architecture} model ({len(strange)} such tensors)",
            found=strange[0],
            help="write the architecture of these tensors, or convert the model again; a newer llama.cpp may know them",
            severity=Severity.WARNING,
            confidence=0.8,
        )
    missing = [each for each in found.comparison.unexplained if each.kind == "missing"]
    if missing and not strange:
        times = sum(each.times for each in missing)
        yield Hit(
            Location(checkpoint.path, missing[0].name),
            f"{missing[0].name}{f' and {times - 1} more tensors are' if times > 1 else ' is'} missing from this "
            f"{found.architecture} model",
            found=missing[0].name,
            help="convert the model again: llama.cpp refuses this file",
        )


RULE = Rule(
    "architecture/gguf-metadata",
    "a GGUF file's metadata contradicts its tensors",
    Severity.ERROR,
    0.95,
    check,
    __doc__ or "",
)
