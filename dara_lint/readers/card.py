"""A model card: Markdown with front matter, as far as it can be read, in whatever encoding."""

from __future__ import annotations

from dara_lint.model import Card, Heading, Location, ReadError
from dara_lint.readers import frontmatter, lines
from dara_lint.readers.complaints import Complaints
from dara_lint.readers.encoding import decode
from dara_lint.readers.lfs import read_pointer
from dara_lint.readers.markdown import structure
from dara_lint.readers.source import Entry, MalformedError, read_bounded, refused

LIMIT = 4 << 20
"""Bytes of a card that are read."""


def read(entry: Entry, limit: int = LIMIT) -> Card:
    """The card in a file. Raises nothing: an LFS pointer gives an empty card and the pointer, a file that is
    no text an empty card and a problem. The title is the first heading of level 1 that has text."""
    if entry.pointer:
        return Card(entry.path, pointer=entry.pointer)
    try:
        data = read_bounded(entry, limit)
    except (OSError, MalformedError) as error:
        return Card(entry.path, problems=(refused(entry.path, error),))
    return parse(entry.path, data)


def parse(path: str, data: bytes) -> Card:
    """The card that these bytes are. Raises nothing."""
    pointer = read_pointer(data)
    if pointer:
        return Card(path, pointer=pointer)
    decoded = decode(data)
    if decoded.binary:
        return Card(path, problems=(ReadError(Location(path), decoded.problem),))
    text = decoded.text
    complaints = Complaints()
    front = frontmatter.read(text, complaints)
    if decoded.problem and (front.present or decoded.encoding != "utf-8"):
        # a byte-order mark alone does a page no harm, but it hides front matter from huggingface_hub
        complaints.add(decoded.problem, 0, 1)
    every = lines.split(text)
    body = lines.place(text, front.body)[0] if front.body < len(text) else len(every) + 1
    found = structure(every, body)
    return Card(
        path,
        front=front.table,
        has_front_matter=front.present,
        title=_title(found.headings),
        headings=found.headings,
        tables=found.tables,
        code=found.code,
        lines=every,
        body_line=body,
        problems=complaints.errors(path, text),
    )


def _title(headings: tuple[Heading, ...]) -> Heading | None:
    return next((heading for heading in headings if heading.level == 1 and heading.text), None)
