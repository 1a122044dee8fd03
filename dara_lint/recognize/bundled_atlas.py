"""The bundled profiles and matcher, read when they are first needed.

``profiles.zz``, ``patterns.zz`` and a posting file per channel are zlib-compressed text that
``training/recognise_profiles.py`` writes; ``matcher.ubj`` is a stock XGBoost model.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property

from dara_lint import bundled
from dara_lint.recognize import trees
from dara_lint.recognize.atlas import POSTED, Atlas


class _Postings(Mapping[str, Mapping[str | int, str]]):
    """Posting files by channel, each read when it is first asked for."""

    def __getitem__(self, channel: str) -> Mapping[str | int, str]:
        return _posting(channel)

    def __iter__(self) -> Iterator[str]:
        return iter(POSTED)

    def __len__(self) -> int:
        return len(POSTED)


def _text(name: str) -> str:
    return zlib.decompress(bundled.read("dara_lint.recognize", "bundled", name)).decode()


SOUGHT = 200
"""Tokens that are sought in a posting file's text before it is worth making a table of it."""


class _Posting(Mapping[str | int, str]):
    """A posting file: a token and its numbers a line. Most repositories ask for a few tokens only."""

    def __init__(self, channel: str) -> None:
        self._text = f"\n{_text(f'{channel}.zz')}\n"
        self._number = int if channel == "gram" else str
        self._asked = 0

    @cached_property
    def _table(self) -> dict[str | int, str]:
        pairs = (line.split("\t") for line in self._text.strip("\n").split("\n"))
        return {self._number(token): numbers for token, numbers in pairs}

    def __getitem__(self, token: str | int) -> str:
        self._asked += 1
        if self._asked > SOUGHT:
            return self._table[token]
        word = str(token)
        start = self._text.find(f"\n{word}\t")
        if start < 0 or "\n" in word or "\t" in word:
            raise KeyError(token)
        start += len(word) + 2
        return self._text[start : self._text.index("\n", start)]

    def __iter__(self) -> Iterator[str | int]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)


@cache
def _posting(channel: str) -> Mapping[str | int, str]:
    return _Posting(channel)


@cache
def _grams() -> Sequence[int]:
    """All shape tokens in the order of their file."""
    return [token for token in _posting("gram") if isinstance(token, int)]


@cache
def atlas() -> Atlas:
    """The bundled profiles."""
    return Atlas(
        _text("profiles.zz").split("\n"),
        _text("patterns.zz").split("\n"),
        _Postings(),
        json.loads(_text("sizes.zz")),
        _grams,
    )


@cache
def matcher() -> trees.Forest:
    """The bundled pairwise matcher over ``distances.FEATURES``."""
    return trees.load(bundled.read("dara_lint.recognize", "bundled", "matcher.ubj"))
