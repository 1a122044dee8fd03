"""GGUF names held to a stated architecture; the bundled table is that of the gguf package."""

from __future__ import annotations

import json
import zlib

import gguf
import pytest

from dara_lint import bundled
from dara_lint.recognize.gguf_names import held

LLAMA = [
    "token_embd.weight", "output_norm.weight", "output.weight", "rope_freqs.weight",
    *(f"blk.{layer}.{part}.weight" for layer in range(3) for part in (
        "attn_norm", "attn_q", "attn_k", "attn_v", "attn_output", "ffn_norm", "ffn_gate", "ffn_up", "ffn_down",
    )),
]  # fmt: skip
BERT = [
    "token_embd.weight", "token_types.weight", "position_embd.weight", "token_embd_norm.weight", "token_embd_norm.bias",
    *(f"blk.{layer}.{part}.{end}" for layer in range(2) for end in ("weight", "bias") for part in (
        "attn_q", "attn_k", "attn_v", "attn_output", "attn_output_norm", "ffn_up", "ffn_down", "layer_output_norm",
    )),
]  # fmt: skip


@pytest.mark.parametrize(
    ("stated", "names"), [("llama", LLAMA), ("bert", BERT), ("qwen2", LLAMA), ("llama", LLAMA[4:])]
)
def test_what_fits_is_possible(stated: str, names: list[str]) -> None:
    found = held(stated, names)
    assert found is not None
    assert found.possible
    assert not found.strange


def test_a_llama_that_is_bert_is_told() -> None:
    found = held("llama", BERT)
    assert found is not None
    assert not found.possible
    assert "bert" in found.others
    assert "llama" not in found.others
    assert "token_types" in found.strange


def test_unknown_architectures_and_few_names_tell_nothing() -> None:
    assert held("acme-1", LLAMA) is None
    assert held("llama", LLAMA[:3]) is None
    assert held("llama", [f"acme.{number}.weight" for number in range(50)]) is None


def test_names_that_nobody_has_speak_against_nothing() -> None:
    found = held("llama", [*LLAMA, *(f"blk.0.acme_{each}.weight" for each in "abcdefgh")])
    assert found is not None
    assert found.possible


def test_the_table_is_that_of_the_gguf_package() -> None:
    """Every architecture of the package may have every name that the package gives it, and no other."""
    data = bundled.read("dara_lint.recognize", "bundled", "gguf.zz")
    _, names, architectures = json.loads(zlib.decompress(data))
    assert set(architectures) == {gguf.MODEL_ARCH_NAMES[arch] for arch in gguf.MODEL_TENSORS}
    for arch, tensors in gguf.MODEL_TENSORS.items():
        spelt = {gguf.TENSOR_NAMES[each].replace("{bid}", "*").replace("{xid}", "*") for each in tensors}
        assert {names[number] for number in architectures[gguf.MODEL_ARCH_NAMES[arch]]} == spelt
