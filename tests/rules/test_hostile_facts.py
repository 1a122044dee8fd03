"""Any facts, however absurd, go through the rules on sizes without an exception."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from dara_lint.model import (
    Card,
    Checkpoint,
    Document,
    Graph,
    Index,
    LfsPointer,
    ModelRepo,
    NameSource,
    Node,
    Part,
    Tensor,
    WeightFile,
)
from dara_lint.rules.architecture import (
    card_parameters,
    dtype,
    experts,
    index_total_size,
    parameter_count,
    quantization,
)
from dara_lint.rules.naming import size_word
from dara_lint.settings import Settings

RULES = (parameter_count, card_parameters, experts, quantization, dtype, index_total_size, size_word)
HUGE = 10**40

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-HUGE, 10**400)
    | st.floats()
    | st.sampled_from(["mixtral", "llama", "gptq", "bitsandbytes", "float16", "U", ""])
)
inner_keys = st.sampled_from(
    ["bits", "group_size", "quant_method", "hidden_size", "load_in_4bit", "weights", "num_bits", "factor"]
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(inner_keys, inner, max_size=4), max_leaves=6
)
keys = st.sampled_from(
    ["model_type", "hidden_size", "num_hidden_layers", "vocab_size", "num_attention_heads", "num_local_experts",
     "num_experts_per_tok", "quantization_config", "quantization", "torch_dtype", "text_config", "vision_config",
     "tie_word_embeddings", "intermediate_size", "unet", "image_size", "patch_size"]
)  # fmt: skip
tensors = st.builds(
    Tensor,
    st.sampled_from(
        ["model.layers.0.mlp.experts.0.up.weight", "a.qweight", "a.scales", "a.qzeros", "lm_head.weight", "a.weight",
         "model.embed_tokens.weight", "x", "a.weight.absmax", "blk.0.ffn_up_exps.weight", "a.W_q", "a.scale"]
    ),
    st.lists(st.integers(0, HUGE) | st.integers(1, 64), max_size=4).map(tuple),
    st.sampled_from(["F16", "F32", "U8", "I32", "U32", "Q4_K", "F8_E4M3", "WEIRD", ""]),
    st.integers(0, HUGE),
    st.just("m"),
)  # fmt: skip
formats = st.sampled_from(["safetensors", "pytorch", "gguf", "onnx", "h5"])
graph = Graph(nodes=(Node("MatMulNBits", "", "", ("a", "x"), ("y",), {"K": 10**50, "N": 2**70}),))
files = st.builds(
    WeightFile,
    st.sampled_from(["model.safetensors", "adapter_model.bin", "m.Q4_K_M.gguf", "model.onnx", "pytorch_model.bin"]),
    formats,
    st.integers(0, HUGE),
    st.none() | st.builds(LfsPointer, st.just("0"), st.integers(0, HUGE)),
    st.none() | st.lists(tensors, max_size=6).map(tuple),
    st.dictionaries(st.sampled_from(["general.architecture", "llama.expert_used_count"]), values, max_size=2),
    st.none() | st.just(graph),
)
indexes = st.none() | st.builds(
    Index,
    st.just("model.safetensors.index.json"),
    st.dictionaries(st.sampled_from(["a.qweight", "a.weight", "model.layers.3.x"]), st.just("s"), max_size=3),
    st.none() | st.integers(-(10**400), 10**400),
)
checkpoints = st.builds(
    Checkpoint,
    st.just(""),
    formats,
    st.lists(files, min_size=1, max_size=2).map(tuple),
    indexes,
    st.sampled_from([(), ("z",)]),
    st.sampled_from(["", "fp16"]),
)
documents = st.builds(Document, st.just("config.json"), st.dictionaries(keys, values, max_size=10) | values)
parts = st.builds(
    Part,
    st.sampled_from(["", "unet"]),
    st.dictionaries(
        st.sampled_from(["config.json", "adapter_config.json", "quantize_config.json", "model_index.json"]),
        documents,
        max_size=3,
    ),
    st.lists(checkpoints, max_size=3).map(tuple),
)
lines = st.sampled_from(["| Parameters | 7B |", "Parameters: 1.1B", "**Model size**: 99999T", "```", "Params: 0M"])
cards = st.none() | st.lists(lines | st.text(max_size=40), max_size=5).map(
    lambda chosen: Card("README.md", lines=tuple(chosen))
)
names = st.text(max_size=20) | st.sampled_from(
    ["acme/llama-7b-gptq", "acme/mixtral-8x7b-fp16", "acme/qwen-30b-a3b-4bit", "a/e5-small", "a/b-q4_k_m", "::error"]
)


@given(names, st.lists(parts, max_size=2), cards)
@settings(deadline=None, max_examples=200)
def test_absurd_facts_break_no_rule(name: str, chosen: list[Part], card: Card | None) -> None:
    repo = ModelRepo("x", (NameSource("flag", name),), card, tuple(chosen), ("config.json",))
    for module in RULES:
        for item in module.check(repo, Settings()):
            assert item
