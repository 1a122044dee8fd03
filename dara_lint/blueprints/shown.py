"""What inference was shown of a key's values, and whether a config says no more than that."""

from __future__ import annotations

import json
from collections.abc import Iterator

from dara_lint.model import Json

LENGTH = "length "
EXACTLY = "="
ANY_LENGTH = "any length"
"""The mark of a list that is as long as another key says."""


def shown(value: Json) -> Iterator[str | bool | None]:
    """What of a value must have been shown: words, flags and nulls, the length of a list, what is in it."""
    if isinstance(value, list):
        yield f"{LENGTH}{len(value)}"
        for item in value:
            yield from ("list",) if isinstance(item, list) else shown(item)
    elif isinstance(value, dict):
        yield "table"
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield "number"
    else:
        yield value


def exactly(value: Json) -> str:
    """The mark of that very value, where inference was shown it alone."""
    return f"{EXACTLY}{json.dumps(value)}"


def told(value: Json, known: frozenset[Json]) -> bool:
    """Whether inference was shown such a value; where it was shown some alone, one of these very values."""
    if any(isinstance(each, str) and each.startswith(EXACTLY) for each in known):
        return exactly(value) in known
    free = ANY_LENGTH in known
    return all(each in known or (free and str(each).startswith(LENGTH)) for each in shown(value))
