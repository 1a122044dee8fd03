"""Model cards: titles, headings, tables and code with their lines, in any encoding."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from dara_lint.model import Card, CodeBlock, Heading, LfsPointer, Table
from dara_lint.readers import card
from dara_lint.readers.inline import plain
from dara_lint.readers.source import Entry


def read(text: str) -> Card:
    found = card.parse("README.md", text.encode())
    assert found.problems == ()
    return found


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# bert-base", Heading(1, "bert-base", 1)),
        ("---\na: 1\n---\n\n# bert\n", Heading(1, "bert", 5)),
        ("\r\n# bert #\r\n", Heading(1, "bert", 2)),
        ("   #\tbert ##  ", Heading(1, "bert", 1)),
        ("# C#", Heading(1, "C#", 1)),
        ("bert\n====", Heading(1, "bert", 1)),
        ("\nbert\nbase\n=\n", Heading(1, "bert base", 2)),
        ('<h1 align="center">bert</h1>', Heading(1, "bert", 1)),
        ('<div>\n<h1>\n <img src="x">\n bert\n</h1></div>', Heading(1, "bert", 2)),
        ("# ![logo](x.png)\n# bert", Heading(1, "bert", 2)),
        ("## two\n# one", Heading(1, "one", 2)),
        ("```\n# code\n```\n# bert", Heading(1, "bert", 4)),
        ("- list\n  ~~~py\n  # code\n  ```\n  ~~~\n# bert", Heading(1, "bert", 6)),
        ("````\n```\n# code\n````\n# bert", Heading(1, "bert", 5)),
        ("<!-- # no -->\n<!--\n# hidden\n-->\n# bert", Heading(1, "bert", 5)),
        ("<pre>\n# no\n</pre>\n# bert", Heading(1, "bert", 4)),
        ("text `<!--`\n# bert", Heading(1, "bert", 2)),
        ("text `<h1>` and\n# bert</h1>", Heading(1, "bert", 2)),
        ("#bert", None),
        ("####### bert", None),
        ("    # bert", None),
        ("- bert\n===", None),
        ("> bert\n===", None),
        ("\n===", None),
        ("```\n# bert", None),
        ("<!--\n# bert", None),
        ("", None),
    ],
)
def test_title(text: str, title: Heading | None) -> None:
    assert read(text).title == title


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**bert** *base* __x__ _y_ ***z*** ~~s~~", "bert base x y z s"),
        ("my_model_v2 __init__ a_b_", "my_model_v2 init a_b_"),
        ("_my_model_", "my_model"),
        ("[bert](https://x.y/z_(w)) [b][1]", "bert b"),
        ("[![badge](a.svg)](b) bert ![x][y]", "bert"),
        ("`bert_*base*` \\*x\\* &amp; y", "bert_*base* *x* & y"),
        ("<a href='x'>bert</a><br/>base <!-- no -->", "bert base"),
        (":rocket: 🚀 bert", ":rocket: 🚀 bert"),
        ("<https://x.y/a_b_c>", "https://x.y/a_b_c"),
        ("2 * 3 * 4 < 5", "2 * 3 * 4 < 5"),
        ("a\ue0000\ue000", "a0"),
        ("", ""),
    ],
)
def test_plain(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_headings_in_order() -> None:
    found = read("# a\n\nb\n---\n### c\n<h4>d</h4>\n***\n")
    assert found.headings == (Heading(1, "a", 1), Heading(2, "b", 3), Heading(3, "c", 5), Heading(4, "d", 6))


def test_rules_and_lazy_lines_start_no_heading() -> None:
    assert read("---\n---\n\n***\n---\n- a\nb\n---\n> c\nd\n===\n").headings == ()


def test_tables() -> None:
    found = read(
        "| Model | Size \\| B |\n|:--|--:|\n| **a** | `x\\|y` |\n| b |\n| c | d | e |\nlazy\n\n"
        "p | q\n- | -\n1 | 2\n# end\n\n| no | table |\n| - |\n\n|one|\n|---|\n|1|\n"
    )
    assert found.tables == (
        Table(("Model", "Size | B"), (("a", "x|y"), ("b",), ("c", "d"), ("lazy",)), 1),
        Table(("p", "q"), (("1", "2"),), 8),
        Table(("one",), (("1",),), 16),
    )


def test_no_table_in_code_or_without_a_rule() -> None:
    assert read("```\n| a |\n|---|\n```\na | b\nc | d\n").tables == ()


def test_code() -> None:
    found = read("---\na: 1\n---\n```python title\nx = 1\n\n  ```\n1. ~~~\n   y\n   ~~~\n`` ` ``` not ``\n")
    assert found.code == (CodeBlock("python", "x = 1\n", 4), CodeBlock("", "   y", 8))


def test_lines_and_body() -> None:
    found = card.parse("README.md", b"---\r\na: 1\r\n---\r\n# x\r\ny\x0bz\n\rlast")
    assert found.lines == ("---", "a: 1", "---", "# x", "y\x0bz", "", "last")
    assert found.body_line == 4


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("gbk", "# 手写数字识别系统\n模型参数，训练。\n"),
        ("gb18030", "# 手写数字\n"),
        ("cp1252", "# Modèle – français “naïve”\n"),
        ("latin-1", "# Mod\x81le é\n"),
        ("utf-16", "# Modell ä\n"),
        ("utf-16-le", "# Modell ä\n"),
        ("utf-8-sig", "---\na: 1\n---\n# Modell ä\n"),
    ],
)
def test_encodings(encoding: str, text: str) -> None:
    found = card.parse("README.md", text.encode(encoding))
    assert found.lines == tuple(text.splitlines())
    assert found.title is not None
    (problem,) = found.problems
    assert (problem.kind, problem.at.line, problem.at.column) == ("malformed", 1, 1)


def test_a_mark_without_front_matter_is_no_problem() -> None:
    assert read("\ufeff# bert").title == Heading(1, "bert", 1)


def test_encoding_is_named() -> None:
    (problem,) = card.parse("README.md", "# 模型参数训练".encode("gbk")).problems
    assert problem.reason == "the file is not utf-8 text, it was read as gb18030: save it as utf-8"


def test_chinese_is_told_from_a_sample() -> None:
    text = "手写数字识别系统\n" * 20_000
    found = card.parse("README.md", text.encode("gb18030"))
    assert found.lines[-1] == "手写数字识别系统"
    broken = card.parse("README.md", text.encode("gb18030") + b"\xff\xff ")
    assert [problem.kind for problem in broken.problems] == ["malformed"]


def test_binary() -> None:
    found = card.parse("README.md", b"\x80\x00\xff\x81\x00")
    assert found.lines == ()
    assert [problem.kind for problem in found.problems] == ["unreadable"]


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_bytes(b"# bert\n")
    entry = Entry("README.md", str(path), 7)
    assert card.read(entry).title == Heading(1, "bert", 1)
    assert [problem.kind for problem in card.read(entry, limit=6).problems] == ["tolerated"]
    path.unlink()
    assert [problem.kind for problem in card.read(entry).problems] == ["unreadable"]
    pointer = LfsPointer("a" * 64, 9)
    assert card.read(Entry("README.md", str(path), 7, pointer)) == Card("README.md", pointer=pointer)
    text = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'a' * 64}\nsize 9\n"
    assert card.parse("README.md", text.encode()) == Card("README.md", pointer=pointer)


HOSTILE = {
    "stars": "# " + "*a " * 100_000,
    "star headings": "# *a *a **a ***a\n" * 20_000,
    "brackets": "# " + "[" * 200_000,
    "bracket cells": "|a|\n|-|\n" + "|" + "[a](" * 50_000 + "|\n",
    "cells": "|a|b|\n|-|-|\n" + "|" * 300_000,
    "many cells": "|a" * 400 + "\n" + "|-" * 400 + "\n" + "|a" * 200_000,
    "wide header": "|" * 100_000 + "\n" + "|-" * 99_999 + "|\n" + "x\n" * 50_000,
    "headers": "|a|\n|-\n" * 30_000,
    "fences": "```\n~~~\n" * 50_000,
    "open comments": "x <!--\n" * 50_000,
    "open headings": "<h1>\n" * 30_000,
    "open tags": "# " + "<a" * 100_000,
    "setext": ("a\n" * 20 + "=\n") * 3_000,
    "underscores": "# _a" * 50_000,
    "backticks": "# " + "`a``a```" * 50_000,
    "spaces": " " * 500_000 + "x\n" + "\t" * 500_000,
    "rule": "---\n" + " " * 500_000 + "\n" * 100_000,
    "keys": "---\n" + "a:b\n" * 100_000,
    "list marks": "- " * 200_000,
    "quotes": ">" * 500_000,
    "comments": "# " + "<!-- " * 100_000,
    "long paragraph": "a\n" * 200_000 + "===\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_markdown_takes_linear_time(name: str) -> None:
    start = time.process_time()
    found = card.parse("README.md", HOSTILE[name].encode())
    assert time.process_time() - start < 4
    assert len(found.lines) == len(HOSTILE[name].splitlines())


LINES = [
    "# a", "### b ##", "text", "more text", "===", "---", "***", "", "```", "````", "~~~ x", "    # indented",
    "| a | b |", "|---|:-:|", "| - |", "a | b", "#no", "<!-- x -->", "\\# y",
]  # fmt: skip


@given(st.lists(st.sampled_from(LINES), max_size=14))
@settings(deadline=None, max_examples=200)
def test_flat_blocks_as_in_commonmark(text: list[str]) -> None:
    found = card.parse("README.md", "\n".join(["text", "", *text]).encode())
    tokens = MarkdownIt("commonmark").enable("table").parse("\n".join(["text", "", *text]))
    lines = {
        kind: [token.map[0] + 1 for token in tokens if token.type == kind and token.map]
        for kind in ("heading_open", "table_open", "fence")
    }
    assert [heading.line for heading in found.headings] == lines["heading_open"]
    assert [table.line for table in found.tables] == lines["table_open"]
    assert [block.line for block in found.code] == lines["fence"]
    assert [block.text for block in found.code] == [t.content.removesuffix("\n") for t in tokens if t.type == "fence"]


PIECES = [
    "# ", "---\n", "```", "~~~\n", "|", "-", "\n", "\r\n", "\r", "===\n", "<h1>", "</h1>", "<!--", "-->", "a: b\n",
    "![", "](", ")", "*", "_", "\\", "&lt;", "x", " ", "\t", "<pre>", "😀", "\x00", "\ue000", "`",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=60))
@settings(deadline=None, max_examples=200)
def test_any_pieces(pieces: list[str]) -> None:
    found = card.parse("README.md", "".join(pieces).encode())
    last = len(found.lines)
    assert all(1 <= heading.line <= last for heading in found.headings)
    assert all(1 <= table.line < last for table in found.tables)
    assert all(1 <= block.line <= last for block in found.code)
    assert 1 <= found.body_line <= last + 1


@given(st.binary(max_size=300))
@settings(deadline=None, max_examples=200)
def test_any_bytes(data: bytes) -> None:
    found = card.parse("README.md", data)
    assert found.lines or found.problems or not data.removeprefix(b"\xef\xbb\xbf").strip(b"\r\n")
    for problem in found.problems:
        assert problem.reason.isprintable()
