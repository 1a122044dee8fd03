"""The safetensors reader, held to the safetensors package: the same files are read, the same are refused."""

from __future__ import annotations

import json
import random
import struct
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors import SafetensorError
from safetensors.numpy import save

from dara_lint.model import BITS, WeightFile
from dara_lint.readers import safetensors
from dara_lint.readers.source import Entry, Source

ONE = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}
DTYPES = sorted(set(BITS) - {"C128", "I4", "U4", "I2", "U2"})
QUICK = settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _file(header: object, data: bytes = b"") -> bytes:
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(raw)) + raw + data


def _read(folder: Path, content: bytes) -> WeightFile:
    path = folder / "model.safetensors"
    path.write_bytes(content)
    return safetensors.read(Entry("a/model.safetensors", str(path), len(content)))


def _refused(file: WeightFile) -> bool:
    return any(problem.kind != "tolerated" for problem in file.problems)


def _package_refuses(content: bytes) -> bool:
    try:
        _deserialize(content)
    except SafetensorError:
        return True
    return False


def test_what_the_package_writes_reads_equal(tmp_path: Path) -> None:
    kinds = ("f8", "f4", "f2", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1", "?", "c8")
    tensors = {f"layer.{at}": np.zeros((8, at), kind) for at, kind in enumerate(kinds)}
    content = save(tensors, {"format": "pt", "né": "x\n"})
    file = _read(tmp_path, content)
    assert file.problems == ()
    assert file.metadata == {"format": "pt", "né": "x\n"}
    assert file.size == len(content)
    assert file.tensors is not None
    theirs = {name: (tuple(info["shape"]), info["dtype"], len(info["data"])) for name, info in _deserialize(content)}
    assert {tensor.name: (tensor.shape, tensor.dtype, tensor.nbytes) for tensor in file.tensors} == theirs
    assert {tensor.file for tensor in file.tensors} == {"a/model.safetensors"}


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_dtype_of_the_format(tmp_path: Path, dtype: str) -> None:
    nbytes = int(BITS[dtype])  # eight elements
    content = _file({"a": {"dtype": dtype, "shape": [2, 4], "data_offsets": [0, nbytes]}}, bytes(nbytes))
    assert not _package_refuses(content)
    file = _read(tmp_path, content)
    assert file.problems == ()
    assert file.tensors is not None
    assert file.tensors[0][:4] == ("a", (2, 4), dtype, nbytes)


def _deserialize(content: bytes) -> list[tuple[str, dict[str, Any]]]:
    from safetensors import deserialize

    found: list[tuple[str, dict[str, Any]]] = deserialize(content)  # type: ignore[no-untyped-call]
    return found


def _with(**changes: object) -> dict[str, object]:
    return {**ONE, **changes}


TWO = json.dumps(ONE)
CASES: dict[str, tuple[object, bytes]] = {
    "plain": ({"a": ONE}, bytes(4)),
    "empty": ({}, b""),
    "empty header": (b"", b""),
    "data without tensors": ({}, b"12"),
    "a list": (b"[]", b""),
    "scalar": ({"a": _with(shape=[])}, bytes(4)),
    "no elements": ({"a": _with(shape=[0], data_offsets=[0, 0])}, b""),
    "no elements between": ({"a": _with(shape=[0], data_offsets=[4, 4]), "b": ONE}, bytes(4)),
    "no elements inside": ({"a": _with(shape=[0], data_offsets=[2, 2]), "b": ONE}, bytes(4)),
    "hole at the start": ({"a": _with(data_offsets=[4, 8])}, bytes(8)),
    "hole between": ({"a": ONE, "b": _with(data_offsets=[8, 12])}, bytes(12)),
    "overlap": ({"a": ONE, "b": _with(data_offsets=[2, 6])}, bytes(6)),
    "the same twice": ({"a": ONE, "b": ONE}, bytes(4)),
    "backwards": ({"a": _with(data_offsets=[4, 0])}, bytes(4)),
    "data left over": ({"a": ONE}, bytes(5)),
    "data cut off": ({"a": ONE}, bytes(3)),
    "wrong shape": ({"a": _with(shape=[2])}, bytes(4)),
    "half a byte": ({"a": {"dtype": "F4", "shape": [3], "data_offsets": [0, 2]}}, bytes(2)),
    "unknown dtype": ({"a": _with(dtype="F128")}, bytes(4)),
    "dtype in lower case": ({"a": _with(dtype="f32")}, bytes(4)),
    "negative dimension": ({"a": _with(shape=[-1])}, bytes(4)),
    "dimension true": ({"a": _with(shape=[True])}, bytes(4)),
    "float offset": ({"a": _with(data_offsets=[0.0, 4])}, bytes(4)),
    "negative zero": (b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[-0,4]}}', bytes(4)),
    "three offsets": ({"a": _with(data_offsets=[0, 4, 4])}, bytes(4)),
    "offset of 65 bits": ({"a": _with(data_offsets=[0, 2**64])}, bytes(4)),
    "elements of 64 bits": ({"a": _with(shape=[2**63, 2])}, bytes(4)),
    "bits of 64 bits": ({"a": _with(shape=[2**60])}, bytes(4)),
    "zero times huge": ({"a": _with(shape=[0, 2**63, 2**63], data_offsets=[0, 0])}, b""),
    "huge times zero": ({"a": _with(shape=[2**63, 2**63, 0], data_offsets=[0, 0])}, b""),
    "tensor twice": (f'{{"a":{TWO},"a":{TWO}}}'.encode(), bytes(4)),
    "tensor twice, apart": (f'{{"a":{TWO},"a":{json.dumps(_with(data_offsets=[4, 8]))}}}'.encode(), bytes(8)),
    "tensor twice, the first of no dtype": (
        f'{{"a":{TWO.replace("F32", "F3")},"a":{TWO}}}'.encode(),
        bytes(4),
    ),
    "field twice": (b'{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}', bytes(4)),
    "unknown field": ({"a": _with(origin=[1, {"x": 1e9}])}, bytes(4)),
    "unknown field too deep": (
        b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"z":' + b"[" * 130 + b"]" * 130 + b"}}",
        bytes(4),
    ),
    "number out of range": (b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"z":1e999}}', bytes(4)),
    "5,000 digits": (b'{"a":{"dtype":"F32","shape":[' + b"9" * 5000 + b'],"data_offsets":[0,4]}}', bytes(4)),
    "tensor as an array": (b'{"a":["F32",[1],[0,4]]}', bytes(4)),
    "tensor null": ({"a": None}, b""),
    "no shape": ({"a": {"dtype": "F32", "data_offsets": [0, 4]}}, bytes(4)),
    "metadata": ({"__metadata__": {"format": "pt"}, "a": ONE}, bytes(4)),
    "metadata null": ({"__metadata__": None, "a": ONE}, bytes(4)),
    "metadata of numbers": ({"__metadata__": {"x": 1}, "a": ONE}, bytes(4)),
    "metadata that nests": ({"__metadata__": ONE}, b""),
    "metadata twice": (f'{{"__metadata__":{{}},"__metadata__":{{}},"a":{TWO}}}'.encode(), bytes(4)),
    "metadata key twice": (f'{{"__metadata__":{{"x":"1","x":"2"}},"a":{TWO}}}'.encode(), bytes(4)),
    "NaN": (f'{{"a":{TWO},"__metadata__":NaN}}'.encode(), bytes(4)),
    "half a surrogate": (f'{{"a\\ud800":{TWO}}}'.encode(), bytes(4)),
    "a surrogate pair": (f'{{"a\\ud83d\\ude00":{TWO}}}'.encode(), bytes(4)),
    "spaces around": (f" {json.dumps({'a': ONE})}  \n".encode(), bytes(4)),
    "a null byte behind": (json.dumps({"a": ONE}).encode() + b"\0", bytes(4)),
    "byte-order mark": (b"\xef\xbb\xbf" + json.dumps({"a": ONE}).encode(), bytes(4)),
    "not UTF-8": (f'{{"a\xff":{TWO}}}'.encode("latin-1"), bytes(4)),
    "control character": (f'{{"a\x01":{TWO}}}'.encode(), bytes(4)),
    "empty name": ({"": ONE}, bytes(4)),
    "nesting bomb": (b'{"a":' * 100_000, b""),
}


@pytest.mark.parametrize("case", CASES)
def test_refuses_what_the_package_refuses(tmp_path: Path, case: str) -> None:
    content = _file(*CASES[case])
    file = _read(tmp_path, content)
    assert _refused(file) == _package_refuses(content), file.problems


def test_a_broken_invariant_names_the_tensor_and_keeps_the_rest(tmp_path: Path) -> None:
    header = {"a": ONE, "b": _with(data_offsets=[8, 12]), "c": _with(shape=[3], data_offsets=[12, 16])}
    file = _read(tmp_path, _file(header, bytes(16)))
    assert file.tensors is not None
    assert [tensor.name for tensor in file.tensors] == ["a", "b", "c"]
    assert [(problem.at.pointer, problem.kind, problem.reason) for problem in file.problems] == [
        ("b", "malformed", "4 bytes before tensor `b` belong to no tensor"),
        ("c", "malformed", "tensor `c` takes 4 bytes, 3 elements of F32 take 12"),
    ]


def test_a_header_that_is_no_json_leaves_nothing(tmp_path: Path) -> None:
    file = _read(tmp_path, _file(b"<html>not found</html>"))
    assert file.tensors is None
    assert [problem.kind for problem in file.problems] == ["unreadable"]


def test_a_cut_off_file_keeps_its_tensors(tmp_path: Path) -> None:
    file = _read(tmp_path, _file({"a": ONE}, b"12"))
    assert [problem.reason for problem in file.problems] == [
        "the tensors end at byte 4 of the data, the file holds 2: it is cut off, upload it again"
    ]
    assert file.tensors is not None
    assert len(file.tensors) == 1


@pytest.mark.parametrize("length", [0, 7, 99_999_999, 100_000_001, 20_000_000_000, 2**64 - 1])
def test_a_length_that_lies_costs_nothing(tmp_path: Path, length: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    original = Source.read

    def spy(source: Source, offset: int, count: int) -> bytes:
        asked.append(count)
        return original(source, offset, count)

    monkeypatch.setattr(Source, "read", spy)
    file = _read(tmp_path, struct.pack("<Q", length) + b"{}")
    assert _refused(file)
    assert sum(asked) <= 16


def test_only_the_header_of_a_large_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size = 2**31
    header = {"a": {"dtype": "U8", "shape": [size], "data_offsets": [0, size]}}
    path = tmp_path / "model.safetensors"
    with path.open("wb") as file:
        file.write(_file(header))
        start = file.tell()
        file.truncate(start + size)
    asked: list[int] = []
    original = Source.read

    def spy(source: Source, offset: int, count: int) -> bytes:
        asked.append(count)
        return original(source, offset, count)

    monkeypatch.setattr(Source, "read", spy)
    read = safetensors.read(Entry("model.safetensors", str(path), start + size))
    assert read.problems == ()
    assert read.size == start + size
    assert sum(asked) == start


def test_45_000_tensors_are_read_quickly(tmp_path: Path) -> None:
    header = {
        f"model.layers.{at // 10}.mlp.experts.{at % 10}.gate_proj.weight": {
            "dtype": "BF16",
            "shape": [32, 2],
            "data_offsets": [at * 128, at * 128 + 128],
        }
        for at in range(45_000)
    }
    content = _file(header, bytes(45_000 * 128))
    start = time.process_time()
    file = _read(tmp_path, content)
    assert time.process_time() - start < 5
    assert file.problems == ()
    assert file.tensors is not None
    assert len(file.tensors) == 45_000


def test_a_header_of_empty_arrays_is_bounded(tmp_path: Path) -> None:
    file = _read(tmp_path, _file(b'{"a":[' + b"[]," * 2_500_000 + b"[]]}"))
    assert file.tensors is None
    assert "more than 2,000,000 values" in file.problems[0].reason


def test_problems_are_capped(tmp_path: Path) -> None:
    header = {f"t{at}": _with(data_offsets=[8 * at, 8 * at + 4]) for at in range(1, 1000)}
    file = _read(tmp_path, _file(header, bytes(8000)))
    assert len(file.problems) == safetensors.PROBLEM_LIMIT + 1
    assert file.problems[-1].reason.endswith("more of this kind")


def test_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    file = safetensors.read(Entry("x.safetensors", str(tmp_path / "none"), 3))
    assert [problem.kind for problem in file.problems] == ["unreadable"]


@QUICK
@given(content=st.binary(max_size=200))
def test_any_bytes_give_facts_or_a_problem(tmp_path: Path, content: bytes) -> None:
    file = _read(tmp_path, content)
    assert (file.tensors is not None) or file.problems
    assert _refused(file) == _package_refuses(content)


@settings(QUICK, derandomize=True)
@given(seed=st.integers(0, 2**32), edits=st.integers(1, 3))
def test_mutated_headers_are_refused_as_the_package_refuses_them(tmp_path: Path, seed: int, edits: int) -> None:
    chance = random.Random(seed)
    header = {
        "__metadata__": {"format": "pt"},
        "a": {"dtype": "F4", "shape": [2, 3], "data_offsets": [0, 3]},
        "b": {"dtype": "I16", "shape": [], "data_offsets": [3, 5]},
        "c": {"dtype": "F32", "shape": [3, 1], "data_offsets": [5, 17]},
    }
    raw = bytearray(json.dumps(header, separators=(",", ":")).encode())
    for _ in range(edits):
        at = chance.randrange(len(raw))
        letters = b'0123456789-.e"{}[],: \nabcF\x00\xff\\u'
        match chance.randrange(3):
            case 0:
                raw[at] = chance.choice(letters)
            case 1:
                del raw[at]
            case _:
                raw.insert(at, chance.choice(letters))
    content = _file(bytes(raw), bytes(17))
    assert _refused(_read(tmp_path, content)) == _package_refuses(content), bytes(raw)
