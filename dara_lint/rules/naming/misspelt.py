"""The name misspells the architecture.

A name with ``minstral`` or ``distillbert`` is not found by those who search for the family, and looks like
another model's. Only slips of one letter count: a letter doubled or left out, two letters exchanged, one letter
too many or wrong inside the word. Words that some model really bears (``moistral``, ``ministral``, ``roberto``)
are known and left alone.

It is a warning where the slip is a doubled, missing doubled or exchanged letter, or where the files say the
architecture that was meant; else a note.

Example: ``acme/Minstral-Model`` whose config.json says ``"model_type": "mistral"``.

How to mend: spell the architecture as its authors do.

Source: spellings of transformers 5.23; the words to leave alone were found on 27,000 published names.
"""

from __future__ import annotations

from collections.abc import Iterator

from dara_lint import names
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import ModelRepo
from dara_lint.names import Element
from dara_lint.names.confusable import misspelt
from dara_lint.rules.subject import main_config, name_place
from dara_lint.settings import Settings


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold each word of the name to the spellings of the architectures."""
    if repo.name is None:
        return
    name = names.parse(repo.name)
    meant_already = {segment.normal for segment in name.of(Element.architecture) if segment.confidence >= 0.9}
    for segment in name.segments:
        if segment.confidence >= 0.7:
            continue
        for slip in misspelt(segment.text):
            if slip.meant in meant_already:
                continue
            sure = slip.typical or slip.meant in _said(repo)
            yield Hit(
                name_place(repo),
                f"{slip.found} looks like a misspelling of {slip.meant}",
                found=slip.found,
                help=f"write {slip.meant}, or ignore this if {slip.found} is the model's own name",
                severity=Severity.WARNING if sure else Severity.NOTE,
                confidence=0.9 if sure else 0.5,
            )


def _said(repo: ModelRepo) -> frozenset[str]:
    """The architectures that the files speak of: the config's type, parents, the card's base."""
    subject = main_config(repo)
    said = {subject[1].model_type.value} if subject and subject[1].model_type else set()
    texts = [source.text for source in repo.names[1:]]
    base = repo.card.front.get("base_model") if repo.card else None
    texts += [item for item in (base if isinstance(base, list) else [base]) if isinstance(item, str)]
    for text in texts[:20]:
        said.update(segment.normal for segment in names.parse(text).of(Element.architecture))
    return frozenset(said)


RULE = Rule("naming/misspelt", "the architecture is misspelt", Severity.WARNING, 0.9, check, __doc__ or "")
