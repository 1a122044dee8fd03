"""Which families' exports have operators like those of an ONNX graph: for graphs whose names say nothing.

``bundled/operators.zz`` holds the runs of operators of small exports of each family (``training/recognise_onnx.py``).
"""

from __future__ import annotations

import json
import math
import zlib
from collections import defaultdict
from collections.abc import Collection, Sequence
from functools import cache
from typing import NamedTuple

from dara_lint import bundled
from dara_lint.model import Checkpoint
from dara_lint.recognize.operators import operators, runs

LEAST = 24
"""Operators below which a graph tells too little: a model of one layer has more."""
UNKNOWN = 1.0
"""The weight of a run that no known family has: heads and poolings of any kind stand behind a model."""
ALIKE = 0.8
"""The likeness from which a graph counts as an export of a family: of 521 exports all but 18 are nearer to one
of their own by the other exporter, real graphs of other architectures reach .67 at most (``docs/recogniser.md``)."""
EQUAL = 0.03
"""Families whose likeness differs by less are one set."""
FAR = 0.5
"""The likeness below which a graph that is an export of others is none of a family: no export of a family, by whichever
exporter, was less like an export of its own by another."""


class Alike(NamedTuple):
    """A family and how like its nearest export is, from 0 to 1 (the same runs)."""

    label: str
    likeness: float


class Table:
    """Exports by family, each as the runs of its operators."""

    def __init__(self, exports: Sequence[tuple[str, Collection[str]]]) -> None:
        self._exports = exports
        families: dict[str, set[str]] = defaultdict(set)
        for label, own in exports:
            for run in own:
                families[run].add(label)
        total = len({label for label, _ in exports})
        self._weights = {run: math.log1p(total / len(labels)) for run, labels in families.items()}
        self._having: dict[str, list[int]] = defaultdict(list)
        for number, (_, own) in enumerate(exports):
            for run in own:
                self._having[run].append(number)
        self._lengths = [self._length(own) for _, own in exports]

    def _length(self, own: Collection[str]) -> float:
        return math.sqrt(sum(self._weights.get(run, UNKNOWN) for run in own))

    def alike(self, said: Sequence[str]) -> list[Alike]:
        """Every family by likeness, the most alike first."""
        own = runs(said)
        products: dict[int, float] = defaultdict(float)
        for run in own:
            for number in self._having.get(run, ()):
                products[number] += self._weights[run]
        length = self._length(own)
        best: dict[str, float] = {}
        for number, product in products.items():
            label = self._exports[number][0]
            best[label] = max(best.get(label, 0.0), product / (length * self._lengths[number]))
        return [Alike(label, best[label]) for label in sorted(best, key=lambda label: (-best[label], label))]

    def weight(self, run: str) -> float:
        """How rare a run is among families."""
        return self._weights.get(run, UNKNOWN)

    def kinds(self, label: str) -> tuple[frozenset[str], frozenset[str]]:
        """The kinds of operators that all exports of a family have, and those that some have; none for others."""
        own = [frozenset(run for run in each if " " not in run) for other, each in self._exports if other == label]
        return (frozenset.intersection(*own), frozenset.union(*own)) if own else (frozenset(), frozenset())


@cache
def table() -> Table:
    """The bundled exports."""
    vocabulary, exports = json.loads(zlib.decompress(bundled.read("dara_lint.recognize", "bundled", "operators.zz")))
    return Table([(label, [vocabulary[number] for number in numbers]) for label, numbers in exports])


def said(checkpoint: Checkpoint) -> list[str]:
    """The operators of an ONNX checkpoint's graph; none when they tell too little."""
    graph = checkpoint.files[0].graph if checkpoint.format == "onnx" and checkpoint.files else None
    found = operators(graph, checkpoint.tensors) if graph else []
    return found if len(found) >= LEAST else []


def known(found: Sequence[Alike]) -> list[Alike]:
    """The set of families that a graph is an export of; none where it is like no known one."""
    if not found or found[0].likeness < ALIKE:
        return []
    return [each for each in found if found[0].likeness - each.likeness < EQUAL]
