"""Language codes: two or three letters are a language only where their neighbours say so."""

from __future__ import annotations

from dara_lint.names.draft import Draft
from dara_lint.names.lexicon import Lexicon
from dara_lint.names.model import Element

TRANSLATION = frozenset({"opusmt", "opus", "mt", "translation", "nllb", "translate", "translator", "mms", "m2m100"})
SPOKEN = ("whisper", "wav2vec2", "wavlm", "hubert", "stanza", "vits", "mms")
"""Families that are tuned or published for one language at a time: the code at the end is one, however weak."""
CASES = frozenset({"cased", "uncased"})
"""Words that stand behind the languages of an encoder (``wikibert-base-et-cased``)."""
HIGH_RESOLUTION = frozenset({"timesformer", "hrnet", "ddrnet", "detr"})
"""Families in whose names ``hr`` says high resolution, not Croatian."""
LONGEST_CODE = 4
KNOWN = 0.7
"""Confidence from which a family was not only guessed."""


def read_codes(drafts: list[Draft], words: Lexicon) -> None:
    """Mark language codes in place."""
    roles = words.roles
    told = []
    translation = sharp = spoken = instructed = False
    for at, draft in enumerate(drafts):
        element, spelling = draft.element, draft.spelling
        told.append(element is Element.language)
        if spelling == "trans" and draft.unknown and _coded(drafts, at + 1, roles.strong_codes):
            draft.becomes(Element.task, "translation", 0.7)
        translation = translation or spelling in TRANSLATION or draft.normal == "translation"
        sharp = sharp or spelling in HIGH_RESOLUTION
        instructed = instructed or element is Element.parameters or "gemma" in spelling
        spoken = spoken or (element is Element.architecture and draft.normal.startswith(SPOKEN))
    for at, draft in enumerate(drafts):
        spelling = draft.spelling
        if told[at] or len(spelling) > LONGEST_CODE or spelling not in words.languages or spelling in roles.never_codes:
            continue
        if (sharp and spelling == "hr") or _part(drafts, at):
            continue
        strong = spelling in roles.strong_codes
        beside = _beside(drafts, told, at, roles.strong_codes)
        if spelling == "it":
            meant = _italian(drafts, told, at, instructed=instructed, beside=beside)
        else:
            meant = draft.unknown and (
                strong
                or (spoken and (at == len(drafts) - 1 or drafts[at + 1].spelling.isdigit()))
                or (at > 0 and at + 1 < len(drafts) and drafts[at + 1].normal in CASES)
                or (translation and at > 0)
                or beside
                or (at > 0 and spelling not in roles.weak_codes and _follows(drafts[at - 1]))
            )
        if meant:
            draft.becomes(Element.language, words.languages[spelling], 0.9 if strong else 0.6)
            told[at] = True
    if translation:
        _unlisted(drafts, roles.never_codes)


def _coded(drafts: list[Draft], at: int, strong: frozenset[str]) -> bool:
    return at < len(drafts) and drafts[at].spelling in strong


def _part(drafts: list[Draft], at: int) -> bool:
    """Whether a code is a part of another word: ``sci-fi``, and two letters written onto an unknown word."""
    draft, after = drafts[at], drafts[at + 1] if at + 1 < len(drafts) else None
    if draft.spelling == "fi" and at and drafts[at - 1].spelling in {"sci", "wi", "hi", "lo"}:
        return True
    return draft.unknown and after is not None and after.unknown and after.start == draft.end


def _italian(drafts: list[Draft], told: list[bool], at: int, *, instructed: bool, beside: bool) -> bool:
    """Whether ``it`` is Italian: never instruction tuning where the name gives no number of parameters."""
    if instructed:
        return at > 0 and told[at - 1]
    if at == 0:
        return len(drafts) > 1 and drafts[1].element is Element.task
    known = any(draft.element is Element.architecture and draft.confidence >= KNOWN for draft in drafts)
    sentence = at > 1 and drafts[at - 1].unknown and drafts[at - 2].unknown
    return beside or _follows(drafts[at - 1]) or (known and at == len(drafts) - 1 and not sentence)


def _follows(before: Draft) -> bool:
    return before.element not in {Element.other, Element.dataset}


def _translates(draft: Draft) -> bool:
    return draft.spelling in TRANSLATION or draft.normal == "translation"


def _unlisted(drafts: list[Draft], never: frozenset[str]) -> None:
    """After the task of translation two or three letters are a code, listed or not (ISO 639-3)."""
    first = next((at for at, draft in enumerate(drafts) if _translates(draft)), 0)
    for draft in drafts[first + 1 :]:
        if draft.unknown and len(draft.spelling) in {2, 3} and draft.spelling.isalpha() and draft.spelling not in never:
            draft.becomes(Element.language, draft.spelling, 0.6)


def _beside(drafts: list[Draft], told: list[bool], at: int, strong: frozenset[str]) -> bool:
    """Whether a neighbour is a language, or a code that needs no witness."""
    return any(
        0 <= other < len(drafts) and (told[other] or drafts[other].spelling in strong) for other in (at - 1, at + 1)
    )
