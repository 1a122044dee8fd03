"""Lines of styled spans: laid out by terminal cells, then painted by rich or left plain."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Span(NamedTuple):
    """A run of text, already safe to show, and its style in rich's words (``bold red``; empty for none)."""

    text: str
    style: str = ""


Line = tuple[Span, ...]


def width(text: str) -> int:
    """Terminal cells that a text takes (wide CJK characters take two)."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def padded(text: str, cells: int) -> str:
    """The text, filled up with spaces to a number of cells."""
    return text + " " * max(0, cells - width(text))


def taken(text: str, cells: int) -> str:
    """The longest beginning of a text that fits into a number of cells."""
    if text.isascii():
        return text[:cells]
    used = 0
    for position, char in enumerate(text):
        used += width(char)
        if used > cells:
            return text[:position]
    return text


def wrapped(text: str, cells: int) -> list[str]:
    """A text as lines of at most ``cells`` cells, broken between words, inside a word only if it must be."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        if line and width(line) + 1 + width(word) <= cells:
            line = f"{line} {word}"
            continue
        if line:
            lines.append(line)
        line = word
        while width(line) > cells:
            piece = taken(line, cells) or line[:1]
            lines.append(piece)
            line = line[len(piece) :]
    return [*lines, line]


def painted(lines: Iterable[Line], *, color: bool) -> str:
    """The lines as text, each with its newline; with ANSI colours when asked for."""
    if not color:
        return "".join("".join(span.text for span in line).rstrip() + "\n" for line in lines)
    from rich.color import ColorSystem
    from rich.style import Style

    def ansi(span: Span) -> str:
        return Style.parse(span.style).render(span.text, color_system=ColorSystem.STANDARD)

    return "".join("".join(ansi(span) if span.style else span.text for span in line) + "\n" for line in lines)
