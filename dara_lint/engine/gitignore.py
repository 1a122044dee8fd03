"""Which paths a ``.gitignore`` leaves out, by gitignore(5).

A pattern is matched segment by segment, so that whatever a stranger wrote costs no more than the product of its
length and the path's; the last pattern that matches decides. The pathspec package is the oracle of the tests.
"""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from dara_lint.readers.source import Entry, MalformedError, Source

_LIMIT = 64 * 1024
_MOST = 1_000
"""Bytes and patterns of one file that are read, over twice what the longest collections of templates hold."""


class Pattern(NamedTuple):
    """One line of a ``.gitignore``: an expression for each segment, None where ``**`` stands for any number of them."""

    segments: tuple[re.Pattern[str] | None, ...]
    negated: bool
    folders_only: bool

    def matches(self, path: list[str]) -> bool:
        """Whether the segments of a path are those of the pattern."""
        if len(self.segments) == 2 and self.segments[0] is None and self.segments[1] is not None:
            return self.segments[1].fullmatch(path[-1]) is not None
        reached = {0}  # how many segments of the path the pattern can have used up so far
        for number, segment in enumerate(self.segments):
            if segment is not None:
                reached = {at + 1 for at in reached if at < len(path) and segment.fullmatch(path[at])}
            else:  # at the end it stands for what is inside, so for one segment at least
                last = number == len(self.segments) - 1
                reached = set(range(min(reached) + last, len(path) + 1))
            if not reached:
                return False
        return len(path) in reached


class Ignores(NamedTuple):
    """The patterns of one ``.gitignore``, and the folder it stands in (as a path with ``/``)."""

    folder: str
    patterns: tuple[Pattern, ...]

    def verdict(self, path: str, *, is_folder: bool) -> bool | None:
        """True when ``path`` is ignored, False when it is taken back, None when nothing is said of it."""
        segments = path[len(self.folder) :].lstrip("/").split("/")
        for pattern in reversed(self.patterns):
            if (is_folder or not pattern.folders_only) and pattern.matches(segments):
                return not pattern.negated
        return None


def read(folder: str) -> Ignores | None:
    """The ``.gitignore`` of ``folder``, or None when there is none (or it cannot be read).

    A symbolic link is not followed: git does not either (since 2.32), and it could lead anywhere.
    """
    file = os.path.join(folder, ".gitignore")
    try:
        if os.path.islink(file):
            return None
        with Source(Entry(".gitignore", file, 0)) as source:
            text = source.read(0, min(source.size, _LIMIT)).decode("utf-8", "replace")
    except (OSError, MalformedError):
        return None
    patterns = tuple(p for line in text.splitlines()[:_MOST] if (p := _pattern(line)))
    return Ignores(folder.replace("\\", "/"), patterns) if patterns else None


def ignored(chain: tuple[Ignores, ...], path: str, *, is_folder: bool) -> bool:
    """Whether the ``.gitignore`` files from the outermost to the innermost leave ``path`` out."""
    for ignores in reversed(chain):
        verdict = ignores.verdict(path, is_folder=is_folder)
        if verdict is not None:
            return verdict
    return False


def _pattern(line: str) -> Pattern | None:
    line = line.rstrip("\r")
    while line.endswith(" ") and not line.endswith("\\ "):
        line = line[:-1]
    if not line or line.startswith("#"):
        return None
    negated = line.startswith("!")
    line = line[1:] if negated else line.removeprefix("\\") if line[:2] in {"\\!", "\\#"} else line
    folders_only = line.endswith("/")
    line = line.rstrip("/")
    anchored = "/" in line
    line = line.lstrip("/")
    if not line:
        return None
    segments: list[re.Pattern[str] | None] = [] if anchored else [None]
    try:
        for glob in line.split("/"):
            if glob != "**":
                segments.append(re.compile(_translate(glob), re.DOTALL))
            elif not segments or segments[-1] is not None:
                segments.append(None)
    except re.error:
        return None
    return Pattern(tuple(segments), negated, folders_only)


def _translate(glob: str) -> str:
    """The expression of one segment. What follows a star is looked for once, at the first place where it can stand:
    another place cannot help what comes after the next star, so nothing is ever tried twice."""
    pieces: list[list[str]] = [[]]
    i = 0
    while i < len(glob):
        if glob[i] == "*":
            if pieces[-1] or len(pieces) == 1:
                pieces.append([])
            i += 1
        elif glob[i] == "?":
            pieces[-1].append(".")
            i += 1
        elif glob[i] == "[" and (end := glob.find("]", i + 2)) > 0:
            inner = re.sub(r"[\\\[&~|]|-(?=-)", r"\\\g<0>", glob[i + 1 : end])
            pieces[-1].append(f"[{'^' + inner[1:] if inner[0] in '!^' else inner}]")
            i = end + 1
        elif glob[i] == "\\" and i + 1 < len(glob):
            pieces[-1].append(re.escape(glob[i + 1]))
            i += 2
        else:
            pieces[-1].append(re.escape(glob[i]))
            i += 1
    first, *rest = ("".join(piece) for piece in pieces)
    if not rest:
        return first
    return first + "".join(f"(?>.*?{piece})" for piece in rest[:-1]) + f".*{rest[-1]}"
