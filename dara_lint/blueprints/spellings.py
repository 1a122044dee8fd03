"""How configurations spell their fields: one list of keys per field, the surest first.

Collected from the ``attribute_map`` and the fields of 735 configuration classes of transformers 5.23, from
diffusers 0.42, from the original releases of Llama and Mistral (``params.json``) and from models that bring
their own code (ChatGLM, Qwen, Baichuan, InternLM, MPT, DBRX).
"""

from __future__ import annotations

from collections.abc import Mapping

STRONG: Mapping[str, tuple[str, ...]] = {
    "layers": ("num_hidden_layers", "n_layer", "n_layers"),
    "hidden_size": ("hidden_size", "n_embd", "d_model"),
    "heads": ("num_attention_heads", "n_head", "n_heads"),
    "kv_heads": ("num_key_value_heads", "n_kv_heads", "num_kv_heads", "multi_query_group_num", "n_head_kv"),
    "head_dim": ("head_dim", "d_kv", "kv_channels"),
    "intermediate_size": ("intermediate_size", "n_inner", "ffn_hidden_size", "d_ff"),
    "vocab_size": ("vocab_size", "n_words", "padded_vocab_size"),
    "encoder_layers": ("encoder_layers", "encoder_num_hidden_layers", "num_encoder_layers"),
    "decoder_layers": ("decoder_layers", "num_decoder_layers", "decoder_num_hidden_layers"),
    "experts": (
        "num_local_experts", "n_routed_experts", "num_experts", "moe_num_experts", "num_moe_experts",
        "n_experts", "num_routed_experts",
    ),
    "experts_per_token": (
        "num_experts_per_tok", "num_experts_per_token", "moe_k", "moe_topk", "moe_top_k", "top_k_experts",
        "experts_per_token", "num_selected_experts", "n_experts_per_tok",
    ),
    "shared_experts": ("n_shared_experts", "num_shared_experts", "num_shared_expert", "moe_num_shared_experts"),
    "expert_size": ("moe_intermediate_size", "expert_ffn_hidden_size", "moe_ffn_hidden_size"),
    "image_size": ("image_size", "img_size"),
    "patch_size": ("patch_size",),
    "context": (
        "max_position_embeddings", "n_positions", "max_sequence_length", "max_seq_len", "max_seq_length",
        "seq_length", "n_ctx", "model_max_length", "max_context_length",
    ),
}  # fmt: skip
"""Keys that mean the field wherever they stand. Where two of them disagree the claim is ambiguous."""

WEAK: Mapping[str, tuple[str, ...]] = {
    "layers": ("num_layers", "depth", "encoder_layers", "layers", "decoder_num_hidden_layers", "decoder_layers"),
    "hidden_size": ("dim", "emb_dim", "n_embed", "embed_dim", "word_embedding_dimension"),
    "heads": ("num_heads", "attention_heads", "encoder_attention_heads"),
    "intermediate_size": ("encoder_ffn_dim", "ffn_dim", "mlp_dim"),
    "vocab_size": ("n_token", "n_vocab"),
    "context": ("alibi_starting_size", "max_target_positions", "context_length"),
}
"""Keys that are asked only when no strong one is there: they mean something else in some models."""

TEXT = ("text_config", "llm_config", "language_config", "language_model_config")
"""Keys under which a composed configuration keeps its language model."""

COMPONENTS = (
    *TEXT, "decoder", "text_encoder",
    "vision_config", "vision_tower_config", "vision_encoder_config", "image_config", "audio_config",
    "audio_encoder", "speech_config", "encoder", "thinker_config", "talker_config", "backbone_config",
    "qformer_config", "projector_config", "vlm_config", "visual", "encoder_config", "decoder_config",
)  # fmt: skip
"""Every key whose object is a configuration of its own."""

EQUALS = frozenset(
    {
        "aimv2", "align", "altclip", "blip", "bridgetower", "chinese_clip", "clap", "clip", "clipseg", "clvp",
        "encoder-decoder", "flava", "groupvit", "metaclip_2", "mlcd", "musicgen", "musicgen_melody",
        "owlv2", "owlvit", "pe_audio", "siglip", "siglip2",
        "speech-encoder-decoder", "t5gemma", "t5gemma2", "vision-encoder-decoder",
        "vision-text-dual-encoder", "x_clip", "xclip",
    }
)  # fmt: skip
"""Model types whose text model is no more the model than the other tower: no field of theirs is the whole's."""

EXPERT_HOLDERS = ("ffn_config", "moe", "moe_config")
"""Objects that hold the experts' fields in DBRX and in the releases of Mistral."""

TIED = frozenset(
    {
        "albert", "bart", "bert", "big_bird", "bigbird_pegasus", "biogpt", "blenderbot", "blenderbot-small",
        "bloom", "camembert", "cohere", "cohere2", "convbert", "cpmant", "ctrl", "deberta", "deberta-v2",
        "distilbert", "electra", "ernie", "falcon", "flaubert", "funnel", "gemma", "gemma2", "gemma3",
        "gemma3_text", "gemma3n", "gemma3n_text", "gemma4", "gemma4_text", "gpt-sw3", "gpt2", "gpt_bigcode",
        "gpt_neo", "led", "lfm2", "longformer", "longt5", "m2m_100", "mamba", "marian", "mbart",
        "megatron-bert", "modernbert", "mpnet", "mpt", "openai-gpt", "opt", "paligemma", "pegasus", "roberta",
        "smollm3", "starcoder2", "trocr", "whisper", "xglm", "xlm", "xlm-roberta", "xlm-roberta-xl", "xlnet",
        "data2vec-text", "ernie4_5", "fnet", "gte", "jetmoe", "layoutlm", "minicpm3", "mra", "mvp", "nomic_bert",
        "nystromformer", "plbart", "prophetnet", "recurrent_gemma", "roberta-prelayernorm", "tapas", "vaultgemma",
        "visual_bert", "xmod", "yoso", "zamba", "zamba2",
    }
)  # fmt: skip
"""Model types that tie the head to the input embedding when ``tie_word_embeddings`` is absent."""

UNTIED = frozenset(
    {
        "apertus", "baichuan", "chatglm", "codegen", "dbrx", "deepseek_v2", "deepseek_v3", "exaone4", "fuyu",
        "glm", "glm4", "glm4_moe", "gpt_neox", "gpt_oss", "gptj", "granite", "granitemoe", "idefics", "internlm",
        "internlm2", "internlm3", "jamba", "llama", "llama4", "llama4_text", "mamba2", "mistral", "mixtral",
        "nemotron", "olmo", "olmo2", "olmo3", "olmoe", "persimmon", "phi", "phi3", "phimoe", "qwen", "qwen2",
        "qwen2_moe", "qwen2_vl", "qwen2_5_vl", "qwen3", "qwen3_moe", "qwen3_next", "qwen3_5", "qwen3_5_moe",
        "rembert", "seed_oss", "stablelm",
    }
)  # fmt: skip
"""Model types that do not. Both from the defaults of transformers 5.23; types not named are unknown."""

DTYPES: Mapping[str, str] = {
    "float64": "F64", "double": "F64", "fp64": "F64", "float32": "F32", "float": "F32", "fp32": "F32",
    "float16": "F16", "half": "F16", "fp16": "F16", "bfloat16": "BF16", "bf16": "BF16", "int8": "I8",
    "uint8": "U8", "float8_e4m3fn": "F8_E4M3", "float8_e5m2": "F8_E5M2", "float8_e4m3fnuz": "F8_E4M3FNUZ",
    "f64": "F64", "f32": "F32", "f16": "F16",
}  # fmt: skip
"""Spellings of a dtype in configurations, to those of ``dara_lint.model.BITS``."""
