"""Components of diffusers held to the blueprint of their class: a folder's config.json and the weights beside it."""

from __future__ import annotations

from collections.abc import Iterator

from dara_lint.blueprints import Expectation, expect
from dara_lint.blueprints.diffusers import component, modern, unseen
from dara_lint.blueprints.fields import claims_of
from dara_lint.model import Checkpoint, ModelRepo, Part
from dara_lint.rules.held import Held

WEIGHTS = "diffusion_pytorch_model"


def weights_of(part: Part) -> Checkpoint | None:
    """The component's checkpoint whose tensors are known by name, the usual one before its variants."""
    named = [
        checkpoint
        for checkpoint in part.checkpoints
        if checkpoint.path.rpartition("/")[2].startswith(WEIGHTS)
        and checkpoint.format in {"safetensors", "pytorch"}
        and checkpoint.tensor_names
    ]
    return min(named, key=lambda checkpoint: checkpoint.variant != "") if named else None


def components(repo: ModelRepo) -> Iterator[tuple[Held, Expectation]]:
    """Each component whose class has a blueprint, and what its config promises."""
    for part in repo.parts:
        config = part.config
        if config is None or config.pointer:
            continue
        whole = component(config.table)
        checkpoint = weights_of(part)
        if whole is None or checkpoint is None or unseen(config.table):
            continue
        expectation = expect(whole)
        if expectation is not None:
            yield Held(part, config, claims_of(config), checkpoint), expectation


def shapes_of(checkpoint: Checkpoint) -> dict[str, tuple[int, ...] | None]:
    """Names and shapes as the newest diffusers would write them; shapes unknown where only an index is here."""
    if checkpoint.complete:
        return modern({tensor.name: tensor.shape for tensor in checkpoint.tensors})
    return modern(dict.fromkeys(checkpoint.tensor_names))
