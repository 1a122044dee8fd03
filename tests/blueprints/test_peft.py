"""What an adapter's config promises of its tensors."""

from __future__ import annotations

import pytest

from dara_lint.blueprints.peft import adapted, fits_base, kinds_of, layer_of, layers, mark_of, prompt, targeted
from dara_lint.model import Json, Tensor


def _tensor(name: str, *shape: int) -> Tensor:
    return Tensor(name, shape, "F32", 0)


def test_modules_are_named_as_the_base_names_them() -> None:
    tensors = [
        _tensor("base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight", 8, 64),
        _tensor("base_model.model.model.layers.0.self_attn.q_proj.lora_B.default.weight", 64, 8),
        _tensor("base_model.model.classifier.weight", 2, 64),
    ]
    (found,) = adapted(tensors)
    assert found.module == "model.layers.0.self_attn.q_proj"
    assert found.roles == {"lora_A": (8, 64), "lora_B": (64, 8)}
    assert mark_of(tensors) == {"lora_"}
    assert kinds_of("lora_") == ["LORA", "ADALORA"]


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        (["q_proj"], True),
        (["model.layers.0.self_attn.q_proj"], True),
        (["proj"], False),
        ([], None),
        (".*q_proj", None),
        ("all-linear", None),
    ],
)
def test_targets(targets: Json, expected: object) -> None:
    assert targeted("model.layers.0.self_attn.q_proj", {"target_modules": targets}) is expected


def test_layers() -> None:
    assert layer_of("model.layers.12.mlp.experts.3.up_proj") == 12
    assert layer_of("encoder.block.7.layer.0.SelfAttention.q") == 7
    assert layer_of("lm_head") is None
    assert layers({"layers_to_transform": [1, 3]}) == frozenset({1, 3})
    assert layers({"layers_to_transform": 2}) == frozenset({2})
    assert layers({"layers_to_transform": [1], "layers_pattern": "h"}) is None
    assert layers({"layers_to_transform": ["1"]}) is None


@pytest.mark.parametrize(
    ("table", "shape"),
    [
        ({"peft_type": "PROMPT_TUNING", "num_virtual_tokens": 8, "token_dim": 64}, (8, 64)),
        (
            {
                "peft_type": "P_TUNING", "num_virtual_tokens": 8, "token_dim": 64, "num_transformer_submodules": 2,
            },
            (16, 64),
        ),
        ({"peft_type": "PREFIX_TUNING", "num_virtual_tokens": 8, "token_dim": 64, "num_layers": 3}, (8, 384)),
        ({"peft_type": "PREFIX_TUNING", "num_virtual_tokens": 8, "token_dim": 64}, None),
        ({"peft_type": "LORA", "num_virtual_tokens": 8, "token_dim": 64}, None),
        ({"peft_type": "PROMPT_TUNING", "num_virtual_tokens": -1, "token_dim": True}, None),
    ],
)  # fmt: skip
def test_prompts(table: dict[str, Json], shape: tuple[int, ...] | None) -> None:
    found = prompt(table)
    assert (found and found[0]) == shape


def test_a_base_is_met_either_way_round() -> None:
    roles = {"lora_A": (8, 64), "lora_B": (192, 8)}
    assert fits_base(roles, (192, 64))
    assert fits_base(roles, (64, 192))
    assert not fits_base(roles, (192, 128))
    assert fits_base({"lora_A": (8, 64)}, (1, 1))
    assert fits_base(roles, (None, 64))
