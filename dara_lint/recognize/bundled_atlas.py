"""The bundled profiles and matcher, read when they are first needed.

``profiles.zz``, ``patterns.zz`` and a posting file per channel are zlib-compressed text that
``training/recognise_profiles.py`` writes; ``matcher.ubj`` is a stock XGBoost model, ``kinship.json`` the weights of a
linear one.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping
from functools import cache, cached_property

from dara_lint import bundled
from dara_lint.recognize import trees
from dara_lint.recognize.atlas import POSTED, Atlas
from dara_lint.recognize.shapes import Shapes


class _Postings(Mapping[str, Mapping[str, str]]):
    """Posting files by channel, each read when it is first asked for."""

    def __getitem__(self, channel: str) -> Mapping[str, str]:
        return _posting(channel)

    def __iter__(self) -> Iterator[str]:
        return iter(POSTED)

    def __len__(self) -> int:
        return len(POSTED)


def _text(name: str) -> str:
    return zlib.decompress(bundled.read("dara_lint.recognize", "bundled", name)).decode()


SOUGHT = 200
"""Tokens that are sought in a posting file's text before it is worth making a table of it."""


class _Posting(Mapping[str, str]):
    """A posting file: a token and its numbers a line. Most repositories ask for a few tokens only."""

    def __init__(self, channel: str) -> None:
        self._text = f"\n{_text(f'{channel}.zz')}\n"
        self._asked = 0

    @cached_property
    def _table(self) -> dict[str, str]:
        rows = (line.partition("\t") for line in self._text.strip("\n").split("\n"))
        return {token: numbers for token, _, numbers in rows}

    def __getitem__(self, token: str) -> str:
        self._asked += 1
        if self._asked > SOUGHT:
            return self._table[token]
        start = self._text.find(f"\n{token}\t")
        if start < 0 or "\n" in token or "\t" in token:
            raise KeyError(token)
        start += len(token) + 2
        return self._text[start : self._text.index("\n", start)]

    def __iter__(self) -> Iterator[str]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)


@cache
def _posting(channel: str) -> Mapping[str, str]:
    return _Posting(channel)


@cache
def shapes() -> Shapes:
    """The sentences of shapes; few repositories need them."""
    return Shapes(_text("shapes.zz"))


@cache
def atlas() -> Atlas:
    """The bundled profiles."""
    return Atlas(
        _text("profiles.zz").split("\n"),
        _text("patterns.zz").split("\n"),
        _Postings(),
        json.loads(_text("sizes.zz")),
        shapes,
    )


@cache
def matcher() -> trees.Forest:
    """The bundled pairwise matcher over ``distances.FEATURES``."""
    return trees.load(bundled.read("dara_lint.recognize", "bundled", "matcher.ubj"))


@cache
def kin() -> dict[str, float]:
    """The weights of ``kinship.FEATURES``."""
    found: dict[str, float] = json.loads(bundled.read("dara_lint.recognize", "bundled", "kinship.json"))
    return found
