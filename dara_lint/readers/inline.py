"""Inline Markdown and HTML -> the plain text that a reader of the page sees."""

from __future__ import annotations

import re

LIMIT = 1_000
"""Code points of a heading or a cell that are looked at."""

_MARKUP = re.compile(r"[`*_~\[<&\\]")
_CODE = re.compile(r"(?<!`)(`{1,3})(?!`)(.+?)(?<!`)\1(?!`)")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_IMAGE = re.compile(r"!\[[^\[\]]*\](?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\[\]]*\])")
_LINK = re.compile(r"\[([^\[\]]*)\](?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\[\]]*\])")
_AUTOLINK = re.compile(r"<((?:https?|mailto):[^<>\s]*)>")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_STARS = re.compile(r"(\*{1,3}|~~)(?=\S)([^*~]+)(?<=\S)\1")
_UNDERSCORES = re.compile(r"(?<!\w)(_{1,3})(?=[^\s_])((?:[^_]|(?<=[^\W_])_+(?=[^\W_]))+?)(?<=[^\s_])\1(?!\w)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_SPACE = re.compile(r"\s+")
_KEPT = "\ue000"
_MARK = re.compile(f"{_KEPT}([0-9]+){_KEPT}")


def plain(text: str) -> str:
    """The text without images, link targets, emphasis, code marks, tags, comments and escapes, on one line."""
    text = text[:LIMIT].replace(_KEPT, "")
    if not _MARKUP.search(text):
        return _SPACE.sub(" ", text).strip()
    kept: list[str] = []

    def keep(piece: str) -> str:
        kept.append(piece)
        return f"{_KEPT}{len(kept) - 1}{_KEPT}"

    text = _CODE.sub(lambda code: keep(code[2].strip()), text)
    text = _ESCAPE.sub(lambda escape: keep(escape[1]), text)
    text = _IMAGE.sub("", _COMMENT.sub("", text))
    text = _LINK.sub(r"\1", text)
    text = _AUTOLINK.sub(lambda link: keep(link[1]), text)
    text = _TAG.sub(" ", text)
    for _ in range(3):
        text = _STARS.sub(r"\2", text)
    import html  # only cards need it

    text = html.unescape(_UNDERSCORES.sub(r"\2", text))
    for _ in range(2):  # an autolink may hold an escape
        text = _MARK.sub(lambda mark: kept[int(mark[1])], text)
    return _SPACE.sub(" ", text).strip()


def cells(line: str) -> tuple[str, ...]:
    """The cells of a table's row: an escaped pipe is part of its cell, outer pipes are none's."""
    line = line.strip()
    line = line.removeprefix("|")
    if line.endswith("|") and not line.endswith("\\|"):
        line = line[:-1]
    parts = re.split(r"(?<!\\)\|", line)
    return tuple(plain(part.replace("\\|", "|")) for part in parts)
