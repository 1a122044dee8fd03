"""YAML front matter: the block of a Markdown file between two lines ``---`` at its top.

Values are those of YAML 1.2's core schema (https://yaml.org/spec/1.2.2/#103-core-schema), which js-yaml and so
the hub follow: only ``true`` and ``false`` are booleans, so ``language: no`` is Norwegian and stays a text; dates
stay texts as well. Nothing is ever constructed but texts, numbers, booleans, nulls, lists and mappings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from dara_lint.model import Json
from dara_lint.readers.complaints import Complaints
from dara_lint.readers.events import Event, build

LIMIT = 1 << 20
"""Code points of front matter that are read; evaluation results of embedding models take up to half of it."""

_OPEN = re.compile(r"[ \t\r\n]*+(?<![^\r\n])---[ \t]*+(?:\r\n|\n|\r)")
_CLOSE = re.compile(r"(?:\A|(?<=[\r\n]))---[ \t]*+(?=[\r\n]|\Z)")
_KEY = re.compile(r"[A-Za-z_][\w-]*[ \t]*:(?:[ \t\r\n]|\Z)")
_HAS_KEY = re.compile(r"(?:\A|(?<=[\r\n]))[A-Za-z_][\w-]*[ \t]*:(?=[ \t\r\n]|\Z)")
_EMPTY = re.compile(r"(?:\s|#[^\r\n]*+|\{\s*+\})*+")
_PARAGRAPH = re.compile(r"(?:\r\n|\n|\r)(?=[ \t]*(?:[\r\n]|#|```|\Z))")


class Block(NamedTuple):
    """Front matter: its YAML at [start, end), where the Markdown after it starts, whether it is closed."""

    start: int
    end: int
    body: int
    closed: bool = True


class FrontMatter(NamedTuple):
    """What a file's front matter says, and the offset at which the Markdown after it starts."""

    table: dict[str, Json]
    present: bool
    body: int


def split(text: str) -> Block | None:
    """Where the front matter stands, None when there is none.

    As ``huggingface_hub.repocard`` cuts it: a line ``---`` that only blank lines precede, up to the next line
    ``---``, with a key in between or nothing but comments. Where the second is missing, a first line that is
    a key makes it front matter that nobody closed, up to the first blank line or heading; everything else is
    Markdown with a rule at its top.
    """
    opening = _OPEN.match(text)
    if opening is None:
        return None
    closing = _CLOSE.search(text, opening.end())
    if closing:
        content = text[opening.end() : closing.start()]
        if not _HAS_KEY.search(content) and not _EMPTY.fullmatch(content):
            return None
        return Block(opening.end(), closing.start(), _next_line(text, closing.end()))
    if not _KEY.match(text, opening.end()):
        return None
    end = _PARAGRAPH.search(text, opening.end())
    stop = end.end() if end else len(text)
    return Block(opening.end(), stop, stop, closed=False)


def read(text: str, complaints: Complaints) -> FrontMatter:
    """The front matter of a Markdown text; problems, with places in the text, go to ``complaints``."""
    block = split(text)
    if block is None:
        return FrontMatter({}, present=False, body=0)
    if not block.closed:
        reason = "the front matter is not closed: put a line `---` after it"
        complaints.add(reason, block.start, block.start + 1)
    value = build(walk(text, block, complaints), text, complaints)
    if isinstance(value, dict):
        return FrontMatter(value, present=True, body=block.body)
    if value is not None:
        complaints.add("the front matter is no mapping of keys to values", block.start, block.end)
    return FrontMatter({}, present=True, body=block.body)


def walk(text: str, block: Block, complaints: Complaints) -> Iterator[Event]:
    """The events of the front matter's YAML, at offsets of the whole text."""
    if block.end - block.start > LIMIT:
        reason = f"the front matter is too large to read: more than {LIMIT:,} characters"
        complaints.add(reason, block.start, block.start + 1, "unreadable")
        return
    if not text[block.start : block.end].strip():
        return
    from dara_lint.readers import yamlwalk

    yield from yamlwalk.walk(text[block.start : block.end], block.start, complaints)


def _next_line(text: str, offset: int) -> int:
    if text.startswith("\r\n", offset):
        return offset + 2
    return min(offset + 1, len(text))
