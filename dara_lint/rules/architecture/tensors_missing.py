"""Tensors that the config promises are not in the weights.

What a checkpoint lacks a loader fills with random numbers, and says so in a warning that nobody reads. Missing
tensors of the body make a broken model. A missing head is what a base model looks like when its config names a
task class (``newly initialised`` in transformers), so it is a note. Where another value of a key would explain
the gap, ``architecture/tensor-shapes`` names the key instead.

Left alone: buffers that older versions wrote, poolers, weights tied to others, checkpoints of which not every
name is known, quantised weights, custom code.

Example: an index of a 32-layer llama without ``model.layers.17.mlp.up_proj.weight``.

How to mend: save the model again, whole; for a base model, name the base class in ``architectures``.

Source: blueprints inferred from transformers 5.23; ``docs/blueprints.md``.
"""

from __future__ import annotations

from collections.abc import Iterator

from dara_lint.blueprints import Difference
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Location, ModelRepo
from dara_lint.rules.heads import headless_paths
from dara_lint.rules.promised import Promised, place_of, promised
from dara_lint.settings import Settings


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold what is promised to what is stored; one finding for the body, one for the head."""
    for each in promised(repo):
        if each.comparison is not None:
            for head in (False, True):
                if head and each.held.config.path in headless_paths(repo):
                    continue  # head-vs-weights names the classes that the weights fit
                missing = each.comparison.of("missing", head=head)
                if missing:
                    yield _hit(each, missing, head=head)


def _hit(each: Promised, missing: tuple[Difference, ...], *, head: bool) -> Hit:
    times = sum(difference.times for difference in missing)
    first = missing[0].name
    others = f" and {times - 1:,} more are" if times > 1 else " is"
    name = each.expectation.architecture
    custom = "auto_map" in each.held.config.table
    return Hit(
        place_of(each.held.config, "architectures"),
        f"{first}{others} missing: {name} starts {'its head' if head else 'them'} from random numbers",
        found=first,
        help="name the base class in architectures, or add the head" if head else "save the model again, whole",
        severity=Severity.NOTE if head else Severity.WARNING if custom else Severity.ERROR,
        related=(Location(each.held.checkpoint.path),),
    )


RULE = Rule(
    "architecture/tensors-missing",
    "promised tensors are not in the weights",
    Severity.ERROR,
    0.95,
    check,
    __doc__ or "",
)
