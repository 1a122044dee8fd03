"""Bytes of a text file -> its text, and what had to be forgiven to read it."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple


class Decoded(NamedTuple):
    """A file's text without its byte-order mark.

    ``problem`` is what a loader that expects plain UTF-8 would trip over ("" when nothing); ``binary`` says
    that the bytes are no text in any encoding that is tried, and the text is empty.
    """

    text: str
    encoding: str
    problem: str = ""
    binary: bool = False


_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 1 << 16
"""Bytes from which it is guessed whether a text is Chinese."""

_HIGH = re.compile(rb"[\x80-\xff]+")
_CHINESE = r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef\u2010-\u2027]"  # compiled when a text may be Chinese: 2 ms


def decode(data: bytes) -> Decoded:
    """The text, by its byte-order mark, else as UTF-8, UTF-16 (by its zero bytes, as in RFC 4627 section 3),
    GB18030 where it looks Chinese, Windows-1252, or ISO 8859-1, the first that fits."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = _as(data[len(mark) :], encoding)
            if text is not None:
                name = "a byte-order mark" if encoding == "utf-8" else f"{encoding[:6]} text"
                return Decoded(text, encoding, f"the file starts with {name}, save it as plain utf-8")
    wide = _wide(data)
    for encoding in (wide, "utf-8", "gb18030" if _looks_chinese(data) else "", "cp1252"):
        text = _as(data, encoding) if encoding else None
        if text is not None and (encoding in ("utf-8", wide) or "\0" not in text):
            return Decoded(text, encoding, "" if encoding == "utf-8" else _not_utf8(encoding))
    if b"\0" in data:
        return Decoded("", "binary", "binary data where text was expected", binary=True)
    return Decoded(data.decode("latin-1"), "latin-1", _not_utf8("latin-1"))


def _as(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _not_utf8(encoding: str) -> str:
    return f"the file is not utf-8 text, it was read as {encoding}: save it as utf-8"


def _wide(data: bytes) -> str:
    """UTF-16 without a mark: the first two characters are ASCII, so every other byte of them is zero."""
    zeros = [byte == 0 for byte in data[:4]]
    if zeros == [False, True, False, True]:
        return "utf-16-le"
    return "utf-16-be" if zeros == [True, False, True, False] else ""


def _looks_chinese(data: bytes) -> bool:
    """In GB 2312 text high bytes come in pairs and give ideographs; in western text they stand alone."""
    data = data[:_SAMPLE]
    runs = [len(run) for run in _HIGH.findall(data)]
    try:
        text = codecs.getincrementaldecoder("gb18030")().decode(data)
    except UnicodeDecodeError:
        return False
    if not runs or sum(run for run in runs if run % 2 == 0) < 0.8 * sum(runs):
        return False
    foreign = sum(not character.isascii() for character in text)
    return len(re.findall(_CHINESE, text)) >= 0.8 * foreign
