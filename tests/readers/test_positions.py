"""A pointer leads to its token: checked by parsing the token that stands there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dara_lint.readers import jsonfile, lines
from dara_lint.readers.positions import locate, locate_front

CONFIG = """{
  "model_type": "bert",
  "a/b": {"~": [1, 2.5, {"x": null}]},
  "😀": "é", "z": true
}
"""


@pytest.mark.parametrize(
    ("pointer", "value", "key"),
    [
        ("", (1, 1, 1), (1, 1, 1)),
        ("/model_type", (2, 17, 6), (2, 3, 12)),
        ("/a~1b", (3, 10, 1), (3, 3, 5)),
        ("/a~1b/~0", (3, 16, 1), (3, 11, 3)),
        ("/a~1b/~0/1", (3, 20, 3), (3, 20, 3)),
        ("/a~1b/~0/2/x", (3, 31, 4), (3, 26, 3)),
        ("/😀", (4, 8, 3), (4, 3, 3)),
        ("/z", (4, 18, 4), (4, 13, 3)),
    ],
)
def test_json(pointer: str, value: tuple[int, int, int], key: tuple[int, int, int]) -> None:
    assert locate(CONFIG, pointer, on_key=False) == value
    assert locate(CONFIG, pointer, on_key=True) == key


@pytest.mark.parametrize("pointer", ["/nope", "/a~1b/~0/3", "/a~1b/~0/01", "/model_type/x", "model_type", "/", "/a"])
def test_json_has_no_such_place(pointer: str) -> None:
    assert locate(CONFIG, pointer, on_key=False) is None


@pytest.mark.parametrize(
    ("text", "pointer", "place"),
    [
        ('// c\n{"a": 1, /* "b": 0 */ "b": 22,}', "/b", (2, 28, 2)),
        ('{"a": 1, "a": 22}', "/a", (1, 15, 2)),
        ('{"a": {"b": 1}, "a": {"c": 1}}', "/a/b", None),
        ('{"a": {"b": 1}, "a": {"b": 23}}', "/a/b", (1, 28, 2)),
        ("{\n<<<<<<< x\n'a': 1\n=======\n'a': 2\n>>>>>>> y\n}", "/a", (3, 6, 1)),
        ('config = {"b": 1, "a" 12}', "/a", (1, 23, 2)),
        ('{"a": [1, [2', "/a/1", (1, 11, 1)),
        ('{"a": 1,\r\n "b": 2,\r "c": 3}', "/c", (3, 7, 1)),
        ('{"a": "x\nyz"}', "/a", (1, 7, 2)),
        ("", "/a", None),
        ("[[[", "/0/0", (1, 3, 1)),
    ],
)
def test_broken_json(text: str, pointer: str, place: tuple[int, int, int] | None) -> None:
    assert locate(text, pointer, on_key=False) == place


CARD = """---
language: no
tags:
- a
- "b"
model-index:
  - name: x
    results: [{value: 1.5}]
😀: é
base: &b {k: v}
other: *b
---
# language: x
"""


@pytest.mark.parametrize(
    ("pointer", "value", "key"),
    [
        ("/language", (2, 11, 2), (2, 1, 8)),
        ("/tags", (4, 1, 1), (3, 1, 4)),
        ("/tags/1", (5, 3, 3), (5, 3, 3)),
        ("/model-index/0/name", (7, 11, 1), (7, 5, 4)),
        ("/model-index/0/results/0/value", (8, 23, 3), (8, 16, 5)),
        ("/😀", (9, 4, 1), (9, 1, 1)),
        ("/other/k", (10, 14, 1), (10, 11, 1)),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_front_matter(pointer: str, value: tuple[int, int, int], key: tuple[int, int, int], end: str) -> None:
    text = CARD.replace("\n", end)
    assert locate_front(text, pointer, on_key=False) == value
    assert locate_front(text, pointer, on_key=True) == key


def test_front_matter_that_is_broken_or_missing() -> None:
    assert locate_front("---\na: 1\nb: [\nc: 3\n---\n", "/c", on_key=False) == (4, 4, 1)
    assert locate_front("# x\n", "/a", on_key=False) is None
    assert locate_front("---\na: 1\n", "/a", on_key=False) == (2, 4, 1)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


def places(value: Any, pointer: str = "") -> Iterator[tuple[str, Any, str | None]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        below = f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"
        yield below, item, key if isinstance(key, str) else None
        yield from places(item, below)


def token(text: str, place: tuple[int, int, int] | None) -> str:
    assert place is not None
    line, column, length = place
    return lines.split(text)[line - 1][column - 1 : column - 1 + length]


@given(JSON, st.booleans(), st.sampled_from([None, 0, 2]), st.sampled_from(["", "// c\n", "\n\n", "x = "]))
@settings(deadline=None, max_examples=200)
def test_every_pointer_of_any_json(value: Any, ascii_only: bool, indent: int | None, before: str) -> None:  # noqa: FBT001
    text = before + json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    if before == "x = " and '{"' not in text:
        return
    read = jsonfile.parse("x.json", text.encode()).value
    for pointer, item, key in places(read):
        found = token(text, locate(text, pointer, on_key=False))
        expected = found if isinstance(item, dict | list) else repr(json.loads(found))
        assert expected == (("{" if isinstance(item, dict) else "[") if isinstance(item, dict | list) else repr(item))
        if key is not None:
            assert json.loads(token(text, locate(text, pointer, on_key=True))) == key


@given(st.text(max_size=200), st.text(max_size=20))
@settings(deadline=None, max_examples=200)
def test_any_text(text: str, pointer: str) -> None:
    for place in (locate(text, pointer, on_key=True), locate_front(f"---\na: {text}", f"/{pointer}", on_key=False)):
        assert place is None or min(place) >= 1
