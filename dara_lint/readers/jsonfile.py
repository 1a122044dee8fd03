"""JSON files: configurations, tokenizer files and shard indices, read as far as they can be."""

from __future__ import annotations

import json
import re
from typing import NoReturn

from dara_lint.model import Document, Index, Json, LfsPointer, Location, ReadError
from dara_lint.readers.complaints import Complaints
from dara_lint.readers.encoding import decode
from dara_lint.readers.events import DEPTH, build
from dara_lint.readers.lfs import read_pointer
from dara_lint.readers.source import Entry, MalformedError, read_bounded, refused
from dara_lint.readers.weightmap import check_index

LIMIT = 16 << 20
"""Bytes of a JSON file that are read; tokenizer files of large vocabularies are larger and left alone."""

INDEX_LIMIT = 64 << 20
"""Bytes of a shard index that are read (the longest name some 100,000 tensors, in 10 MB)."""

VALUES = 250_000
"""Values that are kept of one file. A value takes up to 200 bytes of memory, so a file some 50 MB; a config that names
the 21,843 classes of ImageNet both ways has 44,000."""

INDEX_VALUES = 500_000
"""The same of a shard index. The longest have 150,000 (a mixture of 384 experts with a scale for each tensor)."""

_HALF_PAIR = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    r"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)


class _OddError(ValueError):
    """Something that ``json`` accepts and that is to be reported, so that the exact walk must see it."""


def read(entry: Entry, limit: int = LIMIT, values: int = VALUES) -> Document:
    """The file's value, whatever its top level, and every problem with line and column. Raises nothing.

    A file that ``json`` accepts gives the value that ``json`` gives, except that half a surrogate pair
    becomes U+FFFD. An LFS pointer gives an empty value and the pointer.
    """
    if entry.pointer:
        return Document(entry.path, {}, pointer=entry.pointer)
    try:
        data = read_bounded(entry, limit)
    except (OSError, MalformedError) as error:
        return Document(entry.path, {}, (refused(entry.path, error),))
    return parse(entry.path, data, values)


def read_index(entry: Entry, limit: int = INDEX_LIMIT) -> Index:
    """A shard index, its entries checked: see ``weightmap.check_index``. Raises nothing."""
    return check_index(read(entry, limit, INDEX_VALUES))


def parse(path: str, data: bytes, values: int = VALUES) -> Document:
    """What the bytes of a JSON file say. Raises nothing."""
    pointer: LfsPointer | None = read_pointer(data)
    if pointer:
        return Document(path, {}, pointer=pointer)
    decoded = decode(data)
    text = decoded.text
    if decoded.binary:
        return Document(path, {}, (ReadError(Location(path), decoded.problem),))
    if text.count(",") + text.count("{") + text.count("[") > values:
        reason = f"too large to read: more than {values:,} values"
        return Document(path, {}, (ReadError(Location(path), reason, "tolerated"),))
    complaints = Complaints()
    if decoded.problem:
        complaints.add(decoded.problem, 0, 1)
    try:
        value = _strict(text)
    except (ValueError, RecursionError):
        from dara_lint.readers.jsonwalk import walk  # most files are plain JSON

        value = build(walk(text, complaints), text, complaints)
        if value is None and text.strip() != "null":
            value = {}
    return Document(path, value, complaints.errors(path, text))


def _strict(text: str) -> Json:
    """Raises ValueError (RecursionError) for everything but plain JSON without oddities."""
    if _HALF_PAIR.search(text):
        raise _OddError
    value: Json = json.loads(text, parse_constant=_odd, parse_float=_finite, object_pairs_hook=_unique)
    level = [value]
    for _ in range(DEPTH):
        level = [item for inner in level for item in _items(inner)]
        if not level:
            return value
    raise _OddError


def _items(value: Json) -> list[Json]:
    if isinstance(value, dict):
        return [item for item in value.values() if isinstance(item, dict | list)]
    return [item for item in value if isinstance(item, dict | list)] if isinstance(value, list) else []


def _odd(_: str) -> NoReturn:
    raise _OddError


def _finite(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise _OddError
    return value


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    table = dict(pairs)
    if len(table) != len(pairs):
        raise _OddError
    return table
