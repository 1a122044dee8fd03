"""Words that were made up or written as one: ``CodeInstruct``, ``InternVL``, ``scibert``, ``artworkclassifier``."""

from __future__ import annotations

import re

from dara_lint.names.draft import Draft
from dara_lint.names.lexicon import Entry, Lexicon
from dara_lint.names.model import Element
from dara_lint.names.shapes import Found
from dara_lint.names.single import token as single_token
from dara_lint.names.split import Token, pieces

_ENDING = (
    r"(?:[^\W\d_]+?(bert|roberta|berta|electra|bart|gpt2|gpt|t5|llama|clip|gemma|qwen|mistral|mixtral|stral|whisper|"
    r"wav2vec2|net|former|vit|llava|llm|lm|diffusion))|(?:(roberta|bert|llama|qwen|mistral|gemma)[^\W\d_]{1,8})"
)
_TASK_ENDING = (
    r"[^\W\d_]{3,}?(classifier|classification|classifer|categorization|detector|detection|generator|generation|"
    r"recognition|recogniser|recognizer|identification|prediction|predictor|extraction|extractor|summarizer|"
    r"summarization|translator|translation|tagger|tagging|analyzer|analysis|segmentation|chatbot|answering|embedding|"
    r"embeddings|writer|reranker)"
)
TASKS = (
    ("summar", "summarization"), ("transl", "translation"), ("tagg", "token-classification"),
    ("extract", "token-classification"), ("segment", "image-segmentation"), ("chat", "chat"),
    ("generat", "text-generation"), ("writ", "text-generation"), ("answer", "question-answering"),
    ("embed", "feature-extraction"), ("rerank", "text-ranking"),
)  # fmt: skip
"""Beginnings of those endings and the task they name; any other is a classification."""
_DATASET_ENDING = r"[^\W\d_]{1,6}(?:nli|nlu|squad|quad|corpus|corpora|treebank)"
"""Expressions are compiled when a word needs them: most names need none."""
MODEL = "model"
SHORTEST_STEM = 4
"""Letters of a word before ``model`` that is one."""
FAMILIES_OF_TWO = ("t5", "e5")
WORDS_OF_TWO = (*FAMILIES_OF_TWO, "qa")
MOST_PIECES = 12
"""Pieces of a word with capitals; what has more is a hash."""


def camel(text: str, token: Token, words: Lexicon) -> list[Draft]:
    """Words written as one with capitals. All known: each for itself. The last a model's: the name of a model."""
    cuts = pieces(text, token.start, token.end)
    if len(cuts) < 2 or len(cuts) > MOST_PIECES:
        return []
    drafts: list[Draft] = []
    at = 0
    while at < len(cuts):
        for end in range(len(cuts), at, -1):
            spelling = text[cuts[at][0] : cuts[end - 1][1]].lower()
            meaning = _meaning(spelling, words)
            if meaning is not None:
                drafts.append(Draft(cuts[at][0], cuts[end - 1][1], spelling, meaning.element, meaning.normal, 0.8))
                at = end
                break
        else:
            spelling = text[cuts[at][0] : cuts[at][1]].lower()
            drafts.append(Draft(*cuts[at], spelling, Element.other, spelling, 0.3))
            at += 1
    return _sense(token, drafts)


def _meaning(spelling: str, words: Lexicon) -> Entry | Found | None:
    """A piece's meaning; two letters have none, but ``T5`` and ``QA`` have."""
    if len(spelling) > 2:
        return words.words.get(spelling) or single_token(spelling)
    return words.words.get(spelling) if spelling in WORDS_OF_TWO else None


def _sense(token: Token, drafts: list[Draft]) -> list[Draft]:
    """What the pieces of a word with capitals are together."""
    last = drafts[-1]
    if len(drafts) == 3 and drafts[1].spelling == "2" and last.element is Element.task:
        return [Draft(token.start, token.end, token.lower, Element.task, last.normal, 0.7)]
    strange = any(draft.unknown for draft in drafts)
    if len(drafts) > 1 and last.element is Element.architecture:
        if strange or drafts[0].element in {Element.dataset, Element.task, Element.characteristic, Element.other}:
            return [Draft(token.start, token.end, token.lower, Element.architecture, last.normal, 0.6)]
        return drafts
    if not strange:
        return drafts
    if last.element in {Element.task, Element.reuse} or any(
        draft.element is Element.architecture and len(draft.spelling) > 3 for draft in drafts
    ):
        return drafts
    told = sum(len(draft.spelling) for draft in drafts if draft.element is Element.task)
    return drafts if told * 3 >= len(token.lower) * 2 else []


def ending(token: Token) -> list[Draft]:
    """A made-up word that ends or begins like a model's name: an architecture, which one only by custom."""
    match = re.fullmatch(_ENDING, token.lower) if len(token.lower) <= 24 else None
    if match is None:
        return []
    return [Draft(token.start, token.end, token.lower, Element.architecture, match[1] or match[2], 0.55)]


def of_model(token: Token, words: Lexicon) -> list[Draft]:
    """A word and ``model`` written as one: ``NSFWmodel``."""
    stem = words.words.get(token.lower.removesuffix(MODEL)) if token.lower.endswith(MODEL) else None
    if stem is None or stem.element is Element.other or token.end - token.start < len(MODEL) + SHORTEST_STEM:
        return []
    cut = token.end - len(MODEL)
    first = Draft(token.start, cut, token.lower[: -len(MODEL)], stem.element, stem.normal, 0.7)
    return [first, Draft(cut, token.end, MODEL, Element.other, MODEL, 0.7)]


def task(token: Token) -> list[Draft]:
    """A made-up word that ends like a task or a data set: ``artworkclassifier``, ``esnli``."""
    match = re.fullmatch(_TASK_ENDING, token.lower)
    if match is None:
        named = re.fullmatch(_DATASET_ENDING, token.lower)
        return [Draft(token.start, token.end, token.lower, Element.dataset, token.lower, 0.55)] if named else []
    normal = next((task for stem, task in TASKS if match[1].startswith(stem)), "text-classification")
    return [Draft(token.start, token.end, token.lower, Element.task, normal, 0.6)]
