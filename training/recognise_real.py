"""Real checkpoints: which repositories calibrate, which are set aside, and how verdicts on them come out."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dara_lint import engine
from dara_lint.blueprints.fields import claims
from dara_lint.model import Checkpoint
from dara_lint.recognize.evidence import Evidence, of_checkpoint
from dara_lint.rules.held import held
from dara_lint.settings import Settings
from training.recognise_split import SEED

MISLABELLED = frozenset({"RevL-Lambda-DevRel__Stable-Diffusion-3.5-Large"})
"""Repositories whose config is not that of the weights beside it (a text encoder's beside a transformer's index)."""


@dataclass(frozen=True)
class Real:
    """A real checkpoint: repository, model type by its config ("" when it has none), facts, evidence."""

    name: str
    label: str
    checkpoint: Checkpoint
    evidence: Evidence


def read(folder: Path) -> Iterator[Real]:
    """The checkpoints with tensor names below a folder of repositories, one for each repository."""
    for path in sorted(folder.iterdir()):
        if not path.is_dir():
            continue
        try:
            repositories = engine.read([str(path)], lambda _: Settings())
        except engine.NoModelError:
            continue
        for repo in repositories:
            for each in held(repo):
                label = each.claims.model_type.value if each.claims.model_type else ""
                yield Real(path.name, label, each.checkpoint, each.evidence)
                break
            else:
                for part in repo.parts:
                    named = [one for one in part.checkpoints if one.tensor_names and one.format != "onnx"]
                    config = claims(part.config.table) if part.config else None
                    if named:
                        label = config.model_type.value if config and config.model_type else ""
                        yield Real(path.name, label, named[0], of_checkpoint(named[0]))
                        break


def halves(found: list[Real]) -> tuple[list[Real], list[Real]]:
    """To calibrate on, and set aside: the names are shuffled with a seed before anything is looked at."""
    names = sorted({each.name for each in found})
    random.Random(SEED).shuffle(names)
    first = set(names[: len(names) // 2])
    return [each for each in found if each.name in first], [each for each in found if each.name not in first]
