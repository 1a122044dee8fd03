"""Exact parameter counts of a registry of names, held to what the published configs of those models promise.

    python -m training.counts name_registry.jsonl OUT.json

Each model stands with its type, the class that was counted, and the keys in which its published config.json differs
from the defaults of that type. Where the registry counts something else than the class has, ``off`` says by how
much, exactly, and ``why``.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from dara_lint.blueprints import expect
from training.published import MODELS, Model


class Held(NamedTuple):
    """A model, its count in the registry, and what its config promises (None: no exact blueprint)."""

    model: Model
    counted: int
    promised: int | None

    @property
    def met(self) -> bool:
        """Whether the promise is the count, or differs by exactly what is explained."""
        return self.promised is not None and self.promised + self.model.off == self.counted


def counts(registry: Path) -> Mapping[str, int]:
    """Name → exact number of parameters."""
    rows = (json.loads(line) for line in registry.read_text("utf-8").splitlines() if line)
    return {row["name"]: row["params"] for row in rows if "params" in row}


def held(registry: Path) -> Iterator[Held]:
    """Every model whose config is known, with its count."""
    known = counts(registry)
    for model in MODELS:
        expectation = expect({"model_type": model.kind, "architectures": [model.architecture], **model.keys})
        exact = expectation is not None and expectation.exact
        yield Held(model, known[model.name], expectation.parameters if expectation and exact else None)


def figures(found: list[Held]) -> dict[str, str]:
    """The figures for the docs."""
    promised = [each for each in found if each.promised is not None]
    same = [each for each in promised if each.promised == each.counted]
    explained = [each for each in promised if each.met and each.model.off]
    left = [each for each in promised if not each.met]
    return {
        "registry models whose published config is known": f"{len(found)}",
        "of which the class has an exact blueprint": f"{len(promised)}",
        "promised exactly what the registry counts": f"{len(same)} of {len(promised)}",
        "differ by exactly what is explained": ", ".join(f"{each.model.name} ({each.model.why})" for each in explained)
        or "none",
        "differ otherwise": ", ".join(f"{each.model.name} ({each.promised:,} for {each.counted:,})" for each in left)
        or "none",
    }


def main() -> None:
    """Hold every model and write what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("registry", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    found = list(held(options.registry))
    lines: list[dict[str, Any]] = [
        {"name": each.model.name, "counted": each.counted, "promised": each.promised, "met": each.met} for each in found
    ]
    options.out.write_text(json.dumps({"figures": figures(found), "lines": lines}, indent=1))
    print(json.dumps(figures(found), indent=1))


if __name__ == "__main__":
    main()
