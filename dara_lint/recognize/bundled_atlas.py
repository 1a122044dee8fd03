"""The bundled profiles and matcher, read when they are first needed.

``profiles.zz``, ``patterns.zz`` and a posting file per channel are zlib-compressed text that
``training/recognise_profiles.py`` writes; ``matcher.ubj`` is a stock XGBoost model.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files

from dara_lint.recognize import trees
from dara_lint.recognize.atlas import POSTED, Atlas

_FOLDER = files("dara_lint.recognize").joinpath("bundled")


class _Postings(Mapping[str, Mapping[str | int, str]]):
    """Posting files by channel, each read when it is first asked for."""

    def __getitem__(self, channel: str) -> Mapping[str | int, str]:
        return _posting(channel)

    def __iter__(self) -> Iterator[str]:
        return iter(POSTED)

    def __len__(self) -> int:
        return len(POSTED)


def _text(name: str) -> str:
    return zlib.decompress(_FOLDER.joinpath(name).read_bytes()).decode()


@cache
def _posting(channel: str) -> Mapping[str | int, str]:
    pairs = (line.split("\t") for line in _text(f"{channel}.zz").split("\n"))
    if channel == "gram":
        return {int(token): numbers for token, numbers in pairs}
    return {token: numbers for token, numbers in pairs}  # noqa: C416 - dict() would not know the two are strings


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
    return trees.load(_FOLDER.joinpath("matcher.ubj").read_bytes())
