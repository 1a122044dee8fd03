"""The directory of a zip archive: what lies where, read from its end, nothing unpacked.

Layout: PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.14 to 4.3.16, with ZIP64 (torch writes it).
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from dara_lint.readers.source import LimitError, MalformedError, Source

DIRECTORY_LIMIT = 32 * 1024 * 1024
"""Bytes of directory that are read, enough for 400,000 records."""
_FULL = 0xFFFFFFFF
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_ENTRY = struct.Struct("<4s6H3L5H2L")


class Record(NamedTuple):
    """A file in the archive: compression method (0 stored, 8 deflated), bytes it takes, bytes unpacked,
    offset of its local header."""

    method: int
    packed: int
    size: int
    header: int


def records(source: Source) -> dict[str, Record]:
    """Every record by name, in the directory's order. Raises MalformedError, OSError."""
    tail = min(source.size, 65_536 + _END.size)
    if tail < _END.size:
        raise MalformedError(f"{source.size} bytes, too short for a zip archive")
    start = source.size - tail
    ending = source.read(start, tail)
    at = ending.rfind(b"PK\x05\x06", 0, tail - _END.size + 4)
    if at < 0:
        raise MalformedError("a zip archive without its directory at the end: it is cut off, upload it again")
    *_, size, offset, _ = _END.unpack_from(ending, at)
    if start + at >= _LOCATOR.size:
        locator = _LOCATOR.unpack(source.read(start + at - _LOCATOR.size, _LOCATOR.size))
        if locator[0] == b"PK\x06\x07":
            end = _END64.unpack(source.read(locator[2], _END64.size))
            if end[0] != b"PK\x06\x06":
                raise MalformedError("a zip archive whose ZIP64 directory is not where it says")
            size, offset = end[8], end[9]
    if size > DIRECTORY_LIMIT:
        raise LimitError(f"a zip archive with a directory of {size:,} bytes, {DIRECTORY_LIMIT:,} are read")
    return _entries(source.read(offset, size))


def _entries(raw: bytes) -> dict[str, Record]:
    found: dict[str, Record] = {}
    at = 0
    while at + _ENTRY.size <= len(raw):
        fields = _ENTRY.unpack_from(raw, at)
        if fields[0] != b"PK\x01\x02":
            raise MalformedError("a zip archive whose directory is broken")
        method, packed, size, header = fields[4], fields[8], fields[9], fields[16]
        name_length, extra_length, comment_length = fields[10:13]
        begin = at + _ENTRY.size
        name = raw[begin : begin + name_length]
        begin += name_length
        if _FULL in (packed, size, header):
            extra = raw[begin : begin + extra_length]
            packed, size, header = _wide(extra, packed, size, header)
        found[name.decode(errors="replace")] = Record(method, packed, size, header)
        at = begin + extra_length + comment_length
    return found


def _wide(extra: bytes, packed: int, size: int, header: int) -> tuple[int, int, int]:
    """Replace what does not fit 32 bits by the ZIP64 extra field (4.5.3)."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            numbers = [
                int.from_bytes(extra[begin : begin + 8], "little")
                for begin in range(at + 4, min(at + 4 + length, len(extra)) - 7, 8)
            ]
            numbers.reverse()
            size = numbers.pop() if size == _FULL and numbers else size
            packed = numbers.pop() if packed == _FULL and numbers else packed
            header = numbers.pop() if header == _FULL and numbers else header
            break
        at += 4 + length
    return packed, size, header


def begin_of(source: Source, record: Record) -> int:
    """File offset of a record's first byte. Raises MalformedError, OSError."""
    local = source.read(record.header, 30)
    if local[:4] != b"PK\x03\x04":
        raise MalformedError("a zip archive whose record is not where its directory says")
    name_length, extra_length = struct.unpack_from("<HH", local, 26)
    return record.header + 30 + int(name_length) + int(extra_length)
