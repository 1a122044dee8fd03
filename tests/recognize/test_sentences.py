"""What shapes alone tell: the same at every size and depth, another for another make-up."""

from __future__ import annotations

from difflib import SequenceMatcher

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dara_lint.recognize.sentences import Vocabulary, collapsed, likeness, spoken, width, words

Shapes = list[tuple[int, ...]]


def layered(layers: int, size: int, *, gated: bool = False) -> Shapes:
    layer: Shapes = [(size,), (size,), (size, size), (size, size), (4 * size, size), (size, 4 * size)]
    if gated:
        layer.insert(4, (4 * size, size))
    return [(9000, size), *(layer * layers), (size,)]


def test_depth_and_width_do_not_matter() -> None:
    assert spoken(layered(3, 64)) == spoken(layered(12, 768))


def test_the_make_up_of_a_layer_does() -> None:
    assert spoken(layered(4, 64)) != spoken(layered(4, 64, gated=True))


def test_order_matters() -> None:
    shapes = layered(2, 64)
    assert spoken(shapes) != spoken(shapes[::-1])


def test_the_width_is_the_commonest_vector() -> None:
    assert width(layered(2, 48)) == 48
    assert width([(32, 64), (32, 64), (9, 9)]) == 32
    assert width([]) == 0


def test_words_tell_roles() -> None:
    assert words([(64,), (64, 3, 7, 7), (256, 64), (), (64, 256), (500, 64)]) == [
        "h", "h3.7.7.", "xh", "-", "hb", "xh",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "short"), [("abababab", "abab"), ("xyyyyz", "xyyz"), ("abcd", "abcd"), ("", ""), ("abab", "abab")]
)
def test_what_repeats_stands_twice(text: str, short: str) -> None:
    assert collapsed(text) == short


def test_a_rough_sentence_leaves_out_what_chance_changes() -> None:
    vocabulary = Vocabulary(("h", "xh"))
    one, two = (vocabulary.sentence(said) for said in (["h", "xh", "2.h"], ["h", "bh", "7.h"]))
    assert one != two
    assert vocabulary.rough(one) == vocabulary.rough(two)
    assert vocabulary.rough(one) != vocabulary.rough(vocabulary.sentence(["h", "hh", "2.h"]))


def test_nothing_gives_nothing() -> None:
    assert spoken([]) == ""
    assert likeness("", "abc") == 0.0


def _subsequence(one: str, other: str) -> int:
    row = [0] * (len(other) + 1)
    for character in one:
        before = row[:]
        for at, each in enumerate(other):
            row[at + 1] = before[at] + 1 if character == each else max(before[at + 1], row[at])
    return row[-1]


@settings(deadline=None, max_examples=150)
@given(st.text("abc", min_size=1, max_size=40), st.text("abcd", min_size=1, max_size=40))
def test_likeness_is_the_longest_common_subsequence(one: str, other: str) -> None:
    assert likeness(one, other) == pytest.approx(2 * _subsequence(one, other) / (len(one) + len(other)))
    assert likeness(one, other) >= SequenceMatcher(None, one, other, autojunk=False).ratio() - 1e-9


def test_a_vocabulary_never_runs_out() -> None:
    vocabulary = Vocabulary()
    vocabulary.words |= {str(number): "x" for number in range(Vocabulary.LAST)}
    assert vocabulary.character("new") == chr(Vocabulary.LAST)
    assert vocabulary.character("newer") == chr(Vocabulary.LAST)
