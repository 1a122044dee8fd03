"""A file as readers see it: opened once, read at bounded places, never larger in memory than asked for."""

from __future__ import annotations

import os
import stat
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self

from dara_lint.model import LfsPointer, Location, ReadError


class MalformedError(Exception):
    """Bytes that break their format. Raised inside a reader only; its door turns it into a ``ReadError``."""


class LimitError(MalformedError):
    """Bytes beyond what we read: a limit of ours, so no fault of the file."""


def refused(path: str, error: OSError | MalformedError, reason: str = "") -> ReadError:
    """The fact that a file could not be read (further). ``reason`` replaces the error's own words.

    ``tolerated`` when a limit of ours stopped the reading, else ``unreadable``.
    """
    if isinstance(error, OSError):
        return ReadError(Location(path), reason or f"cannot be opened: {error.strerror or error}".lower())
    limited = isinstance(error, LimitError)
    words = reason or (f"not read further: {error}" if limited else str(error))
    return ReadError(Location(path), words, "tolerated" if limited else "unreadable")


class Entry(NamedTuple):
    """A regular file of a repository: path inside the root, path on disk, size, LFS pointer if it is one."""

    path: str
    location: str
    size: int
    pointer: LfsPointer | None = None

    @property
    def name(self) -> str:
        """The last segment of the path."""
        return self.path.rpartition("/")[2]

    @property
    def folder(self) -> str:
        """The path without its last segment, "" at the root."""
        return self.path.rpartition("/")[0]


class Source:
    """An open regular file. ``read`` gives exactly what was asked for or raises ``MalformedError``."""

    def __init__(self, entry: Entry) -> None:
        """Open it. Raises OSError; never blocks on a pipe or a device, which is refused."""
        descriptor = os.open(entry.location, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            os.close(descriptor)
            raise OSError("not a regular file")
        self.size = status.st_size
        self._file: BinaryIO = os.fdopen(descriptor, "rb", buffering=0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def read(self, offset: int, length: int) -> bytes:
        """Exactly ``length`` bytes from ``offset``. Raises MalformedError when the file ends before that."""
        if offset < 0 or length < 0 or offset + length > self.size:
            raise MalformedError(f"the file ends at byte {self.size:,}, {offset + length:,} were needed")
        self._file.seek(offset)
        chunks = []
        while length:
            chunk = self._file.read(length)
            if not chunk:
                raise MalformedError("the file ended while it was read")
            chunks.append(chunk)
            length -= len(chunk)
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def read_bounded(entry: Entry, limit: int) -> bytes:
    """The whole file. Raises MalformedError when it is larger than ``limit`` bytes, OSError."""
    with Source(entry) as source:
        if source.size > limit:
            raise LimitError(f"{source.size:,} bytes, more than the {limit:,} that are read")
        return source.read(0, source.size)
