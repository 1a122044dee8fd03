"""Tensors that the class named by the config has no place for.

A loader drops them, so part of what was trained is lost in silence: a head that ``architectures`` forgot, layers
of an extension whose code is not here. Names of the body that the class has under no config at all are a
warning, heads a note. Where another value of a key would give them a place, ``architecture/tensor-shapes`` names
the key.

Left alone: buffers that older versions wrote, poolers, quantised and adapter weights, custom code, and weights
of another architecture altogether (``architecture/config-vs-weights``).

Example: ``"architectures": ["LlamaForCausalLM"]`` beside a ``model.vision_tower.…``.

How to mend: name the class that these weights belong to, or remove the tensors.

Source: blueprints inferred from transformers 5.24; ``docs/blueprints.md``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Location, ModelRepo
from dara_lint.rules.promised import Promised, place_of, promised
from dara_lint.settings import Settings


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold what is stored to what is promised; one finding for the body, one for heads."""
    for each in promised(repo):
        found = each.comparison
        if found is None or "auto_map" in each.held.config.table:
            continue
        body = [found.evidence.stored(name) for name in found.strange]
        heads = [found.evidence.stored(name) for name in found.strange_heads]
        for difference in found.unexplained:
            if difference.kind == "unexpected":
                names = [found.evidence.stored(difference.name)] * difference.times
                (heads if difference.head else body).extend(names)
        if body:
            yield _hit(each, body, head=False)
        if heads:
            yield _hit(each, heads, head=True)


def _hit(each: Promised, names: Sequence[str], *, head: bool) -> Hit:
    others = f" and {len(names) - 1:,} more" if len(names) > 1 else ""
    return Hit(
        place_of(each.held.config, "architectures"),
        f"{each.expectation.architecture} has no place for {names[0]}{others}: a loader drops "
        + ("it" if len(names) == 1 else "them"),
        found=names[0],
        help="name the class with this head in architectures" if head else "name the class these weights belong to",
        severity=Severity.NOTE if head else Severity.WARNING,
        related=(Location(each.held.checkpoint.path),),
    )


RULE = Rule(
    "architecture/tensors-unexpected",
    "the class has no place for tensors of the weights",
    Severity.WARNING,
    0.9,
    check,
    __doc__ or "",
)
