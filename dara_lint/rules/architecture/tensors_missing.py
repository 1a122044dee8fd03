"""Tensors that the config promises are not in the weights.

What a checkpoint lacks a loader fills with random numbers, and says so in a warning that nobody reads. Missing
tensors of the body make a broken model. A missing head is what a base model looks like when its config names a
task class (``newly initialised`` in transformers), so it is a note. Where another value of a key would explain
the gap, ``architecture/tensor-shapes`` names the key instead.

Weights that were saved inside a wrapper (``module.``, ``_orig_mod.``) lack every name that a loader looks for.

Left alone: buffers that older versions wrote, poolers, weights tied to others, checkpoints of which not every
name is known, quantised weights, custom code.

Example: an index of a 32-layer llama without ``model.layers.17.mlp.up_proj.weight``.

How to mend: save the model again, whole; for a base model, name the base class in ``architectures``.

Source: blueprints inferred from transformers 5.24; ``docs/blueprints.md``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dara_lint.blueprints import Difference
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Location, ModelRepo
from dara_lint.rules.heads import headless_paths
from dara_lint.rules.promised import Promised, place_of, promised
from dara_lint.settings import Settings

SENTENCES = "modules.json"
"""What sentence-transformers writes beside a model; its config may still name the class that was trained before."""
WRAPPERS = {"module.": "DataParallel", "_orig_mod.": "torch.compile", "_forward_module.": "Lightning"}
"""Prefixes of wrappers of a running model, and whose they are."""
WRAPPER = re.compile("|".join(map(re.escape, WRAPPERS)))


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold what is promised to what is stored; one finding for the body, one for the head."""
    for each in promised(repo):
        if each.comparison is not None:
            if wrapper := _wrapper(each):
                yield _wrapped(each, wrapper)
                continue
            for head in (False, True):
                if head and (SENTENCES in repo.root.documents or each.held.config.path in headless_paths(repo)):
                    continue  # a sentence-transformer has no use for it, or head-vs-weights names the classes that fit
                missing = each.comparison.of("missing", head=head)
                if missing:
                    yield _hit(each, missing, head=head)


def _wrapper(each: Promised) -> str:
    """The prefix of every stored name that only a wrapper of a running model has, or an empty text."""
    names = each.held.checkpoint.tensor_names
    match = WRAPPER.match(names[0]) if names else None
    return match[0] if match and all(name.startswith(match[0]) for name in names) else ""


def _wrapped(each: Promised, wrapper: str) -> Hit:
    name = each.expectation.architecture
    return Hit(
        place_of(each.held.config, "architectures"),
        f"every tensor name begins with `{wrapper}`, as {WRAPPERS[wrapper]} leaves them: {name} finds none of its own",
        found=wrapper,
        help=f"save the inner model, or take `{wrapper}` off the names",
        related=(Location(each.held.checkpoint.path),),
    )


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
