"""How many parameters a whole repository holds: the copies of a model counted once, its components together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from dara_lint.blueprints.fields import Claims, claims_of
from dara_lint.blueprints.quantization import Quantization, quantize_config
from dara_lint.model import Checkpoint, ModelRepo, Part
from dara_lint.recognize.expectation import Bounds, expected
from dara_lint.recognize.weighing import Weighed, is_usual, weigh
from dara_lint.remember import by_identity

SAME = 1.15
"""Copies of one model in several files or formats differ by less (buffers, tied heads, an export's constants)."""

_ORDER = ("safetensors", "pytorch", "gguf", "onnx", "h5", "msgpack", "tflite")
_QUANTIZERS = ("quantize_config.json", "quant_config.json", "hf_quant_config.json")
_DENOISERS = ("transformer", "unet", "prior", "decoder", "dit")


_HELPER = re.compile(r"mmproj|imatrix|(?:^|[/._-])(?:draft|assistant|mtp)(?:[/._-]|$)")
"""Files beside a model that are not the model: a projector, an importance matrix, a draft model."""


@by_identity
def repo_size(repo: ModelRepo) -> Weighed:
    """The best evidence of the repository's size; ``total`` is None, with the reason, when there is none.

    One part is meant: the root, or the only folder with weights. Of several copies in it (safetensors beside
    a ``.bin``, fp16 variants, quantised exports) one is weighed. A diffusers pipeline is the sum of the
    components that its ``model_index.json`` names.
    """
    if index := repo.root.documents.get("model_index.json"):
        return _pipeline(repo, [key for key, value in index.table.items() if _is_component(value)])
    part = _main(repo)
    if part is None:
        return Weighed("config", "", reason="no weights, or several models in one repository")
    return part_size(part)


def part_size(part: Part) -> Weighed:
    """The best evidence of one part's size, or the promise of its configuration where there are no weights."""
    config = claims_of(part.config) if part.config and part.config.table else None
    declared = quantizer(part)
    full = [checkpoint for checkpoint in part.checkpoints if not is_adapter_file(checkpoint)]
    if not full and (part.adapter or part.checkpoints):
        weighed = [weigh(checkpoint, config, declared) for checkpoint in part.checkpoints]
        path = part.adapter.path if part.adapter else part.checkpoints[0].path
        fallback = Weighed("config", path, kind="adapter", reason="an adapter, not the model")
        return next((item for item in weighed if item.kind == "adapter"), fallback)
    found = [weigh(checkpoint, config, declared) for checkpoint in _preferred(full)]
    if part.adapter and not any(item.exact or (item.bounds and not item.reason) for item in found):
        return Weighed("config", part.adapter.path, kind="adapter", reason="an adapter, not the model")
    known = [item for item in found if item.bounds]
    if known:
        return _agreed(known)
    if found:
        return found[0]
    return _promised(part, config)


def _promised(part: Part, config: Claims | None) -> Weighed:
    promise = expected(config) if config else None
    path = part.config.path if part.config else part.path
    if promise is None:
        return Weighed("config", path, reason="no weights, and the configuration does not say the size")
    middle = (promise.total.low + promise.total.high) // 2
    return Weighed("config", path, middle, promise.total, readings={"all parameters": promise.total})


def _is_component(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(isinstance(item, str) for item in value)


def _pipeline(repo: ModelRepo, components: Sequence[str]) -> Weighed:
    parts = {part.path: part for part in repo.parts}
    weighed = {key: part_size(parts[key]) for key in components if key in parts and parts[key].checkpoints}
    if not weighed:
        return Weighed("config", "model_index.json", reason="no component of the pipeline has weights here")
    lacking = [key for key, item in weighed.items() if item.bounds is None]
    if lacking:
        return Weighed("config", "model_index.json", reason=f"the size of {lacking[0]} is not known")
    bounds = [item.bounds for item in weighed.values() if item.bounds]
    total = Bounds(sum(item.low for item in bounds), sum(item.high for item in bounds))
    readings = {"all components": total}
    for key in _DENOISERS:
        if key in weighed and (alone := weighed[key].bounds):
            readings[f"the {key}"] = alone
    worst = min(weighed.values(), key=lambda item: item.exact)
    return Weighed(
        worst.basis,
        "model_index.json",
        sum(item.total or item.bounds.low for item in weighed.values() if item.bounds),
        total,
        exact=all(item.exact for item in weighed.values()),
        readings=readings,
        nbytes=sum(item.nbytes for item in weighed.values()),
    )


def _main(repo: ModelRepo) -> Part | None:
    root = repo.root
    if root.checkpoints or root.config or root.adapter:
        return root
    inner = [part for part in repo.parts if part.checkpoints]
    return inner[0] if len(inner) == 1 else None


def quantizer(part: Part) -> Quantization | None:
    """The quantisation that a file beside the config declares (``quantize_config.json`` and its like)."""
    documents = (part.documents.get(name) for name in _QUANTIZERS)
    return next((found for document in documents if document and (found := quantize_config(document.table))), None)


def is_adapter_file(checkpoint: Checkpoint) -> bool:
    """The file bears a name that PEFT and diffusers give to adapters."""
    name = checkpoint.path.rpartition("/")[2].lower()
    return "adapter" in name or name.startswith("pytorch_lora_weights")


def _preferred(checkpoints: Iterable[Checkpoint]) -> list[Checkpoint]:
    """The checkpoints of one format: headers before bytes, usual files before variants, by ``_ORDER``."""
    checkpoints = tuple(checkpoints)

    def rank(checkpoint: Checkpoint) -> tuple[bool, bool, int]:
        return (not checkpoint.complete, bool(checkpoint.variant), _ORDER.index(checkpoint.format))

    best = min((rank(checkpoint) for checkpoint in checkpoints), default=None)
    equal = [checkpoint for checkpoint in checkpoints if rank(checkpoint) == best]
    return [checkpoint for checkpoint in equal if is_usual(checkpoint.path)] or [
        checkpoint for checkpoint in equal if not _HELPER.search(checkpoint.path.lower())
    ]


def _agreed(weighed: Sequence[Weighed]) -> Weighed:
    """One of several that agree; no size when they do not, for it is not known which one is meant."""
    first = max(weighed, key=lambda item: item.total or 0)
    for other in weighed:
        if other.total and first.bounds and first.bounds.widened(SAME).ratio(other.total) > 1:
            return Weighed(first.basis, first.path, reason="several checkpoints of different sizes")
    return first
