"""The name says cased or uncased, and the tokenizer does the other.

An uncased model was trained on lower-cased text. When its tokenizer keeps capitals, every capitalised word
becomes unknown or is split; when a cased model's tokenizer lower-cases, what it learnt of capitals is lost.

Only a tokenizer that says ``do_lower_case`` itself is judged.

Example: ``bert-base-uncased`` beside ``"do_lower_case": false`` in tokenizer_config.json.

How to mend: set ``do_lower_case`` to what the model was trained with, or rename the repository.

Source: transformers 4.57, ``BertTokenizer.do_lower_case``.
"""

from __future__ import annotations

from collections.abc import Iterator

from dara_lint import names
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Location, ModelRepo
from dara_lint.names import Element
from dara_lint.rules.subject import main_part
from dara_lint.settings import Settings


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold ``cased`` and ``uncased`` of the name to ``do_lower_case``."""
    part = main_part(repo)
    document = part.documents.get("tokenizer_config.json") if part else None
    if repo.name is None or document is None:
        return
    said = {s.normal for s in names.parse(repo.name).of(Element.characteristic)} & {"cased", "uncased"}
    lowers = document.table.get("do_lower_case")
    if len(said) == 1 and isinstance(lowers, bool) and lowers != ("uncased" in said):
        word = said.pop()
        yield Hit(
            Location(document.path, "/do_lower_case"),
            f"the name says {word}, but the tokenizer {'lower-cases' if lowers else 'keeps capitals'}",
            found=f"{word} {lowers}",
            help=f"set do_lower_case to {str(not lowers).lower()}, or rename the repository",
        )


RULE = Rule(
    "architecture/casing", "cased or uncased against the tokenizer", Severity.WARNING, 0.9, check, __doc__ or ""
)
