"""Lines of a text as editors count them: ended by LF, CR LF or CR, and by nothing else."""

from __future__ import annotations

import re

_END = re.compile(r"\r\n|\n|\r")


def split(text: str) -> tuple[str, ...]:
    """The lines without their ends; no empty line after a last line end."""
    lines = _END.split(text)
    if not lines[-1]:
        lines.pop()
    return tuple(lines)


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column, both from 1, of the code point at this offset (its end, when it is the length)."""
    offset = min(offset, len(text))
    returns = text.count("\r", 0, offset) - text.count("\r\n", 0, offset)
    start = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    return text.count("\n", 0, offset) + returns + 1, offset - start + 1


def span(text: str, start: int, end: int) -> int:
    """How many code points of a range stand on its first line, at least 1."""
    stop = _END.search(text, start, end)
    return max(1, (stop.start() if stop else end) - start)
