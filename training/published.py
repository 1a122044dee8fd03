"""Published configs of well-known models: type, class, and the keys that differ from the type's defaults.

Facts of the models' own config.json files and papers, written down as numbers; nothing is copied.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Model(NamedTuple):
    """A model of the registry. ``off``: what the registry counts beyond the class (or less), and ``why``."""

    name: str
    kind: str
    architecture: str
    keys: Mapping[str, Any]
    off: int = 0
    why: str = ""


def _bert(hidden: int, layers: int, heads: int, vocab: int = 30522, **more: Any) -> dict[str, Any]:
    return {
        "hidden_size": hidden,
        "intermediate_size": 4 * hidden,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "vocab_size": vocab,
        **more,
    }


def _roberta(hidden: int, layers: int, heads: int, vocab: int = 50265, positions: int = 514) -> dict[str, Any]:
    return {**_bert(hidden, layers, heads, vocab), "max_position_embeddings": positions, "type_vocab_size": 1}


def _decoder(
    hidden: int, inner: int, layers: int, heads: int, shared: int, vocab: int, *, tied: bool = False, **more: Any
) -> dict[str, Any]:
    return {
        "hidden_size": hidden,
        "intermediate_size": inner,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "num_key_value_heads": shared,
        "vocab_size": vocab,
        "tie_word_embeddings": tied,
        **more,
    }


def _t5(width: int, inner: int, layers: int, heads: int, *, gated: bool, per_head: int = 64) -> dict[str, Any]:
    return {
        "d_model": width,
        "d_ff": inner,
        "num_layers": layers,
        "num_decoder_layers": layers,
        "num_heads": heads,
        "d_kv": per_head,
        "feed_forward_proj": "gated-gelu" if gated else "relu",
        "tie_word_embeddings": not gated,
        "vocab_size": 32128,
    }


def _whisper(width: int, layers: int, heads: int, vocab: int = 51865) -> dict[str, Any]:
    return {
        "d_model": width,
        "encoder_layers": layers,
        "decoder_layers": layers,
        "encoder_attention_heads": heads,
        "decoder_attention_heads": heads,
        "encoder_ffn_dim": 4 * width,
        "decoder_ffn_dim": 4 * width,
        "vocab_size": vocab,
    }


def _clip(
    text: tuple[int, int, int], vision: tuple[int, int, int], patch: int, out: int, kind: str = "clip"
) -> dict[str, Any]:
    """Width, layers, heads of both towers."""
    towers = {}
    for name, (width, layers, heads) in (("text", text), ("vision", vision)):
        towers[f"{name}_config"] = {
            "model_type": f"{kind}_{name}_model",
            "hidden_size": width,
            "intermediate_size": 4 * width,
            "num_hidden_layers": layers,
            "num_attention_heads": heads,
            "projection_dim": out,
        }
    towers["vision_config"] |= {"patch_size": patch, "image_size": 224}
    return {**towers, "projection_dim": out}


def _lora(layers: int, hidden: int, shared: int, inner: int, rank: int = 16) -> int:
    """Parameters of an adapter on the seven projections of each layer."""
    return layers * rank * (4 * hidden + 2 * (hidden + shared) + 3 * (hidden + inner))


_BERT, _XLMR, _MISTRAL = "BertModel", "XLMRobertaModel", "MistralForCausalLM"
_LLAMA, _QWEN, _QWEN3 = "LlamaForCausalLM", "Qwen2ForCausalLM", "Qwen3ForCausalLM"
_MISTRAL_7B = _decoder(4096, 14336, 32, 32, 8, 32000)
_TWO_POSITIONS = "the registry's implementation has no two spare positions"
_UNTIED = "transformers 5 ties its head, the file keeps one of its own"
_STATISTICS = "running statistics of batch normalisation are promised along"
_ADAPTED = "an adapter of rank 16 on every projection is counted along"
_DENSE = "a dense layer of sentence-transformers is counted along"

MODELS: tuple[Model, ...] = (
    Model("keras/bert_base_en_uncased", "bert", _BERT, {}),
    Model("keras/bert_base_en", "bert", _BERT, {"vocab_size": 28996}),
    Model("keras/bert_base_multi", "bert", _BERT, {"vocab_size": 119547}),
    Model("keras/bert_large_en_uncased", "bert", _BERT, _bert(1024, 24, 16)),
    Model("keras/bert_large_en", "bert", _BERT, _bert(1024, 24, 16, 28996)),
    Model("keras/bert_tiny_en_uncased", "bert", _BERT, _bert(128, 2, 2)),
    Model("sentence-transformers/all-MiniLM-L6-v2", "bert", _BERT, _bert(384, 6, 12)),
    Model("keras/paraphrase_minilm_l3_v2_en", "bert", _BERT, _bert(384, 3, 12)),
    Model("Mihaiii/gte-micro", "bert", _BERT, _bert(384, 3, 12)),
    Model("keras/bge_small_v1.5_en", "bert", _BERT, _bert(384, 12, 12)),
    Model("keras/bge_small_v1.5_zh", "bert", _BERT, _bert(512, 4, 8, 21128)),
    Model("keras/bge_base_zh", "bert", _BERT, {"vocab_size": 21128}),
    Model("keras/bge_large_zh", "bert", _BERT, _bert(1024, 24, 16, 21128)),
    Model("sentence-transformers/LaBSE", "bert", _BERT, {"vocab_size": 501153}),
    Model("facebook/contriever-msmarco", "bert", _BERT, {}),
    Model("KBLab/sentence-bert-swedish-cased", "bert", _BERT, {"vocab_size": 50325}),
    Model("sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2", "bert", _BERT, _bert(384, 12, 12, 250037)),
    Model(
        "cross-encoder/ms-marco-MiniLM-L2-v2", "bert", "BertForSequenceClassification", _bert(384, 2, 12, num_labels=1)
    ),
    Model(
        "cross-encoder/ms-marco-MiniLM-L4-v2", "bert", "BertForSequenceClassification", _bert(384, 4, 12, num_labels=1)
    ),
    Model(
        "cross-encoder/ms-marco-MiniLM-L6-v2", "bert", "BertForSequenceClassification", _bert(384, 6, 12, num_labels=1)
    ),
    Model(
        "cross-encoder/ms-marco-TinyBERT-L2-v2", "bert", "BertForSequenceClassification", _bert(128, 2, 2, num_labels=1)
    ),
    Model("naver/splade-v3", "bert", "BertForMaskedLM", {}),
    Model("FacebookAI/xlm-roberta-large", "xlm-roberta", _XLMR, _roberta(1024, 24, 16, 250002)),
    Model(
        "sentence-transformers/paraphrase-multilingual-mpnet-base-v2",
        "xlm-roberta",
        _XLMR,
        _roberta(768, 12, 12, 250002),
    ),
    Model("nlpai-lab/KURE-v1", "xlm-roberta", _XLMR, _roberta(1024, 24, 16, 250002, 8194)),
    Model("ibm-granite/granite-embedding-125m-english", "roberta", "RobertaModel", _roberta(768, 12, 12)),
    Model("ibm-granite/granite-embedding-278m-multilingual", "xlm-roberta", _XLMR, _roberta(768, 12, 12, 250002)),
    Model("sdadas/mmlw-roberta-base", "roberta", "RobertaModel", _roberta(768, 12, 12, 50001)),
    Model("bkai-foundation-models/vietnamese-bi-encoder", "roberta", "RobertaModel", _roberta(768, 12, 12, 64001, 258)),
    Model("keras/distil_bert_base_en_uncased", "distilbert", "DistilBertModel", {}),
    Model("keras/distil_bert_base_en", "distilbert", "DistilBertModel", {"vocab_size": 28996}),
    Model("keras/distil_bert_base_multi", "distilbert", "DistilBertModel", {"vocab_size": 119547}),
    Model("naver/splade_v2_distil", "distilbert", "DistilBertForMaskedLM", {}),
    Model(
        "keras/albert_base_en_uncased",
        "albert",
        "AlbertModel",
        {"hidden_size": 768, "intermediate_size": 3072, "num_attention_heads": 12},
    ),
    Model(
        "keras/albert_large_en_uncased",
        "albert",
        "AlbertModel",
        {"hidden_size": 1024, "intermediate_size": 4096, "num_attention_heads": 16},
    ),
    Model(
        "keras/albert_extra_large_en_uncased",
        "albert",
        "AlbertModel",
        {"hidden_size": 2048, "intermediate_size": 8192, "num_attention_heads": 16},
    ),
    Model(
        "keras/albert_extra_extra_large_en_uncased",
        "albert",
        "AlbertModel",
        {"hidden_size": 4096, "intermediate_size": 16384, "num_attention_heads": 64},
    ),
    Model("nomic-ai/modernbert-embed-base", "modernbert", "ModernBertModel", {}),
    Model("nomic-ai/nomic-embed-text-v1.5", "nomic_bert", "NomicBertModel", {}),
    Model("keras/gpt2_base_en_cnn_dailymail", "gpt2", "GPT2LMHeadModel", {}),
    Model("keras/gpt2_extra_large_en", "gpt2", "GPT2LMHeadModel", {"n_embd": 1600, "n_layer": 48, "n_head": 25}),
    Model(
        "keras/opt_125m_en",
        "opt",
        "OPTForCausalLM",
        {
            "hidden_size": 768,
            "ffn_dim": 3072,
            "num_hidden_layers": 12,
            "num_attention_heads": 12,
            "vocab_size": 50272,
            "word_embed_proj_dim": 768,
        },
        -2 * 768,
        _TWO_POSITIONS,
    ),
    Model(
        "keras/bloom_560m_multi",
        "bloom",
        "BloomForCausalLM",
        {"hidden_size": 1024, "n_layer": 24, "n_head": 16, "vocab_size": 250880},
    ),
    Model(
        "keras/bloom_1.1b_multi",
        "bloom",
        "BloomForCausalLM",
        {"hidden_size": 1536, "n_layer": 24, "n_head": 16, "vocab_size": 250880},
    ),
    Model(
        "keras/bloom_1.7b_multi",
        "bloom",
        "BloomForCausalLM",
        {"hidden_size": 2048, "n_layer": 24, "n_head": 16, "vocab_size": 250880},
    ),
    Model(
        "izhx/udever-bloom-3b",
        "bloom",
        "BloomModel",
        {"hidden_size": 2560, "n_layer": 30, "n_head": 32, "vocab_size": 250880},
    ),
    Model("keras/llama2_7b_en", "llama", _LLAMA, _decoder(4096, 11008, 32, 32, 32, 32000)),
    Model("keras/llama3_8b_en", "llama", _LLAMA, _decoder(4096, 14336, 32, 32, 8, 128256)),
    Model(
        "keras/llama3.2_guard_1b",
        "llama",
        _LLAMA,
        _decoder(2048, 8192, 16, 32, 8, 128256),
    ),
    Model("nvidia/llama-embed-nemotron-8b", "llama", "LlamaModel", _decoder(4096, 14336, 32, 32, 8, 128256)),
    Model("manu/sentence_croissant_alpha_v0.4", "llama", "LlamaModel", _decoder(2048, 5504, 24, 16, 16, 32000)),
    Model(
        "McGill-NLP/LLM2Vec-Sheared-LLaMA-mntp-supervised",
        "llama",
        "LlamaModel",
        _decoder(2048, 5504, 24, 16, 16, 32000),
        _lora(24, 2048, 2048, 5504),
        _ADAPTED,
    ),
    Model(
        "McGill-NLP/LLM2Vec-Llama-2-7b-chat-hf-mntp-supervised",
        "llama",
        "LlamaModel",
        _decoder(4096, 11008, 32, 32, 32, 32000),
        _lora(32, 4096, 4096, 11008),
        _ADAPTED,
    ),
    Model(
        "McGill-NLP/LLM2Vec-Mistral-7B-Instruct-v2-mntp-supervised",
        "mistral",
        "MistralModel",
        _MISTRAL_7B,
        _lora(32, 4096, 1024, 14336),
        _ADAPTED,
    ),
    Model("keras/mistral_7b_en", "mistral", _MISTRAL, _MISTRAL_7B),
    Model("keras/mistral_0.3_7b_en", "mistral", _MISTRAL, {**_MISTRAL_7B, "vocab_size": 32768}),
    Model("Linq-AI-Research/Linq-Embed-Mistral", "mistral", "MistralModel", _MISTRAL_7B),
    Model("keras/mixtral_8_7b_en", "mixtral", "MixtralForCausalLM", {**_MISTRAL_7B, "num_local_experts": 8}),
    Model(
        "keras/gemma_2b_en",
        "gemma",
        "GemmaForCausalLM",
        _decoder(2048, 16384, 18, 8, 1, 256000, tied=True, head_dim=256),
    ),
    Model(
        "keras/gemma_7b_en",
        "gemma",
        "GemmaForCausalLM",
        _decoder(3072, 24576, 28, 16, 16, 256000, tied=True, head_dim=256),
    ),
    Model(
        "keras/gemma2_instruct_2b_en",
        "gemma2",
        "Gemma2ForCausalLM",
        _decoder(2304, 9216, 26, 8, 4, 256000, tied=True, head_dim=256),
    ),
    Model(
        "keras/gemma2_9b_en",
        "gemma2",
        "Gemma2ForCausalLM",
        _decoder(3584, 14336, 42, 16, 8, 256000, tied=True, head_dim=256),
    ),
    Model(
        "keras/gemma2_27b_en",
        "gemma2",
        "Gemma2ForCausalLM",
        _decoder(4608, 36864, 46, 32, 16, 256000, tied=True, head_dim=128),
    ),
    Model(
        "keras/gemma3_instruct_270m",
        "gemma3_text",
        "Gemma3ForCausalLM",
        _decoder(640, 2048, 18, 4, 1, 262144, tied=True, head_dim=256),
    ),
    Model(
        "keras/gemma3_1b",
        "gemma3_text",
        "Gemma3ForCausalLM",
        _decoder(1152, 6912, 26, 4, 1, 262144, tied=True, head_dim=256),
    ),
    Model(
        "keras/gemma3_4b_text",
        "gemma3_text",
        "Gemma3ForCausalLM",
        _decoder(2560, 10240, 34, 8, 4, 262144, tied=True, head_dim=256),
    ),
    Model(
        "tencent/KaLM-Embedding-Gemma3-12B-2511",
        "gemma3_text",
        "Gemma3TextModel",
        _decoder(3840, 15360, 48, 16, 8, 262208, tied=True, head_dim=256),
    ),
    Model(
        "google/embeddinggemma-300m",
        "gemma3_text",
        "Gemma3TextModel",
        _decoder(768, 1152, 24, 3, 1, 262144, tied=True, head_dim=256),
        2 * 768 * 3072,
        _DENSE,
    ),
    Model("keras/phi3_mini_4k_instruct_en", "phi3", "Phi3ForCausalLM", _decoder(3072, 8192, 32, 32, 32, 32064)),
    Model("keras/qwen2.5_0.5b_en", "qwen2", _QWEN, _decoder(896, 4864, 24, 14, 2, 151936, tied=True)),
    Model("keras/qwen2.5_math_1.5b_en", "qwen2", _QWEN, _decoder(1536, 8960, 28, 12, 2, 151936, tied=True)),
    Model("keras/qwen2.5_coder_instruct_3b", "qwen2", _QWEN, _decoder(2048, 11008, 36, 16, 2, 151936, tied=True)),
    Model("keras/qwen2.5_math_instruct_7b_en", "qwen2", _QWEN, _decoder(3584, 18944, 28, 28, 4, 152064)),
    Model("keras/qwen2.5_coder_32b", "qwen2", _QWEN, _decoder(5120, 27648, 64, 40, 8, 152064)),
    Model("keras/qwen2.5_instruct_72b_en", "qwen2", _QWEN, _decoder(8192, 29568, 80, 64, 8, 152064)),
    Model(
        "keras/qwen1.5_moe_2.7b_en",
        "qwen2_moe",
        "Qwen2MoeForCausalLM",
        _decoder(
            2048,
            5632,
            24,
            16,
            16,
            151936,
            moe_intermediate_size=1408,
            shared_expert_intermediate_size=5632,
            num_experts=60,
        ),
    ),
    Model("keras/qwen3_0.6b_en", "qwen3", _QWEN3, _decoder(1024, 3072, 28, 16, 8, 151936, tied=True, head_dim=128)),
    Model("keras/qwen3_1.7b_en", "qwen3", _QWEN3, _decoder(2048, 6144, 28, 16, 8, 151936, tied=True, head_dim=128)),
    Model("keras/qwen3_4b_en", "qwen3", _QWEN3, _decoder(2560, 9728, 36, 32, 8, 151936, tied=True, head_dim=128)),
    Model("keras/qwen3_8b_en", "qwen3", _QWEN3, _decoder(4096, 12288, 36, 32, 8, 151936, head_dim=128)),
    Model(
        "keras/qwen3_embedding_0.6b_en",
        "qwen3",
        _QWEN3,
        _decoder(1024, 3072, 28, 16, 8, 151669, tied=True, head_dim=128),
    ),
    Model("Qwen/Qwen3-Embedding-4B", "qwen3", _QWEN3, _decoder(2560, 9728, 36, 32, 8, 151665, tied=True, head_dim=128)),
    Model(
        "Octen/Octen-Embedding-8B-INT8", "qwen3", "Qwen3Model", _decoder(4096, 12288, 36, 32, 8, 151665, head_dim=128)
    ),
    Model(
        "keras/qwen3_moe_30b_a3b_en",
        "qwen3_moe",
        "Qwen3MoeForCausalLM",
        _decoder(2048, 6144, 48, 32, 4, 151936, moe_intermediate_size=768, num_experts=128, head_dim=128),
    ),
    Model(
        "keras/gpt_oss_20b_en",
        "gpt_oss",
        "GptOssForCausalLM",
        _decoder(2880, 2880, 24, 64, 8, 201088, head_dim=64, num_local_experts=32),
    ),
    Model("keras/t5_small_multi", "t5", "T5ForConditionalGeneration", _t5(512, 2048, 6, 8, gated=False)),
    Model("keras/t5_base_multi", "t5", "T5ForConditionalGeneration", _t5(768, 3072, 12, 12, gated=False)),
    Model("keras/t5_large_multi", "t5", "T5ForConditionalGeneration", _t5(1024, 4096, 24, 16, gated=False)),
    Model(
        "keras/flan_small_multi",
        "t5",
        "T5ForConditionalGeneration",
        _t5(512, 1024, 8, 6, gated=True),
        32128 * 512,
        _UNTIED,
    ),
    Model(
        "google/flan-t5-base",
        "t5",
        "T5ForConditionalGeneration",
        _t5(768, 2048, 12, 12, gated=True),
        32128 * 768,
        _UNTIED,
    ),
    Model(
        "google/flan-t5-large",
        "t5",
        "T5ForConditionalGeneration",
        _t5(1024, 2816, 24, 16, gated=True),
        32128 * 1024,
        _UNTIED,
    ),
    Model(
        "sentence-transformers/gtr-t5-base",
        "t5",
        "T5EncoderModel",
        _t5(768, 3072, 12, 12, gated=False),
        768 * 768,
        _DENSE,
    ),
    Model(
        "sentence-transformers/gtr-t5-large",
        "t5",
        "T5EncoderModel",
        _t5(1024, 4096, 24, 16, gated=False),
        1024 * 768,
        _DENSE,
    ),
    Model("keras/whisper_tiny_multi", "whisper", "WhisperModel", _whisper(384, 4, 6)),
    Model("keras/whisper_base_multi", "whisper", "WhisperModel", _whisper(512, 6, 8)),
    Model("keras/whisper_small_multi", "whisper", "WhisperModel", _whisper(768, 12, 12)),
    Model("keras/whisper_medium_multi", "whisper", "WhisperModel", _whisper(1024, 24, 16)),
    Model("keras/whisper_large_multi", "whisper", "WhisperModel", _whisper(1280, 32, 20)),
    Model("openai/clip-vit-large-patch14", "clip", "CLIPModel", _clip((768, 12, 12), (1024, 24, 16), 14, 768)),
    Model("laion/CLIP-ViT-B-32-laion2B-s34B-b79K", "clip", "CLIPModel", _clip((512, 12, 8), (768, 12, 12), 32, 512)),
    Model(
        "laion/CLIP-ViT-H-14-laion2B-s32B-b79K", "clip", "CLIPModel", _clip((1024, 24, 16), (1280, 32, 16), 14, 1024)
    ),
    Model("google/siglip-base-patch16-224", "siglip", "SiglipModel", {}),
    Model("facebook/dinov2-base", "dinov2", "Dinov2Model", {"patch_size": 14, "image_size": 518}),
    Model("facebook/dinov3-vits16-pretrain-lvd1689m", "dinov3_vit", "DINOv3ViTModel", {"num_register_tokens": 4}),
    Model("facebook/vjepa2-vitl-fpc64-256", "vjepa2", "VJEPA2Model", {}),
    Model("MCG-NJU/videomae-base", "videomae", "VideoMAEModel", {}),
    Model(
        "keras/vit_base_patch16_224_imagenet", "vit", "ViTModel", {}, -768 * 768 - 768, "the registry's has no pooler"
    ),
    Model("keras/swin_tiny_patch4_window7_224", "swin", "SwinModel", {}),
    Model(
        "laion/clap-htsat-fused",
        "clap",
        "ClapModel",
        {"audio_config": {"model_type": "clap_audio_model", "enable_fusion": True}},
        -608,
        _STATISTICS,
    ),
)
