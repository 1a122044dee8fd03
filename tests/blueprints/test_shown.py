"""What inference was shown of a value, and what a config may say then."""

from __future__ import annotations

from dara_lint.blueprints.shown import ANY_LENGTH, exactly, shown, told


def test_what_of_a_value_is_shown() -> None:
    assert list(shown([1, "a", [2]])) == ["length 3", "number", "a", "list"]
    assert list(shown(True)) == [True]
    assert list(shown({"a": 1})) == ["table"]


def test_what_was_held_is_known_at_that_value_alone() -> None:
    held = frozenset({exactly([1, 2, 4, 4])})
    assert told([1, 2, 4, 4], held)
    assert not told([1, 2, 4, 8], held)
    assert not told(None, held)
    assert told(None, frozenset({"=null"}))
    assert told([1, 2], frozenset({"length 2", "number"}))
    assert not told("=[1]", frozenset({"=[1]"}))


def test_a_list_may_be_as_long_as_another_key_says() -> None:
    words = frozenset({ANY_LENGTH, "dense", "sparse"})
    assert told(["dense", "sparse", "sparse"], words)
    assert not told(["dense", "other"], words)
