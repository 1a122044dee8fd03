"""From a symbolic place to line and column. A file is read again only when a finding points into it."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from dara_lint.model import Location, ReadError
from dara_lint.readers import encoding, listing
from dara_lint.readers.source import MalformedError, read_bounded

_LIMIT = 16 * 1024 * 1024
_SHOWN = 2_000
"""Longest source line that a report gets; a finding further right has its line left out."""


class Place(NamedTuple):
    """1-based line, column and end column (exclusive), and the line's text; None where nothing is known."""

    line: int | None = None
    column: int | None = None
    end_column: int | None = None
    source: str | None = None


def locate(root: str, at: Location) -> Place:
    """Resolve ``at`` inside the folder ``root``. A pointer that is not there points at nothing."""
    if at.line is None and at.pointer is None:
        return Place()
    content = _content(root, at.path)
    if content is None:
        return Place(at.line, at.column)
    line, column, length = at.line, at.column, at.length
    if line is None and at.pointer is not None:
        from dara_lint.readers import positions  # a clean repository needs no place

        find = positions.locate_front if at.path.lower().endswith(".md") else positions.locate
        found = find(content, at.pointer, on_key=at.on_key)
        if found is None:
            return Place()
        line, column, length = found
    lines = _lines(content)
    source = lines[line - 1] if line and line <= len(lines) else None
    if source is None or len(source) > _SHOWN:
        return Place(line, column)
    end = min(column + length, len(source) + 1) if column and length else None
    return Place(line, column, end, source)


def forget() -> None:
    """Drop the texts of an earlier run: files may have changed since."""
    _content.cache_clear()


@lru_cache(maxsize=8)
def _content(root: str, path: str) -> str | None:
    entry = listing.entry(root, path)
    if isinstance(entry, ReadError) or not path.lower().endswith((".json", ".md", ".yml", ".yaml", ".toml", ".txt")):
        return None
    try:
        return encoding.decode(read_bounded(entry, _LIMIT)).text
    except (OSError, MalformedError):
        return None


@lru_cache(maxsize=8)
def _lines(content: str) -> tuple[str, ...]:
    return tuple(content.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
