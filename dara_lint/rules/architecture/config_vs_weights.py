"""The weights cannot be those of the architecture that the config claims.

A loader builds what config.json says and fills it by tensor name. When the weights are of another
architecture, nothing fits, and what does not fit stays random: the model loads, warns at best, and answers
noise. The names (and shapes, where headers are here) of the tensors are held to what transformers' classes of
the claimed ``model_type`` call theirs at any size; the message says what gives it away, and what the weights
are instead. Types with the same tensors (llama, mistral and gemma) cannot be told apart, so they are named
together, and none of them contradicts another.

Nothing is said of types that are not known, of weights that fit no known type, or when too little is known of
the weights. With ``auto_map`` the repository brings its own code, and where the claimed type could explain
nearly all that is there, a part of it may have been stored on purpose: these are warnings.

Example: ``"model_type": "bert"`` beside weights whose every layer has ``gate_proj``.

How to mend: put the config of these weights here, or the weights of this config.

Source: transformers 4.57 and 5.24, every class instantiated at several sizes; figures in ``docs/recogniser.md``.
"""

from __future__ import annotations

from collections.abc import Iterator

from dara_lint.blueprints.classes import types_by_class
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Location, ModelRepo
from dara_lint.recognize.popular import rank
from dara_lint.recognize.recognition import Recognition
from dara_lint.rules.held import Held, judged, named
from dara_lint.settings import Settings

PART_OF_IT = 0.9
"""The share of the tensors that the claimed type explains from which the weights may be a part of its."""


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold each config's model type to the weights beside it."""
    for each in judged(repo):
        first = each.verdicts[0]
        if first.abstains:
            yield Skip(each.held.checkpoint.path, first.abstains)
        elif each.impossible:
            yield _hit(each.held, each.types[0], first)
        elif all(verdict.verdict == "impossible" for verdict in each.verdicts):
            yield Skip(each.held.checkpoint.path, "the weights are of no architecture that is known")


def _hit(each: Held, claimed: str, found: Recognition) -> Hit:
    claim = each.claims.model_type or each.claims.architectures
    pointer = claim.pointer if claim else "/model_type"
    best = min(found.equals or found.candidates, key=lambda candidate: rank(candidate.label))
    own_code = "auto_map" in each.config.table
    part_of_it = (found.explained or 0.0) > PART_OF_IT
    return Hit(
        Location(each.config.path, pointer),
        f"{', '.join(found.reasons)}: these are weights of {named(found)}, not of {claimed}",
        found=claimed,
        help=_help(each, claimed, found, best.label),
        severity=Severity.WARNING if own_code or part_of_it else Severity.ERROR,
        confidence=round(best.probability, 2),
        related=(Location(each.checkpoint.path),),
    )


def _help(each: Held, claimed: str, found: Recognition, best: str) -> str:
    """What to do; where ``architectures`` has it right, only the type is wrong."""
    names = each.claims.architectures.value[:1] if each.claims.architectures else ()
    types = [label for name in names for label in types_by_class().get(name, ()) if label in found.model_types]
    if each.claims.model_type and types:
        return (
            f"write {min(types, key=rank)} here, as {names[0]} in architectures says, or put the {claimed} weights here"
        )
    return f"put the config of the {best} model here, or the weights of the {claimed} model"


RULE = Rule(
    "architecture/config-vs-weights",
    "the weights are of another architecture than the config says",
    Severity.ERROR,
    0.97,
    check,
    __doc__ or "",
)
