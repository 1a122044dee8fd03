"""Configs of diffusers' components as blueprints read them."""

from __future__ import annotations

import pytest

from dara_lint.blueprints import expect
from dara_lint.blueprints.diffusers import component, modern, plain, unseen
from dara_lint.model import Json

STAGES = ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"]
SDXL: dict[str, Json] = {
    "_class_name": "UNet2DConditionModel",
    "_diffusers_version": "0.19.0",
    "addition_embed_type": "text_time",
    "addition_time_embed_dim": 256,
    "attention_head_dim": [5, 10, 20],
    "block_out_channels": [320, 640, 1280],
    "cross_attention_dim": 2048,
    "down_block_types": [*STAGES],
    "projection_class_embeddings_input_dim": 2816,
    "sample_size": 128,
    "transformer_layers_per_block": [1, 2, 10],
    "up_block_types": ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
    "upcast_attention": None,
    "use_linear_projection": True,
}


def _parameters(config: dict[str, Json]) -> int | None:
    whole = component(config)
    expectation = expect(whole) if whole is not None and not unseen(config) else None
    return expectation.parameters if expectation else None


def test_published_unets_are_met_to_the_parameter() -> None:
    assert _parameters(SDXL) == 2_567_463_684
    first: dict[str, Json] = {
        "_class_name": "UNet2DConditionModel", "attention_head_dim": 8, "block_out_channels": [320, 640, 1280, 1280],
        "cross_attention_dim": 768, "sample_size": 64,
        "down_block_types": ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"],
        "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"],
    }  # fmt: skip
    assert _parameters(first) == 859_520_964
    assert (
        _parameters({**first, "addition_embed_type": None, "projection_class_embeddings_input_dim": None}) is not None
    )


def test_a_published_autoencoder_and_a_transformer() -> None:
    vae: dict[str, Json] = {
        "_class_name": "AutoencoderKL", "block_out_channels": [128, 256, 512, 512], "layers_per_block": 2,
        "down_block_types": [*["DownEncoderBlock2D"] * 4], "up_block_types": [*["UpDecoderBlock2D"] * 4],
    }  # fmt: skip
    assert _parameters(vae) == 83_653_863
    flux: dict[str, Json] = {
        "_class_name": "FluxTransformer2DModel",
        "guidance_embeds": True,
        "axes_dims_rope": [16, 56, 56],
    }
    assert _parameters(flux) == 11_901_408_320


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("down_block_types", ["AttnDownBlock2D", *STAGES[1:]]),
        ("class_embed_type", "projection"),
        ("attention_head_dim", 7),
        ("block_out_channels", [320] * 12),
    ],
)
def test_what_was_never_shown_promises_nothing(key: str, value: Json) -> None:
    assert _parameters({**SDXL, key: value}) is None


def test_an_adapter_reads_squares_of_its_downscale_factor() -> None:
    adapter: dict[str, Json] = {"_class_name": "T2IAdapter", "adapter_type": "full_adapter_xl", "downscale_factor": 16}
    expectation = expect(component(adapter) or {})
    assert expectation is not None
    assert {each.name: each.shape for each in expectation.tensors}["adapter.conv_in.weight"] == (320, 768, 3, 3)


def test_a_key_that_was_not_varied_has_its_usual_value() -> None:
    pixart: dict[str, Json] = {"_class_name": "PixArtTransformer2DModel", "use_additional_conditions": None}
    assert _parameters({**pixart, "sample_size": 128}) is not None
    assert _parameters({**pixart, "sample_size": 64}) is None  # a null condition is on at 128 alone


def test_what_is_no_component() -> None:
    assert component({"_class_name": ["UNet2DConditionModel"]}) is None
    assert component({"model_type": "bert", "_class_name": "A"}) is None
    assert _parameters({"_class_name": "StableDiffusionPipeline"}) is None


def test_heads_that_divide_the_widths_shape_nothing() -> None:
    assert "attention_head_dim" not in plain({"block_out_channels": [320, 640], "attention_head_dim": 8})
    assert "attention_head_dim" not in plain({"block_out_channels": [320, 640], "attention_head_dim": [5, 10]})
    assert "attention_head_dim" in plain({"block_out_channels": [320, 640], "attention_head_dim": [5]})
    assert plain({"attention_head_dim": 8}) == {"attention_head_dim": 8}


def test_old_names_of_attention() -> None:
    old = {
        "encoder.mid_block.attentions.0.query.weight": (64, 64, 1, 1),
        "encoder.mid_block.attentions.0.proj_attn.bias": (64,),
        "text.query.weight": (2, 2),
    }
    assert modern(old) == {
        "encoder.mid_block.attentions.0.to_q.weight": (64, 64),
        "encoder.mid_block.attentions.0.to_out.0.bias": (64,),
        "text.query.weight": (2, 2),
    }
