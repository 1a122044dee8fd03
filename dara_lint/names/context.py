"""What a segment means beside its neighbours: numbers, letters, language codes, words with two meanings."""

from __future__ import annotations

from dara_lint.names.codes import read_codes
from dara_lint.names.digits import read_number
from dara_lint.names.draft import Draft
from dara_lint.names.lexicon import lexicon
from dara_lint.names.model import Element

BIG = frozenset({Element.parameters})
SIZED = frozenset({"b", "l", "s", "h", "g", "m", "t", "n", "x", "ti"})
VISUAL = (
    "vit", "clip", "radio", "swin", "beit", "deit", "convnext", "dino", "siglip", "eva", "yolo", "resnet", "efficientnet", "cvt",
    "mobile", "mixer", "coat", "cait", "levit", "regnet", "hiera", "sam", "tinyvit", "maxvit", "xcit", "volo", "nextvit", "mae",
    "pvt", "twins", "dpt", "segformer", "detr", "nfnet", "hgnet", "dfine", "fastvit", "focalnet", "mambaout", "owl",
)  # fmt: skip
LIKE_MODELS = frozenset({Element.parameters, Element.size, Element.version, Element.training, Element.format})
MOST_TYPED = 4
"""Segments that a key of the lexicon's types may run over (``deepseek``, ``coder``, ``v2``)."""


def settle(drafts: list[Draft], lower: str) -> None:
    """Decide every draft that depends on others, in place."""
    has_parameters = any(draft.element is Element.parameters for draft in drafts)
    visual = any(
        draft.element is Element.architecture and (draft.normal.startswith(VISUAL) or draft.normal.endswith("net"))
        for draft in drafts
    )
    for at, draft in enumerate(drafts):
        if draft.spelling.isdigit() and draft.element is Element.other:
            read_number(drafts, at, visual)
        elif len(draft.spelling) <= 8:
            _word(drafts, at, has_parameters, visual)
    read_codes(drafts)
    _first_word(drafts)
    _types(drafts, lower)


def _word(drafts: list[Draft], at: int, has_parameters: bool, visual: bool) -> None:
    """A word that means one thing here and another there."""
    draft = drafts[at]
    before = drafts[at - 1] if at else None
    spelling = draft.spelling
    if spelling == "base":
        if has_parameters:
            draft.becomes(Element.training, "base", 0.85)
    elif spelling == "pt" and (has_parameters or (before and before.spelling.startswith("gemma"))):
        draft.becomes(Element.training, "pretrained", 0.85)
    elif spelling in SIZED and draft.unknown and visual and before is not None:
        draft.becomes(Element.size, spelling, 0.8)
    elif spelling in {"bert", "roberta"} and draft.element is Element.architecture and at and before is not None:
        if before.element is Element.other and before.end + 1 == draft.start and before.spelling == "distil":
            before.becomes(Element.reuse, "distilled", 0.9)
    elif draft.element is Element.size and draft.normal.startswith("b") and spelling[1:].isdigit():
        if not visual and not (before and before.normal in {"segformer", "mit", "efficientnet", "pvtv2", "pvt"}):
            draft.becomes(Element.other, spelling, 0.4)
    elif draft.normal.startswith("tokens=") and not has_parameters and spelling[-1] == "t":
        draft.becomes(Element.other, spelling, 0.4)
    elif spelling.endswith("m") and draft.element is Element.parameters and draft.confidence < 0.9:
        if sum(other.element is Element.parameters for other in drafts) > 1 and spelling in {"1m", "2m", "4m", "10m"}:
            draft.becomes(Element.characteristic, f"context={int(spelling[:-1]) * 1_000_000}", 0.85)


def _first_word(drafts: list[Draft]) -> None:
    """An unknown first word before a size, a version or the like is the name of a family nobody listed."""
    if not drafts or any(draft.element is Element.architecture for draft in drafts):
        return
    first = drafts[0]
    if first.unknown and first.spelling.isalpha() and len(drafts) > 1 and len(first.spelling) > 1:
        if any(draft.element in {Element.parameters, Element.size} for draft in drafts[1:]):
            first.becomes(Element.architecture, first.spelling, 0.4)


def _types(drafts: list[Draft], lower: str) -> None:
    """Give each architecture the model types of the longest key that starts at it: ``qwen``, ``2.5``, ``vl``."""
    table = lexicon().types
    for at, draft in enumerate(drafts):
        if draft.element is not Element.architecture or draft.confidence < 0.7:
            continue
        for end in range(min(at + MOST_TYPED, len(drafts)), at, -1):
            raw = lower[draft.start : drafts[end - 1].end]
            key = "".join([letter for letter in raw if letter.isalnum()])
            if key in table:
                draft.types = table[key]
                break
        else:
            draft.types = table.get(draft.normal, ())
