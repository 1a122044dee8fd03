"""From a name to its segments: spans, then the longest words of the lexicon, then single tokens, then context."""

from __future__ import annotations

from functools import lru_cache

from dara_lint.names import patterns
from dara_lint.names.category import categorise, is_informative
from dara_lint.names.context import settle
from dara_lint.names.draft import Draft
from dara_lint.names.glued import unglue
from dara_lint.names.lexicon import ATOMIC, GENERATIONS, Lexicon, lexicon
from dara_lint.names.model import Element, Name, Segment
from dara_lint.names.numbers import parameters_of
from dara_lint.names.split import LIMIT, Token, lower_same_length, owner_of, tokens

MOST_JOINED = 4
"""Tokens that one entry of the lexicon may span (``ms-marco``, ``xlm-roberta``, ``audio-spectrogram-transformer``)."""


@lru_cache(maxsize=4096)
def parse(name: str) -> Name:
    """Read a name: with or without its owner, a folder, a GGUF file name, timm's ``arch.tag``.

    Total (any text gives a Name), deterministic, and linear in the length; of more than ``LIMIT`` characters
    the rest becomes one segment ``other``. Vocabulary: Jiang et al., naming elements of pre-trained models.
    """
    text = name[:LIMIT]
    owner, start = owner_of(text)
    lower = lower_same_length(text)
    drafts = _read(text, lower, start, lexicon())
    settle(drafts, lower)
    if len(name) > LIMIT:
        drafts.append(Draft(LIMIT, len(name), "", Element.other, "cut", 1.0))
    segments = tuple(
        Segment(
            name[draft.start : draft.end], draft.element, draft.start, draft.end, draft.normal, draft.confidence,
            draft.types,
        )
        for draft in drafts
    )  # fmt: skip
    category = categorise(segments)
    return Name(name, owner, segments, parameters_of(segments), category, is_informative(segments))


def _read(text: str, lower: str, start: int, words: Lexicon) -> list[Draft]:
    """The segments as far as they can be told without their neighbours."""
    drafts: list[Draft] = []
    at = start
    for span in patterns.SPAN.finditer(lower, start):
        _lookup(text, tokens(lower, at, span.start()), words, drafts)
        found = patterns.span_at(lower, span.start(), span.end())
        drafts.append(Draft(span.start(), span.end(), span[0], *found))
        at = span.end()
    _lookup(text, tokens(lower, at, len(lower)), words, drafts)
    return drafts


def _lookup(text: str, found: list[Token], words: Lexicon, drafts: list[Draft]) -> None:
    """Append what the tokens mean: the longest run of them that the lexicon knows, or one by one."""
    at = 0
    while at < len(found):
        for end in range(min(at + MOST_JOINED, len(found)), at, -1):
            if end - at > 1:
                run = found[at:end]
                spelling = "".join([token.lower for token in run])
                if not _joinable(spelling, run):
                    continue
            else:
                spelling = found[at].lower
            entry = words.words.get(spelling)
            if entry is not None:
                drafts.append(Draft(found[at].start, found[end - 1].end, spelling, entry.element, entry.normal, 0.95))
                at = end
                break
        else:
            _single(text, found[at], words, drafts)
            at += 1


def _joinable(spelling: str, run: list[Token]) -> bool:
    """Whether tokens may be read as one word: not scattered letters, and not a family and its version."""
    if len(spelling) < 4 or (max(len(token.lower) for token in run) < 3 and spelling not in ATOMIC):
        return False
    last = run[-1].lower
    if last[-1].isdigit() and spelling not in ATOMIC:
        stem = "".join(token.lower for token in run[:-1])
        if stem in GENERATIONS or last.isdigit() or last[0] == "v":
            return spelling in ATOMIC or stem not in lexicon().words
    return True


def _single(text: str, token: Token, words: Lexicon, drafts: list[Draft]) -> None:
    """One token that is no word: a shape, a word and a number, words written as one, or unknown."""
    shape = patterns.token(token.lower)
    if shape is not None:
        drafts.append(Draft(token.start, token.end, token.lower, *shape))
        return
    glued = unglue(text, token, words)
    if glued:
        drafts.extend(glued)
    elif token.lower.isdigit():
        drafts.append(Draft(token.start, token.end, token.lower, Element.other, token.lower, 0.3))
    else:
        drafts.append(Draft(token.start, token.end, token.lower, Element.other, token.lower, 0.3))
