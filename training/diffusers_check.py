"""Blueprints of diffusers held to configs of another making: published ones, and defaults with every number jittered.

    python -m training.diffusers_check STUDIED check.json [--configs 8]

Inference judges itself by configs that it drew as it drew its samples; these are drawn otherwise (``zoo.configs``, and
lists with every item its own way). What is wrong here is left out of the bundle (``diffusers_pack --doubtful``).
``mutations`` is of the bundle that is installed: pack, and check again.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dara_lint.blueprints import expect
from dara_lint.blueprints.compare import compare_shapes
from dara_lint.blueprints.compose import Kind, Library
from dara_lint.blueprints.diffusers import component, unseen
from dara_lint.blueprints.shown import exactly, told
from dara_lint.blueprints.unit import Unit
from training import diffusers_zoo, zoo
from training.build import judged
from training.diffusers_build import BLOCKS
from training.pack import records
from training.records import kind_from_json, unit_from_json
from training.sampling import Builder, Sample

PUBLISHED: dict[str, list[dict[str, Any]]] = {
    "UNet2DConditionModel": [
        {"cross_attention_dim": 768},
        {"cross_attention_dim": 1024, "use_linear_projection": True},
        {
            "addition_embed_type": "text_time", "addition_time_embed_dim": 256, "cross_attention_dim": 2048,
            "projection_class_embeddings_input_dim": 2816, "use_linear_projection": True,
            "block_out_channels": [320, 640, 1280], "transformer_layers_per_block": [1, 2, 10],
            "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
            "up_block_types": ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
        },
        {"cross_attention_dim": 768, "in_channels": 9, "time_cond_proj_dim": 256},
    ],
    "AutoencoderKL": [
        {"block_out_channels": [128, 256, 512, 512], "layers_per_block": 2},
        {
            "block_out_channels": [128, 256, 512, 512], "layers_per_block": 2, "latent_channels": 16,
            "use_quant_conv": False, "use_post_quant_conv": False,
        },
    ],
    "FluxTransformer2DModel": [{"guidance_embeds": True}],
    "SD3Transformer2DModel": [
        {"num_layers": 24, "num_attention_heads": 24, "caption_projection_dim": 1536, "pos_embed_max_size": 192},
    ],
    "UNet2DModel": [
        {
            "block_out_channels": [128, 128, 256, 256, 512, 512],
            "down_block_types": [*["DownBlock2D"] * 4, "AttnDownBlock2D", "DownBlock2D"],
            "up_block_types": ["UpBlock2D", "AttnUpBlock2D", *["UpBlock2D"] * 4],
        },
    ],
}  # fmt: skip
"""Keys of well-known published configs that differ from the defaults of the zoo."""


def configs(name: str, number: int) -> Iterator[dict[str, Any]]:
    """Configs of a class that build, none of them drawn as inference draws."""
    model_type = diffusers_zoo.LIBRARY + name
    for changes in ({}, *PUBLISHED.get(name, [])):
        yield {**zoo.defaults(model_type), **changes}
    chance = random.Random(f"check {name}")
    for raw in zoo.configs(model_type, name, number, 99):
        yield raw
        lists = {
            key: [item + chance.randrange(3) if item < 16 else item * chance.randrange(1, 4) for item in value]
            for key, value in raw.items()
            if isinstance(value, list) and value and all(type(item) is int and item > 0 for item in value)
        }
        yield {**raw, **lists}


def understood(raw: dict[str, Any], seen: dict[str, list[Any]]) -> bool:
    """Whether the package would promise anything of this config."""
    return all(told(value, frozenset(seen[key])) for key, value in raw.items() if key in seen)


def checked(record: dict[str, Any], number: int) -> dict[str, Any]:
    """How many configs were met in every tensor, and what was wrong of the first that was not."""
    model_type, name = record["type"], record["type"].removeprefix(diffusers_zoo.LIBRARY)
    kind, unit = kind_from_json(record), unit_from_json(model_type, record["units"][0])

    def kind_of(wanted: str) -> Kind | None:
        return kind if wanted == model_type else None

    def unit_of(wanted: str, class_name: str) -> Unit | None:
        return unit if (wanted, class_name) == (model_type, name) else None

    library = Library(kind_of, unit_of)
    builder = Builder(model_type, name)
    out: dict[str, Any] = {"configs": 0, "exact": 0, "not understood": 0, "wrong": []}
    for raw in configs(name, number):
        sample: Sample | None = None
        with contextlib.suppress(Exception):
            sample = builder.sample(raw)
        if sample is None:
            continue
        if not understood(raw, record["units"][0]["seen"]):
            out["not understood"] += 1
            continue
        result = judged(unit, sample, library)
        out["configs"] += 1
        out["exact"] += result["exact"]
        out["wrong"] = out["wrong"] or result["wrong"]
    return out


def mutated(record: dict[str, Any]) -> dict[str, int]:
    """Keys that shape tensors, each changed on its own beside right weights: found, and named by a cause."""
    name = record["type"].removeprefix(diffusers_zoo.LIBRARY)
    raw = zoo.small(record["type"], name)
    shapes = {key: shape for key, (shape, _) in zoo.tensors(raw, name).items()}
    right = {key: value for key, value in raw.items() if key != "model_type"} | {"_class_name": name}
    count = {"keys": 0, "found": 0, "named": 0, "right with a difference": 0}
    plain = expect(component(right) or {})
    count["right with a difference"] += plain is not None and not compare_shapes(shapes, plain).agrees
    for key in record["units"][0]["shaping"] if plain is not None else ():
        value = raw.get(key)
        if not isinstance(value, int) or (value < 1 and not isinstance(value, bool)):
            continue
        other = not value if isinstance(value, bool) else value * 2
        changed = {**right, key: other}
        promised = expect(component(changed) or {})
        count["keys"] += 1
        if promised is not None and not unseen(changed):
            found = compare_shapes(shapes, promised)
            count["found"] += not found.agrees
            count["named"] += any(key in cause.keys for cause in found.causes)
    return count


def _hold(record: dict[str, Any], folder: Path, *, lists: bool) -> None:
    """Hold the lists of a class, or all its arguments, at their usual values, and keep that in its file."""
    held = {
        key: value
        for key, value in record["defaults"].items()
        if isinstance(value, list) or not (lists or key == "model_type" or diffusers_zoo.IGNORED.search(key))
    }
    record["pinned"] = {**record.get("pinned", {}), **held}
    record["units"][0]["seen"] |= {key: [exactly(value)] for key, value in held.items()}
    diffusers_zoo.hold(record["pinned"])
    (folder / f"{record['type']}.json").write_text(json.dumps(record))


def main() -> None:
    """Check every class that inference thinks exact."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("studied", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--configs", type=int, default=8)
    options = parser.parse_args()
    diffusers_zoo.settle()
    out = {}
    for record in records(options.studied):
        unit = record["units"][0]
        if unit.get("unseen") and unit["exact"] == unit["unseen"]:
            name = record["type"].removeprefix(diffusers_zoo.LIBRARY)
            diffusers_zoo.IGNORING.blocks = name in BLOCKS
            diffusers_zoo.hold(record.get("pinned", {}))
            out[name] = checked(record, options.configs)
            for lists in (True, False):  # wrong on lists with every item its own way, wrong on other numbers
                if out[name]["exact"] < out[name]["configs"]:
                    _hold(record, options.studied, lists=lists)
                    out[name] = checked(record, options.configs)
            out[name] |= {"mutations": mutated(record)}
            print(name, json.dumps(out[name])[:300], flush=True)
    options.out.write_text(json.dumps(out))


if __name__ == "__main__":
    main()
