"""What a card's front matter says, as lists of words with their places."""

from __future__ import annotations

from typing import NamedTuple

from dara_lint.model import Location, ModelRepo

MOST = 2_000
"""Entries of one list that are looked at."""
_WIDEST, _DEEPEST = 2_000, 5_000
"""Characters of a line, and lines of a card, that are searched for a word."""


class Said(NamedTuple):
    """A word of the front matter and where it stands."""

    text: str
    at: Location


def said(repo: ModelRepo, key: str) -> tuple[Said, ...]:
    """The texts of ``key``, whether it holds one or a list; empty without a card."""
    if repo.card is None:
        return ()
    value = repo.card.front.get(key)
    path = repo.card.path
    if isinstance(value, str) and value.strip():
        return (Said(value.strip(), Location(path, f"/{key}")),)
    if isinstance(value, list):
        return tuple(
            Said(item.strip(), Location(path, f"/{key}/{at}"))
            for at, item in enumerate(value[:MOST])
            if isinstance(item, str) and item.strip()
        )
    return ()


def mentions(repo: ModelRepo, word: str) -> bool:
    """Whether the card's text holds ``word``, letters and digits alone compared."""
    if repo.card is None:
        return False
    wanted = letters(word)
    first = repo.card.body_line - 1
    return any(wanted in letters(line[:_WIDEST]) for line in repo.card.lines[first : first + _DEEPEST])


def letters(text: str) -> str:
    """The letters and digits of a text, in lower case."""
    return "".join(letter for letter in text.lower() if letter.isalnum())
