"""Tensors of an ONNX file: name, shape, dtype and where the bytes are, without reading the bytes.

Source: onnx 1.23, ``onnx.proto`` (TensorProto, SparseTensorProto) and its external data conventions.
"""

from __future__ import annotations

from typing import Literal

from dara_lint.facts import field, record
from dara_lint.model import BITS, Location, ReadError, Tensor
from dara_lint.readers.protobuf import BYTES, FIXED32, FIXED64, VARINT, Wire, integers, pairs, signed
from dara_lint.readers.source import LimitError, MalformedError

DTYPES = (
    "", "F32", "U8", "I8", "U16", "I16", "I32", "I64", "STRING", "BOOL", "F16", "F64", "U32", "U64",
    "C64", "C128", "BF16", "F8_E4M3", "F8_E4M3FNUZ", "F8_E5M2", "F8_E5M2FNUZ", "U4", "I4", "F4", "F8_E8M0",
    "U2", "I2", "F6_E2M3", "F6_E3M2",
)  # fmt: skip
"""Names of ``TensorProto.DataType`` 0 to 28 (onnx 1.23), as ``model.BITS`` spells them."""

NAME = 4_096
RANK = 64
FACTS = 200_000
"""Nodes, values and tensors that are kept of one file."""
PROBLEMS = 20

_FLOATS, _INT32S, _STRINGS, _INT64S, _RAW, _DOUBLES, _UINT64S = 4, 5, 6, 7, 9, 10, 11
_DATA = frozenset({_FLOATS, _INT32S, _STRINGS, _INT64S, _RAW, _DOUBLES, _UINT64S})
_WIDTH = {_FLOATS: 4, _DOUBLES: 8}


@record
class Reading:
    """What the walk of one file gathers."""

    wire: Wire
    path: str
    folder: str
    tensors: list[Tensor] = field(default_factory=list)
    external: dict[str, None] = field(default_factory=dict)
    problems: list[ReadError] = field(default_factory=list)
    facts: int = 0

    def count(self) -> None:
        """Take note of one more fact. Raises MalformedError above ``FACTS``."""
        self.facts += 1
        if self.facts > FACTS:
            raise LimitError(f"more than the {FACTS:,} nodes, values and tensors that are read")

    def report(self, name: str, reason: str, kind: Literal["malformed", "tolerated"] = "malformed") -> None:
        """Report a tensor or node that loaders refuse or forgive; the first ``PROBLEMS`` are enough."""
        if len(self.problems) < PROBLEMS:
            self.problems.append(ReadError(Location(self.path, pointer=name or None), reason, kind))


def dtype_name(code: int) -> str:
    """The dtype of a ``TensorProto.DataType``; ``TYPE_n`` for one that onnx 1.23 does not know."""
    return DTYPES[code] if 0 <= code < len(DTYPES) else f"TYPE_{code}"


def read_tensor(reading: Reading, length: int) -> Tensor:
    """The TensorProto of ``length`` bytes at the wire's place. Raises MalformedError."""
    wire = reading.wire
    reading.count()
    name, code, location = "", 0, 0
    dims: list[int] = []
    stored: dict[int, int] = {}
    entries: dict[str, str] = {}
    for number, kind, value in wire.fields(wire.at + length):
        if number == 1 and kind in (VARINT, BYTES):
            part = integers(wire, kind, value, RANK)
            if part is None or len(dims) + len(part) > RANK:
                raise MalformedError(f"a tensor of more than {RANK} dimensions at byte {wire.at:,}")
            dims += part
        elif number == 2 and kind == VARINT:
            code = signed(value)
        elif number == 8 and kind == BYTES:
            name = wire.text(value, NAME)
        elif number in _DATA:
            size = {BYTES: value, FIXED32: 4, FIXED64: 8}.get(kind, 1)
            stored[number] = stored.get(number, 0) + size
        elif number == 13 and kind == BYTES:
            key, text = pairs(wire, value, NAME)
            if len(entries) < RANK and isinstance(text, str):
                entries[key] = text
        elif number == 14 and kind == VARINT:
            location = value
    if any(dimension < 0 for dimension in dims):
        raise MalformedError(f"a negative dimension in tensor {name!r}")
    tensor = Tensor(name, tuple(dims), dtype_name(code), sum(stored.values()), reading.path)
    if not code:
        reading.report(name, "tensor without element type")
    elif tensor.dtype.startswith("TYPE_"):
        reading.report(name, f"unknown element type {code}", "tolerated")
    if location == 1:
        return _outside(reading, tensor, entries)
    _verify(reading, tensor, stored)
    return tensor


def read_sparse(reading: Reading, length: int) -> Tensor:
    """The SparseTensorProto at the wire's place: dense shape, name and dtype of its values, all its bytes.

    Raises MalformedError.
    """
    wire = reading.wire
    dims: list[int] = []
    values = indices = None
    for number, kind, value in wire.fields(wire.at + length):
        if number == 1 and kind == BYTES:
            values = read_tensor(reading, value)
        elif number == 2 and kind == BYTES:
            indices = read_tensor(reading, value)
        elif number == 3 and kind in (VARINT, BYTES):
            part = integers(wire, kind, value, RANK)
            if part is None or len(dims) + len(part) > RANK:
                raise MalformedError(f"a tensor of more than {RANK} dimensions at byte {wire.at:,}")
            dims += part
    if values is None or any(dimension < 0 for dimension in dims):
        raise MalformedError(f"a sparse tensor without values at byte {wire.at:,}")
    nbytes = values.nbytes + (indices.nbytes if indices else 0)
    tensor = values._replace(shape=tuple(dims), nbytes=nbytes)
    if values.elements > tensor.elements:
        reading.report(tensor.name, f"{values.elements:,} values in a shape of {tensor.elements:,} elements")
    return tensor


def _needed(tensor: Tensor) -> int | None:
    """Bytes that shape and dtype ask for; None when the dtype has no fixed width."""
    bits = BITS.get(tensor.dtype)
    return None if bits is None else -(-tensor.elements * int(bits) // 8)


def _verify(reading: Reading, tensor: Tensor, stored: dict[int, int]) -> None:
    """Hold shape × dtype against the bytes that are in the file."""
    needed = _needed(tensor)
    if needed is None:
        return
    if not tensor.nbytes:
        if needed:
            reading.report(tensor.name, f"no data for {tensor.elements:,} elements")
        return
    field_number = max(stored, key=lambda number: stored[number])
    size = stored[field_number]
    shape = list(tensor.shape)
    if field_number == _RAW or field_number in _WIDTH:
        if size != needed:
            reading.report(tensor.name, f"shape {shape} of {tensor.dtype} needs {needed:,} bytes, {size:,} are stored")
    elif field_number != _STRINGS:
        numbers = min(tensor.elements, needed)  # two four-bit elements share a number
        if not numbers <= size <= 10 * tensor.elements:
            reading.report(tensor.name, f"shape {shape} of {tensor.dtype} does not fit {size:,} bytes")


def _outside(reading: Reading, tensor: Tensor, entries: dict[str, str]) -> Tensor:
    """The tensor with the path of its external data; a location outside the model's folder is dropped."""
    needed = _needed(tensor) or 0
    path = resolve(reading.folder, entries.get("location", ""))
    if path is None:
        location = ascii(entries.get("location", ""))
        reading.report(tensor.name, f"external data at {location}, which is no path inside the model's folder")
        return tensor._replace(nbytes=needed, file="")
    length = entries.get("length", "")
    if length and (not length.isdecimal() or len(length) > 19 or int(length) != needed):
        reading.report(tensor.name, f"needs {needed:,} bytes, its external data has {length[:20]!a}")
    reading.external[path] = None
    return tensor._replace(nbytes=needed, file=path)


def resolve(folder: str, location: str) -> str | None:
    """A location relative to ``folder`` as a path from the root; None when it is absolute or leaves the folder."""
    segments = [segment for segment in location.split("/") if segment not in ("", ".")]
    if (
        not segments
        or location.startswith("/")
        or "\\" in location
        or ".." in segments
        or segments[0][1:2] == ":"
        or not location.isprintable()
    ):
        return None
    return "/".join([folder, *segments] if folder else segments)
