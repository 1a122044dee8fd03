"""Evidence held to blueprints: flags that no sample showed, conditions that contradict, numbers that must be equal."""

from __future__ import annotations

from typing import Any

import pytest

from dara_lint.recognize.blueprint import Blueprint, blueprint
from dara_lint.recognize.evidence import of_tensors
from tests.recognize.test_recognizer import Tensors, gpt2, llama, seen


def held(tensors: Tensors, model_type: str, architecture: str) -> bool:
    found = blueprint(model_type, architecture)
    assert isinstance(found, Blueprint)
    return found.holds(of_tensors(tensors))


def biased(tensors: Tensors, *modules: str) -> Tensors:
    return [
        each
        for name, shape, dtype in tensors
        for each in (
            [(name, shape, dtype), (name.replace(".weight", ".bias"), shape[:1], dtype)]
            if name.removesuffix(".weight").endswith(modules)
            else [(name, shape, dtype)]
        )
    ]


ATTENTION = ("q_proj", "k_proj", "v_proj", "o_proj")


def test_a_flag_brings_all_of_its_tensors_or_none() -> None:
    assert held(llama(), "llama", "LlamaForCausalLM") is True
    assert held(biased(llama(), *ATTENTION), "llama", "LlamaForCausalLM") is True
    assert held(biased(llama(), "q_proj"), "llama", "LlamaForCausalLM") is False
    assert held(biased(llama(), *ATTENTION[:3]), "qwen2", "Qwen2ForCausalLM") is True
    assert held(biased(llama(), *ATTENTION), "qwen2", "Qwen2ForCausalLM") is False


def test_what_is_always_there_must_be_there() -> None:
    less = [each for each in llama() if "o_proj" not in each[0]]
    assert held(less, "llama", "LlamaForCausalLM") is False


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("model.norm.weight", (65,)),
        ("model.layers.0.mlp.up_proj.weight", (100, 64)),
        ("model.layers.0.mlp.down_proj.weight", (128, 64)),
    ],
)
def test_one_number_cannot_be_two(name: str, shape: Any) -> None:
    other: Tensors = [(each, shape if each == name else own, dtype) for each, own, dtype in llama()]
    assert held(other, "llama", "LlamaForCausalLM") is False


def test_a_rank_that_the_class_never_has_is_not_its() -> None:
    other: Tensors = [(name, (*shape, 1) if "q_proj" in name else shape, dtype) for name, shape, dtype in llama()]
    assert held(other, "llama", "LlamaForCausalLM") is False


def test_two_expressions_of_one_number_are_equal() -> None:
    wide = [(name, (96, 64) if "q_proj" in name else shape, dtype) for name, shape, dtype in llama()]
    assert held(wide, "llama", "LlamaForCausalLM") is False  # q_proj and o_proj are of one width


def test_names_alone_are_enough() -> None:
    assert held([(name, None, "") for name, _, _ in llama()], "mistral", "MistralForCausalLM") is True


def test_what_is_not_known_to_the_letter_is_not_asked() -> None:
    assert blueprint("llama", "NoSuchClass") is None
    assert blueprint("no_such_type", "LlamaForCausalLM") is None


def test_the_set_that_is_named_is_borne_out() -> None:
    found = seen(biased(llama(), *ATTENTION[:3]))
    assert "qwen2" in found.model_types
    assert "llama" not in found.model_types


@pytest.mark.parametrize("prefix", ["inner.", "model.0.auto_model.", "net.module.encoder."])
def test_a_wrapper_of_any_name_is_seen_through(prefix: str) -> None:
    wrapped: Tensors = [(prefix + name, shape, dtype) for name, shape, dtype in gpt2()]
    assert seen(wrapped).model_types[0] == "gpt2"
    assert seen(wrapped, "gpt2").verdict == "possible"
    assert seen(wrapped, "llama").verdict == "impossible"
