"""What a repository's files say that its name should say: naming elements, each with where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dara_lint import names
from dara_lint.blueprints.fields import Claims
from dara_lint.model import ModelRepo
from dara_lint.names import Element, Name, Segment
from dara_lint.names.families import Shape, words_of
from dara_lint.recognize.repository import repo_size
from dara_lint.rules.naming.card_says import said
from dara_lint.rules.naming.identity import SURE, contradiction
from dara_lint.rules.naming.task import HEADS
from dara_lint.rules.subject import is_adapter, main_config, main_part
from dara_lint.rules.thresholds import EXPERTS_LEAST, EXPERTS_MOST, SIZE_NOTE
from dara_lint.rules.wording import parameters

TASK_WORDS = {
    "token-classification": "ner", "question-answering": "qa", "automatic-speech-recognition": "asr",
    "summarization": "summarization", "translation": "translation", "sentence-similarity": "embedding",
    "feature-extraction": "embedding", "text-classification": "classification", "text-to-speech": "tts",
    "image-classification": "classification", "object-detection": "detection", "image-segmentation": "segmentation",
    "text-ranking": "reranker", "fill-mask": "", "text-generation": "", "image-text-to-text": "vl",
}  # fmt: skip
"""Pipeline tag → the word that names of published models use for it; empty where they use none."""
_UNSURE = frozenset({"hub", "huggingface", "https", "www", "com", "moe"})
"""Words of a web address that was made a name, and what the number of parameters says."""


class Evidence(NamedTuple):
    """A naming element: how a name spells it, and what says so (a file and a field)."""

    element: Element
    text: str
    why: str


def gathered(repo: ModelRepo) -> tuple[Evidence, ...]:
    """All that the files say, the most important first: architecture, version, parameters, task, and the rest."""
    subject = main_config(repo)
    claim = subject[1] if subject else None
    own, where = names.parse(repo.name or ""), "its name"
    called = list(_titles(repo, own))
    parents = [names.parse(text) for text in (*called, *_parents(repo))]
    if called and contradiction(own, parents[0]):
        own, where = parents.pop(0), f"the card calls it {called[0]}"
    found = [
        *_architecture(claim, own, where, parents),
        *_size(repo, claim, own, parents),
        *_task(repo, claim, own, where),
        *_training(repo, own, where, parents),
        *_language(repo, own, where),
        *_dataset(repo, own, where),
        *_reuse(repo, own, where),
        *_format(repo, claim, own),
    ]
    return tuple(found)


def _parents(repo: ModelRepo) -> list[str]:
    texts = [entry.text.rstrip("/") for entry in said(repo, "base_model")[:3]]
    texts += [source.text.rstrip("/") for source in repo.names[1:] if source.kind in {"adapter", "config"}][:3]
    return texts


def _titles(repo: ModelRepo, own: Name) -> Iterator[str]:
    """What the card calls it, where that is another model than the name says or the name says none."""
    for source in repo.names[1:]:
        if source.kind in {"card", "model-index"} and len(source.text) < 100:
            title = names.parse(source.text)
            if title.of(Element.architecture) and (contradiction(own, title) or not own.of(Element.architecture)):
                yield source.text


def _architecture(claim: Claims | None, own: Name, where: str, parents: list[Name]) -> Iterator[Evidence]:
    """The family as the name, the card or a parent spells it, if the config allows it; else the config's type."""
    kind = claim.model_type.value if claim and claim.model_type else ""
    spelled = [(own, where), *((parent, f"it is called or made from {parent.text}") for parent in parents)]
    for name, why in spelled:
        for at, segment in enumerate(name.segments):
            if segment.element is not Element.architecture or segment.confidence < SURE:
                continue
            if kind and segment.model_types and kind not in segment.model_types:
                continue
            yield Evidence(Element.architecture, segment.text, why + (f", config.json: {kind}" if kind else ""))
            after = name.segments[at + 1] if at + 1 < len(name.segments) else None
            if after and after.element is Element.version:
                glued = "" if after.start == segment.end else "-"
                yield Evidence(Element.version, f"{glued}{after.text}", why)
            return
    if kind:
        yield Evidence(Element.architecture, kind.replace("_", "-"), "config.json: model_type")
        return
    for name, why in spelled[1:]:  # an adapter of a family that no lexicon knows: its first word is the family's
        if name.segments and name.segments[0].text[:1].isalpha():
            yield Evidence(Element.architecture, name.segments[0].text, why)
            return


def _size(repo: ModelRepo, claim: Claims | None, own: Name, parents: list[Name]) -> Iterator[Evidence]:
    weighed = repo_size(repo)
    if weighed.total and weighed.kind != "adapter":
        count = f"{weighed.total:,}" if weighed.exact else f"about {parameters(weighed.total)}"
        known = [
            segment
            for name in (own, *parents)
            for segment in name.of(Element.parameters)
            if segment.normal.partition("-")[0].isdecimal()
            and _near(int(segment.normal.partition("-")[0]), weighed.total)
        ]
        mixtures = [
            segment
            for name in (own, *parents)
            for segment in name.of(Element.parameters)
            if name.parameters and name.parameters.experts and name.parameters.expert_size and "x" in segment.normal
            and EXPERTS_LEAST <= weighed.total / (name.parameters.experts * name.parameters.expert_size) <= EXPERTS_MOST
        ]  # fmt: skip
        known = mixtures[:1] or known
        text = known[0].text.upper().replace("X", "x") if known else counted(weighed.total)
        if weighed.active and not known and weighed.active * 2 < weighed.total:
            text += f"-A{counted(weighed.active)}"
        yield Evidence(Element.parameters, text, f"{weighed.path or 'config.json'}: {count} parameters")
    elif is_adapter(repo):
        sized = [s for parent in parents for s in parent.of(Element.parameters) if s.confidence >= SURE]
        if sized:
            yield Evidence(Element.parameters, sized[0].text.upper(), "the adapter's base")
    families = [s.normal for name in (own, *parents) for s in name.of(Element.architecture)]
    layers = (claim.encoder_layers or claim.layers) if claim else None
    if claim and claim.hidden_size and layers and families:
        words = words_of(families[0], Shape(claim.hidden_size.value, layers.value))
        if words:
            shape = f"{layers.value} layers of {claim.hidden_size.value:,}"
            yield Evidence(Element.size, words[0], f"config.json: {shape}")


def _near(named: int, total: int) -> bool:
    return max(named, total) / max(1, min(named, total)) < SIZE_NOTE


def counted(total: int) -> str:
    """A number of parameters as names say it: ``7B``, ``1.1B``, ``110M``."""
    for unit, letter in ((10**9, "B"), (10**6, "M"), (10**3, "K")):
        if total >= unit * 0.95:
            value = total / unit
            return f"{value:.0f}{letter}" if value >= 10 or abs(value - round(value)) < 0.05 else f"{value:.1f}{letter}"
    return str(total)


def _task(repo: ModelRepo, claim: Claims | None, own: Name, where: str) -> Iterator[Evidence]:
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


def _training(repo: ModelRepo, own: Name, where: str, parents: list[Name]) -> Iterator[Evidence]:
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


def _language(repo: ModelRepo, own: Name, where: str) -> Iterator[Evidence]:
    named = own.of(Element.language)
    if named:
        yield from (Evidence(Element.language, s.text, where) for s in named[:2])
        return
    listed = [e for e in said(repo, "language") if e.text.lower() not in {"en", "english", "code"}]
    if len(listed) == 1 and len(listed[0].text) <= 12 and listed[0].text.isascii() and listed[0].text.isalpha():
        yield Evidence(Element.language, listed[0].text.lower(), f"{listed[0].at.path}: language")


def _dataset(repo: ModelRepo, own: Name, where: str) -> Iterator[Evidence]:
    yield from (Evidence(Element.dataset, s.text, where) for s in own.of(Element.dataset)[:2])


def _reuse(repo: ModelRepo, own: Name, where: str) -> Iterator[Evidence]:
    words = [s for s in own.of(Element.reuse) if s.confidence >= SURE and not _is_false(repo, s)]
    yield from (Evidence(Element.reuse, s.text, where) for s in words[:2])
    part = main_part(repo)
    if is_adapter(repo) and part and part.adapter and not any(s.normal in {"lora", "adapter"} for s in words):
        kind = part.adapter.table.get("peft_type")
        word = "lora" if kind == "LORA" else "adapter"
        yield Evidence(Element.reuse, word, f"{part.adapter.path}: peft_type {kind}")


def _is_false(repo: ModelRepo, segment: Segment) -> bool:
    """A word of the name that the files speak against."""
    return segment.normal == "merged" and is_adapter(repo)


def _format(repo: ModelRepo, claim: Claims | None, own: Name) -> Iterator[Evidence]:
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


def own_words(name: Name) -> tuple[str, ...]:
    """The words of a name that are its own: no element, no part of an address, not a lone number."""
    return tuple(
        segment.text
        for segment in name.segments
        if (segment.element is Element.other or (segment.element is Element.architecture and segment.confidence < SURE))
        and len(segment.text) > 2 and segment.text.isalpha() and segment.text.lower() not in _UNSURE
    )  # fmt: skip
