"""Profiles of own architectures: the texts that ``dara-lint learn`` wrote into ``.dara-lint/profiles``."""

from __future__ import annotations

import os

from dara_lint.model import ReadError
from dara_lint.readers import listing
from dara_lint.readers.source import MalformedError, read_bounded

FOLDER = ".dara-lint/profiles"
MOST = 64
"""Profiles that are read."""
LARGEST = 1 << 20
"""Bytes of a profile that is read."""
_HIGHEST = 32
"""Folders above that are looked at."""


def near(location: str) -> tuple[str, ...]:
    """The texts in the closest folder at or above ``location`` that has profiles; what cannot be read is left out."""
    folder = os.path.abspath(location)
    for _ in range(_HIGHEST):
        if os.path.isdir(os.path.join(folder, *FOLDER.split("/"))):
            return _texts(folder)
        folder = os.path.dirname(folder)
    return ()


def _texts(top: str) -> tuple[str, ...]:
    texts = []
    try:
        names = sorted(name for name in os.listdir(os.path.join(top, *FOLDER.split("/"))) if name.endswith(".json"))
    except OSError:
        return ()
    for name in names[:MOST]:
        entry = listing.entry(top, f"{FOLDER}/{name}")
        if isinstance(entry, ReadError):
            continue
        try:
            texts.append(read_bounded(entry, LARGEST).decode("utf-8"))
        except (OSError, MalformedError, UnicodeDecodeError):
            continue
    return tuple(texts)
