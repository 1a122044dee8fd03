"""Adds diffusers' models and timm's architectures to the recogniser's corpus.

    python -m training.recognise_more_corpus OUT

Writes ``OUT/diffusers-VERSION/models.jsonl.gz`` and ``OUT/timm-VERSION/models.jsonl.gz`` in the format of
``recognise_corpus.py``. diffusers' classes are built with their default arguments (``diffusers_seeds`` has what some
leave open), again with fewer blocks where they have such a field, and with one flag or word changed, as
``recognise_corpus.py`` does (samples from 100 on); timm's under their own names, the type is their module
(``timm.vision_transformer``).
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import inspect
import json
import re
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

from training import diffusers_zoo, recognise_corpus, zoo
from training.diffusers_seeds import SEEDS

SECONDS = 15.0
FIELDS = ("num_layers", "num_single_layers", "layers_per_block", "n_layers")


def row(label: str, name: str, number: int, model: Any) -> dict[str, Any]:
    """A line of the corpus."""
    tensors = [[key, list(value.shape)] for key, value in model.state_dict().items() if hasattr(value, "shape")]
    return {"type": label, "class": name, "sample": number, "tensors": tensors}


def diffusers_models() -> Iterator[dict[str, Any]]:
    """Every model class of diffusers that builds without a config, at its defaults, shallower, and switched."""
    import diffusers
    from diffusers import ModelMixin
    from diffusers.models import attention_processor

    diffusers_zoo.settle()
    handed_on = re.findall(r"\bqk_norm == \"(\w+)\"", inspect.getsource(attention_processor))
    attention = {"qk_norm": tuple(handed_on)}  # which models themselves compare with nothing
    for name in sorted(dir(diffusers)):
        try:
            cls = getattr(diffusers, name)
            if not (inspect.isclass(cls) and issubclass(cls, ModelMixin) and cls is not ModelMixin):
                continue
            fields = set(inspect.signature(cls.__init__).parameters)
        except Exception:  # noqa: BLE001, S112 - a class whose dependency is missing
            continue
        seeds = SEEDS.get(name, {})
        for number, arguments in enumerate([{}, *({field: 2} for field in FIELDS if field in fields)]):
            try:
                with zoo._Alarm(SECONDS), torch.device("meta"):  # noqa: SLF001
                    yield row(name, name, number, cls(**seeds | arguments))
            except Exception as error:  # noqa: BLE001 - whatever a class raises without its config
                print(f"{name}: {type(error).__name__} {str(error)[:80]!r}", flush=True)
        with contextlib.suppress(Exception):  # no default config builds
            own = f"{diffusers_zoo.LIBRARY}{name}"
            words = attention | diffusers_zoo.string_choices(own, name)
            for each in recognise_corpus.switched(own, name, words, SECONDS):
                yield {**each, "type": name}


def timm_models() -> Iterator[dict[str, Any]]:
    """Every architecture of timm, at its default size."""
    import timm

    for name in sorted(timm.list_models(), key=lambda each: (len(each), each)):
        module = timm.models.model_entrypoint(name).__module__.rpartition(".")[2]
        try:
            with zoo._Alarm(SECONDS), torch.device("meta"):  # noqa: SLF001
                model = timm.create_model(name)
        except Exception as error:  # noqa: BLE001
            print(f"{name}: {type(error).__name__} {str(error)[:80]!r}", flush=True)
            continue
        yield row(f"timm.{module}", name, 0, model)


def main() -> None:
    """Write both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", choices=("timm", "diffusers"))
    arguments = parser.parse_args()
    zoo._prepare()  # noqa: SLF001
    start = time.time()
    for library, models in (("timm", timm_models), ("diffusers", diffusers_models)):
        if arguments.only not in (None, library):
            continue
        folder = arguments.out / f"{library}-{version(library)}"
        folder.mkdir(parents=True, exist_ok=True)
        rows = [each for each in models() if 2 <= len(each["tensors"]) <= 4000]
        with gzip.open(folder / "models.jsonl.gz", "wt") as file:
            file.writelines(json.dumps(each, separators=(",", ":")) + "\n" for each in rows)
        print(f"{time.time() - start:6.0f} s {library}: {len(rows)}", flush=True)


if __name__ == "__main__":
    main()
