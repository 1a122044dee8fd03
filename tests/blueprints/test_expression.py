"""Expressions and conditions: values, bounds, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dara_lint.blueprints.arithmetic import LARGEST, UnknownValueError
from dara_lint.blueprints.expression import Expression, fields_of, holds, value_of
from dara_lint.model import Json

FIELDS: dict[str, Json] = {
    "hidden": 768,
    "heads": 12,
    "ratio": 2.6,
    "depths": [2, 2, 6],
    "kinds": ["full", "sliding"],
    "flag": True,
    "none": None,
    "text": "gelu",
}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (3, 3),
        ("hidden", 768),
        (["//", "hidden", "heads"], 64),
        (["*", "hidden", "ratio"], 1996),
        (["up", 100, 64], 128),
        (["^", 2, ["i", 0]], 16),
        (["at", "depths", ["-", ["i", 0], 5]], 6),
        (["at", "depths", ["i", 1]], 2),
        (["len", "depths"], 3),
        (["sum", "depths"], 10),
        (["product", "depths"], 24),
        (["int", ["log2", "hidden"]], 9),
        (["ceil", ["log2", "hidden"]], 10),
        (["max", "hidden", 1000], 1000),
        (["if", ["true", "flag"], 1, 2], 1),
        (["if", ["null", "none"], ["+", "heads", 1], 2], 13),
    ],
)
def test_value(expression: Expression, value: int) -> None:
    assert value_of(expression, FIELDS, (4, 1)) == value


@pytest.mark.parametrize(
    ("condition", "truth"),
    [
        (["true", "flag"], True),
        (["true", "none"], False),
        (["is", "text", "gelu"], True),
        (["not", ["is", "text", "relu"]], True),
        (["<", 700, "hidden"], True),
        (["<", 0, "none"], False),
        (["not", ["<", 0, "none"]], True),
        (["mod", ["i", 0], 2, 0], True),
        (["mod", ["i", 0], 0, 0], False),
        (["in", 6, "depths"], True),
        (["word", "kinds", ["i", 1], "sliding"], True),
        (["word", "kinds", 9, "sliding"], False),
        (["and", ["true", "flag"], ["=", "heads", 12]], True),
        (["or", ["true", "none"], ["=", "heads", 13]], False),
    ],
)
def test_condition(condition: Expression, truth: bool) -> None:  # noqa: FBT001
    assert holds(condition, FIELDS, (4, 1)) is truth


@pytest.mark.parametrize(
    "expression",
    [
        "missing",
        "text",
        "none",
        ["//", 1, 0],
        ["at", "depths", 3],
        ["at", "text", 0],
        ["^", 2, 1000],
        ["len", "flag"],
        ["^", 65536.0, 64],
        ["%", 1, 0],
        ["near", 1, 0],
        ["log2", 0],
        ["log2", -3],
        ["int", ["log2", "text"]],
        ["product", "text"],
        ["product", "kinds"],
    ],
)
def test_refused(expression: Expression) -> None:
    with pytest.raises(UnknownValueError):
        value_of(expression, FIELDS)


@pytest.mark.parametrize("value", [LARGEST * 2, -LARGEST * 2, float("inf"), float("nan"), "1", [1], {}])
def test_values_out_of_bounds_are_refused(value: object) -> None:
    with pytest.raises(UnknownValueError):
        value_of(["*", "x", 2], {"x": value})  # type: ignore[dict-item]


@pytest.mark.parametrize("items", [[LARGEST, LARGEST], [2] * 60, [1e300, 1e300], [float("nan")], [None], [True, "a"]])
def test_products_out_of_bounds_are_refused(items: list[Json]) -> None:
    with pytest.raises(UnknownValueError):
        value_of(["product", "items"], {"items": items})


def test_fields_of_a_product_and_a_logarithm() -> None:
    assert fields_of(["*", ["product", "ratios"], ["int", ["log2", "size"]]]) == {"ratios", "size"}


@given(st.integers(), st.integers())
@settings(deadline=None, max_examples=100)
def test_arithmetic_is_bounded_or_refused(a: int, b: int) -> None:
    for operator in ("+", "-", "*", "//", "up", "^", "max", "min"):
        try:
            assert abs(value_of([operator, "a", "b"], {"a": a, "b": b})) <= LARGEST
        except UnknownValueError:
            continue


def test_fields() -> None:
    expression: Expression = ["if", ["word", "kinds", ["i", 0], "full"], ["*", "heads", "dim"], ["len", "depths"]]
    assert fields_of(expression) == {"kinds", "heads", "dim", "depths"}


@pytest.mark.parametrize(("width", "channels"), [(16, 16), (12, 16), (19, 24), (3, 8), (35, 32), (90, 88)])
def test_near_is_the_channel_rule_of_mobilenet(width: int, channels: int) -> None:
    assert value_of(["near", width, 8], {}) == channels
