"""A condition as a tree of decisions: of those that tell two kinds of points apart the one that asks least."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from dara_lint.blueprints.expression import Expression

Vector = Any

CHOICES, ASKED = 8, 4000
"""Conditions tried at each decision, those that tell most; decisions looked at for one tree."""
_PERIODS = re.compile(r"freq|every|interval|step|period|pattern|layer|stride|depth|blocks")
_YES: Expression = ["<", 0, 1]
_NO: Expression = ["<", 1, 0]


class Tree:
    """Conditions, their truths (conditions × points), and the points at which the tree shall be true."""

    def __init__(self, truths: Vector, conditions: Sequence[Expression], target: Vector) -> None:
        self.truths, self.conditions, self.target = truths, conditions, target
        self._weights = np.array([1 + 0.02 * repr(each).count(",") for each in conditions])
        """What it costs to ask: of conditions that tell as much the shorter one comes first."""
        self._asked = 0

    def found(self, depth: int, most: float) -> Expression | None:
        """The tree of so many levels that costs least, and less than ``most``; None for none."""
        best: tuple[float, Expression] | None = None
        for levels in range(2, depth + 1):
            self._asked = 0
            bound = most if best is None else best[0]
            best = self._decided(np.ones(len(self.target), dtype=bool), levels, bound) or best
        return None if best is None else best[1]

    def _decided(self, here: Vector, depth: int, most: float) -> tuple[float, Expression] | None:
        """The cheapest tree over some of the points that costs less than ``most``, and its cost."""
        wanted = self.target[here]
        if wanted.all() or not wanted.any():
            return 0, _YES if wanted.all() else _NO
        self._asked += 1
        if not depth or not len(self.conditions) or self._asked > ASKED:
            return None
        best: tuple[float, Expression] | None = None
        for choice in self._telling(here):
            chosen, cost = self.truths[choice], float(self._weights[choice])
            yes = self._decided(here & chosen, depth - 1, most - cost) if cost < most else None
            no = None if yes is None else self._decided(here & ~chosen, depth - 1, most - cost - yes[0])
            if yes is not None and no is not None and cost + yes[0] + no[0] < most:
                most = cost + yes[0] + no[0]
                best = most, _either(self.conditions[choice], yes[1], no[1])
        return best

    def _telling(self, here: Vector) -> list[int]:
        """The conditions that tell most of these points apart."""
        wanted = self.target[here]
        truths = self.truths[:, here]
        inside = truths.sum(axis=1)
        right, left = (truths & wanted).sum(axis=1), (~truths & wanted).sum(axis=1)
        impurity = (_impurity(right, inside) + _impurity(left, len(wanted) - inside) + 0.1) * self._weights
        impurity[(inside == 0) | (inside == len(wanted))] = np.inf
        return [int(each) for each in np.argsort(impurity, kind="stable")[:CHOICES] if impurity[each] < np.inf]


def odd(condition: Expression) -> bool:
    """Whether an index is divided by a field that says no period: by how many channels there are, say."""
    inner = condition[1] if isinstance(condition, list) and condition[0] == "not" else condition
    if not isinstance(inner, list) or inner[0] != "mod":
        return False
    return isinstance(inner[2], str) and not _PERIODS.search(inner[2])


def _impurity(positive: Vector, of: Vector) -> Vector:
    """Gini impurity times the number of points."""
    return 2 * positive * (of - positive) / np.maximum(of, 1)


def _either(condition: Expression, yes: Expression, no: Expression) -> Expression:
    """``yes`` where the condition holds, else ``no``, without what is always true or false."""
    if yes == _YES:
        return condition if no == _NO else ["or", condition, no]
    if yes == _NO:
        return negated(condition) if no == _YES else ["and", negated(condition), no]
    if no == _YES:
        return ["or", negated(condition), yes]
    if no == _NO:
        return ["and", condition, yes]
    return ["or", ["and", condition, yes], ["and", negated(condition), no]]


def negated(condition: Expression) -> Expression:
    """That a condition does not hold."""
    if isinstance(condition, list) and condition[0] == "not":
        return condition[1]
    return ["not", condition]
