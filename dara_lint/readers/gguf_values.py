"""The values of a GGUF file: a cursor over numbers, strings and arrays, in either byte order.

Source: the GGUF specification (ggml, docs/gguf.md) and gguf.cpp of llama.cpp.
"""

from __future__ import annotations

import struct

from dara_lint.model import Json
from dara_lint.readers.source import LimitError, MalformedError, Source

WINDOW = 1 << 16
LONG_TEXT = 1 << 16
"""Bytes of a string beyond which only its length is kept."""
LONG_ARRAY = 64
"""Elements of an array beyond which only its length is kept."""
TEXT = 16 << 20
"""Bytes of names and of metadata that are kept of one file; of later strings only the length is."""
NESTING = 4
STRINGS = 4_000_000
"""Strings that are stepped over in arrays: several times what the largest vocabularies and merges have."""
ARRAY_COST = 10
"""Strings that an array within an array counts for, by the time it takes."""

STRING, ARRAY, BOOL = 8, 9, 7
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "B", 10: "Q", 11: "q", 12: "d"}
_WIDTHS = {kind: struct.calcsize(f"={code}") for kind, code in _SCALARS.items()}


class Cursor:
    """A place in a GGUF file. ``order`` is struct's ``<`` or ``>``; version 1 counts with 32 bits."""

    def __init__(self, source: Source) -> None:
        self.at = 0
        self.order = "<"
        self.size = source.size
        self.version = 0
        self._source = source
        self._buffer = b""
        self._start = 0
        self._text = TEXT
        self._steps = STRINGS

    def take(self, length: int) -> bytes:
        """The ``length`` bytes from here on. Raises MalformedError at the file's end."""
        index = self.at - self._start
        if index < 0 or index + length > len(self._buffer):
            if self.at + length > self.size:
                raise MalformedError(f"the file ends at byte {self.size:,}, {self.at + length:,} were needed")
            self._buffer = self._source.read(self.at, min(max(length, WINDOW), self.size - self.at))
            self._start, index = self.at, 0
        self.at += length
        return self._buffer[index : index + length]

    def skip(self, length: int) -> None:
        """Step over ``length`` bytes without reading them. Raises MalformedError beyond the file's end."""
        if self.at + length > self.size:
            raise MalformedError(f"{length:,} bytes at byte {self.at:,}, the file ends at {self.size:,}")
        self.at += length

    def number(self, code: str) -> int:
        """The integer of a struct format character."""
        width = struct.calcsize(f"={code}")
        number: int = struct.unpack(self.order + code, self.take(width))[0]
        return number

    def count(self) -> int:
        """A length or a number of entries."""
        return self.number("I" if self.version == 1 else "Q")

    def text(self, limit: int) -> str:
        """A string of at most ``limit`` bytes, broken UTF-8 as ``\\xNN``. Raises MalformedError above."""
        length = self.count()
        if length > limit:
            raise (LimitError if length <= self.size else MalformedError)(
                f"a name of {length:,} bytes at byte {self.at:,}, more than {limit:,}"
            )
        self._spend(length)
        return self.take(length).decode("utf-8", "backslashreplace")

    def value(self, kind: int, depth: int = 0) -> Json:
        """A metadata value: long strings and arrays as ``{"length": n}``. Raises MalformedError."""
        if kind == STRING:
            return self._string()
        if kind == ARRAY:
            return self._array(depth)
        code = _SCALARS.get(kind)
        if code is None:
            raise MalformedError(f"a value of unknown type {kind} at byte {self.at:,}")
        scalar: int | float = struct.unpack(self.order + code, self.take(_WIDTHS[kind]))[0]
        return bool(scalar) if kind == BOOL else scalar

    def _string(self) -> Json:
        length = self.count()
        if length > LONG_TEXT or length > self._text:
            self.skip(length)
            return {"length": length}
        self._spend(length)
        return self.take(length).decode("utf-8", "backslashreplace")

    def _array(self, depth: int) -> Json:
        if depth >= NESTING:
            raise MalformedError(f"arrays nested deeper than {NESTING} at byte {self.at:,}")
        kind = self.number("I")
        length = self.count()
        if kind in _WIDTHS and length > LONG_ARRAY:
            self.skip(length * _WIDTHS[kind])
        elif kind == STRING and length > LONG_ARRAY:
            self._skip_strings(length)
        else:
            self._step(length, kind)
            self._spend(8 * min(length, LONG_ARRAY))
            items = [self.value(kind, depth + 1) for _ in range(min(length, LONG_ARRAY))]
            if length <= LONG_ARRAY:
                return items
            for _ in range(length - LONG_ARRAY):
                self.value(kind, depth + 1)
        return {"length": length}

    def _spend(self, length: int) -> None:
        """Account for ``length`` bytes that are kept. Raises MalformedError when they are too many."""
        self._text -= length
        if self._text < 0:
            raise LimitError(f"names and metadata of more than {TEXT:,} bytes")

    def _step(self, count: int, kind: int) -> None:
        """Account for ``count`` entries of an array. Raises MalformedError when the file can't hold them."""
        width = {ARRAY: 12, STRING: 4 if self.version == 1 else 8}.get(kind, 1)
        if count * width > self.size - self.at:
            raise MalformedError(f"an array of {count:,} entries at byte {self.at:,}, too long for the file")
        self._steps -= count * (ARRAY_COST if kind == ARRAY else 1)
        if self._steps < 0:
            raise LimitError(f"arrays of more than {STRINGS:,} entries")

    def _skip_strings(self, count: int) -> None:
        self._step(count, STRING)
        width = 4 if self.version == 1 else 8
        lengths = struct.Struct(self.order + ("I" if width == 4 else "Q")).unpack_from
        for _ in range(count):
            index = self.at - self._start
            if 0 <= index <= len(self._buffer) - width:
                self.at += width + lengths(self._buffer, index)[0]
            else:
                self.skip(lengths(self.take(width))[0])
        self.skip(0)
