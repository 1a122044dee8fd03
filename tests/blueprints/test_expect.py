"""What configs promise: known models by their published sizes, defaults, and hostile configs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dara_lint.blueprints import expect, known
from dara_lint.blueprints.bundle import model_types
from dara_lint.model import Json

TINY_LLAMA: dict[str, Json] = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "hidden_size": 2048,
    "intermediate_size": 5632,
    "num_attention_heads": 32,
    "num_hidden_layers": 22,
    "num_key_value_heads": 4,
    "vocab_size": 32000,
}


@pytest.mark.parametrize(
    ("config", "parameters"),
    [
        (TINY_LLAMA, 1_100_048_384),
        ({"model_type": "bert", "architectures": ["BertModel"]}, 109_482_240),
        ({"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"]}, 124_439_808),
        ({"model_type": "mixtral", "architectures": ["MixtralForCausalLM"]}, 46_702_792_704),
        ({"model_type": "t5", "architectures": ["T5ForConditionalGeneration"]}, 60_506_624),
        ({"model_type": "distilbert", "architectures": ["DistilBertForMaskedLM"]}, 66_985_530),
    ],
)
def test_parameters_are_those_that_are_published(config: dict[str, Json], parameters: int) -> None:
    expectation = expect(config)
    assert expectation is not None
    assert expectation.exact
    assert expectation.parameters == parameters
    assert sum(1 for _ in expectation.tensors) == expectation.count


def test_active_parameters_of_experts() -> None:
    expectation = expect({"model_type": "mixtral", "architectures": ["MixtralForCausalLM"]})
    assert expectation is not None
    assert expectation.active == 12_879_925_248
    dense = expect(TINY_LLAMA)
    assert dense is not None
    assert dense.active is None


def test_each_dimension_says_its_keys() -> None:
    expectation = expect(TINY_LLAMA)
    assert expectation is not None
    found = {tensor.name: tensor for tensor in expectation.tensors}
    up = found["model.layers.21.mlp.up_proj.weight"]
    assert up.shape == (5632, 2048)
    assert up.keys == (frozenset({"intermediate_size"}), frozenset({"hidden_size"}))


def test_bytes() -> None:
    expectation = expect(TINY_LLAMA)
    assert expectation is not None
    assert expectation.bytes_by_dtype("BF16") == {"BF16": 2_200_096_768}


def test_flags_and_aliases() -> None:
    tied = expect({**TINY_LLAMA, "tie_word_embeddings": True})
    assert tied is not None
    assert "lm_head.weight" not in {tensor.name for tensor in tied.tensors}
    wide = expect({"model_type": "gpt2", "architectures": ["GPT2Model"], "hidden_size": 1024, "n_layer": 2})
    assert wide is not None
    assert next(wide.tensors).shape[1] == 1024


@pytest.mark.parametrize(
    ("model_type", "architecture", "fields", "ending"),
    [
        ("wav2vec2", "Wav2Vec2ForCTC", ("mask_time_prob", "mask_feature_prob"), "masked_spec_embed"),
        ("hubert", "HubertForCTC", ("mask_time_prob", "mask_feature_prob"), "masked_spec_embed"),
        ("beit", "BeitForImageClassification", ("layer_scale_init_value",), ".lambda_1"),
        ("convnext", "ConvNextForImageClassification", ("layer_scale_init_value",), ".layer_scale_parameter"),
    ],
)
def test_what_a_number_turns_off(model_type: str, architecture: str, fields: tuple[str, ...], ending: str) -> None:
    """Fine-tuned audio models often have no masks; such a config is right, and its weights are whole."""
    for value in (0.0, 0.1):
        config: dict[str, Json] = {"model_type": model_type, "architectures": [architecture]}
        expectation = expect(config | dict.fromkeys(fields, value))
        assert expectation is not None
        assert any(tensor.name.endswith(ending) for tensor in expectation.tensors) is (value > 0)


def test_labels_are_counted_from_their_names() -> None:
    config: dict[str, Json] = {"model_type": "bert", "architectures": ["BertForSequenceClassification"]}
    expectation = expect({**config, "id2label": {"0": "a", "1": "b", "2": "c"}})
    assert expectation is not None
    assert {tensor.name: tensor.shape for tensor in expectation.tensors}["classifier.weight"] == (3, 768)


def test_nested_configs() -> None:
    text: dict[str, Json] = {**TINY_LLAMA}
    config: dict[str, Json] = {
        "model_type": "llava",
        "architectures": ["LlavaForConditionalGeneration"],
        "text_config": text,
    }
    expectation = expect(config)
    assert expectation is not None
    shapes = {tensor.name: tensor for tensor in expectation.tensors}
    name = next(name for name in shapes if name.endswith("layers.21.mlp.up_proj.weight") and "language" in name)
    assert shapes[name].shape == (5632, 2048)
    assert shapes[name].keys[0] == frozenset({"text_config.intermediate_size"})


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"model_type": "llama"},
        {"model_type": ["llama"], "architectures": ["LlamaForCausalLM"]},
        {"model_type": "nobody-knows", "architectures": ["NobodyKnows"]},
        {"model_type": "llama", "architectures": ["BertModel"]},
        {"model_type": "llama", "architectures": "LlamaForCausalLM"},
        {**TINY_LLAMA, "num_hidden_layers": 10**9},
        {**TINY_LLAMA, "num_hidden_layers": "many"},
        {**TINY_LLAMA, "hidden_size": 10**30},
        {**TINY_LLAMA, "hidden_size": -4},
        {**TINY_LLAMA, "num_attention_heads": 0},
        {**TINY_LLAMA, "vocab_size": None},
        {"model_type": "mixtral", "architectures": ["MixtralForCausalLM"], "num_local_experts": 100_000},
        {"model_type": "llava", "architectures": ["LlavaForConditionalGeneration"], "text_config": 3},
        {
            "model_type": "llava",
            "architectures": ["LlavaForConditionalGeneration"],
            "text_config": {"model_type": "nobody-knows"},
        },
    ],
)
def test_nothing_is_promised(config: dict[str, Any]) -> None:
    assert expect(config) is None


def _nested(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=8), children, max_size=4)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8), _nested, max_leaves=12
)


@given(st.data())
@settings(deadline=None, max_examples=200)
def test_any_value_of_any_key_is_survived(data: st.DataObject) -> None:
    config: dict[str, Json] = dict(
        data.draw(
            st.sampled_from(
                [
                    TINY_LLAMA,
                    {"model_type": "bert", "architectures": ["BertForMaskedLM"]},
                    {"model_type": "llava", "architectures": ["LlavaForConditionalGeneration"]},
                    {"model_type": "t5", "architectures": ["T5Model"]},
                ]
            )
        )
    )
    base = expect(config)
    assert base is not None
    keys = sorted({key for tensor in base.tensors for keys in tensor.keys for key in keys})
    for key in data.draw(st.lists(st.sampled_from([*keys, "id2label", "text_config", "architectures"]), max_size=4)):
        config[key.partition(".")[0]] = data.draw(JUNK)
    expectation = expect(config)
    assert expectation is None or expectation.count <= 200_000


def test_known() -> None:
    assert known("llama")
    assert known("llama", "LlamaForCausalLM")
    assert not known("llama", "BertModel")
    assert not known("nobody-knows")
    assert "llama" in model_types()


def test_a_tower_that_bears_the_type_of_the_whole_model_is_a_tower() -> None:
    right = expect({"model_type": "clip", "architectures": ["CLIPModel"], "vision_config": {"hidden_size": 32}})
    config: dict[str, Json] = {"hidden_size": 32, "model_type": "clip"}
    found = expect({"model_type": "clip", "architectures": ["CLIPModel"], "vision_config": config})
    assert right is not None
    assert found is not None
    assert found.parameters == right.parameters
