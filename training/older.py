"""What older versions of transformers wrote otherwise, learnt from consistent checkpoints of theirs.

    python -m training.older CHECKPOINTS OUT.json            # adds names that a class may have or lack
    python -m training.older CHECKPOINTS OUT.json --check    # figures for training.measure

CHECKPOINTS is a folder that ``training.consistent`` made, one folder of gzipped JSON lines per version.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dara_lint.blueprints import Comparison, compare, expect
from dara_lint.blueprints.differ import coarse
from dara_lint.model import Tensor

MOST = 6000
"""Checkpoints with more tensors are left out: they show nothing that smaller ones do not."""


KNOWN = {
    "esm": {
        name: [f"unexpected {prefix}embeddings.position_embeddings.weight"]
        for prefix, names in (
            ("", ("EsmModel",)),
            ("esm.", ("EsmForMaskedLM", "EsmForSequenceClassification", "EsmForTokenClassification")),
        )
        for name in names
    }
}
"""What random configs seldom show: ESM's table of positions, which versions to 4.44 made beside rotary ones as well."""
FEW = 30
"""A class that differs in more names than this has changed too much to be tolerated name by name."""


def checkpoints(folder: Path) -> Iterator[dict[str, Any]]:
    """The lines of one version."""
    for file in sorted(folder.glob("*.gz")):
        with gzip.open(file, "rt") as lines:
            for line in lines:
                record = json.loads(line)
                if len(record["tensors"]) <= MOST and sensible(record["config"]):
                    yield record


def sensible(config: dict[str, Any]) -> bool:
    """Whether the heads divide the width, as in every config that a model was ever trained with."""
    width, heads = config.get("hidden_size"), config.get("num_attention_heads")
    return not (
        isinstance(width, int) and isinstance(heads, int) and heads and width % heads and "head_dim" not in config
    )


def compared(record: dict[str, Any]) -> Comparison | None:
    """The comparison of a checkpoint, or None when its class has no exact blueprint."""
    expectation = expect(record["config"])
    if expectation is None or not expectation.exact:
        return None
    return compare([Tensor(name, tuple(shape), dtype, 0) for name, shape, dtype in record["tensors"]], expectation)


def tolerated(comparison: Comparison) -> set[str]:
    """Kinds of difference and names, numbers masked, of this consistent checkpoint."""
    every = [*comparison.unexplained, *(each for cause in comparison.causes for each in cause.differences)]
    found = {f"{each.kind} {coarse(each.name)}" for each in every}
    return found | {f"unexpected {coarse(name)}" for name in (*comparison.strange, *comparison.strange_heads)}


def is_error(comparison: Comparison) -> bool:
    """Whether a rule would call it an error: a body tensor missing or of another shape."""
    left = any(not each.head and each.kind != "unexpected" for each in comparison.unexplained)
    return left or any(
        not cause.head and not any(key.endswith("tie_word_embeddings") for key in cause.keys)
        for cause in comparison.causes
    )


def doubted(record: dict[str, Any], comparison: Comparison) -> str:
    """What promises nothing any more: the class where its head alone differs, otherwise its type."""
    heads = [each.head for each in comparison.unexplained] + [cause.head for cause in comparison.causes]
    body = bool(comparison.strange) or not all(heads)
    return str(record["type"]) if body else f"{record['type']}/{record['class']}"


def main() -> None:
    """Learn, or check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoints", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--newest", default="5.24.0", help="the version of which nothing is learnt")
    options = parser.parse_args()
    learnt: dict[str, dict[str, set[str]]] = {
        kind: {name: set(each) for name, each in classes.items()} for kind, classes in KNOWN.items()
    }
    if options.out.exists() and not options.check:
        for kind, classes in json.loads(options.out.read_text()).items():
            learnt[kind] = {name: set(each) for name, each in classes.items()}
    figures: dict[str, dict[str, Any]] = {}
    doubtful: set[str] = set()
    for folder in sorted(each for each in options.checkpoints.iterdir() if re.fullmatch(r"\d[\d.]*", each.name)):
        count = {"checked": 0, "errors": 0, "others": 0}
        for record in checkpoints(folder):
            found = compared(record)
            if found is None:
                continue
            count["checked"] += 1
            bad = is_error(found)
            count["errors"] += bad
            count["others"] += bool(found.findings) and not bad
            if found.findings and options.check:
                doubtful.add(doubted(record, found))
                print(folder.name, record["type"], record["class"], record["sample"], sorted(tolerated(found))[:3])
            if found.findings and folder.name != options.newest:
                added = {each for each in tolerated(found) if not each.startswith("shape ")}
                learnt.setdefault(record["type"], {}).setdefault(record["class"], set()).update(added)
        figures[folder.name] = count
    names = {
        kind: {cls: sorted(each) for cls, each in classes.items() if len(each) <= FEW}
        for kind, classes in learnt.items()
    }
    checked = {"figures": figures, "doubtful": sorted(doubtful)}
    options.out.write_text(json.dumps(checked if options.check else names, indent=1))
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
