"""Image or patch size in the name is another than in the config.

``vit-base-patch16-224`` says patches of 16 and images of 224 pixels. The patch size fixes the shape of the
first weights and the image size the number of positions, so another value in the config is another model.
An image size that the preprocessor gives is accepted too: convolutional models have none in the config.

Example: ``vit-base-patch16-384`` beside ``"image_size": 224``.

How to mend: rename the repository, or correct the config if the weights agree with the name.

Source: the naming scheme of ViT checkpoints (timm, transformers).
"""

from __future__ import annotations

from collections.abc import Iterator

from dara_lint import names
from dara_lint.blueprints.claim import Claim
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Document, Json, Location, ModelRepo
from dara_lint.names import Element
from dara_lint.rules.subject import main_config, main_part
from dara_lint.settings import Settings


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold ``patch=`` and ``image=`` of the name to the config."""
    subject, part = main_config(repo), main_part(repo)
    if repo.name is None or subject is None or part is None:
        return
    config, claim = subject
    processed = _sizes(part.documents.get("preprocessor_config.json"))
    for key, word, claimed, others in (
        ("patch=", "patches", claim.patch_size, frozenset[int]()),
        ("image=", "images", claim.image_size, processed),
    ):
        said = [s for s in names.parse(repo.name).of(Element.characteristic) if s.normal.startswith(key)]
        if len(said) != 1 or claimed is None:
            continue
        size = int(said[0].normal.removeprefix(key))
        if size not in others | {claimed.value}:
            yield _hit(config, word, size, claimed)


def _hit(config: Document, word: str, size: int, claimed: Claim[int]) -> Hit:
    return Hit(
        Location(config.path, claimed.pointer),
        f"the name says {word} of {size} pixels, the config {claimed.value}",
        found=f"{word} {size} {claimed.value}",
        help="rename the repository, or correct the config if the weights agree with the name",
    )


def _sizes(document: Document | None) -> frozenset[int]:
    """Every side that a preprocessor resizes or crops to."""
    found: set[int] = set()

    def take(value: Json) -> None:
        if isinstance(value, dict):
            for inner in value.values():
                take(inner)
        elif isinstance(value, int):
            found.add(value)

    if document:
        take(document.table.get("size"))
        take(document.table.get("crop_size"))
    return frozenset(found)


RULE = Rule("architecture/image-size", "image or patch sizes disagree", Severity.WARNING, 0.9, check, __doc__ or "")
