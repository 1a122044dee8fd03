"""The number of layers in the config, in the name and in the weights is not the same.

The config's number (``num_hidden_layers`` and its many spellings) decides how many layers are built: with
more than the weights hold, the rest stays random; with fewer, weights are dropped. Both happen silently.
A name says its layers as ``L-12``, ``6-layers`` or ``nl36``; ``layer-12`` is one of them.

The weights count only when all their names are known (an index, or every header) and their numbers run from
0 without a gap. Extra layers that predict further tokens are left out. Stages (swin, segformer) and shared
layers (albert) are not counted.

Example: ``"num_hidden_layers": 12`` beside an index that names ``model.layers.0`` to ``model.layers.21``.

How to mend: write the number that the weights hold into config.json, or rename the repository.

Source: the spellings are those of 735 configuration classes of transformers 5.23.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dara_lint import names
from dara_lint.blueprints.claim import Claim
from dara_lint.blueprints.fields import Claims, claims_of
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Checkpoint, Document, Location, ModelRepo
from dara_lint.names import Element
from dara_lint.recognize.structure import Structure, checkpoint_structure
from dara_lint.rules.numbers import numbers
from dara_lint.rules.promised import spoken_for
from dara_lint.rules.subject import is_transformers, main_config
from dara_lint.settings import Settings

_ONE = re.compile(r"(?i)layers?[-_ .]?\d")
"""One layer of several, or the first of a range: what a probe or a sparse autoencoder looks at."""
_DEPTHS = re.compile(
    r"^(?!.*(?:window|start|end|interval|freq|step|dense|moe|skip|every|idx|ids)).*(?:layers|depth|block)"
)
"""Keys of what may be the number of blocks in a stack."""


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold each config to the weights beside it, and the name to the config it speaks of."""
    for part in repo.parts:
        if part.config is None or part.adapter or spoken_for(repo, part.config.path):
            continue
        claim = claims_of(part.config)
        for checkpoint in part.checkpoints:
            if is_transformers(checkpoint) and _all_names(checkpoint):
                yield from _weights(part.config, claim, checkpoint, checkpoint_structure(checkpoint))
                break
    yield from _name(repo)


def _all_names(checkpoint: Checkpoint) -> bool:
    return checkpoint.complete or (checkpoint.index is not None and bool(checkpoint.index.weight_map))


def _weights(config: Document, claim: Claims, checkpoint: Checkpoint, found: Structure) -> Iterator[Hit]:
    if found.encoder_layers or found.decoder_layers:
        pairs = [
            ("encoder ", claim.encoder_layers, found.encoder_layers),
            ("decoder ", claim.decoder_layers, found.decoder_layers),
        ]
    elif found.layers in _claimed(claim) | numbers(config.table, _DEPTHS):
        return  # the encoder or the decoder alone, the tower that has most tensors, one of several stacks
    else:
        pairs = [("", claim.layers, found.layers)]
    runs = {stack.length for stack in found.stacks if stack.whole}
    for side, claimed, held in pairs:
        if claimed is None or held is None or claimed.value == held or held not in runs or claimed.value in runs:
            continue
        yield Hit(
            Location(config.path, claimed.pointer),
            f"the config says {claimed.value} {side}layers, the weights hold {held}",
            found=str(claimed.value),
            help=f"write {held} here, or add the weights of the missing layers"
            if claimed.value > held
            else f"write {held} here; as it is, only the first {claimed.value} are loaded",
            severity=Severity.WARNING if "auto_map" in config.table else Severity.ERROR,
            related=(Location(checkpoint.path),),
        )


def _claimed(claim: Claims) -> set[int]:
    """Every number of layers that the config gives to something."""
    own = {c.value for c in (claim.layers, claim.encoder_layers, claim.decoder_layers) if c}
    return own.union(*(_claimed(inner) for inner in claim.components.values()))


def _name(repo: ModelRepo) -> Iterator[Hit]:
    subject = main_config(repo)
    if repo.name is None or subject is None:
        return
    config, claim = subject
    if any("backbone" in key for key in config.table):
        return  # the 50 of detr-resnet-50 is its backbone's
    segments = names.parse(repo.name).of(Element.layers)
    said = [s for s in segments if s.normal.isdecimal() and s.confidence >= 0.8 and not _ONE.match(s.text)]
    known = [c for c in (claim.layers, claim.encoder_layers, claim.decoder_layers) if c]
    if len(said) != 1 or not known or said[0].normal == "1" or _agrees(int(said[0].normal), known):
        return  # one layer is what a linear head reads (dinov2-base-imagenet1k-1-layer)
    yield Hit(
        Location(config.path, known[0].pointer),
        f"the name says {said[0].normal} layers ({said[0].text}), the config {known[0].value}",
        found=f"{said[0].normal} {known[0].value}",
        help="rename the repository, or correct the config if the weights hold the other number",
    )


def _agrees(said: int, known: list[Claim[int]]) -> bool:
    values = [claim.value for claim in known]
    return said in values or said == sum(values)


RULE = Rule("architecture/layers", "numbers of layers disagree", Severity.WARNING, 0.95, check, __doc__ or "")
