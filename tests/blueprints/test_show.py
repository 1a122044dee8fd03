"""Promises and solved configs as lines."""

from __future__ import annotations

from dara_lint.blueprints import compare, expect
from dara_lint.blueprints.show import expected_lines, solved_keys
from dara_lint.model import Json, Tensor

MIXTURE: dict[str, Json] = {
    "architectures": ["Qwen3MoeForCausalLM"],
    "model_type": "qwen3_moe",
    "hidden_size": 64,
    "moe_intermediate_size": 32,
    "num_attention_heads": 4,
    "num_experts": 8,
    "num_experts_per_tok": 2,
    "num_hidden_layers": 3,
    "num_key_value_heads": 2,
    "vocab_size": 100,
}


def test_differences_stand_beside_the_tensor_and_are_counted_once() -> None:
    right = expect(MIXTURE)
    wrong = expect({**MIXTURE, "num_experts": 4, "hidden_size": 128})
    assert right is not None
    assert wrong is not None
    stored = [Tensor(each.name, tuple(size or 0 for size in each.shape), "F32", 0) for each in right.tensors]
    lines = expected_lines(wrong, compare(stored, wrong))
    router = next(line for line in lines if line.name == "gate.weight")
    assert router.difference == "3 of 8 × 64"
    assert router.tensors == 3
    assert abs(sum(line.share for line in lines if line.depth == 0) - 1) < 1e-9


def test_a_formula_shows_the_branch_that_holds() -> None:
    promise = expect(MIXTURE)
    assert promise is not None
    lines = expected_lines(promise)
    key = next(line for line in lines if line.name == "k_proj.weight")
    assert " or " not in key.formula
    assert "num_key_value_heads" in key.formula


def test_solved_keys_are_spelled_as_the_config_spells_them() -> None:
    keys = solved_keys({"num_local_experts": 8, "hidden_size": 64, "mlp_bias": False}, {**MIXTURE, "num_experts": 4})
    assert [(each.key, each.implied, each.there, each.agrees) for each in keys] == [
        ("num_experts", 8, 4, False),
        ("hidden_size", 64, 64, True),
        ("mlp_bias", False, None, True),
    ]
