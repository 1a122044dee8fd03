"""GGUF metadata as a config, and the blueprints of its architectures."""

from __future__ import annotations

import pytest

from dara_lint.blueprints import expect
from dara_lint.blueprints.compare import compare_shapes
from dara_lint.blueprints.gguf import agreeing, described, pointer, rotary
from dara_lint.model import Json

LLAMA: dict[str, Json] = {
    "general.architecture": "llama",
    "llama.block_count": 2,
    "llama.embedding_length": 64,
    "llama.feed_forward_length": 96,
    "llama.attention.head_count": 4,
    "llama.attention.head_count_kv": 2,
    "tokenizer.ggml.tokens": {"length": 320},
}


def _shapes(metadata: dict[str, Json]) -> dict[str, tuple[int | None, ...]]:
    config = described(metadata, ())
    assert config is not None
    expectation = expect(config)
    assert expectation is not None
    return {tensor.name: tensor.shape for tensor in expectation.tensors}


def test_a_llama_is_promised_from_its_metadata() -> None:
    shapes = _shapes(LLAMA)
    assert shapes["token_embd.weight"] == (320, 64)
    assert shapes["blk.1.attn_k.weight"] == (32, 64)
    assert shapes["blk.0.ffn_down.weight"] == (64, 96)
    assert "blk.2.attn_k.weight" not in shapes
    assert "blk.0.ffn_gate_inp.weight" not in shapes


def test_experts_replace_the_dense_layers() -> None:
    shapes = _shapes({**LLAMA, "llama.expert_count": 8})
    assert shapes["blk.0.ffn_down_exps.weight"] == (8, 64, 96)
    assert "blk.0.ffn_down.weight" not in shapes


def test_keys_that_are_not_there_follow_from_others() -> None:
    metadata = {key: value for key, value in LLAMA.items() if not key.endswith("head_count_kv")}
    assert _shapes(metadata)["blk.0.attn_v.weight"] == (64, 64)
    assert _shapes({**metadata, "llama.attention.value_length": 8})["blk.0.attn_v.weight"] == (32, 64)


@pytest.mark.parametrize(
    "change",
    [
        {"general.architecture": None},
        {"general.type": "adapter"},
        {"llama.attention.head_count_kv": [2, 4]},
        {"llama.attention.head_count_kv": {"length": 80}},
        {"llama.nextn_predict_layers": 1},
        {"llama.attention.key_length": 16, "llama.attention.key_length_swa": 32},
    ],
)
def test_what_is_not_understood_promises_nothing(change: dict[str, Json]) -> None:
    assert described({**LLAMA, **change}, ()) is None


def test_equal_numbers_for_every_block_are_one_number() -> None:
    assert _shapes({**LLAMA, "llama.attention.head_count_kv": [2, 2]}) == _shapes(LLAMA)


def test_a_fused_projection_is_taken_for_the_three() -> None:
    names = [f"blk.{block}.attn_qkv.weight" for block in range(2)]
    config = described(LLAMA, names)
    assert config is not None
    expectation = expect(config)
    assert expectation is not None
    shapes = {tensor.name: tensor.shape for tensor in expectation.tensors}
    assert shapes["blk.0.attn_qkv.weight"] == (128, 64)
    assert "blk.0.attn_q.weight" not in shapes


def test_rotary_embeddings_turn_whole_heads_where_the_loader_wants_it() -> None:
    assert rotary({**LLAMA, "llama.rope.dimension_count": 16}) is None
    assert rotary({**LLAMA, "llama.rope.dimension_count": 8}) == (8, 16)
    assert rotary({**LLAMA, "llama.rope.dimension_count": 8, "llama.attention.key_length": 8}) is None
    assert rotary({"general.architecture": "phi2", "phi2.rope.dimension_count": 8}) is None


def test_leading_ones_are_no_difference() -> None:
    config = described(LLAMA, ())
    assert config is not None
    expectation = expect(config)
    assert expectation is not None
    shapes = {tensor.name: tuple(size or 0 for size in tensor.shape) for tensor in expectation.tensors}
    shapes["output_norm.weight"] = (1, 1, 64)
    assert compare_shapes(agreeing(shapes, expectation), expectation).agrees


def test_pointers_name_the_key_of_the_file() -> None:
    assert pointer(LLAMA, "attention.head_count") == "llama.attention.head_count"
    assert pointer(LLAMA, "tokens") == "tokenizer.ggml.tokens"
    assert pointer({"general.architecture": "bert"}, "tokens") == "bert.vocab_size"


@pytest.mark.parametrize("value", [True, -1, 1 << 60, "4096", [], {"length": -3}, None])
def test_hostile_values_promise_nothing_and_do_not_raise(value: Json) -> None:
    for key in LLAMA:
        config = described({**LLAMA, key: value}, ["blk.0.attn_qkv.weight", "blk..", "blk.0.0.0"])
        if config is not None:
            expectation = expect(config)
            assert expectation is None or expectation.count <= 200_000


def test_deep_and_crossing_keys_are_bounded() -> None:
    deep = "llama." + ".".join(["a"] * 4000)
    config = described({**LLAMA, deep: 1, "llama.rope": 1, "llama.rope.scaling": 2}, ())
    assert config is not None
    assert config["rope"] == 1
