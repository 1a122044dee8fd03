"""The tokens of a text that is meant to be JSON: every text has some, and finding them takes linear time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple, TypeAlias

from dara_lint.model import Json
from dara_lint.readers.complaints import Complaints
from dara_lint.readers.events import shown

Kind: TypeAlias = Literal["{", "}", "[", "]", ":", ",", "string", "scalar", "word", "cut"]


class Token(NamedTuple):
    """A token at [start, end). ``word`` is bare text that is no value, ``cut`` a number or string that the
    end of the file may have cut off: what is there of the number, None for a string."""

    kind: Kind
    start: int
    end: int
    value: Json = None


_SPACE = re.compile(r"[ \t\n\r]*+")
_ODD_SPACE = re.compile("[\\s\ufeff\u200b\\0]++")
_PLAIN = re.compile(r'"([^"\\\x00-\x1f]*+)"')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)(\.[0-9]++)?([eE][+-]?[0-9]++)?(?![\w.+-])", re.ASCII)
_LOOSE = re.compile(r"[+-]?(?:0[xX][0-9a-fA-F]++|(?:[0-9]++\.?[0-9]*+|\.[0-9]++)(?:[eE][+-]?[0-9]++)?)", re.ASCII)
_WORD = re.compile(r"[^\s,:=\"{}\[\]]++")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.|\Z)", re.DOTALL)
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_QUOTED = {
    '"': re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL),
    "'": re.compile(r"'[^'\\]*+(?:\\.[^'\\]*+)*+'", re.DOTALL),
}
_AFTER = re.compile(r"\s*+(?:[,}\]:]|\Z)")
_LINE = re.compile(r"[^\n\r]*+")
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_LONE = re.compile("[\ud800-\udfff]")
_NAMES: dict[str, Json] = {"true": True, "false": False, "null": None}
_PYTHON: dict[str, Json] = {"True": True, "False": False, "None": None}
_JSON_OF = {"True": "true", "False": "false", "None": "null"}
_CONSTANTS = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}
_DIGITS = 4000
"""Python converts no integer of more than 4,300 digits (``sys.int_info.default_max_str_digits``)."""


class Tokens:
    """Reads the tokens of a text one after the other and collects what is not JSON about them."""

    def __init__(self, text: str, complaints: Complaints, start: int = 0) -> None:
        self.text = text
        self.position = start
        self._complaints = complaints
        self._line_end = 0  # of the line that was last looked at
        self._lines_only = 0  # before this offset a string is only looked for on its own line

    def __iter__(self) -> Iterator[Token]:
        text, size = self.text, len(self.text)
        while True:
            self.skip()
            start = self.position
            if start >= size:
                return
            character = text[start]
            if character in "{}[]:,":
                token = Token(character, start, start + 1)  # type: ignore[arg-type]  # one of the six
            elif character == "=":
                self._complaints.add("`=` where JSON has `:`", start, start + 1)
                token = Token(":", start, start + 1)
            elif character in "\"'":
                token = self._string(start, character)
            else:
                token = self._bare(start)
            self.position = token.end
            yield token

    def skip(self) -> None:
        """Passes over white space and comments."""
        text, size = self.text, len(self.text)
        while True:
            space = _SPACE.match(text, self.position)
            start = space.end() if space else self.position
            end = start
            if text.startswith(("//", "#"), start):
                line = _LINE.match(text, start)
                end = line.end() if line else size
            elif text.startswith("/*", start):
                close = text.find("*/", start + 2)
                end = close + 2 if close >= 0 else size
            elif odd := _ODD_SPACE.match(text, start):
                end = odd.end()
                what = f"U+{ord(text[start]):04X}"
                self._complaints.add(f"the character {what} between values: remove it", start, end)
            self.position = end
            if end == start:
                return
            if text[start] in "/#":
                self._complaints.add("a comment, which JSON does not have: remove it", start, end)

    def _string(self, start: int, quote: str) -> Token:
        text = self.text
        plain = _PLAIN.match(text, start)
        if plain:
            return Token("string", start, plain.end(), plain[1])
        if quote == "'":
            self._complaints.add("single quotes, JSON strings have double ones", start, start + 1)
        line_end = self._end_of_line(start)
        quoted = _QUOTED[quote].match(text, start, line_end) or self._over_lines(start, quote)
        if quoted:
            return Token("string", start, quoted.end(), self._unescape(start + 1, quoted.end() - 1))
        if line_end == len(text):
            self._complaints.add("the file ends inside a string", start, line_end)
            return Token("cut", start, line_end)
        self._complaints.add("a string is not closed at the end of its line", start, line_end)
        return Token("string", start, line_end, self._unescape(start + 1, line_end).rstrip(" \t,"))

    def _end_of_line(self, start: int) -> int:
        """Where the line of ``start`` ends, looked for once a line: a whole document may stand on one."""
        if start >= self._line_end:
            line = _LINE.match(self.text, start)
            self._line_end = line.end() if line else len(self.text)
        return self._line_end

    def _over_lines(self, start: int, quote: str) -> re.Match[str] | None:
        """A string with raw line ends in it, if what follows its end looks right. A search that failed is
        never made again over the same text, so that many open quotes cost no more than one."""
        if start < self._lines_only:
            return None
        quoted = _QUOTED[quote].match(self.text, start)
        if quoted and _AFTER.match(self.text, quoted.end()):
            return quoted
        self._lines_only = quoted.end() if quoted else len(self.text)
        return None

    def _unescape(self, start: int, end: int) -> str:
        raw = self.text[start:end]
        if any(character < " " for character in raw):
            self._complaints.add("a raw control character inside a string: write it as an escape", start, end)
        if "\\" not in raw:
            return raw
        bad: list[str] = []

        def plain(match: re.Match[str]) -> str:
            escape = match[1]
            if len(escape) == 5:
                return chr(int(escape[1:], 16))
            if escape not in _ESCAPES:
                bad.append(match[0])
            return _ESCAPES.get(escape, escape)

        value = _ESCAPE.sub(plain, raw)
        if bad:
            self._complaints.add(f"`{shown(bad[0])}` is no escape of JSON", start, end)
        value = _PAIR.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), value)
        if _LONE.search(value):
            reason = "half of a surrogate pair in a string: it stands for no character"
            self._complaints.add(reason, start, end, "tolerated")
            value = _LONE.sub("\ufffd", value)
        return value

    def _bare(self, start: int) -> Token:
        """A number, a constant, or a word that is neither."""
        text = self.text
        number = _NUMBER.match(text, start)
        if number:
            return self._number(number)
        word = _WORD.match(text, start)
        end = word.end() if word else start + 1
        name = text[start : min(end, start + 100)]
        if name in _NAMES:
            return Token("scalar", start, end, _NAMES[name])
        if name in _CONSTANTS:
            self._complaints.add(f"`{name}`, which JSON does not have", start, end, "tolerated")
            return Token("scalar", start, end, _CONSTANTS[name])
        if name in _PYTHON:
            self._complaints.add(f"`{name}` of Python, JSON has `{_JSON_OF[name]}`", start, end)
            return Token("scalar", start, end, _PYTHON[name])
        loose = _LOOSE.match(text, start, end)
        if loose and loose.end() == end and end - start < _DIGITS:
            if end == len(text):
                return Token("cut", start, end)
            self._complaints.add(f"`{shown(name)}` is not how JSON writes a number", start, end)
            value = int(name, 16) if "x" in name.lower() else float(name)
            whole = name.lstrip("+-").isdigit()
            return Token("scalar", start, end, int(name) if whole else value)
        return Token("word", start, end, name)

    def _number(self, number: re.Match[str]) -> Token:
        start, end = number.span()
        kind: Kind = "cut" if end == len(self.text) else "scalar"
        if number[1] or number[2]:
            value = float(number[0])
            if value in (float("inf"), float("-inf")):
                reason = f"`{shown(number[0])}` is too large for a float and read as infinity"
                self._complaints.add(reason, start, end, "tolerated")
            return Token(kind, start, end, value)
        if end - start > _DIGITS:
            self._complaints.add(f"an integer of {end - start:,} digits, which python refuses", start, end)
            return Token("word", start, end, "")
        return Token(kind, start, end, int(number[0]))
