"""Models inside models: which parts of a class are another class of the auto mappings, under which prefix."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

from dara_lint.blueprints.unit import Reference, flattened
from training import zoo
from training.left import left, missing
from training.sampling import Sample

NAMED = frozenset({"timm_backbone", "timm_wrapper"})
"""Types whose tensors follow from a name that timm knows, and from no number: part of what holds them."""


def _path_of(root: Any, wanted: Any, depth: int = 3) -> tuple[str, ...] | None:
    """The keys that lead from a config object to one nested in it (the very same object)."""
    if root is wanted:
        return ()
    if depth:
        for key, value in root.__dict__.items():
            if hasattr(value, "to_dict") and hasattr(type(value), "model_type"):
                found = _path_of(value, wanted, depth - 1)
                if found is not None:
                    return (key, *found)
    return None


def _candidates(raw: dict[str, Any], class_name: str) -> list[tuple[str, tuple[str, ...], str, str]]:
    """(module name, config path, model type, class name) of the outermost models of the auto mappings inside."""
    from transformers import PreTrainedModel

    config = zoo.build_config(raw)
    model = zoo.build(config, class_name)
    known = set(zoo.pairs())
    found: list[tuple[str, tuple[str, ...], str, str]] = []
    for name, module in model.named_modules():
        if not name or not isinstance(module, PreTrainedModel):
            continue
        if any(name.startswith(outer + ".") for outer, *_ in found):
            continue
        path = _path_of(config, module.config)
        if path is None:
            continue
        nested = zoo.get(raw, path)
        model_type = nested.get("model_type") if isinstance(nested, dict) else None
        if model_type in NAMED:
            continue
        if isinstance(model_type, str) and (model_type, type(module).__name__) in known:
            found.append((name, path, model_type, type(module).__name__))
    return found


def held(raw: dict[str, Any], class_name: str) -> list[tuple[str, ...]]:
    """The paths of the configs of models inside: what those fields shape is known from classes of their own."""
    with contextlib.suppress(Exception):
        return [path for _, path, *_ in _candidates(raw, class_name) if path]
    return []


def _prefix(names: Sequence[str], composed: set[str], hint: str) -> str | None:
    """The prefix under which most of these names stand in the whole."""
    votes: dict[str, int] = {}
    for name in (names[0], names[len(names) // 2], names[-1], *names[:: max(1, len(names) // 5)]):
        for other in composed:
            if other == name or other.endswith("." + name):
                prefix = other[: len(other) - len(name)]
                votes[prefix] = votes.get(prefix, 0) + 1
    if not votes:
        return None
    return max(votes, key=lambda prefix: (sum(prefix + name in composed for name in names), prefix == hint + "."))


def references(class_name: str, samples: Sequence[Sample]) -> list[tuple[Reference, list[set[str]]]]:
    """The references that hold in every sample, with the names that they explain in each."""
    with contextlib.suppress(Exception):
        out = []
        for module, path, model_type, inner in _candidates(samples[0].raw, class_name):
            made = _confirmed(module, path, model_type, inner, class_name, samples)
            if made is not None:
                out.append(made)
        return out
    return []


_SEEN: dict[str, zoo.Tensors] = {}


def _key(raw: dict[str, Any], class_name: str) -> str:
    return f"{class_name} {sorted(raw.items(), key=lambda item: item[0])}"


def remember(samples: Sequence[Sample], class_name: str) -> None:
    """Keep what was built of a class, for the classes that hold it."""
    if len(_SEEN) > 600:
        _SEEN.clear()
    for sample in samples:
        _SEEN[_key(sample.raw, class_name)] = sample.tensors


def _own(raw: dict[str, Any], class_name: str) -> zoo.Tensors:
    """The tensors of a class alone, remembered; empty when it does not build."""
    key = _key(raw, class_name)
    if key not in _SEEN:
        if len(_SEEN) > 600:
            _SEEN.clear()
        _SEEN[key] = {}
        with contextlib.suppress(Exception):
            _SEEN[key] = zoo.tensors(raw, class_name)
    return _SEEN[key]


def _confirmed(
    module: str,
    path: tuple[str, ...],
    model_type: str,
    inner: str,
    class_name: str,
    samples: Sequence[Sample],
) -> tuple[Reference, list[set[str]]] | None:
    if inner == class_name and not path:
        return None
    prefix: str | None = None
    gaps: list[tuple[set[str], tuple[str, ...]]] = []
    explained: list[set[str]] = []
    for sample in samples:
        nested = zoo.get(sample.raw, path)
        if not isinstance(nested, dict) or nested.get("model_type") != model_type:
            return None
        own = _own(nested if path else {**sample.raw, "model_type": model_type}, inner)
        if not own:
            return None
        composed = set(sample.tensors)
        if prefix is None:
            prefix = _prefix(sorted(own), composed, module)
            if prefix is None:
                return None
        covered = {name for name in own if prefix + name in composed}
        if any(own[name][0] != sample.tensors[prefix + name][0] for name in covered):
            return None
        if len(covered) < len(own) * 0.5:
            return None
        gaps.append((set(own), missing(set(own), covered)))
        explained.append({prefix + name for name in covered})
    found = None if prefix is None else left([flattened(sample.raw) for sample in samples], gaps)
    if prefix is None or found is None:
        return None
    return Reference(prefix, model_type, inner, ".".join(path), *found), explained
