"""A backbone's stages: a config names them, numbers them, does both or neither."""

from __future__ import annotations

import pytest

from dara_lint.blueprints.compose import Kind, Library, completed
from dara_lint.model import Json

KINDS = {
    "tower": Kind("tower", {"depths": [2, 2], "out_indices": None}, {}, {}),
    "holder": Kind("holder", {"backbone_config": {"model_type": "tower", "out_indices": [1, 2]}}, {}, {}),
    "plain": Kind("plain", {"hidden_size": 8}, {}, {}),
}
LIBRARY = Library(KINDS.get, lambda _type, _name: None)


@pytest.mark.parametrize(
    ("given", "places"),
    [
        ({}, None),
        ({"out_features": ["stage2"]}, [2]),
        ({"out_features": ["stem", "stage1", "stage12"]}, [0, 1, 12]),
        ({"out_features": ["stage2"], "out_indices": [1]}, [1]),
        ({"out_features": ["layer2"]}, None),
        ({"out_features": ["stage²"]}, None),
        ({"out_features": ["stage" + "9" * 5000]}, None),
        ({"out_features": ["stage1", 2]}, None),
        ({"out_features": "stage2"}, None),
    ],
)
def test_named_stages_are_numbered(given: dict[str, Json], places: Json) -> None:
    assert completed({"model_type": "tower", **given}, LIBRARY)["out_indices"] == places


def test_names_in_a_nested_config_stand_over_the_numbers_of_its_default() -> None:
    config: dict[str, Json] = {
        "model_type": "holder",
        "backbone_config": {"model_type": "tower", "out_features": ["stage1"]},
    }
    inner = completed(config, LIBRARY)["backbone_config"]
    assert isinstance(inner, dict)
    assert inner["out_indices"] == [1]


def test_other_types_are_left_alone() -> None:
    assert "out_indices" not in completed({"model_type": "plain", "out_features": ["stage1"]}, LIBRARY)
