"""Names of timm's models in a config: a blueprint knows the default one alone."""

from __future__ import annotations

from collections.abc import Mapping

from dara_lint.blueprints.compose import Kind, Library
from dara_lint.blueprints.unheard import unheard
from dara_lint.model import Json

TOWER = Kind("timm_wrapper", {"architecture": "resnet18"}, {}, {})
HOLDER = Kind("holder", {"vision": {"model_type": "timm_wrapper", "architecture": "mobile"}}, {}, {})
STAGED = Kind(
    "staged",
    {"depths": [2, 2], "tower": {"model_type": "lone", "style": "a"}},
    {"n_stage": "depths"},
    {},
    {"depths": frozenset({"length 2", "number"})},
)
LONE = Kind("lone", {"style": "a"}, {}, {}, {"style": frozenset({"a", "b"})})
PLAIN = Kind("plain", {"hidden_size": 8}, {}, {})


def _heard(config: Mapping[str, Json]) -> str:
    kinds = {kind.model_type: kind for kind in (TOWER, HOLDER, STAGED, LONE, PLAIN)}
    return unheard(config, Library(kinds.get, lambda _type, _name: None))


def test_the_default_of_timm_is_known() -> None:
    assert not _heard({"model_type": "timm_wrapper", "architecture": "resnet18"})
    assert not _heard({"model_type": "holder", "vision": {"model_type": "timm_wrapper", "architecture": "mobile"}})


def test_another_model_of_timm_is_not() -> None:
    assert _heard({"model_type": "timm_wrapper", "architecture": "vit"}) == "architecture"
    other: dict[str, Json] = {"model_type": "timm_wrapper", "architecture": "vit"}
    assert _heard({"model_type": "holder", "vision": other}) == "architecture"
    assert _heard({"model_type": "holder", "vision": {"backbone": "resnet50"}, "backbone": "resnet50"}) == "backbone"


def test_the_word_alone_says_nothing_elsewhere() -> None:
    assert not _heard({"model_type": "plain", "architecture": "transformer"})


def test_values_that_are_not_followed_are_unheard_of() -> None:
    assert not _heard({"model_type": "staged", "depths": [3, 9]})
    assert not _heard({"model_type": "staged", "depths": None})
    assert _heard({"model_type": "staged", "depths": [3, 9, 9]}) == "depths"
    assert _heard({"model_type": "staged", "n_stage": "many"}) == "depths"  # under another spelling


def test_a_nested_config_is_of_the_usual_type_where_it_does_not_say() -> None:
    assert not _heard({"model_type": "staged", "tower": {"style": "b"}})
    assert _heard({"model_type": "staged", "tower": {"style": "c"}}) == "style"
    assert not _heard({"model_type": "staged", "tower": {"model_type": "plain", "style": "c"}})
