"""An index and its shards do not belong together: a shard is missing, or a tensor is not where it should be.

``model.safetensors.index.json`` says which file holds which tensor. When some of its shards are there and
others are not, the model does not load; when a shard lacks a tensor that the index puts there, or holds one
that the index does not know, index and shards are of different models or of different saves.

When not one shard is there, the repository keeps only the description of its weights: that is a note.

Example: the index names five shards, ``model-00005-of-00005.safetensors`` is the only one in the folder.

How to mend: add the missing shards (or their LFS pointers), or save the model again so that the index is
written together with its shards.

Source: transformers 4.57, ``modeling_utils.load_sharded_checkpoint``.
"""

from __future__ import annotations

from collections.abc import Iterator

from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Checkpoint, Index, Location, ModelRepo
from dara_lint.settings import Settings


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold each index to the shards of its checkpoint."""
    for checkpoint in repo.checkpoints:
        if checkpoint.missing:
            yield _missing(checkpoint)
        elif checkpoint.index and checkpoint.complete:
            yield from _tensors(checkpoint, checkpoint.index)


def _missing(checkpoint: Checkpoint) -> Hit:
    at = Location(checkpoint.path, "/weight_map" if checkpoint.index else None, on_key=True)
    there, lacking = len(checkpoint.files), len(checkpoint.missing)
    shown = ", ".join(path.rpartition("/")[2] for path in checkpoint.missing[:3]) + (", …" if lacking > 3 else "")
    if not there:
        return Hit(
            at,
            f"the {lacking} shards that the index names are not in the repository"
            if lacking > 1
            else "the shard that the index names is not in the repository",
            found=f"0 of {lacking}",
            help="add the shards, or remove the index if the weights are kept elsewhere",
            severity=Severity.NOTE,
        )
    return Hit(
        at,
        f"{lacking} of {there + lacking} shards are missing: {shown}",
        found=f"{there} of {there + lacking}",
        help="add the missing shards, or save the model again",
    )


def _tensors(checkpoint: Checkpoint, index: Index) -> Iterator[Hit]:
    folder = f"{checkpoint.part}/" if checkpoint.part else ""
    held = {tensor.name: tensor.file for tensor in checkpoint.tensors}
    named = {name: folder + shard for name, shard in index.weight_map.items()}
    for template, names, severity in (
        ("that the index names {is} in no shard", sorted(named.keys() - held.keys()), Severity.ERROR),
        ("of the shards {is} not in the index", sorted(held.keys() - named.keys()), Severity.WARNING),
        (
            "{is} in another shard than the index says",
            sorted(name for name in held.keys() & named.keys() if held[name] != named[name]),
            Severity.ERROR,
        ),
    ):
        if names:
            word, verb = ("tensor", "is") if len(names) == 1 else ("tensors", "are")
            problem = template.format(**{"is": verb})
            shown = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
            yield Hit(
                Location(index.path, "/weight_map", on_key=True),
                f"{len(names)} {word} {problem}: {shown}",
                found=f"{len(names)} {problem}",
                help="save the model again, so that index and shards are written together",
                severity=severity,
            )


RULE = Rule(
    "repository/missing-shards", "shards or tensors of an index are missing", Severity.ERROR, 0.95, check, __doc__ or ""
)
