"""One token that is several things: ``Llama2``, ``resnet50``, ``vitg16``, ``BertForMaskedLM``."""

from __future__ import annotations

import re

from dara_lint.names.camel import FAMILIES_OF_TWO, camel, ending, task
from dara_lint.names.draft import Draft
from dara_lint.names.lexicon import Lexicon
from dara_lint.names.model import Element
from dara_lint.names.shapes import count
from dara_lint.names.single import token as single_token
from dara_lint.names.split import Token

_NUMBERED = re.compile(r"([^\W\d_].*?[^\W\d_])(v?\d[\d.]*)([bmkdtsn]?)")
_VISUAL_SIZE = re.compile(
    r"(vit|eva|deit|beit|convnext|swin|dinov2|sam|clip|siglip|hiera)"
    r"(b|l|s|t|h|g|ti|gg|bigg|so|base|large|small|huge|tiny|giant)(\d{1,2})?"
)
_YOLO = r"(yolo)(v?\d{1,2})([nsmlxtc])"
_STACK = r"(\d{1,2})l(\d{2,5})([wdh])"
_LLAMA = re.compile(r"(l)([23](?:\.[1-3])?)")
_CLASS = re.compile(r"(\w+?)(?:(For[A-Z]\w+)|(?:LMHead|Encoder|Decoder|MT)?Model|Pipeline)")
HEADS = {
    "ForSequenceClassification": "text-classification", "ForTokenClassification": "token-classification",
    "ForQuestionAnswering": "question-answering", "ForMaskedLM": "fill-mask", "ForCausalLM": "text-generation",
    "ForConditionalGeneration": "text-generation", "ForMultipleChoice": "multiple-choice",
    "ForImageClassification": "image-classification", "ForObjectDetection": "object-detection",
    "ForSemanticSegmentation": "image-segmentation", "ForAudioClassification": "audio-classification",
    "ForCTC": "automatic-speech-recognition", "ForDepthEstimation": "depth-estimation",
    "ForVideoClassification": "video-classification",
}  # fmt: skip
"""Heads of transformers' classes and the pipeline that each serves."""

LONGEST = 64
"""Characters of a token that is taken apart; what is longer is a hash or a sentence."""


def unglue(text: str, token: Token, words: Lexicon) -> list[Draft]:
    """The parts of a token, empty when it makes no sense."""
    if token.end - token.start > LONGEST:
        return []
    return (
        _visual(token)
        or _stack(token)
        or _pair(token, words)
        or _class(text, token, words)
        or _numbered(text, token, words)
        or camel(text, token, words)
        or ending(token)
        or task(token)
    )


def _visual(token: Token) -> list[Draft]:
    """``vitg16`` is ViT, giant, patch 16; ``yolov8s`` is YOLO, version 8, small."""
    yolo = re.fullmatch(_YOLO, token.lower) if token.lower.startswith("yolo") else None
    if yolo:
        at, end = token.start + 4, token.end - 1
        return [
            Draft(token.start, at, "yolo", Element.architecture, "yolo"),
            Draft(at, end, yolo[2], Element.version, yolo[2].removeprefix("v")),
            Draft(end, token.end, yolo[3], Element.size, yolo[3], 0.85),
        ]
    match = _VISUAL_SIZE.fullmatch(token.lower)
    if match is None:
        return []
    cuts = [token.start + match.start(group) for group in (2, 3)]
    drafts = [
        Draft(token.start, cuts[0], match[1], Element.architecture, match[1]),
        Draft(cuts[0], token.start + match.end(2), match[2], Element.size, match[2], 0.85),
    ]
    if match[3]:
        drafts.append(Draft(cuts[1], token.end, match[3], Element.characteristic, f"patch={match[3]}"))
    return drafts


def _stack(token: Token) -> list[Draft]:
    """``6L768W`` is six layers, 768 wide."""
    match = re.fullmatch(_STACK, token.lower) if token.lower[0].isdigit() and "l" in token.lower else None
    if match is None:
        return []
    cut = token.start + match.end(1) + 1
    return [
        Draft(token.start, cut, f"{match[1]}l", Element.layers, match[1]),
        Draft(cut, token.end, f"{match[2]}{match[3]}", Element.characteristic, f"width={match[2]}"),
    ]


def _pair(token: Token, words: Lexicon) -> list[Draft]:
    """``en2vi`` is from one language into another."""
    first, two, second = token.lower[:2], token.lower[2:3], token.lower[3:]
    if two != "2" or not {first, second} <= words.roles.strong_codes or len(second) != 2:
        return []
    cut = token.start + 2
    return [
        Draft(token.start, cut, first, Element.language, words.languages[first]),
        Draft(cut, cut + 1, "2", Element.other, "to"),
        Draft(cut + 1, token.end, second, Element.language, words.languages[second]),
    ]


def _numbered(text: str, token: Token, words: Lexicon) -> list[Draft]:
    """A word and a number: a family's version or depth, a size, a task's version; ``L3.1`` is Llama 3.1."""
    llama = _LLAMA.fullmatch(token.lower)
    if llama:
        return [
            Draft(token.start, token.start + 1, "l", Element.architecture, "llama", 0.6),
            Draft(token.start + 1, token.end, llama[2], Element.version, llama[2], 0.7),
        ]
    match = _NUMBERED.fullmatch(token.lower) if not token.lower.endswith(FAMILIES_OF_TWO) else None
    if match is None or (any(letter.isdigit() for letter in match[1]) and match[1] not in words.words):
        return _shaped(text, token, words)
    word, number, unit = match.groups()
    at = token.start + match.start(2)
    head = _word(text, Token(token.start, at, word), words)
    if not head:
        return []
    if word == "ks":  # a kernel's size; keywords are spotted by no second version
        return []
    if len(head) == 1 and head[0].element is Element.size and len(number) == 1:
        return [Draft(token.start, token.end, token.lower, Element.size, token.lower, 0.8)]
    tail = Draft(at, token.end, number + unit, Element.version, number.lstrip("v").rstrip("."), 0.85)
    if head[-1].normal in words.roles.deep and number[0] != "v":
        tail.becomes(Element.layers, number.lstrip("v"))
    elif unit in {"b", "m"} and number[0] != "v" and number.rstrip(".").count(".") < 2:
        tail.becomes(Element.parameters, str(count(number.rstrip("."), unit)))
    elif unit == "n" and number == "3":
        tail.normal = "3n"
    elif unit:
        return []
    elif head[-1].element is not Element.architecture and number.isdigit() and int(number) > 9:
        tail.becomes(Element.characteristic if int(number) > 64 else Element.other, number, 0.4)
    return [*head, tail]


def _shaped(text: str, token: Token, words: Lexicon) -> list[Draft]:
    """A word and a number of a shape of its own: ``bloom1b1``, ``llama8x7b``."""
    letters = len(token.lower) - len(token.lower.lstrip("abcdefghijklmnopqrstuvwxyz"))
    shape = single_token(token.lower[letters:]) if 2 < letters < len(token.lower) else None
    if shape is None:
        return []
    at = token.start + letters
    head = _word(text, Token(token.start, at, token.lower[:letters]), words)
    return [*head, Draft(at, token.end, token.lower[letters:], *shape)] if head else []


def _word(text: str, token: Token, words: Lexicon) -> list[Draft]:
    """A token without its number."""
    entry = words.words.get(token.lower)
    if entry:
        return [Draft(token.start, token.end, token.lower, entry.element, entry.normal)]
    return camel(text, token, words) or ending(token)


def _class(text: str, token: Token, words: Lexicon) -> list[Draft]:
    """The name of a class of transformers or diffusers, ``BertForMaskedLM``: an architecture, and its head's task."""
    match = _CLASS.fullmatch(text, token.start, token.end)
    head = _word(text, Token(token.start, match.end(1), match[1].lower()), words) if match else []
    if not head or head[0].element is not Element.architecture:
        return []
    cut = match.start(2) if match and match[2] else token.end
    drafts = [Draft(token.start, cut, token.lower, head[0].element, head[0].normal, head[0].confidence)]
    if match and match[2]:
        drafts.append(Draft(cut, token.end, match[2].lower(), Element.task, HEADS.get(match[2], "other"), 0.8))
    return drafts
