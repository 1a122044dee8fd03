"""What a config cannot be made, or its class not be built, without: the least of it, by type and by class.

Most are values that transformers' own checkpoints always set and its config classes leave at null; a few mend
defaults that contradict each other (Aya Vision's 1,152 channels over 14 heads).
"""

from __future__ import annotations

from typing import Any

_HEAD_DIM = {"head_dim": 128}
_CLIP = {"model_type": "clip_vision_model"}

_OCR_DETECTION = {
    "scale_factor_list": [1, 2, 4, 8],
    "kernel_list": [3, 2, 2],
    "intraclass_block_config": {
        "reduce_channel": [1, 1, 0],
        "return_channel": [1, 1, 0],
        "vertical_long_to_small_conv_longratio": [[7, 1], [1, 1], [3, 0]],
        "vertical_long_to_small_conv_midratio": [[5, 1], [1, 1], [2, 0]],
        "vertical_long_to_small_conv_shortratio": [[3, 1], [1, 1], [1, 0]],
        "horizontal_small_to_long_conv_longratio": [[1, 7], [1, 1], [0, 3]],
        "horizontal_small_to_long_conv_midratio": [[1, 5], [1, 1], [0, 2]],
        "horizontal_small_to_long_conv_shortratio": [[1, 3], [1, 1], [0, 1]],
        "symmetric_conv_long_longratio": [[7, 7], [1, 1], [3, 3]],
        "symmetric_conv_long_midratio": [[5, 5], [1, 1], [2, 2]],
        "symmetric_conv_long_shortratio": [[3, 3], [1, 1], [1, 1]],
    },
}
"""As PaddleOCR has it."""

SEEDS: dict[str, dict[str, Any]] = {
    "encoder-decoder": {
        "encoder": {"model_type": "bert"},
        "decoder": {"model_type": "bert", "is_decoder": True, "add_cross_attention": True},
    },
    "vision-encoder-decoder": {
        "encoder": {"model_type": "vit"},
        "decoder": {"model_type": "gpt2", "add_cross_attention": True},
    },
    "speech-encoder-decoder": {
        "encoder": {"model_type": "wav2vec2"},
        "decoder": {"model_type": "bart", "is_decoder": True},
    },
    "vision-text-dual-encoder": {"vision_config": dict(_CLIP), "text_config": {"model_type": "bert"}},
    "rag": {"question_encoder": {"model_type": "dpr"}, "generator": {"model_type": "bart"}},
    "musicgen": {
        "text_encoder": {"model_type": "t5"},
        "audio_encoder": {"model_type": "encodec"},
        "decoder": {"model_type": "musicgen_decoder"},
    },
    "musicgen_melody": {
        "text_encoder": {"model_type": "t5"},
        "audio_encoder": {"model_type": "encodec"},
        "decoder": {"model_type": "musicgen_melody_decoder"},
    },
    "timm_wrapper": {"architecture": "resnet18", "num_classes": 1000},
    "timm_backbone": {"backbone": "resnet18"},
    "autoformer": {"prediction_length": 24},
    "sapiens2": {"num_first_full_attention_layers": 2, "num_last_full_attention_layers": 1},
    "informer": {"prediction_length": 24},
    "time_series_transformer": {"prediction_length": 24},
    "aya_vision": {"vision_config": {"num_attention_heads": 16}},
    "chameleon": {"vocabulary_map": {"<image>": 8711}},
    "cohere_compass": {"text_config": {"rope_parameters": {
        "full_attention": {"rope_type": "default", "rope_theta": 10000.0},
        "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0},
    }}},
    "cohere_compass_text": {"rope_parameters": {
        "full_attention": {"rope_type": "default", "rope_theta": 10000.0},
        "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0},
    }},
    "dbrx": {"attn_config": {"rope_theta": 10000.0}},
    "dots1": {"n_routed_experts": 8, "n_shared_experts": 2},
    "emu3": {"vocabulary_map": {"<image>": 151_655, "<|extra_200|>": 151_846}},
    "esm": {"vocab_size": 33},
    "gemma4": {"text_config": {"global_head_dim": 512}},
    "gemma4_text": {"global_head_dim": 512},
    "gemma4_unified": {"text_config": {"global_head_dim": 512}},
    "gemma4_unified_text": {"global_head_dim": 512},
    "gemma4_assistant": {"text_config": {
        "hidden_size_per_layer_input": 0, "vocab_size_per_layer_input": 0, "global_head_dim": 512,
    }},
    "gemma4_unified_assistant": {"text_config": {"hidden_size_per_layer_input": 0, "global_head_dim": 512}},
    "diffusion_gemma": {"text_config": {"num_experts": 8, "top_k_experts": 2, "moe_intermediate_size": 704}},
    "deepseek_ocr2": {"text_config": {"mlp_layer_types": ["dense", "sparse", "sparse"], "num_hidden_layers": 3}},
    "granite4_vision": {"deepstack_layer_map": [[3, 1], [7, 2]]},
    "hunyuan_v1_dense": _HEAD_DIM,
    "hunyuan_v1_moe": _HEAD_DIM,
    "hunyuan_vl": {"text_config": _HEAD_DIM},
    "hunyuan_vl_text": _HEAD_DIM,
    "lfm2_moe": {"layer_types": ["conv", "full_attention", "conv"], "num_hidden_layers": 3, "num_dense_layers": 1},
    "ministral": _HEAD_DIM,
    "nemotron": _HEAD_DIM,
    "perception_lm": {"vision_config": {
        "architecture": "vit_pe_core_large_patch14_336", "num_classes": 0,
        "model_args": {"embed_dim": 1024, "img_size": [448, 448], "depth": 23, "global_pool": "",
                       "use_post_transformer_norm": False, "ref_feat_shape": [32, 32]},
    }},
    "pp_ocrv5_server_det": _OCR_DETECTION,
    "pp_ocrv6_medium_det": {"backbone_config": {"model_type": "pp_lcnet_v4", "out_features": [
        "stage1", "stage2", "stage3", "stage4",
    ]}, **_OCR_DETECTION},
    "lw_detr": {"projector_scale_factors": [2.0, 0.5]},
    "dots3_note": {"vision_config": {"pyramid_num_routed": [-1] * 25 + [*range(4, 65, 4), 64]}},
    "t5gemma2_encoder": {"text_config": {"dropout_rate": 0.0}},
    "qwen3_omni_moe": {"talker_config": {"text_config": {"shared_expert_intermediate_size": 512}}},
    "moonshine_streaming": {"num_key_value_heads": 8},
}  # fmt: skip
"""By model type."""

_UPSAMPLED = {
    "upsample_out_channels": [768, 512, 256, 128], "conv_out_channels": [64, 32, 16], "use_pixel_shuffle": True,
}  # fmt: skip

CLASS_SEEDS: dict[str, dict[str, Any]] = {
    "BeitForSemanticSegmentation": {
        "out_indices": [3, 5, 7, 11],
        "out_features": ["stage3", "stage5", "stage7", "stage11"],
    },
    "Data2VecVisionForSemanticSegmentation": {"out_indices": [3, 5, 7, 11]},
    "HieraForPreTraining": {"decoder_hidden_size": 512, "decoder_depth": 3, "decoder_num_heads": 16},
    "PerceiverForImageClassificationFourier": {"num_cross_attention_heads": 1, "num_self_attention_heads": 8},
    "PerceiverForImageClassificationConvProcessing": {
        "num_cross_attention_heads": 1,
        "num_self_attention_heads": 8,
    },
    "ReformerModelWithLMHead": {"is_decoder": True},
    "Sapiens2ForImageMatting": {"head_config": _UPSAMPLED},
    "Sapiens2ForNormalEstimation": {"head_config": _UPSAMPLED},
    "Sapiens2ForPointmapEstimation": {
        "head_config": _UPSAMPLED
        | {"scale_conv_out_channels": [1024, 512, 128], "scale_final_hidden_sizes": [512, 256]},
    },
    "Sapiens2ForPoseEstimation": {
        "head_config": {
            "upsample_out_channels": [768, 768],
            "conv_out_channels": [768, 768],
        }
    },
    "Sapiens2ForSemanticSegmentation": {
        "head_config": {
            "upsample_out_channels": [512, 256, 128, 64],
            "conv_out_channels": [64, 64],
        }
    },
    "T5GemmaEncoderModel": {"is_encoder_decoder": False},
    "Wav2Vec2BertForCTC": {"vocab_size": 32},
    "Wav2Vec2ConformerForCTC": {"vocab_size": 32},
}
"""By class name, over the type's."""

_MIXED = ["sliding_attention", "full_attention", "sliding_attention"] * 2
_GEMMA4 = {
    "num_hidden_layers": 6,
    "layer_types": _MIXED,
    "per_layer_config": None,
}
_GEMMA3N = {
    "num_hidden_layers": 6,
    "layer_types": _MIXED,
    "intermediate_size": [16384] * 6,
    "num_kv_shared_layers": 2,
    "activation_sparsity_pattern": [0.0] * 6,
}

SAMPLED: dict[str, dict[str, Any]] = {
    "falcon": {
        "hidden_size": 4096,
        "num_attention_heads": 64,
        "num_kv_heads": 8,
        "new_decoder_architecture": True,
    },
    **{
        name: {"do_stable_layer_norm": True, "adapter_attn_dim": 16}
        for name in ("wav2vec2", "hubert", "wavlm", "unispeech", "unispeech-sat")
    },
    "deberta": {"pos_att_type": ["c2p", "p2c"]},
    "deberta-v2": {"pos_att_type": ["c2p", "p2c"]},
    "gemma4_text": _GEMMA4,
    "gemma4_unified_text": _GEMMA4 | {"num_kv_shared_layers": 2},
    "gemma4_assistant": {"text_config": _GEMMA4 | {"num_kv_shared_layers": 6}},
    "gemma4_unified_assistant": {"text_config": _GEMMA4 | {"num_kv_shared_layers": 6}},
    "gemma4": {"text_config": _GEMMA4},
    "gemma4_unified": {"text_config": _GEMMA4},
    "gemma3n_text": _GEMMA3N,
    "gemma3n": {"text_config": _GEMMA3N},
    "nemotron_h": {"layers_block_type": ["linear_attention", "full_attention", "mlp", "moe"] * 2},
    "zamba": {
        "num_hidden_layers": 6,
        "layers_block_type": ["mamba", "mamba", "hybrid", "mamba", "hybrid", "mamba"],
    },
    "zamba2": {
        "num_hidden_layers": 6,
        "layers_block_type": [
            "linear_attention",
            "hybrid",
            "linear_attention",
            "hybrid",
            "linear_attention",
            "hybrid",
        ],
    },
    "granitemoehybrid": {"num_hidden_layers": 4, "layer_types": ["linear_attention", "full_attention"] * 2},
    "bamba": {"num_hidden_layers": 4, "attn_layer_indices": [1, 3]},
    "granite4_vision": {"downsample_rate": "4/8"},
    "molmo2": {
        "text_config": {"num_hidden_layers": 3},
        "vision_config": {"num_hidden_layers": 3},
        "adapter_config": {"vision_feature_layer": [2, 0]},
    },
    "nemotron": {"num_key_value_heads": 8},
    "qwen3_omni_moe": {"talker_config": {"spatial_merge_size": 2}},
    "dots3_note": {"vision_config": {"num_hidden_layers": 6, "pyramid_num_routed": [-1, 4, -1, 6, 8, 8]}},
}
"""By type: what varied configs start from where the defaults do not build, or leave little to vary (71 heads)."""
