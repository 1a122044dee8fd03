"""The weights are not those of the timm architecture that config.json names.

A timm config names an architecture, and the name alone fixes every tensor but for the head, the input channels and
what depends on the image's size. A digest of the others' names and shapes tells which of timm's architectures weights
are, so weights of another one are named. Where no architecture fits exactly (own arguments, an older timm), only the
number of parameters is held to the name. The head has as many rows as ``num_classes`` says.

Left alone: architectures that timm does not know, weights without headers, and, for numbers of parameters, configs
with ``model_args``.

Example: ``"architecture": "resnet50"`` beside the weights of a resnet101.

How to mend: write the architecture of these weights, or put the weights of this one here.

Source: timm 1.0.31, every architecture built once; ``docs/libraries.md``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Checkpoint, Document, Json, Location, ModelRepo
from dara_lint.rules.wording import parameters
from dara_lint.settings import Settings

if TYPE_CHECKING:
    from dara_lint.blueprints.timm import Known

APART = 1.5
"""Ratio of the numbers of parameters from which weights are not those of the architecture named."""
ALIKE = 1.002
"""Ratio below which another architecture may be this one made with arguments of its own (another pooling)."""


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold each timm config to the weights beside it."""
    for part in repo.parts:
        config = part.config
        if config is None or config.pointer or not _is_timm(config.table):
            continue
        from dara_lint.blueprints.timm import known

        claimed = known(str(config.table["architecture"]))
        if claimed is None:
            yield Skip(config.path, "the architecture is none of timm's")
            continue
        yield from _features(config, claimed)
        for checkpoint in part.checkpoints:
            if checkpoint.complete and checkpoint.tensors and checkpoint.format in {"safetensors", "pytorch"}:
                yield from _weights(config, claimed, checkpoint)
                break


def _is_timm(table: dict[str, Json]) -> bool:
    named = isinstance(table.get("architecture"), str) and "model_type" not in table
    return named and ("pretrained_cfg" in table or "num_features" in table)


def _features(config: Document, claimed: Known) -> Iterator[Hit]:
    said = config.table.get("num_features")
    plain = not config.table.get("model_args")
    if isinstance(said, int) and not isinstance(said, bool) and said != claimed.features and plain:
        yield Hit(
            Location(config.path, "/num_features"),
            f"num_features is {said}, {claimed.name} has {claimed.features}",
            found=f"{claimed.name} {said}",
            help=f"write {claimed.features} here, or the architecture that has {said}",
            severity=Severity.WARNING,
        )


def _weights(config: Document, claimed: Known, checkpoint: Checkpoint) -> Iterator[Hit]:
    from dara_lint.blueprints.timm import body, named

    shapes = {tensor.name: tensor.shape for tensor in checkpoint.tensors}
    mine = body(shapes.items(), claimed.head, claimed.first)
    if mine.digest == claimed.digest:
        yield from _head(config, claimed, checkpoint)
        return
    plain = not config.table.get("model_args")
    like = [each for each in named(shapes) if plain or _ratio(each.parameters, claimed.parameters) > ALIKE]
    far = any(_ratio(each.parameters, claimed.parameters) > ALIKE for each in like)
    if like:
        yield Hit(
            Location(config.path, "/architecture"),
            f"the architecture is {claimed.name}, these are weights of {' or '.join(each.name for each in like[:3])}",
            found=f"{claimed.name} {like[0].name}",
            help=f"write {like[0].name} here, or put the weights of {claimed.name} beside it",
            severity=Severity.ERROR if far else Severity.WARNING,
            related=(Location(checkpoint.path),),
        )
    elif _ratio(mine.parameters, claimed.parameters) > APART and plain:
        yield Hit(
            Location(config.path, "/architecture"),
            f"{claimed.name} has {parameters(claimed.parameters)} parameters besides its head, "
            f"the weights hold {parameters(mine.parameters)}",
            found=f"{claimed.name} {mine.parameters}",
            help="write the architecture of these weights, or the arguments that it was made with in model_args",
            severity=Severity.WARNING,
            related=(Location(checkpoint.path),),
        )


def _head(config: Document, claimed: Known, checkpoint: Checkpoint) -> Iterator[Hit]:
    classes = config.table.get("num_classes")
    if not isinstance(classes, int) or isinstance(classes, bool):
        return
    for tensor in checkpoint.tensors:
        module, _, last = tensor.name.rpartition(".")
        if module in claimed.head and last == "weight" and tensor.shape and tensor.shape[0] != classes:
            yield Hit(
                Location(config.path, "/num_classes"),
                f"num_classes is {classes}, but {tensor.name} has {tensor.shape[0]} rows",
                found=f"{classes} {tensor.shape[0]}",
                help=f"write {tensor.shape[0]} here, or put the weights of this config beside it",
                related=(Location(tensor.file, tensor.name),),
            )
            return


def _ratio(one: int, other: int) -> float:
    return max(one, other) / max(1, min(one, other))


RULE = Rule(
    "architecture/timm-architecture",
    "the weights are not of the timm architecture that is named",
    Severity.ERROR,
    0.95,
    check,
    __doc__ or "",
)
