"""Inference on made-up classes: patterns of names, expressions, conditions."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from dara_lint.blueprints.expression import Expression
from training.conditions import Features
from training.patterns import grouped, prefixes
from training.search import Columns, Point, exact, truth
from training.table import Table


def points(n: int = 40, *, indexed: bool = False) -> list[Point]:
    """Configs whose fields vary independently."""
    chance = random.Random(7)
    out = []
    for number in range(n):
        heads = chance.choice([2, 4, 8])
        layers = chance.randrange(3, 9)
        fields: dict[str, Any] = {
            "hidden": heads * chance.choice([16, 24, 40]),
            "heads": heads,
            "kv": chance.choice([1, 2, 3]),
            "image": chance.choice([224, 256, 384]),
            "patch": chance.choice([14, 16, 32]),
            "vocab": chance.randrange(1000, 2000),
            "layers": layers,
            "first": chance.randrange(3),
            "moe_period": chance.choice([2, 3, 4]),
            "moe_offset": chance.randrange(2),
            "bias": chance.random() < 0.5,
            "kind": chance.choice(["full", "local"]),
            "depths": [chance.randrange(1, 5) for _ in range(4)],
        }
        places: list[tuple[int, ...]] = [(index,) for index in range(layers)] if indexed else [()]
        out += [Point(fields, at, number) for at in places]
    return out


NAMES = ["hidden", "heads", "kv", "image", "patch", "vocab", "layers", "first", "depths"]
EVERY = ["moe_period", "moe_offset"]


@pytest.mark.parametrize(
    "formula",
    [
        lambda f: f["hidden"],
        lambda f: 4 * f["hidden"],
        lambda f: f["hidden"] // f["heads"] * f["kv"],
        lambda f: f["vocab"] + 7,
        lambda f: (f["image"] // f["patch"]) ** 2 + 1,
        lambda f: f["hidden"] + 2 * (f["hidden"] // f["heads"]) * f["kv"],
        lambda f: f["depths"][2],
        lambda f: sum(f["depths"]),
    ],
)
def test_expressions_are_found(formula: Callable[[dict[str, Any]], int]) -> None:
    learn, unseen = points()[:30], points()[30:]
    target = np.array([float(formula(point.fields)) for point in learn])
    found: Expression | None = None
    for names, size in ((NAMES, 2), (["hidden", "heads", "kv", "image", "patch"], 3)):
        found = found or Table(learn, names, size).find(target, deep=True)
    assert found is not None
    assert exact(found, unseen, np.array([float(formula(point.fields)) for point in unseen]))


@pytest.mark.parametrize(
    "rule",
    [
        lambda f, _: f["bias"],
        lambda f, _: not f["bias"],
        lambda f, _: f["kind"] == "full",
        lambda f, i: i >= f["first"],
        lambda f, i: f["bias"] and i < f["first"],
        lambda f, i: i % 2 == 0 or f["kind"] == "local",
        lambda f, i: i + 1 == f["layers"],
        lambda f, i: (i + 1) % f["moe_period"] == 0,
        lambda f, i: i % f["moe_period"] == f["moe_offset"],
    ],
)
def test_conditions_are_found(rule: Callable[[dict[str, Any], int], bool]) -> None:
    every = points(indexed=True)
    learn, unseen = every[:150], every[150:]
    target = np.array([bool(rule(point.fields, point.at[0])) for point in learn])
    found = Features(learn, [*NAMES, *EVERY, "bias", "kind"]).find(target)
    assert found is not None
    from dara_lint.blueprints.expression import holds

    assert all(holds(found, point.fields, point.at) == bool(rule(point.fields, point.at[0])) for point in unseen)


def test_a_remainder_is_asked_only_of_what_says_how_often() -> None:
    conditions = Features(points(indexed=True), [*NAMES, *EVERY]).conditions
    of = {part for each in conditions if isinstance(each, list) and each[0] == "mod" for part in each[2:]}
    assert {part for part in of if isinstance(part, str)} == {*EVERY, "first"}


def test_only_what_varies_is_masked() -> None:
    samples = [
        [f"layers.{layer}.mlp.{step}.weight" for layer in range(count) for step in (0, 2)] + ["conv1.weight"]
        for count in (2, 5)
    ]
    found = {group.name: group for group in grouped(samples)}
    assert set(found) == {"layers.{}.mlp.0.weight", "layers.{}.mlp.2.weight", "conv1.weight"}
    assert found["layers.{}.mlp.0.weight"].places[1][4,] == "layers.4.mlp.0.weight"
    assert prefixes("layers.{}.experts.{}.w") == ["layers.", "layers.{}.experts."]


def test_a_target_that_no_expression_gives() -> None:
    learn = points()
    noise = np.array([float(random.Random(number).randrange(10**6)) for number in range(len(learn))])
    assert Table(learn, NAMES, 2).find(noise, deep=True) is None


def test_an_item_is_held_against_the_one_before_it() -> None:
    chance = random.Random(5)
    configs = [{"a.stem_width": chance.choice([1, 2]), "a.widths": chance.choices([1, 2], k=4)} for _ in range(40)]
    for start in (1, "a.stem_width"):
        points, target = [], []
        for number, each in enumerate(configs):
            before = [each.get(str(start), start), *each["a.widths"]]  # type: ignore[misc]
            for at in range(4):
                points.append(Point(each, (at,), number))
                target.append(before[at] != before[at + 1])
        found = Features(points, ["a.stem_width", "a.widths"]).find(np.array(target), 1)
        item: Expression = ["at", "a.widths", ["-", ["i", 0], 1]]
        here: Expression = ["at", "a.widths", ["i", 0]]
        assert found == ["not", ["=", here, ["if", ["=", ["i", 0], 0], start, item]]]


def test_a_tree_asks_as_little_as_it_can() -> None:
    configs = [
        {"kind": kind, "down": down, "widths": [8, wide, 16]}
        for kind in ("plain", "deep")
        for down in (True, False)
        for wide in (8, 16, 24)
    ]
    points, target = [], []
    for number, each in enumerate(configs):
        for at in range(3):
            points.append(Point(each, (at,), number))
            level = at > 0 and each["widths"][at] == each["widths"][at - 1]  # type: ignore[index]
            target.append(level if each["kind"] == "plain" else at > 0 or bool(each["down"]))
    features = Features(points, ["kind", "down", "widths"])
    found = features.tree(np.array(target), frozenset({"kind", "down", "widths"}))
    assert found is not None
    assert (truth(found, points) == np.array(target)).all()
    assert repr(found).count("kind") <= 2
    assert features.tree(np.array(target), frozenset({"down"})) is None
    assert features.tree(np.array(target), frozenset({"kind", "down", "widths"}), 4, 1.5) is None


@pytest.mark.parametrize(
    "condition",
    [
        ["=", ["at", "widths", ["-", ["i", 0], 1]], ["if", ["=", ["i", 0], 0], "stem", ["at", "widths", ["i", 0]]]],
        ["<", ["/", "stem", ["i", 0]], ["len", "widths"]],
        ["=", ["%", "stem", ["i", 0]], ["max", 1, ["//", "stem", "none"]]],
        ["<", ["int", ["*", "stem", 0.3]], ["min", ["i", 0], ["round", ["/", "stem", 2]]]],
        ["=", ["int", ["//", ["log2", "stem"], 2]], ["i", 0]],
        ["and", ["in", ["i", 0], "widths"], ["or", ["word", "words", ["i", 0], "b"], ["<", 3, ["^", "stem", 2]]]],
        ["not", ["<", ["*", "stem", 1 << 48], ["at", "words", 0]]],
    ],
)
def test_truths_of_many_points_are_those_of_each(condition: Expression) -> None:
    chance = random.Random(3)
    points = [
        Point(
            {"stem": chance.choice([None, 2, 3, 8]), "widths": [1, 2, 2][: 1 + n % 3], "words": ["a", "b"]}, (n % 4,), n
        )
        for n in range(60)
    ]
    assert (Columns(points).truth(condition) == truth(condition, points)).all()
