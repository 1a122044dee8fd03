"""Infer the blueprints of diffusers' models, one JSON file per class; a class that is there already is skipped.

    python -m training.diffusers_build OUT [--classes UNet2DConditionModel,AutoencoderKL] [--seconds 40]
    python -m training.pack OUT dara_lint/blueprints/diffusers.bin --origin "diffusers 0.42.1"

The search is that of ``training.build``; ``training.diffusers_zoo`` makes the samples.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from dara_lint.blueprints.shown import exactly, shown
from training import build, diffusers_pins, diffusers_zoo, zoo
from training.build import Workshop, study_type
from training.sampling import Sample, Samples

Study = Callable[..., tuple[dict[str, Any], Samples]]

FIRST = (
    "AutoencoderKL", "FluxTransformer2DModel", "SD3Transformer2DModel", "PixArtTransformer2DModel",
    "DiTTransformer2DModel", "AutoencoderTiny", "CogVideoXTransformer3DModel", "WanTransformer3DModel",
    "QwenImageTransformer2DModel", "LTXVideoTransformer3DModel", "HunyuanVideoTransformer3DModel", "PriorTransformer",
    "SanaTransformer2DModel", "AuraFlowTransformer2DModel", "Lumina2Transformer2DModel", "ChromaTransformer2DModel",
    "FluxControlNetModel", "SD3ControlNetModel", "AutoencoderKLWan", "AutoencoderKLQwenImage", "AutoencoderDC",
    "AutoencoderKLLTXVideo", "AutoencoderKLCogVideoX", "VQModel", "MotionAdapter", "T2IAdapter", "StableCascadeUNet",
    "AutoencoderKLTemporalDecoder", "HunyuanDiT2DModel", "LatteTransformer3DModel", "AllegroTransformer3DModel",
    "MochiTransformer3DModel", "CogView4Transformer2DModel", "HiDreamImageTransformer2DModel",
)  # fmt: skip
"""The classes of the most used repositories, studied before the others."""
BLOCKS = frozenset({"UNet2DConditionModel", "UNet2DModel", "ControlNetModel", "UNet3DConditionModel"})
"""Classes of many kinds of blocks, which take three times as long."""


def main() -> None:
    """Study the classes that OUT lacks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--classes", default="")
    parser.add_argument("--seconds", type=float, default=40.0, help="processor time per class")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    diffusers_zoo.settle()
    every = [name for _, name in zoo.pairs()]
    studies: list[Samples] = []
    build.study = _shown(build.study, studies)
    chosen = options.classes.split(",") if options.classes else sorted(every, key=_place)
    workshop = Workshop(options.out)
    for name in chosen:
        model_type = diffusers_zoo.LIBRARY + name
        if workshop.load(model_type):
            continue
        began = time.perf_counter()
        diffusers_zoo.IGNORING.blocks = name in BLOCKS
        seconds = options.seconds * (3 if name in BLOCKS else 1)
        record = _studied(model_type, workshop, seconds, studies)
        (options.out / f"{model_type}.json").write_text(json.dumps(record))
        unit = record["units"][0]
        said = unit.get("unbuilt") or f"{unit['exact']}/{unit['unseen']} {'; '.join(unit['failures'][:3])}"
        held = f" holding {', '.join(record['pinned'])}" if record["pinned"] else ""
        print(f"{name:40} {said}{held} {time.perf_counter() - began:6.1f} s", flush=True)


def _studied(model_type: str, workshop: Workshop, seconds: float, studies: list[Samples]) -> dict[str, Any]:
    """The record of a class: with nothing held, and while it is not exact with more and more arguments held."""
    held: dict[str, Any] = {}
    record: dict[str, Any] = {}
    for turn in range(diffusers_pins.ROUNDS + 1):
        diffusers_zoo.hold(held)
        studies.clear()
        workshop.forget(model_type)
        record = study_type(model_type, workshop, seconds) | {"pinned": held}
        unit = record["units"][0]
        if "unbuilt" in unit or unit["exact"] == unit["unseen"] > 0 or turn == diffusers_pins.ROUNDS:
            break
        held = diffusers_pins.pins(unit, studies[-1], held, turn)
    diffusers_zoo.hold({})
    return record


def _shown(study: Study, studies: list[Samples]) -> Study:
    """``study`` that also notes which words, flags and lengths its samples showed of each field (``seen``)."""

    def noting(*args: Any) -> tuple[dict[str, Any], Samples]:
        record, samples = study(*args)
        record["seen"] = seen(samples.training) | {key: [exactly(value)] for key, value in diffusers_zoo.HELD.items()}
        studies.append(samples)
        return record, samples

    return noting


def seen(samples: Sequence[Sample]) -> dict[str, list[Any]]:
    """Field → what was shown of it: words, flags and nulls as they are, ``number``, and the lengths of lists.

    A config with anything else asks what the blueprint was never shown.
    """
    found: dict[str, dict[Any, None]] = {}
    for sample in samples:
        for key, value in sample.raw.items():
            found.setdefault(key, {}).update(dict.fromkeys(shown(value)))
    return {key: list(values) for key, values in found.items() if key != "model_type"}


def _place(name: str) -> int:
    """The most used first, what is built of blocks by name last: it takes longest."""
    return FIRST.index(name) if name in FIRST else len(FIRST) + (name in BLOCKS or "UNet" in name)


if __name__ == "__main__":
    main()
