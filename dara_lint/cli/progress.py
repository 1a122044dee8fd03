"""Progress of a long run, on the terminal's error stream, gone when the report comes."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from dara_lint.reports.visible import visible

AFTER = 1.0
"""Seconds a run takes before it says how far it is."""
EVERY = 0.1
"""Seconds between two lines."""

Progress = Callable[[int, int, str], None]


@contextmanager
def shown(*, quiet: bool) -> Iterator[Progress | None]:
    """A callback for ``engine.run``, or None when nobody watches."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    started = last = time.monotonic()
    drawn = False

    def tell(done: int, total: int, path: str) -> None:
        nonlocal last, drawn
        now = time.monotonic()
        if now - started < AFTER or now - last < EVERY:
            return
        last, drawn = now, True
        bar = "█" * (20 * done // max(total, 1))
        sys.stderr.write(f"\r\x1b[2K{bar:░<20} {done:,} of {total:,}  {visible(path)[-50:]}")
        sys.stderr.flush()

    try:
        yield tell
    finally:
        if drawn:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()
