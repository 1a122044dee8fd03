"""The modules of a sentence-transformers model do not fit together.

``modules.json`` chains a transformer with pooling and dense layers, each with its own config. The pooling's width is
that of the transformer's hidden states, a dense layer takes what comes before it, its weights have the shape that
its config says, and every module that has a config has its folder. A mismatch fails when the model is loaded, or
when the first sentence is encoded. The width that comes out at the end is also held to the card's (``maps sentences
to a 384 dimensional dense vector space``).

Left alone: modules that are not known, transformers whose config does not say one hidden size.

Example: ``"word_embedding_dimension": 1024`` in ``1_Pooling`` beside a transformer with ``"hidden_size": 384``.

How to mend: save the model again with ``model.save_pretrained``; correct the card.

Source: sentence-transformers 6.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Document, Location, ModelRepo, Part
from dara_lint.settings import Settings

if TYPE_CHECKING:
    from dara_lint.blueprints.sentence_transformers import Module


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Follow the widths from module to module, and hold each to its weights."""
    listing = repo.root.documents.get("modules.json")
    if listing is not None and not listing.pointer:
        yield from _checked(repo, listing)


def _checked(repo: ModelRepo, listing: Document) -> Iterator[Hit]:
    from dara_lint.blueprints.sentence_transformers import SENTENCE, given, modules

    chain = modules(listing.value)
    parts = {part.path: part for part in repo.parts}
    widths: dict[str, int] = {}
    for number, module in enumerate(chain):
        part = parts.get(module.path)
        config = part.config if part else None
        if module.kind == "Transformer" and not number:
            widths = _hidden(config)
            continue
        if module.kind in {"Pooling", "Dense", "LayerNorm"} and not _there(repo, module):
            yield _absent(listing, number, module)
        if part is None or config is None or config.pointer or not config.table:
            widths = widths if module.kind in {"Normalize", "Dropout"} else {}
            continue
        hit = next(iter((*_takes(module, config, widths), *_stores(module, config, part))), None)
        if hit is not None:
            yield hit
        widths = {} if hit else given(module, config.table, widths)  # what follows from a mistake is none of its own
    if SENTENCE in widths:
        yield from _card(repo, widths[SENTENCE], chain)


def _hidden(config: Document | None) -> dict[str, int]:
    """The width of the transformer's token embeddings, where its config says one."""
    from dara_lint.blueprints.fields import claims_of
    from dara_lint.blueprints.sentence_transformers import TOKENS

    if config is None or config.pointer:
        return {}
    claim = claims_of(config)
    return {TOKENS: claim.hidden_size.value} if claim.hidden_size and not claim.components else {}


def _there(repo: ModelRepo, module: Module) -> bool:
    return not module.path or any(path.startswith(f"{module.path}/") for path in repo.files)


def _absent(listing: Document, number: int, module: Module) -> Hit:
    return Hit(
        Location(listing.path, f"/{number}/path"),
        f"modules.json lists {module.kind} in {module.path}, and that folder is not here",
        found=module.path,
        help=f"add {module.path}/config.json, or take the module out of modules.json",
    )


def _takes(module: Module, config: Document, widths: dict[str, int]) -> Iterator[Hit]:
    from dara_lint.blueprints.sentence_transformers import TOKENS, taken

    takes = taken(module, config.table)
    comes = widths.get(takes.feature) if takes else None
    if takes and comes and comes != takes.width:
        before = "the transformer's hidden states are" if takes.feature == TOKENS else "what comes before it is"
        yield Hit(
            Location(config.path, f"/{takes.key}"),
            f"{takes.key} is {takes.width}, but {before} {comes} wide",
            found=f"{takes.width} {comes}",
            help=f"write {comes} here, or put the transformer of this module beside it",
        )


def _stores(module: Module, config: Document, part: Part) -> Iterator[Hit]:
    from dara_lint.blueprints.sentence_transformers import stored

    for checkpoint in part.checkpoints:
        if not checkpoint.complete or checkpoint.format not in {"safetensors", "pytorch"}:
            continue
        shapes = {tensor.name: tensor for tensor in checkpoint.tensors}
        for promised in stored(module, config.table):
            tensor = shapes.get(promised.name)
            if tensor is None or tensor.shape == promised.shape or len(tensor.shape) != len(promised.shape):
                continue
            key, want, have = next(
                each for each in zip(promised.keys, promised.shape, tensor.shape, strict=True) if each[1] != each[2]
            )
            yield Hit(
                Location(config.path, f"/{key}"),
                f"{key} is {want}, but {promised.name} is {' × '.join(map(str, tensor.shape))}",
                found=f"{key} {want} {have}",
                help=f"write {have} here, or put the weights of this config beside it",
                related=(Location(tensor.file, tensor.name),),
            )
            return


_SAID = (
    r"maps [\w&, ]{1,60} to an? (\d{2,5})[- ]dimension(?:al|s)?[\w ]{0,12} vector space"
    r"|\*\*Output Dimensionality:\*\* (\d{2,5})"
)
"""What sentence-transformers' card templates say of the width, from version 2 to 6."""


def _card(repo: ModelRepo, width: int, chain: tuple[Module, ...]) -> Iterator[Hit]:
    if repo.card is None or repo.card.pointer:
        return
    for number, line in enumerate(repo.card.lines[:4000], 1):
        found = re.search(_SAID, line[:1000])
        if found and int(found[1] or found[2]) != width:
            said = found[1] or found[2]
            yield Hit(
                Location(repo.card.path, line=number, column=found.start(found.lastindex or 0) + 1, length=len(said)),
                f"the card says {said} dimensions, {chain[-1].kind} gives {width}",
                found=f"{said} {width}",
                help=f"write {width} in the card",
                severity=Severity.WARNING,
            )
            return


RULE = Rule(
    "architecture/sentence-modules",
    "modules of a sentence-transformers model do not fit together",
    Severity.ERROR,
    0.97,
    check,
    __doc__ or "",
)
