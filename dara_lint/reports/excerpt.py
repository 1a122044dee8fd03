"""The source line of a finding, cropped to the width of a terminal, with the place that is marked."""

from __future__ import annotations

from typing import NamedTuple

from dara_lint.reports.paint import width
from dara_lint.reports.visible import shown_at

TAB = 4
"""Cells between tab stops."""


class Excerpt(NamedTuple):
    """A line as shown, and in it the marked cells: ``start`` from 0, ``length`` (0 when nothing is)."""

    text: str
    start: int = 0
    length: int = 0


def excerpt(source: str, column: int | None, end_column: int | None, cells: int) -> Excerpt:
    """At most ``cells`` cells of a source line around its marked columns.

    ``column`` and ``end_column`` are 1-based code points, the end exclusive. Lines may be megabytes long:
    only the neighbourhood of the mark is looked at. Controls are shown as escapes, tabs as spaces.
    """
    source = source.rstrip("\r\n")
    first = min(max((column or 1) - 1, 0), len(source))
    last = min(max((end_column or first + 2) - 1, first + 1), max(len(source), first + 1))
    begin = max(0, first - cells)
    shown: list[str] = []
    offset = mark_start = mark_end = 0
    for index in range(begin, min(len(source), first + cells)):
        if index == first:
            mark_start = offset
        text = " " * (TAB - offset % TAB) if source[index] == "\t" else shown_at(source, index)
        shown.append(text)
        offset += width(text)
        if index < last:
            mark_end = offset
    if first >= len(source):
        mark_start, mark_end = offset, offset + 1
    mark_end = max(mark_end, mark_start + 1)
    whole = "".join(shown)
    more = (begin > 0, first + cells < len(source))
    if not any(more) and max(offset, mark_end) <= cells:
        return Excerpt(whole, mark_start, mark_end - mark_start if column else 0)
    left = 0 if not more[0] and mark_end <= cells - 2 else max(0, mark_start - cells // 3)
    return _cropped(shown, left, cells, (mark_start, mark_end if column else mark_start), more)


def _cropped(shown: list[str], left: int, cells: int, mark: tuple[int, int], more: tuple[bool, bool]) -> Excerpt:
    """Characters from cell ``left`` on; ``more`` says whether the line goes on before and after ``shown``."""
    kept: list[str] = []
    offset = used = start = 0
    complete = True
    for text in shown:
        size = width(text)
        if offset >= left:
            if used + size > cells - 2:
                complete = False
                break
            if not kept:
                start = offset
            kept.append(text)
            used += size
        offset += size
    lead = "…" if more[0] or start > 0 else ""
    tail = "" if complete and not more[1] else "…"
    shift = len(lead) - start
    begin, end = mark[0] + shift, min(mark[1] + shift, len(lead) + used)
    return Excerpt(f"{lead}{''.join(kept)}{tail}", begin, max(0, end - begin))
