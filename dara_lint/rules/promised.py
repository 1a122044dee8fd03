"""Checkpoints held to the blueprint of their config, once for all the rules that ask."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from dara_lint.blueprints import Comparison, Expectation, bundle, compare, compare_names, expect_of
from dara_lint.blueprints.compare import compare_shapes
from dara_lint.blueprints.packed import METHODS, method_of, unpacked
from dara_lint.blueprints.suggest import value_at
from dara_lint.finding import Skip
from dara_lint.model import Checkpoint, Document, Json, Location, ModelRepo, Tensor
from dara_lint.remember import by_identity
from dara_lint.rules.held import Held, foreign, held

_PACKED = re.compile(
    r"\.(qweight|qzeros|g_idx|weight_packed|weight_scale|weight_scale_inv|absmax|SCB|nested_absmax|quant_state\.\S+|scales"
    r"|weight_format|weight_zero_point)$|_(blocks|scales)$"
)
"""Ends of tensor names that quantisers write (GPTQ, AWQ, bitsandbytes, compressed-tensors, FP8, MXFP4)."""
_FUSED = re.compile(r"\.experts\.(gate_up_proj|down_proj|gate_proj|up_proj|w[123])(_bias)?$")
"""Experts in one tensor, as transformers 5 keeps them in memory."""
_DRAFT = "fc.weight"
"""What EAGLE joins the hidden states of the model that it drafts for with, under that model's class."""
FOREIGN = 0.5
"""Share of stored tensors that the class has under no config: beyond it they are weights of something else."""


class Promised(NamedTuple):
    """A config whose class has a blueprint, the checkpoint beside it, and what comparing them gave.

    ``comparison`` is None where ``abstains`` says why there is none.
    """

    held: Held
    expectation: Expectation
    comparison: Comparison | None = None
    abstains: str = ""


@by_identity
def promised(repo: ModelRepo) -> tuple[Promised, ...]:
    """Every config of the repository whose class has a blueprint; custom and unknown classes are left out."""
    found = tuple(
        _compared(each, expectation, foreign=each.config.path in foreign(repo))
        for each in held(repo)
        if (expectation := expect_of(each.config)) is not None
    )
    if any(part.config and "_class_name" in part.config.table for part in repo.parts):
        found += tuple(_components(repo))
    return found


def _components(repo: ModelRepo) -> Iterator[Promised]:
    """Components of diffusers, which have a folder, a config and a library of their own."""
    from dara_lint.rules.components import components, shapes_of

    for each, expectation in components(repo):
        if not expectation.exact:
            yield Promised(each, expectation, None, f"the blueprint of {expectation.architecture} is not exact")
        elif quantised(each.config.table, each.checkpoint):
            yield Promised(each, expectation, None, "the weights are quantised")
        else:
            comparison = compare_shapes(shapes_of(each.checkpoint), expectation)
            most = len(comparison.strange) > FOREIGN * comparison.stored
            why = f"most of these tensors are none of {expectation.architecture}'s" if most else ""
            yield Promised(each, expectation, None if most else comparison, why)


def _compared(each: Held, expectation: Expectation, *, foreign: bool) -> Promised:
    checkpoint = each.checkpoint
    name = expectation.architecture
    if foreign:
        return Promised(each, expectation, None, f"these are no weights of {name}")
    if not expectation.exact:
        return Promised(each, expectation, None, f"the blueprint of {name} is not exact")
    if quantised(each.config.table, checkpoint):
        if method_of(each.config.table) not in METHODS:
            return Promised(each, expectation, None, "the weights are quantised in a way that is not known")
        stored = checkpoint.tensors if checkpoint.complete else [Tensor(n, (), "", 0) for n in checkpoint.tensor_names]
        comparison = compare_shapes(unpacked(stored, each.config.table, expectation.masked), expectation)
    elif checkpoint.complete:
        comparison = compare(checkpoint.tensors, expectation)
    elif checkpoint.index is not None and checkpoint.index.weight_map:
        comparison = compare_names(checkpoint.index.weight_map, expectation)
    else:
        return Promised(each, expectation, None, "not all headers can be read")
    if _DRAFT in comparison.strange:
        return Promised(each, expectation, None, "a head that drafts for another model (EAGLE)")
    if any(_FUSED.search(name) for name in comparison.strange):
        return Promised(each, expectation, None, "the experts are stored as one tensor")
    if len(comparison.strange) > FOREIGN * comparison.stored:
        return Promised(each, expectation, None, f"most of these tensors are none of {name}'s")
    return Promised(each, expectation, comparison)


def quantised(table: Mapping[str, Json], checkpoint: Checkpoint) -> bool:
    """Whether the config or the names say that weights are packed, so that sizes and shapes are others."""
    return bool(method_of(table)) or any(_PACKED.search(name) for name in checkpoint.tensor_names)


def spoken_for(repo: ModelRepo, path: str) -> bool:
    """Whether the config at that path was held to its weights as a whole, so that no rule need say a part of it again.

    Either tensor by tensor, or it is a config of another model than the weights.
    """
    return path in foreign(repo) or any(
        each.held.config.path == path and each.comparison is not None for each in promised(repo)
    )


def skips(repo: ModelRepo) -> Iterator[Skip]:
    """Why configs with a blueprint could not be compared."""
    for each in promised(repo):
        if each.abstains:
            yield Skip(each.held.checkpoint.path, each.abstains)


def said(each: Promised, key: str) -> bool:
    """Whether the config itself holds a dotted key, in any spelling."""
    return spelt(each.held.config.table, key) is not None


def place_of(config: Document, key: str) -> Location:
    """Where a dotted key stands in the config, or the class name whose default it is."""
    pointer = spelt(config.table, key)
    if pointer:
        return Location(config.path, pointer)
    named = next((key for key in ("architectures", "_class_name") if key in config.table), "model_type")
    return Location(config.path, f"/{named}")


def shown_as(table: Mapping[str, Json], key: str) -> str:
    """A dotted key as the file spells it, or as the class does where the file leaves it out."""
    pointer = spelt(table, key)
    return pointer.removeprefix("/").replace("/", ".") if pointer else key


def spelt(table: Mapping[str, Json], key: str) -> str | None:
    """The pointer of a key as the file spells it, or None when the file leaves it out."""
    if key == "num_labels" and "id2label" in table:
        return "/id2label"
    if value_at(table, key) is not None or (key in table):
        return "/" + key.replace(".", "/")
    stem, _, last = key.rpartition(".")
    if stem and stem not in table and last in table:
        return f"/{last}"
    inner = value_at(table, stem) if stem else dict(table)
    if isinstance(inner, dict):
        kind = bundle.kind(str(inner.get("model_type", table.get("model_type"))))
        for alias, stored in (kind.aliases if kind else {}).items():
            if stored == last and alias in inner:
                return "/" + "/".join(filter(None, (*stem.split("."), alias)))
    return None


def shape_text(shape: tuple[int | None, ...] | None) -> str:
    """``32000 × 2048``; ``a number`` for a scalar."""
    if shape is None:
        return "unknown"
    return " × ".join("?" if size is None else str(size) for size in shape) or "a number"
