"""What a text reader had to forgive: each reason once, at its first place, counted, and never too many."""

from __future__ import annotations

from typing import Literal, TypeAlias

from dara_lint.model import Location, ReadError
from dara_lint.readers.lines import place, span

Kind: TypeAlias = Literal["unreadable", "malformed", "tolerated"]

LIMIT = 20
"""Reasons that are told of one file; the rest is a number."""


class Complaints:
    """Collects problems by their reason while a text of a file is read; offsets are code points."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[Kind, int, int, str | None]] = {}
        self._times: dict[str, int] = {}
        self._left_out = 0
        self.count = 0
        """Everything that was added, also what is not told."""

    def add(self, reason: str, start: int, end: int, kind: Kind = "malformed", pointer: str | None = None) -> None:
        """Something between two offsets. The same reason again is only counted."""
        self.count += 1
        if reason in self._found:
            self._times[reason] += 1
        elif len(self._found) < LIMIT:
            self._found[reason] = (kind, start, end, pointer)
            self._times[reason] = 1
        else:
            self._left_out += 1

    def errors(self, path: str, text: str) -> tuple[ReadError, ...]:
        """As facts with line and column, in the order of the text."""
        errors = []
        for reason, (kind, start, end, pointer) in sorted(self._found.items(), key=lambda item: item[1][1:3]):
            line, column = place(text, start)
            at = Location(path, pointer, pointer is not None, line, column, span(text, start, end))
            more = self._times[reason] - 1
            errors.append(ReadError(at, f"{reason} ({more:,} more like this)" if more else reason, kind))
        if self._left_out:
            errors.append(ReadError(Location(path), f"{self._left_out:,} more problems", "malformed"))
        return tuple(errors)
