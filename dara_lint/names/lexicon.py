"""The lexicons, merged for searching: loaded once, when the first name is read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from dara_lint.names.model import Element

GENERATIONS = frozenset(
    "llama qwen gemma phi yi internlm internvl baichuan chatglm glm deepseek mistral ministral olmo falcon granite exaone "
    "orca platypus starcoder aquila telechat solar stablelm smollm plamo kimi ernie tulu hermes aya codegen danube "
    "tinyllama codellama openllama vicuna zephyr dolphin rwkv mamba zamba minicpm moondream cogvlm flux sd olmoe openelm "
    "idefics kosmos ovis emu sam hunyuan minimax step lfm jais xgen command nemotron florence janus bge e5 mixtral alpaca "
    "wizardlm gpt4all codegeex opencoder replit koala dolly magnum chinesellama jina decilm kandinsky wan ltx sdxl opus "
    "animagine illustrious pony openchat samantha seamlessm4t t5gemma paligemma embeddinggemma specter plip k yuan pangu "
    "deepseekcoder deepseekvl llava videollama mplugowl vila stella colqwen ling ring voyage mimo grok arctic saiga qwenvl "
    "shieldgemma codeqwen snowflake".split()
)
"""Families whose number is a version: ``Llama2`` is llama, version 2, while ``gpt2``, ``t5`` and ``wav2vec2`` are names."""

ATOMIC = frozenset({"gpt1", "gpt2", "gpt3", "gpt4", "data2vec", "wav2vec2", "seamlessm4t", "mt5", "blip2"})
"""Names that keep their number even when a separator stands before it (``gpt-2``)."""


class Entry(NamedTuple):
    """What a spelling means."""

    element: Element
    normal: str


class Lexicon(NamedTuple):
    """``words`` maps a spelling (lower case, no separators) to its meaning; ``types`` maps the spelling of an
    architecture, with its version or variant where that matters, to model types; ``languages`` a spelling to its tag."""

    words: Mapping[str, Entry]
    types: Mapping[str, tuple[str, ...]]
    languages: Mapping[str, str]


def _read(stem: str) -> dict[str, dict[str, str] | list[str] | str]:
    text = (files("dara_lint.names") / f"{stem}.json").read_text(encoding="utf-8")
    table: dict[str, dict[str, str] | list[str] | str] = json.loads(text)
    return table


def _spelled(stem: str) -> dict[str, Entry]:
    """Spelling → entry of a hand-kept file: lines of ``normal: spellings`` under each element."""
    found: dict[str, Entry] = {}
    for key, lines in _read(stem).items():
        if isinstance(lines, list):
            element = Element(key)
            for line in lines:
                normal, _, spellings = line.partition(":")
                for spelling in spellings.split() or [normal]:
                    found.setdefault(spelling, Entry(element, normal))
    return found


@cache
def lexicon() -> Lexicon:
    """All lexicons. A spelling in several means, in this order: a word, a language's name, an architecture, a data set."""
    families = _read("architectures")["architecture"]
    tags = _read("languages")["language"]
    if not isinstance(families, dict) or not isinstance(tags, dict):
        raise TypeError("the lexicons of names are damaged: install the package again")
    types = {spelling: tuple(models.split()) for spelling, models in families.items()}
    words = dict(_spelled("datasets"))
    for spelling in types:
        stem = spelling.rstrip("0123456789")
        if spelling in ATOMIC or not (
            stem in GENERATIONS or stem.removesuffix("v") in GENERATIONS or _extends(spelling)
        ):
            words[spelling] = Entry(Element.architecture, spelling)
        if stem in GENERATIONS and stem in types:
            words[stem] = Entry(Element.architecture, stem)
    for spelling, tag in tags.items():
        if len(spelling) > 3:
            words[spelling] = Entry(Element.language, tag)
    words |= _spelled("words")
    return Lexicon(words, types, tags)


def _extends(spelling: str) -> bool:
    """Whether it is a family and a version and more (``qwen25vl``), a key of types that no segment covers."""
    head = spelling.rstrip("abcdefghijklmnopqrstuvwxyz")
    return head != spelling and head.rstrip("0123456789") in GENERATIONS and head not in GENERATIONS
