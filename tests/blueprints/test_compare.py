"""Weights against configs: one wrong key is one cause, and what loaders tolerate is none."""

from __future__ import annotations

import pytest

from dara_lint.blueprints import Comparison, compare, compare_names, expect, solve
from dara_lint.model import Json, Tensor

LLAMA: dict[str, Json] = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "hidden_size": 64,
    "intermediate_size": 160,
    "num_attention_heads": 8,
    "num_hidden_layers": 3,
    "num_key_value_heads": 2,
    "vocab_size": 1000,
    "tie_word_embeddings": False,
}
BERT: dict[str, Json] = {
    "architectures": ["BertForMaskedLM"],
    "model_type": "bert",
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "vocab_size": 1000,
}
DEEPSEEK: dict[str, Json] = {
    "architectures": ["DeepseekV3ForCausalLM"],
    "model_type": "deepseek_v3",
    "num_hidden_layers": 4,
    "first_k_dense_replace": 1,
    "n_routed_experts": 8,
}


def stored(config: dict[str, Json]) -> list[Tensor]:
    """The tensors that a config promises, as a file would hold them."""
    expectation = expect(config)
    assert expectation is not None
    return [
        Tensor(each.name, tuple(size or 0 for size in each.shape), each.dtype or "F32", 0)
        for each in expectation.tensors
    ]


def against(tensors: list[Tensor], config: dict[str, Json]) -> Comparison:
    """The comparison with a config."""
    expectation = expect(config)
    assert expectation is not None
    return compare(tensors, expectation)


@pytest.mark.parametrize("config", [LLAMA, BERT, DEEPSEEK])
def test_a_right_config_agrees(config: dict[str, Json]) -> None:
    found = against(stored(config), config)
    assert found.agrees
    assert found.findings == 0
    assert found.matched == found.promised == found.stored


@pytest.mark.parametrize(
    ("config", "key", "value"),
    [
        (LLAMA, "hidden_size", 128),
        (LLAMA, "intermediate_size", 172),
        (LLAMA, "num_hidden_layers", 2),
        (LLAMA, "num_hidden_layers", 5),
        (LLAMA, "vocab_size", 1024),
        (LLAMA, "attention_bias", True),
        (LLAMA, "head_dim", 16),
        (BERT, "type_vocab_size", 1),
        (BERT, "max_position_embeddings", 1024),
        (DEEPSEEK, "first_k_dense_replace", 2),
        (DEEPSEEK, "n_routed_experts", 16),
        (DEEPSEEK, "q_lora_rank", None),
        (DEEPSEEK, "kv_lora_rank", 256),
        (DEEPSEEK, "n_shared_experts", 2),
    ],
)
def test_one_wrong_key_is_one_cause(config: dict[str, Json], key: str, value: Json) -> None:
    found = against(stored(config), {**config, key: value})
    assert found.findings == 1
    (cause,) = found.causes
    assert list(cause.keys) == [key]
    assert cause.keys[key][0] == value
    right = config.get(key)
    if right is not None:
        assert cause.keys[key][1] == right


def test_keys_that_cannot_be_told_apart_stand_together() -> None:
    found = against(stored(LLAMA), {**LLAMA, "num_key_value_heads": 4})
    assert [sorted(cause.keys) for cause in found.causes] == [["num_attention_heads", "num_key_value_heads"]]


def test_two_wrong_keys_are_two_causes() -> None:
    found = against(stored(LLAMA), {**LLAMA, "vocab_size": 1024, "num_hidden_layers": 4})
    assert sorted(key for cause in found.causes for key in cause.keys) == ["num_hidden_layers", "vocab_size"]


@pytest.mark.parametrize("key", ["rms_norm_eps", "max_position_embeddings", "bos_token_id", "attention_dropout"])
def test_keys_that_shape_nothing_say_nothing(key: str) -> None:
    assert against(stored(LLAMA), {**LLAMA, key: 7}).agrees


def test_a_base_checkpoint_lacks_the_prefix_and_the_head() -> None:
    base = stored({**BERT, "architectures": ["BertModel"]})
    found = against(base, BERT)
    assert not found.causes
    assert {each.kind for each in found.unexplained} == {"missing"}
    assert all(each.head for each in found.unexplained)


def test_a_task_checkpoint_has_a_prefix_that_the_base_lacks() -> None:
    found = against(stored(BERT), {**BERT, "architectures": ["BertModel"]})
    assert not [each for each in found.unexplained if each.kind != "missing"]
    assert found.strange_heads
    assert not found.strange


def test_old_spellings_and_buffers_are_tolerated() -> None:
    old = [
        tensor._replace(
            name=tensor.name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("Norm.bias", "Norm.beta")
        )
        for tensor in stored(BERT)
    ]
    old.append(Tensor("bert.embeddings.position_ids", (1, 512), "I64", 0))
    assert against(old, BERT).agrees


def test_the_vector_that_masks_audio_may_be_there_or_not() -> None:
    without: dict[str, Json] = {
        "architectures": ["Wav2Vec2ForCTC"],
        "model_type": "wav2vec2",
        "num_hidden_layers": 2,
        "mask_time_prob": 0.0,
        "mask_feature_prob": 0.0,
    }
    assert against(stored(without), without).agrees  # as fine-tuned without masks
    assert against(stored(without | {"mask_time_prob": 0.1}), without).agrees  # older versions wrote it all the same


@pytest.mark.parametrize(
    ("activation", "parts"), [("xielu", ["alpha_p", "alpha_n", "beta", "eps"]), ("prelu", ["weight"])]
)
def test_a_learnt_activation_brings_its_tensors(activation: str, parts: list[str]) -> None:
    beside = [Tensor(f"model.layers.{at}.mlp.act_fn.{part}", (1,), "F32", 0) for at in range(3) for part in parts]
    assert against(stored(LLAMA) + beside, LLAMA | {"hidden_act": activation}).agrees
    assert len(against(stored(LLAMA) + beside, LLAMA | {"hidden_act": "silu"}).strange) == len(beside)


@pytest.mark.parametrize(
    ("config", "names"),
    [
        (
            {"architectures": ["T5ForConditionalGeneration"], "model_type": "t5", "d_model": 16, "num_layers": 2},
            [
                "encoder.embed_tokens.weight",
                "decoder.embed_tokens.weight",
                "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight",
            ],
        ),
        ({"architectures": ["DepthProForDepthEstimation"], "model_type": "depth_pro"}, ["fov_model.head.0.weight"]),
        (
            {"architectures": ["Kosmos2ForConditionalGeneration"], "model_type": "kosmos-2"},
            ["text_model.lm_head.weight"],
        ),
    ],
)
def test_copies_of_tied_tensors_and_what_a_class_ignores(config: dict[str, Json], names: list[str]) -> None:
    assert against(stored(config) + [Tensor(name, (16,), "F32", 0) for name in names], config).agrees


@pytest.mark.parametrize(
    "config",
    [
        {"architectures": ["SwiftFormerModel"], "model_type": "swiftformer", "depths": [4, 3, 10, 5]},
        {"architectures": ["XmodForMaskedLM"], "model_type": "xmod", "languages": ["en_XX", "de_DE"]},
        {"architectures": ["DPTForDepthEstimation"], "model_type": "dpt", "is_hybrid": True},
    ],
)
def test_a_value_that_a_blueprint_does_not_follow_promises_nothing(config: dict[str, Json]) -> None:
    assert expect(config) is None
    assert expect({key: config[key] for key in ("architectures", "model_type")}) is not None


FALCON_40B: dict[str, Json] = {
    "model_type": "falcon",
    "hidden_size": 8192,
    "num_hidden_layers": 60,
    "num_attention_heads": 128,
    "num_kv_heads": 8,
    "new_decoder_architecture": True,
}
DEBERTA: dict[str, Json] = {
    "relative_attention": True,
    "position_biased_input": False,
    "max_relative_positions": -1,
    "type_vocab_size": 0,
}
DEBERTA_V3_BASE: dict[str, Json] = DEBERTA | {
    "model_type": "deberta-v2",
    "pos_att_type": "p2c|c2p",
    "position_buckets": 256,
    "norm_rel_ebd": "layer_norm",
    "share_att_key": True,
    "hidden_size": 768,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "intermediate_size": 3072,
}
NEMOTRON_H_8B: dict[str, Json] = {
    "model_type": "nemotron_h",
    "hybrid_override_pattern": "M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M-",
    "hidden_size": 4096,
    "intermediate_size": 21504,
    "mamba_num_heads": 128,
    "mamba_head_dim": 64,
    "n_groups": 8,
    "num_attention_heads": 32,
    "num_key_value_heads": 8,
    "head_dim": 128,
}
GRANITE_4_H_TINY: dict[str, Json] = {
    "model_type": "granitemoehybrid",
    "layer_types": [*["mamba"] * 5, "attention", *["mamba"] * 4] * 4,
    "hidden_size": 1536,
    "num_hidden_layers": 40,
    "num_attention_heads": 12,
    "num_key_value_heads": 4,
    "intermediate_size": 512,
    "shared_intermediate_size": 1024,
    "num_local_experts": 64,
    "mamba_n_heads": 48,
    "mamba_d_head": 64,
    "mamba_d_state": 128,
    "vocab_size": 100352,
    "tie_word_embeddings": True,
}
LFM2_350M: dict[str, Json] = {
    "model_type": "lfm2",
    "block_ff_dim": 6656,
    "hidden_size": 1024,
    "num_hidden_layers": 16,
    "full_attn_idxs": [2, 5, 8, 10, 12, 14],
    "num_attention_heads": 16,
}
MMS_1B_ALL: dict[str, Json] = {
    "model_type": "wav2vec2",
    "adapter_attn_dim": 16,
    "do_stable_layer_norm": True,
    "feat_extract_norm": "layer",
    "conv_bias": True,
    "hidden_size": 1280,
    "num_hidden_layers": 48,
    "num_attention_heads": 16,
    "intermediate_size": 5120,
    "vocab_size": 154,
}


@pytest.mark.parametrize(
    ("architecture", "config", "parameters"),
    [
        ("GPTNeoForCausalLM", {"model_type": "gpt_neo", "num_layers": 12, "hidden_size": 768}, 125_198_592),
        ("FalconForCausalLM", FALCON_40B, 41_303_293_952),
        ("DebertaModel", DEBERTA | {"model_type": "deberta", "pos_att_type": ["c2p", "p2c"]}, 138_601_728),
        ("DebertaV2Model", DEBERTA_V3_BASE, 183_831_552),
        ("Wav2Vec2ForCTC", MMS_1B_ALL, 964_845_850),
        ("NemotronHForCausalLM", NEMOTRON_H_8B, 8_100_852_736),
        ("Lfm2ForCausalLM", LFM2_350M, 354_483_968),
        ("GraniteMoeHybridForCausalLM", GRANITE_4_H_TINY, 6_939_037_248),
        (
            "ResNetForImageClassification",
            {
                "model_type": "resnet",
                "layer_type": "basic",
                "hidden_sizes": [64, 128, 256, 512],
                "depths": [2, 2, 2, 2],
            },
            11_187_138,
        ),
        ("HieraModel", {"model_type": "hiera", "depths": [1, 2, 7, 2]}, 27_141_216),
        ("MobileBertModel", {"model_type": "mobilebert", "classifier_activation": False}, 24_581_888),
    ],
)
def test_published_models_have_that_many_parameters(
    architecture: str, config: dict[str, Json], parameters: int
) -> None:
    """Keys that must agree with others, are null by default or in another spelling, or seemed to size nothing."""
    promised = expect(config, architecture)
    assert promised is not None
    assert promised.parameters == parameters


def test_older_versions_kept_positions_beside_rotary_ones() -> None:
    esm: dict[str, Json] = {
        "architectures": ["EsmForMaskedLM"],
        "model_type": "esm",
        "num_hidden_layers": 2,
        "vocab_size": 33,
        "position_embedding_type": "rotary",
    }
    table = Tensor("esm.embeddings.position_embeddings.weight", (1026, 768), "F32", 0)
    assert against([*stored(esm), table], esm).agrees


def test_a_missing_tensor_is_left_over() -> None:
    tensors = [tensor for tensor in stored(LLAMA) if tensor.name != "model.layers.1.mlp.up_proj.weight"]
    found = against(tensors, LLAMA)
    assert not found.causes
    assert [(each.kind, each.name, each.times) for each in found.of("missing", head=False)] == [
        ("missing", "model.layers.1.mlp.up_proj.weight", 1)
    ]


def test_a_name_with_the_sign_that_masks_numbers_is_strange() -> None:
    tensors = [*stored(LLAMA), Tensor("model.layers.#.input_layernorm.weight", (64,), "F32", 256)]
    assert against(tensors, LLAMA).strange == ("model.layers.#.input_layernorm.weight",)


def test_names_alone_tell_repeats() -> None:
    expectation = expect({**LLAMA, "num_hidden_layers": 9})
    assert expectation is not None
    found = compare_names([tensor.name for tensor in stored(LLAMA)], expectation)
    assert [dict(cause.keys) for cause in found.causes] == [{"num_hidden_layers": (9, 3)}]


def test_solve_reads_the_config_off_the_weights() -> None:
    found = solve(stored(LLAMA), "llama", "LlamaForCausalLM")
    for key in ("hidden_size", "intermediate_size", "num_hidden_layers", "vocab_size", "tie_word_embeddings"):
        assert found[key] == LLAMA[key]
    assert "num_attention_heads" not in found
    assert solve([], "nobody-knows", "NobodyKnows") == {}


def test_solve_says_nothing_of_nothing() -> None:
    assert not {key: value for key, value in solve([], "llama", "LlamaForCausalLM").items() if key.endswith("size")}


def test_items_of_a_list_are_found_one_after_another() -> None:
    config: dict[str, Json] = {"architectures": ["ConvNextModel"], "model_type": "convnext"}
    right: dict[str, Json] = {**config, "hidden_sizes": [16, 32, 64, 128], "depths": [1, 1, 2, 1]}
    found = against(stored(right), {**right, "hidden_sizes": [24, 48, 96, 192]})
    (cause,) = found.causes
    assert cause.keys["hidden_sizes"] == ([24, 48, 96, 192], [16, 32, 64, 128])
    assert not found.unexplained


def test_layers_that_predict_further_tokens_are_no_layers_of_the_model() -> None:
    config: dict[str, Json] = {**DEEPSEEK, "num_nextn_predict_layers": 1}
    last = [tensor for tensor in stored(config) if tensor.name.startswith("model.layers.3.")]
    further = [Tensor(tensor.name.replace("layers.3", "layers.4"), tensor.shape, "F32", 0) for tensor in last]
    further.append(Tensor("model.layers.4.eh_proj.weight", (4096, 8192), "F32", 0))
    further.append(Tensor("mtp.fc.weight", (4096, 8192), "F32", 0))
    assert against([*stored(config), *further], config).agrees
    (cause,) = against([*stored(config), *further], DEEPSEEK).causes
    assert cause.keys["num_hidden_layers"] == (4, 5)


def test_labels_are_those_that_the_config_names() -> None:
    config: dict[str, Json] = {
        "architectures": ["ConditionalDetrForObjectDetection"],
        "model_type": "conditional_detr",
        "d_model": 64,
    }
    named: dict[str, Json] = {**config, "id2label": {str(number): f"label {number}" for number in range(92)}}
    other = [
        tensor._replace(shape=(92, *tensor.shape[1:])) if tensor.name.startswith("class_labels") else tensor
        for tensor in stored(config)
    ]
    assert against(other, named).agrees
    (cause,) = against(other, config).causes
    assert cause.keys["num_labels"] == (2, 92)


def test_no_model_has_no_layers() -> None:
    tensors = [tensor for tensor in stored(LLAMA) if ".mlp." not in tensor.name]
    found = against(tensors, LLAMA)
    assert not found.causes
    assert {each.kind for each in found.unexplained} == {"missing"}
