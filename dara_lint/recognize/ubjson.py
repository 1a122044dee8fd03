"""Universal Binary JSON, as XGBoost writes it: bytes -> dicts, lists, strings, numbers.

Source of the format: ubjson.org draft 12 with the strongly typed arrays ``[$T#L…`` (XGBoost 1.6 and newer).
"""

from __future__ import annotations

import struct
import sys
from array import array
from typing import Any

_NUMBERS = {"i": ">b", "U": ">B", "I": ">h", "l": ">i", "L": ">q", "d": ">f", "D": ">d"}
_ARRAYS = {"i": "b", "U": "B", "I": "h", "l": "i", "L": "q", "d": "f", "D": "d"}
_CONSTANTS = {"T": True, "F": False, "Z": None}
_DEEPEST = 32


class _Decoder:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, length: int) -> bytes:
        end = self.at + length
        if length < 0 or end > len(self.data):
            raise ValueError(f"the model file ends at byte {len(self.data):,}, {end:,} were needed")
        piece = self.data[self.at : end]
        self.at = end
        return piece

    def marker(self) -> str:
        while (found := chr(self.take(1)[0])) == "N":  # no-op
            pass
        return found

    def number(self, kind: str) -> Any:
        if kind not in _NUMBERS:
            raise ValueError(f"the model file has the unknown type {kind!r} at byte {self.at:,}")
        form = _NUMBERS[kind]
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def text(self) -> str:
        return self.take(self.number(self.marker())).decode()

    def typed(self, kind: str, count: int) -> list[Any]:
        if kind not in _ARRAYS:
            return [self.value(kind, 0) for _ in range(count)]
        values = array(_ARRAYS[kind])
        values.frombytes(self.take(count * values.itemsize))
        if sys.byteorder == "little":
            values.byteswap()
        return values.tolist()

    def sequence(self, depth: int) -> list[Any]:
        kind = ""
        found = self.marker()
        if found == "$":
            kind, found = self.marker(), self.marker()
        if found == "#":
            count = self.number(self.marker())
            if kind:
                return self.typed(kind, count)
            return [self.value(self.marker(), depth) for _ in range(count)]
        values = []
        while found != "]":
            values.append(self.value(found, depth))
            found = self.marker()
        return values

    def mapping(self, depth: int) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while (found := self.marker()) != "}":
            name = self.take(self.number(found)).decode()
            values[name] = self.value(self.marker(), depth)
        return values

    def value(self, kind: str, depth: int) -> Any:
        if depth > _DEEPEST:
            raise ValueError(f"the model file nests deeper than {_DEEPEST} levels")
        if kind == "{":
            return self.mapping(depth + 1)
        if kind == "[":
            return self.sequence(depth + 1)
        if kind == "S":
            return self.text()
        if kind in _CONSTANTS:
            return _CONSTANTS[kind]
        return self.number(kind)


def loads(data: bytes) -> Any:
    """What the bytes of one UBJSON value say. Raises ValueError when they are none."""
    decoder = _Decoder(data)
    try:
        return decoder.value(decoder.marker(), 0)
    except UnicodeDecodeError as error:
        raise ValueError("the model file holds text that is not UTF-8") from error
