"""The lexicons, merged for searching: loaded once, when the first name is read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple, TypeAlias

from dara_lint import bundled
from dara_lint.names.model import Element

Table: TypeAlias = "dict[str, dict[str, str] | list[str] | str]"


class Entry(NamedTuple):
    """What a spelling means."""

    element: Element
    normal: str


class Roles(NamedTuple):
    """What words may do beside their neighbours (``roles.json``)."""

    generations: frozenset[str]
    """Families whose number is a version: ``Llama2`` is llama, version 2, while ``gpt2`` and ``t5`` are names."""
    atomic: frozenset[str]
    """Names that keep their number even when a separator stands before it (``gpt-2``)."""
    deep: frozenset[str]
    """Families whose number is a depth."""
    visual: tuple[str, ...]
    """Beginnings of families that look at images, so that 224 is a side and 16 a patch."""
    sizes: frozenset[str]
    """Letters that are sizes after such a family."""
    split: frozenset[str]
    """Words that stay segments of their own though a family's name holds them (``bge-reranker``)."""
    beside: frozenset[str]
    """Words that say that the model only serves the architecture named (``draft``)."""
    common: frozenset[str]
    """Families that are common words: they are meant at the beginning of a name, or before a size."""
    everyday: frozenset[str]
    """Families that people also classify: words before a word that is no name (``canine-breed-classifier``)."""
    brands: frozenset[str]
    """Names of fine-tunes: their weights are those of the architecture that is named beside them."""
    strong_codes: frozenset[str]
    """Language codes that need no witness."""
    weak_codes: frozenset[str]
    """Language codes that are words, or hardly ever meant: only beside another language, or after translation."""
    never_codes: frozenset[str]
    """Language codes that are connecting words: never a language."""
    generic: frozenset[str]
    """Words that say nothing of a model."""
    placeholder: frozenset[str]
    """First words of names that nobody thought about (``autotrain``, ``test``)."""


class Lexicon(NamedTuple):
    """``words`` maps a spelling (lower case, no separators) to its meaning; ``types`` the spelling of an architecture,
    with its version or variant where that matters, to model types; ``languages`` a spelling to its tag."""

    words: Mapping[str, Entry]
    visual: frozenset[str]
    """Families of timm: they look at images, as do those that begin like one of ``Roles.visual``."""
    types: Mapping[str, tuple[str, ...]]
    languages: Mapping[str, str]
    roles: Roles


def _read(stem: str) -> Table:
    text = bundled.read("dara_lint.names", f"{stem}.json").decode()
    table: Table = json.loads(text)
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


def _roles() -> Roles:
    table = {key: frozenset(value.split()) for key, value in _read("roles").items() if isinstance(value, str)}
    del table["source"]
    return Roles(**{**table, "visual": tuple(sorted(table["visual"]))})  # type: ignore[arg-type]  # keys are the fields


def _pairs(stem: str, key: str) -> dict[str, str]:
    pairs = _read(stem)[key]
    if not isinstance(pairs, dict):
        raise TypeError(f"{stem}.json is damaged: install dara-lint again")
    return pairs


@cache
def lexicon() -> Lexicon:
    """All lexicons. A spelling in several means, first come first: a word, a language, an architecture, a data set."""
    types = {spelling: tuple(models.split()) for spelling, models in _pairs("architectures", "architecture").items()}
    tags = _pairs("languages", "language")
    roles = _roles()
    numbered = roles.generations | roles.deep
    words = _spelled("benchmarks") | _spelled("datasets")
    for spelling in types:
        if spelling.isalpha() or spelling in roles.atomic or not _has_version(spelling, numbered):
            words[spelling] = Entry(Element.architecture, spelling)
    for spelling, tag in tags.items():
        if len(spelling) > 3:
            words[spelling] = Entry(Element.language, tag)
    words |= _spelled("words")
    visual = _read("architectures")["visual"]
    return Lexicon(words, frozenset(visual), types, tags, roles)


def _has_version(spelling: str, numbered: frozenset[str]) -> bool:
    """Whether it is a family and its version or depth and perhaps more (``qwen25vl``): no segment covers such a key."""
    head = spelling.rstrip("abcdefghijklmnopqrstuvwxyz")
    family = head.rstrip("0123456789")
    if head == family:
        return False
    return family in numbered or (family[-1:] in {"v", "r"} and family[:-1] in numbered)
