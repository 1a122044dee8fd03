"""GGUF files: their metadata as blueprints read it.

The type of a file is ``gguf.`` and its ``general.architecture``; the keys of its config are the metadata keys after the
architecture's name. The blueprints in ``gguf.bin`` are those of llama.cpp's loader, which refuses a file of which a
tensor is missing or of another shape than the metadata says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dara_lint.blueprints.evidence import Shape
from dara_lint.blueprints.expectation import Expectation
from dara_lint.model import Json

LIBRARY = "gguf."
DEEPEST = 5
"""Dots of a metadata key that are followed."""
_PER_LAYER = frozenset({"attention.head_count", "attention.head_count_kv", "feed_forward_length"})
"""Keys that may be a list with a number for each block; only lists of equal numbers are understood."""
_SWA = ("attention.key_length", "attention.value_length", "rope.dimension_count")
"""Keys that blocks with a sliding window may have a value of their own for (``…_swa``)."""


def described(metadata: Mapping[str, Json], names: Iterable[str]) -> dict[str, Json] | None:
    """The metadata as a config, or None when it is of no model or says what is not understood.

    Not understood are blocks of different widths, and further blocks that draft tokens. ``tokens`` is the number
    of tokens in the vocabulary, ``token_types`` that of token types, ``labels`` that of classes, ``has`` which
    tensors are stored fused.
    """
    architecture = metadata.get("general.architecture")
    if not isinstance(architecture, str) or metadata.get("general.type") not in {None, "model"}:
        return None
    config: dict[str, Json] = {"model_type": LIBRARY + architecture, "architectures": [architecture]}
    own: dict[str, Json] = {}
    for key, value in metadata.items():
        if key.startswith(f"{architecture}."):
            own[key.removeprefix(f"{architecture}.")] = value
    if own.get("nextn_predict_layers") or any(own.get(f"{key}_swa") not in {None, own.get(key)} for key in _SWA):
        return None
    for key, value in own.items():
        if key in _PER_LAYER and not isinstance(value, int):
            if not isinstance(value, list) or not value or any(item != value[0] for item in value):
                return None
            _put(config, key, value[0])
        else:
            _put(config, key, value)
    tokens = _length(metadata.get("tokenizer.ggml.tokens"))
    config["tokens"] = own.get("vocab_size") if tokens is None else tokens
    config["token_types"] = metadata.get("tokenizer.ggml.token_type_count", 0)
    config["labels"] = _length(own.get("classifier.output_labels")) or 1
    for part in sorted({name.split(".")[2] for name in names if name.startswith("blk.") and name.count(".") == 3}):
        if part in {"attn_qkv", "ffn_gate_up_exps"}:
            _put(config, f"has.blk.{{}}.{part}.weight", value=True)
    return config


_WHOLE = frozenset({"llama", "deci", "falcon", "llama-embed"})
"""Architectures whose loader refuses rotary embeddings of a part of a head (``load_hparams``: invalid n_rot)."""


def rotary(metadata: Mapping[str, Json]) -> tuple[int, int] | None:
    """The rotary dimensions and the head's width where a loader wants them equal and they are not, else None."""
    name = metadata.get("general.architecture")
    if name not in _WHOLE:
        return None
    width, heads, head, turned = (
        value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
        for value in (
            metadata.get(f"{name}.{key}")
            for key in ("embedding_length", "attention.head_count", "attention.key_length", "rope.dimension_count")
        )
    )
    if head is None and width and heads:
        head = width // heads
    return (turned, head) if turned and head and turned != head else None


def pointer(metadata: Mapping[str, Json], key: str) -> str:
    """The metadata key that a config's key stands for."""
    if key == "tokens" and "tokenizer.ggml.tokens" in metadata:
        return "tokenizer.ggml.tokens"
    if key == "token_types":
        return "tokenizer.ggml.token_type_count"
    own = {"tokens": "vocab_size", "labels": "classifier.output_labels"}.get(key, key)
    return f"{metadata.get('general.architecture')}.{own}"


def agreeing(shapes: Mapping[str, Shape], expectation: Expectation) -> dict[str, Shape]:
    """The shapes, leading ones left out or added where the promise differs in nothing else: ggml sees no difference."""
    out = dict(shapes)
    for promised in expectation.tensors:
        shape = out.get(promised.name)
        if shape and len(shape) != len(promised.shape) and _stripped(shape) == _stripped(promised.shape):
            out[promised.name] = tuple(size or 0 for size in promised.shape)
    return out


def _stripped(shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
    while len(shape) > 1 and shape[0] == 1:
        shape = shape[1:]
    return shape


def _length(value: Json) -> int | None:
    """The length of an array as the reader gives it: a list, or its length when it is long."""
    if isinstance(value, list):
        return len(value)
    length = value.get("length") if isinstance(value, dict) else None
    return length if isinstance(length, int) else None


def _put(config: dict[str, Json], key: str, value: Json) -> None:
    """Write a value at a dotted key; one that stands both for a value and for a table keeps what came first."""
    here = config
    *steps, last = key.split(".")
    if len(steps) > DEEPEST:
        return
    for step in steps:
        inner = here.setdefault(step, {})
        if not isinstance(inner, dict):
            return
        here = inner
    here.setdefault(last, value)
