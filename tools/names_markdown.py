"""A page of Markdown that is written from measurements, and what on it nobody has explained yet."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from typing import Any


def quiet(block: Callable[[], Any]) -> tuple[Any, str]:
    """What a block returns, and what it prints."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        value = block()
    return value, said.getvalue()


def cell(text: object) -> str:
    """A text inside a table of Markdown."""
    return str(text).replace("|", "\\|")


def row(*cells: object) -> str:
    """A row of a table of Markdown."""
    return "| " + " | ".join(map(cell, cells)) + " |"


class Page:
    """The lines of the page, and what was found without an explanation."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.unread: list[str] = []

    def add(self, *lines: str) -> None:
        """Append lines."""
        self.lines += lines

    def table(self, head: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
        """Append a table."""
        self.add(row(*head), row(*("---" for _ in head)), *(row(*one) for one in rows), "")

    def explained(self, name: str, table: dict[str, Any], missing: Any) -> Any:
        """The explanation of ``name``; without one the page is not finished."""
        if name not in table:
            self.unread.append(name)
        return table.get(name, missing)
