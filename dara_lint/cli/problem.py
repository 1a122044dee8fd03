"""What a person did that cannot be done: said in one line, exit status 2."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence


class UsageError(Exception):
    """A wrong flag, path or setting. Its text says what was found, what was expected and where."""


def closest(word: str, known: Iterable[str]) -> str:
    """``; did you mean …?`` when a known word is close to this one, else nothing."""
    from difflib import get_close_matches

    found = get_close_matches(word[:100], list(known), n=1, cutoff=0.6)
    return f"; did you mean {found[0]!r}?" if found else ""


def present(paths: Sequence[str], verbs: Iterable[str] = ()) -> None:
    """Raises UsageError for the first path that does not exist; a word alone may have been meant as a verb."""
    for path in paths:
        if not os.path.lexists(path):
            meant = closest(path, verbs) if len(paths) == 1 else ""
            raise UsageError(f"no such file or folder: {path}{meant}")
