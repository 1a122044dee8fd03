"""How weights are stored, by tensors, by their names, and by bytes."""

from __future__ import annotations

from typing import Any

import pytest

from dara_lint.blueprints.fields import claims
from dara_lint.model import BITS, Checkpoint, Format, Index, LfsPointer, Tensor, WeightFile
from dara_lint.recognize.scheme import Scheme, scheme

GPT2: dict[str, Any] = {
    "model_type": "gpt2",
    "n_embd": 768,
    "n_layer": 12,
    "n_head": 12,
    "vocab_size": 50257,
    "tie_word_embeddings": True,
}
PARAMETERS = 124_000_000


def held(*tensors: tuple[str, str, tuple[int, ...]], form: Format = "safetensors") -> Checkpoint:
    made = [Tensor(name, shape, dtype, 0) for name, dtype, shape in tensors]
    made = [tensor._replace(nbytes=int(tensor.elements * BITS.get(tensor.dtype, 8) // 8)) for tensor in made]
    return Checkpoint("", form, (WeightFile(f"model.{form}", form, 1000, tensors=tuple(made)),))


def named(*names: str) -> Checkpoint:
    index = Index("model.safetensors.index.json", dict.fromkeys(names, "a.safetensors"), total_size=1000)
    return Checkpoint("", "safetensors", (), index, ("a.safetensors",))


def pointer(size: int, path: str = "model.safetensors", form: Format = "safetensors") -> Checkpoint:
    return Checkpoint("", form, (WeightFile(path, form, size, pointer=LfsPointer("0" * 64, size)),))


SCHEMES: dict[str, tuple[Checkpoint, Scheme | None]] = {
    "plain": (
        held(("a.weight", "F16", (64, 64)), ("n.weight", "F32", (64,))),
        Scheme("plain", None, "tensors", "F16"),
    ),
    "half and half is plain, of no one dtype": (
        held(("a.weight", "F16", (64, 64)), ("b.weight", "F32", (64, 64))),
        Scheme("plain", None, "tensors", ""),
    ),
    "gptq": (
        held(
            ("a.qweight", "I32", (8, 64)),
            ("a.scales", "F16", (1, 64)),
            ("a.qzeros", "I32", (1, 8)),
            ("n", "F16", (64,)),
        ),
        Scheme("gptq", 4, "tensors", "I32"),
    ),
    "awq": (
        held(("a.qweight", "I32", (64, 8)), ("a.scales", "F16", (1, 64)), ("a.qzeros", "I32", (1, 8))),
        Scheme("awq", 4, "tensors", "I32"),
    ),
    "bitsandbytes": (
        held(("a.weight", "U8", (2048, 1)), ("a.weight.absmax", "F32", (64,))),
        Scheme("bitsandbytes", 4, "tensors", "U8"),
    ),
    "fp8": (held(("a.weight", "F8_E4M3", (64, 64)), ("b", "BF16", (8,))), Scheme("fp8", 8, "tensors", "F8_E4M3")),
    "gpt-oss": (
        held(("e.up_blocks", "U8", (2, 4, 8, 16)), ("e.up_scales", "U8", (2, 4, 8))),
        Scheme("", 4, "tensors", "U8"),
    ),
    "gguf": (held(("a", "Q4_K", (256, 256)), form="gguf"), Scheme("gguf", None, "tensors", "Q4_K")),
    "gguf of plain floats": (held(("a", "F16", (256, 256)), form="gguf"), Scheme("plain", None, "tensors", "F16")),
    "unexplained integers": (held(("a.weight", "U8", (64, 64))), None),
    "no weights": (held(("a", "I64", (3,))), None),
    "an index of GPTQ": (named("a.qweight", "a.scales"), Scheme("gptq", None, "names")),
    "an index of eight-bit bitsandbytes": (named("a.weight", "a.SCB"), Scheme("bitsandbytes", 8, "names")),
    "an index that says nothing": (named("a.weight"), None),
    "bytes of sixteen bits": (pointer(2 * PARAMETERS), Scheme("plain", None, "bytes")),
    "bytes of thirty-two bits": (pointer(4 * PARAMETERS), Scheme("plain", None, "bytes")),
    "bytes of four bits": (pointer(PARAMETERS // 2), Scheme("", None, "bytes")),
    "bytes between are undecided": (pointer(3 * PARAMETERS), None),
    "an adapter": (pointer(2 * PARAMETERS, "adapter_model.safetensors"), None),
    "bytes of a gguf say nothing": (pointer(2 * PARAMETERS, "m.gguf", "gguf"), None),
}


@pytest.mark.parametrize("name", SCHEMES)
def test_schemes(name: str) -> None:
    checkpoint, expected = SCHEMES[name]
    assert scheme(checkpoint, claims(GPT2)) == expected


def test_without_configuration_bytes_say_nothing() -> None:
    assert scheme(pointer(2 * PARAMETERS)) is None
