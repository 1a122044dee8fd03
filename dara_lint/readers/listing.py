"""The files of a root as entries that are safe to open: regular, inside the root, LFS pointers recognised."""

from __future__ import annotations

import os
import stat

from dara_lint.model import Location, ReadError
from dara_lint.readers import lfs
from dara_lint.readers.source import Entry, MalformedError, Source

_POINTER_LIMIT = 1_024
"""A Git LFS pointer is smaller than this (git-lfs specification v1)."""


def entry(root: str, path: str) -> Entry | ReadError:
    """The entry of the file ``path`` of the folder ``root``; a ReadError when it must not or cannot be opened.

    A symbolic link is followed when it stays inside the root, or leads to the ``blobs`` folder of a hub
    cache (``models--…/snapshots/<revision>/file`` → ``models--…/blobs/<hash>``): a link to any other place
    could show a stranger what stands there.
    """
    location = os.path.join(root, *path.split("/"))
    at = Location(path)
    try:
        if ("/" in path or os.path.islink(location)) and not _stays(root, location):  # a folder may be a link too
            return ReadError(at, "a symbolic link that leads out of the repository, not followed")
        status = os.stat(location)
        if not stat.S_ISREG(status.st_mode):
            return ReadError(at, "not a regular file")
        if status.st_size >= _POINTER_LIMIT:
            return Entry(path, location, status.st_size)
        plain = Entry(path, location, status.st_size)
        with Source(plain) as source:
            pointer = lfs.read_pointer(source.read(0, min(source.size, _POINTER_LIMIT)))
    except FileNotFoundError:
        return ReadError(at, "a symbolic link that leads nowhere")
    except (OSError, MalformedError, ValueError) as error:
        return ReadError(at, f"cannot be opened: {getattr(error, 'strerror', None) or error}")
    return Entry(path, location, status.st_size, pointer)


def _stays(root: str, location: str) -> bool:
    target, top = os.path.realpath(location), os.path.realpath(root)
    if target.startswith(os.path.join(top, "")):
        return True
    cache = os.path.dirname(os.path.dirname(top))
    return os.path.basename(os.path.dirname(top)) == "snapshots" and target.startswith(os.path.join(cache, "blobs", ""))
