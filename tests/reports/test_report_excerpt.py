"""A source line is cropped around its mark, and the mark stands under what it marks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dara_lint.reports.excerpt import excerpt
from dara_lint.reports.paint import taken, width, wrapped


@pytest.mark.parametrize(
    ("source", "column", "end", "cells", "expected"),
    [
        ('"a": 1,', 6, 7, 40, ('"a": 1,', 5, 1)),
        ("a\tb", 3, 4, 40, ("a   b", 4, 1)),
        ("你好 x", 4, 5, 40, ("你好 x", 5, 1)),
        ("你好 x", 1, 3, 40, ("你好 x", 0, 4)),
        ("\x1b[m", 2, 3, 40, ("\\x1b[m", 4, 1)),
        ("abc", None, None, 40, ("abc", 0, 0)),
        ("abc", 4, 5, 40, ("abc", 3, 1)),
        ("abc", 99, 120, 40, ("abc", 3, 1)),
        ("abc", 2, None, 40, ("abc", 1, 1)),
        ("a" * 50 + "XY" + "b" * 50, 51, 53, 21, ("…" + "a" * 7 + "XY" + "b" * 10 + "…", 8, 2)),
        ("XY" + "b" * 50, 1, 3, 20, ("XY" + "b" * 16 + "…", 0, 2)),
        ("", 1, 1, 20, ("", 0, 1)),
    ],
)
def test_excerpt(source: str, column: int | None, end: int | None, cells: int, expected: tuple[str, int, int]) -> None:
    assert tuple(excerpt(source, column, end, cells)) == expected


CHARS = st.sampled_from(list("ab \t你好é\x1b\u202e\u0301🙂"))


@settings(deadline=None, max_examples=200)
@given(st.text(CHARS, max_size=200), st.integers(1, 210), st.integers(0, 30), st.integers(20, 90))
def test_it_fits_and_marks_inside(source: str, column: int, length: int, cells: int) -> None:
    shown = excerpt(source, column, column + length, cells)
    assert width(shown.text) <= cells
    assert shown.start >= 0
    assert shown.start + shown.length <= max(cells, 1)
    assert "\x1b" not in shown.text


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 300), st.integers(0, 300), st.integers(20, 90))
def test_the_mark_is_under_the_marked_character(before: int, after: int, cells: int) -> None:
    shown = excerpt("你" * before + "X" + "你" * after, before + 1, before + 2, cells)
    assert shown.length == 1
    assert taken(shown.text, shown.start + 1).endswith("X")
    assert width(taken(shown.text, shown.start)) == shown.start


def test_a_line_of_megabytes_costs_its_neighbourhood() -> None:
    shown = excerpt("x" * 5_000_000 + "mark" + "y" * 5_000_000, 5_000_001, 5_000_005, 60)
    assert shown.text[shown.start : shown.start + shown.length] == "mark"


@settings(deadline=None, max_examples=200)
@given(st.text(CHARS, max_size=120), st.integers(4, 40))
def test_wrapped_lines_fit_and_lose_nothing(text: str, cells: int) -> None:
    lines = wrapped(text, cells)
    assert all(width(line) <= cells for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
