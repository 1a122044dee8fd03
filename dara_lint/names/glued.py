"""One token that is several things: ``Llama2``, ``resnet50``, ``vitg16``, ``CodeInstruct``, ``scibert``."""

from __future__ import annotations

import re

from dara_lint.names.draft import Draft
from dara_lint.names.lexicon import Lexicon
from dara_lint.names.model import Element
from dara_lint.names.shapes import count
from dara_lint.names.single import token as single_token
from dara_lint.names.split import Token, pieces

_NUMBERED = re.compile(r"([^\W\d_].*?[^\W\d_])(v?\d[\d.]*)([bmkdts]?)")
_VISUAL_SIZE = re.compile(
    r"(vit|eva|deit|beit|convnext|swin|dinov2|sam|clip|siglip|hiera)"
    r"(b|l|s|t|h|g|ti|gg|bigg|so|base|large|small|huge|tiny|giant)(\d{1,2})?"
)
_LLAMA = re.compile(r"(l)([23](?:\.[1-3])?)")
_ENDING = re.compile(
    r"(?:[^\W\d_]{2,}?(bert|roberta|berta|electra|bart|gpt2|gpt|t5|llama|clip|gemma|qwen|mistral|mixtral|stral|whisper|"
    r"wav2vec2|net|former|vit|llava|llm|lm|diffusion))|(?:(roberta|bert|llama|qwen|mistral|gemma)[^\W\d_]{1,8})"
)
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

_TASK_ENDING = re.compile(
    r"[^\W\d_]{3,}?(classifier|classification|classifer|detector|detection|generator|generation|recognition|recogniser|"
    r"recognizer|identification|prediction|predictor|extraction|extractor|summarizer|summarization|translator|translation|"
    r"tagger|tagging|analyzer|analysis|segmentation|chatbot|answering|embedding|embeddings|writer|reranker)"
)
TASKS = (
    ("summar", "summarization"), ("transl", "translation"), ("tagg", "token-classification"),
    ("extract", "token-classification"), ("segment", "image-segmentation"), ("chat", "chat"),
    ("generat", "text-generation"), ("writ", "text-generation"), ("answer", "question-answering"),
    ("embed", "feature-extraction"), ("rerank", "text-ranking"),
)  # fmt: skip
"""Beginnings of those endings and the task they name; any other is a classification."""
LONGEST = 40
"""Characters of a token that is taken apart; what is longer is a hash or a sentence."""


def unglue(text: str, token: Token, words: Lexicon) -> list[Draft]:
    """The parts of a token, empty when it makes no sense."""
    if token.end - token.start > LONGEST:
        return []
    return (
        _visual(token)
        or _class(text, token, words)
        or _numbered(text, token, words)
        or _camel(text, token, words)
        or _ending(token)
        or _task(token)
    )


def _visual(token: Token) -> list[Draft]:
    """``vitg16`` is ViT, giant, patch 16."""
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


def _numbered(text: str, token: Token, words: Lexicon) -> list[Draft]:
    """A word and a number: a family's version or depth, a size, a task's version; ``L3.1`` is Llama 3.1."""
    llama = _LLAMA.fullmatch(token.lower)
    if llama:
        return [
            Draft(token.start, token.start + 1, "l", Element.architecture, "llama", 0.6),
            Draft(token.start + 1, token.end, llama[2], Element.version, llama[2], 0.7),
        ]
    match = _NUMBERED.fullmatch(token.lower)
    if match is None:
        return []
    word, number, unit = match.groups()
    at = token.start + match.start(2)
    head = _word(text, Token(token.start, at, word), words)
    if not head:
        return []
    tail = Draft(at, token.end, number + unit, Element.version, number.lstrip("v").rstrip("."), 0.85)
    if head[-1].normal in words.roles.deep:
        tail.becomes(Element.layers, number.lstrip("v"))
    elif unit in {"b", "m"} and number[0] != "v":
        tail.becomes(Element.parameters, str(count(number.rstrip("."), unit)))
    elif unit:
        return []
    elif head[-1].element is not Element.architecture and number.isdigit() and int(number) > 9:
        tail.becomes(Element.characteristic if int(number) > 64 else Element.other, number, 0.4)
    return [*head, tail]


def _word(text: str, token: Token, words: Lexicon) -> list[Draft]:
    """A token without its number."""
    entry = words.words.get(token.lower)
    if entry:
        return [Draft(token.start, token.end, token.lower, entry.element, entry.normal)]
    return _camel(text, token, words) or _ending(token)


def _class(text: str, token: Token, words: Lexicon) -> list[Draft]:
    """The name of a class of transformers or diffusers, ``BertForMaskedLM``: an architecture, and its head's task."""
    match = _CLASS.fullmatch(text, token.start, token.end)
    head = _word(text, Token(token.start, match.end(1), match[1].lower()), words) if match else []
    if not head or head[0].element is not Element.architecture:
        return []
    cut = token.start + match.start(2) if match and match[2] else token.end
    drafts = [Draft(token.start, cut, token.lower, head[0].element, head[0].normal)]
    if match and match[2]:
        drafts.append(Draft(cut, token.end, match[2].lower(), Element.task, HEADS.get(match[2], "other"), 0.8))
    return drafts


def _camel(text: str, token: Token, words: Lexicon) -> list[Draft]:
    """Words written as one with capitals. All known: each for itself. The last a model's: the name of a model."""
    cuts = pieces(text, token.start, token.end)
    if len(cuts) < 2 or len(cuts) > 12:
        return []
    drafts: list[Draft] = []
    at = 0
    while at < len(cuts):
        for end in range(len(cuts), at, -1):
            spelling = text[cuts[at][0] : cuts[end - 1][1]].lower()
            meaning = (words.words.get(spelling) or single_token(spelling)) if len(spelling) > 2 else None
            if meaning is not None:
                drafts.append(Draft(cuts[at][0], cuts[end - 1][1], spelling, meaning.element, meaning.normal, 0.8))
                at = end
                break
        else:
            spelling = text[cuts[at][0] : cuts[at][1]].lower()
            drafts.append(Draft(*cuts[at], spelling, Element.other, spelling, 0.3))
            at += 1
    return _sense(token, drafts)


def _sense(token: Token, drafts: list[Draft]) -> list[Draft]:
    """What the pieces of a word with capitals are together."""
    last = drafts[-1]
    strange = any([draft.unknown for draft in drafts])
    if len(drafts) > 1 and last.element is Element.architecture:
        if strange or drafts[0].element in {Element.dataset, Element.task, Element.characteristic, Element.other}:
            return [Draft(token.start, token.end, token.lower, Element.architecture, last.normal, 0.6)]
        return drafts
    if not strange:
        return drafts
    if last.element is Element.task or any(
        [draft.element is Element.architecture and len(draft.spelling) > 3 for draft in drafts]
    ):
        return drafts
    return []


def _ending(token: Token) -> list[Draft]:
    """A made-up word that ends or begins like a model's name: an architecture, which one only by custom."""
    match = _ENDING.fullmatch(token.lower) if len(token.lower) <= 24 else None
    if match is None:
        return []
    return [Draft(token.start, token.end, token.lower, Element.architecture, match[1] or match[2], 0.55)]


def _task(token: Token) -> list[Draft]:
    """A made-up word that ends like a task: ``artworkclassifier``."""
    match = _TASK_ENDING.fullmatch(token.lower)
    if match is None:
        return []
    normal = next((task for stem, task in TASKS if match[1].startswith(stem)), "text-classification")
    return [Draft(token.start, token.end, token.lower, Element.task, normal, 0.6)]
