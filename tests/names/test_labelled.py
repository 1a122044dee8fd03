"""The reader on names that were labelled by hand before it read them; what it reached is held."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dara_lint.names import Element, Name, parse

LETTERS = {
    Element.architecture: "A", Element.size: "S", Element.parameters: "S", Element.dataset: "D",
    Element.characteristic: "C", Element.version: "V", Element.reuse: "F", Element.language: "L", Element.task: "T",
    Element.training: "R", Element.layers: "N", Element.heads: "H",
}  # fmt: skip
"""The data's letters: P is folded into S; format, organisation and other are left out."""


def said(name: Name) -> frozenset[str]:
    return frozenset(LETTERS[segment.element] for segment in name.segments if segment.element in LETTERS)


@pytest.mark.parametrize(
    ("stem", "count", "f1", "exact"),
    [("labelled", 300, 0.95, 0.80), ("labelled_after", 120, 0.93, 0.70), ("labelled_snapshots", 150, 0.92, 0.77)],
)
def test_labels(stem: str, count: int, f1: float, exact: float) -> None:
    lines = (Path(__file__).parent / f"{stem}.jsonl").read_text(encoding="utf-8").splitlines()
    pairs = []
    for line in lines:
        row = json.loads(line)
        true = frozenset("S" if letter == "P" else letter for letter in row["elements"]) - set("WMO")
        pairs.append((said(parse(row["name"])), true))
    assert len(pairs) == count
    hits = sum(len(ours & true) for ours, true in pairs)
    assert 2 * hits / sum(len(ours) + len(true) for ours, true in pairs) >= f1
    assert sum(ours == true for ours, true in pairs) / count >= exact
