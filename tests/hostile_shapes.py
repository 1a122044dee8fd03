"""Honest documents of every kind, for the fuzzer to change: what hubs hold, rebuilt by hand."""

from __future__ import annotations

from typing import Any

QUANTIZED: tuple[dict[str, Any], ...] = (
    {"quant_method": "gptq", "bits": 4, "group_size": 128, "desc_act": False, "sym": True},
    {"quant_method": "awq", "bits": 4, "group_size": 128, "version": "gemm", "zero_point": True},
    {"quant_method": "bitsandbytes", "load_in_4bit": True, "bnb_4bit_quant_type": "nf4", "load_in_8bit": False},
    {"quant_method": "fp8", "weight_block_size": [128, 128], "activation_scheme": "dynamic"},
    {
        "quant_method": "compressed-tensors",
        "format": "pack-quantized",
        "config_groups": {
            "group_0": {"targets": ["Linear"], "weights": {"num_bits": 4, "type": "int", "group_size": 32}}
        },
    },
    {"quant_method": "mxfp4", "modules_to_not_convert": ["model.layers.*.self_attn"]},
    {"group_size": 64, "bits": 4, "mode": "affine"},
)
ADAPTER: dict[str, Any] = {
    "peft_type": "LORA",
    "r": 8,
    "lora_alpha": 16,
    "base_model_name_or_path": "meta-llama/Llama-2-7b-hf",
    "target_modules": ["q_proj", "v_proj"],
    "task_type": "CAUSAL_LM",
    "rank_pattern": {},
    "modules_to_save": None,
}
PIPELINE: dict[str, Any] = {
    "_class_name": "StableDiffusionPipeline",
    "_diffusers_version": "0.20.0",
    "unet": ["diffusers", "UNet2DConditionModel"],
    "text_encoder": ["transformers", "CLIPTextModel"],
    "vae": ["diffusers", "AutoencoderKL"],
    "safety_checker": [None, None],
}
COMPOSED: dict[str, Any] = {
    "model_type": "llava",
    "architectures": ["LlavaForConditionalGeneration"],
    "torch_dtype": "float16",
    "image_token_index": 32000,
    "text_config": {
        "model_type": "llama",
        "hidden_size": 4096,
        "num_hidden_layers": 32,
        "vocab_size": 32064,
        "num_attention_heads": 32,
        "intermediate_size": 11008,
        "max_position_embeddings": 4096,
        "rope_scaling": {"type": "linear", "factor": 2.0},
    },
    "vision_config": {
        "model_type": "clip_vision_model",
        "hidden_size": 1024,
        "image_size": 336,
        "patch_size": 14,
        "num_hidden_layers": 24,
        "num_attention_heads": 16,
        "intermediate_size": 4096,
    },
}
FRONT: dict[str, Any] = {
    "license": "apache-2.0",
    "language": ["en", "de"],
    "tags": ["gguf", "text-generation"],
    "pipeline_tag": "text-generation",
    "base_model": ["meta-llama/Llama-2-7b-hf"],
    "base_model_relation": "quantized",
    "library_name": "transformers",
    "datasets": ["squad", "glue"],
    "metrics": ["accuracy"],
    "model_name": "Llama 2",
    "model-index": [
        {
            "name": "x-7b",
            "results": [
                {
                    "task": {"type": "text-generation"},
                    "dataset": {"name": "a", "type": "b"},
                    "metrics": [{"type": "accuracy", "value": 0.5}],
                }
            ],
        }
    ],
}
BODY = """# Llama 2 7B chat

A 7B model with 32 layers, context 4096.

| a | b |
|---|---|
| 7B | 1 |

```python
x
```
"""
STATE: dict[str, Any] = {f"model.layers.{n}.self_attn.q_proj.weight": [64, 64] for n in range(4)}
NAMES = (
    "acme/llama-2-7b-chat-hf",
    "bert-base-uncased",
    "Mixtral-8x7B-Instruct-v0.1-GPTQ",
    "Qwen3-30B-A3B-2507",
    "whisper-large-v3",
    "vit-base-patch16-224",
    "gemma-3n-E2B-it",
    "llama-3.1-8b-instruct-lora",
    "phi-3-mini-4k",
    "x-q4_k_m.gguf",
    "clip-vit-b-32",
)
