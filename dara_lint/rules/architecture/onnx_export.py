"""An ONNX export is of another model than the checkpoint it lies beside.

``onnx/model.onnx`` is taken for the same model as ``model.safetensors`` in the same repository. It is held to
it in two ways: a config.json beside the export must agree with the root's on what shapes the weights, and an
export whose weights are known must have about as many of them as the checkpoint.

Exports of a part (a decoder, an encoder, a vision tower), and files whose weights lie elsewhere, are not
counted; quantised exports are counted by their elements.

Example: a checkpoint of 22.7 M parameters beside an export of 109 M.

How to mend: export again from the checkpoint that is published.

Source: the folder layout that optimum and transformers.js use for exports.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dara_lint.blueprints.claim import Claim
from dara_lint.blueprints.fields import Claims, claims_of
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Checkpoint, Location, ModelRepo
from dara_lint.recognize.weighing import weigh
from dara_lint.rules.subject import main_config, main_part
from dara_lint.rules.thresholds import EXPORT
from dara_lint.settings import Settings

_WHOLE = re.compile(
    r"(?:.*/)?model(?:_(?:quantized|fp16|int8|uint8|q4|q4f16|bnb4|O[1-4]|qu?int8_\w+|optimized))?\.onnx"
)
_SHAPING = ("layers", "hidden_size", "vocab_size", "heads")


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold configs and weights of exports to the root's."""
    subject, root = main_config(repo), main_part(repo)
    if root is None:
        return
    for part in repo.parts:
        if subject and part.path.rpartition("/")[2].startswith("onnx") and part.config and part is not root:
            yield from _configs(subject[0].path, subject[1], part.config.path, claims_of(part.config))
    exports = [each for each in repo.checkpoints if _WHOLE.fullmatch(each.path) and each.complete]
    checkpoint = next((c for c in root.checkpoints if c.format in {"safetensors", "pytorch"} and c.complete), None)
    if checkpoint is None or not exports:
        return
    expected = _weight(checkpoint)
    for export in exports:
        weight = _weight(export)
        if expected and weight and max(weight, expected) / min(weight, expected) >= EXPORT:
            yield Hit(
                Location(export.path),
                f"the export holds {weight / 1e6:,.1f} M parameters, {checkpoint.path} holds {expected / 1e6:,.1f} M",
                found=f"{weight} {expected}",
                help="export again from the checkpoint that is published",
            )


def _weight(checkpoint: Checkpoint) -> int:
    return weigh(checkpoint).total or 0


def _configs(path: str, root: Claims, export_path: str, export: Claims) -> Iterator[Hit]:
    pairs: list[tuple[str, Claim[int] | Claim[str] | None, Claim[int] | Claim[str] | None]] = [
        ("model_type", root.model_type, export.model_type),
        *((key, getattr(root, key), getattr(export, key)) for key in _SHAPING),
    ]
    for key, one, other in pairs:
        if one and other and one.value != other.value:
            yield Hit(
                Location(export_path, other.pointer),
                f"{key} is {other.value} in the export's config, {one.value} in {path}",
                found=f"{other.value} {one.value}",
                help="export again from the checkpoint that is published",
                related=(Location(path, one.pointer),),
            )
            return


RULE = Rule("architecture/onnx-export", "an export is of another model", Severity.WARNING, 0.9, check, __doc__ or "")
