"""Counters that run on through stages: found in made-up classes, evaluated within bounds."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

from dara_lint.blueprints.arithmetic import UnknownValueError
from dara_lint.blueprints.compose import Kind, Library, Part, parts
from dara_lint.blueprints.expression import Expression, Fields, fields_of, value_of
from dara_lint.blueprints.unit import Pattern, Reference, Unit
from dara_lint.model import Json
from training.infer import infer, missed
from training.left import flag, missing
from training.presence import presence
from training.solver import Solver

DEPTHS: Fields = {"depths": [2, 3, 1], "factor": 1.1, "kinds": ["a", "b", "a", "b"]}
SIZE: Expression = ["at", "depths", ["i", -1]]


@pytest.mark.parametrize(
    ("expression", "values"),
    [
        (["total", 3, SIZE], [6] * 7),
        (["stage", ["i", 0], 3, SIZE], [0, 0, 1, 1, 1, 2, 3]),
        (["within", ["i", 0], 3, SIZE], [0, 1, 0, 1, 2, 0, 0]),
        (["stage", ["-", ["i", 0], 1], 3, SIZE], [-1, 0, 0, 1, 1, 1, 2]),
        (["before", "kinds", ["i", 0], "a"], [0, 1, 1, 2, 2, 2, 2]),
        (["ceil", ["*", "factor", ["+", ["i", 0], 1]]], [2, 3, 4, 5, 6, 7, 8]),
    ],
)
def test_values(expression: Expression, values: list[int]) -> None:
    assert [value_of(expression, DEPTHS, (index,)) for index in range(7)] == values


def test_fields_of_stages() -> None:
    assert fields_of(["stage", ["i", 0], ["len", "depths"], ["ceil", ["*", "factor", SIZE]]]) == {"depths", "factor"}
    assert fields_of(["before", "kinds", ["i", 0], "a"]) == {"kinds"}


@pytest.mark.parametrize(
    "depths", [[1 << 40], [1] * 10_000, [-1, 3], [1025], ["2"], [1e308] * 3, 7, None, [[2]], [float("nan")]]
)
def test_stages_out_of_bounds_are_refused(depths: Any) -> None:
    began = time.perf_counter()
    for operator in ("stage", "within"):
        with pytest.raises(UnknownValueError):
            value_of([operator, 5, ["len", "depths"], SIZE], {"depths": depths})
    with pytest.raises(UnknownValueError):
        value_of(["total", ["len", "depths"], SIZE], {"depths": depths})
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("place", [-1, 1024, 1 << 40])
def test_places_out_of_bounds_are_refused(place: int) -> None:
    with pytest.raises(UnknownValueError):
        value_of(["before", "kinds", place, "a"], {"kinds": ["a"] * 100_000})


class Sample(NamedTuple):
    """As ``training.sampling`` makes them, which needs torch."""

    raw: dict[str, Any]
    resolved: dict[str, Any]
    tensors: Any
    changed: tuple[Any, ...] = ()


Tensors = dict[str, tuple[tuple[int, ...], str]]


def codec(config: dict[str, Any]) -> Tensors:
    """A convolution, stages of some blocks, a gap and a convolution each, a gap and a convolution."""
    width, ratios = config["width"], config["ratios"]
    shapes = {"layers.0.conv.weight": (width, config["channels"], 7)}
    place = 1
    for ratio in reversed(ratios):
        for _ in range(config["blocks"]):
            shapes[f"layers.{place}.block.1.weight"] = (width // config["compress"], width, 3)
            place += 1
        shapes[f"layers.{place + 1}.conv.weight"] = (2 * width, width, 2 * ratio)
        place, width = place + 2, 2 * width
    shapes[f"layers.{place + 1}.conv.weight"] = (config["hidden"], width, 3)
    return {name: (shape, "F32") for name, shape in shapes.items()}


def staged(config: dict[str, Any]) -> Tensors:
    """Blocks counted through stages of uneven depth, the first of each from the width before."""
    out: dict[str, tuple[int, ...]] = {}
    place = 0
    for depth, width in zip(config["depths"], config["widths"], strict=True):
        for inner in range(depth):
            out[f"blocks.{place}.norm.weight"] = (width,)
            if not inner:
                out[f"blocks.{place}.proj.weight"] = (width, 3)
            place += 1
    return {name: (shape, "F32") for name, shape in out.items()}


def codec_config(chance: random.Random) -> dict[str, Any]:
    """A config of ``codec``."""
    return {
        "width": chance.choice([16, 32, 48, 80]),
        "channels": chance.choice([1, 2, 3]),
        "blocks": chance.choice([1, 2, 3]),
        "compress": chance.choice([2, 4]),
        "hidden": chance.choice([100, 128, 300]),
        "ratios": [chance.choice([2, 4, 5, 8]) for _ in range(chance.choice([3, 4, 5]))],
    }


def staged_config(chance: random.Random) -> dict[str, Any]:
    """A config of ``staged``."""
    stages = chance.choice([3, 4])
    return {
        "depths": [chance.randrange(1, 5) for _ in range(stages)],
        "widths": [chance.choice([24, 32, 48, 96, 160]) for _ in range(stages)],
    }


@pytest.mark.parametrize(("build", "draw"), [(codec, codec_config), (staged, staged_config)])
def test_a_running_counter_is_told_apart(
    build: Callable[[dict[str, Any]], Tensors], draw: Callable[[random.Random], dict[str, Any]]
) -> None:
    chance = random.Random(5)
    configs = [draw(chance) for _ in range(70)]
    samples: Any = [Sample(config, config, build(config)) for config in configs]
    outcome = infer("made", "Up", samples[:50], list(configs[0]), [], seconds=60)
    assert outcome.failures == []
    assert [missed(outcome.unit, sample) for sample in samples[50:]] == [[]] * 20


def test_what_is_there_is_a_neighbours_condition_and_something_more() -> None:
    chance = random.Random(3)
    configs = [
        {"step": chance.choice([1, 2, 3]), "layers": chance.randrange(3, 8), "bias": chance.random() < 0.5}
        for _ in range(40)
    ]
    samples: Any = [Sample(each, each, {}) for each in configs]
    solver = Solver(samples, ["step", "layers", "bias"], [], time.process_time() + 60)
    domain: list[tuple[int, tuple[int, ...]]] = [
        (number, (index,)) for number, each in enumerate(configs) for index in range(each["layers"])
    ]
    sparse: Expression = ["mod", ["*", ["i", 0], ["i", 0]], 7, "step"]
    present = np.array(
        [configs[number]["bias"] and index * index % 7 == configs[number]["step"] for number, (index,) in domain]
    )
    assert presence(solver, domain, present, (), [["true", "layers"], sparse]) == ["and", sparse, ["true", "bias"]]


def test_many_names_are_left_out_by_their_ending() -> None:
    names = {f"blocks.{block}.norm.{last}" for block in range(12) for last in ("weight", "batches")}
    assert missing({*names, "head.weight"}, {name for name in names if "batches" not in name}) == (
        "*.batches",
        "head.",
    )


def test_the_flag_that_leaves_names_out() -> None:
    configs = [{"frozen": frozen, "other": other} for frozen in (True, False) for other in (True, False)]
    assert flag(configs, [True, None, False, False]) == ["true", "frozen"]
    assert flag(configs, [False, False, True, True]) == ["not", ["true", "frozen"]]
    assert flag(configs, [True, False, False, True]) is None


@pytest.mark.parametrize(("frozen", "names"), [(True, ["norm.weight"]), (False, ["norm.weight", "norm.batches"])])
def test_a_part_leaves_names_out_where_a_flag_says_so(frozen: bool, names: list[str]) -> None:  # noqa: FBT001
    inner = Unit("inner", "Inner", (Pattern("norm.weight", (), (4,)), Pattern("norm.batches", (), ())))
    outer = Unit(
        "outer", "Outer", (), (Reference("tower.", "inner", "Inner", "tower", ("*.batches",), ["true", "frozen"]),)
    )
    kinds = {"inner": Kind("inner", {}, {}, {}), "outer": Kind("outer", {"frozen": True}, {}, {})}
    library = Library(kinds.get, lambda kind, _: inner if kind == "inner" else outer)
    config: dict[str, Json] = {"model_type": "outer", "frozen": frozen, "tower": {"model_type": "inner"}}
    found: list[Part] = list(parts(config, "Outer", library))
    assert [pattern.name for pattern in found[1].patterns()] == names
