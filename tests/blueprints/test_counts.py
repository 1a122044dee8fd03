"""Published configs promise the parameters that are published."""

from __future__ import annotations

import pytest

from dara_lint.blueprints import expect
from training.published import MODELS

COUNTS = {
    "keras/bert_base_en_uncased": 109_482_240,
    "sentence-transformers/all-MiniLM-L6-v2": 22_713_216,
    "FacebookAI/xlm-roberta-large": 559_890_432,
    "keras/gpt2_extra_large_en": 1_557_611_200,
    "keras/llama2_7b_en": 6_738_415_616,
    "keras/llama3_8b_en": 8_030_261_248,
    "keras/mistral_7b_en": 7_241_732_096,
    "keras/mixtral_8_7b_en": 46_702_792_704,
    "keras/gemma_7b_en": 8_537_680_896,
    "keras/qwen2.5_instruct_72b_en": 72_706_203_648,
    "keras/t5_base_multi": 222_903_552,
    "keras/whisper_large_multi": 1_543_304_960,
}
"""Exact counts of a few well-known models, as their publishers give them."""


@pytest.mark.parametrize("name", COUNTS)
def test_the_promise_is_the_published_count(name: str) -> None:
    model = next(model for model in MODELS if model.name == name)
    found = expect({"model_type": model.kind, "architectures": [model.architecture], **model.keys})
    assert found is not None
    assert found.parameters == COUNTS[name]


def test_every_model_stands_once() -> None:
    names = [model.name for model in MODELS]
    assert len(set(names)) == len(names)
    assert all(bool(model.off) == bool(model.why) for model in MODELS)
