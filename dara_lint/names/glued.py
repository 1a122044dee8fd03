"""One token that is several things: ``Llama2``, ``resnet50``, ``vitg16``, ``CodeInstruct``, ``scibert``."""

from __future__ import annotations

import re

from dara_lint.names import patterns
from dara_lint.names.draft import Draft
from dara_lint.names.lexicon import Lexicon
from dara_lint.names.model import Element
from dara_lint.names.split import Token, pieces

_NUMBERED = re.compile(r"([^\W\d_].*?[^\W\d_])(v?\d[\d.]*)([bmk]?)")
_VISION_SIZE = re.compile(
    r"(vit|eva|deit|beit|convnext|swin|dinov2|sam|clip|siglip|hiera|dinovit)(b|l|s|t|h|g|ti|gg|bigg|so|base|large|small|huge|tiny|giant)(\d{1,2})?"
)
_SUFFIX = re.compile(
    r"[^\W\d_]{2,}?(bert|roberta|electra|bart|gpt|gpt2|t5|llama|clip|gemma|qwen|mistral|mixtral|whisper|wav2vec2|net|former|"
    r"diffusion|vit|stral|former|lm|llm|llava|coder|gan|ner|formers|embed|berta|bertv2|flux|sdxl|mix|merge|anime|pony|xl)"
)
HEADS_OF_NAMES = frozenset(
    {
        "bert",
        "roberta",
        "electra",
        "bart",
        "gpt",
        "gpt2",
        "t5",
        "llama",
        "clip",
        "gemma",
        "qwen",
        "mistral",
        "mixtral",
        "whisper",
        "wav2vec2",
        "vit",
        "llava",
        "berta",
        "net",
        "former",
        "lm",
        "llm",
        "stral",
        "diffusion",
    }
)
"""Endings that make a made-up word the name of a model: ``scibert``, ``AuroraGPT``, ``SegFormer``."""

DEEP = frozenset(
    "resnet resnext vgg densenet darknet seresnet seresnext resnest res2net resnetv2 wideresnet ecaresnet resnetaa skresnet "
    "darknetaa seresnetaa resnetrs resnetblur gcresnet resnetd seresnextaa dpn dla inception hrnet regnet cspresnet cspdarknet "
    "sknet senet cspresnext xception skresnext ecaresnext gcresnext seresnextd resnetc resnets vovnet esevovnet cait xcit".split()
)
"""Families whose number is a depth."""


def unglue(text: str, token: Token, words: Lexicon) -> list[Draft]:
    """The parts of a token, empty when it makes no sense."""
    for attempt in (_vision, _numbered, _camel, _suffix):
        drafts = attempt(text, token, words)
        if drafts:
            return drafts
    return []


def _vision(_text: str, token: Token, _words: Lexicon) -> list[Draft]:
    """``vitg16`` is ViT, giant, patch 16."""
    match = _VISION_SIZE.fullmatch(token.lower)
    if match is None:
        return []
    drafts = [
        Draft(token.start, token.start + match.end(1), match[1], Element.architecture, match[1], 0.9),
        Draft(token.start + match.start(2), token.start + match.end(2), match[2], Element.size, match[2], 0.85),
    ]
    if match[3]:
        drafts.append(
            Draft(token.start + match.start(3), token.end, match[3], Element.characteristic, f"patch={match[3]}")
        )
    return drafts


def _numbered(text: str, token: Token, words: Lexicon) -> list[Draft]:
    """A word and a number: a family's version or depth, a size, a task's version."""
    match = _NUMBERED.fullmatch(token.lower)
    if match is None:
        return []
    word, number, unit = match.groups()
    at = token.start + match.start(2)
    entry = words.words.get(word)
    head = [Draft(token.start, at, word, entry.element, entry.normal, 0.9)] if entry else []
    if not head:
        inner = Token(token.start, at, word)
        head = _camel(text, inner, words) or _suffix(text, inner, words)
    if not head:
        return []
    tail = Draft(at, token.end, number + unit, Element.version, number.lstrip("v").rstrip("."), 0.85)
    if unit in {"b", "m"} and number[0] != "v":
        tail.becomes(Element.parameters, str(patterns.count(number.rstrip("."), unit)))
    elif unit:
        return []
    elif word in DEEP:
        tail.becomes(Element.layers, number, 0.9)
    elif head[-1].element in {Element.size, Element.language} and number.isdigit() and int(number) > 9:
        tail.becomes(Element.characteristic, f"image={number}" if int(number) > 64 else number, 0.6)
    return [*head, tail]


def _camel(text: str, token: Token, words: Lexicon) -> list[Draft]:
    """Words written as one with capitals. All known: each for itself. The last a model's: the name of a model."""
    cuts = pieces(text, token.start, token.end)
    if len(cuts) < 2:
        return []
    drafts: list[Draft] = []
    at = 0
    while at < len(cuts):
        for end in range(len(cuts), at, -1):
            spelling = text[cuts[at][0] : cuts[end - 1][1]].lower()
            entry = words.words.get(spelling)
            shape = None if entry or len(spelling) < 2 else patterns.token(spelling)
            if (entry is not None and len(spelling) > 2) or shape is not None:
                meaning = entry or shape
                if meaning is not None:
                    drafts.append(Draft(cuts[at][0], cuts[end - 1][1], spelling, meaning.element, meaning.normal, 0.8))
                at = end
                break
        else:
            spelling = text[cuts[at][0] : cuts[at][1]].lower()
            drafts.append(Draft(*cuts[at], spelling, Element.other, spelling, 0.3))
            at += 1
    strange = sum(draft.unknown for draft in drafts)
    if not strange:
        return drafts
    last = drafts[-1]
    if last.spelling in HEADS_OF_NAMES or last.element is Element.architecture:
        return [Draft(token.start, token.end, token.lower, Element.architecture, last.normal, 0.6)]
    known = [draft for draft in drafts if draft.element is Element.architecture and len(draft.spelling) > 3]
    if known:
        return drafts
    return []


def _suffix(_text: str, token: Token, words: Lexicon) -> list[Draft]:
    """A made-up word that ends like a model's name: an architecture, though which one it says only by custom."""
    match = _SUFFIX.fullmatch(token.lower)
    if match is None or match[1] not in HEADS_OF_NAMES or len(token.lower) > 24:
        return []
    return [Draft(token.start, token.end, token.lower, Element.architecture, match[1], 0.55)]
