"""The architecture in the name is another than the config's.

A name that says ``bert`` beside a config that says ``llama`` sends people to the wrong code, the wrong
licence and the wrong expectations. The words of the name are read as people mean them: ``bert`` inside
``distilbert`` or ``roberta`` is no BERT, a ``DeepSeek-R1-Distill-Qwen`` is a Qwen, ``vicuna`` and ``internlm``
may rightly be stored as llama, a ``llama-2x8B`` as mixtral, and a name with several architectures (merges, drafts)
allows all of them.

Nothing is said when the name has no architecture, or the config's type is not one that transformers knows.

Example: ``acme/bert-7b-v2`` whose config.json says ``"model_type": "llama"``.

How to mend: rename the repository after what the config says, or put the right config there.

Source: transformers' registry (4.36, 4.57, 5.23) and the published names of its model types.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dara_lint import names
from dara_lint.blueprints.classes import classes_by_type, types_by_class
from dara_lint.blueprints.fields import Claims
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Location, ModelRepo
from dara_lint.rules.subject import main_config
from dara_lint.settings import Settings

_TASK = re.compile(r"(?:For[A-Z]|LMHead|Model$|Backbone$).*")
_WORD = re.compile(r"[A-Za-z0-9]+")
MIXTURE, MIXED = "mixtral", frozenset({"llama", "mistral"})
"""Dense models of these types are put together as a mixture of that one (mergekit's ``moe``)."""
MOST_WORDS = 64
"""Words of a name that are read; a hub's names have fewer."""


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold the architecture that the name claims to ``model_type``."""
    subject = main_config(repo)
    if repo.name is None or subject is None:
        return
    config, claim = subject
    if claim.model_type is None or claim.model_type.value not in classes_by_type():
        return
    name = names.parse(repo.name)
    claimed = names.architecture_claim(name)
    if claimed and claim.model_type.value == MIXTURE and _of_experts(name) and claimed & MIXED:
        return
    spelled = {each for word in _WORD.findall(repo.name) for each in types_by_class().get(word, ())}
    if claimed and not any(held in spelled or _fits(held, claimed, repo.name) for held in _types(claim)):
        words = [segment for segment in name.of(names.Element.architecture) if segment.model_types]
        yield Hit(
            Location(config.path, claim.model_type.pointer),
            f"the name says {', '.join(segment.text for segment in words)}, the config {claim.model_type.value}",
            found=f"{' '.join(sorted(claimed))} {claim.model_type.value}",
            help=f"rename the repository after {claim.model_type.value}, or put the config of {words[0].text} here",
            confidence=min(segment.confidence for segment in words),
        )


def _of_experts(name: names.Name) -> bool:
    """Whether the name says that it is a mixture."""
    said = name.parameters
    return bool(said and said.experts) or any(segment.normal == "moe" for segment in name.segments)


def _types(claim: Claims) -> Iterator[str]:
    """The config's type, those of its inner configs, those whose classes it says it is made of, and their stems."""
    for part in (claim, *claim.components.values()):
        if part.model_type:
            yield part.model_type.value
    for name in claim.architectures.value if claim.architectures else ():
        yield from types_by_class().get(name, ())
        yield _TASK.sub("", name)


def _fits(model_type: str, claimed: frozenset[str], name: str) -> bool:
    """The name allows the type, allows the whole of which it is a part (``sam3_tracker_video``), or spells it out."""
    if any(model_type == each or model_type.startswith((f"{each}_", f"{each}-")) for each in claimed):
        return True
    words = re.findall(r"[a-z0-9]+", name.rpartition("/")[2].lower())[:MOST_WORDS]
    runs = {"".join(words[start:end]) for start in range(len(words)) for end in range(start + 1, start + 7)}
    return re.sub(r"[^a-z0-9]", "", model_type.lower()) in runs


RULE = Rule(
    "architecture/name-vs-config",
    "the name says another architecture than the config",
    Severity.ERROR,
    0.95,
    check,
    __doc__ or "",
)
