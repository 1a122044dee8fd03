"""What families need from the segments around them: a version in two pieces, a name's beginning, model types."""

from __future__ import annotations

import re

from dara_lint.names.doubt import BESIDE_A_FAMILY, doubtful
from dara_lint.names.draft import Draft
from dara_lint.names.lexicon import Lexicon, Roles
from dara_lint.names.model import Element

_SEPARATORS = re.compile(r"[\W_]+")
MOST_TYPED = 4
"""Segments that a key of the lexicon's types may run over (``deepseek``, ``coder``, ``v2``)."""


def common_words(drafts: list[Draft], roles: Roles) -> None:
    """``align`` is a family in ``align-base``, and a word in ``one-align``."""
    for at, draft in enumerate(drafts):
        if at and draft.spelling in roles.common and draft.element is Element.architecture:
            after = drafts[at + 1] if at + 1 < len(drafts) else None
            if drafts[at - 1].element is not Element.organisation and not (
                after and after.element in {Element.parameters, Element.size}
            ):
                draft.becomes(Element.other, draft.spelling, 0.45)


def join_versions(drafts: list[Draft], lower: str, roles: Roles) -> None:
    """``stable-diffusion-2-1`` and ``internlm2_5``: a family's version whose point became another separator."""
    for at in range(len(drafts) - 1, 1, -1):
        last, first, family = drafts[at], drafts[at - 1], drafts[at - 2]
        if (
            len(last.spelling) == len(first.spelling) == 1
            and last.spelling.isdigit()
            and first.spelling.isdigit()
            and (family.normal in roles.generations or _written_on(family, first))
            and lower[first.end : last.start] in {"-", "_"}
        ):
            first.end = last.end
            first.becomes(Element.version, f"{first.spelling}.{last.spelling}", 0.8)
            first.spelling = lower[first.start : first.end]
            del drafts[at]


def _written_on(family: Draft, number: Draft) -> bool:
    """``InternVideo2_5``: the number belongs to the family before it."""
    return family.element is Element.architecture and family.end == number.start


def first_word(drafts: list[Draft], roles: Roles) -> None:
    """An unknown first word before a size or a format is the name of a family that nobody listed."""
    if len(drafts) < 2 or any(draft.element is Element.architecture for draft in drafts):
        return
    first = drafts[0]
    nameless = first.unknown and len(first.spelling) > 1 and not first.spelling.isdigit()
    if first.spelling in roles.generic or first.spelling in roles.placeholder:
        return
    if nameless and any(draft.element in BESIDE_A_FAMILY for draft in drafts[1:]):
        first.becomes(Element.architecture, first.spelling, 0.4)


def give_types(drafts: list[Draft], lower: str, words: Lexicon) -> None:
    """Give each architecture the model types of the longest key around it: ``qwen``, ``2.5``, ``vl``."""
    for at, draft in enumerate(drafts):
        if draft.element is not Element.architecture or draft.confidence < 0.7:
            continue
        first = at - 1 if at and drafts[at - 1].element in {Element.language, Element.task} else at
        key, end = (
            _longest(drafts, lower, words, first, at)
            or _longest(drafts, lower, words, at, at)
            or (draft.normal, at + 1)
        )
        draft.types = words.types.get(key, ())
        if draft.types and doubtful(drafts, at, end, words):
            draft.types = ()


def _longest(drafts: list[Draft], lower: str, words: Lexicon, first: int, at: int) -> tuple[str, int] | None:
    """The longest key of types that runs from the draft ``first`` over ``at`` and on, and where it ends."""
    for end in range(min(at + MOST_TYPED, len(drafts)), at, -1):
        raw = lower[drafts[first].start : drafts[end - 1].end]
        key = raw if raw.isalnum() else _SEPARATORS.sub("", raw)
        if key in words.types:
            return key, end
    return None
