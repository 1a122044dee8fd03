"""Names that go beyond what the lexicon knows of a family: they claim nothing, rather than contradict.

A later generation, a variant or a word made of a family's name is often another design (Baichuan-M2 is a Qwen2,
CodeGen 2.5 a Llama, GPT-J-Neo a GPT-Neo). What a name's family is stored as holds for the names that are listed.
"""

from __future__ import annotations

import re

from dara_lint.names.draft import Draft
from dara_lint.names.lexicon import Lexicon
from dara_lint.names.model import Element

FEW = 4
"""Model types of a family above which its entry lists generations, so that one more is likely one of them."""

SENSES = frozenset({"image-text-to-text", "audio-text-to-text", "video-text-to-text"})
"""Tasks of models that see or hear beside what they read."""

BESIDE_A_FAMILY = frozenset({Element.parameters, Element.size, Element.format})
"""What follows the name of a family more often than any other word."""

_NUMBER = r"\d+"


def doubtful(drafts: list[Draft], at: int, end: int, words: Lexicon) -> bool:
    """Whether the family at ``at``, known up to ``end``, may be another one here."""
    few = len(drafts[at].types) <= FEW
    return (
        (few and (_later(drafts, end, words) or _rebuilt(drafts, end) or _modal(drafts, end)))
        or _generation(drafts, at, end, words)
        or _variant(drafts, at, end)
        or _made_up(drafts, at, end)
        or _everyday(drafts, at, end, words)
    )


def _later(drafts: list[Draft], end: int, words: Lexicon) -> bool:
    """A second generation or a later one right behind it, or a number that nobody explains: ``aya-101``."""
    if end >= len(drafts):
        return False
    draft = drafts[end]
    if draft.element is Element.version:
        return _counts(draft)
    return draft.unknown and draft.spelling.isdecimal() and drafts[end - 1].normal in words.roles.generations


def _rebuilt(drafts: list[Draft], end: int) -> bool:
    """Embeddings of a second generation: makers change the design between the two (Arctic Embed, Jina, BGE)."""
    behind = iter(drafts[end : end + 3])
    embeds = any(draft.normal == "feature-extraction" for draft in behind)
    return embeds and any(draft.element is Element.version and _counts(draft) for draft in behind)


def _modal(drafts: list[Draft], end: int) -> bool:
    """A sense more than the family has, right behind it: ``Yi-VL`` is no Llama as Yi is."""
    return end < len(drafts) and drafts[end].normal in SENSES and drafts[end].start > drafts[end - 1].end


def _counts(version: Draft) -> bool:
    """Whether a version is a second one or a later one; a date, an alpha and ``v1.5`` are none."""
    number = None if version.normal.startswith("date=") else re.search(_NUMBER, version.normal)
    return number is not None and int(number[0][:4]) > 1


def _generation(drafts: list[Draft], at: int, end: int, words: Lexicon) -> bool:
    """A generation, further on, that the lexicon knows as another design: ``DeepSeek-Math-V2``."""
    if end > at + 1:
        return False
    family = drafts[at].normal
    for draft in drafts[end:]:
        if draft.element is Element.version:
            known = words.types.get(family + draft.spelling)
            return bool(known) and not set(known or ()) & set(drafts[at].types)
    return False


def _variant(drafts: list[Draft], at: int, end: int) -> bool:
    """Words between a family and its number of parameters, where makers name a variant: ``gptj-neo-1.3B``."""
    if end > at + 1 or end >= len(drafts) or not (drafts[end].unknown and drafts[end].spelling.isalpha()):
        return False
    for draft in drafts[end + 1 :]:
        if draft.element is Element.parameters:
            return True
        if not draft.unknown and draft.element is not Element.version:
            return False
    return False


def _made_up(drafts: list[Draft], at: int, end: int) -> bool:
    """A word that is made of a family and something else: ``OvisOCR2``, ``DanskBERT``."""
    if drafts[at].confidence > 0.85:
        return False
    before = at > 0 and drafts[at - 1].end == drafts[at].start and drafts[at - 1].element is not Element.size
    after = end < len(drafts) and drafts[end].start == drafts[end - 1].end
    return before or (after and drafts[end].element in {Element.task, Element.other, Element.language})


def _everyday(drafts: list[Draft], at: int, end: int, words: Lexicon) -> bool:
    """A word that is a family as well, with what it means in life behind it: ``solar-panel-detector``."""
    return (
        drafts[at].spelling in words.roles.everyday
        and end < len(drafts)
        and drafts[end].unknown
        and drafts[end].spelling.isalpha()
        and not any(draft.element in BESIDE_A_FAMILY | {Element.version} for draft in drafts)
    )
