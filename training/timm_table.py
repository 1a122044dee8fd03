"""The table of timm's architectures: each built on the meta device, and reduced to what its name fixes.

    python -m training.timm_table dara_lint/blueprints/timm.bin [--check]

``--check`` builds varied models of each (other classes, input channels, image sizes) and holds them to the table.
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

from dara_lint.blueprints.timm import body, known, named
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


def checked() -> dict[str, int]:
    """How many varied models were told right by their digest."""
    count = {"built": 0, "claimed": 0, "named among": 0, "alone": 0}
    for name in _library().list_models():
        mine = known(name)
        for options in OTHERS if mine else ():
            with contextlib.suppress(Exception):
                found, _ = shapes(name, **options)
                count["built"] += 1
                count["claimed"] += body(found.items(), mine.head, mine.first).digest == mine.digest if mine else 0
                like = named(found)
                count["named among"] += any(each.name == name for each in like)
                count["alone"] += len(like) == 1
    return count


def main() -> None:
    """Write the table, or hold it to varied models."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", type=Path)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    began = time.process_time()
    if options.check:
        print(json.dumps(checked()))
        return
    made = sorted(lines())
    data = zlib.compress("\n".join(made).encode(), 9)
    options.table.write_bytes(data)
    digests = len({text.split(" ")[1] for text in made})
    print(f"{len(made)} architectures, {digests} digests, {len(data):,} bytes, {time.process_time() - began:.0f} s")


if __name__ == "__main__":
    main()
