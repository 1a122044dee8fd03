"""From stored tensors to parameters: packed weights unpacked, scales and buffers told apart.

A quantiser stores several weights in one integer and bookkeeping beside it. How many weights a tensor holds
is read from the shapes of its siblings wherever they settle it (GPTQ's ``g_idx`` and ``scales``, AWQ's
``scales``, the ratio of packed weights to block scales), and from the configuration only where they do not.
Layouts: AutoGPTQ 0.7, AutoAWQ 0.2, bitsandbytes 0.49, compressed-tensors 0.14, ModelOpt 0.40, gpt-oss, HQQ
0.2, AQLM 1.1, BitNet of transformers 5, mlx-lm 0.30. Cases from the tests of npm ``@huggingface/hub`` 2.17.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, NamedTuple

from dara_lint.blueprints.quantization import Quantization
from dara_lint.model import BITS, Tensor
from dara_lint.recognize.bookkeeping import INTEGERS, ROPE_WEIGHTS, is_bookkeeping, is_buffer, is_packed_mlx
from dara_lint.remember import by_identity

Role = Literal["weight", "buffer", "bookkeeping", "unclear"]


class Stored(NamedTuple):
    """A stored tensor, the parameters in it, and what it is. Only weights have parameters.

    ``unclear`` is an integer table that nothing explains: ``parameters`` is then its stored elements, and a
    count that contains it is no exact one.
    """

    tensor: Tensor
    parameters: int
    role: Role

    @property
    def module(self) -> str:
        """The name without its last segment."""
        return self.tensor.name.rpartition(".")[0]


_MLX_AFFINE = tuple((bits, group) for bits in (2, 3, 4, 5, 6, 8) for group in (32, 64, 128))
_MLX_EXPONENTS = ((4, 32), (4, 16), (8, 32))
"""Bits and groups that mlx can pack: four bits in groups of 64 look like eight in groups of 32."""
_HOLDERS = frozenset({"F16", "BF16", "F32"})
"""Float dtypes in which bitsandbytes can store packed bytes (``bnb_4bit_quant_storage``)."""
_FLOATS = frozenset({"F64", "F8_E4M3", "F8_E5M2"})
"""Others, in which nothing is packed."""


def stored(tensors: Sequence[Tensor], quantization: Quantization | None = None) -> tuple[Stored, ...]:
    """What each tensor of one checkpoint is and how many parameters it holds, in the given order.

    ``quantization`` is the configuration's claim. Buffers are what torch does not train: masks, positions,
    statistics of batch normalisation. Time and memory are linear in the number of tensors.
    """
    return _stored_once(tensors, quantization) if isinstance(tensors, tuple) else _all(tensors, quantization)


def _all(tensors: Sequence[Tensor], quantization: Quantization | None) -> tuple[Stored, ...]:
    byname = {tensor.name: tensor for tensor in tensors}
    packed = any(name.endswith(".absmax") for name in byname)
    return tuple(
        Stored(tensor, tensor.elements, "weight")
        if _is_plain(tensor, packed=packed)
        else _stored(tensor, byname, quantization)
        for tensor in tensors
    )


_stored_once = by_identity(_all)
"""The same for the tensors of a file, which several rules ask about and nothing changes."""


def _is_plain(tensor: Tensor, *, packed: bool) -> bool:
    """Whether it is a ``weight`` of floats, as most are: these pack nothing unless bitsandbytes does (``packed``)."""
    name = tensor.name
    floats = tensor.dtype in _FLOATS or (not packed and tensor.dtype in _HOLDERS)
    return floats and name.endswith(".weight") and not name.endswith(ROPE_WEIGHTS)


class _Around(NamedTuple):
    """A tensor's module, its siblings, and what the configuration claims."""

    module: str
    byname: Mapping[str, Tensor]
    quantization: Quantization | None

    def beside(self, last: str) -> Tensor | None:
        return self.byname.get(f"{self.module}.{last}")

    @property
    def bits(self) -> int | None:
        return self.quantization.bits_of(self.module) if self.quantization else None

    @property
    def method(self) -> str:
        return self.quantization.method if self.quantization else ""


def _stored(tensor: Tensor, byname: Mapping[str, Tensor], quantization: Quantization | None) -> Stored:
    module, _, last = tensor.name.rpartition(".")
    if is_bookkeeping(tensor, byname):
        return Stored(tensor, 0, "bookkeeping")
    if is_buffer(tensor):
        return Stored(tensor, 0, "buffer")
    unpack = _UNPACK.get(last)
    parameters = unpack(tensor, _Around(module, byname, quantization)) if unpack else None
    if parameters is None and last.endswith("_blocks") and f"{tensor.name[:-7]}_scales" in byname:
        parameters = 2 * tensor.elements
    if parameters is not None:
        return Stored(tensor, parameters, "weight")
    if tensor.dtype in INTEGERS:
        if len(tensor.shape) < 2:
            return Stored(tensor, 0, "buffer")
        return Stored(tensor, tensor.elements, "unclear")
    return Stored(tensor, tensor.elements, "weight")


def _spread(tensor: Tensor, bits: int) -> int:
    """Weights of so many bits in all integers of the tensor, packed densely across them."""
    return tensor.elements * int(BITS.get(tensor.dtype, 32)) // bits


def _qweight(tensor: Tensor, around: _Around) -> int | None:
    """GPTQ packs rows (inputs), AWQ packs columns (outputs): the scales' columns tell which."""
    if tensor.dtype == "I8":
        return tensor.elements
    scales, zeros, order = (around.beside(key) for key in ("scales", "qzeros", "g_idx"))
    if len(tensor.shape) == 2 and scales and len(scales.shape) == 2:
        rows, columns = tensor.shape
        if scales.shape[1] > columns:
            return rows * scales.shape[1]
        if scales.shape[1] == columns:
            if order and 0 < order.elements >= rows:
                return order.elements * columns
            if zeros and len(zeros.shape) == 2 and zeros.shape[1] and scales.shape[1]:
                return rows * columns * scales.shape[1] // zeros.shape[1]
    return _spread(tensor, around.bits or 4)


def _packed(tensor: Tensor, around: _Around) -> int | None:
    """compressed-tensors: rows stay, columns are packed densely into integers of the tensor's dtype."""
    scale = around.beside("weight_scale")
    container = BITS.get(tensor.dtype, 32)
    if container == 8 and scale is not None and scale.dtype in {"F8_E4M3", "F8_E8M0", "U8"}:
        return 2 * tensor.elements
    bits = around.bits if around.method == "compressed-tensors" else None
    bits = bits or (4 if container == 8 else _by_groups(tensor, scale))
    return _spread(tensor, bits) if bits else None


def _by_groups(tensor: Tensor, scale: Tensor | None) -> int | None:
    """Bits by trying the usual groups: packed columns × container bits = scales × group × bits."""
    if scale is None or len(scale.shape) < 2 or scale.shape[-1] < 2 or not tensor.shape:
        return None
    width = tensor.shape[-1] * int(BITS.get(tensor.dtype, 32))
    found = [bits for bits, group in ((4, 128), (8, 128), (4, 32)) if width == scale.shape[-1] * bits * group]
    return found[0] if found else None


def _weight(tensor: Tensor, around: _Around) -> int | None:
    """A ``weight`` that may be packed by bitsandbytes, mlx, ModelOpt or with four-bit block scales."""
    bits = BITS.get(tensor.dtype)
    if bits is None:
        return None
    if f"{tensor.name}.absmax" in around.byname and (tensor.dtype in INTEGERS or tensor.dtype in _HOLDERS):
        return _spread(tensor, 4)
    if tensor.dtype not in INTEGERS:
        return None
    if around.beside("SCB"):
        return tensor.elements
    if is_packed_mlx(around.module, around.byname):
        return _mlx(tensor, around.byname[f"{around.module}.scales"], around)
    if bits == 8:
        scale = around.beside("weight_scale") or around.beside("scale")
        scale = scale or around.beside("weight_scale_inv")
        return _bytes(tensor, scale, around)
    return None


def _bytes(tensor: Tensor, scale: Tensor | None, around: _Around) -> int | None:
    if scale is not None and len(scale.shape) >= 2 and scale.shape[-1] and len(tensor.shape) >= 2:
        nvfp4 = scale.dtype == "F8_E4M3" and tensor.shape[-1] == 8 * scale.shape[-1]
        mxfp4 = scale.dtype in {"F8_E8M0", "U8"} and tensor.shape[-1] == 16 * scale.shape[-1]
        if nvfp4 or mxfp4:
            return 2 * tensor.elements
    if quantization := around.quantization:
        routed = ".experts." in tensor.name and "shared_expert" not in tensor.name
        if routed and quantization.expert_bits in {2, 4}:
            return tensor.elements * 8 // quantization.expert_bits
        if quantization.method == "bitnet" and tensor.dtype == "U8":
            return 4 * tensor.elements
        if around.bits == 8:
            return tensor.elements
        if quantization.method == "bitsandbytes" and quantization.bits == 4 and tensor.dtype == "U8":
            return 2 * tensor.elements
    return tensor.elements if scale is not None and tensor.dtype == "I8" else None


def _mlx(tensor: Tensor, scales: Tensor, around: _Around) -> int | None:
    """mlx: columns packed into U32. Bits by the configuration; without one, by packed columns per scale."""
    bits = around.bits if around.method == "mlx" else None
    if bits is not None:
        return _spread(tensor, bits)
    if around.quantization is not None or not scales.shape or not tensor.shape or not scales.shape[-1]:
        return None
    width = 32 * tensor.shape[-1]
    pairs = _MLX_EXPONENTS if scales.dtype == "U8" else _MLX_AFFINE
    found = [bits for bits, group in pairs if width == scales.shape[-1] * group * bits]
    return _spread(tensor, found[0]) if len(found) == 1 else None


def _grouped(tensor: Tensor, scale: Tensor | None) -> int | None:
    """Weights laid out as groups × group size, one scale a row: as many as scales times columns."""
    if scale is None or len(scale.shape) != 2 or scale.shape[1] != 1 or len(tensor.shape) != 2:
        return None
    return scale.shape[0] * tensor.shape[1] if scale.shape[0] >= tensor.shape[0] else None


def _hqq(tensor: Tensor, around: _Around) -> int | None:
    grouped = _grouped(tensor, around.beside("scale"))
    if grouped is not None:
        return grouped
    bits = around.bits
    return _spread(tensor, bits) if bits and bits <= BITS.get(tensor.dtype, 0) else None


def _codes(tensor: Tensor, around: _Around) -> int | None:
    """AQLM: one code stands for a group of ``codebooks.shape[2]`` outputs by ``codebooks.shape[3]`` inputs."""
    books = around.beside("codebooks")
    if books is None or len(books.shape) != 4 or len(tensor.shape) != 3:
        return None
    return tensor.shape[0] * tensor.shape[1] * books.shape[2] * books.shape[3]


def _quanto(tensor: Tensor, around: _Around) -> int | None:
    """quanto: ``weight._data`` as it is, ``weight._data._data`` packed in groups."""
    if around.beside("_scale") is not None:
        return tensor.elements
    base = around.module.removesuffix("._data")
    return _grouped(tensor, around.byname.get(f"{base}._scale")) if base != around.module else None


_Unpack = Callable[[Tensor, _Around], "int | None"]
_UNPACK: Mapping[str, _Unpack] = {
    "qweight": _qweight,
    "weight_packed": _packed,
    "weight": _weight,
    "W_q": _hqq,
    "codes": _codes,
    "_data": _quanto,
}
