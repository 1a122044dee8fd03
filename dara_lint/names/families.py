"""What a size word means in a family: the width and depth that its authors published under it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from dara_lint import bundled

SCALE = ("tiny", "mini", "small", "base", "medium", "large", "xlarge", "xxlarge", "huge", "giant")
"""Size words that exclude each other. Words such as ``micro``, ``lite`` or ``plus`` say too little to compare."""

BY_PARAMETERS: Mapping[str, str] = {
    "opt": "125m, 350m, 1.3b, 2.7b, 6.7b, 13b, 30b, 66b, 175b",
    "pythia": "14m, 70m, 160m, 410m, 1b, 1.4b, 2.8b, 6.9b, 12b",
    "bloom": "560m, 1b1, 1b7, 3b, 7b1",
    "bloomz": "560m, 1b1, 1b7, 3b, 7b1",
    "gptneo": "125m, 1.3b, 2.7b",
}
"""Families that name their sizes by parameters only, and the sizes that their authors published."""


class Shape(NamedTuple):
    """Hidden size, and layers (of the encoder where there are two stacks)."""

    hidden: int
    layers: int


@cache
def sizes() -> Mapping[str, Mapping[str, tuple[Shape, ...]]]:
    """Family (the normal form of an architecture segment) → size word → the shapes published under it."""
    text = bundled.read("dara_lint.names", "families.json").decode()
    table: dict[str, str] = json.loads(text)["sizes"]
    return {family: dict(map(_word, line.split())) for family, line in table.items()}


def words_of(family: str, shape: Shape) -> tuple[str, ...]:
    """The size words under which ``family`` published that shape, smallest first."""
    return tuple(word for word, shapes in sizes().get(family, {}).items() if shape in shapes)


def _word(entry: str) -> tuple[str, tuple[Shape, ...]]:
    word, _, shapes = entry.partition("=")
    return word, tuple(Shape(*map(int, shape.split("x"))) for shape in shapes.split(","))
