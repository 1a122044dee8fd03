"""Markdown -> headings, tables and fenced code, with lines; read line by line, in linear time.

The rules are those of CommonMark 0.31 and GitHub Flavored Markdown 0.29 for these blocks, simplified: a fence
opens at any indentation (lists), HTML headings count, nothing else that is nested is looked into.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from dara_lint.model import CodeBlock, Heading, Table
from dara_lint.readers.inline import cells, plain

COLUMNS = 500
"""Cells of a table's header; what has more is no table."""

_FENCE = re.compile(r"(?:[ \t]|>|(?:[-*+]|[0-9]{1,9}[.)])[ \t])*+(`{3,}+(?=[^`]*+\Z)|~{3,}+)(.*+)", re.DOTALL)
_CLOSING = re.compile(r"[ \t>]*+(`{3,}+|~{3,}+)[ \t]*+\Z")
_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]++(.*)|)\Z", re.DOTALL)
_UNDERLINE = re.compile(r" {0,3}(=++|-++)[ \t]*+\Z")
_NO_PARAGRAPH = re.compile(r"[ \t]*+(?:[-*+][ \t]|[0-9]{1,9}[.)][ \t]|>|<)")
_COMMENT = re.compile(r" {0,3}<!--")
_RULE = re.compile(r" {0,3}(?:(?:-[ \t]*+){3,}|(?:\*[ \t]*+){3,}|(?:_[ \t]*+){3,})\Z")
_HTML_HEADING = re.compile(r"<h([1-6])(?:\s[^<>]*)?>", re.IGNORECASE)
_RAW = re.compile(r" {0,3}<(pre|script|style|textarea)(?=[\s>]|\Z)", re.IGNORECASE)
_DELIMITER = re.compile(r":?-++:?")
_SPAN = 12
"""Lines that a heading may take."""


class Structure(NamedTuple):
    """The blocks of a Markdown text, each in the order of the text."""

    headings: tuple[Heading, ...]
    tables: tuple[Table, ...]
    code: tuple[CodeBlock, ...]


def structure(lines: Sequence[str], first: int) -> Structure:
    """The blocks of the lines from the 1-based line ``first`` on; line numbers count from the top."""
    return _Scan(lines, first - 1).structure()


class _Scan:
    """Where the scan stands, and what it found."""

    def __init__(self, lines: Sequence[str], start: int) -> None:
        self._lines = lines
        self._index = start
        self._paragraph: int | None = None  # index of the first line of the paragraph that is open
        self._nested = False  # in a list item, quote or HTML block, which ends at a blank line
        self._headings: list[Heading] = []
        self._tables: list[Table] = []
        self._code: list[CodeBlock] = []

    def structure(self) -> Structure:
        while self._index < len(self._lines):
            line = self._lines[self._index]
            if not line.strip():
                self._index += 1
            elif not (self._hidden(line) or self._block(line)):
                self._text(line)
                self._index += 1
                continue
            self._paragraph, self._nested = None, False
        return Structure(tuple(self._headings), tuple(self._tables), tuple(self._code))

    def _hidden(self, line: str) -> bool:
        return self._fence(line) or self._comment(line) or self._raw(line)

    def _block(self, line: str) -> bool:
        return self._html_heading(line) or self._atx(line) or self._setext(line) or self._table(line)

    def _text(self, line: str) -> None:
        if _RULE.match(line):
            self._paragraph, self._nested = None, False
        elif _NO_PARAGRAPH.match(line):
            self._paragraph, self._nested = None, True
        elif self._paragraph is None and not self._nested and not line.startswith(("    ", "\t")):
            self._paragraph = self._index

    def _fence(self, line: str) -> bool:
        opening = _FENCE.match(line)
        if opening is None:
            return False
        start, mark = self._index, opening[1]
        self._index += 1
        while self._index < len(self._lines):
            closing = _CLOSING.match(self._lines[self._index])
            if closing and closing[1].startswith(mark):
                break
            self._index += 1
        words = opening[2].split()
        text = "\n".join(self._lines[start + 1 : self._index])
        self._code.append(CodeBlock(words[0] if words else "", text, start + 1))
        self._index += 1
        return True

    def _comment(self, line: str) -> bool:
        """A comment at the start of a line, or one that does not end on its line, hides all up to its end."""
        if _COMMENT.match(line):
            self._pass("-->", self._index)
            return True
        start = line.rfind("<!--")
        if start < 0 or "-->" in line[start:] or line[:start].count("`") % 2:
            return False
        self._pass("-->", self._index + 1)
        return True

    def _raw(self, line: str) -> bool:
        raw = _RAW.match(line)
        if raw is None:
            return False
        self._pass(f"</{raw[1].lower()}>", self._index)
        return True

    def _pass(self, end: str, index: int) -> None:
        """Goes behind the line that holds ``end``, or to the end of the text."""
        while index < len(self._lines) and end not in self._lines[index].lower():
            index += 1
        self._index = index + 1

    def _html_heading(self, line: str) -> bool:
        opening = _HTML_HEADING.search(line)
        if opening is None or line[: opening.start()].count("`") % 2:
            return False
        close = f"</h{opening[1]}>"
        block = [line[opening.end() :], *self._lines[self._index + 1 : self._index + _SPAN]]
        for count, piece in enumerate(block):
            end = piece.lower().find(close)
            if end >= 0:
                text = " ".join([*block[:count], piece[:end]])
                self._heading(int(opening[1]), text, self._index)
                self._index += count + 1
                return True
        return False

    def _heading(self, level: int, text: str, index: int) -> None:
        self._headings.append(Heading(level, plain(text), index + 1))

    def _atx(self, line: str) -> bool:
        heading = _ATX.match(line)
        if heading is None:
            return False
        text = (heading[2] or "").rstrip()
        bare = text.rstrip("#")
        if bare != text and (not bare or bare[-1] in " \t"):
            text = bare
        self._heading(len(heading[1]), text, self._index)
        self._index += 1
        return True

    def _setext(self, line: str) -> bool:
        underline = _UNDERLINE.match(line)
        if underline is None or self._paragraph is None:
            return False
        text = " ".join(self._lines[self._paragraph : min(self._index, self._paragraph + _SPAN)])
        self._heading(1 if underline[1][0] == "=" else 2, text, self._paragraph)
        self._index += 1
        return True

    def _table(self, line: str) -> bool:
        index = self._index
        if "|" not in line or index + 1 >= len(self._lines) or line.count("|") > COLUMNS:
            return False
        below = self._lines[index + 1]
        if "|" not in below and ("-" not in below or not line.strip().startswith("|")):
            return False
        if "-" not in below or below.count("|") > COLUMNS:
            return False
        header, rule = cells(line), cells(below)
        if len(header) != len(rule) or not all(_DELIMITER.fullmatch(cell) for cell in rule):
            return False
        rows = []
        index += 2
        while index < len(self._lines) and self._is_row(self._lines[index]):
            rows.append(cells(self._lines[index][: COLUMNS * 200])[: len(header)])
            index += 1
        self._tables.append(Table(header, tuple(rows), self._index + 1))
        self._index = index
        return True

    def _is_row(self, line: str) -> bool:
        if not line.strip() or line.startswith(("    ", "> ", "<!--")):
            return False
        return not (_ATX.match(line) or _FENCE.match(line) or _RULE.match(line))
