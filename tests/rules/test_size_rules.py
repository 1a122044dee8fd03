"""Sizes, experts, dtypes and quantisation of names against repositories made in memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from dara_lint.finding import Hit, Rule, Severity
from dara_lint.model import (
    Checkpoint,
    Document,
    Index,
    LfsPointer,
    ModelRepo,
    NameSource,
    Part,
    Tensor,
    WeightFile,
)
from dara_lint.rules.architecture import (
    config_parameters,
    dtype,
    experts,
    index_total_size,
    parameter_count,
    quantization,
)
from dara_lint.rules.naming import size_word
from dara_lint.settings import Settings

LLAMA: dict[str, Any] = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "hidden_size": 4096,
    "num_hidden_layers": 32,
    "num_attention_heads": 32,
    "intermediate_size": 11008,
    "vocab_size": 32000,
    "torch_dtype": "float16",
    "tie_word_embeddings": False,
}
BILLION = 10**9


def repository(
    name: str, config: Mapping[str, Any] | None = None, *checkpoints: Checkpoint, **documents: Mapping[str, Any]
) -> ModelRepo:
    named = {"config.json": config} if config else {}
    named |= {f"{key}.json": dict(value) for key, value in documents.items()}
    part = Part("", {key: Document(key, dict(value)) for key, value in named.items()}, checkpoints)
    return ModelRepo("here", (NameSource("flag", name),), parts=(part,), files=tuple(named))


def pointer(size: int, path: str = "pytorch_model.bin") -> Checkpoint:
    return Checkpoint("", "pytorch", (WeightFile(path, "pytorch", size, pointer=LfsPointer("0" * 64, size)),))


def weights(*tensors: tuple[str, str, tuple[int, ...]], path: str = "model.safetensors") -> Checkpoint:
    made = tuple(Tensor(name, shape, kind, 0) for name, kind, shape in tensors)
    return Checkpoint("", "safetensors", (WeightFile(path, "safetensors", 1, tensors=made),))


def holding(parameters: int) -> Checkpoint:
    return weights(("model.layers.0.mlp.up_proj.weight", "BF16", (parameters // 1000, 1000)))


def severities(rule: Rule, repo: ModelRepo) -> list[Severity]:
    return [item.severity or rule.severity for item in rule.check(repo, Settings()) if isinstance(item, Hit)]


@pytest.mark.parametrize(
    ("name", "parameters", "expected"),
    [
        ("acme/bert-7b-v2", 1.1, [Severity.ERROR]),
        ("acme/llama-7b", 6.7, []),
        ("acme/llama-7b", 5.2, [Severity.NOTE]),
        ("acme/llama-7b", 4.4, [Severity.WARNING]),
        ("acme/llama-7b", 14.0, [Severity.ERROR]),
        ("acme/model-v2", 14.0, []),
        ("acme/mixtral-8x7b", 46.7, []),
        ("acme/wizardlm-2-8x22b", 140.6, []),
        ("acme/mixtral-8x7b", 7.2, [Severity.ERROR]),
        ("acme/llama-70b-draft", 0.4, []),
        ("acme/llama-7b-mmproj", 0.6, []),
        ("acme/llama-7b-projector", 70.0, [Severity.ERROR]),
    ],
)
def test_the_size_of_a_name(name: str, parameters: float, expected: list[Severity]) -> None:
    repo = repository(name, None, holding(int(parameters * BILLION)))
    assert severities(parameter_count.RULE, repo) == expected


def test_bytes_are_evidence_where_the_configuration_bears_them_out() -> None:
    size = 2 * 6_738_415_616
    assert severities(parameter_count.RULE, repository("acme/llama-7b", LLAMA, pointer(size))) == []
    assert severities(parameter_count.RULE, repository("acme/llama-13b", LLAMA, pointer(size))) == [Severity.ERROR]
    # 3.4 or 6.7 B by the dtype, which nothing says
    assert severities(parameter_count.RULE, repository("acme/llama-7b", None, pointer(size))) == []
    assert severities(parameter_count.RULE, repository("acme/llama-70b", None, pointer(size))) == [Severity.WARNING]


def test_a_configuration_alone_is_evidence_as_far_as_its_promise_is_exact() -> None:
    bounded = {key: value for key, value in LLAMA.items() if key != "architectures"}
    assert severities(parameter_count.RULE, repository("acme/llama-70b", LLAMA)) == [Severity.ERROR]
    assert severities(parameter_count.RULE, repository("acme/llama-70b", bounded)) == [Severity.WARNING]
    assert severities(parameter_count.RULE, repository("acme/llama-7b", LLAMA)) == []


def test_a_name_that_fits_the_config_is_not_held_to_bytes_that_do_not() -> None:
    size = 2 * 34 * BILLION
    assert severities(parameter_count.RULE, repository("acme/llama-7b", LLAMA, pointer(size))) == []
    assert severities(config_parameters.RULE, repository("acme/llama-7b", LLAMA, pointer(size))) == [Severity.ERROR]
    assert severities(parameter_count.RULE, repository("acme/llama-34b", LLAMA, pointer(size))) == []
    assert severities(parameter_count.RULE, repository("acme/llama-1b", LLAMA, pointer(size))) == [Severity.ERROR]


GPT2 = {"architectures": ["GPT2LMHeadModel"], "model_type": "gpt2", "vocab_size": 50257, "torch_dtype": "float32"}
QUANTISED = LLAMA | {"quantization_config": {"quant_method": "gptq", "bits": 4, "group_size": 128}}
T5 = {
    "architectures": ["T5ForConditionalGeneration"],
    "model_type": "t5",
    "d_model": 1024,
    "d_ff": 4096,
    "num_layers": 24,
    "num_heads": 16,
    "torch_dtype": "float16",
}


@pytest.mark.parametrize(
    ("config", "size", "expected"),
    [
        (LLAMA, 2 * 6_738_415_616, []),
        (LLAMA, 4 * 6_738_415_616, []),
        (LLAMA, 2 * (6_738_415_616 - 131_072_000), []),  # the head is not stored
        (LLAMA, 2 * 6_738_415_616 + 4 * 131_072_000, []),  # embedding and head in 32 bits
        (LLAMA, 2 * 13_015_864_320, [Severity.ERROR]),
        (LLAMA, 2 * 5_933_109_248, [Severity.WARNING]),  # eight key-value heads
        (LLAMA, 100_000, []),  # too small to say anything
        (GPT2, 510_401_385, []),  # causal masks of older versions
        (GPT2, 4 * 354_823_168, [Severity.ERROR]),  # gpt2-medium
        (T5, 2 * 737_668_096 + 2 * 24 * 2 * 4096 * 1024, []),  # its `wo` stays in 32 bits
        (QUANTISED, 3_900_000_000, []),
        (QUANTISED, 7_300_000_000, [Severity.ERROR]),
        (QUANTISED, 2_000_000_000, [Severity.ERROR]),
        (LLAMA | {"auto_map": {"AutoModel": "model.Own"}}, 2 * 13_015_864_320, []),
    ],
)
def test_bytes_are_held_to_the_promise(config: dict[str, Any], size: int, expected: list[Severity]) -> None:
    assert severities(config_parameters.RULE, repository("acme/nightjar", config, pointer(size))) == expected


def test_a_name_may_speak_of_one_expert() -> None:
    config = LLAMA | {"model_type": "mixtral", "num_local_experts": 8, "num_experts_per_tok": 2}
    assert severities(parameter_count.RULE, repository("acme/mixtral-7b", config, holding(46 * BILLION))) == []


def test_active_parameters_are_held_to_active_ones() -> None:
    stacked = weights(
        ("model.layers.0.mlp.experts.up_proj", "BF16", (10, 10**6, 2700)),
        ("model.layers.0.self_attn.q_proj.weight", "BF16", (10**6, 300)),
    )
    config = LLAMA | {"model_type": "qwen3_moe", "num_experts": 10, "num_experts_per_tok": 1}
    assert severities(parameter_count.RULE, repository("acme/qwen3-27b-a3b", config, stacked)) == []
    assert severities(parameter_count.RULE, repository("acme/qwen3-27b-a8b", config, stacked)) == [Severity.ERROR]


def test_the_rename_keeps_the_style_of_the_name() -> None:
    def renamed(name: str, parameters: int) -> str:
        (hit,) = parameter_count.RULE.check(repository(name, None, holding(parameters)), Settings())
        assert isinstance(hit, Hit)
        return hit.help.split(",")[0]

    assert renamed("acme/Llama-7B-Chat", 13 * BILLION) == "rename to Llama-13B-Chat"
    assert renamed("acme/llama-7b", 1_100_000_000) == "rename to llama-1.1b"
    assert renamed("acme/llama-7b", 125_000_000) == "rename to llama-125m"


@pytest.mark.parametrize(
    ("name", "config", "expected"),
    [
        ("acme/qwen1.5-moe-8x0.5b", LLAMA, [Severity.ERROR]),
        ("acme/qwen3-30b-a3b", LLAMA, [Severity.ERROR]),
        ("acme/llama-7b", LLAMA, []),
        ("acme/mixtral-8x7b", {"model_type": "mixtral"}, []),
        ("acme/own-8x7b", LLAMA | {"model_type": "own"}, []),
        ("acme/own-8x7b", LLAMA | {"moe_layer_freq": 2}, []),
        ("acme/mixtral-8x7b", LLAMA | {"model_type": "mixtral", "num_local_experts": 8}, []),
        ("acme/mixtral-8x7b", LLAMA | {"model_type": "mixtral", "num_local_experts": 4}, [Severity.ERROR]),
        (
            "acme/moe-65x2b",
            LLAMA | {"model_type": "deepseek_v2", "n_routed_experts": 64, "n_shared_experts": 1},
            [],
        ),
    ],
)
def test_experts_of_name_and_config(name: str, config: dict[str, Any], expected: list[Severity]) -> None:
    assert severities(experts.RULE, repository(name, config)) == expected


def layers(*lasts: str) -> Checkpoint:
    return weights(*((f"model.layers.{layer}.{last}", "BF16", (4, 4)) for layer in range(2) for last in lasts))


def test_experts_of_config_and_weights() -> None:
    four = layers(*(f"mlp.experts.{number}.up_proj.weight" for number in range(4)))
    dense = layers("mlp.up_proj.weight")
    mixture = LLAMA | {"model_type": "mixtral", "num_local_experts": 8}
    assert severities(experts.RULE, repository("x", mixture, four)) == [Severity.ERROR]
    assert severities(experts.RULE, repository("x", mixture | {"auto_map": {}}, four)) == [Severity.WARNING]
    assert severities(experts.RULE, repository("x", mixture | {"num_local_experts": 4}, four)) == []
    assert severities(experts.RULE, repository("x", mixture, dense)) == [Severity.WARNING]
    assert severities(experts.RULE, repository("x", mixture, layers("mlp.router.weight", "mlp.up.weight"))) == []
    assert severities(experts.RULE, repository("x", LLAMA | {"num_experts": 16}, dense)) == []
    assert severities(experts.RULE, repository("x", LLAMA, four)) == [Severity.ERROR]
    assert severities(experts.RULE, repository("x", LLAMA, dense)) == []


PLAIN = weights(("model.layers.0.mlp.up_proj.weight", "F16", (64, 64)))
GPTQ = weights(
    ("a.qweight", "I32", (8, 64)), ("a.scales", "F16", (1, 64)), ("a.qzeros", "I32", (1, 8)), ("n", "F16", (4,))
)
SAYS_GPTQ = LLAMA | {"quantization_config": {"quant_method": "gptq", "bits": 4, "group_size": 64}}


@pytest.mark.parametrize(
    ("name", "config", "checkpoint", "expected"),
    [
        ("acme/llama-int4", LLAMA, PLAIN, 1),
        ("acme/llama-gptq", LLAMA, PLAIN, 1),
        ("acme/llama-q6k", LLAMA, PLAIN, 1),
        ("acme/llama", LLAMA, PLAIN, 0),
        ("acme/llama-8bit-ct2", LLAMA, PLAIN, 0),
        ("acme/llama-bnb-4bit-merged-16bit", LLAMA, PLAIN, 0),
        ("acme/llama-qat-q4_0-unquantized", LLAMA, PLAIN, 0),
        ("acme/llama-gptq", SAYS_GPTQ, GPTQ, 0),
        ("acme/llama-gptq-int4", SAYS_GPTQ, GPTQ, 0),
        ("acme/llama-awq", SAYS_GPTQ, GPTQ, 1),
        ("acme/llama-8bit", SAYS_GPTQ, GPTQ, 1),
        ("acme/llama-gptq", SAYS_GPTQ, PLAIN, 1),
        ("acme/llama", LLAMA, GPTQ, 1),
        ("acme/llama-4bit", None, PLAIN, 1),
        ("acme/llama-q6k", LLAMA, pointer(2 * 6_738_415_616), 1),
        ("acme/llama-gptq", LLAMA, pointer(4_000_000_000, "model.bin"), 0),
    ],
)
def test_quantisation(name: str, config: dict[str, Any] | None, checkpoint: Checkpoint, expected: int) -> None:
    assert len(severities(quantization.RULE, repository(name, config, checkpoint))) == expected


def test_quantisation_that_another_file_declares() -> None:
    declared = {"bits": 4, "group_size": 64, "desc_act": False}
    repo = repository("acme/llama-gptq", LLAMA, GPTQ, quantize_config=declared)
    assert severities(quantization.RULE, repo) == []


def test_names_of_adapters_speak_of_their_base() -> None:
    adapter = pointer(1000, "adapter_model.bin")
    repo = repository("acme/llama-7b-bnb-4bit-fp16", LLAMA, adapter, adapter_config={"peft_type": "LORA"})
    assert severities(quantization.RULE, repo) == []
    assert severities(dtype.RULE, repo) == []
    assert severities(parameter_count.RULE, repo) == []


FULL = weights(("a.weight", "F32", (64, 64)))


@pytest.mark.parametrize(
    ("name", "config", "checkpoints", "expected"),
    [
        ("acme/llama-fp16", LLAMA, [PLAIN], []),
        ("acme/llama-bf16", LLAMA, [PLAIN], [Severity.WARNING]),
        ("acme/llama-fp16", None, [FULL], [Severity.WARNING]),
        ("acme/llama-fp16", None, [FULL, PLAIN], []),
        ("acme/llama-fp32-fp16", None, [FULL], []),
        ("acme/llama-fp16-gptq", None, [FULL], []),
        ("acme/llama", LLAMA, [FULL], [Severity.NOTE]),
        ("acme/llama", LLAMA, [PLAIN], []),
        ("acme/llama-fp16", LLAMA, [pointer(2 * 6_738_415_616)], []),
        ("acme/llama-fp16", LLAMA, [pointer(4 * 6_738_415_616)], [Severity.WARNING]),
        ("acme/llama-fp16", LLAMA, [pointer(3 * 6_738_415_616)], []),
        ("acme/llama-bf16", LLAMA, [], [Severity.WARNING]),
    ],
)
def test_dtypes(
    name: str, config: dict[str, Any] | None, checkpoints: list[Checkpoint], expected: list[Severity]
) -> None:
    assert severities(dtype.RULE, repository(name, config, *checkpoints)) == expected


@pytest.mark.parametrize(
    ("total", "size", "missing", "expected"),
    [
        (1000, 1000, (), []),
        (1000, 1300, (), []),
        (1_000_000, 1_030_000, (), [Severity.NOTE]),
        (1_200_000, 1_000_000, (), [Severity.NOTE]),
        (2_000_000, 1_000_000, (), [Severity.WARNING]),
        (10**400, 1_000_000, (), [Severity.WARNING]),
        (2_000_000, 1_000_000, ("b.safetensors",), []),
        (None, 1_000_000, (), []),
        (-4, 1_000_000, (), []),
    ],
)
def test_total_sizes(total: int | None, size: int, missing: tuple[str, ...], expected: list[Severity]) -> None:
    index = Index("model.safetensors.index.json", {"a": "a.safetensors"}, total_size=total)
    file = WeightFile("a.safetensors", "safetensors", size, pointer=LfsPointer("0" * 64, size))
    repo = repository("x", None, Checkpoint("", "safetensors", (file,), index, missing))
    assert severities(index_total_size.RULE, repo) == expected


@pytest.mark.parametrize(
    ("name", "model_type", "width", "depth", "expected"),
    [
        ("acme/e5-small", "xlm-roberta", 1024, 24, 1),
        ("acme/e5-small", "xlm-roberta", 384, 12, 0),
        ("acme/deberta-v3-small", "deberta-v2", 768, 6, 0),
        ("acme/bert-large", "bert", 768, 12, 1),
        ("acme/bert-base", "bert", 1024, 24, 1),
        ("acme/bert-base", "bert", 64, 2, 0),
        ("acme/distilbert-base", "distilbert", 768, 6, 0),
        ("acme/whisper-small", "whisper", 1280, 32, 1),
        ("acme/gpt2-large", "gpt2", 1280, 36, 0),
        ("acme/llama-small", "llama", 8192, 80, 0),
    ],
)
def test_size_words(name: str, model_type: str, width: int, depth: int, expected: int) -> None:
    config = {"model_type": model_type, "hidden_size": width, "num_hidden_layers": depth, "vocab_size": 1000}
    assert len(severities(size_word.RULE, repository(name, config))) == expected
