"""The size of checkpoints and repositories from headers, from bytes, and from configurations alone."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dara_lint.blueprints.fields import claims
from dara_lint.model import (
    Checkpoint,
    Document,
    Format,
    Index,
    LfsPointer,
    Location,
    ModelRepo,
    Part,
    ReadError,
    Tensor,
    WeightFile,
)
from dara_lint.recognize.expectation import Bounds, expected
from dara_lint.recognize.repository import repo_size
from dara_lint.recognize.weighing import weigh

LLAMA: dict[str, Any] = {
    "model_type": "llama",
    "hidden_size": 4096,
    "num_hidden_layers": 32,
    "num_attention_heads": 32,
    "intermediate_size": 11008,
    "vocab_size": 32000,
    "torch_dtype": "float16",
}
LLAMA_PARAMETERS = 6_738_415_616
MIXTRAL: dict[str, Any] = {
    "model_type": "mixtral",
    "hidden_size": 6144,
    "num_hidden_layers": 56,
    "num_attention_heads": 48,
    "num_key_value_heads": 8,
    "intermediate_size": 16384,
    "vocab_size": 32000,
    "num_local_experts": 8,
    "num_experts_per_tok": 2,
    "torch_dtype": "bfloat16",
}


def pointer(path: str, size: int, form: Format = "pytorch") -> WeightFile:
    return WeightFile(path, form, size, pointer=LfsPointer("0" * 64, size))


def pointers(size: int, path: str = "pytorch_model.bin", form: Format = "pytorch", **more: Any) -> Checkpoint:
    return Checkpoint("", form, (pointer(path, size, form),), **more)


def headers(path: str, *tensors: Tensor, form: Format = "safetensors", **more: Any) -> Checkpoint:
    return Checkpoint("", form, (WeightFile(path, form, 1000, tensors=tensors),), **more)


def repository(*parts: Part) -> ModelRepo:
    return ModelRepo("here", parts=parts)


def part(config: Mapping[str, Any], *checkpoints: Checkpoint, path: str = "", **documents: Mapping[str, Any]) -> Part:
    named = {"config.json": config} if config else {}
    named |= {f"{name}.json": dict(value) for name, value in documents.items()}
    return Part(path, {name: Document(name, dict(value)) for name, value in named.items()}, checkpoints)


KNOWN: dict[str, tuple[dict[str, Any], int]] = {
    # model → parameters, as their cards and the hub's counter give them
    "llama 2 7b": (LLAMA, LLAMA_PARAMETERS),
    "mixtral 8x22b": (MIXTRAL, 140_620_634_112),
    "gpt2": ({"model_type": "gpt2", "n_embd": 768, "n_layer": 12, "n_head": 12, "vocab_size": 50257}, 124_439_808),
    "starcoder": (
        {"model_type": "gpt_bigcode", "n_embd": 6144, "n_layer": 40, "n_head": 48, "n_inner": 24576,
         "vocab_size": 49152, "multi_query": True},
        15_517_456_384,
    ),
    "t5 small": (
        {"model_type": "t5", "d_model": 512, "num_layers": 6, "num_decoder_layers": 6, "d_ff": 2048, "num_heads": 8,
         "vocab_size": 32128, "tie_word_embeddings": True},
        60_506_624,
    ),
    "bert base": (
        {"model_type": "bert", "hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12,
         "intermediate_size": 3072, "vocab_size": 30522},
        109_482_240,
    ),
    "qwen 1.5 0.5b": (
        {"model_type": "qwen2", "hidden_size": 1024, "num_hidden_layers": 24, "num_attention_heads": 16,
         "intermediate_size": 2816, "vocab_size": 151936, "tie_word_embeddings": True},
        463_987_712,
    ),
    "qwen 72b": (
        {"model_type": "qwen", "hidden_size": 8192, "num_hidden_layers": 80, "num_attention_heads": 64,
         "intermediate_size": 49152, "vocab_size": 152064, "tie_word_embeddings": False},
        72_287_920_128,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", KNOWN)
def test_configurations_promise_what_the_models_have(name: str) -> None:
    config, parameters = KNOWN[name]
    promise = expected(claims(config))
    assert promise is not None
    assert promise.total.ratio(parameters) < 1.03
    assert promise.total.high / promise.total.low < 1.6


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"hidden_size": 768},
        LLAMA | {"model_type": "albert"},
        LLAMA | {"depths": [2, 2]},
        LLAMA | {"vocab_size": None},
    ],
)
def test_no_promise_without_the_fields_or_the_formula(config: dict[str, Any]) -> None:
    assert expected(claims(config)) is None


def test_headers_are_exact() -> None:
    weighed = weigh(headers("model.safetensors", Tensor("a.weight", (3, 5), "F16", 30)))
    assert (weighed.basis, weighed.total, weighed.exact, weighed.dtypes, weighed.nbytes) == (
        "headers",
        15,
        True,
        {"F16": 15},
        30,
    )


def test_experts_of_a_gguf_are_used_as_its_metadata_says() -> None:
    tensors = (
        Tensor("blk.0.ffn_up_exps.weight", (8, 4, 4), "Q4_K", 72),
        Tensor("blk.0.attn_q.weight", (4, 4), "F32", 64),
    )
    file = WeightFile(
        "m.gguf", "gguf", 99, tensors=tensors,
        metadata={"general.architecture": "llama", "llama.expert_used_count": 2},
    )  # fmt: skip
    assert weigh(Checkpoint("", "gguf", (file,))).active == 16 + 32


def test_bytes_and_fields_settle_the_dtype() -> None:
    half = weigh(pointers(2 * LLAMA_PARAMETERS), claims(LLAMA))
    assert (half.basis, half.exact) == ("pointer sizes", False)
    assert half.bounds == Bounds(LLAMA_PARAMETERS, LLAMA_PARAMETERS)
    # saved in 32 bits although the configuration says 16: the fields bear out 32
    full = weigh(pointers(4 * LLAMA_PARAMETERS), claims(LLAMA))
    assert full.total == LLAMA_PARAMETERS


def test_bytes_alone_leave_the_dtype_open() -> None:
    weighed = weigh(pointers(1000))
    assert (weighed.total, weighed.bounds) == (None, Bounds(250, 500))
    assert "dtype" in weighed.reason
    declared = weigh(pointers(1000), claims({"torch_dtype": "bfloat16"}))
    assert (declared.total, declared.bounds) == (500, Bounds(250, 500))


PACKED = {
    # bytes as published for models of known size, bits
    "gptq 4": (7_259_449_480, 13_015_864_320, {"quant_method": "gptq", "bits": 4, "group_size": 128}, 40, 5120, 13824),
    "gptq 3": (26_774_935_152, 68_976_648_192, {"quant_method": "gptq", "bits": 3, "group_size": -1}, 80, 8192, 28672),
}


@pytest.mark.parametrize("name", PACKED)
def test_packed_bytes_bound_the_size(name: str) -> None:
    nbytes, parameters, quantization, layers, hidden, inner = PACKED[name]
    config = LLAMA | {
        "quantization_config": quantization,
        "num_hidden_layers": layers,
        "hidden_size": hidden,
        "intermediate_size": inner,
        "num_key_value_heads": 8 if layers == 80 else 40,
        "num_attention_heads": 64 if layers == 80 else 40,
    }
    weighed = weigh(pointers(nbytes, "model.safetensors", "safetensors"), claims(config))
    assert weighed.bounds is not None
    assert weighed.bounds.low < parameters < weighed.bounds.high
    assert weighed.bounds.high / weighed.bounds.low < 1.8
    assert weighed.total is not None
    assert math.isclose(weighed.total, parameters, rel_tol=0.01)


def test_an_index_of_packed_tensors_is_seen_without_configuration() -> None:
    index = Index("model.safetensors.index.json", {"a.qweight": "x", "a.scales": "x"}, total_size=1000)
    weighed = weigh(Checkpoint("", "safetensors", (), index, ("x",)))
    assert weighed.basis == "index"
    assert weighed.bounds is not None
    assert weighed.bounds.high / weighed.bounds.low > 2


def test_a_mixture_by_bytes_has_an_active_reading() -> None:
    weighed = weigh(pointers(281_241_268_224), claims(MIXTRAL))
    active = weighed.readings["active"]
    assert active.ratio(39_000_000_000) < 1.1


def test_an_adapter_is_not_the_model() -> None:
    weighed = weigh(pointers(10_000, "adapter_model.bin"), claims(LLAMA))
    assert (weighed.kind, weighed.total) == ("adapter", None)


@pytest.mark.parametrize(
    ("path", "low", "high"),
    [("m.Q4_K_M.gguf", 4.0, 5.7), ("m-q8_0.gguf", 8.0, 8.6), ("m-bf16.gguf", 16.0, 16.6), ("m.IQ2_XS.gguf", 2.0, 3.7)],
)
def test_a_gguf_pointer_by_the_type_in_its_name(path: str, low: float, high: float) -> None:
    weighed = weigh(pointers(8_000_000, path, "gguf"))
    assert weighed.bounds == Bounds(int(64_000_000 / high), int(64_000_000 / low))
    assert weigh(pointers(8_000_000, "model.gguf", "gguf")).bounds is None


def test_copies_are_counted_once() -> None:
    tensor = Tensor("a.weight", (10, 10), "F32", 400)
    twice = part(
        {},
        headers("model.safetensors", tensor),
        headers("pytorch_model.bin", tensor, form="pytorch"),
        headers("model.fp16.safetensors", tensor._replace(dtype="F16"), variant="fp16"),
        pointers(400, "flax_model.msgpack", "msgpack"),
    )
    assert repo_size(repository(twice)).total == 100


def test_different_checkpoints_have_no_one_size() -> None:
    several = part({}, *(headers(f"{side}.safetensors", Tensor("a", (side, 10), "F32", 0)) for side in (10, 20)))
    weighed = repo_size(repository(several))
    assert (weighed.total, weighed.reason) == (None, "several checkpoints of different sizes")


def test_what_lies_beside_the_model_is_not_weighed() -> None:
    model = headers("model.safetensors", Tensor("a.weight", (10, 10), "F32", 400))
    extra = headers("value_head.safetensors", Tensor("v.weight", (3, 10), "F32", 120))
    assert repo_size(repository(part({}, model, extra))).total == 100
    gguf = headers("llama-q8_0.gguf", Tensor("a.weight", (10, 32), "Q8_0", 340), form="gguf")
    projector = headers("mmproj-f16.gguf", Tensor("v.weight", (3, 10), "F16", 60), form="gguf")
    assert repo_size(repository(part({}, gguf, projector))).total == 320


def test_bytes_that_do_not_fit_the_config_are_doubtful() -> None:
    weighed = weigh(pointers(100_000_000), claims(LLAMA))
    assert weighed.total == 50_000_000
    assert weighed.reason == "the bytes do not fit the config"
    beside_adapter = part(LLAMA, pointers(100_000_000, "model.safetensors", "safetensors"), adapter_config={"r": 8})
    assert repo_size(repository(beside_adapter)).kind == "adapter"


def test_placeholders_and_broken_files_have_no_size() -> None:
    broken = WeightFile(
        "pytorch_model.bin", "pytorch", 30, problems=(ReadError(Location("pytorch_model.bin"), "text"),)
    )
    weighed = weigh(Checkpoint("", "pytorch", (broken,)), claims(LLAMA))
    assert (weighed.total, weighed.bounds) == (None, None)


def test_a_training_checkpoint_may_hold_states_of_the_optimizer() -> None:
    assert weigh(pointers(1600, "last.ckpt")).bounds == Bounds(100, 800)


def test_a_pipeline_is_the_sum_of_its_components() -> None:
    pipeline = repository(
        part(
            {},
            pointers(4_000, "v1-5-pruned.ckpt"),
            model_index={"_class_name": "P", "unet": ["d", "U"], "vae": ["d", "V"]},
        ),
        part({}, headers("unet/d.safetensors", Tensor("a", (10, 10), "F32", 400)), path="unet"),
        part({}, headers("vae/d.safetensors", Tensor("a", (5, 10), "F32", 200)), path="vae"),
        part({}, headers("other/d.safetensors", Tensor("a", (9, 99), "F32", 9)), path="other"),
    )
    weighed = repo_size(pipeline)
    assert (weighed.total, weighed.exact) == (150, True)
    assert weighed.readings["the unet"] == Bounds(100, 100)


def test_quantisation_said_in_another_file() -> None:
    said = part(
        LLAMA,
        pointers(3_900_000_000, "model.safetensors", "safetensors"),
        quantize_config={"bits": 4, "group_size": 128},
    )
    weighed = repo_size(repository(said))
    assert weighed.bounds is not None
    assert weighed.bounds.low < LLAMA_PARAMETERS < weighed.bounds.high


def test_without_weights_the_configuration_speaks() -> None:
    weighed = repo_size(repository(part(LLAMA)))
    assert weighed.basis == "config"
    assert weighed.total is not None
    assert math.isclose(weighed.total, LLAMA_PARAMETERS, rel_tol=0.01)
    assert repo_size(repository()).reason
    lora = part(LLAMA, pointers(5_000, "adapter_model.safetensors", "safetensors"), adapter_config={"r": 8})
    assert repo_size(repository(lora)).kind == "adapter"


@given(st.integers(0, 10**400), st.sampled_from(["", "gptq", "fp8", "mlx"]), st.integers(-5, 1 << 70))
@settings(deadline=None, max_examples=200)
def test_absurd_sizes_are_weighed_without_an_error(size: int, method: str, hidden: int) -> None:
    config = LLAMA | {"hidden_size": hidden, "quantization_config": {"quant_method": method}}
    weighed = weigh(pointers(size), claims(config))
    assert weighed.bounds is None or weighed.bounds.low <= weighed.bounds.high
    weigh(headers("m.safetensors", Tensor("a.weight", (size, 7), "F16", size)), claims(config))
