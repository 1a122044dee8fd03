"""Names of timm's models in a config: a blueprint knows the default one alone."""

from __future__ import annotations

from collections.abc import Mapping

from dara_lint.blueprints.compose import Kind, Library
from dara_lint.blueprints.unheard import unheard
from dara_lint.model import Json

TOWER = Kind("timm_wrapper", {"architecture": "resnet18"}, {}, {})
HOLDER = Kind("holder", {"vision": {"model_type": "timm_wrapper", "architecture": "mobile"}}, {}, {})
PLAIN = Kind("plain", {"hidden_size": 8}, {}, {})


def _heard(config: Mapping[str, Json]) -> str:
    kinds = {kind.model_type: kind for kind in (TOWER, HOLDER, PLAIN)}
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
