"""Arguments of diffusers' classes that their constructors leave open."""

from __future__ import annotations

from typing import Any

SEEDS: dict[str, dict[str, Any]] = {
    "AudioLDM2ProjectionModel": {"text_encoder_dim": 512, "text_encoder_1_dim": 1024, "langauge_model_dim": 768},
    "AutoencoderKLHunyuanImage": {"in_channels": 3, "out_channels": 3, "latent_channels": 64,
                                  "block_out_channels": [128, 256, 512, 512], "layers_per_block": 2},
    "ControlNetUnionModel": {"transformer_layers_per_block": [1, 2, 10, 1], "cross_attention_dim": 2048},
    "DreamLiteTransformer2DModel": {"in_channels": 320},
    "EasyAnimateTransformer3DModel": {"in_channels": 16, "out_channels": 16},
    "HunyuanDiT2DControlNetModel": {"sample_size": 128, "patch_size": 2, "in_channels": 4},
    "HunyuanDiT2DModel": {"sample_size": 128, "patch_size": 2, "in_channels": 4},
    "LatteTransformer3DModel": {"in_channels": 4, "out_channels": 8, "sample_size": 64, "patch_size": 2,
                                "caption_channels": 4096, "cross_attention_dim": 1152, "num_embeds_ada_norm": 1000,
                                "norm_type": "ada_norm_single", "activation_fn": "gelu-approximate",
                                "attention_bias": True, "norm_elementwise_affine": False},
    "LuminaNextDiT2DModel": {"in_channels": 4, "patch_size": 2, "hidden_size": 2304, "num_layers": 24,
                             "num_attention_heads": 32, "num_kv_heads": 8},
    "StableAudioProjectionModel": {"text_encoder_dim": 768, "conditioning_dim": 768, "min_value": 0, "max_value": 512},
    "Transformer2DModel": {"in_channels": 320, "cross_attention_dim": 768},
    "TransformerTemporalModel": {"in_channels": 320},
    "UNet2DConditionModel": {"projection_class_embeddings_input_dim": 2816, "addition_time_embed_dim": 256},
    "ControlNetModel": {"projection_class_embeddings_input_dim": 2816, "addition_time_embed_dim": 256},
    "UniDiffuserTextDecoder": {"prefix_inner_dim": 768, "prefix_hidden_dim": 64},
}  # fmt: skip
"""Arguments that a class cannot be built without, as published models have them."""
