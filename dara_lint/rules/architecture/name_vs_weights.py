"""The weights cannot be those of the architecture in the name.

Where no config says what the model is (or one whose type nobody knows), the name is all that tells people what
they load. It is held to the tensors themselves: a ``gpt2-small`` whose every layer has ``gate_proj`` is no GPT-2.
The words of the name are read as people mean them, and every type that they may stand for must be ruled out.

Where a config says a known type, ``architecture/name-vs-config`` and ``architecture/config-vs-weights`` speak
instead.

Example: ``acme/bert-base-de`` with weights of a llama and no config.json.

How to mend: rename the repository after what the weights are, or put the right weights there.

Source: as for ``architecture/config-vs-weights``.
"""

from __future__ import annotations

from collections.abc import Iterator

from dara_lint import names
from dara_lint.blueprints.classes import classes_by_type
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Location, ModelRepo
from dara_lint.recognize import learned
from dara_lint.recognize.popular import rank
from dara_lint.recognize.recognizer import recognize
from dara_lint.rules.held import evidence, named
from dara_lint.rules.subject import main_config, main_part, name_place
from dara_lint.rules.thresholds import RECOGNISED
from dara_lint.settings import Settings

MOST_CLAIMS = 40
"""Types that the words of a name may stand for; a name that says more says nothing."""


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold the architecture in the name to the weights where no config does."""
    part = main_part(repo)
    subject = main_config(repo)
    if repo.name is None or part is None:
        return
    if subject and subject[1].model_type and subject[1].model_type.value in classes_by_type():
        return
    name = names.parse(repo.name)
    types = sorted(names.architecture_claim(name) or ())
    checkpoint = next((each for each in part.checkpoints if each.tensor_names and each.format != "onnx"), None)
    if checkpoint is None or checkpoint.format == "gguf" or not 0 < len(types) <= MOST_CLAIMS:
        return
    own = learned.profiles(repo.profiles)
    found = [recognize(evidence(checkpoint), claimed, own) for claimed in types]
    first = found[0]
    if all(each.verdict == "impossible" and each.reasons for each in found) and (
        first.known and first.candidates[0].probability >= RECOGNISED
    ):
        words = ", ".join(segment.text for segment in name.of(names.Element.architecture))
        yield Hit(
            name_place(repo),
            f"the name says {words}, but {', '.join(first.reasons)}: these are weights of {named(first)}",
            found=words,
            help=f"rename the repository after {min(first.model_types, key=rank)}, or put the weights of {words} here",
            confidence=round(min(0.9, first.candidates[0].probability), 2),
            related=(Location(checkpoint.path),),
        )


RULE = Rule(
    "architecture/name-vs-weights",
    "the weights are of another architecture than the name says",
    Severity.WARNING,
    0.9,
    check,
    __doc__ or "",
)
