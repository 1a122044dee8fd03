"""Git LFS pointers: the few lines of text that stand in a checkout where a large file should."""

from __future__ import annotations

import re

from dara_lint.model import LfsPointer

LIMIT = 1024
"""A pointer is smaller than this many bytes (Git LFS specification, docs/spec.md)."""

_VERSIONS = ("https://git-lfs.github.com/spec/v1", "https://hawser.github.com/spec/v1")
_KEY = re.compile(r"[a-z0-9.-]+")
_OID = re.compile(r"sha256:([0-9a-f]{64})")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


def read_pointer(data: bytes) -> LfsPointer | None:
    """The pointer that these bytes of a whole file are, or None.

    By the specification of Git LFS, version 1: ``key value`` lines, ``version`` first, one ``oid sha256:…``
    and one ``size``, further keys (extensions) allowed, fewer than 1,024 bytes. Windows line ends, a
    byte-order mark and a missing last line end are forgiven; sizes are below 2⁶³.
    """
    if len(data) >= LIMIT:
        return None
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not data.startswith(b"version "):
        return None
    try:
        lines = data.decode("ascii").replace("\r\n", "\n").removesuffix("\n").split("\n")
    except UnicodeDecodeError:
        return None
    values: dict[str, str] = {}
    for line in lines:
        key, space, value = line.rstrip(" ").partition(" ")
        if not space or key in values or not _KEY.fullmatch(key):
            return None
        values[key] = value
    oid = _OID.fullmatch(values.get("oid", ""))
    size = values.get("size", "")
    if values["version"] not in _VERSIONS or oid is None or not _SIZE.fullmatch(size) or int(size) >= 1 << 63:
        return None
    return LfsPointer(oid[1], int(size))
