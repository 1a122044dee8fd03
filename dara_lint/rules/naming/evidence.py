"""What a model is for and how it was made, as its name should say it: naming elements, each with its source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from dara_lint.blueprints.fields import Claims
from dara_lint.model import ModelRepo
from dara_lint.names import Element, Name, Segment
from dara_lint.names.confusable import misspelt
from dara_lint.rules.naming.card_says import said
from dara_lint.rules.naming.identity import SURE
from dara_lint.rules.naming.task import HEADS
from dara_lint.rules.subject import is_adapter, main_part

TASK_WORDS = {
    "token-classification": "ner", "question-answering": "qa", "automatic-speech-recognition": "asr",
    "summarization": "summarization", "translation": "translation", "sentence-similarity": "embedding",
    "feature-extraction": "embedding", "text-classification": "classification", "text-to-speech": "tts",
    "image-classification": "classification", "object-detection": "detection", "image-segmentation": "segmentation",
    "text-ranking": "reranker", "fill-mask": "", "text-generation": "", "image-text-to-text": "vl",
}  # fmt: skip
"""Pipeline tag → the word that names of published models use for it; empty where they use none."""
_UNSURE = frozenset(
    {
        "hub", "huggingface", "https", "www", "com", "moe", "model", "models", "run", "runs", "output", "outputs",
        "test", "results", "result", "checkpoint", "project", "new", "final", "latest", "old", "copy", "backup", "repo",
        "the", "my", "for", "and", "with", "on", "based", "llm", "fined",
    }
)  # fmt: skip
"""Words that say nothing of their own: of a web address, of any folder, and what the other elements say."""


_HASH = r"(?=.*\d)[0-9a-f]{6,}"


class Evidence(NamedTuple):
    """A naming element: how a name spells it, and what says so (a file and a field)."""

    element: Element
    text: str
    why: str
    late: bool = False
    """A version of its own, which does not stand beside the family's name."""


def task(repo: ModelRepo, claim: Claims | None, own: Name, where: str) -> Iterator[Evidence]:
    """What it does: the name's own words, the card's ``pipeline_tag``, or the head of its class."""
    named = [s for s in own.of(Element.task) if s.confidence >= SURE]
    for segment in named[:3]:
        yield Evidence(Element.task, segment.text, where)
    if named:
        return
    for tag in said(repo, "pipeline_tag"):
        if word := TASK_WORDS.get(tag.text, ""):
            yield Evidence(Element.task, word, f"{tag.at.path}: pipeline_tag {tag.text}")
            return
    for one in claim.architectures.value if claim and claim.architectures else ():
        word = next((TASK_WORDS.get(task, "") for end, task in HEADS.items() if one.endswith(end)), "")
        if word:
            yield Evidence(Element.task, word, f"config.json: {one}")
            return


def training(repo: ModelRepo, own: Name, where: str, parents: list[Name]) -> Iterator[Evidence]:
    """How it was trained: the name's words, a trainer's tag, or what its base was made for."""
    named = [s for s in own.of(Element.training) if s.confidence >= SURE]
    for segment in named[:2]:
        yield Evidence(Element.training, segment.text, where)
    if named or own.training:
        return
    for tag in said(repo, "tags"):
        if tag.text.lower() in {"sft", "dpo", "orpo", "kto", "grpo", "ppo"}:
            yield Evidence(Element.training, tag.text.lower(), f"{tag.at.path}: tag {tag.text}")
            return
    for parent in parents[:1]:
        tuned = [s for s in parent.segments if s.normal in {"instruct", "chat"}]
        if tuned:
            yield Evidence(Element.task, tuned[0].text, f"its base {parent.text}")


def language(repo: ModelRepo, own: Name, where: str) -> Iterator[Evidence]:
    """The language that the name says, or the only one that the card lists beside English."""
    named = own.of(Element.language)
    if named:
        yield from (Evidence(Element.language, s.text, where) for s in named[:2])
        return
    listed = [e for e in said(repo, "language") if e.text.lower() not in {"en", "english", "code"}]
    if len(listed) == 1 and len(listed[0].text) <= 12 and listed[0].text.isascii() and listed[0].text.isalpha():
        yield Evidence(Element.language, listed[0].text.lower(), f"{listed[0].at.path}: language")


def dataset(repo: ModelRepo, own: Name, where: str) -> Iterator[Evidence]:
    """The data sets that the name says."""
    yield from (Evidence(Element.dataset, s.text, where) for s in own.of(Element.dataset)[:2])


def reuse(repo: ModelRepo, own: Name, where: str) -> Iterator[Evidence]:
    """What was done to its base: the name's words as far as the files allow them, and the adapter's kind."""
    kept = "distilled" if len(own.of(Element.architecture)) > 1 else ""  # stands inside the architecture's spelling
    words = [s for s in own.of(Element.reuse) if s.confidence >= SURE and s.normal != kept and not _is_false(repo, s)]
    yield from (Evidence(Element.reuse, s.text, where) for s in words[:2])
    part = main_part(repo)
    if is_adapter(repo) and part and part.adapter and not any(s.normal in {"lora", "adapter"} for s in words):
        kind = part.adapter.table.get("peft_type")
        word = "lora" if kind == "LORA" else "adapter"
        yield Evidence(Element.reuse, word, f"{part.adapter.path}: peft_type {kind}")


def _is_false(repo: ModelRepo, segment: Segment) -> bool:
    """A word of the name that the files speak against."""
    return segment.normal == "merged" and is_adapter(repo)


def stored(repo: ModelRepo, claim: Claims | None) -> Iterator[Evidence]:
    """The only format of the weights, and how the configuration says that they are quantised."""
    if is_adapter(repo):  # its config.json is the base's
        return
    held = {checkpoint.format for checkpoint in repo.checkpoints}
    if held == {"gguf"}:
        yield Evidence(Element.format, "GGUF", "all weights are gguf files")
    elif held == {"onnx"}:
        yield Evidence(Element.format, "ONNX", "all weights are onnx files")
    method = claim.quantization.method if claim and claim.quantization else ""
    if method in {"gptq", "awq", "aqlm", "hqq"}:
        yield Evidence(Element.format, method.upper(), "config.json: quantization_config")
    elif method in {"bitsandbytes", "bitsandbytes_4bit"}:
        yield Evidence(Element.format, "bnb", "config.json: quantization_config")


def rest(own: Name, where: str) -> Iterator[Evidence]:
    """What the name says besides: case and context, and a version of its own (not the family's)."""
    for at, segment in enumerate(own.segments):
        before = own.segments[at - 1].element if at else None
        if segment.confidence < SURE:
            continue
        if segment.element in {Element.characteristic, Element.layers} or (
            segment.element is Element.version and before is not Element.architecture
        ):
            yield Evidence(segment.element, segment.text, where, late=segment.element is Element.version)


def own_words(name: Name) -> tuple[str, ...]:
    """The words of a name that are its own: no element, no part of an address, not a lone number."""
    found = (
        segment.text
        for segment in name.segments
        if (segment.element is Element.other or (segment.element is Element.architecture and segment.confidence < SURE))
        and sum(map(str.isalpha, segment.text)) > 2 and segment.text.isalnum() and segment.text.lower() not in _UNSURE
        and not re.fullmatch(_HASH, segment.text.lower()) and not any(misspelt(segment.text))
    )  # fmt: skip
    return tuple({text.lower(): text for text in found}.values())
