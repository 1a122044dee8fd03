"""JSON files: what is right equals ``json``, what is wrong is read as far as it goes and told at its place."""

from __future__ import annotations

import json
import math
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dara_lint.model import LfsPointer
from dara_lint.readers import jsonfile
from dara_lint.readers.source import Entry


def told(text: str | bytes) -> tuple[Any, list[tuple[str, int | None, int | None, str]]]:
    data = text if isinstance(text, bytes) else text.encode()
    document = jsonfile.parse("config.json", data)
    assert all(problem.at.path == "config.json" for problem in document.problems)
    return document.value, [
        (problem.kind, problem.at.line, problem.at.column, problem.reason) for problem in document.problems
    ]


def entry(path: Path, data: bytes, pointer: LfsPointer | None = None) -> Entry:
    path.write_bytes(data)
    return Entry(path.name, str(path), len(data), pointer)


CONFLICT = """{
  "a": 1,
<<<<<<< HEAD
  "hidden_size": 2
=======
  "hidden_size": 3
>>>>>>> branch
}
"""
BASED = CONFLICT.replace("=======", '||||||| base\n  "hidden_size": 9\n=======')

CASES: list[tuple[str, Any, list[tuple[str, int, int, str]]]] = [
    ('{"a": 1,}', {"a": 1}, [("malformed", 1, 8, "a comma before a closing bracket")]),
    ("[1, 2,\n]", [1, 2], [("malformed", 1, 6, "a comma before a closing bracket")]),
    ("[1,,2]", [1, 2], [("malformed", 1, 4, "a comma with nothing before it")]),
    ('{\n "a": 1\n "b": 2}', {"a": 1, "b": 2}, [("malformed", 3, 2, "a comma is missing")]),
    (
        '{\n "a": 1\n "b": 2,\n}',
        {"a": 1, "b": 2},
        [("malformed", 3, 2, "a comma is missing"), ("malformed", 3, 8, "a comma before")],
    ),
    ('{"a": 1, // x\n "b": 2}', {"a": 1, "b": 2}, [("malformed", 1, 10, "a comment")]),
    ('{"a": 1, /* x\n */ "b": 2} # y', {"a": 1, "b": 2}, [("malformed", 1, 10, "a comment")]),
    ('# first\n{"a": 1}', {"a": 1}, [("malformed", 1, 1, "a comment")]),
    ('{"a": 1, "b": 2,\n "a": 3}', {"a": 3, "b": 2}, [("tolerated", 2, 2, "key `a` stands here again, after line 1")]),
    ("{'a': 'it\\'s'}", {"a": "it's"}, [("malformed", 1, 2, "single quotes"), ("malformed", 1, 8, "`\\'`")]),
    (
        "{a: True, b: None}",
        {"a": True, "b": None},
        [("malformed", 1, 2, "a key without"), ("malformed", 1, 5, "`True`"), ("malformed", 1, 14, "`None`")],
    ),
    (CONFLICT, {"a": 1, "hidden_size": 2}, [("malformed", 3, 1, "a merge conflict")]),
    (BASED, {"a": 1, "hidden_size": 2}, [("malformed", 3, 1, "a merge conflict")]),
    (CONFLICT.replace("\n", "\r\n"), {"a": 1, "hidden_size": 2}, [("malformed", 3, 1, "a merge conflict")]),
    ('{"a": 1\n=======\n}', {"a": 1}, [("malformed", 2, 1, "a line of a merge conflict")]),
    ('config = {"a": 1}', {"a": 1}, [("malformed", 1, 1, "text before the value: `config =`")]),
    ('{"a": 1}\nprint(1)', {"a": 1}, [("malformed", 2, 1, "text after the value: `print(1)`")]),
    ('{"a": 1}}', {"a": 1}, [("malformed", 1, 9, "text after the value: `}`")]),
    ('```json\n{"a": 1}\n```\n', {"a": 1}, [("malformed", 1, 1, "text before the value")]),
    ('{"a": [1, {"b": 12', {"a": [1, {}]}, [("malformed", 1, 18, "the file ends inside 3 open brackets")]),
    (
        '{"a": "llam',
        {},
        [("malformed", 1, 7, "the file ends inside a string"), ("malformed", 1, 11, "the file ends inside 1 open")],
    ),
    ('{"a": [1, 2}', {"a": [1, 2]}, [("malformed", 1, 12, "a `}` where `]`")]),
    ('{"a": 1], "b": 2}', {"a": 1, "b": 2}, [("malformed", 1, 8, "a `]` that closes nothing")]),
    ('{"a" 1}', {"a": 1}, [("malformed", 1, 2, "a colon is missing")]),
    ('{"a" = 1}', {"a": 1}, [("malformed", 1, 6, "`=` where JSON has `:`")]),
    (
        '{"a":\n "b": 2}',
        {"b": 2},
        [("malformed", 1, 2, "key `a` has no value"), ("malformed", 2, 2, "a comma is missing")],
    ),
    ('{"a": 1e9,1\n "b": 2}', {"a": 1e9, "b": 2}, [("malformed", 1, 11, "`1` where a key was expected")]),
    ('{"a": foo, "b": 1}', {"b": 1}, [("malformed", 1, 7, "`foo` is no JSON value")]),
    ('{"a": 007, "b": .5}', {"a": 7, "b": 0.5}, [("malformed", 1, 7, "`007`"), ("malformed", 1, 17, "`.5`")]),
    ('{"a": 0x10, "b": +5}', {"a": 16, "b": 5}, [("malformed", 1, 7, "`0x10`"), ("malformed", 1, 18, "`+5`")]),
    ('{"a": "x\ny", "b": 1}', {"a": "x\ny", "b": 1}, [("malformed", 1, 8, "a raw control character")]),
    (
        '{"a": "foo,\n "b": 1}',
        {"a": "foo", "b": 1},
        [("malformed", 1, 7, "a string is not closed"), ("malformed", 2, 2, "a comma is missing")],
    ),
    ('{"a": "\\ud800"}', {"a": "\ufffd"}, [("tolerated", 1, 8, "half of a surrogate pair")]),
    ('{"a": 1e999}', {"a": math.inf}, [("tolerated", 1, 7, "`1e999` is too large")]),
    ('{"a": -Infinity}', {"a": -math.inf}, [("tolerated", 1, 7, "`-Infinity`")]),
    ('{"a": 1\u00a0}', {"a": 1}, [("malformed", 1, 8, "the character U+00A0")]),
    ('{"a": ' + "9" * 5000 + "}", {}, [("malformed", 1, 7, "an integer of 5,000 digits")]),
    ('\ufeff{"a": 1}', {"a": 1}, [("malformed", 1, 1, "the file starts with a byte-order mark")]),
    ("", {}, [("unreadable", 1, 1, "the file is empty")]),
    (" \n", {}, [("unreadable", 1, 1, "the file is empty")]),
    ("<!DOCTYPE html><p>{}", {}, [("unreadable", 1, 1, "no JSON value")]),
    ("body { margin: 0 }", {}, [("unreadable", 1, 1, "no JSON value")]),
]


@pytest.mark.parametrize(("text", "value", "problems"), CASES, ids=[case[0][:24] for case in CASES])
def test_forgiven(text: str, value: Any, problems: list[tuple[str, int, int, str]]) -> None:
    found, errors = told(text)
    assert found == value
    assert [error[:3] for error in errors] == [problem[:3] for problem in problems]
    for error, problem in zip(errors, problems, strict=True):
        assert error[3].startswith(problem[3])


@pytest.mark.parametrize("text", ["null", " 12", '"x"', "[]", '{"a": "\\ud83d\\ude00 \\\\ud800"}', '{"": {"": []}}'])
def test_strict_json_has_no_problem(text: str) -> None:
    assert told(text) == (json.loads(text), [])


def test_nan_is_counted_once() -> None:
    value, errors = told('{"a": NaN, "b": [NaN, NaN]}')
    assert math.isnan(value["a"])
    assert errors == [("tolerated", 1, 7, "`NaN`, which JSON does not have (2 more like this)")]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "gb18030", "cp1252"])
def test_encodings(encoding: str) -> None:
    text = '{"a": "模型参数，手写数字识别"}' if encoding != "cp1252" else '{"a": "café – naïve"}'
    value, errors = told(text.encode(encoding))
    assert value == json.loads(text)
    assert [error[0] for error in errors] == ["malformed"]


def test_binary_is_unreadable() -> None:
    value, errors = told(b"\x80\x02}q\x00X\xff\x00\x81")
    assert value == {}
    assert [error[0] for error in errors] == ["unreadable"]


@pytest.mark.parametrize("count", [201, 900, 100_000])
def test_deep_nesting_is_left_out(count: int) -> None:
    value, errors = told("[" * count + "]" * count)
    assert [error[0] for error in errors] == ["unreadable"]
    depth = 0
    while value:
        (value,) = value
        depth += 1
    assert depth == 199


def test_nesting_of_200_is_read() -> None:
    text = '{"a":' * 200 + "1" + "}" * 200
    assert told(text) == (json.loads(text), [])


def test_duplicate_key_has_a_pointer() -> None:
    document = jsonfile.parse("x.json", b'{"a": [{"b/c": 1, "b/c": 2}]}')
    (problem,) = document.problems
    assert (problem.at.pointer, problem.at.on_key, problem.at.length) == ("/a/0/b~1c", True, 5)


def test_many_problems_are_a_number() -> None:
    text = "{" + ",".join(f'"k{n}": 1, "k{n}": 2' for n in range(100)) + "}"
    errors = told(text)[1]
    assert len(errors) == 21
    assert errors[-1][3] == "80 more problems"


HOSTILE = {
    "open quotes": '{"a' * 50_000,
    "escaped quotes": '{"' + '\\"\n' * 50_000,
    "open and escaped": '{"' + '\\" \n \\\\" \n' * 25_000,
    "both quotes": "{\"'\n" * 50_000,
    "open comments": "{" + "/*" * 80_000,
    "slashes": "{" + "/" * 80_000,
    "conflicts": "{\n" + "<<<<<<< a\n" * 25_000,
    "half conflicts": "{\n" + "<<<<<<< a\n=======\n" * 50_000,
    "objects": '{"":' * 50_000,
    "words": "{" + "a " * 80_000,
    "closes": "[" * 50_000 + "}" * 50_000,
    "colons": "{" + ":" * 80_000,
    "digits": "{" + "1" * 200_000,
    "spaces": "{" + " " * 200_000 + "a",
    "nearly objects": "x" + '{"a"' * 50_000,
    "backslashes": '{"' + "\\" * 200_001,
    "no-break spaces": "\u00a0" * 50_000,
    "commas": "[" + "," * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_takes_linear_time(name: str) -> None:
    start = time.process_time()
    document = jsonfile.parse("x.json", HOSTILE[name].encode())
    assert time.process_time() - start < 5
    assert document.problems
    assert len(document.problems) <= 21


def test_too_many_values() -> None:
    value, errors = told("[" + "0," * jsonfile.VALUES + "0]")
    assert value == {}
    assert [error[0] for error in errors] == ["tolerated"]


def test_an_index_may_hold_more() -> None:
    data = json.dumps({"weight_map": {f"a.{i}": "m.safetensors" for i in range(jsonfile.VALUES)}}).encode()
    assert jsonfile.parse("x.json", data).value == {}
    assert jsonfile.parse("x.json", data, jsonfile.INDEX_VALUES).problems == ()


@pytest.mark.parametrize("item", ["{}", "[]", '{"a":1}', "1e5"])
@pytest.mark.parametrize("broken", ["", ","])
def test_the_memory_of_one_file_is_bounded(item: str, broken: str) -> None:
    values = jsonfile.VALUES // (1 + item.count("{") + item.count("[")) - 10
    data = ("[" + ",".join([item] * values) + broken + "]").encode()
    tracemalloc.start()
    try:
        document = jsonfile.parse("x.json", data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert isinstance(document.value, list)
    assert len(document.value) == values
    assert peak < 120_000_000


def test_file_too_large(tmp_path: Path) -> None:
    document = jsonfile.read(entry(tmp_path / "x.json", b"[1, 2, 3]"), limit=8)
    assert document.value == {}
    assert [(problem.kind, problem.reason) for problem in document.problems] == [
        ("tolerated", "not read further: 9 bytes, more than the 8 that are read")
    ]


def test_missing_file(tmp_path: Path) -> None:
    (problem,) = jsonfile.read(Entry("x.json", str(tmp_path / "x.json"), 3)).problems
    assert problem.reason == "cannot be opened: no such file or directory"


def test_pointers(tmp_path: Path) -> None:
    data = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"a" * 64 + b"\nsize 7\n"
    document = jsonfile.read(entry(tmp_path / "tokenizer.json", data))
    assert (document.value, document.problems, document.pointer) == ({}, (), LfsPointer("a" * 64, 7))
    known = jsonfile.read(Entry("gone.json", str(tmp_path / "gone.json"), 3, LfsPointer("b" * 64, 9)))
    assert known.pointer == LfsPointer("b" * 64, 9)
    assert jsonfile.read_index(entry(tmp_path / "m.index.json", data)).pointer == LfsPointer("a" * 64, 7)


def index(tmp_path: Path, value: Any) -> Any:
    return jsonfile.read_index(entry(tmp_path / "model.safetensors.index.json", json.dumps(value).encode()))


def test_index(tmp_path: Path) -> None:
    found = index(
        tmp_path,
        {"metadata": {"total_size": 20.0, "total_parameters": "10"}, "weight_map": {"a.b": "x-1.safetensors"}},
    )
    assert dict(found.weight_map) == {"a.b": "x-1.safetensors"}
    assert (found.total_size, found.total_parameters) == (20, 10)
    assert [(problem.kind, problem.at.pointer) for problem in found.problems] == [
        ("tolerated", "/metadata/total_parameters")
    ]


def test_index_of_wrong_types(tmp_path: Path) -> None:
    bad = {
        "../up": "../x",
        "root": "/etc/x",
        "drive": "C:\\x",
        "back": "a\\..\\..\\x",
        "empty": "",
        "null": None,
        "list": ["x"],
        "ansi": "\x1b[31m",
    }
    found = index(tmp_path, {"metadata": {"total_size": True}, "weight_map": {"good": "sub/x", **bad}})
    assert dict(found.weight_map) == {"good": "sub/x"}
    assert found.total_size is None
    pointers = [problem.at.pointer for problem in found.problems]
    assert pointers[0] == "/weight_map/..~1up"
    assert len(pointers) == len(bad) + 1
    assert all("\x1b" not in problem.reason for problem in found.problems)


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        ({}, ""),
        ([], ""),
        ({"weight_map": []}, "/weight_map"),
        ({"weight_map": {}, "metadata": 3}, "/metadata"),
        ({"weight_map": {}, "metadata": {"total_size": -1}}, "/metadata/total_size"),
        ({"weight_map": {}, "metadata": {"total_size": 1.5}}, "/metadata/total_size"),
        ({"weight_map": {}, "metadata": {"total_size": "many"}}, "/metadata/total_size"),
        ({"weight_map": {}, "metadata": {"total_size": [1]}}, "/metadata/total_size"),
    ],
)
def test_index_of_another_shape(tmp_path: Path, value: Any, pointer: str) -> None:
    found = index(tmp_path, value)
    assert not found.weight_map
    assert found.total_size is None
    assert [(problem.kind, problem.at.pointer) for problem in found.problems] == [("malformed", pointer)]


def test_index_with_thousands_of_bad_entries(tmp_path: Path) -> None:
    found = index(tmp_path, {"weight_map": {f"t{n}": n for n in range(5000)}})
    assert len(found.problems) == 11
    assert found.problems[-1].reason == "4,990 more bad entries in weight_map"


PIECES = [
    *'{}[]:,"\'\\/*#=-+.0123456789 \n\r\t',
    '"a"', "true", "null", "NaN", "None", "1e999", "//", "/*", "*/", "<<<<<<< a\n", "=======\n", ">>>>>>> b\n",
    "\\ud800", "\\u12", "\ufeff", "\0", "é", "😀",
]  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=25,
)


@given(st.binary(max_size=300))
@settings(deadline=None, max_examples=200)
def test_any_bytes(data: bytes) -> None:
    document = jsonfile.parse("x.json", data)
    assert document.pointer is None
    for problem in document.problems:
        assert problem.reason.isprintable()
    try:
        expected = json.loads(data.decode())
    except ValueError:
        assert document.problems
    else:
        assert repr(document.value) == repr(expected)


@given(st.lists(st.sampled_from(PIECES), max_size=60))
@settings(deadline=None, max_examples=200)
def test_any_pieces(pieces: list[str]) -> None:
    text = "".join(pieces)
    value, errors = told(text)
    json.dumps(value).encode()
    try:
        expected = json.loads(text)
    except ValueError:
        assert errors
    else:
        if not errors:
            assert repr(value) == repr(expected)


@given(JSON, st.booleans(), st.sampled_from([None, 1]))
@settings(deadline=None, max_examples=200)
def test_what_is_valid_equals_json(value: Any, ascii_only: bool, indent: int | None) -> None:  # noqa: FBT001
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    assert told(text) == (json.loads(text), [])


@given(JSON.filter(lambda value: isinstance(value, dict | list)), st.sampled_from(["comment", "comma"]))
@settings(deadline=None, max_examples=200)
def test_the_tolerant_walk_gives_the_same_value(value: Any, oddity: str) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=1)
    text = "// x\n" + text if oddity == "comment" else text[:-1] + "\n" + ("," if value else "") + text[-1]
    found, errors = told(text)
    assert repr(found) == repr(value)
    assert len(errors) == (0 if oddity == "comma" and not value else 1)


@given(JSON.filter(lambda value: isinstance(value, dict | list)), st.floats(0, 1))
@settings(deadline=None, max_examples=200)
def test_truncation_keeps_what_stood_before(value: Any, share: float) -> None:
    text = json.dumps(value)
    cut = max(1, int(len(text) * share))
    found, errors = told(text[:cut])
    if cut < len(text):
        assert [error[0] for error in errors] in (["malformed"], ["malformed"] * 2, ["malformed"] * 3)
    if isinstance(value, list) and cut < len(text):
        assert repr(found[:-1]) == repr(value[: max(len(found) - 1, 0)])
