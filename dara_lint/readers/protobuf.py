"""The protobuf wire format, walked in a file: field by field, seeking over what nobody asks for.

Source: the encoding chapter of the Protocol Buffers documentation (varints, tags, wire types 0, 1, 2, 5).
Groups (wire types 3 and 4) are refused: no format read here has any.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from dara_lint.readers.source import LimitError, MalformedError, Source

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
"""Wire types."""

WINDOW = 1 << 16
STEP = 12
"""Bytes that are read first: about what the fields around a tensor's data take."""
SHARE = 512
FIELDS = 2_000_000
"""Fields that are walked before a file is given up: a few seconds, and several times what large graphs have."""
TEXT = 32 << 20
"""Bytes of distinct text that are kept of one file, each piece with ``PIECE`` more."""
PIECE = 100


class Wire:
    """A place in a file of protobuf messages, and the bytes around it.

    Reading ahead starts at ``STEP`` bytes, also after each seek, and grows by an eighth while reading
    goes on, up to ``WINDOW`` bytes and a ``SHARE``-th of what was read so far: so within one per cent only
    that is read which is walked.
    """

    def __init__(self, source: Source, fields: int = FIELDS) -> None:
        self.at = 0
        self.size = source.size
        self.seen = 0
        """Bytes read from the file so far."""
        self._source = source
        self._left = fields
        self._buffer = b""
        self._start = 0
        self._ahead = STEP
        self._run = 0
        """Where reading went on after the last payload that was skipped."""
        self._left_off = 0
        """The last place in the buffer from which a field was left."""
        self._texts: dict[bytes, str] = {}
        self._room = TEXT

    def _fill(self, need: int) -> None:
        """Hold ``need`` bytes from ``at`` on in the buffer, as far as the file goes, and some more."""
        end = self._start + len(self._buffer)
        if self._start <= self.at <= end:
            kept = self._buffer[self.at - self._start :]
            self._ahead = min(self._ahead * 9 // 8, WINDOW, max(STEP, self.seen // SHARE))
        else:  # behind a payload: the fields around the next one take about as many bytes as those before it
            before = self._left_off - self._run
            kept, end, self._run = b"", self.at, self.at
            self._ahead = before if STEP <= before <= max(256, self.seen // SHARE) else STEP
        length = min(max(self._ahead, need - len(kept)), self.size - end)
        self._buffer = kept + self._source.read(end, length) if length > 0 else kept
        self._ahead = min(self._ahead, max(STEP, self.seen // SHARE))
        self._start = self.at
        self.seen += max(length, 0)

    def varint(self, end: int) -> int:
        """The unsigned varint at ``at``, which moves behind it. Raises MalformedError beyond ``end``."""
        index, buffer = self.at - self._start, self._buffer
        if 0 <= index < len(buffer) and buffer[index] < 0x80 and self.at < end:
            self.at += 1
            return buffer[index]
        tail = index + 10 > len(buffer)
        if index < 0 or (tail and all(byte & 0x80 for byte in buffer[index:])):
            self._fill(min(10, end - self.at))
            index, buffer = 0, self._buffer
        value = shift = 0
        limit = min(len(buffer), index + end - self.at)
        first = index
        while index < limit:
            byte = buffer[index]
            index += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                if value >> 64:
                    break
                self.at += index - first
                return value
            shift += 7
            if shift == 70:
                break
        reason = "a number of more than 64 bits" if value >> 64 or shift == 70 else "a number is cut off"
        raise MalformedError(f"{reason} at byte {self.at:,}")

    def fields(self, end: int) -> Iterator[tuple[int, int, int]]:
        """The fields of the message from ``at`` to ``end``: number, wire type, value.

        The value is the number itself, of fixed fields its bits; for ``BYTES`` it is the payload's length,
        and the payload starts at ``at``. What the caller does not take is skipped without being read.
        Raises MalformedError for a broken field, or when the file holds too many.
        """
        at = self.at
        while at < end:
            self._leave()
            self.at = at
            self._left -= 1
            if self._left < 0:
                raise LimitError("more fields than are read")
            key = self.varint(end)
            number, wire = key >> 3, key & 7
            if wire == BYTES:
                value = self.varint(end)
                start, at = self.at, self.at + value
            elif wire == VARINT:
                value = self.varint(end)
                start = at = self.at
            elif wire in (FIXED32, FIXED64):
                width = 4 if wire == FIXED32 else 8
                start, at = self.at, self.at + width
                value = int.from_bytes(self.take(min(width, end - self.at)), "little")
            else:
                raise MalformedError(f"wire type {wire} at byte {at:,}")
            if at > end or not 0 < number < 1 << 29:
                raise MalformedError(f"field {number} at byte {start:,} goes beyond its message")
            self.at = start
            yield number, wire, value
        self._leave()
        self.at = end

    def _leave(self) -> None:
        if self._start <= self.at <= self._start + len(self._buffer):
            self._left_off = self.at

    def spend(self, count: int) -> None:
        """Account for ``count`` things that are walked like fields. Raises MalformedError above ``FIELDS``."""
        self._left -= count
        if self._left < 0:
            raise LimitError("more fields than are read")

    def take(self, length: int) -> bytes:
        """The ``length`` bytes from ``at``, which moves behind them. Raises MalformedError at the file's end."""
        index = self.at - self._start
        if index < 0 or index + length > len(self._buffer):
            self._fill(length)
            index = 0
        data = self._buffer[index : index + length]
        if len(data) < length:
            raise MalformedError(f"the file ends at byte {self.size:,}, {self.at + length:,} were needed")
        self.at += length
        return data

    def text(self, length: int, limit: int) -> str:
        """``length`` bytes as UTF-8 text, broken bytes as ``\\xNN``. Raises MalformedError above ``limit``."""
        if length > limit:
            raise (LimitError if length <= self.size else MalformedError)(
                f"a name of {length:,} bytes at byte {self.at:,}, more than {limit:,}"
            )
        data = self.take(length)
        text = self._texts.get(data)
        if text is None:
            self._room -= length + PIECE
            if self._room < 0:
                raise LimitError(f"names of more than {TEXT:,} bytes together")
            text = self._texts[data] = data.decode("utf-8", "backslashreplace")
        return text


def signed(value: int) -> int:
    """A varint as the int32 or int64 that it stands for (negative ones are sign-extended to 64 bits)."""
    return value - (1 << 64) if value >> 63 else value


def real(bits: int) -> float:
    """The float of 32 bits."""
    number: float = struct.unpack("<f", bits.to_bytes(4, "little"))[0]
    return number


def integers(wire: Wire, kind: int, value: int, limit: int) -> list[int] | None:
    """A repeated int64 field, packed or not, as far as this occurrence goes; None when longer than ``limit``.

    Raises MalformedError.
    """
    if kind == VARINT:
        return [signed(value)]
    end = wire.at + value
    numbers: list[int] = []
    while wire.at < end:
        if len(numbers) >= limit:
            return None
        numbers.append(signed(wire.varint(end)))
    wire.spend(len(numbers))
    return numbers


def pairs(wire: Wire, length: int, limit: int) -> tuple[str, str | int]:
    """A ``StringStringEntryProto``: key and value, the value's length when that is more than ``limit`` bytes."""
    key: str = ""
    text: str | int = ""
    for number, kind, value in wire.fields(wire.at + length):
        if kind == BYTES and number == 1:
            key = wire.text(value, limit)
        elif kind == BYTES and number == 2:
            text = wire.text(value, limit) if value <= limit else value
    return key, text
