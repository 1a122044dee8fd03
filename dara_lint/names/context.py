"""What a segment means beside its neighbours: numbers, letters, language codes, words with two meanings."""

from __future__ import annotations

import re

from dara_lint.names.codes import read_codes
from dara_lint.names.digits import read_number
from dara_lint.names.draft import Draft
from dara_lint.names.lexicon import Lexicon, Roles
from dara_lint.names.model import Element

_SEPARATORS = re.compile(r"[\W_]+")
MOST_TYPED = 4
"""Segments that a key of the lexicon's types may run over (``deepseek``, ``coder``, ``v2``)."""

BESIDE_A_FAMILY = frozenset({Element.parameters, Element.size, Element.format})
"""What follows the name of a family more often than any other word."""

COMPOUND = ("efficientnet", "segformer", "mit", "pvt", "tfefficientnet", "fbnet", "hgnet")
"""Families whose sizes are ``b0`` to ``b8``."""


def settle(drafts: list[Draft], lower: str, words: Lexicon) -> None:
    """Decide every draft that depends on others, in place."""
    _join_versions(drafts, lower, words.roles)
    _common_words(drafts, words.roles)
    has_parameters = visual = False
    for draft in drafts:
        if draft.element is Element.parameters:
            has_parameters = True
        elif draft.element is Element.architecture and (
            draft.normal in words.visual or draft.normal.startswith(words.roles.visual)
        ):
            visual = True
    for at, draft in enumerate(drafts):
        if draft.unknown and draft.spelling.isdigit():
            read_number(drafts, at, visual=visual, roles=words.roles)
        elif draft.element is Element.parameters:
            _parameters(drafts, at)
        elif len(draft.spelling) <= 8:
            _word(drafts, at, words.roles, has_parameters=has_parameters, visual=visual)
    read_codes(drafts, words)
    _first_word(drafts)
    _types(drafts, lower, words)


def _common_words(drafts: list[Draft], roles: Roles) -> None:
    """``align`` is a family in ``align-base``, and a word in ``one-align``."""
    for at, draft in enumerate(drafts):
        if at and draft.spelling in roles.common and draft.element is Element.architecture:
            after = drafts[at + 1] if at + 1 < len(drafts) else None
            if drafts[at - 1].element is not Element.organisation and not (
                after and after.element in {Element.parameters, Element.size}
            ):
                draft.becomes(Element.other, draft.spelling, 0.45)


def _join_versions(drafts: list[Draft], lower: str, roles: Roles) -> None:
    """``stable-diffusion-2-1`` and ``internlm2_5``: a family's version whose point became another separator."""
    for at in range(len(drafts) - 1, 1, -1):
        last, first, family = drafts[at], drafts[at - 1], drafts[at - 2]
        if (
            len(last.spelling) == len(first.spelling) == 1
            and last.spelling.isdigit()
            and first.spelling.isdigit()
            and family.normal in roles.generations
            and lower[first.end : last.start] in {"-", "_"}
        ):
            first.end = last.end
            first.becomes(Element.version, f"{first.spelling}.{last.spelling}", 0.8)
            first.spelling = lower[first.start : first.end]
            del drafts[at]


def _word(drafts: list[Draft], at: int, roles: Roles, *, has_parameters: bool, visual: bool) -> None:
    """A word that means one thing here and another there."""
    draft = drafts[at]
    spelling = draft.spelling
    before = drafts[at - 1] if at else None
    if spelling == "base":
        if has_parameters:
            draft.becomes(Element.training, "base", 0.85)
    elif spelling == "pt":
        if has_parameters or (before and before.spelling.startswith(("gemma", "paligemma"))):
            draft.becomes(Element.training, "pretrained", 0.85)
        elif at == 0 and len(drafts) > 1:
            draft.becomes(Element.format, "pytorch", 0.6)
    elif spelling == "cnn":
        if any(other.element is Element.architecture and other is not draft for other in drafts):
            draft.becomes(Element.dataset, "cnn_dailymail", 0.8)
    elif draft.unknown and visual and before is not None and spelling in roles.sizes:
        draft.becomes(Element.size, spelling, 0.8)
    elif draft.element is Element.size and spelling[0] == "b" and spelling[1:].isdigit():
        if not any(other.normal.startswith(COMPOUND) for other in drafts[:at]):
            draft.becomes(Element.other, spelling, 0.4)
    elif draft.element is Element.layers and spelling in {"l2", "l3"} and has_parameters:
        draft.becomes(Element.version, spelling[1:], 0.5)
    elif draft.normal.startswith("patch=") and not visual and spelling[:1] == "p" and spelling[1:].isdecimal():
        draft.becomes(Element.version, spelling, 0.5)
    elif before and before.normal.startswith("esm") and spelling[0] == "t" and spelling[1:].isdecimal():
        draft.becomes(Element.layers, spelling[1:], 0.8)
    elif visual and spelling == "bn":
        draft.becomes(Element.other, "batchnorm", 0.6)
    elif visual and spelling in {"1k", "12k", "21k", "22k"}:
        draft.becomes(Element.dataset, f"imagenet-{spelling}", 0.85)
    elif draft.normal.startswith("tokens=") and spelling[-1] == "t" and not has_parameters:
        draft.becomes(Element.other, spelling, 0.4)


def _parameters(drafts: list[Draft], at: int) -> None:
    """A count that is none of parameters: tokens, samples or context beside the true count."""
    draft = drafts[at]
    before = drafts[at - 1] if at else None
    if before and before.normal in {"laion", "datacomp", "webli"} and draft.spelling.endswith("b"):
        draft.becomes(Element.characteristic, "samples=" + draft.normal, 0.8)
    elif draft.spelling in {"1m", "2m", "4m", "10m"} and any(
        other.element is Element.parameters and other is not draft for other in drafts
    ):
        draft.becomes(Element.characteristic, f"context={draft.spelling[:-1]}000000", 0.85)


def _first_word(drafts: list[Draft]) -> None:
    """An unknown first word before a size or a format is the name of a family that nobody listed."""
    if len(drafts) < 2 or any(draft.element is Element.architecture for draft in drafts):
        return
    first = drafts[0]
    nameless = first.unknown and len(first.spelling) > 1 and not first.spelling.isdigit()
    if nameless and any(draft.element in BESIDE_A_FAMILY for draft in drafts[1:]):
        first.becomes(Element.architecture, first.spelling, 0.4)


def _types(drafts: list[Draft], lower: str, words: Lexicon) -> None:
    """Give each architecture the model types of the longest key around it: ``qwen``, ``2.5``, ``vl``."""
    for at, draft in enumerate(drafts):
        if draft.element is not Element.architecture or draft.confidence < 0.7:
            continue
        first = at - 1 if at and drafts[at - 1].element in {Element.language, Element.task} else at
        key = _longest(drafts, lower, words, first, at) or _longest(drafts, lower, words, at, at) or draft.normal
        draft.types = words.types.get(key, ())


def _longest(drafts: list[Draft], lower: str, words: Lexicon, first: int, at: int) -> str:
    """The longest key of types that runs from the draft ``first`` over ``at`` and on, empty when there is none."""
    for end in range(min(at + MOST_TYPED, len(drafts)), at, -1):
        raw = lower[drafts[first].start : drafts[end - 1].end]
        key = raw if raw.isalnum() else _SEPARATORS.sub("", raw)
        if key in words.types:
            return key
    return ""
