"""From a name to its segments: spans, then the longest words of the lexicon, then single tokens, then context."""

from __future__ import annotations

from functools import lru_cache

from dara_lint.names.category import categorise, is_informative
from dara_lint.names.context import settle
from dara_lint.names.draft import Draft
from dara_lint.names.glued import unglue
from dara_lint.names.lexicon import Entry, Lexicon, lexicon
from dara_lint.names.model import Element, Name, Segment
from dara_lint.names.numbers import parameters_of
from dara_lint.names.single import token as single_token
from dara_lint.names.spans import reader as spans
from dara_lint.names.split import LIMIT, Token, lower_same_length, owner_of, tokens

REMEMBERED = 256
"""Characters of a name that is kept for when it is asked again; a hostile one must not fill the memory."""

LONGEST_TOKEN = 80
"""Letters and digits in a row that are looked into; what is longer is no word."""

MOST_JOINED = 4
"""Tokens that one entry of the lexicon may span (``ms-marco``, ``xlm-roberta``, ``audio-spectrogram-transformer``)."""


def parse(name: str) -> Name:
    """Read a name: with or without its owner, a folder, a GGUF file name, timm's ``arch.tag``.

    Total (any text gives a Name), deterministic, and linear in the length; of more than ``LIMIT`` characters
    the rest becomes one segment ``other``. Names of a usual length are remembered. Vocabulary: Jiang et al.,
    naming elements of pre-trained models.
    """
    return _remembered(name) if len(name) <= REMEMBERED else _parse(name)


@lru_cache(maxsize=4096)
def _remembered(name: str) -> Name:
    return _parse(name)


def _parse(name: str) -> Name:
    text = name[:LIMIT]
    owner, start = owner_of(text)
    lower = lower_same_length(text)
    words = lexicon()
    drafts = _read(text, lower, start, words)
    settle(drafts, lower, words)
    if len(name) > LIMIT:
        drafts.append(Draft(LIMIT, len(name), "", Element.other, "cut", 1.0))
    segments = tuple(
        [Segment(name[d.start : d.end], d.element, d.start, d.end, d.normal, d.confidence, d.types) for d in drafts]
    )
    informative = is_informative(drafts, words.roles)
    return Name(name, owner, segments, parameters_of(segments), categorise(segments), informative)


def _read(text: str, lower: str, start: int, words: Lexicon) -> list[Draft]:
    """The segments as far as they can be told without their neighbours."""
    drafts: list[Draft] = []
    at = start
    for span in spans.search.finditer(lower, start):
        _lookup(text, tokens(lower, at, span.start()), words, drafts)
        drafts.append(Draft(span.start(), span.end(), span[0], *spans.meaning(span)))
        at = span.end()
    _lookup(text, tokens(lower, at, len(lower)), words, drafts)
    return drafts


def _lookup(text: str, found: list[Token], words: Lexicon, drafts: list[Draft]) -> None:
    """Append what the tokens mean: the longest run of them that the lexicon knows, or one by one."""
    at = 0
    known = words.words
    while at < len(found):
        first = found[at]
        spelling = first.lower
        runs = []
        for token in found[at + 1 : at + MOST_JOINED]:
            spelling += token.lower
            runs.append(spelling)
        for joined in range(len(runs), 0, -1):
            entry = known.get(runs[joined - 1])
            if entry is not None and _joinable(runs[joined - 1], found[at : at + joined + 1], entry, words):
                end = found[at + joined].end
                drafts.append(Draft(first.start, end, runs[joined - 1], entry.element, entry.normal, 0.95))
                at += joined
                break
        else:
            _single(text, first, words, drafts)
        at += 1


def _two_languages(token: Token, tags: str) -> list[Draft]:
    """``koen`` is two codes of two letters."""
    cut = token.start + 2
    first, second = tags.split(",")
    return [
        Draft(token.start, cut, token.lower[:2], Element.language, first),
        Draft(cut, token.end, token.lower[2:], Element.language, second),
    ]


def _joinable(spelling: str, run: list[Token], entry: Entry, words: Lexicon) -> bool:
    """Whether tokens may be read as one word: not scattered letters, not a family and its version or variant."""
    roles = words.roles
    if spelling in roles.atomic:
        return True
    region = entry.element is Element.language and "-" in entry.normal
    if len(spelling) < 4 or (max([len(token.lower) for token in run]) < 3 and not region):
        return False
    if entry.element is Element.reuse and any(_architecture(token.lower, words) for token in run):
        return False
    if entry.element is Element.training and run[0].lower.isdigit():  # ``tulu-2-dpo``
        return False
    if entry.element is Element.dataset and _in_parts(run, words):
        return False
    whole = entry.element in {Element.dataset, Element.architecture}
    if whole and any(_language(token.lower, words) for token in run):
        return False
    if entry.element is Element.architecture:
        if any(token.lower in roles.split and spelling.replace(token.lower, "", 1) in words.words for token in run):
            return False
        last = run[-1].lower
        stem = spelling[: -len(last)]
        if stem in words.words and (
            last.isdigit() or (last[0] == "v" and last[1:].isdigit()) or (last[0].isdigit() and last[-1] in "bm")
        ):
            return False
    return True


def _in_parts(run: list[Token], words: Lexicon) -> bool:
    """Whether a data set's tokens say something each: ``msmarco-bert``, ``coco-panoptic``, ``librispeech-asr``."""
    if any(words.types.get(token.lower) for token in run):
        return True
    stem, last = words.words.get("".join([token.lower for token in run[:-1]])), words.words.get(run[-1].lower)
    return stem is not None and last is not None and (stem.element, last.element) == (Element.dataset, Element.task)


def _architecture(spelling: str, words: Lexicon) -> bool:
    part = words.words.get(spelling)
    return part is not None and part.element is Element.architecture


def _language(spelling: str, words: Lexicon) -> bool:
    part = words.words.get(spelling)
    return part is not None and part.element is Element.language


def _single(text: str, token: Token, words: Lexicon, drafts: list[Draft]) -> None:
    """One token: a word, a shape, a word and a number, words written as one, or unknown."""
    start, end, lower = token
    entry = words.words.get(lower)
    if entry is not None and "," in entry.normal:
        drafts.extend(_two_languages(token, entry.normal))
    elif entry is not None:
        drafts.append(Draft(start, end, lower, entry.element, entry.normal, 0.95))
    elif end - start > LONGEST_TOKEN:
        drafts.append(Draft(start, end, lower, Element.other, "hash", 0.5))
    elif (shape := single_token(lower)) is not None:
        drafts.append(Draft(start, end, lower, *shape))
    elif parts := _parts(text[start:end], lower):
        drafts.extend(
            [Draft(start + a, start + b, word, kind, normal, sure) for a, b, word, kind, normal, sure in parts]
        )
    else:
        drafts.append(Draft(start, end, lower, Element.other, lower, 0.3))


@lru_cache(maxsize=8192)
def _parts(text: str, lower: str) -> tuple[tuple[int, int, str, Element, str, float], ...]:
    """The parts of a token that is several things, as offsets in it; the same tokens come again and again."""
    drafts = unglue(text, Token(0, len(text), lower), lexicon())
    return tuple((d.start, d.end, d.spelling, d.element, d.normal, d.confidence) for d in drafts)
