"""A name's outside: owner, the part that is read, and its tokens."""

from __future__ import annotations

import re
from typing import NamedTuple

LIMIT = 4096
"""Characters that are read; no hub allows more than 96, no file system more than 255 in one segment."""

_TOKEN = re.compile(r"[^\W_]+(?:(?<=\d)\.(?=\d)[^\W_]+)*")
"""A run of letters and digits; a point between two digits belongs to it (``v1.5``, ``Qwen2.5``)."""

_PIECE = r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+(?:\.\d+)*|[^\W\d_]+|[^\W_]"
"""Compiled when a word with capitals needs it: most names have none."""


class Token(NamedTuple):
    """A token at ``start`` to ``end`` of the whole input, and its text in lower case."""

    start: int
    end: int
    lower: str


def owner_of(text: str) -> tuple[str | None, int]:
    """The owner (or whatever folder stands before the last slash), and where the name itself starts.

    A trailing slash belongs to no name: ``a/b/`` is ``b`` of ``a``. Backslashes are separators of folders too.
    """
    plain = text.replace("\\", "/")
    trimmed = plain.rstrip("/")
    head, slash, _ = trimmed.rpartition("/")
    if not slash:
        return None, 0
    parts = [part for part in head.split("/") if part]
    return (parts[-1] if parts else None), len(head) + 1


def lower_same_length(text: str) -> str:
    """Lower case in which every index still points at the same letter (``İ`` would become two characters)."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)


def tokens(lower: str, start: int, end: int) -> list[Token]:
    """The tokens of ``lower[start:end]``."""
    return [Token(match.start(), match.end(), match[0]) for match in _TOKEN.finditer(lower, start, end)]


def pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A token cut where the case changes or a digit meets a letter: ``CodeLlama2`` → Code, Llama, 2."""
    return [match.span() for match in re.compile(_PIECE).finditer(text, start, end)]
