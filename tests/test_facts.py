"""Facts behave as frozen dataclasses do."""

from __future__ import annotations

import pickle
from collections.abc import Mapping

import pytest

from dara_lint.facts import fact, field, record, replace


@fact
class Point:
    """A fact with a default, a fresh default and a hidden field."""

    x: int
    y: int = 2
    names: Mapping[str, int] = field(default_factory=dict)
    secret: int = field(repr=False, default_factory=int)


@fact
class Plain:
    """A fact that can be hashed."""

    x: int
    y: int = 2


@record
class Open:
    """Values that change."""

    items: list[int] = field(default_factory=list)


def test_values_by_place_by_name_and_by_default() -> None:
    assert (Point(1).x, Point(1).y, Point(1, y=3).y, Point(x=1, names={"a": 1}).names["a"]) == (1, 2, 3, 1)
    assert Point(1).names is not Point(1).names
    assert repr(Point(1)) == "Point(x=1, y=2, names={})"
    match Plain(5):
        case Plain(x, y):
            assert (x, y) == (5, 2)


def test_equal_by_values_and_hashed_by_them() -> None:
    assert Point(1) == Point(1, 2) != Point(2)
    assert Point(1) != Plain(1)  # type: ignore[comparison-overlap]
    assert len({Plain(1), Plain(1, 2), Plain(2)}) == 2
    assert pickle.loads(pickle.dumps(Plain(7))) == Plain(7)  # noqa: S301 - our own bytes


def test_facts_do_not_change_and_records_do() -> None:
    with pytest.raises(AttributeError, match=r"Plain\.x cannot be changed"):
        Plain(1).x = 2  # type: ignore[misc]
    with pytest.raises(AttributeError):
        del Plain(1).x
    assert replace(Plain(1), y=5) == Plain(1, 5)
    changed = Open()
    changed.items.append(1)
    changed.items = [*changed.items, 2]
    assert (changed.items, Open().items) == ([1, 2], [])
    with pytest.raises(TypeError, match="unhashable"):
        hash(changed)


@pytest.mark.parametrize(("args", "kwargs"), [((), {}), ((1, 2, 3), {}), ((1,), {"x": 2}), ((1,), {"z": 2})])
def test_other_values_than_the_named_ones_are_refused(args: tuple[int, ...], kwargs: dict[str, int]) -> None:
    with pytest.raises(TypeError, match="Plain takes x, y"):
        Plain(*args, **kwargs)
