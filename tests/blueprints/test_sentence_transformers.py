"""The widths that pass through the modules of a sentence-transformers model."""

from __future__ import annotations

import pytest

from dara_lint.blueprints.sentence_transformers import SENTENCE, TOKENS, Module, given, modules, stored, taken
from dara_lint.model import Json

POOLING, DENSE, NORM = Module("Pooling", "1_Pooling"), Module("Dense", "2_Dense"), Module("LayerNorm", "3_LayerNorm")


def test_modules_in_order() -> None:
    listed: Json = [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "name": "1", "path": "./1_Pooling/", "type": "sentence_transformers.models.Pooling"},
    ]
    assert modules(listed) == (Module("Transformer", ""), POOLING)


@pytest.mark.parametrize("value", [None, {}, [1], [{"type": 3, "path": ""}], [{"type": "a", "path": "b"}] * 65])
def test_what_is_no_list_of_modules(value: Json) -> None:
    assert modules(value) == ()


@pytest.mark.parametrize(
    ("config", "width"),
    [
        ({"word_embedding_dimension": 384, "pooling_mode_mean_tokens": True}, 384),
        ({"word_embedding_dimension": 384, "pooling_mode_mean_tokens": True, "pooling_mode_cls_token": True}, 768),
        ({"word_embedding_dimension": 384}, 384),
        ({"embedding_dimension": 384, "pooling_mode": "lasttoken"}, 384),
        ({"embedding_dimension": 384, "pooling_mode": ["cls", "max", "mean"]}, 1152),
    ],
)
def test_pooling_widens_with_its_modes(config: dict[str, Json], width: int) -> None:
    assert given(POOLING, config, {TOKENS: 384}) == {TOKENS: 384, SENTENCE: width}


def test_dense_takes_and_gives() -> None:
    config: dict[str, Json] = {"in_features": 384, "out_features": 128}
    takes = taken(DENSE, config)
    assert takes is not None
    assert takes.feature == SENTENCE
    assert given(DENSE, config, {SENTENCE: 384}) == {SENTENCE: 128}
    assert [(each.name, each.shape) for each in stored(DENSE, config)] == [
        ("linear.weight", (128, 384)),
        ("linear.bias", (128,)),
    ]
    assert [each.name for each in stored(DENSE, {**config, "bias": False, "use_residual": True})] == [
        "linear.weight",
        "residual.weight",
    ]


def test_dense_over_tokens_keeps_to_tokens() -> None:
    config: dict[str, Json] = {"in_features": 768, "out_features": 128, "module_input_name": TOKENS}
    assert given(DENSE, config, {TOKENS: 768}) == {TOKENS: 128}


def test_layer_norm_and_what_is_not_known() -> None:
    assert [each.shape for each in stored(NORM, {"dimension": 64})] == [(64,), (64,)]
    assert given(Module("CNN", "1_CNN"), {"in_features": 3}, {SENTENCE: 64}) == {}
    assert given(Module("Normalize", ""), {}, {SENTENCE: 64}) == {SENTENCE: 64}
    assert taken(DENSE, {"in_features": True}) is None
