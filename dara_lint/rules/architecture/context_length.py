"""The name promises a longer context than any file of the repository allows.

``128k`` or ``4096`` in a name is the number of tokens that the model reads. It is held against the longest
context that config.json gives (positions, and rotary embeddings scaled beyond them) and against the
tokenizer's ``model_max_length``. A config that allows more than the name says is no contradiction.

Example: ``granite-3b-code-instruct-128k`` beside ``"max_position_embeddings": 2048``.

How to mend: rename the repository, or add the rope scaling that the long context needs to config.json.

Source: the readings of 4k, 128k and 1m (powers of ten or of two) are those of the name parser.
"""

from __future__ import annotations

from collections.abc import Iterator

from dara_lint import names
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Location, ModelRepo
from dara_lint.names import Element
from dara_lint.rules.subject import main_config, main_part
from dara_lint.rules.thresholds import CONTEXT
from dara_lint.settings import Settings


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold the name's context to the longest that the files allow."""
    subject, part = main_config(repo), main_part(repo)
    if repo.name is None or subject is None or part is None:
        return
    config, claim = subject
    said = [s for s in names.parse(repo.name).of(Element.characteristic) if s.normal.startswith("context=")]
    if len(said) != 1 or not claim.contexts:
        return
    promised = int(said[0].normal.removeprefix("context="))
    longest = max(claim.contexts, key=lambda context: context.value)
    document = part.documents.get("tokenizer_config.json")
    reads = document.table.get("model_max_length") if document else None
    if isinstance(reads, int | float) and reads >= promised * CONTEXT:
        return
    if longest.value < promised * CONTEXT:
        yield Hit(
            Location(config.path, longest.pointer),
            f"the name says a context of {said[0].text}, the config allows {longest.value:,} tokens",
            found=f"{promised} {longest.value}",
            help="rename the repository, or add the rope scaling that the long context needs",
        )


RULE = Rule(
    "architecture/context-length", "the name promises a longer context", Severity.WARNING, 0.85, check, __doc__ or ""
)
