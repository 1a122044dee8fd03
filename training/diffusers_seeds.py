"""Arguments of diffusers' classes that their constructors leave open."""

from __future__ import annotations

from typing import Any

SEEDS: dict[str, dict[str, Any]] = {
    "AudioLDM2ProjectionModel": {"text_encoder_dim": 512, "text_encoder_1_dim": 1024, "langauge_model_dim": 768},
    "AsymmetricAutoencoderKL": {
        "down_block_types": ["DownEncoderBlock2D"] * 4, "up_block_types": ["UpDecoderBlock2D"] * 4,
        "down_block_out_channels": [128, 256, 512, 512], "up_block_out_channels": [192, 384, 768, 768],
        "layers_per_down_block": 2, "layers_per_up_block": 3,
    },
    "AutoencoderKLHunyuanImage": {"in_channels": 3, "out_channels": 3, "latent_channels": 64,
                                  "block_out_channels": [128, 256, 512, 512, 1024, 1024], "layers_per_block": 2,
                                  "spatial_compression_ratio": 32, "sample_size": 384},
    "ControlNetUnionModel": {
        "block_out_channels": [320, 640, 1280], "transformer_layers_per_block": [1, 2, 10],
        "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
        "cross_attention_dim": 2048, "attention_head_dim": [5, 10, 20], "use_linear_projection": True,
        "addition_embed_type": "text_time", "addition_time_embed_dim": 256,
        "projection_class_embeddings_input_dim": 2816,
    },
    "DreamLiteTransformer2DModel": {"in_channels": 320},
    "EasyAnimateTransformer3DModel": {"in_channels": 16, "out_channels": 16, "patch_size": 2},
    "HiDreamImageTransformer2DModel": {
        "patch_size": 2, "in_channels": 16, "out_channels": 16, "caption_channels": [4096, 4096],
        "axes_dims_rope": [64, 32, 32], "llama_layers": [*range(32), *[31] * 16],
    },
    "HunyuanDiT2DControlNetModel": {"sample_size": 128, "patch_size": 2, "in_channels": 4},
    "HunyuanDiT2DModel": {"sample_size": 128, "patch_size": 2, "in_channels": 4},
    "LatteTransformer3DModel": {"in_channels": 4, "out_channels": 8, "sample_size": 64, "patch_size": 2,
                                "caption_channels": 4096, "cross_attention_dim": 1152, "num_embeds_ada_norm": 1000,
                                "norm_type": "ada_norm_single", "activation_fn": "gelu-approximate",
                                "attention_bias": True, "norm_elementwise_affine": False},
    "LuminaNextDiT2DModel": {"in_channels": 4, "patch_size": 2, "hidden_size": 2304, "num_layers": 24,
                             "num_attention_heads": 32, "num_kv_heads": 8},
    "OmniGenTransformer2DModel": {
        "rope_scaling": {"type": "su", "short_factor": [1.0] * 48, "long_factor": [1.0] * 48},
    },
    "StableAudioProjectionModel": {"text_encoder_dim": 768, "conditioning_dim": 768, "min_value": 0, "max_value": 512},
    "Transformer2DModel": {"in_channels": 320, "cross_attention_dim": 768},
    "TransformerTemporalModel": {"in_channels": 320},
    "UNet2DConditionModel": {"projection_class_embeddings_input_dim": 2816, "addition_time_embed_dim": 256},
    "ControlNetModel": {"projection_class_embeddings_input_dim": 2816, "addition_time_embed_dim": 256,
                        "cross_attention_dim": 768},
    "UniDiffuserModel": {
        "sample_size": 64, "patch_size": 2, "in_channels": 4, "num_layers": 30, "num_attention_heads": 24,
        "attention_head_dim": 64, "num_text_tokens": 77, "text_dim": 64, "clip_img_dim": 512,
        "norm_type": "layer_norm", "out_channels": 4,
    },
    "UniDiffuserTextDecoder": {"prefix_inner_dim": 768, "prefix_hidden_dim": 64},
    "ZImageControlNetModel": {
        "control_layers_places": [0, 5, 10, 15, 20, 25], "control_refiner_layers_places": [0, 1], "control_in_dim": 33,
        "add_control_noise_refiner": "control_noise_refiner",
    },
}  # fmt: skip
"""Arguments that a class cannot be built without, as published models have them."""
