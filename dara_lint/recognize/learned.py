"""Profiles of private architectures: made of a few checkpoints, kept beside the models, recognised like the rest.

They stand in ``.dara-lint/profiles/NAME.json`` of the folder that is linted or of one above it, as settings do.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from dara_lint.recognize.evidence import Evidence
from dara_lint.recognize.profiles import Profile, parse
from dara_lint.recognize.sentences import spoken

FOLDER = os.path.join(".dara-lint", "profiles")
MOST_SENTENCES = 8
"""Sentences of shapes that a learned profile keeps."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")
"""What a learned profile may be called."""


def learn(label: str, checkpoints: Sequence[Evidence]) -> str:
    """The text of a profile of these checkpoints of one architecture. Raises ValueError when there is nothing to learn.

    A pattern that every checkpoint has counts as always there; with a single checkpoint all of them do.
    """
    if not NAME.match(label):
        raise ValueError(f"{label!r} is no name for a profile: letters, digits, dots, - and _ are")
    counts = Counter(pattern for each in checkpoints for pattern in each.full)
    if not counts:
        raise ValueError("no tensor is known by name, so there is nothing to learn")
    total = len(checkpoints)
    patterns = sorted(counts)
    ranks: dict[str, set[int]] = {}
    for each in checkpoints:
        for pattern, rank in each.ranks.items():
            ranks.setdefault(pattern, set()).add(rank)
    said = dict.fromkeys(spoken(each.normalized.shapes) for each in checkpoints if not each.adapter)
    found = {
        "label": label,
        "library": "learned",
        "patterns": patterns,
        "ranks": "".join(_rank(ranks.get(pattern, set())) for pattern in patterns),
        "builds": [[[label], "".join(_level(counts[pattern], total) for pattern in patterns)]],
        "sentences": [each for each in said if each][:MOST_SENTENCES],
        "checkpoints": total,
    }
    return json.dumps(found, indent=1) + "\n"


def _rank(found: set[int]) -> str:
    return str(min(9, next(iter(found)))) if len(found) == 1 else "?"


def _level(count: int, total: int) -> str:
    share = count / total
    return "4" if count == total else "3" if share >= 0.7 else "2" if share >= 0.25 else "1"


@lru_cache(maxsize=64)
def profiles(texts: tuple[str, ...]) -> tuple[Profile, ...]:
    """The profiles that these texts describe; what is none is left out."""
    found = []
    for text in texts:
        try:
            profile = parse(text)
            for number in range(len(profile.builds)):
                profile.view(number)  # what is made late must not fail late: a stranger may have written it
            found.append(profile)
        except (ValueError, RecursionError, LookupError, TypeError, OverflowError):
            continue
    return tuple(found)
