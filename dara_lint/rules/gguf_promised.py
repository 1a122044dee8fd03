"""A GGUF file's tensors held to the blueprint of its architecture, once for all the rules that ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from dara_lint.blueprints import Cause, Comparison, Difference, expect
from dara_lint.blueprints.compare import compare_shapes
from dara_lint.blueprints.gguf import agreeing, described, pointer
from dara_lint.blueprints.unit import reads
from dara_lint.model import Checkpoint, Json
from dara_lint.remember import by_identity

FOREIGN = 0.3
"""Share of tensors that the architecture has no name for, beyond which they are of something else."""


class Held(NamedTuple):
    """What comparing a file with its metadata gave."""

    architecture: str
    comparison: Comparison
    metadata: Mapping[str, Json]

    def key(self, name: str) -> str:
        """The metadata key."""
        return pointer(self.metadata, name)

    def ordered(self, cause: Cause) -> list[str]:
        """The keys of a cause, first those that a differing tensor is made of, then those that others follow from."""
        direct = {name for each in cause.differences for name in reads(each.pattern)}
        return sorted(cause.keys, key=lambda key: (key not in direct, key))


@by_identity
def held(checkpoint: Checkpoint) -> Held | str:
    """The comparison, or why there is none."""
    metadata = checkpoint.files[0].metadata
    config = described(metadata, checkpoint.tensor_names)
    if config is None:
        return "the metadata is of no model with blocks alike"
    expectation = expect(config)
    if expectation is None:
        return f"no blueprint of the architecture {metadata.get('general.architecture')}, or a key of it is missing"
    comparison = compare_shapes(
        agreeing({tensor.name: tensor.shape for tensor in checkpoint.tensors}, expectation), expectation
    )
    if len(comparison.strange) + len(comparison.strange_heads) > FOREIGN * comparison.stored:
        return f"most of these tensors are none of {expectation.architecture}'s"
    if any(key.startswith("has.") for cause in comparison.causes for key in cause.keys):
        return "fused and single tensors stand side by side"
    return Held(expectation.architecture, comparison, metadata)


def shown(difference: Difference) -> str:
    """What one tensor shows, in words."""
    if difference.kind == "missing":
        return f"{difference.name} is missing"
    if difference.kind == "unexpected":
        return f"{difference.name} is there as well"
    found, promised = (
        " × ".join("?" if size is None else str(size) for size in shape or ())
        for shape in (difference.found, difference.promised)
    )
    return f"{difference.name} is {found}, not {promised}"
