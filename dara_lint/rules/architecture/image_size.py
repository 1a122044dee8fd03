"""Image or patch size of the config is another than the name's or that of the weights.

``vit-base-patch16-224`` says patches of 16 and images of 224 pixels. The patch size fixes the shape of the
first weights and the image size the number of positions, so another value in the config is another model.
An image size that the preprocessor gives is accepted for the name: convolutional models have none in the config.

The weights tell the patch by the kernel of the patch embedding, and the image by the positions beside it, when
those are a square number of patches with at most two further tokens.

Example: ``vit-base-patch16-384`` beside ``"image_size": 224``.

How to mend: rename the repository, or correct the config where the weights say otherwise.

Source: the naming scheme of ViT checkpoints (timm, transformers); Dosovitskiy et al. 2021, section 3.1.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from dara_lint import names
from dara_lint.blueprints.claim import Claim
from dara_lint.blueprints.fields import Claims, claims_of
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Document, Json, Location, ModelRepo, Part, Tensor
from dara_lint.names import Element
from dara_lint.rules.numbers import numbers
from dara_lint.rules.promised import spoken_for
from dara_lint.rules.subject import is_transformers, main_config, main_part
from dara_lint.settings import Settings

_PATCHES = re.compile(r"(?:^|[._])patch_embed(?:s|dings?)?(?:\.(?:patch_embeddings?|proj(?:ection)?|conv))*\.weight$")
_POSITIONS = re.compile(r"(?:^|[._])pos(?:ition)?_embed(?:s|dings?)?(?:\.weight)?$")
MOST_CHANNELS = 4
_STRIDES = re.compile("(?<!encoder_)stride")
_KERNELS = re.compile(r"patch|kernel|(?<!encoder_)stride")
"""Keys of what may be the side of the first convolution."""
_IMAGES = re.compile("image|img|resolution|input_size")
"""Keys of what may be the side of an image, also of one that the model was trained on first."""
MOST_TOKENS = 16
"""Positions that belong to no patch: the class, a teacher, registers."""


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold ``patch=`` and ``image=`` of the name to the config, and each config to the weights beside it."""
    for part in repo.parts:
        if part.config and part.config.table and not part.adapter and not spoken_for(repo, part.config.path):
            yield from _weights(part, part.config)
    yield from _name(repo)


def _name(repo: ModelRepo) -> Iterator[Hit]:
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


def _weights(part: Part, config: Document) -> Iterator[Hit]:
    """The only patch embedding of the weights, and the positions beside it, against the only claim of each."""
    checkpoint = next((c for c in part.checkpoints if is_transformers(c) and c.complete), None)
    found = {t.name: t for t in checkpoint.tensors if _PATCHES.search(t.name)} if checkpoint else {}
    kernels = {name: t for name, t in found.items() if len(t.shape) in {4, 5} and _is_of_pixels(t.shape)}
    towers = [tower for tower in _towers(claims_of(config)) if tower.patch_size]
    if checkpoint is None or len(found) != 1 or len(kernels) != 1 or len({tower.patch_size for tower in towers}) != 1:
        return
    ((name, kernel),) = kernels.items()
    patch, image = towers[0].patch_size, towers[0].image_size
    if patch is None:
        return
    held = kernel.shape[-1]
    if held % 2:
        return  # patches that overlap (FocalNet's 7 for patches of 4): the kernel is not the patch
    if held not in numbers(config.table, _KERNELS):
        yield _differs(config, patch, held, kernel)
        return
    if patch.value != held or image is None:
        return
    near = name[: name.rindex("patch")]
    positions = [t for t in checkpoint.tensors if t.name.startswith(near) and _POSITIONS.search(t.name)]
    rows = positions[0].elements // kernel.shape[0] if len(positions) == 1 and kernel.shape[0] else 0
    sides = [
        math.isqrt(rows - extra) for extra in range(3) if rows > 3 and math.isqrt(rows - extra) ** 2 == rows - extra
    ]
    steps = {held} | {step for step in numbers(config.table, _STRIDES) if step > 0}
    if len(sides) != 1 or any(0 <= rows - (image.value // step) ** 2 <= MOST_TOKENS for step in steps):
        return
    side = sides[0] * held
    if side not in numbers(config.table, _IMAGES):
        yield _differs(config, image, side, positions[0])


def _is_of_pixels(shape: tuple[int, ...]) -> bool:
    """The convolution is square and reads the channels of an image, not the features of another network."""
    return shape[-1] == shape[-2] and shape[1] <= MOST_CHANNELS


def _towers(claim: Claims) -> Iterator[Claims]:
    yield claim
    for inner in claim.components.values():
        yield from _towers(inner)


def _differs(config: Document, claimed: Claim[int], held: int, tensor: Tensor) -> Hit:
    key = claimed.pointer.rpartition("/")[2]
    return Hit(
        Location(config.path, claimed.pointer),
        f"{key} is {claimed.value}, but {tensor.name} is made for {held} (its shape is {list(tensor.shape)})",
        found=f"{claimed.value} {held}",
        help=f"write {held} here, or upload the weights that belong to {claimed.value}",
        severity=Severity.WARNING if "auto_map" in config.table else Severity.ERROR,
        related=(Location(tensor.file, tensor.name),),
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
