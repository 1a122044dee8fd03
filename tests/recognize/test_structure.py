"""Layers, experts and widths from names and shapes alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dara_lint.model import Tensor
from dara_lint.recognize.structure import is_routed_expert, is_tower, structure


def run(pattern: str, length: int) -> list[str]:
    return [pattern.format(number) for number in range(length)]


LAYERS: dict[str, tuple[list[str], int | None]] = {
    "llama": (run("model.layers.{}.mlp.up_proj.weight", 22), 22),
    "gpt2": (run("transformer.h.{}.attn.c_attn.weight", 12), 12),
    "gguf": (run("blk.{}.ffn_down.weight", 40), 40),
    "onnx": (run("/encoder/layer.{}/attention/MatMul", 6), 6),
    "a tower does not count": (
        [*run("visual.blocks.{}.norm.weight", 32), *run("model.layers.{}.norm.weight", 28)],
        28,
    ),
    "unless it is all there is": (run("vision_model.encoder.layers.{}.norm.weight", 12), 12),
    "layers that predict further tokens do not count": (
        [*run("model.layers.{}.norm.weight", 62), "model.layers.61.eh_proj.weight"],
        61,
    ),
    "stages are no layers": (
        [f"encoder.layers.{stage}.blocks.{block}.norm.weight" for stage in range(4) for block in range(2)],
        None,
    ),
    "nor are those of segformer": (
        [f"segformer.encoder.block.{stage}.{block}.norm.weight" for stage in range(4) for block in range(3)],
        None,
    ),
    "a sequence of modules is none": (run("features.{}.weight", 5), None),
    "nothing": ([], None),
    "absurd numbers": (["model.layers.99999999.weight"], None),
}


@pytest.mark.parametrize("name", LAYERS)
def test_layers(name: str) -> None:
    names, expected = LAYERS[name]
    assert structure(names).layers == expected


def test_encoder_and_decoder() -> None:
    found = structure(
        [*run("encoder.block.{}.layer.0.SelfAttention.q.weight", 8), *run("decoder.block.{}.layer.1.x.weight", 6)]
    )
    assert (found.layers, found.encoder_layers, found.decoder_layers) == (8, 8, 6)


def test_towers_and_further_layers() -> None:
    found = structure(
        [*run("visual.blocks.{}.norm.weight", 3), *run("model.layers.{}.n.weight", 5), "model.layers.4.enorm.weight"]
    )
    assert (found.layers, found.mtp_layers, found.towers) == (4, 1, {"visual.blocks": 3})


def test_experts_by_number_and_by_stack() -> None:
    names = [f"model.layers.{layer}.mlp.experts.{expert}.up.weight" for layer in range(2) for expert in range(layer, 6)]
    assert structure([*names, "model.layers.0.mlp.shared_experts.0.up.weight"]).experts == 6
    stack = Tensor("blk.0.ffn_up_exps.weight", (128, 768, 2048), "Q4_K", 0)
    assert structure([stack.name], [stack]).experts == 128
    assert structure([stack.name]).experts is None
    assert structure([stack.name]).has_experts
    dense = structure(["model.layers.0.mlp.up_proj.weight"])
    assert (dense.experts, dense.has_experts) == (None, False)


def test_the_input_embedding() -> None:
    tensors = [
        Tensor("model.vision_tower.embeddings.patch_embedding.weight", (1152, 3, 14, 14), "BF16", 0),
        Tensor("model.embed_tokens.weight", (152064, 3584), "BF16", 0),
        Tensor("lm_head.weight", (152064, 3584), "BF16", 0),
    ]
    found = structure([tensor.name for tensor in tensors], tensors)
    assert (found.vocab_rows, found.hidden_size) == (152064, 3584)
    packed = [Tensor("model.embed_tokens.weight", (152064, 448), "U32", 0)]
    assert structure([packed[0].name], packed).hidden_size is None


def test_words_inside_words_are_no_tower() -> None:
    assert is_tower("model.visual.blocks.0.norm.weight")
    assert not is_tower("model.layers.0.mlp.television.weight")


def test_shared_experts_are_not_routed() -> None:
    assert is_routed_expert("model.layers.1.mlp.experts.gate_up_proj")
    assert is_routed_expert("model.layers.1.block_sparse_moe.experts.7.w1.weight")
    assert not is_routed_expert("model.layers.1.mlp.shared_experts.up_proj.weight")
    assert not is_routed_expert("model.layers.1.mlp.shared_expert.gate.weight")


@given(st.lists(st.text(alphabet="layersh.0123456789_/experts", max_size=30), max_size=20))
@settings(deadline=None, max_examples=200)
def test_any_names(names: list[str]) -> None:
    found = structure(names)
    assert all(stack.found <= stack.length for stack in found.stacks)
    assert found.layers is None or found.layers >= 0
