"""The convention of a name as a whole, and whether it says anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dara_lint.names.draft import Draft
from dara_lint.names.lexicon import Roles
from dara_lint.names.model import Category, Element, Segment

SAYS = frozenset(
    {
        Element.architecture, Element.size, Element.parameters, Element.dataset, Element.language, Element.task,
        Element.training, Element.layers, Element.heads, Element.characteristic,
    }
)  # fmt: skip
SHORTEST = 4
"""Letters of an unknown word that may be somebody's name for something; below, it is an abbreviation of nothing."""


def categorise(segments: Iterable[Segment]) -> Category:
    """Implementation names an architecture, application a task or a language it is for.

    Hours are of transcribed speech (``wav2vec2-base-960h``): it was tuned to recognise it.
    """
    implementation = application = False
    for segment in segments:
        if segment.element is Element.architecture:
            implementation = True
        elif segment.normal.startswith("hours=") or (
            segment.element in {Element.task, Element.language} and segment.confidence >= 0.5
        ):
            application = True
    if implementation:
        return "both" if application else "implementation"
    return "application" if application else "other"


def is_informative(drafts: Sequence[Draft], roles: Roles) -> bool:
    """Whether the name says what the model is, or at least has a word of its own.

    Not: ``autotrain-…`` and ``test-…`` whatever follows, numbers, dates and hashes alone, words that any model
    may bear (``output``, ``checkpoint-500``, ``final-model``), an abbreviation alone (``mpx``).
    """
    if not drafts or drafts[0].spelling in roles.placeholder:
        return False
    strange = 0
    for draft in drafts:
        if draft.normal.startswith("steps=") or draft.spelling in roles.generic:
            continue
        if draft.element in SAYS and draft.confidence >= 0.4:
            return True
        if draft.unknown and sum(letter.isalpha() for letter in draft.spelling) >= SHORTEST:
            return True
        strange += draft.unknown and not draft.spelling.isdigit()
    return strange > 1
