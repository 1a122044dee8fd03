"""What shapes alone tell: the same at every size and depth, another for another make-up."""

from __future__ import annotations

from dara_lint.recognize.skeleton import grams, width, word

Shapes = list[tuple[int, ...]]


def layered(layers: int, size: int, *, gated: bool = False) -> Shapes:
    layer: Shapes = [(size,), (size,), (size, size), (size, size), (4 * size, size), (size, 4 * size)]
    if gated:
        layer.insert(4, (4 * size, size))
    return [(9000, size), *(layer * layers), (size,)]


def test_depth_and_width_do_not_matter() -> None:
    assert grams(layered(3, 64)) == grams(layered(12, 768))


def test_the_make_up_of_a_layer_does() -> None:
    plain, gated = grams(layered(4, 64)), grams(layered(4, 64, gated=True))
    assert plain != gated
    assert plain & gated


def test_order_matters() -> None:
    shapes = layered(2, 64)
    assert grams(shapes) != grams(shapes[::-1])


def test_the_width_is_the_commonest_vector() -> None:
    assert width(layered(2, 48)) == 48
    assert width([(32, 64), (32, 64), (9, 9)]) == 32
    assert width([]) == 0


def test_words() -> None:
    assert word((64, 3, 7, 7), 64) == "h377"
    assert word((256, 64), 64) == "xh"
    assert word((), 64) == "-"


def test_nothing_gives_nothing() -> None:
    assert grams([]) == frozenset()
