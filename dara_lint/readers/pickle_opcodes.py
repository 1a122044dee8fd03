"""Pickle opcodes off a file: one at a time, with their arguments, long byte strings skipped instead of read.

Opcodes and argument encodings: CPython 3.13, ``Lib/pickletools.py`` and ``Lib/pickle.py``, protocols 0 to 5.
"""

from __future__ import annotations

from typing import TypeAlias

from dara_lint.readers.pickle_symbols import Skipped
from dara_lint.readers.source import MalformedError, Source

TEXT_LIMIT = 65_536
"""Longest string that is kept; longer ones are skipped and stand as ``Skipped``."""
_CHUNK = 65_536


Argument: TypeAlias = "bool | int | float | str | Skipped | None"

_FIXED = {
    b"K": 1, b"M": 2, b"J": 4, b"h": 1, b"q": 1, b"j": 4, b"r": 4, b"\x80": 1, b"\x95": 8,
    b"\x82": 1, b"\x83": 2, b"\x84": 4, b"G": 8,
}  # fmt: skip
_TEXT = {b"X": 4, b"\x8c": 1, b"\x8d": 8, b"U": 1, b"T": 4}
_BYTES = {b"C": 1, b"B": 4, b"\x8e": 8, b"\x96": 8}
_LONG = {b"\x8a": 1, b"\x8b": 4}
_LINE = b"IFLSVgpPci"
_BARE = frozenset(
    bytes((code,)) for code in b"(.012abde})lst]uoQRN\x85\x86\x87\x88\x89\x81\x8f\x90\x91\x92\x93\x94\x97\x98"
)
_CONSTANTS = {b"\x88": True, b"\x89": False}
NAMES = frozenset((b"c", b"i"))


class Stream:
    """A span of a file from which opcodes are taken; ``position`` is the file offset of the next byte."""

    def __init__(self, source: Source, start: int, end: int) -> None:
        self._source = source
        self._end = end
        self._offset = start
        self._buffer = b""
        self._at = 0

    @property
    def position(self) -> int:
        """File offset of the next byte."""
        return self._offset + self._at

    def take(self, length: int) -> bytes:
        """The next bytes. Raises MalformedError when the span ends first."""
        at = self._at
        if at + length > len(self._buffer):
            self._fill(length)
            at = 0
        self._at = at + length
        return self._buffer[at : self._at]

    def skip(self, length: int) -> None:
        """Pass over bytes without reading them. Raises MalformedError when the span ends first."""
        if self.position + length > self._end:
            raise MalformedError(f"a value of {length:,} bytes goes past the end of the pickle")
        if self._at + length <= len(self._buffer):
            self._at += length
        else:
            self._offset, self._buffer, self._at = self.position + length, b"", 0

    def line(self) -> bytes:
        """The bytes up to the next line feed, without it. Raises MalformedError when there is none near."""
        end = self._buffer.find(b"\n", self._at)
        if end < 0:
            self._fill(min(TEXT_LIMIT, self._end - self.position))
            end = self._buffer.find(b"\n", 0)
            if end < 0:
                raise MalformedError("a line of the pickle does not end")
        text = self._buffer[self._at : end]
        self._at = end + 1
        return text

    def opcode(self) -> tuple[bytes, Argument]:
        """The next opcode and its argument; two names joined by a space for GLOBAL and INST."""
        at = self._at
        if at >= len(self._buffer):
            self._fill(1)
            at = 0
        code = self._buffer[at : at + 1]
        self._at = at + 1
        if code in _BARE:
            return code, _CONSTANTS.get(code)
        width = _FIXED.get(code)
        if width is not None:
            if width == 1 and self._at < len(self._buffer):  # nearly all of them
                self._at = at + 2
                return code, self._buffer[at + 1]
            raw = self.take(width)
            return code, None if code == b"G" else int.from_bytes(raw, "little", signed=code == b"J")
        width = _TEXT.get(code)
        if width is not None:
            return code, self._text(int.from_bytes(self.take(width), "little"))
        width = _BYTES.get(code)
        if width is not None:
            length = int.from_bytes(self.take(width), "little")
            self.skip(length)
            return code, Skipped(length)
        width = _LONG.get(code)
        if width is not None:
            length = int.from_bytes(self.take(width), "little")
            if length > 1024:
                self.skip(length)
                return code, Skipped(length)
            return code, int.from_bytes(self.take(length), "little", signed=True)
        if code in _LINE:
            return code, self._words(code)
        raise MalformedError(f"byte 0x{code.hex()} is no pickle opcode")

    def _text(self, length: int) -> str | Skipped:
        if length > TEXT_LIMIT:
            self.skip(length)
            return Skipped(length)
        return self.take(length).decode(errors="replace")

    def _words(self, code: bytes) -> Argument:
        words = self.line()
        if code in NAMES:
            return f"{words.decode(errors='replace')} {self.line().decode(errors='replace')}"
        text = words.decode("latin-1")
        if code in b"VPF":
            return text
        if code == b"S":
            return text.strip()[1:-1]
        if text in {"00", "01"}:
            return text == "01"
        try:
            return int(text.rstrip("L")[:1000])
        except ValueError:
            raise MalformedError("a number of the pickle is none") from None

    def _fill(self, length: int) -> None:
        start = self.position
        if start + length > self._end:
            raise MalformedError("the pickle ends before it is complete")
        self._buffer = self._source.read(start, min(max(length, _CHUNK), self._end - start))
        self._offset, self._at = start, 0
