"""Names as files spell them become the patterns of profiles."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dara_lint.recognize.normalize import core, folded, masked, normalize, plain

LAYER = "model.layers.3.self_attn.q_proj"


def patterns(*names: str) -> list[str]:
    return [slot.pattern for slot in normalize((name, None, "") for name in names).slots]


def shapes(**tensors: tuple[tuple[int, ...], str]) -> dict[str, tuple[int, ...] | None]:
    found = normalize((f"{LAYER}.{name}", shape, dtype) for name, (shape, dtype) in tensors.items())
    return {slot.pattern: slot.shape for slot in found.slots}


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("model.layers.31.mlp.up_proj.weight", "model.layers.*.mlp.up_proj.weight"),
        ("module.bert.encoder.layer.0.output.dense.bias", "bert.encoder.layer.*.output.dense.bias"),
        ("_orig_mod.transformer.h.7.attn.c_attn.weight", "transformer.h.*.attn.c_attn.weight"),
        ("model.layers.0._fsdp_wrapped_module.mlp.up_proj.weight", "model.layers.*.mlp.up_proj.weight"),
        ("bert/encoder/layer_0/output/dense/kernel", "bert.encoder.layer_*.output.dense.kernel"),
        ("bert.embeddings.LayerNorm.gamma", "bert.embeddings.LayerNorm.weight"),
        ("bert.embeddings.LayerNorm.beta", "bert.embeddings.LayerNorm.bias"),
        ("encoder.pos_conv_embed.conv.parametrizations.weight.original0", "encoder.pos_conv_embed.conv.weight_g"),
        ("layers.0.experts.12.w1.weight", "layers.*.experts.*.w1.weight"),
        ("conv1.weight", "conv1.weight"),
    ],
)
def test_wrappers_and_indices(name: str, pattern: str) -> None:
    assert patterns(name) == [pattern]


def test_buffers_that_came_and_went_are_left_out() -> None:
    names = [
        "model.layers.0.self_attn.rotary_emb.inv_freq",
        "bert.embeddings.position_ids",
        "h.0.attn.bias",
        "wte.weight",
    ]
    assert patterns(*names) == ["wte.weight"]
    found = normalize([("h.0.attn.bias", (1, 1, 8, 8), ""), ("h.1.attn.bias", (8,), "")])
    assert [(slot.pattern, slot.shape) for slot in found.slots] == [("h.*.attn.bias", (8,))]


def test_cores_and_folds() -> None:
    assert core("bert.encoder.layer.*.output.dense.weight") == "layer.*.output.dense.weight"
    assert core("model.norm.weight") == "norm.weight"
    assert core("*.weight") == "*.weight"
    assert folded("model.layers.*.attn.qkv_proj.weight") == folded("h.layers.*.attn.k_proj.weight")


def test_lora_becomes_the_weight_it_adapts() -> None:
    found = normalize(
        [
            (f"base_model.model.{LAYER}.lora_A.weight", (8, 64), "F32"),
            (f"base_model.model.{LAYER}.lora_B.weight", (128, 8), "F32"),
            (f"base_model.model.{LAYER}.lora_magnitude_vector", (128,), "F32"),
            ("base_model.model.score.modules_to_save.default.weight", (2, 64), "F32"),
        ]
    )
    assert found.adapter
    assert [(slot.pattern, slot.shape) for slot in found.slots] == [
        ("model.layers.*.self_attn.q_proj.weight", (128, 64)),
        ("score.weight", (2, 64)),
    ]


@pytest.mark.parametrize("part", ["lora_A.default", "ia3_l", "hada_w1_a", "lokr_w1", "oft_r", "vera_lambda_b"])
def test_adapters_of_every_kind(part: str) -> None:
    found = normalize([(f"base_model.model.{LAYER}.{part}.weight", None, "")])
    assert found.adapter
    assert [slot.pattern for slot in found.slots] == ["model.layers.*.self_attn.q_proj.weight"]


def test_kohya_keys_write_underscores() -> None:
    found = normalize(
        [
            ("lora_unet_down_blocks_0_attentions_1_to_q.lora_down.weight", (4, 320), ""),
            ("lora_unet_down_blocks_0_attentions_1_to_q.lora_up.weight", (640, 4), ""),
            ("lora_unet_down_blocks_0_attentions_1_to_q.alpha", (), ""),
        ]
    )
    assert [(slot.pattern, slot.shape) for slot in found.slots] == [
        ("down_blocks_*_attentions_*_to_q.weight", (640, 320))
    ]


WEIGHT = "model.layers.*.self_attn.q_proj.weight"


def test_gptq() -> None:
    assert shapes(
        qweight=((8, 128), "I32"), qzeros=((1, 16), "I32"), scales=((1, 128), "F16"), g_idx=((64,), "I32")
    ) == {WEIGHT: (128, 64)}


def test_awq() -> None:
    assert shapes(qweight=((64, 16), "I32"), qzeros=((1, 16), "I32"), scales=((1, 128), "F16")) == {WEIGHT: (128, 64)}


def test_compressed_tensors() -> None:
    assert shapes(weight_packed=((128, 8), "I32"), weight_scale=((128, 1), "BF16"), weight_shape=((2,), "I64")) == {
        WEIGHT: (128, 64)
    }


def test_fp8_keeps_its_shape() -> None:
    assert shapes(weight=((128, 64), "F8_E4M3"), weight_scale_inv=((1, 1), "F32")) == {WEIGHT: (128, 64)}


def test_mlx() -> None:
    assert shapes(weight=((128, 8), "U32"), scales=((128, 1), "F16"), biases=((128, 1), "F16")) == {WEIGHT: (128, 64)}


def test_bitsandbytes_does_not_tell_the_shape() -> None:
    names = {"weight": ((4096, 1), "U8"), "weight.absmax": ((64,), "U8"), "weight.quant_map": ((16,), "F32")}
    found = normalize(
        [(f"{LAYER}.{name}", shape, dtype) for name, (shape, dtype) in names.items()]
        + [(f"{LAYER}.weight.quant_state.bitsandbytes__nf4", (99,), "U8")]
    )
    assert found.scheme == "bitsandbytes"
    assert [(slot.pattern, slot.shape) for slot in found.slots] == [(WEIGHT, None)]


def test_mxfp4() -> None:
    found = normalize(
        [
            ("model.layers.0.mlp.experts.gate_up_proj_blocks", (32, 5760, 90, 16), "U8"),
            ("model.layers.0.mlp.experts.gate_up_proj_scales", (32, 5760, 90), "U8"),
        ]
    )
    assert [(slot.pattern, slot.shape) for slot in found.slots] == [
        ("model.layers.*.mlp.experts.gate_up_proj", (32, 5760, 2880))
    ]


def test_a_scale_of_its_own_stays() -> None:
    assert patterns("model.norm.scale", "logit_scale") == ["model.norm.scale", "logit_scale"]


def test_slots_count_and_keep_order() -> None:
    found = normalize((f"h.{n}.{part}", (4, n + 1), "") for n in range(3) for part in ("b", "a"))
    assert [(slot.pattern, slot.tensors, slot.shape) for slot in found.slots] == [
        ("h.*.b", 3, (4, 1)),
        ("h.*.a", 3, (4, 1)),
    ]
    assert len(found.shapes) == 6


def test_nothing_and_nonsense() -> None:
    assert normalize([]).slots == ()
    assert patterns("x" * 600, "") == []
    assert patterns("." * 40) == ["." * 40]


@settings(deadline=None, max_examples=200)
@given(
    st.lists(
        st.tuples(st.text(max_size=60), st.none() | st.lists(st.integers(0, 99), max_size=5).map(tuple), st.just(""))
    )
)
def test_any_names_are_read(tensors: list[tuple[str, tuple[int, ...] | None, str]]) -> None:
    found = normalize(tensors)
    assert len({slot.pattern for slot in found.slots}) == len(found.slots)


@given(st.text(alphabet="ab.0_", max_size=40))
def test_masking_twice_is_masking_once(name: str) -> None:
    assert masked(masked(name)) == masked(name)
    assert plain(plain(name)) == plain(name)
