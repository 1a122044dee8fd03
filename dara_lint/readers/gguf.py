"""GGUF files, versions 1 to 3, little and big endian: metadata and tensor infos, never the tensors.

Source: the GGUF specification (ggml, docs/gguf.md); what loaders insist on, from gguf.cpp of llama.cpp.
"""

from __future__ import annotations

from math import prod
from typing import Literal

from dara_lint.ggml import BITS_PER_WEIGHT, NAMES, TYPES
from dara_lint.model import Json, Location, ReadError, Tensor, WeightFile
from dara_lint.readers.gguf_values import Cursor
from dara_lint.readers.source import Entry, MalformedError, Source, refused

__all__ = ["BITS_PER_WEIGHT", "TYPES", "read"]

NAME = 4_096
RANK = 4
ENTRIES = 100_000
"""Metadata keys, and tensors, that are read of one file."""
PROBLEMS = 20


def read(entry: Entry) -> WeightFile:
    """Metadata and tensors of a GGUF file. Never raises.

    Shapes are row-major (the file stores them the other way round), dtypes are names of ``TYPES``, ``nbytes``
    are computed from the block sizes. Metadata values are scalars, strings and lists of up to 64 entries;
    longer ones are ``{"length": n}``. A tensor of a type unknown to gguf 0.19 has dtype ``TYPE_n`` and the
    bytes up to the next tensor.
    """
    if entry.pointer is not None:
        return WeightFile(entry.path, "gguf", entry.pointer.size, pointer=entry.pointer)
    try:
        with Source(entry) as source:
            return _File(entry, source).read()
    except (MalformedError, OSError) as error:
        return WeightFile(entry.path, "gguf", entry.size, problems=(refused(entry.path, error),))


class _File:
    """One file while it is read."""

    def __init__(self, entry: Entry, source: Source) -> None:
        self.path = entry.path
        self.cursor = Cursor(source)
        self.problems: list[ReadError] = []

    def report(self, name: str, reason: str, kind: Literal["malformed", "tolerated"] = "malformed") -> None:
        """Report what loaders refuse; the first ``PROBLEMS`` are enough."""
        if len(self.problems) < PROBLEMS:
            self.problems.append(ReadError(Location(self.path, pointer=name or None), reason, kind))

    def read(self) -> WeightFile:
        cursor = self.cursor
        tensor_count = self._open()
        key_count = cursor.count()
        self._expect(tensor_count, 24 if cursor.version > 1 else 16, "tensors")
        self._expect(key_count, 13 if cursor.version > 1 else 9, "metadata keys")
        metadata = self._metadata(key_count)
        alignment = metadata.get("general.alignment", 32)
        if not isinstance(alignment, int) or alignment <= 0 or alignment & (alignment - 1):
            raise MalformedError(f"general.alignment is {_short(alignment)}, a power of two is needed")
        infos = self._infos(tensor_count)
        start = -(-cursor.at // alignment) * alignment
        tensors = self._place(infos, max(0, cursor.size - start), alignment)
        return WeightFile(
            self.path,
            "gguf",
            cursor.size,
            tensors=tensors,
            metadata=metadata,
            problems=tuple(self.problems),
        )

    def _open(self) -> int:
        """Magic, version and byte order; the number of tensors that follows them."""
        cursor = self.cursor
        head = cursor.take(min(cursor.size, 16))
        if head[:4] != b"GGUF":
            raise MalformedError(f"no GGUF file, it begins with {ascii(head)[1:]}" if head else "empty file")
        cursor.at = 4
        version = cursor.number("I")
        if not version & 0xFFFF:
            cursor.order = ">"
            version = int.from_bytes(version.to_bytes(4, "little"), "big")
        if not 1 <= version <= 3:
            raise MalformedError(f"GGUF version {version}, versions 1 to 3 are read")
        cursor.version = version
        return cursor.count()

    def _expect(self, count: int, width: int, what: str) -> None:
        """Refuse a count of entries of at least ``width`` bytes that the file cannot hold."""
        if count * width > self.cursor.size or count > ENTRIES:
            raise MalformedError(f"{count:,} {what} in a file of {self.cursor.size:,} bytes")

    def _metadata(self, count: int) -> dict[str, Json]:
        cursor = self.cursor
        metadata: dict[str, Json] = {}
        for _ in range(count):
            key = cursor.text(NAME)
            value = cursor.value(cursor.number("I"))
            if key in metadata:
                self.report(key, f"metadata key {key!a} given twice, the first one counts")
            else:
                metadata[key] = value
        return metadata

    def _infos(self, count: int) -> list[tuple[str, tuple[int, ...], int, int]]:
        """Name, row-major shape, type number and offset of each tensor."""
        cursor = self.cursor
        infos = []
        for _ in range(count):
            name = cursor.text(NAME)
            rank = cursor.number("I")
            if rank > RANK:
                raise MalformedError(f"tensor {name!a} of {rank:,} dimensions, the format has {RANK}")
            shape = tuple(cursor.count() for _ in range(rank))[::-1]
            infos.append((name, shape, cursor.number("I"), cursor.number("Q")))
        return infos

    def _place(
        self, infos: list[tuple[str, tuple[int, ...], int, int]], room: int, alignment: int
    ) -> tuple[Tensor, ...]:
        """The tensors, each held against its neighbours and the ``room`` bytes of data."""
        tensors: dict[str, Tensor] = {}
        expected = 0
        for index, (name, shape, code, offset) in enumerate(infos):
            dtype = NAMES.get(code, f"TYPE_{code}")
            block = TYPES.get(dtype)
            if block is None:
                after = min(infos[index + 1][3] if index + 1 < len(infos) else room, room)
                nbytes = max(0, after - offset)
                self.report(name, f"unknown ggml type {code}", "tolerated")
            else:
                nbytes = -(-prod(shape) // block.elements) * block.nbytes
                if shape and shape[-1] % block.elements:
                    reason = f"rows of {shape[-1]:,} elements, {dtype} has blocks of {block.elements}"
                    self.report(name, reason)
            if offset != expected:
                self.report(name, f"tensor at offset {offset:,}, expected at {expected:,}")
            if offset + nbytes > room:
                self.report(name, f"tensor ends at byte {offset + nbytes:,} of {room:,} bytes of data")
            expected = -(-(offset + nbytes) // alignment) * alignment
            if name in tensors:
                self.report(name, f"tensor {name!a} given twice, the first one counts")
            else:
                tensors[name] = Tensor(name, shape, dtype, nbytes, self.path)
        return tuple(tensors.values())


def _short(value: Json) -> str:
    return ascii(value)[:40]
