"""Claims read off configurations as their authors write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dara_lint.blueprints.claim import Claim
from dara_lint.blueprints.fields import Claims, claims
from dara_lint.blueprints.quantization import Quantization, quantization, quantize_config

CONFIGS: dict[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
    "llama": (
        {
            "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 5120, "num_hidden_layers": 40,
            "num_attention_heads": 40, "num_key_value_heads": 8, "intermediate_size": 13824, "vocab_size": 32000,
            "max_position_embeddings": 4096, "torch_dtype": "float16", "_name_or_path": "mythomax-L2-13b",
        },
        {
            "model_type": ("llama", "/model_type"), "architectures": (("LlamaForCausalLM",), "/architectures"),
            "layers": (40, "/num_hidden_layers"), "hidden_size": (5120, "/hidden_size"),
            "heads": (40, "/num_attention_heads"), "kv_heads": (8, "/num_key_value_heads"),
            "intermediate_size": (13824, "/intermediate_size"), "vocab_size": (32000, "/vocab_size"),
            "context": (4096, "/max_position_embeddings"), "dtype": ("F16", "/torch_dtype"),
            "tied": (False, ""), "name_or_path": ("mythomax-L2-13b", "/_name_or_path"),
        },
    ),
    "gpt2": (
        {"model_type": "gpt2", "n_embd": 768, "n_layer": 12, "n_head": 12, "n_positions": 1024, "n_ctx": 1024,
         "n_inner": None, "vocab_size": 50257},
        {"hidden_size": (768, "/n_embd"), "layers": (12, "/n_layer"), "heads": (12, "/n_head"),
         "context": (1024, "/n_positions"), "intermediate_size": None, "tied": (True, "")},
    ),
    "distilbert": (
        {"model_type": "distilbert", "dim": 768, "hidden_dim": 3072, "n_layers": 6, "n_heads": 12},
        {"hidden_size": (768, "/dim"), "intermediate_size": (3072, "/hidden_dim"), "layers": (6, "/n_layers")},
    ),
    "a release of mistral": (
        {"dim": 4096, "n_layers": 32, "head_dim": 128, "hidden_dim": 14336, "n_heads": 32, "n_kv_heads": 8,
         "vocab_size": 32000, "moe": {"num_experts_per_tok": 2, "num_experts": 8}},
        {"hidden_size": (4096, "/dim"), "kv_heads": (8, "/n_kv_heads"), "experts": (8, "/moe/num_experts"),
         "experts_per_token": (2, "/moe/num_experts_per_tok"), "head_dim": (128, "/head_dim")},
    ),
    "t5": (
        {"model_type": "t5", "d_model": 512, "num_layers": 8, "num_decoder_layers": 6, "d_ff": 1024, "d_kv": 64},
        {"layers": (8, "/num_layers"), "encoder_layers": (8, "/num_layers"),
         "decoder_layers": (6, "/num_decoder_layers"), "hidden_size": (512, "/d_model")},
    ),
    "whisper": (
        {"model_type": "whisper", "d_model": 1280, "encoder_layers": 32, "decoder_layers": 4,
         "num_hidden_layers": 32, "max_source_positions": 1500, "max_target_positions": 448},
        {"layers": (32, "/num_hidden_layers"), "decoder_layers": (4, "/decoder_layers"),
         "context": (448, "/max_target_positions")},
    ),
    "swin": (
        {"model_type": "swin", "embed_dim": 96, "depths": [2, 2, 6, 2], "num_layers": 4, "image_size": [224, 224],
         "patch_size": 4},
        {"stages": ((2, 2, 6, 2), "/depths"), "layers": None, "image_size": (224, "/image_size"),
         "patch_size": (4, "/patch_size")},
    ),
    "gemma 4": (
        {"model_type": "gemma4", "dtype": "bfloat16", "tie_word_embeddings": True,
         "text_config": {"model_type": "gemma4_text", "hidden_size": 2816, "num_hidden_layers": 30,
                         "num_experts": 128, "top_k_experts": 8, "enable_moe_block": True, "vocab_size": 262144,
                         "moe_intermediate_size": 704},
         "vision_config": {"hidden_size": 1152, "num_hidden_layers": 27, "patch_size": 16}},
        {"layers": (30, "/text_config/num_hidden_layers"), "hidden_size": (2816, "/text_config/hidden_size"),
         "experts": (128, "/text_config/num_experts"), "experts_per_token": (8, "/text_config/top_k_experts"),
         "expert_size": (704, "/text_config/moe_intermediate_size"),
         "patch_size": (16, "/vision_config/patch_size"), "dtype": ("BF16", "/dtype"),
         "tied": (True, "/tie_word_embeddings")},
    ),
    "qwen omni": (
        {"model_type": "qwen2_5_omni",
         "thinker_config": {"text_config": {"hidden_size": 3584, "torch_dtype": "bfloat16"}},
         "talker_config": {"hidden_size": 896}},
        {"hidden_size": (3584, "/thinker_config/text_config/hidden_size"),
         "dtype": ("BF16", "/thinker_config/text_config/torch_dtype")},
    ),
    "clip has two equal towers": (
        {"model_type": "clip", "text_config": {"hidden_size": 512, "num_hidden_layers": 12},
         "vision_config": {"hidden_size": 768, "num_hidden_layers": 12, "image_size": 224, "patch_size": 32}},
        {"hidden_size": None, "layers": None, "image_size": (224, "/vision_config/image_size")},
    ),
    "one query for all heads": (
        {"model_type": "gpt_bigcode", "n_embd": 6144, "n_head": 48, "multi_query": True},
        {"kv_heads": (1, "/multi_query"), "heads": (48, "/n_head")},
    ),
    "a diffusers component": (
        {"_class_name": "UNet2DConditionModel", "sample_size": 64},
        {"class_name": ("UNet2DConditionModel", "/_class_name"), "model_type": None, "layers": None},
    ),
    "wrong types": (
        {"model_type": 7, "architectures": "LlamaForCausalLM", "hidden_size": "4096", "num_hidden_layers": True,
         "vocab_size": -1, "torch_dtype": "auto", "tie_word_embeddings": "yes", "text_config": [],
         "num_local_experts": 1e300, "image_size": {"height": 3}, "depths": [2, "2"]},
        dict.fromkeys(("model_type", "architectures", "hidden_size", "layers", "vocab_size", "dtype",
                                 "tied", "experts", "image_size", "stages", "quantization")),
    ),
    "two spellings that disagree": (
        {"hidden_size": 768, "n_embd": 1024, "num_hidden_layers": 12, "n_layer": 12.0},
        {"hidden_size": None, "layers": (12, "/num_hidden_layers")},
    ),
    "a dense model of a family with experts": (
        {"model_type": "gemma4_text", "num_experts": 128, "enable_moe_block": False},
        {"experts": None},
    ),
    "flags of the first Qwen": ({"model_type": "qwen", "bf16": True, "fp16": False}, {"dtype": ("BF16", "/bf16")}),
}  # fmt: skip


@pytest.mark.parametrize("name", CONFIGS)
def test_fields_come_with_the_pointer_of_their_key(name: str) -> None:
    config, expected = CONFIGS[name]
    read = claims(config)
    assert {key: getattr(read, key) for key in expected} == {
        key: None if value is None else Claim(*value) for key, value in expected.items()
    }


def test_every_length_of_scaled_rotary_embeddings_is_a_context() -> None:
    linear = claims({"max_position_embeddings": 4096, "rope_scaling": {"type": "linear", "factor": 8.0}})
    assert [claim.value for claim in linear.contexts] == [4096, 32768]
    llama = claims(
        {
            "max_position_embeddings": 131072,
            "rope_scaling": {"rope_type": "llama3", "factor": 8.0, "original_max_position_embeddings": 8192},
        }
    )
    assert {claim.value for claim in llama.contexts} >= {131072, 8192, 65536}


def test_components_have_claims_of_their_own() -> None:
    read = claims({"vision_config": {"depth": 32, "embed_dim": 1280}, "hidden_size": 3584})
    assert read.components["vision_config"].layers == Claim(32, "/vision_config/depth")
    assert read.hidden_size == Claim(3584, "/hidden_size")


def test_experts_say_whether_it_is_a_mixture() -> None:
    assert claims({"num_local_experts": 8}).moe
    assert not claims({"num_local_experts": 1}).moe
    assert not claims({}).moe


QUANTIZED: dict[str, tuple[Mapping[str, Any], Quantization | None]] = {
    "gptq": (
        {"quantization_config": {"bits": 3, "group_size": 128, "quant_method": "gptq"}},
        Quantization("gptq", 3, 128, "/quantization_config"),
    ),
    "gptq before methods were named": (
        {"quantization_config": {"bits": 4, "group_size": -1, "damp_percent": 0.1, "desc_act": False}},
        Quantization("gptq", 4, None, "/quantization_config"),
    ),
    "bitsandbytes": (
        {"quantization_config": {"load_in_4bit": True, "load_in_8bit": False, "quant_method": "bitsandbytes"}},
        Quantization("bitsandbytes", 4, None, "/quantization_config"),
    ),
    "bitsandbytes without method": (
        {"quantization_config": {"load_in_8bit": True, "load_in_4bit": False, "group_size": 64, "bits": None}},
        Quantization("bitsandbytes", 8, None, "/quantization_config"),
    ),
    "mlx": (
        {"quantization": {"group_size": 64, "bits": 3, "lm_head": {"bits": 6, "group_size": 64}, "model.gate": False}},
        Quantization("mlx", 3, 64, "/quantization", {"lm_head": 6, "model.gate": None}),
    ),
    "mlx by mode": (
        {"quantization": {"mode": "mxfp4", "group_size": 32}},
        Quantization("mlx", 4, 32, "/quantization"),
    ),
    "compressed tensors": (
        {
            "text_config": {
                "quantization_config": {
                    "quant_method": "compressed-tensors",
                    "format": "pack-quantized",
                    "config_groups": {"group_0": {"weights": {"num_bits": 4, "group_size": 32}}},
                }
            }
        },
        Quantization("compressed-tensors", 4, None, "/text_config/quantization_config"),
    ),
    "groups of different bits": (
        {
            "quantization_config": {
                "quant_method": "compressed-tensors",
                "config_groups": {"a": {"weights": {"num_bits": 4}}, "b": {"weights": {"num_bits": 8}}},
            }
        },
        Quantization("compressed-tensors", None, None, "/quantization_config"),
    ),
    "fp8 with narrower experts": (
        {"quantization_config": {"quant_method": "fp8", "expert_dtype": "fp4", "fmt": "e4m3"}},
        Quantization("fp8", 8, None, "/quantization_config", expert_bits=4),
    ),
    "gpt-oss": (
        {"quantization_config": {"quant_method": "mxfp4", "modules_to_not_convert": ["lm_head"]}},
        Quantization("mxfp4", 4, None, "/quantization_config"),
    ),
    "modelopt": (
        {"quantization_config": {"quant_method": "modelopt", "quant_algo": "NVFP4"}},
        Quantization("nvfp4", 4, None, "/quantization_config"),
    ),
    "none": ({"quantization_config": None, "quantization": {"mode": 7, "bits": 4}}, None),
    "one bit is nothing of mlx": ({"quantization": {"bits": 1, "group_size": 64}}, None),
}


@pytest.mark.parametrize("name", QUANTIZED)
def test_quantization(name: str) -> None:
    config, expected = QUANTIZED[name]
    assert quantization(config) == expected


def test_quantization_by_module() -> None:
    read = quantization(QUANTIZED["mlx"][0])
    assert read is not None
    assert (read.bits_of("model.x"), read.bits_of("lm_head"), read.bits_of("model.gate")) == (3, 6, None)


def test_the_quantiser_file_of_transformers_js_is_no_quantisation_of_weights() -> None:
    assert quantize_config({"per_channel": True, "reduce_range": True, "per_model_config": {"model": {}}}) is None
    assert quantize_config({"bits": 4, "group_size": 128, "desc_act": True}) == Quantization("gptq", 4, 128)
    assert quantize_config({"zero_point": True, "q_group_size": 128, "w_bit": 4}) == Quantization("awq", 4, 128)
    modelopt = quantize_config({"quantization": {"quant_algo": "FP8", "kv_cache_quant_algo": "FP8"}})
    assert modelopt == Quantization("fp8", 8, None, "/quantization")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
keys = st.sampled_from(
    ["hidden_size", "num_layers", "text_config", "vision_config", "quantization_config", "quantization", "bits",
     "rope_scaling", "factor", "depths", "num_experts", "moe", "model_type", "image_size", "torch_dtype"]
)  # fmt: skip


@given(st.dictionaries(keys, json_values | st.dictionaries(keys, json_values, max_size=4), max_size=8))
@settings(deadline=None, max_examples=200)
def test_any_configuration_gives_claims(config: dict[str, Any]) -> None:
    assert isinstance(claims(config), Claims)
    quantize_config(config)
