"""Models as sentence-transformers itself saves their modules, held to the rule, whole and with one thing changed.

python -m training.sentence_oracle sentence.json
"""

from __future__ import annotations

import argparse
import importlib
import itertools
import json
import os
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dara_lint.finding import Hit
from dara_lint.readers import repository
from dara_lint.rules.architecture.sentence_modules import check
from dara_lint.settings import Settings
from training import zoo

TYPES = "sentence_transformers.models."
MODES = ("cls", "mean", ("mean", "max"), "lasttoken")
CHAINS = (("Pooling",), ("Pooling", "Normalize"), ("Pooling", "Dense"), ("Pooling", "Dense", "Normalize"),
          ("Pooling", "Dense", "Dense", "LayerNorm"), ("Pooling", "LayerNorm", "Normalize"))  # fmt: skip


def save(folder: Path, width: int, mode: Any, chain: tuple[str, ...], chance: random.Random) -> int:
    """Save a model of these modules, and give the width that comes out."""
    modules = importlib.import_module("sentence_transformers.sentence_transformer.modules")

    (folder / "config.json").write_text(json.dumps({"model_type": "bert", "hidden_size": width}))
    listed = [{"idx": 0, "name": "0", "path": "", "type": f"{TYPES}Transformer"}]
    out = width
    for number, kind in enumerate(chain, 1):
        made: Any
        if kind == "Pooling":
            made = modules.Pooling(width, pooling_mode=mode)
            out = made.get_embedding_dimension()
        elif kind == "Dense":
            wide = chance.choice([64, 128, 512])
            made = modules.Dense(out, wide, bias=chance.random() < 0.7)
            out = wide
        else:
            made = modules.LayerNorm(out) if kind == "LayerNorm" else modules.Normalize()
        path = folder / f"{number}_{kind}"
        path.mkdir()
        made.save(str(path))
        listed.append({"idx": number, "name": str(number), "path": path.name, "type": TYPES + kind})
    (folder / "modules.json").write_text(json.dumps(listed))
    (folder / "README.md").write_text(
        f"---\n---\n# A\n\nIt maps sentences to a {out}-dimensional dense vector space.\n"
    )
    return out


def said(folder: Path) -> list[str]:
    """Messages of the rule."""
    files = sorted(os.path.relpath(Path(base) / name, folder) for base, _, names in os.walk(folder) for name in names)
    repo = repository.read(str(folder), str(folder), files)
    return [hit.message for hit in check(repo, Settings()) if isinstance(hit, Hit)]


def mutations(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """What the rule says when one number of a config is another, or the card's."""
    for path in sorted(folder.glob("**/config.json")):
        table = json.loads(path.read_text())
        for key, value in table.items():
            if isinstance(value, int) and not isinstance(value, bool):
                path.write_text(json.dumps({**table, key: value + 32}))
                yield key, said(folder)
        path.write_text(json.dumps(table))
    card = folder / "README.md"
    text = card.read_text()
    card.write_text(text.replace("to a ", "to a 1"))
    yield "card", said(folder)
    card.write_text(text)


def main() -> None:
    """Try every chain with every mode and three widths."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    zoo.pairs()
    chance = random.Random(1)
    records = []
    for width, mode, chain in itertools.product((384, 768, 1024), MODES, CHAINS):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            save(folder, width, mode, chain, chance)
            record: dict[str, Any] = {"chain": chain, "said": said(folder)}
            record["mutations"] = [[key, len(found)] for key, found in mutations(folder)]
            records.append(record)
    options.out.write_text(json.dumps(records))


if __name__ == "__main__":
    main()
