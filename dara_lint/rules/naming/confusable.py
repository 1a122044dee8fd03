"""The name is close to a well-known one without being it.

``all-mpnet-bases-v2`` is one letter from a model that millions load; who mistypes, or is meant to mistype, gets
another model. Look-alike letters (``1`` for ``l``, a Cyrillic ``а``) and an owner one letter from the true one are
how packages are squatted.

Sizes, versions, languages and other words with a meaning may differ: only a word that means nothing where the
well-known name has a known one is judged. The same segments in another order are a note. A copy under the same
name and another owner is what mirrors do; it is reported only with ``copies: true`` in the rule's settings.

Example: ``acme/all-mpnet-bases-v2``, beside ``sentence-transformers/all-mpnet-base-v2``.

How to mend: write the name as the well-known model has it if it is a copy, or choose one that cannot be confused.

Source: the most downloaded names of a hub in 2025; the kinds of squatting are those of package registries
(Taylor et al. 2020, "SpellBound: Defending Against Package Typosquatting").
"""

from __future__ import annotations

from collections.abc import Iterator

from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import ModelRepo
from dara_lint.names.confusable import confused
from dara_lint.rules.subject import name_place
from dara_lint.settings import Settings

ID = "naming/confusable"
_SAID = {
    "look-alike": ("is written with letters that look like those of", Severity.ERROR, 0.95),
    "owner": ("is owned by a name that looks like the owner of", Severity.WARNING, 0.9),
    "typo": ("is one letter from", Severity.WARNING, 0.9),
    "order": ("has the segments of another order than", Severity.NOTE, 0.6),
    "copy": ("is called like", Severity.NOTE, 0.6),
}


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold the name to the names that everybody knows."""
    if repo.name is None or repo.names[0].kind in {"card", "model-index"}:
        return
    near = confused(repo.name)
    if near is None or (near.kind == "copy" and settings.options.get(ID, {}).get("copies") is not True):
        return
    text, severity, confidence = _SAID[near.kind]
    yield Hit(
        name_place(repo),
        f"{repo.name} {text} {near.known}",
        found=f"{repo.name} {near.known}",
        help=f"publish it under an owner that cannot be taken for {near.known.partition('/')[0]}"
        if near.kind == "owner"
        else f"call it {near.known.rpartition('/')[2]} if it is a copy, or choose a name that cannot be confused",
        severity=severity,
        confidence=confidence,
    )


RULE = Rule(ID, "the name is close to a well-known one", Severity.WARNING, 0.9, check, __doc__ or "")
