"""Packed weights, held to layouts that the quantisers write and to the cases of npm @huggingface/hub 2.17."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dara_lint.blueprints.quantization import quantization
from dara_lint.model import BITS, Tensor
from dara_lint.recognize.packing import stored

Shapes = dict[str, tuple[str, tuple[int, ...]]]


def tensors(shapes: Shapes) -> list[Tensor]:
    made = []
    for name, (dtype, shape) in shapes.items():
        tensor = Tensor(name, shape, dtype, 0)
        made.append(tensor._replace(nbytes=int(tensor.elements * BITS.get(dtype, 32) // 8)))
    return made


def by_dtype(shapes: Shapes, config: dict[str, Any] | None = None) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in stored(tensors(shapes), quantization(config or {})):
        if part.parameters:
            found[part.tensor.dtype] = found.get(part.tensor.dtype, 0) + part.parameters
    return found


GPTQ = {
    "a.qweight": ("I32", (512, 11008)),
    "a.qzeros": ("I32", (32, 1376)),
    "a.scales": ("F16", (32, 11008)),
    "a.g_idx": ("I32", (4096,)),
    "a.bias": ("F16", (11008,)),
}
MLX = {
    "q.weight": ("U32", (16, 24)),
    "q.scales": ("BF16", (16, 4)),
    "q.biases": ("BF16", (16, 4)),
    "q.bias": ("BF16", (16,)),
    "dense.weight": ("BF16", (5, 1)),
}
EXPERT = "model.layers.0.ffn.experts.3.w1.weight"
CASES: dict[str, tuple[Shapes, dict[str, Any] | None, dict[str, int]]] = {
    "GPTQ of four bits, by its order of inputs": (GPTQ, None, {"I32": 4096 * 11008, "F16": 11008}),
    "GPTQ of three bits, by its zeros": (
        {"a.qweight": ("I32", (384, 4096)), "a.qzeros": ("I32", (32, 384)), "a.scales": ("F16", (32, 4096))},
        {"quantization_config": {"quant_method": "gptq", "bits": 4, "group_size": 128}},
        {"I32": 4096 * 4096},
    ),
    "GPTQ without siblings, by the configuration": (
        {"a.qweight": ("I32", (10, 2))},
        {"quantization_config": {"quant_method": "gptq", "bits": 8, "group_size": 128}},
        {"I32": 80},
    ),
    "AWQ packs columns": (
        {"a.qweight": ("I32", (4096, 512)), "a.qzeros": ("I32", (32, 512)), "a.scales": ("F16", (32, 4096))},
        None,
        {"I32": 4096 * 4096},
    ),
    "bitsandbytes, four bits": (
        {
            "a.weight": ("U8", (8388608, 1)),
            "a.weight.absmax": ("U8", (262144,)),
            "a.weight.quant_map": ("F32", (16,)),
            "a.weight.nested_absmax": ("F32", (1024,)),
            "a.weight.nested_quant_map": ("F32", (256,)),
            "a.weight.quant_state.bitsandbytes__nf4": ("U8", (94,)),
        },
        None,
        {"U8": 4096 * 4096},
    ),
    "bitsandbytes, four bits held in bfloat16": (
        {"a.weight": ("BF16", (4194304, 1)), "a.weight.absmax": ("F32", (262144,))},
        None,
        {"BF16": 4096 * 4096},
    ),
    "bitsandbytes, eight bits": (
        {"a.weight": ("I8", (64, 32)), "a.SCB": ("F32", (64,)), "a.weight_format": ("U8", ())},
        None,
        {"I8": 64 * 32},
    ),
    "compressed-tensors, four bits": (
        {
            "a.weight_packed": ("I32", (64, 16)),
            "a.weight_scale": ("BF16", (64, 1)),
            "a.weight_shape": ("I64", (2,)),
            "a.weight_g_idx": ("I32", (128,)),
        },
        {
            "quantization_config": {
                "quant_method": "compressed-tensors",
                "config_groups": {"group_0": {"weights": {"num_bits": 4}}},
            }
        },
        {"I32": 64 * 128},
    ),
    "compressed-tensors, three bits are dense across integers": (
        {"a.weight_packed": ("I32", (2, 12)), "a.weight_scale": ("BF16", (2, 1))},
        {
            "quantization_config": {
                "quant_method": "compressed-tensors",
                "config_groups": {"group_0": {"weights": {"num_bits": 3}}},
            }
        },
        {"I32": 256},
    ),
    "compressed-tensors without configuration, by its groups": (
        {"a.weight_packed": ("I32", (64, 512)), "a.weight_scale": ("BF16", (64, 32))},
        None,
        {"I32": 64 * 4096},
    ),
    "mxfp4-pack-quantized, two in a byte": (
        {"a.weight_packed": ("U8", (64, 16)), "a.weight_scale": ("U8", (64, 1))},
        {"quantization_config": {"quant_method": "compressed-tensors", "format": "mxfp4-pack-quantized"}},
        {"U8": 64 * 32},
    ),
    "gpt-oss": (
        {
            "m.experts.gate_up_proj_blocks": ("U8", (32, 5760, 90, 16)),
            "m.experts.gate_up_proj_scales": ("U8", (32, 5760, 90)),
            "m.experts.gate_up_proj_bias": ("BF16", (32, 5760)),
        },
        None,
        {"U8": 32 * 5760 * 2880, "BF16": 32 * 5760},
    ),
    "fp8 with block scales": (
        {"a.weight": ("F8_E4M3", (256, 256)), "a.weight_scale_inv": ("F32", (2, 2)), "n.weight": ("BF16", (256,))},
        None,
        {"F8_E4M3": 65536, "BF16": 256},
    ),
    "fp8 of stacked experts": (
        {"m.experts.gate_up_proj": ("F8_E4M3", (4, 8, 8)), "m.experts.gate_up_proj_scale_inv": ("F32", (4, 1, 1))},
        None,
        {"F8_E4M3": 256},
    ),
    "ModelOpt's nvfp4": (
        {
            "a.weight": ("U8", (64, 32)),
            "a.weight_scale": ("F8_E4M3", (64, 4)),
            "a.weight_scale_2": ("F32", ()),
            "a.input_scale": ("F32", ()),
        },
        None,
        {"U8": 64 * 64},
    ),
    "fp4 experts beside fp8, by the exponents": (
        {EXPERT: ("I8", (64, 32)), EXPERT.replace("weight", "scale"): ("F8_E8M0", (64, 2))},
        {"quantization_config": {"quant_method": "fp8"}},
        {"I8": 64 * 64},
    ),
    "fp4 experts beside fp8, by the configuration": (
        {EXPERT: ("I8", (2, 4)), EXPERT.replace("experts.3", "shared_experts"): ("I8", (2, 4))},
        {"quantization_config": {"quant_method": "fp8", "expert_dtype": "fp4"}},
        {"I8": 16 + 8},
    ),
    "store_dtype says the same": (
        {EXPERT: ("U8", (2, 4)), EXPERT + "_scale": ("U8", (2, 1)), "a.weight": ("F8_E4M3", (2, 4))},
        {"quantization_config": {"quant_method": "fp8", "store_dtype": "mxfp4"}},
        {"U8": 16, "F8_E4M3": 8},
    ),
    "mlx, six bits by the configuration": (
        MLX,
        {"quantization": {"group_size": 32, "bits": 6}},
        {"U32": 16 * 128, "BF16": 21},
    ),
    "mlx without configuration, where only one layout fits": (
        {"q.weight": ("U32", (16, 30)), "q.scales": ("BF16", (16, 3)), "q.biases": ("BF16", (16, 3))},
        None,
        {"U32": 16 * 192},
    ),
    "mlx by module": (
        {
            "a.b.weight": ("U32", (4, 6)),
            "a.b.scales": ("BF16", (4, 1)),
            "c.weight": ("U32", (4, 8)),
            "c.scales": ("BF16", (4, 1)),
        },
        {"quantization": {"group_size": 32, "bits": 8, "a.b": {"bits": 6}}},
        {"U32": 4 * 32 + 4 * 32},
    ),
    "learned tensors that only sound like bookkeeping": (
        {"learned.scales": ("BF16", (4,)), "learned.biases": ("BF16", (5,)), "norm.scale": ("F32", (8,))},
        {"quantization": {"group_size": 64, "bits": 4}},
        {"BF16": 9, "F32": 8},
    ),
    "exponents are never parameters, whatever they are called": (
        {"w": ("F4", (10, 20)), "s": ("F8_E8M0", (50, 100)), "t": ("F6_E2M3", (5, 10))},
        None,
        {"F4": 200, "F6_E2M3": 50},
    ),
    "AQLM": (
        {"a.codes": ("I16", (128, 64, 2)), "a.codebooks": ("F16", (2, 256, 1, 8)), "a.scales": ("F16", (128, 1, 1, 1))},
        None,
        {"I16": 128 * 64 * 8},
    ),
    "BitNet, four in a byte": (
        {"a.weight": ("U8", (640, 2560)), "a.weight_scale": ("BF16", (1,))},
        {"quantization_config": {"quant_method": "bitnet"}},
        {"U8": 2560 * 2560},
    ),
    "HQQ of three bits": (
        {"a.W_q": ("I32", (205, 64)), "a.scale": ("F32", (2048, 1)), "a.zero": ("F32", (2048, 1))},
        None,
        {"I32": 2048 * 64},
    ),
    "HQQ along the other axis, by the configuration": (
        {"a.W_q": ("U8", (32, 64)), "a.scale": ("F16", (1, 64)), "a.zero": ("F16", (1, 64)), "a.nbits": ("I32", (1,))},
        {
            "quantization_config": {
                "quant_method": "hqq",
                "quant_config": {"weight_quant_params": {"nbits": 4, "group_size": 64}},
            }
        },
        {"U8": 32 * 64 * 2},
    ),
    "quanto of eight bits": (
        {"a.weight._data": ("I8", (8, 8)), "a.weight._scale": ("F32", (8, 1))},
        None,
        {"I8": 64},
    ),
    "quanto of two bits": (
        {
            "a.weight._data._data": ("U8", (256, 128)),
            "a.weight._scale": ("F32", (1024, 1)),
            "a.weight._shift": ("F32", (1024, 1)),
            "a.input_scale": ("F32", ()),
        },
        None,
        {"U8": 1024 * 128},
    ),
    "GGUF's blocks count elements": (
        {"blk.0.ffn_down.weight": ("Q4_K", (4096, 11008)), "rope_freqs.weight": ("F32", (64,))},
        None,
        {"Q4_K": 4096 * 11008},
    ),
    "buffers": (
        {
            "h.0.attn.bias": ("F32", (1, 1, 1024, 1024)),
            "h.0.attn.c_attn.bias": ("F32", (2304,)),
            "h.0.attn.masked_bias": ("F32", ()),
            "embeddings.position_ids": ("I64", (1, 512)),
            "bn.running_mean": ("F32", (64,)),
            "bn.num_batches_tracked": ("I64", ()),
            "layers.0.self_attn.rotary_emb.inv_freq": ("F32", (64,)),
        },
        None,
        {"F32": 2304},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_parameters_by_dtype(name: str) -> None:
    shapes, config, expected = CASES[name]
    assert by_dtype(shapes, config) == expected


def test_mlx_without_configuration_is_unclear_where_two_layouts_fit() -> None:
    packed = tensors({"q.weight": ("U32", (16, 24)), "q.scales": ("BF16", (16, 4)), "q.biases": ("BF16", (16, 4))})
    assert [part.role for part in stored(packed)] == ["unclear", "bookkeeping", "bookkeeping"]


def test_integers_that_nothing_explains_are_unclear() -> None:
    roles = {
        part.tensor.name: part.role
        for part in stored(tensors({"a.weight": ("U8", (8, 8)), "b.weight": ("F16", (8, 8)), "c": ("I32", (3,))}))
    }
    assert roles == {"a.weight": "unclear", "b.weight": "weight", "c": "buffer"}


lasts = st.sampled_from(
    ["weight", "qweight", "qzeros", "scales", "biases", "g_idx", "weight_packed", "weight_scale", "W_q", "codes",
     "codebooks", "_data", "_scale", "weight.absmax", "SCB", "up_blocks", "up_scales", "scale"]
)  # fmt: skip
shape = st.lists(st.integers(0, 1 << 62), max_size=4).map(tuple)


@given(st.dictionaries(lasts.map("m.{}".format), st.tuples(st.sampled_from(sorted(BITS)), shape), max_size=8))
@settings(deadline=None, max_examples=200)
def test_any_tensors_are_told_apart_without_a_negative_count(shapes: Shapes) -> None:
    config: dict[str, Any] = {"quantization": {"group_size": 64, "bits": 3}}
    for part in stored(
        [Tensor(name, shape, dtype, 0) for name, (dtype, shape) in shapes.items()], quantization(config)
    ):
        assert part.parameters >= 0
        assert bool(part.parameters) <= (part.role in {"weight", "unclear"})
