"""A class is asked what other values of each key do, and what its blueprint does not follow is written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from dara_lint.blueprints.compose import Kind, Library
from dara_lint.blueprints.shown import ANY_LENGTH, told
from dara_lint.blueprints.unit import Pattern, Unit
from training import zoo
from training.sampling import Sample
from training.unvaried import Asked, Found, both, followed, others

NIGHT = Unit(
    "night",
    "NightModel",
    (Pattern("embed.weight", (), ("vocab_size", "width"), None, ""), Pattern("up.weight", (), ("inner",), None, "")),
    exact=True,
)
RAW: dict[str, Any] = {"model_type": "night", "vocab_size": 100, "width": 64, "inner": 32, "dropout_prob": 0.1}
Tensors = dict[str, tuple[int, ...]]


def tensors(raw: Mapping[str, Any]) -> Tensors:
    """What the blueprint follows."""
    return {"embed.weight": (raw["vocab_size"], raw["width"]), "up.weight": (raw["inner"],)}


class Factory:
    """A class that builds what ``made`` says, or nothing where that raises."""

    def __init__(self, made: Callable[[Mapping[str, Any]], Tensors]) -> None:
        self.made = made

    def sample(self, raw: dict[str, Any], /) -> Sample | None:
        try:
            built = {name: (shape, "F32") for name, shape in self.made(raw).items()}
        except ValueError:
            return None
        return Sample(raw, raw, built, ())


def asked(
    made: Callable[[Mapping[str, Any]], Tensors],
    words: Mapping[str, tuple[str, ...]] = {},
    absent: Mapping[str, Any] = {},
    unit: Unit = NIGHT,
    **more: Any,
) -> Asked:
    raw = RAW | more
    kind = Kind("night", raw, {}, {})
    library = Library(lambda name: kind if name == "night" else None, lambda *_: unit)
    return Asked(unit, library, Factory(made), raw, words, absent)


def found(*given: Any, seconds: float = 60.0, **more: Any) -> dict[str, Found]:
    question = asked(*given, **more)
    assert question.follows
    answers = {each.key: each for each in question.found(seconds)}
    assert not question.unasked
    return answers


@pytest.fixture(autouse=True)
def _without_transformers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.unvaried._common", lambda: frozenset({"dropout_prob"}))
    monkeypatch.setattr(zoo, "given", dict)


def test_what_is_followed_is_not_written_down() -> None:
    assert found(tensors) == {}


def test_a_flag_that_brings_tensors_unseen() -> None:
    def made(raw: Mapping[str, Any]) -> Tensors:
        return tensors(raw) | ({"gate.weight": (3,)} if raw["gated"] else {})

    answer = found(made, gated=False)["gated"]
    assert not told(True, frozenset(answer.followed))
    assert told(False, frozenset(answer.followed))
    assert "gate.weight" in answer.why


def test_a_word_that_shapes_and_one_that_does_not() -> None:
    def made(raw: Mapping[str, Any]) -> Tensors:
        return tensors(raw) | ({"norm.weight": (3,)} if raw["norm"] == "batch" else {})

    answer = found(made, {"norm": ("layer", "batch", "none")}, norm="layer")["norm"]
    known = frozenset(answer.followed)
    assert [told(word, known) for word in ("layer", "none", "batch", "another")] == [True, True, False, False]


def test_a_number_of_which_no_other_value_builds() -> None:
    def made(raw: Mapping[str, Any]) -> Tensors:
        if raw["groups"] != 7:
            raise ValueError
        return tensors(raw)

    answer = found(made, groups=7)["groups"]
    assert answer.followed == ["=7"]


def test_numbers_that_must_agree_are_changed_in_pairs() -> None:
    def made(raw: Mapping[str, Any]) -> Tensors:
        if raw["ratio"] * raw["chunk"] != 64:
            raise ValueError
        return tensors(raw) | {"chunk.weight": (raw["chunk"],)}

    chunk = Pattern("chunk.weight", (), (4,), None, "")  # inference saw 4 alone
    unit = NIGHT._replace(patterns=(*NIGHT.patterns, chunk))
    answers = found(made, unit=unit, ratio=16, chunk=4)
    assert answers["chunk"].followed == ["=4"]
    assert "instead of (8,)" in answers["chunk"].why


def test_a_number_that_says_how_long_a_list_is() -> None:
    def made(raw: Mapping[str, Any]) -> Tensors:
        if len(raw["kinds"]) != raw["layers"]:
            raise ValueError
        return tensors(raw)

    assert found(made, layers=3, kinds=["a", "b", "a"]) == {}


def test_a_null_that_needs_a_flag() -> None:
    def made(raw: Mapping[str, Any]) -> Tensors:
        bias = raw["wide"] if raw["rotate"] and raw["wide"] else None
        return tensors(raw) | ({"wide.weight": (bias,)} if bias else {})

    answer = found(made, rotate=False, wide=None)["wide"]
    assert not told(64, frozenset(answer.followed))


def test_a_key_that_no_config_declares() -> None:
    def made(raw: Mapping[str, Any]) -> Tensors:
        return tensors(raw) | {"up.weight": (raw.get("block_inner") or raw["inner"],)}

    assert found(made, absent={"block_inner": None})["block_inner"].why.startswith("up.weight")


def test_a_word_that_patterns_read_is_followed_where_it_was_tried() -> None:
    bias = Pattern("up.bias", (), ("inner",), ["is", "bias", "all"], "")
    unit = NIGHT._replace(patterns=(*NIGHT.patterns, bias))

    def made(raw: Mapping[str, Any]) -> Tensors:
        return tensors(raw) | ({"up.bias": (raw["inner"],)} if raw["bias"] == "all" else {})

    answer = found(made, {"bias": ("all",)}, unit=unit, bias="none")["bias"]
    assert {*answer.followed} == {"none", "all"}


def test_what_time_leaves_no_room_for_is_said() -> None:
    question = asked(tensors)
    assert list(question.found(-1.0)) == []
    assert question.unasked == ["model_type", "vocab_size", "width", "inner"]


def test_a_blueprint_that_is_wrong_about_the_usual_config_is_not_asked() -> None:
    assert not asked(lambda raw: tensors(raw) | {"more": (1,)}).follows


@pytest.mark.parametrize(
    ("value", "right", "wrong", "follows", "not_follows"),
    [
        (7, [8], [9], [7], [8, 9]),  # numbers are alike, so the usual one alone
        ([2, 2], [[4, 4]], [[2, 2, 2]], [[8, 8]], [[1]]),  # any numbers, of that length
        (None, [["a", "a", "a"]], [["b", "b", "b"]], [None, ["a"] * 9], [["b"]]),  # a word, of any length
        (False, [], [True], [False], [True]),
        ("a", ["b"], ["c"], ["a", "b"], ["c", "d"]),
    ],
)
def test_followed(value: Any, right: list[Any], wrong: list[Any], follows: list[Any], not_follows: list[Any]) -> None:
    known = frozenset(followed(value, right, wrong))
    assert [told(each, known) for each in follows] == [True] * len(follows)
    assert [told(each, known) for each in not_follows] == [False] * len(not_follows)


def test_what_two_classes_follow() -> None:
    assert both(["a", "b", None], ["b", None]) == ["b", None]
    assert both(["=1", "=2"], ["number"]) == ["=1", "=2"]
    assert both(["=1", "=2"], ["=2", "=3"]) == ["=2"]
    assert both(["=true"], [False]) == []
    assert ANY_LENGTH in both([ANY_LENGTH, "a"], [ANY_LENGTH, "a", "b"])


@pytest.mark.parametrize(
    ("name", "value", "full", "words", "among"),
    [
        ("depths", [2, 3], None, (), [[2, 3, 3], [2], [4, 6], [3, 4], [1, 3], [2, 2]]),
        ("kinds", ["a", "b"], None, (), [["a", "a"], ["b", "a"]]),
        ("layer_types", None, ["full_attention"] * 2, ("chunk",), [["chunk", "chunk"], ["full_attention", "conv"]]),
        ("rope_scaling", None, None, (), [2, {"rope_type": "linear", "type": "linear", "factor": 2.0}]),
        ("made", None, ["a", 1], (), []),  # the class makes it of other keys
    ],
)
def test_other_values(name: str, value: Any, full: Any, words: tuple[str, ...], among: list[Any]) -> None:
    tried = list(others(name, value, full, words))
    assert all(each in tried for each in among)
    assert value not in tried
    assert bool(tried) == bool(among)
