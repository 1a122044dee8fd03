"""From a pickle's symbols to tensors: what torch's rebuild functions would have made of their arguments.

Arguments of the functions: torch 2.13, ``torch/_utils.py``, ``torch/_tensor.py`` and ``torch/storage.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from dara_lint.model import BITS
from dara_lint.readers.pickle_symbols import Global, Made, Stored

_DTYPES: Mapping[str, str] = {
    "double": "F64", "float": "F32", "half": "F16", "bfloat16": "BF16", "long": "I64", "int": "I32",
    "short": "I16", "char": "I8", "byte": "U8", "bool": "BOOL", "complexfloat": "C64", "complexdouble": "C128",
    "qint8": "I8", "quint8": "U8", "qint32": "I32", "quint4x2": "U4", "quint2x4": "U2",
    "float64": "F64", "float32": "F32", "float16": "F16", "int64": "I64", "int32": "I32", "int16": "I16",
    "int8": "I8", "uint64": "U64", "uint32": "U32", "uint16": "U16", "uint8": "U8",
    "complex64": "C64", "complex128": "C128",
    "float8_e4m3fn": "F8_E4M3", "float8_e5m2": "F8_E5M2", "float8_e4m3fnuz": "F8_E4M3FNUZ",
    "float8_e5m2fnuz": "F8_E5M2FNUZ", "float8_e8m0fnu": "F8_E8M0", "float4_e2m1fn_x2": "F4",
}  # fmt: skip
_INNER = frozenset((
    "_rebuild_parameter", "_rebuild_parameter_with_state", "Parameter", "Buffer",
    "_rebuild_device_tensor_from_cpu_tensor", "_rebuild_nested_tensor",
))  # fmt: skip
_STRIDED = frozenset(("_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_tensor_v3", "_rebuild_qtensor"))
_WRAPPED = frozenset(("_rebuild_from_type", "_rebuild_from_type_v2"))
_UNSTORED = {"_rebuild_meta_tensor_no_storage": 0, "_rebuild_wrapper_subclass": 1}
_SPARSE = frozenset(("_rebuild_sparse_tensor", "_rebuild_sparse_csr_tensor"))
_MOST = 2**63


class Storage(NamedTuple):
    """A storage that tensors view: its key in the archive, bits per element (0 unknown), bytes it takes."""

    key: str
    bits: int
    nbytes: int


class Rebuilt(NamedTuple):
    """A tensor as its pickle describes it. ``nbytes`` is elements times dtype, whatever is shared;
    ``reach`` is the byte of the storage at which it ends; storages are None for meta tensors."""

    dtype: str
    shape: tuple[int, ...]
    nbytes: int
    storage: Storage | None = None
    reach: int = 0


def is_tensor(symbol: object) -> bool:
    """Whether a call of one of torch's rebuild functions stands here."""
    return (
        isinstance(symbol, Made)
        and isinstance(symbol.maker, Global)
        and symbol.maker.module.partition(".")[0] == "torch"
        and symbol.maker.name in _ALL
    )


_ALL = _INNER | _STRIDED | _WRAPPED | _UNSTORED.keys() | _SPARSE


def rebuilt(symbol: object, depth: int = 0) -> Rebuilt | None:
    """The tensor that a call describes, or None when its arguments are not understood."""
    if depth > 8 or not isinstance(symbol, Made) or not is_tensor(symbol):
        return None
    arguments = symbol.arguments
    if not isinstance(symbol.maker, Global) or not isinstance(arguments, tuple) or not arguments:
        return None
    name = symbol.maker.name
    if name in _INNER:
        return rebuilt(arguments[0], depth + 1)
    if name in _WRAPPED:
        return rebuilt(Made(arguments[0], arguments[2]), depth + 1) if len(arguments) > 2 else None
    if name in _STRIDED:
        return _strided(arguments)
    if name in _UNSTORED:
        at = _UNSTORED[name]
        shape = _shape(arguments[at + 1]) if len(arguments) > at + 1 else None
        return None if shape is None else Rebuilt(_dtype(arguments[at]), shape, 0)
    return _sparse(arguments, depth)


def _strided(arguments: tuple[object, ...]) -> Rebuilt | None:
    if len(arguments) < 4:
        return None
    shape, storage = _shape(arguments[2]), _storage(arguments[0])
    if shape is None or storage is None:
        return None
    dtype, held = storage
    if len(arguments) > 6 and isinstance(arguments[6], Global):
        dtype = _dtype(arguments[6])
    bits = int(BITS.get(dtype, held.bits))
    offset, strides = arguments[1], arguments[3]
    elements = 1
    for dimension in shape:
        elements *= dimension
    last = elements
    if elements and isinstance(strides, tuple) and len(strides) == len(shape):
        steps = [step for step in strides if type(step) is int and 0 <= step < _MOST]
        last = 1 + sum((size - 1) * step for size, step in zip(shape, steps, strict=False))
    first = offset if type(offset) is int else 0
    if dtype == "F4" and shape:  # two elements stand in one of float4_e2m1fn_x2
        shape, elements, last, first = (*shape[:-1], shape[-1] * 2), elements * 2, last * 2, first * 2
    reach = (first + last) * bits // 8 if elements else 0
    return Rebuilt(dtype, shape, -(-elements * bits // 8), held, reach)


def _sparse(arguments: tuple[object, ...], depth: int) -> Rebuilt | None:
    """(layout, (indices…, values, size, …)): the shape of the whole, dtype of the values, bytes of all."""
    data = arguments[1] if len(arguments) > 1 else None
    pieces: list[Rebuilt] = []
    for item in data[:5] if isinstance(data, tuple) else ():
        if is_tensor(item):
            piece = rebuilt(item, depth + 1)
            if piece is None:
                return None
            pieces.append(piece)
            continue
        shape = _shape(item)
        if shape is None or not pieces:
            return None
        return Rebuilt(pieces[-1].dtype, shape, sum(piece.nbytes for piece in pieces))
    return None


def _storage(symbol: object) -> tuple[str, Storage] | None:
    """Dtype and extent of ("storage", type, key, location, elements, view); a view counts as its root."""
    if not isinstance(symbol, Stored) or not isinstance(symbol.key, tuple) or len(symbol.key) < 5:
        return None
    word, kind, key, _, count = symbol.key[:5]
    if word != "storage" or type(count) is not int or not 0 <= count < _MOST:
        return None
    if not isinstance(kind, Global) or not isinstance(key, str | int):
        return None
    if kind.name == "UntypedStorage":
        return "U8", Storage(str(key)[:64], 8, count)
    dtype = _dtype(Global(kind.module, kind.name.removesuffix("Storage").lower()))
    bits = 8 if dtype in {"U4", "U2"} else int(BITS.get(dtype, 0))
    return dtype, Storage(str(key)[:64], bits, count * bits // 8)


def _dtype(symbol: object) -> str:
    """Spelling of ``BITS`` for a torch dtype, or torch's own where there is none."""
    if not isinstance(symbol, Global):
        return ""
    return _DTYPES.get(symbol.name, symbol.name[:32])


def _shape(symbol: object) -> tuple[int, ...] | None:
    if isinstance(symbol, Made) and isinstance(symbol.maker, Global) and symbol.maker.name == "Size":
        arguments = symbol.arguments
        symbol = arguments[0] if isinstance(arguments, tuple) and arguments else ()
    if not isinstance(symbol, tuple | list) or len(symbol) > 64:
        return None
    elements = 1
    shape = []
    for dimension in symbol:
        if type(dimension) is not int or not 0 <= dimension < _MOST:
            return None
        shape.append(dimension)
        elements *= dimension
        if elements >= _MOST:
            return None
    return tuple(shape)
