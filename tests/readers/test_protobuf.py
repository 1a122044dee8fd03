from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import AttributeProto, StringStringEntryProto

from dara_lint.readers.protobuf import BYTES, FIXED32, FIXED64, VARINT, Wire, integers, pairs, real, signed
from dara_lint.readers.source import MalformedError, Source


class Memory(Source):
    """A source without a file."""

    def __init__(self, data: bytes) -> None:
        self.size = len(data)
        self._data = data

    def read(self, offset: int, length: int) -> bytes:
        assert offset >= 0
        assert offset + length <= self.size
        return self._data[offset : offset + length]


def wire(data: bytes) -> Wire:
    return Wire(Memory(data))


def walk(data: bytes) -> list[tuple[int, int, int]]:
    found = wire(data)
    return list(found.fields(found.size))


def varint(value: int) -> bytes:
    data = bytearray()
    while value > 0x7F:
        data.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*data, value])


@settings(deadline=None, max_examples=100)
@given(values=st.lists(st.integers(0, 2**64 - 1), max_size=30))
def test_varints_round_trip(values: list[int]) -> None:
    data = b"".join(b"\x08" + varint(value) for value in values)
    assert walk(data) == [(1, VARINT, value) for value in values]


def test_every_wire_type() -> None:
    data = b"\x08\x96\x01" + b"\x12\x03abc" + b"\x1d\x00\x00\x80\x3f" + b"\x21" + bytes(7) + b"\x01"
    found = walk(data)
    assert found == [(1, VARINT, 150), (2, BYTES, 3), (3, FIXED32, 0x3F800000), (4, FIXED64, 1 << 56)]
    assert real(found[2][2]) == 1.0


def test_signed_is_what_protobuf_means() -> None:
    assert [signed(value) for value in (0, 2**63 - 1, 2**63, 2**64 - 1)] == [0, 2**63 - 1, -(2**63), -1]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x08", "a number is cut off at byte 1"),
        (b"\x08\x80", "a number is cut off at byte 1"),
        (b"\x08" + b"\xff" * 11, "a number of more than 64 bits at byte 1"),
        (b"\x08" + b"\xff" * 9 + b"\x02", "a number of more than 64 bits at byte 1"),
        (b"\x0b\x0c", "wire type 3 at byte 0"),
        (b"\x0f", "wire type 7 at byte 0"),
        (b"\x12\x05abc", "field 2 at byte 2 goes beyond its message"),
        (b"\x12" + b"\xff" * 9 + b"\x01", "goes beyond its message"),
        (b"\x1d\x00", "field 3 at byte 1 goes beyond its message"),
        (b"\x00\x00", "field 0 at byte 2 goes beyond its message"),
    ],
)
def test_broken_fields_raise(data: bytes, reason: str) -> None:
    with pytest.raises(MalformedError) as caught:
        walk(data)
    assert reason in str(caught.value)


def test_a_nested_message_cannot_outgrow_its_parent() -> None:
    found = wire(b"\x0a\x02\x12\x05" + b"x" * 20)
    outer = found.fields(found.size)
    _, _, length = next(outer)
    with pytest.raises(MalformedError, match="goes beyond its message"):
        list(found.fields(found.at + length))


def test_fields_are_limited() -> None:
    limited = Wire(Memory(b"\x08\x01" * 11), fields=10)
    with pytest.raises(MalformedError, match="more fields than are read"):
        list(limited.fields(22))


def test_payloads_are_skipped_without_being_read() -> None:
    payload = 1 << 20
    found = wire((b"\x0a" + varint(payload) + bytes(payload)) * 20 + b"\x10\x07")
    assert list(found.fields(found.size))[-1] == (2, VARINT, 7)
    assert found.seen <= 21 * 64


def test_text_is_limited_and_forgiving() -> None:
    found = wire(b"a\xffb")
    with pytest.raises(MalformedError, match="a name of 3 bytes"):
        found.text(3, 2)
    assert found.text(3, 3) == "a\\xffb"


def test_integers_packed_or_not() -> None:
    attribute = AttributeProto(ints=[1, -1, 300])
    found = wire(attribute.SerializeToString())
    assert [integers(found, kind, value, 9) for _, kind, value in found.fields(found.size)] == [
        [1],
        [-1],
        [300],
    ]
    packed = wire(b"\x42\x04\x01\xac\x02\x05")
    assert [integers(packed, kind, value, 9) for _, kind, value in packed.fields(6)] == [[1, 300, 5]]
    packed = wire(b"\x42\x04\x01\xac\x02\x05")
    assert [integers(packed, kind, value, 2) for _, kind, value in packed.fields(6)] == [None]


def test_pairs_keep_the_length_of_long_values() -> None:
    data = StringStringEntryProto(key="k", value="v" * 100).SerializeToString()
    assert pairs(wire(data), len(data), 100) == ("k", "v" * 100)
    assert pairs(wire(data), len(data), 99) == ("k", 100)


@settings(deadline=None, max_examples=200)
@given(data=st.binary(max_size=300))
def test_any_bytes_are_walked_or_refused(data: bytes) -> None:
    try:
        fields = walk(data)
    except MalformedError:
        return
    assert len(fields) <= len(data)
