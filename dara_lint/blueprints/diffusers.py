"""Components of diffusers: their configs as blueprints read them.

The type of a component is ``diffusers.`` and its class (``_class_name``); its blueprints are in ``diffusers.bin``.
A component's constructor has no config class that checks what it is given, so a config that says what no sample of
inference said (a word, a null, a list of another length) promises nothing.
"""

from __future__ import annotations

import functools
import json
import zlib
from collections.abc import Mapping

from dara_lint import bundled
from dara_lint.blueprints.evidence import Shape
from dara_lint.blueprints.shown import told
from dara_lint.model import Json

LIBRARY = "diffusers."
HEADS = ("attention_head_dim", "num_attention_heads")
"""Keys of stages' heads, each at times holding what the other's name says."""


def component(table: Mapping[str, Json]) -> dict[str, Json] | None:
    """The config of a component with its type, or None when it is none."""
    name = table.get("_class_name")
    if not isinstance(name, str) or not name or "model_type" in table:
        return None
    whole = plain(table)
    if "block_out_channels" in whole and any(whole.get(key) is not None for key in HEADS):
        return None  # rounded widths: no published model has them
    return {**whole, "model_type": LIBRARY + name, "architectures": [name]}


def plain(table: Mapping[str, Json]) -> dict[str, Json]:
    """The config in one spelling: depths for each stage as a list, heads that shape nothing left out.

    In a model of stages attention is as wide as its stage wherever the number of heads divides that width.
    """
    out = dict(table)
    widths = table.get("block_out_channels")
    if not isinstance(widths, list) or not all(isinstance(width, int) for width in widths):
        return out
    depth = table.get("transformer_layers_per_block")
    if isinstance(depth, int) and not isinstance(depth, bool):
        out["transformer_layers_per_block"] = [depth] * len(widths)
    if not table.get("addition_embed_type") and not table.get("class_embed_type"):
        for key in ("projection_class_embeddings_input_dim", "addition_time_embed_dim"):
            out.pop(key, None)  # they say how wide an embedding is that is not there
    for key in HEADS:
        heads = table.get(key)
        each = heads if isinstance(heads, list) else [heads] * len(widths)
        if len(each) == len(widths) and all(
            isinstance(head, int) and head > 0 and isinstance(width, int) and width % head == 0
            for head, width in zip(each, widths, strict=True)
        ):
            del out[key]
    return out


def unseen(table: Mapping[str, Json]) -> str:
    """The first key that says what was never shown to inference; empty when there is none."""
    name = table.get("_class_name")
    seen = _seen().get(name, {}) if isinstance(name, str) else {}
    for key, value in plain(table).items():
        known = seen.get(key)
        if known is None or (value is None and False in known):
            continue  # a flag that is null is off
        if not told(value, known):
            return key
    return ""


_MOVED = ((".query.", ".to_q."), (".key.", ".to_k."), (".value.", ".to_v."), (".proj_attn.", ".to_out.0."))
"""Attention of an autoencoder as diffusers before 0.15 named it (``_convert_deprecated_attention_blocks``)."""


def modern(shapes: Mapping[str, Shape]) -> dict[str, Shape]:
    """Names and shapes as the newest diffusers has them: old attention projections were 1 × 1 convolutions at times."""
    out: dict[str, Shape] = {}
    for name, shape in shapes.items():
        for old, new in _MOVED:
            if old in name and ".attentions." in name:
                name = name.replace(old, new)  # noqa: PLW2901 - the name that it has now
                shape = shape[:2] if shape is not None and shape[2:] == (1, 1) else shape  # noqa: PLW2901
        out[name] = shape
    return out


@functools.cache
def _seen() -> dict[str, dict[str, frozenset[Json]]]:
    data = json.loads(zlib.decompress(bundled.read("dara_lint.blueprints", "diffusers-seen.bin")))
    return {name: {key: frozenset(values) for key, values in keys.items()} for name, keys in data.items()}
