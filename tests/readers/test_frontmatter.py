"""Front matter: values as the hub reads them, nothing constructed, nothing that explodes."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dara_lint.readers import card


def told(front: str) -> tuple[dict[str, Any], list[tuple[str, int | None, str]]]:
    found = card.parse("README.md", f"---\n{front}\n---\n# Title\n".encode())
    assert found.has_front_matter
    assert found.title is not None
    return dict(found.front), [(error.kind, error.at.line, error.reason) for error in found.problems]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"), ("yes", "yes"), ("off", "off"), ("y", "y"), ("NO", "NO"),
        ("true", True), ("False", False), ("null", None), ("~", None), ("", None),
        ("12", 12), ("-3", -3), ("0x1F", 31), ("0o17", 15), ("007", 7), ("1_000", "1_000"), ("12:30", "12:30"),
        ("1.10", 1.1), ("1e3", 1000.0), (".5", 0.5), ("-.inf", float("-inf")), ("1.2.3", "1.2.3"), ("7b", "7b"),
        ("0bsd", "0bsd"), ("2024-01-31", "2024-01-31"), ("2001-12-14t21:59:43", "2001-12-14t21:59:43"),
        ("'12'", "12"), ('"no"', "no"), ("!!str 12", "12"), ("!!int 12", 12), ("!!float 12", 12.0), ("! 12", "12"),
        ("=", "="), ("[a, 1, no]", ["a", 1, "no"]), ("{a: {b: [c]}}", {"a": {"b": ["c"]}}), ("!!set {a}", {"a": None}),
        ("|-\n  x\n  y", "x\ny"), ("١", "١"),
    ],
)  # fmt: skip
def test_values(text: str, value: Any) -> None:
    assert told(f"key: {text}") == ({"key": value}, [])


def test_keys_are_texts() -> None:
    assert told("1: a\nno: b\nnull: c\n'2': d\n😀: e") == (
        {"1": "a", "no": "b", "null": "c", "2": "d", "😀": "e"},
        [],
    )


@pytest.mark.parametrize(
    ("front", "table", "problems"),
    [
        ("a: 1\na: 2", {"a": 2}, [("tolerated", 3, "key `a` stands here again, after line 2")]),
        ("a: &x [1]\nb: *x", {"a": [1], "b": [1]}, []),
        ("a: &x k\n*x : v", {"a": "k", "k": "v"}, []),
        ("a: *gone\nb: 1", {"a": None, "b": 1}, [("unreadable", 2, "the alias `gone` stands for nothing")]),
        ("a: &r [*r]", {"a": [None]}, [("unreadable", 2, "the alias `r` stands for nothing")]),
        ("a: !!python/object/apply:os.system [ls]\nb: 1", {"a": None, "b": 1}, [("malformed", 2, "the tag `tag:yaml")]),
        ("a: !foo x", {"a": None}, [("malformed", 2, "the tag `!foo`")]),
        ("a: !!int x", {"a": None}, [("malformed", 2, "the tag `tag:yaml.org,2002:int`")]),
        ("a:\n\t- b\nc: 1", {"a": ["b"], "c": 1}, [("malformed", 3, "a tab among the spaces")]),
        ("a: b: c\nd: 1", {"d": 1}, [("malformed", 2, "the front matter is no valid YAML: mapping values")]),
        ("a: [b\nc: 1\nd: {x: [1]}", {"c": 1, "d": {"x": [1]}}, [("malformed", 3, "the front matter is no")]),
        ("a: @b\nc: `d`\ne: f", {"e": "f"}, [("malformed", 2, "the front matter is no valid YAML: found character")]),
        ("a: 1\n  b: 2\nc: 3", {"c": 3}, [("malformed", 3, "the front matter is no valid YAML")]),
        ("a:\n- b: [1]\n@c: 1\nd: 2", {"a": [{"b": [1]}], "d": 2}, [("malformed", 4, "the front matter is no")]),
        ("@c: 1\nd: 2", {"d": 2}, [("malformed", 2, "the front matter is no")]),
        ('a: "b\nc: 1', {"c": 1}, [("malformed", 3, "the front matter is no")]),
        ("? [a]\n: b\nc: d", {"c": "d"}, [("malformed", 2, "a key of the front matter is no text")]),
        ("a: x\x07y", {"a": "x\ufffdy"}, [("malformed", 2, "the character U+0007 in the front matter")]),
        ("# only a comment\n{}", {}, []),
        ("", {}, []),
    ],
)
def test_what_is_wrong(front: str, table: dict[str, Any], problems: list[tuple[str, int, str]]) -> None:
    found, errors = told(front)
    assert found == table
    assert [error[:2] for error in errors] == [problem[:2] for problem in problems]
    for error, problem in zip(errors, problems, strict=True):
        assert error[2].startswith(problem[2])


@pytest.mark.parametrize(
    ("text", "front", "body_line"),
    [
        ("---\na: 1\n---\nx", {"a": 1}, 4),
        ("\ufeff---\r\na: 1\r\n---\r\nx", {"a": 1}, 4),
        ("---\ra: 1\r---\rx", {"a": 1}, 4),
        ("\n \n--- \na: 1\n---\t\nx", {"a": 1}, 6),
        ("---\na: 1\n---", {"a": 1}, 4),
        ("---\na: |\n  x\n  ---\n---\nx", {"a": "x\n---\n"}, 6),
        ("---\na: 1\n---\n\n---\nb: 2\n---\n", {"a": 1}, 4),
        ("---\n---\nx", {}, 3),
        ("---\na: 1\n\n# x", {"a": 1}, 3),
        ("---\na: 1\n# x", {"a": 1}, 3),
        ("---\na: 1", {"a": 1}, 3),
        ("---\nprose\n---\nx", None, 1),
        ("---\n\nprose: with a colon", None, 1),
        ("----\na: 1\n---\n", None, 1),
        (" --- \na: 1\n---\n", None, 1),
        ("# x\n---\na: 1\n---\n", None, 1),
        ("---", None, 1),
        ("", None, 1),
    ],
)
def test_where_it_stands(text: str, front: dict[str, Any] | None, body_line: int) -> None:
    found = card.parse("README.md", text.encode())
    assert (dict(found.front) if found.has_front_matter else None) == front
    assert found.body_line == body_line


def test_not_closed_is_told() -> None:
    (problem,) = card.parse("README.md", b"---\nlanguage: en\n\n# x").problems
    assert (problem.kind, problem.at.line) == ("malformed", 2)
    assert problem.reason.startswith("the front matter is not closed")


def test_no_mapping_is_told() -> None:
    found = card.parse("README.md", b"---\n'\nb: c'\n---\n")
    assert [problem.kind for problem in found.problems] == ["malformed"]
    assert not found.front


BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)
TOWER = f"a0: &a0 {'[' * 60}{']' * 60}\n" + "".join(
    f"a{n}: &a{n} {'[' * 50}*a{n - 1}{']' * 50}\n" for n in range(1, 60)
)
HOSTILE = {
    "billion laughs": BOMB,
    "tower of aliases": TOWER,
    "brackets": "a: " + "[" * 200_000,
    "braces": "a: " + "{" * 200_000,
    "lists in lists": "a: " + "[x," * 100_000,
    "complex keys": "a: 1\n" + "? " * 100_000,
    "tabs": "a: b: c\n" + "\t" * 200_000,
    "tabs and brackets": "a: b: c\n" + "[\t" * 200_000,
    "too large": "a: " + "x" * 1_100_000,
    "broken entries": "a: b: c\n" * 20_000,
    "control characters": "a: \x01\n" * 20_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_front_matter(name: str) -> None:
    start = time.process_time()
    found = card.parse("README.md", f"---\n{HOSTILE[name]}\n---\n# x".encode())
    assert time.process_time() - start < 5
    assert found.problems
    assert len(found.problems) <= 21
    pending: list[tuple[Any, int]] = [(dict(found.front), 0)]
    count = 0
    while pending:
        value, depth = pending.pop()
        assert depth <= 102
        count += 1
        if isinstance(value, dict | list):
            pending += [(item, depth + 1) for item in (value.values() if isinstance(value, dict) else value)]
    assert count <= 500_002


def test_yaml_is_imported_only_for_front_matter() -> None:
    code = (
        "import sys; from dara_lint.readers import card, positions; card.parse('README.md', b'# x');"
        "assert 'yaml' not in sys.modules; card.parse('README.md', b'---\\na: 1\\n---\\n');"
        "assert 'yaml' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


TEXTS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=8).filter(
    lambda text: not re.match(r"[-+]?\.?\d", text)  # PyYAML writes 0E0 bare, which is a number since YAML 1.2
)
TABLES = st.dictionaries(
    TEXTS,
    st.recursive(
        st.none() | st.booleans() | st.integers() | TEXTS | st.floats(allow_nan=False, allow_infinity=False),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
        max_leaves=15,
    ),
    min_size=1,
    max_size=4,
)


@given(TABLES, st.booleans())
@settings(deadline=None, max_examples=150)
def test_what_yaml_writes_is_read(table: dict[str, Any], flow: bool) -> None:  # noqa: FBT001
    text = yaml.safe_dump(table, allow_unicode=True, default_flow_style=flow, width=10_000, sort_keys=False)
    found, errors = told("key:\n" + "".join(f"  {line}\n" for line in text.splitlines()))
    assert errors == []
    assert repr(found) == repr({"key": table})


@given(st.text(alphabet=[*"ab:-?[]{}&*!|>'\"%@`#,~ \n\t\r\x00😀"], max_size=80))
@settings(deadline=None, max_examples=200)
def test_any_front_matter(text: str) -> None:
    found = card.parse("README.md", f"---\nkey: 1\n{text}".encode())
    for problem in found.problems:
        assert problem.reason.isprintable()
        assert problem.at.line is None or 1 <= problem.at.line <= len(found.lines) + 1
