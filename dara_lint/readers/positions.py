"""Where a JSON pointer leads in a text: looked up only when a finding points there."""

from __future__ import annotations

from collections.abc import Iterable

from dara_lint.readers import frontmatter, jsonwalk
from dara_lint.readers.complaints import Complaints
from dara_lint.readers.events import Event, find
from dara_lint.readers.lines import place, span


def locate(text: str, pointer: str, *, on_key: bool) -> tuple[int, int, int] | None:
    """Line, column and length, from 1 and in code points, of the value (or with ``on_key`` the key) that an
    RFC 6901 pointer names in a JSON text, quotes included, 1 for a container; None when it is not there.

    The text may be broken in every way that ``jsonfile.read`` forgives. Of duplicate keys it is the last, as
    the value is. Raises nothing.
    """
    return _place(text, jsonwalk.walk(text, Complaints()), pointer, on_key=on_key)


def locate_front(text: str, pointer: str, *, on_key: bool) -> tuple[int, int, int] | None:
    """The same in the YAML front matter of a Markdown text. Lines count from the file's first."""
    block = frontmatter.split(text)
    if block is None:
        return None
    return _place(text, frontmatter.walk(text, block, Complaints()), pointer, on_key=on_key)


def _place(text: str, events: Iterable[Event], pointer: str, *, on_key: bool) -> tuple[int, int, int] | None:
    if pointer and not pointer.startswith("/"):
        return None
    path = tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])
    once = all(text.count(f'"{part}"') == 1 for part in path if not part.isdecimal())
    found = find(events, path, on_key=on_key, once=once)
    if found is None:
        return None
    line, column = place(text, found[0])
    return line, column, span(text, *found)
