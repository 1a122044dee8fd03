"""config.json names a class in ``architectures`` that its ``model_type`` does not have.

Loaders pick the code by ``model_type`` (transformers' auto classes) or by ``architectures`` (inference
servers). When the two are of different families, some load one model and some another, or fail.

Nothing is said of classes or types that transformers does not know, nor of repositories that bring their
own code (``auto_map``).

Example: ``"model_type": "bert"`` beside ``"architectures": ["LlamaForCausalLM"]``.

How to mend: correct whichever is wrong; the weights tell which it is (``dara-lint inspect``).

Source: the auto mappings of transformers 4.36, 4.57 and 5.23.
"""

from __future__ import annotations

from collections.abc import Iterator

from dara_lint.blueprints.classes import classes_by_type, types_by_class
from dara_lint.blueprints.fields import claims_of
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Location, ModelRepo
from dara_lint.rules.held import foreign
from dara_lint.settings import Settings


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold each config's classes to its type."""
    for part in repo.parts:
        if part.config is None or "auto_map" in part.config.table or part.config.path in foreign(repo):
            continue  # beside weights of another model than model_type says, config-vs-weights names the way out
        claim = claims_of(part.config)
        if claim.model_type is None or claim.architectures is None:
            continue
        model_type, table = claim.model_type.value, types_by_class()
        own = classes_by_type().get(model_type, frozenset())
        for number, name in enumerate(claim.architectures.value):
            types = table.get(name, frozenset())
            if not own or not types or model_type in types or _related(model_type, types):
                continue
            yield Hit(
                Location(part.config.path, f"{claim.architectures.pointer}/{number}"),
                f"model_type is {model_type}, but {name} is a class of {_listed(name, types)}",
                found=name,
                help=f"classes of {model_type}: {', '.join(sorted(own)[:4])}{', …' if len(own) > 4 else ''}",
                related=(Location(part.config.path, claim.model_type.pointer),),
            )


def _listed(class_name: str, types: frozenset[str]) -> str:
    """At most four of the types, the one that the class is named after first."""
    plain = class_name.lower()
    return " or ".join(sorted(types, key=lambda each: (not plain.startswith(each.replace("_", "")), each))[:4])


def _related(model_type: str, types: frozenset[str]) -> bool:
    """A composed model and its own parts (``gemma3`` and ``gemma3_text``) share their classes rightly."""
    stem = model_type.removesuffix("_text").removesuffix("_text_model").removesuffix("_vision_model")
    return any(other.startswith(stem) or stem.startswith(other) for other in types)


RULE = Rule(
    "architecture/model-type", "model_type and architectures disagree", Severity.WARNING, 0.95, check, __doc__ or ""
)
