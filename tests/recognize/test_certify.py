"""Asking transformers whether another type can have a sample's names: the configs that are tried."""

from __future__ import annotations

import pytest

from training.recognise_certify import changes, laid_over

DEEP = {"model_type": "deep", "num_hidden_layers": 4, "first_k_dense_replace": 3, "bias": False, "rank": 8, "inner": 2}


def test_a_sample_s_own_config_is_laid_over_another_type_s() -> None:
    own = {"model_type": "own", "text_config": {"num_hidden_layers": 2, "bias": True, "rank": None}, "inner": {"a": 1}}
    assert laid_over(DEEP, own) == DEEP | {"num_hidden_layers": 2, "bias": True}
    assert laid_over({"text_config": {"bias": False}}, own) == {"text_config": {"bias": True}}


def test_flags_are_changed_and_numbers_that_may_say_from_which_layer_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("training.recognise_certify.string_choices", lambda *_: {"rank": ("all",)})
    tried = list(changes(DEEP, "deep", "DeepModel"))
    assert {("bias",): True} in tried
    assert {("first_k_dense_replace",): 4} in tried
    assert {("inner",): 4} in tried
    assert not any(("rank",) in each for each in tried), "it is no word, and larger than there are layers"
