"""About how many parameters a configuration promises: bounds from the few fields that decide the size.

A transformer's parameters are its layers' attention (2·h·heads·width + 2·h·key-value heads·width), their
feed-forward networks (two or three tables of h × intermediate, times the experts), and vocabulary × h once or
twice (Kaplan et al. 2020, "Scaling laws for neural language models", section 2.1, with gated networks after
Shazeer 2020). The bounds are wide enough to tell sixteen from thirty-two bits, no more: the exact number is
the blueprints' business.
"""

from __future__ import annotations

from typing import NamedTuple

from dara_lint.blueprints.fields import Claims
from dara_lint.blueprints.spellings import TEXT

GATED = frozenset(
    {
        "baichuan", "chatglm", "cohere", "cohere2", "deepseek_v2", "deepseek_v3", "exaone4", "gemma", "gemma2",
        "gemma3", "gemma3_text", "gemma3n_text", "glm", "glm4", "granite", "granitemoe", "internlm", "internlm2",
        "internlm3", "llama", "mistral", "mixtral", "olmo", "olmo2", "olmo3", "phi3", "qwen2",
        "qwen2_5_vl", "qwen2_moe", "qwen2_vl", "qwen3", "qwen3_moe", "smollm3", "stablelm", "yi",
    }
)  # fmt: skip
"""Model types whose feed-forward networks have three tables."""
PLAIN = frozenset(
    {
        "bert", "bloom", "camembert", "codegen", "deberta", "deberta-v2", "distilbert", "electra", "ernie",
        "falcon", "fuyu", "gpt2", "gpt_bigcode", "gpt_neo", "gpt_neox", "gptj", "mpnet", "mpt", "opt", "persimmon",
        "phi", "roberta", "starcoder2", "xglm", "xlm-roberta", "xlm-roberta-xl",
    }
)  # fmt: skip
"""Those with two."""
HALVED = frozenset({"qwen", "molmo"})
"""Those with three tables whose ``intermediate_size`` counts two of them."""
OTHER = frozenset(
    {
        "albert", "funnel", "mamba", "mamba2", "falcon_mamba", "rwkv", "perceiver", "reformer", "jamba", "zamba",
        "zamba2", "bamba", "recurrent_gemma", "nemotron_h", "granitemoehybrid", "falcon_h1", "xlstm", "squeezebert",
        "mobilebert", "swin", "convnext", "resnet", "moonshine", "tinytimemixer", "patchtst", "patchtsmixer",
        "encoder-decoder", "vision-encoder-decoder", "speech-encoder-decoder", "gemma3n", "gemma3n_text", "nllb-moe",
        "switch_transformers", "idefics", "hrm_text", "doge", "longcat_flash", "ernie4_5_vl_moe", "llama4", "electra",
        "llama4_text", "ctrl", "luke", "csm", "bridgetower",
    }
)  # fmt: skip
"""Those that share layers, have others or more tables, or hold whole models: the formula does not fit them."""


UNIFORM = frozenset(
    {
        "deepseek_v2", "deepseek_v3", "ernie4_5_moe", "gemma4", "gemma4_text", "glm4_moe", "gpt_oss", "granitemoe",
        "minimax_m2", "mixtral", "olmoe", "phimoe", "qwen2_moe", "qwen3_moe",
    }
)  # fmt: skip
"""Mixtures with experts in every layer, or in all but the first few."""


class Bounds(NamedTuple):
    """A number of parameters is between these two, both included."""

    low: int
    high: int

    def ratio(self, number: int) -> float:
        """How many times the number is too large or too small; 1.0 when it is between."""
        if number > self.high:
            return number / self.high if self.high else float("inf")
        return self.low / number if number < self.low and number else 1.0

    def widened(self, factor: float) -> Bounds:
        """Both ends moved out by a factor."""
        return Bounds(int(self.low / factor), int(self.high * factor))


class Promise(NamedTuple):
    """What a configuration promises: all parameters, and the parts of them that names leave out."""

    total: Bounds
    language: Bounds
    experts: Bounds
    embedding: int


def expected(claims: Claims) -> Promise | None:
    """Bounds of the parameters that the claims add up to, or None when they say too little or fit no formula."""
    model_type = claims.model_type.value if claims.model_type else ""
    if claims.layers is None or claims.hidden_size is None or claims.stages or model_type in OTHER:
        return None
    if claims.vocab_size is None and not _is_vision(claims):
        return None
    if claims.model_type is None and claims.heads is None:
        return None  # Mamba's own configs say neither
    h, layers = claims.hidden_size.value, claims.layers.value
    if max(h, layers) > 1 << 24:
        return None
    embedding = min(claims.vocab_size.value, 1 << 32) * h if claims.vocab_size else 0
    attention = _attention(claims, h)
    if "backbone_config" in claims.components or any(
        inner.hidden_size and inner.hidden_size.value != h for key, inner in claims.components.items() if key in TEXT
    ):
        return None  # composed in a way that the formula does not know
    if model_type in {"gemma4", "gemma4_text"} and not claims.moe:
        return None  # its dense models have embeddings in each layer
    low, high, experts_low, experts_high = _feed_forward(claims, model_type, h)
    if claims.encoder_layers and claims.decoder_layers:
        layers, decoder = claims.encoder_layers.value, claims.decoder_layers.value
        low, high = (layers + decoder) * low, (layers + decoder) * high
        attention *= layers + 2 * decoder
    else:
        low, high, attention = layers * low, layers * high, attention * layers
    tied = claims.tied.value if claims.tied else None
    copies = (1, 1) if tied else (2, 2) if tied is False else (1, 2)
    language = Bounds(low + attention + copies[0] * embedding, high + attention + copies[1] * embedding)
    towers = _towers(claims)
    return Promise(
        Bounds(language.low, language.high + towers),
        language,
        Bounds(experts_low * layers, experts_high * layers),
        embedding,
    )


def is_certain(claims: Claims) -> bool:
    """The formula is that of the claimed model type, so that it overrules a dtype that contradicts it. What towers
    hold beside the language model, and which layers of a mixture have experts, is only bounded."""
    known = claims.model_type is not None and claims.model_type.value in GATED | PLAIN | HALVED
    return known and not claims.moe and not _towers(claims)


def _is_vision(claims: Claims) -> bool:
    return claims.image_size is not None and claims.patch_size is not None


def _attention(claims: Claims, h: int) -> int:
    """Parameters of one attention block."""
    heads = claims.heads.value if claims.heads else 1
    width = claims.head_dim.value if claims.head_dim else max(1, h // heads)
    inner = heads * width if heads > 1 or claims.head_dim else h
    kv = min(claims.kv_heads.value, heads) * width if claims.kv_heads else inner
    return 2 * h * inner + 2 * h * kv


def _feed_forward(claims: Claims, model_type: str, h: int) -> tuple[int, int, int, int]:
    """Bounds of one layer's feed-forward network, and of the routed experts in it."""
    size = claims.intermediate_size.value if claims.intermediate_size else 4 * h
    tables = {True: (3.0, 3.0)}.get(model_type in GATED, (2.0, 3.0))
    if model_type in PLAIN:
        tables = (2.0, 2.0)
    elif model_type in HALVED:
        tables = (1.5, 1.5)
    low, high = int(tables[0] * h * size), int(tables[1] * h * size)
    if not claims.moe or claims.experts is None:
        return low, high, 0, 0
    expert = claims.expert_size.value if claims.expert_size else size
    routed = 3 * h * expert * claims.experts.value
    shared = 3 * h * expert * (claims.shared_experts.value if claims.shared_experts else 0)
    # some layers may stay dense, some models keep a dense network beside the experts
    least = int((0.85 if model_type in UNIFORM else 0.2) * routed)
    return least, routed + shared + high, least, routed


def _towers(claims: Claims) -> int:
    """At most the parameters of the towers beside the language model."""
    total = 0
    for key, tower in claims.components.items():
        if key not in TEXT and tower.layers and tower.hidden_size:
            h = tower.hidden_size.value
            size = tower.intermediate_size.value if tower.intermediate_size else 4 * h
            total += tower.layers.value * (4 * h * h + 3 * h * size)
    return 2 * total
