"""The scorer, held to xgboost."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xgboost
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dara_lint.recognize import trees, ubjson

SHAPES: list[dict[str, Any]] = [
    {"objective": "binary:logistic", "max_depth": 6, "rounds": 40},
    {"objective": "binary:logistic", "max_depth": 1, "rounds": 3, "base_score": 0.2},
    {"objective": "binary:logistic", "max_leaves": 9, "grow_policy": "lossguide", "rounds": 20},
    {"objective": "binary:logistic", "num_parallel_tree": 4, "subsample": 0.6, "max_depth": 3, "rounds": 5},
    {"objective": "multi:softprob", "num_class": 3, "max_depth": 4, "rounds": 12},
    {"objective": "multi:softprob", "num_class": 7, "max_depth": 2, "rounds": 30},
    {"objective": "binary:logistic", "max_depth": 0, "rounds": 1, "gamma": 1e9},
]


def _rows(seed: int, count: int = 400) -> Any:
    random = np.random.default_rng(seed)
    rows = random.normal(size=(count, 5)).astype(np.float32)
    rows[:, 4] = random.integers(0, 4, count) / 3  # values that fall exactly on conditions
    rows[random.random(rows.shape) < 0.2] = np.nan
    return rows


def _train(shape: dict[str, Any]) -> xgboost.Booster:
    rows = _rows(1)
    score = np.nan_to_num(rows[:, 0]) + np.nan_to_num(rows[:, 4]) * 2
    classes = shape.get("num_class", 2)
    labels = np.clip((score - score.min()) * classes / 4, 0, classes - 1).astype(int)
    options = {key: value for key, value in shape.items() if key != "rounds"}
    return xgboost.train(
        options | {"nthread": 1, "seed": 7}, xgboost.DMatrix(rows, labels), num_boost_round=shape["rounds"]
    )


@pytest.fixture(scope="module", params=SHAPES, ids=lambda shape: f"{shape['objective']}-{shape['rounds']}")
def booster(request: pytest.FixtureRequest) -> xgboost.Booster:
    return _train(request.param)


def _against(booster: xgboost.Booster, forest: trees.Forest, rows: Any) -> float:
    expected = booster.predict(xgboost.DMatrix(rows)).reshape(len(rows), -1)
    found = np.array([forest.probabilities(row.tolist()) for row in rows])
    return float(np.abs(expected - found).max())


@pytest.mark.parametrize("form", ["json", "ubj"])
def test_probabilities_are_those_of_xgboost(booster: xgboost.Booster, form: str) -> None:
    forest = trees.load(bytes(booster.save_raw(form)))
    assert _against(booster, forest, _rows(2, 1000)) < 1e-6


def test_files_are_read_as_buffers_are(booster: xgboost.Booster, tmp_path: Path) -> None:
    for suffix in ("json", "ubj"):
        booster.save_model(tmp_path / f"model.{suffix}")
        forest = trees.load((tmp_path / f"model.{suffix}").read_bytes())
        assert forest == trees.load(bytes(booster.save_raw("json")))


_BOOSTER = _train(SHAPES[0])
_FOREST = trees.load(bytes(_BOOSTER.save_raw("ubj")))


@settings(deadline=None, max_examples=150)
@given(hnp.arrays(np.float32, (4, 5), elements=st.floats(width=32, allow_nan=True, allow_infinity=False)))
def test_random_rows(rows: Any) -> None:
    assert _against(_BOOSTER, _FOREST, rows) < 1e-6


def test_a_row_of_conditions_goes_right_as_in_xgboost() -> None:
    conditions = [number for feature, number, *_ in _FOREST.nodes if feature == 4]
    rows = np.full((len(conditions), 5), np.nan, np.float32)
    rows[:, 4] = conditions
    assert _against(_BOOSTER, _FOREST, rows) < 1e-6


def test_a_condition_is_compared_in_float32() -> None:
    forest = trees.Forest(
        "binary:logistic",
        1,
        (0.0,),
        ((0, 0),),
        ((0, trees._single([0.1])[0], 1, 2, 1), (-1, -5.0, 0, 0, 0), (-1, 5.0, 0, 0, 0)),
    )
    assert forest.margins([0.1]) == [5.0]
    assert forest.margins([math.nan]) == [-5.0]


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="4 features were given, the model takes 5"):
        _FOREST.probabilities([0.0] * 4)


def test_what_cannot_be_scored_is_refused() -> None:
    regression = xgboost.train({"objective": "reg:squarederror"}, xgboost.DMatrix(_rows(1), np.ones(400)), 1)
    with pytest.raises(ValueError, match="reg:squarederror"):
        trees.load(bytes(regression.save_raw("json")))
    for data in (b"", b"{}", b"{i", b"[[[[", b"{" + b"i\x01a{" * 99, b'{"learner": 1}'):
        with pytest.raises(ValueError, match=r"model file|Expecting"):
            trees.load(data)


def test_a_tree_that_goes_in_circles_is_refused() -> None:
    text = bytes(_BOOSTER.save_raw("json")).replace(b'"left_children":[1', b'"left_children":[0', 1)
    with pytest.raises(ValueError, match="do not stand in order"):
        trees.load(text)


def test_ubjson_is_what_json_says() -> None:
    import json

    raw = bytes(_BOOSTER.save_raw("ubj"))
    told = json.loads(bytes(_BOOSTER.save_raw("json")))
    read = ubjson.loads(raw)
    assert read["version"] == told["version"]
    ours, theirs = (each["learner"]["gradient_booster"]["model"]["trees"] for each in (read, told))
    assert [tree["left_children"] for tree in ours] == [tree["left_children"] for tree in theirs]
