"""How a checkpoint's weights are stored: plain floats, or packed by a quantiser, by tensors or by bytes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from dara_lint.blueprints.fields import Claims
from dara_lint.blueprints.quantization import Quantization
from dara_lint.model import BITS, Checkpoint
from dara_lint.recognize.expectation import expected
from dara_lint.recognize.packing import stored
from dara_lint.recognize.weighing import weigh
from dara_lint.remember import by_identity

PLAIN = "plain"
FLOATS = frozenset({"F64", "F32", "F16", "BF16"})
MAJORITY = 0.5
"""Share of the parameters that a dtype must hold to speak for the checkpoint: embeddings are never most."""

_ENDINGS: tuple[tuple[str, str, int | None], ...] = (
    (".weight.absmax", "bitsandbytes", 4), (".SCB", "bitsandbytes", 8), (".qzeros", "gptq", None),
    (".qweight", "gptq", None), (".weight_packed", "compressed-tensors", None), (".W_q", "hqq", None),
    (".codebooks", "aqlm", None), (".biases", "mlx", None), (".weight_scale_inv", "fp8", 8),
    ("_scale_inv", "fp8", 8), ("._data", "quanto", None),
)  # fmt: skip
"""Tensors that only one quantiser writes, by the ends of their names. AWQ's names are those of GPTQ."""


class Scheme(NamedTuple):
    """How weights are stored. ``method`` is ``plain``, a quantiser's name, or "" when packed by one unknown.

    ``bits`` is those of one weight where known, ``dtype`` the dtype that holds most parameters (headers
    only). ``by`` says what it was read from: tensors, their names, or bytes against the configuration.
    """

    method: str
    bits: int | None
    by: str
    dtype: str = ""


def scheme(checkpoint: Checkpoint, claims: Claims | None = None) -> Scheme | None:
    """The scheme of one checkpoint, None when the evidence does not decide. The configuration's own claim of
    a quantisation is not used: it is what rules hold this to."""
    if checkpoint.complete and checkpoint.tensors:
        return _by_tensors(checkpoint, claims.quantization if claims else None)
    named = _by_names(checkpoint.tensor_names)
    if named:
        return named
    return _by_bytes(checkpoint, claims)


@by_identity
def _by_tensors(checkpoint: Checkpoint, quantization: Quantization | None) -> Scheme | None:
    totals: dict[str, int] = {}
    held = packed = 0
    unclear = False
    for part in stored(checkpoint.tensors, quantization):
        unclear |= part.role == "unclear"
        totals[part.tensor.dtype] = totals.get(part.tensor.dtype, 0) + part.parameters
        if part.parameters > part.tensor.elements:
            held += part.tensor.elements * int(BITS.get(part.tensor.dtype, 32))
            packed += part.parameters
    total = sum(totals.values())
    if not total:
        return None
    dtype, most = max(totals.items(), key=lambda item: item[1])
    dtype = dtype if most > MAJORITY * total else ""
    named = _by_names(tensor.name for tensor in checkpoint.tensors)
    if checkpoint.format == "gguf":
        return Scheme("gguf" if dtype not in FLOATS else PLAIN, None, "tensors", dtype) if dtype else None
    if named:
        method = _awq(checkpoint) if named.method == "gptq" else named.method
        bits = named.bits or (round(held / packed) if packed else None)
        return Scheme(method, bits, "tensors", dtype)
    if packed:
        return Scheme("", round(held / packed), "tensors", dtype)
    if unclear or checkpoint.format == "onnx":
        return Scheme("", 8, "tensors", dtype) if dtype in {"I8", "U8"} and checkpoint.format == "onnx" else None
    if dtype.startswith("F8_"):
        return Scheme("fp8", 8, "tensors", dtype)
    return Scheme(PLAIN, None, "tensors", dtype) if sum(totals.get(name, 0) for name in FLOATS) == total else None


def _awq(checkpoint: Checkpoint) -> str:
    """AWQ packs outputs, so its scales have more columns than its packed weights."""
    columns = {t.name: t.shape[1] for t in checkpoint.tensors if len(t.shape) == 2}
    for name, width in columns.items():
        if name.endswith(".qweight") and (scales := columns.get(name[: -len("qweight")] + "scales")):
            return "awq" if scales > width else "gptq"
    return "gptq"


def _by_names(names: Iterable[str]) -> Scheme | None:
    endings = tuple(ending for ending, _, _ in _ENDINGS)
    first = next((name for name in names if name.endswith(endings)), None)
    if first is None:
        return None
    _, method, bits = next(each for each in _ENDINGS if first.endswith(each[0]))
    return Scheme(method, bits, "names")


def _by_bytes(checkpoint: Checkpoint, claims: Claims | None) -> Scheme | None:
    """Bits per parameter that the configuration promises: 14 and more are plain, 10 and fewer are packed."""
    promise = expected(claims) if claims else None
    if promise is None or promise.total.high > 1.1 * promise.total.low or checkpoint.format == "gguf":
        return None
    weighed = weigh(checkpoint, claims)
    if weighed.kind == "adapter" or not weighed.nbytes:
        return None
    bits = 8 * weighed.nbytes / promise.total.low
    if 14 <= bits <= 18 or 29 <= bits <= 36:
        return Scheme(PLAIN, None, "bytes")
    return Scheme("", None, "bytes") if 2 <= bits <= 10 else None
