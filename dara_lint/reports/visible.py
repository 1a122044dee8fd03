"""Text of strangers made safe to show: what a terminal or a CI log would act on becomes a visible escape."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 2_000
"""Code points of one message, name or path that a report for people shows; the rest is cut and counted."""

_ACTED_UPON = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories that have no glyph of their own: controls, bidi and zero-width formats, surrogates,
line and paragraph separators (Unicode 15, UAX #44, table 12)."""

_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u17b4\u17b5\u180b\u180c\u180d\u180f")
"""Letters and marks that are drawn as nothing (Default_Ignorable_Code_Point outside the categories above)."""

_LOG_COMMAND = re.compile(r"#(?=#(?:\[|[A-Za-z]{1,12}\[))")
"""``##[group]``, ``##vso[…]`` and ``##teamcity[…]`` are read anywhere in a line by GitHub's runner (V1
commands), Azure Pipelines and TeamCity."""

_LINE_COMMAND = re.compile(r"^((?:\s|\x1b\[[0-9;]*m)*):(?=:)", re.MULTILINE)
"""GitHub's runner takes ``::`` at the start of a line, white space aside, for a command."""


def character(char: str) -> str:
    """One code point as it is shown: itself, or an escape such as ``\\x1b`` or ``\\u202e``."""
    if " " <= char <= "~":
        return char
    code = ord(char)
    if (
        unicodedata.category(char) not in _ACTED_UPON
        and char not in _BLANK_LETTERS
        and not 0xFE00 <= code <= 0xFE0E  # variation selectors; U+FE0F follows many an honest emoji
        and not 0xE0100 <= code <= 0xE01EF
        and code not in {0xFFFE, 0xFFFF}  # no characters, and none of XML's
    ):
        return char
    named = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(char)
    if named:
        return named
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def visible(text: str, limit: int = LONGEST) -> str:
    """Text on one line, with nothing in it that a terminal, a log or a bidi algorithm would act upon.

    At most ``limit`` code points are taken; what was cut is said.
    """
    cut = len(text) - limit
    shown = text if text.isascii() and text.isprintable() and cut <= 0 else _escaped(text[:limit])
    shown = _LOG_COMMAND.sub(r"\\x23", shown) if "##" in shown else shown
    return f"{shown}… ({cut:,} more characters)" if cut > 0 else shown


def _escaped(text: str) -> str:
    return "".join(map(character, text))


def without_commands(output: str) -> str:
    """A whole output in which no line starts a workflow command of GitHub's runner, or holds an old one."""
    output = _LOG_COMMAND.sub(r"\\x23", output) if "##" in output else output
    return _LINE_COMMAND.sub(r"\1\\x3a", output) if "::" in output else output


def shown_at(text: str, index: int) -> str:
    """The code point at ``index`` as it is shown there: an escape also where a command of a log would start."""
    char = text[index]
    return "\\x23" if char == "#" and _LOG_COMMAND.match(text, index) else character(char)
