"""The table of timm's architectures: each built on the meta device, and reduced to what its name fixes.

    python -m training.timm_table dara_lint/blueprints/timm.bin
    python -m training.timm_table timm.json --check 4

``--check`` builds varied models (other classes, input channels, image sizes) and holds them to the rule.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from dara_lint.blueprints.timm import body, known
from dara_lint.finding import Hit
from dara_lint.model import Checkpoint, Document, ModelRepo, Part, Tensor, WeightFile
from dara_lint.rules.architecture.timm_architecture import check
from dara_lint.settings import Settings
from training import zoo


def _library() -> Any:
    zoo._prepare()  # noqa: SLF001 - the same preparation
    import timm

    return timm


def shapes(name: str, **options: Any) -> tuple[dict[str, tuple[int, ...]], Any]:
    """The tensors that ``timm.create_model`` makes, and the model. Raises what it raises."""
    with zoo._Alarm(60), torch.device("meta"):  # noqa: SLF001
        model = _library().create_model(name, pretrained=False, **options)
    return {key: tuple(value.shape) for key, value in model.state_dict().items()}, model


def _modules(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())


def line(name: str) -> str:
    """The table's line of one architecture. Raises what building it raises."""
    found, model = shapes(name)
    settings = model.pretrained_cfg or {}
    head, first = _modules(settings.get("classifier")), _modules(settings.get("first_conv"))
    mine = body(found.items(), head, first)
    return (
        f"{name} {mine.digest} {mine.parameters} {model.num_features} {','.join(head) or '-'} {','.join(first) or '-'}"
    )


def lines() -> Iterator[str]:
    """The lines of every architecture that builds; those that do not are printed."""
    for name in _library().list_models():
        try:
            yield line(name)
        except Exception as problem:  # noqa: BLE001 - an architecture may fail in any way
            print(f"{name}: {type(problem).__name__}: {str(problem)[:120]}", flush=True)


OTHERS: tuple[dict[str, Any], ...] = ({"num_classes": 7}, {"in_chans": 1}, {"num_classes": 0}, {"img_size": 448})


def said(name: str, found: dict[str, tuple[int, ...]], **config: Any) -> list[str]:
    """Messages of the rule on these weights under a config of that architecture."""
    tensors = tuple(Tensor(key, shape, "F32", 0, "model.safetensors") for key, shape in found.items())
    file = WeightFile("model.safetensors", "safetensors", 1, tensors=tensors)
    table = {"architecture": name, "pretrained_cfg": {}, **config}
    part = Part("", {"config.json": Document("config.json", table)}, (Checkpoint("", "safetensors", (file,)),))
    return [hit.message for hit in check(ModelRepo("", parts=(part,)), Settings()) if isinstance(hit, Hit)]


def checked(every: int) -> dict[str, Any]:
    """Varied models of each ``every``-th architecture under their own name, and under that of the next one."""
    count: dict[str, Any] = dict.fromkeys(("right", "right with a finding", "wrong", "found", "named"), 0)
    count["false"] = []
    every_name = _library().list_models()
    for at in range(0, len(every_name), every):
        name, other = every_name[at], every_name[(at + 1) % len(every_name)]
        for options in OTHERS:
            with contextlib.suppress(Exception):
                found, model = shapes(name, **options)
                count["right"] += 1
                if messages := said(name, found, num_classes=model.num_classes, num_features=model.num_features):
                    count["right with a finding"] += 1
                    count["false"].append(f"{name} {options}: {messages[0]}")
        mine, theirs = known(name), known(other)
        with contextlib.suppress(Exception):
            found, _ = shapes(name)
            if mine and theirs and mine.digest != theirs.digest:
                messages = said(other, found)
                count["wrong"] += 1
                count["found"] += bool(messages)
                count["named"] += any(f" {name}" in message.partition("weights of")[2] for message in messages)
    return count


def main() -> None:
    """Write the table, or hold it to varied models."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="the table, or with --check a file for the figures")
    parser.add_argument("--check", type=int, default=0, help="hold every n-th architecture to the bundled table")
    options = parser.parse_args()
    began = time.process_time()
    if options.check:
        options.out.write_text(json.dumps(checked(options.check)))
        return
    made = sorted(lines())
    data = zlib.compress("\n".join(made).encode(), 9)
    options.out.write_bytes(data)
    digests = len({text.split(" ")[1] for text in made})
    print(f"{len(made)} architectures, {digests} digests, {len(data):,} bytes, {time.process_time() - began:.0f} s")


if __name__ == "__main__":
    main()
