"""Quantised weights read as what they stand for."""

from __future__ import annotations

import pytest

from dara_lint.blueprints.packed import method_of, unpacked
from dara_lint.model import Json, Tensor


def _tensor(name: str, shape: tuple[int, ...], dtype: str = "I32") -> Tensor:
    return Tensor(name, shape, dtype, 0)


def test_gptq() -> None:
    config: dict[str, Json] = {"quantization_config": {"quant_method": "gptq", "bits": 4}}
    tensors = [
        _tensor("a.q_proj.qweight", (256, 2048)),
        _tensor("a.q_proj.qzeros", (16, 256)),
        _tensor("a.q_proj.scales", (16, 2048), "F16"),
        _tensor("a.q_proj.g_idx", (2048,)),
        _tensor("a.q_proj.bias", (2048,), "F16"),
        _tensor("a.norm.weight", (2048,), "F16"),
    ]
    assert unpacked(tensors, config) == {"a.q_proj.weight": (2048, 2048), "a.norm.weight": (2048,)}
    assert unpacked(tensors, config, {"a.q_proj.bias"})["a.q_proj.bias"] == (2048,)


def test_awq_packs_the_other_side() -> None:
    config: dict[str, Json] = {"quantization_config": {"quant_method": "awq", "bits": 4}}
    assert unpacked([_tensor("a.up.qweight", (2048, 704))], config) == {"a.up.weight": (5632, 2048)}


@pytest.mark.parametrize(
    ("config", "names", "left"),
    [
        (
            {"quantization_config": {"load_in_4bit": True}},
            ["a.weight", "a.weight.absmax", "a.weight.quant_map", "a.weight.quant_state.bitsandbytes__nf4"],
            {"a.weight": None},
        ),
        ({"quantization_config": {"quant_method": "fp8"}}, ["a.weight_scale_inv"], {}),
        (
            {"quantization_config": {"quant_method": "mxfp4"}},
            ["m.down_proj_blocks", "m.down_proj_scales"],
            {"m.down_proj": None},
        ),
        ({"quantization": {"bits": 4}}, ["a.weight", "a.scales", "a.biases"], {"a.weight": None}),
        (
            {"quantization_config": {"quant_method": "compressed-tensors"}},
            ["a.weight_packed", "a.weight_shape"],
            {"a.weight": None},
        ),
    ],
)
def test_layouts(config: dict[str, Json], names: list[str], left: dict[str, None]) -> None:
    assert unpacked([_tensor(name, (4, 1), "U8") for name in names], config) == left


@pytest.mark.parametrize(
    ("config", "method"),
    [
        ({}, ""),
        ({"quantization_config": {"quant_method": "gptq"}}, "gptq"),
        ({"quantization_config": {"load_in_8bit": True}}, "bitsandbytes"),
        ({"quantization": {"bits": 4}, "quantization_config": {"bits": 4}}, "mlx"),
        ({"quantization_config": {"quant_method": ["x"]}}, "?"),
        ({"quantization_config": 3}, ""),
    ],
)
def test_method(config: dict[str, Json], method: str) -> None:
    assert method_of(config) == method
