"""What a segment means beside its neighbours: numbers, letters, language codes, words with two meanings."""

from __future__ import annotations

from dara_lint.names.codes import KNOWN, read_codes
from dara_lint.names.digits import read_number
from dara_lint.names.draft import Draft
from dara_lint.names.glued import GLUED
from dara_lint.names.kin import common_words, first_word, give_types, join_versions
from dara_lint.names.lexicon import Lexicon, Roles
from dara_lint.names.model import Element
from dara_lint.names.variants import llama_by_letter, read_variants

MOST_BESIDE_DATA = 50 * 10**9
"""A count from here on that follows a data set is of tokens (``mpt-1b-redpajama-200b``)."""

MOST_BESIDE_PARAMETERS = 50
"""A count so many times that of the parameters before it is of tokens (``llama-161M-100B``)."""

SEEN_AFTER = frozenset({"relu", "swiglu", "geglu", "reglu", "gelu", "silu", "rp", "redpajama", "slimpajama", "dolma"})
"""Words after which such a count is of tokens: activations under study, and data."""

SPEAKING = frozenset({"wavlm", "unispeech", "unispeechsat", "superb"})
SPEAKERS = {
    "sv": "audio-classification", "sd": "voice-activity-detection", "er": "audio-classification",
    "ic": "audio-classification", "sid": "audio-classification", "pr": "automatic-speech-recognition",
}  # fmt: skip
"""Tasks of the SUPERB benchmark, in the names of models for it and of Microsoft's for speech; elsewhere ``sv`` is
Swedish."""

REASONING = frozenset({"o1", "r1"})
"""Versions that one laboratory's name made a word: behind another family they are a version."""

LONGEST_AMBIGUOUS = 9
"""Letters of the longest word that means two things."""

COUNTED = frozenset({"categories", "classes", "labels", "emotions", "topics", "langs", "languages"})
"""Words after a number that say what it counts."""

COMPOUND = ("efficientnet", "segformer", "mit", "pvt", "tfefficientnet", "fbnet", "hgnet")
"""Families whose sizes are ``b0`` to ``b8``."""


def settle(drafts: list[Draft], lower: str, words: Lexicon) -> None:
    """Decide every draft that depends on others, in place."""
    join_versions(drafts, lower, words.roles)
    common_words(drafts, words.roles)
    has_parameters = visual = False
    for draft in drafts:
        if draft.element is Element.parameters:
            has_parameters = True
        elif draft.element is Element.architecture and (
            draft.normal in words.visual or draft.normal.startswith(words.roles.visual)
        ):
            visual = True
    if has_parameters:
        llama_by_letter(drafts)
    read_variants(drafts, visual=visual)
    for at, draft in enumerate(drafts):
        if draft.unknown and draft.spelling.isdigit():
            if at + 1 < len(drafts) and drafts[at + 1].spelling in COUNTED:
                continue
            read_number(drafts, at, visual=visual, roles=words.roles)
        elif draft.element is Element.parameters:
            _parameters(drafts, at)
        elif len(draft.spelling) <= LONGEST_AMBIGUOUS:
            _word(drafts, at, words.roles, has_parameters=has_parameters, visual=visual)
    read_codes(drafts, words)
    first_word(drafts, words.roles)
    give_types(drafts, lower, words)


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
    elif spelling in SPEAKERS and any(other.normal in SPEAKING for other in drafts[:at]):
        draft.becomes(Element.task, SPEAKERS[spelling], 0.8)
    elif spelling == "cnn":
        if any(other.element is Element.architecture and other is not draft for other in drafts):
            draft.becomes(Element.dataset, "cnn_dailymail", 0.8)
    elif spelling == "superglue":
        if any(other.element is Element.architecture for other in drafts[:at]):
            draft.becomes(Element.dataset, "super_glue", 0.9)
    elif draft.unknown and visual and before is not None and spelling in roles.sizes:
        draft.becomes(Element.size, spelling, 0.8)
    elif draft.element is Element.size and draft.confidence > 0.9 and spelling[0] == "b" and spelling[1:].isdigit():
        if not any(other.normal.startswith(COMPOUND) for other in drafts[:at]):
            draft.becomes(Element.other, spelling, 0.4)
    elif spelling == "vision":
        if not has_parameters and not any(_says_model(other) for other in drafts):
            draft.becomes(Element.other, spelling, 0.45)
    elif (
        spelling in REASONING
        and draft.element is Element.architecture
        and before
        and not before.spelling[-1:].isdigit()
    ):
        draft.becomes(Element.version, spelling, 0.7)
    elif spelling == "ext":
        if not (before and before.normal == "wwm"):
            draft.becomes(Element.other, spelling, 0.45)
    elif spelling == "class":
        if at and at == len(drafts) - 1:
            draft.becomes(Element.task, "text-classification", 0.6)
    elif draft.normal.startswith("patch=") and not visual and spelling[:1] == "p" and spelling[1:].isdecimal():
        draft.becomes(Element.version, spelling, 0.5)
    elif before and before.normal.startswith("esm") and spelling[0] == "t" and spelling[1:].isdecimal():
        draft.becomes(Element.layers, spelling[1:], 0.8)
    elif visual and draft.unknown and spelling in {"b8", "b16", "b32", "l14", "l16", "l32", "h14", "g14"}:
        draft.becomes(Element.characteristic, f"patch={spelling[1:]}", 0.7)
    elif visual and spelling == "rw":
        draft.becomes(Element.other, "rw", 0.6)
    elif visual and spelling == "bn":
        draft.becomes(Element.other, "batchnorm", 0.6)
    elif visual and spelling in {"1k", "12k", "21k", "22k"}:
        draft.becomes(Element.dataset, f"imagenet-{spelling}", 0.85)
    elif draft.normal.startswith("tokens=") and spelling[-1] == "t" and not has_parameters:
        draft.becomes(Element.other, spelling, 0.4)


def _count(draft: Draft) -> int:
    """The count of a draft of parameters, 0 when it is of experts or active ones."""
    return int(draft.normal) if draft.normal.isdecimal() else 0


def _counts_tokens(before: Draft, count: int) -> bool:
    """Whether a count behind ``before`` is one of tokens: behind data, or much above the parameters before it."""
    if before.element is Element.parameters:
        return 0 < _count(before) * MOST_BESIDE_PARAMETERS <= count
    return count >= MOST_BESIDE_DATA and (before.element is Element.dataset or before.spelling in SEEN_AFTER)


def _says_model(draft: Draft) -> bool:
    """Whether a draft says that vision is what a language model does: a family, or that it was instructed."""
    family = draft.element is Element.architecture and draft.confidence >= KNOWN
    return family or draft.normal in {"instruct", "chat"}


def _dwarfs(earlier: list[Draft], count: int) -> bool:
    """Whether a count is of tokens, beside a model's that stands further to the front: ``1.1B-step-50K-105b``."""
    counts = [_count(draft) for draft in earlier if draft.element is Element.parameters]
    return any(0 < one * MOST_BESIDE_PARAMETERS <= count for one in counts)


def _parameters(drafts: list[Draft], at: int) -> None:
    """A count that is none of parameters: tokens, samples or context beside the true count."""
    draft = drafts[at]
    before = drafts[at - 1] if at else None
    count = _count(draft)
    if before and before.normal in {"laion", "datacomp", "webli"} and draft.spelling.endswith("b"):
        draft.becomes(Element.characteristic, f"samples={draft.normal}", 0.8)
    elif before and (_counts_tokens(before, count) or _dwarfs(drafts[:at], count)):
        draft.becomes(Element.characteristic, f"tokens={count}", 0.8)
    elif draft.confidence == GLUED and any(other.element is Element.parameters for other in drafts[:at]):
        draft.becomes(Element.characteristic, f"samples={count}", 0.6)  # ``dino2b-full2b``
    elif draft.spelling in {"1m", "2m", "4m", "10m"} and any(
        other.element is Element.parameters and other is not draft for other in drafts
    ):
        draft.becomes(Element.characteristic, f"context={draft.spelling[:-1]}000000", 0.85)
