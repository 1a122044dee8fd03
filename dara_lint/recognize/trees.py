"""Scores a stock XGBoost model file in plain Python.

Read are the files that ``xgboost.Booster.save_model`` writes (JSON, or UBJSON when the name ends in ``.ubj``)
for tree boosters, without categorical splits and vector leaves. The semantics are XGBoost's (1.6 to 3.x,
``src/tree/``, ``src/predictor/``): a value is compared as float32, ``value < condition`` goes left, a missing
one (NaN) follows ``default_left``, the value of a leaf stands in ``split_conditions``, and ``base_score`` is added (as
its logit for ``binary:logistic``). Tests hold it to xgboost itself.
"""

from __future__ import annotations

import json
import math
from array import array
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, TypeAlias

from dara_lint.facts import fact
from dara_lint.recognize import ubjson

Node: TypeAlias = "tuple[int, float, int, int, int]"
"""Feature (-1 at a leaf), condition or leaf value, then the nodes to go to: less, not less, missing."""

Nested: TypeAlias = "tuple[int, float, Any, Any, Any]"
"""The same with nodes in place of their numbers."""

OBJECTIVES = frozenset({"binary:logistic", "multi:softprob"})


@fact
class Forest:
    """A boosted forest. ``trees`` pairs each tree's class with its root in ``nodes``; ``base`` holds a margin
    per class (one class in all for ``binary:logistic``)."""

    objective: str
    features: int
    base: tuple[float, ...]
    trees: tuple[tuple[int, int], ...]
    nodes: tuple[Node, ...]

    def margins(self, row: Sequence[float]) -> list[float]:
        """The sum of leaves and base score per class for one row of features (NaN: missing).

        Raises ValueError when the row has another length than the model was trained on.
        """
        if len(row) != self.features:
            raise ValueError(f"{len(row)} features were given, the model takes {self.features}")
        values = array("f", row).tolist()
        totals = list(self.base)
        for group, tree in self._nested:
            feature, number, less, other, missing = tree
            while feature >= 0:
                value = values[feature]
                if value < number:
                    feature, number, less, other, missing = less
                elif value >= number:
                    feature, number, less, other, missing = other
                else:
                    feature, number, less, other, missing = missing
            totals[group] += number
        return totals

    @cached_property
    def _nested(self) -> tuple[tuple[int, Nested], ...]:
        """Each tree's class and root, nodes holding those that follow: children stand behind their parent."""
        made: dict[int, Nested] = {}
        for at in range(len(self.nodes) - 1, -1, -1):
            feature, number, *follow = self.nodes[at]
            less, other, missing = (made[to] for to in follow) if feature >= 0 else ((), (), ())
            made[at] = (feature, number, less, other, missing)
        return tuple((group, made[root]) for group, root in self.trees)

    def probabilities(self, row: Sequence[float]) -> list[float]:
        """Probabilities of one row: of the positive class alone for ``binary:logistic``, else of each class."""
        margins = self.margins(row)
        if self.objective == "binary:logistic":
            return [logistic(margins[0])]
        highest = max(margins)
        weights = [math.exp(margin - highest) for margin in margins]
        total = sum(weights)
        return [weight / total for weight in weights]


def logistic(margin: float) -> float:
    """``1 / (1 + exp(-margin))`` without overflow."""
    if margin >= 0:
        return 1.0 / (1.0 + math.exp(-margin))
    grown = math.exp(margin)
    return grown / (1.0 + grown)


def _single(values: Iterable[float]) -> list[float]:
    """Values rounded to float32, as XGBoost keeps them."""
    return array("f", values).tolist()


def _base(text: str, objective: str, classes: int) -> tuple[float, ...]:
    """``[3.7E-1]``, or ``5E-1`` up to XGBoost 3.0: one value per class, or one for all of them."""
    scores = _single(float(part) for part in text.strip("[] ").split(","))
    if objective == "binary:logistic":
        scores = [math.log(score / (1.0 - score)) for score in scores]
    if len(scores) == 1:
        scores *= classes
    if len(scores) != classes:
        raise ValueError(f"the model file has {len(scores)} base scores for {classes} classes")
    return tuple(scores)


def _tree(tree: dict[str, Any], start: int) -> list[Node]:
    left, right = tree["left_children"], tree["right_children"]
    count = len(left)
    if any(tree.get("split_type", ())) or int(tree["tree_param"].get("size_leaf_vector") or 0) > 1:
        raise ValueError("the model file has categorical splits or vector leaves, which are not scored")
    nodes: list[Node] = []
    columns = (left, right, tree["split_indices"], _single(tree["split_conditions"]), tree["default_left"])
    for at, (less, other, feature, number, to_left) in enumerate(zip(*columns, strict=True)):
        if less == -1:
            nodes.append((-1, number, 0, 0, 0))
            continue
        # children stand behind their parent in what XGBoost writes: so no walk can go round in circles
        if not (at < less < count and at < other < count):
            raise ValueError("the model file has a tree whose nodes do not stand in order")
        nodes.append((feature, number, start + less, start + other, start + (less if to_left else other)))
    return nodes


def load(data: bytes) -> Forest:
    """The forest of a model file's bytes, JSON or UBJSON. Raises ValueError when it cannot be scored."""
    try:
        model = json.loads(data) if data[1:2] in b'"\n \r\t' else ubjson.loads(data)
        learner = model["learner"]
        objective = str(learner["objective"]["name"])
        parameters = learner["learner_model_param"]
        booster = learner["gradient_booster"]
        if objective not in OBJECTIVES or booster["name"] != "gbtree":
            raise ValueError(f"models of kind {objective}, {booster['name']} are not scored")
        classes = max(1, int(parameters["num_class"]))
        trees: list[tuple[int, int]] = []
        nodes: list[Node] = []
        for group, tree in zip(booster["model"]["tree_info"], booster["model"]["trees"], strict=True):
            trees.append((int(group), len(nodes)))
            nodes.extend(_tree(tree, len(nodes)))
        features = int(parameters["num_feature"])
        if any(not 0 <= group < classes for group, _ in trees) or any(not -1 <= node[0] < features for node in nodes):
            raise ValueError("the model file names a class or a feature that it does not have")
        base = _base(str(parameters["base_score"]), objective, classes)
    except (KeyError, TypeError, AttributeError, ZeroDivisionError) as error:
        raise ValueError(f"this is no model file of XGBoost: {error!r}") from error
    return Forest(objective, features, base, tuple(trees), tuple(nodes))
