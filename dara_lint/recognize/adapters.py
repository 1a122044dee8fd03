"""Adapter keys -> the module that they adapt, and the shape of that module's weight.

The spellings are those of PEFT 0.18 (``peft/tuners``), diffusers' attention processors, and kohya's scripts, whose
keys write ``_`` for ``.`` (``lora_unet_mid_block_attentions_0_proj_in.lora_down.weight``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from dara_lint.recognize.patterns import remembered

Shape = tuple[int, ...] | None

_PART = re.compile(
    r"""(?x)(?:\.(?:
      (?P<down>lora_A|lora_down|lora\.down|lora_linear_layer\.down|hada_w\d_b|lokr_w\d_b
        |lora_embedding_B|processor\.[a-z_]*lora\.down)
    | (?P<up>lora_B|lora_up|lora\.up|lora_linear_layer\.up|hada_w\d_a|lokr_w\d_a
        |lora_embedding_A|processor\.[a-z_]*lora\.up)
    | (?P<other>ia\d_l|lokr_w\d|lokr_t\d|hada_t\d|oft_r|oft_R|oft_blocks|boft_R|boft_s
        |vera_lambda_b|vera_lambda_d|vera_A|vera_B|lora_magnitude_vector|lora_mid|dora_scale|alpha|fourierft_spectrum
        |bone|shira_weight|randlora_lambda|randlora_gamma|ln_tuning_layers|hra_u|road_theta|road_alpha|miss_block)
    ))(?:\.[\w-]+)??(?:\.weight)?$"""
)
_is_part = remembered(_PART.pattern)
_SAVED = re.compile(r"\.(?:modules_to_save|original_module)(?:\.default)?(?=\.)")
_KOHYA = re.compile(r"^lora_(?:unet|te\d?|transformer|prior|text_encoder)_?")
_ROOT = re.compile(r"^(?:base_model\.model\.|base_model\.)")


class Adapted(NamedTuple):
    """The weight of an adapted module (``model.layers.0.self_attn.q_proj.weight``) and its shape, None when
    the adapter does not tell it; ``flat`` when the key wrote ``_`` for ``.``."""

    name: str
    shape: Shape
    flat: bool = False


def is_adapter(names: Iterable[str]) -> bool:
    """Whether most of these tensor names are those of an adapter. At most the first 512 are looked at."""
    seen = found = 0
    for name in names:
        seen += 1
        found += _is_part(name)
        if seen >= 512:
            break
    return found * 2 > seen


def adapted(tensors: Mapping[str, Shape]) -> list[Adapted]:
    """The modules that an adapter's tensors adapt or replace, in the order of their first tensor."""
    sizes: dict[str, dict[str, Shape]] = {}
    for name, shape in tensors.items():
        part = _PART.search(name)
        if part is None:
            whole = _SAVED.sub("", name)
            sizes.setdefault(_ROOT.sub("", whole), {})["whole"] = shape
            continue
        module = _ROOT.sub("", name[: part.start()])
        kind = "down" if part["down"] else "up" if part["up"] else "other"
        sizes.setdefault(module + ".weight", {})[kind] = shape
    found = []
    for weight, shapes in sizes.items():
        kohya = _KOHYA.match(weight)
        name = weight[kohya.end() :] if kohya else weight
        found.append(Adapted(name, _shape(shapes), flat=kohya is not None))
    return found


def _shape(shapes: Mapping[str, Shape]) -> Shape:
    """Up [out, r] times down [r, in] gives [out, in]; convolutions carry their kernel on the way down."""
    if "whole" in shapes:
        return shapes["whole"]
    down, up = shapes.get("down"), shapes.get("up")
    if down and up and len(down) >= 2 and len(up) >= 2 and down[0] == up[1]:
        return (up[0], *down[1:])
    return None
