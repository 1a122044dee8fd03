"""A config and tensors as a repository in memory, and what every rule says of it."""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dara_lint.finding import Hit, Severity
from dara_lint.model import BITS, Checkpoint, Document, ModelRepo, NameSource, Part, Tensor, WeightFile
from dara_lint.rules import RULES
from dara_lint.settings import Settings
from training import zoo


class Said(NamedTuple):
    """A finding: the rule, how bad, its place in the config, its text."""

    rule: str
    severity: Severity
    pointer: str
    message: str

    def names(self, key: str) -> bool:
        """Whether it speaks of a dotted key of the config, by place or by name."""
        word = re.compile(rf"(?<![\w.]){re.escape(key)}(?![\w.])")
        return self.pointer == "/" + key.replace(".", "/") or word.search(self.message) is not None


def repository(config: Mapping[str, Any], tensors: Sequence[Tensor]) -> ModelRepo:
    """A folder of a name that says nothing: config.json and one safetensors file whose header is known."""
    file = WeightFile(
        "model.safetensors", "safetensors", sum(tensor.nbytes for tensor in tensors), tensors=tuple(tensors)
    )
    checkpoint = Checkpoint("", "safetensors", (file,))
    part = Part("", {"config.json": Document("config.json", dict(config))}, (checkpoint,))
    return ModelRepo(
        "here", (NameSource("flag", "acme/nightjar"),), parts=(part,), files=("config.json", "model.safetensors")
    )


def said(config: Mapping[str, Any], tensors: Sequence[Tensor]) -> tuple[Said, ...]:
    """What all rules say of it, notes included."""
    repo = repository(config, tensors)
    return tuple(
        Said(rule.id, hit.severity or rule.severity, hit.at.pointer or "", hit.message)
        for rule in RULES
        for hit in rule.check(repo, Settings())
        if isinstance(hit, Hit)
    )


def stored(tensors: zoo.Tensors) -> list[Tensor]:
    """Tensors of the zoo as a header lists them."""
    return [
        Tensor(
            name,
            shape,
            dtype,
            int(Tensor(name, shape, dtype, 0).elements * BITS.get(dtype, 32)) // 8,
            "model.safetensors",
        )
        for name, (shape, dtype) in tensors.items()
    ]


@functools.cache
def _base_prefix(model_type: str, class_name: str) -> str:
    return str(getattr(zoo.model_class(model_type, class_name), "base_model_prefix", "") or "")


_NUMBERED = re.compile(r"\.\d+\.")


@functools.cache
def _based(model_type: str) -> frozenset[str]:
    """First segments of the names that the base class of a type saves; empty where it has none that builds."""
    with contextlib.suppress(Exception):  # a class that lacks a dependency fails in any way it likes
        base = zoo.base_class(model_type)
        if base:
            return frozenset(name.partition(".")[0] for name in zoo.tensors(zoo.small(model_type, base), base))
    return frozenset()


def _heads(model_type: str, class_name: str, names: frozenset[str]) -> frozenset[str]:
    """First segments of the names that belong to the task head: what the base class has not.

    In a type without a base class: outside of the prefix of one, and without numbered blocks.
    """
    prefix = _base_prefix(model_type, class_name)
    firsts = {name.partition(".")[0] for name in names}
    if based := _based(model_type):
        inner = {name.partition(".")[0] for name in names if name.split(".")[1:2] and name.split(".")[1] in based}
        return frozenset(firsts - based - inner - {prefix})
    stacks = {name.partition(".")[0] for name in names if _NUMBERED.search(name)}
    return frozenset(firsts - stacks - {prefix}) if prefix in firsts else frozenset()


def allowed(model_type: str, class_name: str, key: str, right: zoo.Tensors, wrong: zoo.Tensors) -> frozenset[Severity]:
    """Severities that fit a config of which a class builds ``wrong`` beside weights that are ``right``.

    A body tensor that is missing, or of another shape, is an error; one that is there beyond the promise an error or
    a warning (it is dropped). A head that is missing is newly initialised, which transformers tolerates, so no error;
    an unexpected one is a note; one of another shape does not load. What a flag of tied weights ties has changed
    between versions, so it may be a warning.
    """
    names = frozenset(right.keys() | wrong.keys())
    heads = _heads(model_type, class_name, names)

    def head(name: str) -> bool:
        return name.partition(".")[0] in heads

    missing, beyond = wrong.keys() - right.keys(), right.keys() - wrong.keys()
    shapes = {name for name in right.keys() & wrong.keys() if right[name][0] != wrong[name][0]}
    either = frozenset({Severity.ERROR, Severity.WARNING})
    mild = frozenset({Severity.WARNING, Severity.NOTE})
    if key.endswith("tie_word_embeddings"):
        return either if missing or shapes else mild
    if any(not head(name) for name in (*missing, *shapes)):
        return frozenset({Severity.ERROR})
    if any(not head(name) for name in beyond) or shapes:
        return either
    return mild if missing else frozenset({Severity.NOTE})
