"""How many parameters a checkpoint holds, by the best evidence there is: headers, or bytes and a dtype."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from dara_lint.blueprints.fields import Claims
from dara_lint.blueprints.quantization import Quantization
from dara_lint.facts import fact, field
from dara_lint.model import BITS, Checkpoint
from dara_lint.recognize.counting import Kind, count
from dara_lint.recognize.expectation import Bounds, Promise, expected, is_certain
from dara_lint.recognize.structure import is_tower

Basis = Literal["headers", "index", "pointer sizes", "file sizes", "config"]

MOST = 1 << 60
"""More parameters or bytes are no size but an attack or a broken file."""
SLACK = 1.25
"""Bounds of ``expectation`` are held this loosely when they decide between dtypes (which differ by two)."""


@fact
class Weighed:
    """The size of a checkpoint or a repository.

    ``total`` is the best single number (None: see ``reason``), ``bounds`` where it can lie; they are one
    when it is ``exact``. A ``reason`` beside a total says what casts doubt on it. ``readings`` are the
    bounds of each number that an honest name may mean. ``dtypes`` gives parameters by stored dtype (headers
    only), ``nbytes`` the bytes of the weights.
    """

    basis: Basis
    path: str
    total: int | None = None
    bounds: Bounds | None = None
    active: int | None = None
    exact: bool = False
    kind: Kind = "model"
    readings: Mapping[str, Bounds] = field(default_factory=dict)
    dtypes: Mapping[str, int] = field(default_factory=dict)
    nbytes: int = 0
    reason: str = ""


def weigh(checkpoint: Checkpoint, claims: Claims | None = None, quantization: Quantization | None = None) -> Weighed:
    """Weigh one checkpoint. ``claims`` are its configuration's, ``quantization`` what another file says."""
    quantization = quantization or (claims.quantization if claims else None)
    if checkpoint.complete and (tensors := checkpoint.tensors):
        first = checkpoint.files[0]
        used = first.metadata.get(f"{first.metadata.get('general.architecture')}.expert_used_count")
        counted = count(
            tensors,
            claims,
            quantization=quantization,
            graph=first.graph if checkpoint.format == "onnx" else None,
            experts_per_token=used if isinstance(used, int) and not isinstance(used, bool) else None,
        )
        if not 0 < counted.total < MOST:
            return Weighed("headers", checkpoint.path, nbytes=counted.nbytes, reason="the headers list no weights")
        hidden = 15 * counted.unclear
        return Weighed(
            "headers",
            checkpoint.path,
            counted.total,
            Bounds(counted.total, counted.total + hidden),
            counted.active,
            counted.exact,
            counted.kind,
            {name: Bounds(number, number + hidden) for name, number in counted.readings.items()},
            counted.dtypes,
            counted.nbytes,
            "" if counted.exact else "integer tables whose packing nothing explains",
        )
    return _by_bytes(checkpoint, claims, quantization)


def _by_bytes(checkpoint: Checkpoint, claims: Claims | None, quantization: Quantization | None) -> Weighed:
    basis, nbytes = _bytes(checkpoint)
    names = checkpoint.tensor_names
    kind: Kind = "adapter" if "adapter" in checkpoint.path.rpartition("/")[2].lower() else "model"
    if not 0 < nbytes < MOST:
        return Weighed(basis, checkpoint.path, kind=kind, reason="the weights are not here, and no index gives a size")
    if kind == "adapter":
        return Weighed(basis, checkpoint.path, kind=kind, nbytes=nbytes, reason="an adapter, not the model")
    promise = expected(claims) if claims else None
    method = _method(names) or (quantization.method if quantization else "")
    if checkpoint.format == "gguf":
        bounds, total, reason = _gguf(checkpoint.path, nbytes)
    elif checkpoint.format in {"onnx", "tflite"}:
        bounds, total, reason = Bounds(nbytes // 4, nbytes * 2), None, "no headers, and an export may be of any dtype"
    elif method:
        declared = claims.dtype.value if claims and claims.dtype else ""
        bounds = _packed(nbytes, method, quantization, promise, declared)
        total, reason = _middle(bounds, promise), ""
    else:
        bounds, total, reason = _plain(nbytes, claims, promise, checkpoint.variant)
        if promise is None and bounds and checkpoint.format == "pytorch" and not is_usual(checkpoint.path):
            bounds = Bounds(bounds.low // 4, bounds.high)  # states of an optimizer may be in it
    if total is None and bounds is None:
        return Weighed(basis, checkpoint.path, nbytes=nbytes, reason=reason)
    readings = _readings(bounds, promise, claims, towers=any(is_tower(name) for name in names)) if bounds else {}
    return Weighed(basis, checkpoint.path, total, bounds, None, readings=readings, nbytes=nbytes, reason=reason)


def _bytes(checkpoint: Checkpoint) -> tuple[Basis, int]:
    """Bytes of the weights: of the files when all are there, else as the index says."""
    if any(file.pointer is None and file.problems for file in checkpoint.files):
        return "file sizes", 0  # broken files and placeholders have no size that means anything
    sizes = sum(file.size for file in checkpoint.files)
    if checkpoint.files and not checkpoint.missing:
        pointers = any(file.pointer for file in checkpoint.files)
        return "pointer sizes" if pointers else "file sizes", sizes
    total = checkpoint.index.total_size if checkpoint.index else None
    return "index", total or 0


_USUAL = re.compile(
    r"(?:pytorch_|diffusion_pytorch_|diffusion_flax_|tf_|flax_|rust_|open_clip_|open_clip_pytorch_)?model(?:[._-]|$)"
    r"|consolidated[._]"
)


def is_usual(path: str) -> bool:
    """The file bears a name that libraries give to the model's own weights."""
    return _USUAL.match(path.rpartition("/")[2].lower()) is not None


_MARKS: tuple[tuple[str, str], ...] = (
    (".quant_state.bitsandbytes__", "bitsandbytes"), (".weight.absmax", "bitsandbytes"), (".SCB", "bitsandbytes8"),
    (".qweight", "gptq"), (".weight_packed", "compressed-tensors"), (".biases", "mlx"), (".W_q", "hqq"),
    (".weight_scale_inv", "fp8"), ("_blocks", "mxfp4"),
)  # fmt: skip


def _method(names: Sequence[str]) -> str:
    """The quantiser whose tensors the names show, "" for none."""
    for mark, method in _MARKS:
        if any(name.endswith(mark) or (mark.endswith("__") and mark in name) for name in names):
            return method
    return ""


def _packed(nbytes: int, method: str, quantization: Quantization | None, promise: Promise | None, dtype: str) -> Bounds:
    """Between all weights packed, and embeddings, head and a quarter of the rest left in the dtype.

    Scales and zero points add at most 0.8 bits a weight: groups of 32 with a sixteen-bit scale and a zero
    point, or bitsandbytes' blocks of 64 with 32 bits.
    """
    bits = {"bitsandbytes8": 8, "fp8": 8, "mxfp4": 4}.get(method) or (quantization.bits if quantization else None)
    few, many = (bits, bits + 0.8) if bits else (2.0, 8.8)
    width = 4 if dtype == "F32" else 2
    outside = min(2 * promise.embedding, nbytes // (2 * width)) if promise else nbytes // 8
    rest = nbytes - width * outside
    return Bounds(int(outside + 0.75 * rest * 8 / many + 0.25 * rest / width), int(nbytes * 8 / few))


def _middle(bounds: Bounds, promise: Promise | None) -> int:
    """One number for the bounds: what the configuration promises, where the bytes bear it out."""
    if promise:
        promised = (promise.total.low + promise.total.high) // 2
        if bounds.ratio(promised) == 1.0:
            return promised
    return (bounds.low + bounds.high) // 2


def _plain(
    nbytes: int, claims: Claims | None, promise: Promise | None, variant: str
) -> tuple[Bounds | None, int | None, str]:
    """Bytes over the width of one number: the width that the configuration's fields bear out, or the dtype's.

    Where the fields speak against the dtype that is declared, only a formula that is known to fit the model type
    overrules it; else both are possible.
    """
    declared = claims.dtype.value if claims and claims.dtype else None
    named = re.search(r"(?:fp|f|bf)(16|32)", variant)
    width = int(named[1]) // 8 if named else int(BITS[declared] // 8) if declared else None
    fit: list[int] = []
    if promise:
        loose = promise.total.widened(SLACK)
        fit = [size for size in (4, 2, 1, 8) if loose.low <= nbytes // size <= loose.high]
        if width in fit or (len(fit) == 1 and claims and is_certain(claims)):
            found = nbytes // (width if width in fit and width else fit[0])
            return Bounds(found, found), found, ""
    widths = {width or 4, 2 if width == 4 or not width else 4, *(fit if len(fit) == 1 else ())}
    bounds = Bounds(nbytes // max(widths), nbytes // min(widths))
    if width:
        return bounds, nbytes // width, "the bytes do not fit the config" if promise else ""
    return bounds, nbytes // fit[0] if len(fit) == 1 else None, "the bytes are known, the dtype is not"


_GGUF_BITS = re.compile(r"(?i)(?:^|[^a-z0-9])(?:i?q([1-8])(?:_|$|\W)|tq([12])|(bf16|f16|fp16)|(f32|fp32)|(mxfp4))")


def _gguf(path: str, nbytes: int) -> tuple[Bounds | None, int | None, str]:
    """Bits by the type in the file's name: a ``Q4_K_M`` has 4.0 to 5.6 (llama.cpp, table of quantize)."""
    match = _GGUF_BITS.search(path.rpartition("/")[2])
    if match is None:
        return None, None, "no header, and the file's name gives no type"
    low = float(match[1] or match[2] or (16 if match[3] else 32 if match[4] else 4))
    high = low + (1.7 if low < 8 else 0.6)
    bounds = Bounds(int(nbytes * 8 / high), int(nbytes * 8 / low))
    return bounds, (bounds.low + bounds.high) // 2, ""


def _readings(bounds: Bounds, promise: Promise | None, claims: Claims | None, *, towers: bool) -> dict[str, Bounds]:
    """The readings that bytes and fields allow; those of a promise only where it agrees with the bytes."""
    found = {"all parameters": bounds}
    if promise is None or claims is None:
        return found
    rest = Bounds(max(bounds.low - 2 * promise.embedding, 0), max(bounds.high - promise.embedding, 0))
    if rest.low:
        found["without embeddings"] = rest
    if promise.embedding and (claims.tied is None or not claims.tied.value) and bounds.low > promise.embedding:
        found["with one embedding"] = Bounds(bounds.low - promise.embedding, bounds.high - promise.embedding)
    if towers or len(claims.components) > 1:
        language = Bounds(min(promise.language.low, bounds.high), min(promise.language.high, bounds.high))
        if language.ratio(bounds.high) < 2:
            found["the language model"] = language
    if claims.experts and claims.experts_per_token and 0 < claims.experts_per_token.value <= claims.experts.value:
        used = claims.experts_per_token.value / claims.experts.value
        low = bounds.low - int(promise.experts.high * (1 - used))
        high = bounds.high - int(promise.experts.low * (1 - used))
        if high > 0:
            least = int(min(high // 8, bounds.low * used))  # all that is not certain to be more may be experts
            found["active"] = Bounds(max(low, least), high)
            found["active without embeddings"] = Bounds(
                max(low - 2 * promise.embedding, least // 2), max(high - promise.embedding, least // 2)
            )
    return found
