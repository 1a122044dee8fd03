"""One token that is several things: ``Llama2``, ``resnet50``, ``vitg16``, ``BertForMaskedLM``."""

from __future__ import annotations

import re

from dara_lint.names.camel import FAMILIES_OF_TWO, camel, ending, of_model, task
from dara_lint.names.draft import Draft
from dara_lint.names.lexicon import Lexicon
from dara_lint.names.model import Element
from dara_lint.names.shapes import count
from dara_lint.names.single import token as single_token
from dara_lint.names.split import Token

_NUMBERED = r"([^\W\d_].*?[^\W\d_])(v?\d[\d.]*)([bmkdtsn]?)"
_VISUAL_SIZE = (
    r"(vit|eva|deit|beit|convnext|swin|dinov2|sam|clip|siglip|hiera)"
    r"(b|l|s|t|h|g|ti|gg|bigg|so|base|large|small|huge|tiny|giant)(\d{1,2})?"
)
_YOLO = r"(yolo)(v?\d{1,2})([nsmlxtc])"
_STACK = r"(\d{1,2})l(\d{2,5})([wdh])"
_LLAMA = r"(l)([23](?:\.[1-3])?)"
_CLASS = r"(\w+?)(?:(For[A-Z]\w+)|(?:(?:With)?LMHead|Encoder|Decoder|MT)?Model|Pipeline)"
HEADS = {
    "ForSequenceClassification": "text-classification", "ForTokenClassification": "token-classification",
    "ForQuestionAnswering": "question-answering", "ForMaskedLM": "fill-mask",
    "ForConditionalGeneration": "text-generation", "ForMultipleChoice": "multiple-choice",
    "ForImageClassification": "image-classification", "ForObjectDetection": "object-detection",
    "ForSemanticSegmentation": "image-segmentation", "ForAudioClassification": "audio-classification",
    "ForCTC": "automatic-speech-recognition", "ForDepthEstimation": "depth-estimation",
    "ForVideoClassification": "video-classification",
}  # fmt: skip
"""Heads of transformers' classes and the pipeline that each serves."""

ANY_TEXT = frozenset({"ForCausalLM", "ForPreTraining"})
"""Heads that say no task: they were trained on text as it comes."""

GAME = "noframeskip"
GLUED = 0.75
"""Confidence of a count that is written onto an unknown word."""
SHORTEST_NAME = 3
LONGEST_NUMBER = 6

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
        or _game(token)
        or _class(text, token, words)
        or _numbered(text, token, words)
        or camel(text, token, words)
        or of_model(token, words)
        or ending(token)
        or task(token)
    )


def _visual(token: Token) -> list[Draft]:
    """``vitg16`` is ViT, giant, patch 16; ``yolov8s`` is YOLOv8, small."""
    yolo = re.fullmatch(_YOLO, token.lower) if token.lower.startswith("yolo") else None
    if yolo:
        end = token.end - 1
        return [
            Draft(token.start, end, token.lower[:-1], Element.architecture, "yolo"),
            Draft(end, token.end, yolo[3], Element.size, yolo[3], 0.85),
        ]
    match = re.fullmatch(_VISUAL_SIZE, token.lower)
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


def _game(token: Token) -> list[Draft]:
    """``BeamRiderNoFrameskip`` is an environment of gymnasium, whichever game it is of."""
    if not token.lower.endswith(GAME) or token.lower == GAME:
        return []
    return [Draft(token.start, token.end, token.lower, Element.task, "reinforcement-learning", 0.9)]


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
    llama = re.fullmatch(_LLAMA, token.lower)
    if llama:
        return [
            Draft(token.start, token.start + 1, "l", Element.architecture, "llama", 0.6),
            Draft(token.start + 1, token.end, llama[2], Element.version, llama[2], 0.7),
        ]
    of_two = token.lower.endswith(FAMILIES_OF_TWO) and token.lower[:-1] not in words.words
    match = None if of_two else re.fullmatch(_NUMBERED, token.lower)
    if match is None or (any(letter.isdigit() for letter in match[1]) and match[1] not in words.words):
        return _shaped(text, token, words)
    word, number, unit = match.groups()
    at = token.start + match.start(2)
    if number[0] == "v" and word + "v" in words.words:  # ``rwkv5``
        word, number, at = word + "v", number[1:], at + 1
    head = _word(text, Token(token.start, at, word), words)
    if not head:
        return _nameless(token, at, word, number, unit)
    if number[0] == "v" and _goes_on(head[-1], words):
        head[-1].end = token.end - len(unit)  # the name goes on, as in MobileNetV3 and LayoutLMv3
        return head if not unit else []
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


def _goes_on(head: Draft, words: Lexicon) -> bool:
    """Whether a number behind a ``v`` belongs to the family's name, as it does where no generations are counted."""
    return (
        head.element is Element.architecture
        and head.normal not in words.roles.generations
        and (bool(words.types.get(head.normal)) or head.normal in words.visual)
    )


def _nameless(token: Token, at: int, word: str, number: str, unit: str) -> list[Draft]:
    """A word that nobody listed, and a count or a version: ``Novocode7b``, ``ProteusV0.4``."""
    if (
        len(word) < SHORTEST_NAME - (number[0] == "v")
        or not word.isalpha()
        or len(number) > LONGEST_NUMBER
        or number.count(".") > 2
    ):
        return []
    head = Draft(token.start, at, word, Element.other, word, 0.3)
    plain = number.rstrip(".")
    if unit == "b" or (unit == "m" and len(plain) > 1):
        if plain[0] == "v" or plain.count(".") > 1:
            return []
        return [head, Draft(at, token.end, number + unit, Element.parameters, str(count(plain, unit)), GLUED)]
    if unit or not (plain[0] == "v" or "." in plain):
        return []
    return [head, Draft(at, token.end, number, Element.version, plain.lstrip("v"), 0.7)]


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
    match = re.compile(_CLASS).fullmatch(text, token.start, token.end)
    head = _word(text, Token(token.start, match.end(1), match[1].lower()), words) if match else []
    if not head or head[0].element is not Element.architecture:
        return []
    task = HEADS.get(match[2], "other") if match and match[2] and match[2] not in ANY_TEXT else None
    cut = match.start(2) if match and task else token.end
    drafts = [Draft(token.start, cut, token.lower, head[0].element, head[0].normal, head[0].confidence)]
    if task:
        drafts.append(Draft(cut, token.end, text[cut : token.end].lower(), Element.task, task, 0.8))
    return drafts
