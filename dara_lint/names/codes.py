"""Language codes: two or three letters are a language only where their neighbours say so."""

from __future__ import annotations

from dara_lint.names.draft import Draft
from dara_lint.names.lexicon import lexicon
from dara_lint.names.model import Element

STRONG = frozenset(
    "en zh ja ko de fr es ru ar fa hi nl pl sv da fi cs uk tr vi th bn ro hu bg ca hr sk sl sr lt lv el he ur ka kk uz jp cn kr "
    "eng deu ger fra fre spa rus jpn kor zho chi ita por ara tur pol nld vie tha hin ben ukr swe fin ces hun ron jap zhs multi "
    "xx ind mar tam tel fas ptbr koen enko zhen jaen bak viet msa urdu".split()
)
"""Codes that on a model's name are a language unless something speaks against it."""

NEVER = frozenset("is no or my so to am as an be do ha id ie ig in io la li lo mi ml mo mr ms na ne om os pa pi sa sc se si sm sn ss "
                  "st ti tn ts tt tw ty ve vo wa wo za ga gd gl gn kg kl km kn ks ku kv kw ky lg ln lu mg mh mn mul et hy "
                  "af ce ch co cr cu cv cy dv dz ee eo eu ff fj fo fy gu gv ho ht hz ia ii ik iu jv ki kj kr lb mk mt nb nd ng "
                  "nn nr nv ny oc oj qu rm rn rw sd sg sh sq su sw ta te tg tk tl ug xh yo yi zu bm bi bh bo br bs av ay az ba "
                  "ab ae ak aa qu".split())  # fmt: skip
"""Codes that are languages only beside another language or after the task of translation."""


def read_codes(drafts: list[Draft]) -> None:
    """Mark language codes in place."""
    tags = lexicon().languages
    multilingual = any(
        draft.spelling in {"opusmt", "opus", "mt", "translation", "nllb", "translate"} for draft in drafts
    )
    told = [draft.element is Element.language for draft in drafts]
    sized = any(draft.element is Element.parameters for draft in drafts)
    gemma = any(draft.spelling.startswith(("gemma", "medgemma")) for draft in drafts)
    for at, draft in enumerate(drafts):
        spelling = draft.spelling
        tag = tags.get(spelling)
        if tag is None or len(spelling) > 4 or told[at]:
            continue
        if spelling == "it":
            beside = _beside(drafts, told, at, tags)
            if beside or not (sized or gemma or at == 0):
                draft.becomes(Element.language, tag, 0.7)
                told[at] = True
            continue
        if not draft.unknown:
            continue
        sure = spelling in STRONG or multilingual or _beside(drafts, told, at, tags)
        if sure or (spelling not in NEVER and at and drafts[at - 1].element is not Element.other):
            draft.becomes(Element.language, tag, 0.9 if spelling in STRONG else 0.6)
            told[at] = True
    if multilingual:
        for at, draft in enumerate(drafts):
            if draft.unknown and len(draft.spelling) in {2, 3} and draft.spelling.isalpha() and at:
                draft.becomes(Element.language, draft.spelling, 0.6)


def _beside(drafts: list[Draft], told: list[bool], at: int, tags: object) -> bool:
    """Whether a neighbour is a language, or a strong code."""
    for other in (at - 1, at + 1):
        if 0 <= other < len(drafts) and (told[other] or drafts[other].spelling in STRONG):
            return True
    return False
