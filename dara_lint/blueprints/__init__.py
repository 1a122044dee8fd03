"""Blueprints: what a config.json promises, tensor by tensor, and what weights say of a config.

``expect`` gives the tensors that a config and a class name determine, ``compare`` holds a checkpoint's tensors
against them and traces each difference to the keys that explain it, ``solve`` reads the config off the weights.
Everything stands on a bundled file that ``training`` infers from transformers' own classes; no torch, no eval.
"""

from __future__ import annotations

from collections.abc import Mapping

from dara_lint.blueprints import bundle
from dara_lint.blueprints.arithmetic import UnknownValueError
from dara_lint.blueprints.compare import Comparison, compare, compare_names
from dara_lint.blueprints.compose import completed, parts
from dara_lint.blueprints.differ import Difference
from dara_lint.blueprints.expectation import Entry, Expectation, Expected, entries
from dara_lint.blueprints.explain import Cause
from dara_lint.blueprints.solve import solve
from dara_lint.blueprints.unheard import unheard
from dara_lint.blueprints.unit import MANY
from dara_lint.model import Document, Json
from dara_lint.remember import by_identity

__all__ = [
    "Cause",
    "Comparison",
    "Difference",
    "Entry",
    "Expectation",
    "Expected",
    "architecture_of",
    "compare",
    "compare_names",
    "expect",
    "expect_of",
    "known",
    "solve",
    "unfollowed",
]


def known(model_type: str, architecture: str | None = None) -> bool:
    """Whether there is a blueprint of that class, or of any class of that type."""
    names = bundle.architectures(model_type)
    return bool(names) if architecture is None else architecture in names


def architecture_of(config: Mapping[str, Json]) -> str | None:
    """The class that a config names first in ``architectures``, or None."""
    names = config.get("architectures")
    if isinstance(names, list) and names and isinstance(names[0], str):
        return names[0]
    return None


def unfollowed(config: Mapping[str, Json]) -> str:
    """The first key of a config whose value blueprints do not follow; empty when there is none."""
    return unheard(config, bundle.LIBRARY)


def expect(config: Mapping[str, Json], architecture: str | None = None) -> Expectation | None:
    """What a config promises, or None when that cannot be said.

    ``architecture`` stands in for the config's own first one. None: the class is not known (custom code), or
    the config lacks or garbles what its class needs, has a key that its blueprint was never shown, or asks for
    more than any checkpoint holds.
    """
    model_type = config.get("model_type")
    name = architecture or architecture_of(config)
    if not isinstance(model_type, str) or name is None or not known(model_type, name):
        return None
    if unfollowed(config):
        return None
    try:
        full = completed(config, bundle.LIBRARY)
        found = tuple(parts(full, name, bundle.LIBRARY))
        promised: list[Entry] = []
        total = 0
        for part in found:
            for entry in entries(part):
                promised.append(entry)
                total += entry.times
                if total > MANY:
                    return None
    except (UnknownValueError, RecursionError):
        return None
    exact = all(part.unit.exact for part in found)
    return Expectation(model_type, name, exact, full, found, tuple(promised))


@by_identity
def expect_of(document: Document) -> Expectation | None:
    """What a file promises, which is a fact: worked out once for all rules."""
    return expect(document.table)
