"""The name says another task than the head, the labels or the card.

A ``ner`` model labels tokens, a ``sentiment`` model whole texts, a ``squad`` model marks answers: each needs its
own head. When the config's class has the head of another task, its labels are another task's, or the card's
``pipeline_tag`` excludes the one in the name, people and widgets use the model wrongly.

Only words of one task, and heads that are made by fine-tuning, are judged; a language model may do any of them. A
word that belongs to the name of the architecture (Qwen3-ASR) says nothing of the head, and where the name says
another task of such a head besides (``squad-cls``), either may be meant.

Example: ``acme/bert-base-ner`` whose config.json says ``BertForSequenceClassification``.

How to mend: rename the repository after the task, or correct the config or the card.

Source: head classes of transformers 5.23; pipeline tags of npm @huggingface/tasks 0.21.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from dara_lint import names
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Json, Location, ModelRepo
from dara_lint.names import Element, Name, Segment
from dara_lint.rules.naming.card_says import letters, said
from dara_lint.rules.subject import main_config
from dara_lint.settings import Settings

WORDS: Mapping[str, str] = {
    **dict.fromkeys(
        ("ner", "pos", "postagger", "tokenclassification", "namedentityrecognition", "upos"), "token-classification"
    ),
    **dict.fromkeys(
        (
            "sentiment", "sentimentanalysis", "emotion", "emotions", "toxicity", "hatespeech", "textclassification",
            "spam", "nli",
        ),
        "text-classification",
    ),
    **dict.fromkeys(("squad", "squad2", "squadv2", "questionanswering"), "question-answering"),
    **dict.fromkeys(("asr", "speechrecognition"), "automatic-speech-recognition"),
    **dict.fromkeys(("imageclassification",), "image-classification"),
    **dict.fromkeys(("objectdetection",), "object-detection"),
}  # fmt: skip
"""Words of a name that mean one task only → its pipeline tag."""

HEADS: Mapping[str, str] = {
    "ForTokenClassification": "token-classification",
    "ForSequenceClassification": "text-classification",
    "ForQuestionAnswering": "question-answering",
    "ForCTC": "automatic-speech-recognition",
    "ForImageClassification": "image-classification",
    "ForObjectDetection": "object-detection",
    "ForAudioClassification": "audio-classification",
    "ForMultipleChoice": "multiple-choice",
}
"""Ending of a class → the task that its head was fine-tuned for."""

_MODALITY = {
    "text-classification": {
        "audio-classification", "image-classification", "video-classification", "automatic-speech-recognition",
    }
}  # fmt: skip
"""What a word of texts may also be said of: ``speech-emotion``, ``image-sentiment``."""
_TAGS = frozenset({*WORDS.values(), *HEADS.values(), "fill-mask"})
_LABELS: Mapping[str, frozenset[str]] = {
    "nli": frozenset({"entailment", "contradiction"}),
    "sentiment": frozenset({"positive", "negative"}),
}
"""Labels that only one kind of classification has."""
_FINE_TUNED = frozenset(HEADS.values())
_SPANS = re.compile(r"(?i)(?:^|[^a-z])(?:absa|aspects?|spans?|tokens?(?!.?classif)|ate)(?![a-z])")
"""Words of names whose sentiment or toxicity is said of tokens: aspect-based sentiment, toxic spans."""
_BIO = re.compile(r"[BIES]-\w+")


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold the task that the name says to the head, to the labels and to ``pipeline_tag``."""
    if repo.name is None:
        return
    found = _task(names.parse(repo.name))
    if found is None:
        return
    word, task = found
    allowed = {task, *_MODALITY.get(task, ())}
    subject = main_config(repo)
    if subject and (classes := subject[1].architectures):
        heads = [(HEADS[end], one) for one in classes.value for end in HEADS if one.endswith(end)]
        if heads and not any(head in allowed for head, _ in heads):
            yield Hit(
                Location(subject[0].path, classes.pointer),
                f"the name says {word.text}, the config's head is that of {heads[0][0]} ({heads[0][1]})",
                found=f"{word.text} {heads[0][1]}",
                help=f"rename the repository after {heads[0][0]}, or put the config of the {task} model here",
            )
            return
        yield from _labels(word.text, subject[0].path, subject[0].table.get("id2label"))
    for tag in said(repo, "pipeline_tag")[:1]:
        if tag.text in _TAGS and tag.text not in allowed:
            yield Hit(
                tag.at,
                f"the name says {word.text}, the card's pipeline_tag is {tag.text}",
                found=f"{word.text} {tag.text}",
                help=f"write pipeline_tag: {task}, or rename the repository",
                confidence=0.8,
            )


def _task(name: Name) -> tuple[Segment, str] | None:
    """The only task that the name says, and the word for it."""
    family = {part for model_type in names.architecture_claim(name) for part in model_type.replace("_", "-").split("-")}
    found: dict[str, Segment] = {}
    others: set[str] = set()
    if _SPANS.search(name.text):
        return None
    for segment in name.segments:
        word = letters(segment.text)
        if segment.element in {Element.task, Element.dataset} and word in WORDS and word not in family:
            found[WORDS[word]] = segment
        elif segment.element is Element.task and segment.normal in _FINE_TUNED:
            others.add(segment.normal)
    if len(found) != 1 or others - found.keys():
        return None
    return next((segment, task) for task, segment in found.items())


def _labels(word: str, path: str, table: Json) -> Iterator[Hit]:
    labels = [value for value in table.values() if isinstance(value, str)] if isinstance(table, dict) else []
    lower = {label.strip().lower() for label in labels[:1_000]}
    task = WORDS.get(word.lower())
    other = next((kind for kind, marks in _LABELS.items() if marks <= lower and kind != word.lower()), "")
    if word.lower() in _LABELS and other:
        kind = other
    elif task == "text-classification" and len(lower) > 2 and any(_BIO.fullmatch(label) for label in labels[:1_000]):
        kind = "token-classification"
    else:
        return
    yield Hit(
        Location(path, "/id2label"),
        f"the name says {word}, the labels are those of {kind}: {', '.join(sorted(labels[:1_000])[:4])}",
        found=f"{word} {' '.join(sorted(labels[:1_000])[:4])}",
        help=f"rename the repository after {kind}, or put the config of the {word} model here",
    )


RULE = Rule(
    "naming/task",
    "the name says another task than head, labels or card",
    Severity.WARNING,
    0.88,
    check,
    __doc__ or "",
)
