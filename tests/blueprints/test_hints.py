"""Dimensions from what a constructor computed: numbers that remember, sums laid over each other."""

from __future__ import annotations

import copy
import math
import pickle
import random
import time
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from dara_lint.blueprints.arithmetic import UnknownValueError
from dara_lint.blueprints.expression import Expression, holds, value_of
from training.hints import Hints
from training.remembered import BUILTINS, FUNCTIONS, Items, expression_of, remember, watching
from training.search import Point
from training.solver import Solver
from training.sums import divides, normal
from training.turns import stretched

FIELDS: dict[str, Any] = {"width": 96, "heads": 6, "factor": 0.75, "depths": [2, 3, 4]}


def made(name: str) -> Any:
    """A field's number, remembering its name."""
    return remember(FIELDS[name], name)


def test_numbers_remember_what_they_are_made_of() -> None:
    traced_int, larger = BUILTINS["int"], BUILTINS["max"]
    width, heads, factor = made("width"), made("heads"), made("factor")
    computed = [
        3 * (width // heads),
        width * width - 1,
        traced_int(width * factor) + heads,
        larger(8, width % heads),
        math.ceil(width * factor / 5),
        round(width * factor / 5),
        traced_int(width / heads),
        -width + 100,
        heads**2,
    ]
    for value in computed:
        assert value_of(expression_of(value), FIELDS) == value


def test_they_are_numbers_to_everything_else() -> None:
    width = made("width")
    assert (width, {width: 1}[96], [0] * made("heads"), isinstance(width, BUILTINS["int"])) == (96, 1, [0] * 6, True)
    assert type(pickle.loads(pickle.dumps(width))) is int  # noqa: S301 - what was just pickled
    assert copy.deepcopy(width) is width
    depths = Items([remember(item, ["at", "depths", at]) for at, item in enumerate([2, 3, 4])])
    depths.made = "depths"
    assert expression_of(BUILTINS["len"](depths)) == ["len", "depths"]


def test_the_length_of_joined_lists_is_remembered() -> None:
    first, second = Items([1, 2]), Items([3])
    assert not hasattr(first + second, "joined")
    first.made, second.made = "first", "second"
    cut: list[Any] = []
    with watching({}, cut):
        assert BUILTINS["len"](first + second + second) == 4
    assert [expression_of(each) for each in cut] == [
        ["+", ["+", ["len", "first"], ["len", "second"]], ["len", "second"]]
    ]


def test_logarithms_products_and_sums_are_remembered() -> None:
    depths = Items([remember(item, ["at", "depths", at]) for at, item in enumerate([2, 3, 4])])
    depths.made = "depths"
    stand_ins = {name: stand_in for _, name, stand_in in FUNCTIONS}
    assert expression_of(BUILTINS["int"](stand_ins["log2"](made("width")))) == ["int", ["log2", "width"]]
    assert expression_of(math.ceil(96 / stand_ins["prod"](depths))) == ["ceil", ["/", 96, ["product", "depths"]]]
    assert expression_of(BUILTINS["sum"](depths)) == ["sum", "depths"]
    assert (stand_ins["log2"](8), stand_ins["prod"]([2, 3]), BUILTINS["sum"]([2, 3], 1)) == (3, 6, 6)
    assert normal(["int", ["*", 2, ["product", "depths"]]]).whole == "1*int:[0000](2*product:depths[0000]())"


def test_numbers_without_end_remember_nothing() -> None:
    assert expression_of(remember(math.inf, "limit")) == math.inf


def test_a_count_of_several_for_each_turn_of_a_loop() -> None:
    points = [Point({"factor": factor}, (), at) for at, factor in enumerate((1, 2, 4, 8))]
    turns: Expression = ["-", ["int", ["log2", "factor"]], 1]
    found = stretched(points, np.array([1.0, 1, 4, 7]), [{2: ["factor", turns]}])
    assert found == ["+", ["*", ["max", turns, 0], 3], 1]
    assert stretched(points, np.array([1.0, 1, 4, 8]), [{2: [turns]}]) is None


def test_what_a_tensor_is_cut_into() -> None:
    assert divides(["*", 2, ["at", "widths", 1]], 2)
    assert not divides(["+", ["*", 2, "keys"], "values"], 3)


def test_what_grows_too_large_is_forgotten() -> None:
    value = made("width")
    for _ in range(200):
        value = value + 1
    assert expression_of(value) == 296


@pytest.mark.parametrize("asked", [10, 12, 50, 90, 91, 100])
def test_channels_rounded_as_mobilenet_does(asked: int) -> None:
    value, divisor = remember(asked, "asked"), remember(8, "divisor")
    new = BUILTINS["max"](divisor, BUILTINS["int"](value + divisor / 2) // divisor * divisor)
    if new < 0.9 * value:
        new += divisor
    assert value_of(expression_of(new), {"asked": asked, "divisor": 8}) == new


def test_comparisons_are_kept_while_watched() -> None:
    tests: dict[str, Expression] = {}
    with watching(tests):
        assert made("heads") < made("width")
        assert not made("width") <= 5
        assert bool(made("heads"))
    assert made("heads") == 6
    assert list(tests.values()) == [["<", "heads", "width"], ["<", 5, "width"], ["=", "heads", 0]]


@pytest.mark.parametrize(
    ("tree", "shape"),
    [
        (["*", ["+", "a", 1], ["-", "a", 1]], "+field:a()*field:a()"),
        (["//", ["*", "a", ["*", "b", 4]], ["*", 2, "b"]], "field:a()"),
        (["//", "a", 1], "field:a()"),
        (["-", ["*", 2, "a"], ["+", "a", "a"]], ""),
        (["int", ["/", "a", "b"]], "//:(field:a(),field:b())"),
    ],
)
def test_sums_are_multiplied_out_and_cancelled(tree: Expression, shape: str) -> None:
    assert normal(tree).shape == shape


LOG2: Expression = ["int", ["log2", "factor"]]


def test_numbers_of_which_some_are_nothing_are_laid_over_each_other() -> None:
    configs = [{"factor": 2**times} for times in (1, 2, 3, 4)]
    found = hints(configs, lambda each: SimpleNamespace(loops={int(math.log2(each["factor"])): [LOG2]}, tests={}))
    places = [(number, ()) for number in range(4)]
    assert found.count(places, np.array([0.0, 1.0, 2.0, 3.0])) == ["-", LOG2, 1]


def test_the_first_places_may_each_have_an_expression_of_their_own() -> None:
    chance = random.Random(4)
    configs = [{"width": chance.randrange(8, 99), "model": chance.randrange(100, 999)} for _ in range(30)]
    samples: Any = [SimpleNamespace(raw=each, resolved=each, changed=(), tensors={}) for each in configs]
    solver = Solver(samples, ["width", "model"], [], time.process_time() + 60)
    places = [(number, (level,)) for number in range(30) for level in range(5)]
    sizes = [[each["width"] * 2, each["width"] * 4, each["width"] * 4, *[each["model"]] * 2] for each in configs]
    found = solver.number(solver.points(places), np.array([float(size) for row in sizes for size in row]))
    assert found is not None
    for each, row in zip(configs, sizes, strict=True):
        assert [value_of(found, each, (level,)) for level in range(5)] == row


def hints(configs: list[dict[str, Any]], told: Any) -> Hints:
    """Hints of a class of which ``told`` gives, for a config, each tensor's expressions."""
    samples: Any = [SimpleNamespace(raw=each, resolved=each, changed=(), tensors={}) for each in configs]
    out = Hints("Made", samples, Solver(samples, list(configs[0]), [], time.process_time() + 60))
    for number, each in enumerate(configs):
        out._traces[number] = told(each)
    return out


def test_places_in_a_list_become_indices() -> None:
    configs: list[dict[str, Any]] = [{"widths": [8 * n, 24 * n, 40 * n], "stem": 5 * n, "by": 2} for n in range(1, 9)]

    def told(config: dict[str, Any]) -> Any:
        dims: dict[str, tuple[Expression, ...]] = {"0": (["//", "stem", 1],)}
        dims |= {str(at): (["//", ["at", "widths", at - 1], "by"],) for at in (1, 2)}
        return SimpleNamespace(dims=dims, sizes={}, tests={}, loops={})

    places = [(number, (at,)) for number in range(len(configs)) for at in range(3)]
    sizes = np.array([float(configs[n]["widths"][at - 1] // 2 if at else configs[n]["stem"]) for n, (at,) in places])
    found = hints(configs, told).dimension(places, [str(at) for _, (at,) in places], 0, sizes)
    assert found == ["if", ["=", ["i", 0], 0], "stem", ["//", ["at", "widths", ["-", ["i", 0], 1]], "by"]]


def test_a_count_is_a_loop_of_the_constructor() -> None:
    configs: list[dict[str, Any]] = [{"depths": [n, n + 1, 2 * n]} for n in range(1, 7)]

    def told(config: dict[str, Any]) -> Any:
        loops: dict[int, list[Expression]] = {}
        for at, depth in enumerate(config["depths"]):
            loops.setdefault(depth, []).append(["at", "depths", at])
        return SimpleNamespace(dims={}, sizes={}, tests={}, loops=loops)

    places = [(number, (at,)) for number in range(len(configs)) for at in range(3)]
    sizes = np.array([float(configs[n]["depths"][at]) for n, (at,) in places])
    assert hints(configs, told).count(places, sizes) == ["at", "depths", ["i", 0]]


def test_a_factor_that_a_loop_multiplies_is_a_power() -> None:
    configs: list[dict[str, Any]] = [{"stride": 2 + n % 3, "total": 8 << n} for n in range(6)]
    count: Expression = ["int", ["//", ["log2", "total"], ["log2", "stride"]]]

    def told(config: dict[str, Any]) -> Any:
        grown: list[Expression] = [1]
        for _ in range(12):
            grown.append(["*", grown[-1], ["^", "stride", 2]])
        times = int(math.log2(config["total"]) // math.log2(config["stride"]))
        dims = {str(at): (each,) for at, each in enumerate(grown)} | {"last": (grown[times],)}
        return SimpleNamespace(dims=dims, sizes={}, tests={}, loops={times: [count]})

    asked = hints(configs, told)
    asked.repeats(count)
    places = [(number, (at,)) for number in range(len(configs)) for at in range(3)]
    sizes = np.array([float(configs[n]["stride"] ** (2 * at)) for n, (at,) in places])
    found = asked.dimension(places, [str(at) for _, (at,) in places], 0, sizes)
    assert found == ["^", "stride", ["*", ["i", 0], 2]]
    alone: list[tuple[int, tuple[int, ...]]] = [(number, ()) for number in range(len(configs))]
    times = np.array([float(value_of(count, each)) for each in configs])
    found = asked.dimension(alone, ["last"] * 6, 0, np.array([each["stride"] for each in configs]) ** (2 * times))
    assert found == ["^", "stride", ["*", count, 2]]


def test_a_square_of_what_a_loop_ran_over() -> None:
    configs: list[dict[str, Any]] = [{"image": 32 * n, "patch": 4 + n % 2} for n in range(2, 9)]

    def told(config: dict[str, Any]) -> Any:
        side = config["image"] // config["patch"]
        return SimpleNamespace(dims={}, sizes={}, tests={}, loops={side: [["//", "image", "patch"]]})

    places: list[tuple[int, tuple[int, ...]]] = [(number, ()) for number in range(len(configs))]
    sizes = np.array([float((each["image"] // each["patch"]) ** 2) for each in configs])
    side: Expression = ["//", "image", "patch"]
    assert hints(configs, told).dimension(places, ["0"] * 7, 0, sizes) == ["*", side, side]


def test_logarithms_remember() -> None:
    log2 = next(stand_in for module, name, stand_in in FUNCTIONS if (module, name) == (math, "log2"))
    value = BUILTINS["int"](log2(made("width")) // log2(made("heads")))
    assert value == value_of(expression_of(value), FIELDS) == 2
    assert log2(8) == 3
    assert normal(["int", ["//", ["log2", "a"], ["log2", "b"]]]).shape.startswith("int:")


@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf"), None, "8", [8]])
def test_the_logarithm_of_what_has_none_is_refused(value: Any) -> None:
    with pytest.raises(UnknownValueError):
        value_of(["int", ["log2", "a"]], {"a": value})


def test_real_numbers_inside_roundings_and_comparisons() -> None:
    fields = {"a": 7, "b": 0.3}
    assert value_of(["*", "a", "b"], fields) == 2
    assert value_of(["ceil", ["*", "a", "b"]], fields) == 3
    assert value_of(["round", ["/", "a", 2]], fields) == 4
    assert value_of(["*", ["int", ["*", "a", "b"]], 2], fields) == 4
    assert holds(["<", 2, ["*", "a", "b"]], fields)
    assert not holds(["<", 2, ["int", ["*", "a", "b"]]], fields)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e300, None, "7", [7]])
def test_rounding_what_is_no_number_is_refused(value: Any) -> None:
    for rounding in ("int", "ceil", "round"):
        with pytest.raises(UnknownValueError):
            value_of([rounding, ["*", "a", 2]], {"a": value})
    with pytest.raises(UnknownValueError):
        value_of(["int", ["/", 1, "zero"]], {"zero": 0})
