from __future__ import annotations

import struct
import time
import tracemalloc
from pathlib import Path
from typing import Any

import gguf as oracle
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dara_lint.ggml import BITS_PER_WEIGHT, NAMES, TYPES
from dara_lint.model import LfsPointer, WeightFile
from dara_lint.readers import gguf
from dara_lint.readers.gguf_values import LONG_ARRAY, TEXT
from dara_lint.readers.source import Entry

DROPPED = {"Q4_0_4_4", "Q4_0_4_8", "Q4_0_8_8", "IQ4_NL_4_4", "IQ4_NL_4_8", "IQ4_NL_8_8"}


def read(path: Path) -> WeightFile:
    return gguf.read(Entry(f"sub/{path.name}", str(path), path.stat().st_size))


def text(value: str | bytes, width: str = "<Q") -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return struct.pack(width, len(data)) + data


def key(name: str, kind: int, payload: bytes) -> bytes:
    return text(name) + struct.pack("<I", kind) + payload


def info(name: str, dims: tuple[int, ...], kind: int, offset: int) -> bytes:
    return text(name) + struct.pack(f"<I{len(dims)}QIQ", len(dims), *dims, kind, offset)


def build(keys: list[bytes], infos: list[bytes], data: int = 0, *, counts: tuple[int, int] | None = None) -> bytes:
    tensor_count, key_count = counts or (len(infos), len(keys))
    head = b"GGUF" + struct.pack("<IQQ", 3, tensor_count, key_count) + b"".join(keys) + b"".join(infos)
    return head + bytes(-len(head) % 32) + bytes(data)


def reasons(tmp_path: Path, data: bytes) -> str:
    path = tmp_path / "m.gguf"
    path.write_bytes(data)
    return "; ".join(problem.reason for problem in read(path).problems)


def test_types_are_those_of_the_gguf_package() -> None:
    theirs = {kind.name: (int(kind), *oracle.GGML_QUANT_SIZES[kind]) for kind in oracle.GGMLQuantizationType}
    assert {name: tuple(block) for name, block in TYPES.items() if name not in DROPPED} == theirs
    assert len(NAMES) == len(TYPES)
    assert BITS_PER_WEIGHT["Q4_K"] == 4.5
    assert BITS_PER_WEIGHT["MXFP4"] == 4.25
    assert BITS_PER_WEIGHT["BF16"] == BITS_PER_WEIGHT["F8_E4M3"] * 2 == 16


def write(path: Path, endianess: oracle.GGUFEndian, **options: Any) -> None:
    writer = oracle.GGUFWriter(path, "llama", endianess=endianess, **options)
    writer.add_name("Tiny")
    writer.add_uint8("t.u8", 200)
    writer.add_int8("t.i8", -5)
    writer.add_uint16("t.u16", 60_000)
    writer.add_int16("t.i16", -300)
    writer.add_uint32("t.u32", 4_000_000_000)
    writer.add_int32("t.i32", -7)
    writer.add_uint64("t.u64", 1 << 60)
    writer.add_int64("t.i64", -(1 << 60))
    writer.add_float32("t.f32", 0.5)
    writer.add_float64("t.f64", 0.1)
    writer.add_bool("t.bool", True)
    writer.add_array("t.short", [1, 2, 3])
    writer.add_array("t.words", ["a", "bß"])
    writer.add_array("t.long", list(range(1000)))
    writer.add_array("t.vocabulary", [f"token {n}" * (n % 300) for n in range(2000)])
    writer.add_string("t.last", "after the arrays")
    for name, block in TYPES.items():
        if name in DROPPED:
            continue
        kind = oracle.GGMLQuantizationType[name]
        rows = np.zeros((3, 2, 2 * block.nbytes), dtype=np.uint8)
        writer.add_tensor(f"w.{name}", rows, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


@pytest.mark.parametrize("endianess", list(oracle.GGUFEndian))
def test_reads_what_the_gguf_package_writes(tmp_path: Path, endianess: oracle.GGUFEndian) -> None:
    path = tmp_path / "tiny.gguf"
    write(path, endianess)
    found = read(path)
    theirs = oracle.GGUFReader(path)
    assert found.problems == ()
    assert found.tensors is not None
    assert [(t.name, t.shape[::-1], t.dtype, t.nbytes) for t in found.tensors] == [
        (t.name, tuple(t.shape.tolist()), t.tensor_type.name, t.n_bytes) for t in theirs.tensors
    ]
    assert len(found.tensors) == len(TYPES) - len(DROPPED)
    assert {tensor.file for tensor in found.tensors} == {"sub/tiny.gguf"}
    expected = {name: field.contents() for name, field in theirs.fields.items() if not name.startswith("GGUF.")}
    for name, value in expected.items():
        if isinstance(value, list) and len(value) > LONG_ARRAY:
            expected[name] = {"length": len(value)}
    assert found.metadata == expected
    assert found.metadata["t.last"] == "after the arrays"


def test_reads_split_files(tmp_path: Path) -> None:
    write(tmp_path / "tiny.gguf", oracle.GGUFEndian.LITTLE, split_max_tensors=10)
    paths = sorted(tmp_path.glob("*.gguf"))
    found = [read(path) for path in paths]
    assert len(paths) > 2
    assert [file.metadata["split.no"] for file in found] == list(range(len(paths)))
    assert {file.metadata["split.count"] for file in found} == {len(paths)}
    tensors = sum(len(file.tensors or ()) for file in found)
    assert {file.metadata["split.tensors.count"] for file in found} == {tensors} == {len(TYPES) - len(DROPPED)}
    assert not any(file.problems for file in found)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("version", [1, 2, 3])
def test_reads_every_version(tmp_path: Path, version: int, order: str) -> None:
    long = "I" if version == 1 else "Q"

    def words(value: str) -> bytes:
        return text(value, order + long)

    head = b"GGUF" + struct.pack(f"{order}I2{long}", version, 1, 2)
    head += words("general.name") + struct.pack(f"{order}I", 8) + words("old")
    head += words("vocabulary") + struct.pack(f"{order}II{long}", 9, 8, 70) + words("ab") * 70
    head += words("w") + struct.pack(f"{order}I2{long}IQ", 2, 64, 5, 2, 0)
    path = tmp_path / "m.gguf"
    path.write_bytes(head + bytes(-len(head) % 32) + bytes(180))
    found = read(path)
    assert found.problems == ()
    assert found.metadata == {"general.name": "old", "vocabulary": {"length": 70}}
    assert found.tensors is not None
    assert found.tensors[0][:4] == ("w", (5, 64), "Q4_0", 180)


def test_a_pointer_keeps_its_size() -> None:
    pointer = LfsPointer("a" * 64, 12_345)
    found = gguf.read(Entry("m.gguf", "/nowhere", 130, pointer))
    assert (found.size, found.tensors, found.pointer, found.problems) == (12_345, None, pointer, ())


def array(kind: int, length: int, payload: bytes = b"") -> bytes:
    return struct.pack("<IQ", kind, length) + payload


BROKEN = {
    "empty": (b"", "empty file"),
    "text": (b"<!DOCTYPE html>", "no GGUF file, it begins with '<!DOCTYPE html>'"),
    "magic only": (b"GGUF", "the file ends at byte 4"),
    "version": (b"GGUF" + struct.pack("<IQQ", 4, 0, 0), "version 4"),
    "tensors that lie": (build([], [], counts=(1 << 40, 0)), "1,099,511,627,776 tensors in a file"),
    "keys that lie": (build([], [], counts=(0, 1 << 63)), "metadata keys in a file of"),
    "one key short": (build([], [], counts=(0, 1)), "the file ends"),
    "long name": (build([struct.pack("<Q", 1 << 62)], []), "a name of 4,611,686,018,427,387,904 bytes"),
    "long string": (build([key("k", 8, struct.pack("<Q", 1 << 62))], []), "the file ends at"),
    "long array": (build([key("k", 9, array(4, 1 << 61))], []), "the file ends at"),
    "many strings": (build([key("k", 9, array(8, 1 << 61))], []), "too long for the file"),
    "many arrays": (build([key("k", 9, array(9, 1 << 61))], []), "too long for the file"),
    "strings that end": (
        build([key("k", 9, array(8, 100, text("x") * 99 + struct.pack("<Q", 1 << 40)))], []),
        "the file ends",
    ),
    "nested arrays": (build([key("k", 9, array(9, 1) * 50)], []), "nested deeper than 4"),
    "unknown type": (build([key("k", 13, b"")], []), "unknown type 13"),
    "no alignment": (build([key("general.alignment", 4, bytes(4))], []), "general.alignment is 0"),
    "odd alignment": (build([key("general.alignment", 4, b"\3\0\0\0")], []), "a power of two is needed"),
    "worded alignment": (build([key("general.alignment", 8, text("32"))], []), "is '32'"),
    "dimensions": (build([], [info("w", (1,) * 5, 0, 0)], 32), "tensor 'w' of 5 dimensions"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_files_are_unreadable(tmp_path: Path, case: str) -> None:
    data, expected = BROKEN[case]
    path = tmp_path / "m.gguf"
    path.write_bytes(data)
    started = time.perf_counter()
    tracemalloc.start()
    found = read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert time.perf_counter() - started < 1
    assert peak < 1 << 20
    assert found.tensors is None
    assert [problem.kind for problem in found.problems] == ["unreadable"]
    assert expected in found.problems[0].reason


REFUSED = {
    "outside": (build([], [info("w", (8,), 0, 1 << 40)], 32), "tensor ends at byte 1,099,511,627,808 of 32"),
    "truncated": (build([], [info("w", (4096,), 0, 0)], 32), "tensor ends at byte 16,384 of 32 bytes"),
    "overlap": (build([], [info("a", (8,), 0, 0), info("b", (8,), 0, 0)], 64), "at offset 0, expected at 32"),
    "not aligned": (build([], [info("w", (4,), 0, 4)], 32), "tensor at offset 4, expected at 0"),
    "half a block": (build([], [info("w", (48,), 2, 0)], 64), "rows of 48 elements, Q4_0 has blocks of 32"),
    "same name": (build([], [info("a", (8,), 0, 0), info("a", (8,), 0, 32)], 64), "tensor 'a' given twice"),
    "same key": (build([key("k", 0, b"\1"), key("k", 0, b"\2")], []), "metadata key 'k' given twice"),
    "huge": (build([], [info("w", (1 << 63,) * 4, 0, 0)], 32), "bytes of data"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_loaders_refuse_is_reported_and_read(tmp_path: Path, case: str) -> None:
    data, expected = REFUSED[case]
    path = tmp_path / "m.gguf"
    path.write_bytes(data)
    found = read(path)
    assert found.tensors is not None
    assert {problem.kind for problem in found.problems} == {"malformed"}
    assert any(expected in problem.reason for problem in found.problems)


def test_the_first_of_two_keys_counts(tmp_path: Path) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(REFUSED["same key"][0])
    assert read(path).metadata == {"k": 1}


def test_unknown_types_take_what_is_left_to_them(tmp_path: Path) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(build([], [info("a", (8,), 99, 0), info("b", (8,), 0, 64)], 96))
    found = read(path)
    assert found.tensors is not None
    assert [(t.dtype, t.nbytes) for t in found.tensors] == [("TYPE_99", 64), ("F32", 32)]
    assert [(p.kind, p.reason) for p in found.problems] == [("tolerated", "unknown ggml type 99")]


def test_problems_are_limited(tmp_path: Path) -> None:
    data = build([], [info(f"w{n}", (8,), 0, 1 << 40) for n in range(100)], 32)
    assert len(reasons(tmp_path, data).split("; ")) == 20


def test_much_metadata_is_given_up(tmp_path: Path) -> None:
    value = "x" * 60_000
    keys = [key(f"k{n}", 8, text(value)) for n in range(TEXT // len(value) + 5)]
    path = tmp_path / "m.gguf"
    path.write_bytes(build(keys, []))
    found = read(path)
    assert found.metadata["k0"] == value
    assert found.metadata[f"k{len(keys) - 1}"] == {"length": len(value)}
    lists = [key(f"k{n}", 9, array(8, 64, text("x" * 4000) * 64)) for n in range(80)]
    assert "metadata of more than" in reasons(tmp_path, build(lists, []))


def test_tensor_bytes_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "big.gguf"
    head = build([], [info("w", (1 << 28,), 0, 0)])
    with path.open("wb") as file:
        file.write(head)
        file.truncate(len(head) + (1 << 30))
    started = time.perf_counter()
    found = read(path)
    assert time.perf_counter() - started < 1
    assert found.problems == ()
    assert found.size == len(head) + (1 << 30)


def test_missing_files_and_folders_are_reported(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.gguf"):
        assert gguf.read(Entry("m.gguf", str(path), 1)).problems


VALID = build(
    [key("general.name", 8, text("n")), key("l", 9, array(8, 2, text("a") + text("b"))), key("f", 6, bytes(4))],
    [info("a", (32, 2), 2, 0), info("b", (8,), 0, 64)],
    96,
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("gguf") / "m.gguf"


@settings(deadline=None, max_examples=200)
@given(data=st.binary(max_size=400), prefix=st.sampled_from([b"", b"GGUF\3\0\0\0", b"GGUF\0\0\0\3"]))
def test_any_bytes_give_facts_or_problems(place: Path, data: bytes, prefix: bytes) -> None:
    place.write_bytes(prefix + data)
    found = read(place)
    assert found.tensors is not None or len(found.problems) == 1


@settings(deadline=None, max_examples=200)
@given(
    edits=st.lists(st.tuples(st.integers(0, len(VALID) - 1), st.integers(0, 255)), max_size=4),
    cut=st.integers(0, len(VALID)),
)
def test_mutated_files_give_facts_or_problems(place: Path, edits: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(VALID)
    for at, byte in edits:
        data[at] = byte
    place.write_bytes(bytes(data[: cut if cut % 2 else None]))
    found = read(place)
    assert found.tensors is not None or len(found.problems) == 1
