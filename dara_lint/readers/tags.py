"""Tags of git, read as plain files: which there are, and which of them stand at the commit that is checked out.

Git is never run. The forms are those of gitrepository-layout(5): ``HEAD``, ``packed-refs`` with peeled lines, loose
files below ``refs/tags``, and loose objects for what an annotated tag points at. What only a pack knows stays unknown.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Iterator

from dara_lint.model import GitTag
from dara_lint.readers.source import Entry, MalformedError, read_bounded

_LARGEST = 512 * 1024
"""Bytes of ``packed-refs`` that are read; a larger one is that of no model's repository."""
_SMALL = 4 * 1024
MOST = 500
"""Tags that are looked at."""
_DEEPEST = 3
"""Folders below ``refs/tags`` (``release/v1``)."""
_OID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_REF = re.compile(r"refs/[\w./-]{1,200}")
_TAGGED = re.compile(rb"tag \d{1,9}\0object ([0-9a-f]{40}(?:[0-9a-f]{24})?)\n")


def near(location: str) -> tuple[GitTag, ...]:
    """The tags of the repository of git whose top is the folder ``location``, sorted by name; empty elsewhere.

    Never raises. A folder inside a larger repository has none: tags count the versions of the whole.
    """
    git = os.path.join(location, ".git")
    if os.path.isfile(git):  # a worktree: a file that says where the folder is
        git = os.path.normpath(os.path.join(location, _text(git, _SMALL).removeprefix("gitdir:").strip()))
    common = _text(os.path.join(git, "commondir"), _SMALL).strip()
    shared = os.path.normpath(os.path.join(git, common)) if common else git
    packed = dict(_packed(_text(os.path.join(shared, "packed-refs"), _LARGEST)))
    peeled = {name.removeprefix("refs/tags/"): oid for name, oid in packed.items() if name.startswith("refs/tags/")}
    loose = _loose(shared, os.path.join(shared, "refs", "tags"))
    if not peeled and not loose:
        return ()
    head = _head(git, shared, packed)
    known = {name: oid == head if head else None for name, oid in peeled.items()}
    known |= {name: _same(shared, oid, head) for name, oid in loose.items()}
    return tuple(GitTag(name, known[name]) for name in sorted(known)[:MOST])


def _packed(text: str) -> Iterator[tuple[str, str]]:
    """Name of each reference → commit, peeled where the file says so."""
    name = ""
    for line in text.splitlines():
        if line.startswith("^") and name and _OID.fullmatch(line[1:]):
            yield name, line[1:]
        oid, _, name = line.partition(" ")
        if _OID.fullmatch(oid) and _REF.fullmatch(name):
            yield name, oid


def _loose(shared: str, folder: str, below: str = "") -> dict[str, str]:
    """Tags of their own files: name → object, a tag's own one for annotated tags."""
    found: dict[str, str] = {}
    try:
        entries = sorted(os.listdir(folder))[:MOST]
    except OSError:
        return found
    for entry in entries:
        path = os.path.join(folder, entry)
        if os.path.islink(path):
            continue
        if os.path.isdir(path) and below.count("/") < _DEEPEST and len(found) < MOST:
            found |= _loose(shared, path, f"{below}{entry}/")
        elif _OID.fullmatch(oid := _text(path, _SMALL).strip()) and _REF.fullmatch(f"refs/tags/{below}{entry}"):
            found[f"{below}{entry}"] = oid
    return found


def _head(git: str, shared: str, packed: dict[str, str]) -> str:
    """The commit that is checked out; empty when it is not known."""
    text = _text(os.path.join(git, "HEAD"), _SMALL).strip()
    if _OID.fullmatch(text):
        return text
    branch = text.removeprefix("ref:").strip()
    if not _REF.fullmatch(branch) or ".." in branch:
        return ""
    own = _text(os.path.join(shared, *branch.split("/")), _SMALL).strip()
    return own if _OID.fullmatch(own) else packed.get(branch, "")


def _same(shared: str, oid: str, head: str) -> bool | None:
    """Whether a tag's object is the commit ``head`` or points at it, None when that cannot be told."""
    if not head:
        return None
    if oid == head:
        return True
    stored = _bytes(os.path.join(shared, "objects", oid[:2], oid[2:]), _SMALL)
    if not stored:
        return None
    try:
        match = _TAGGED.match(zlib.decompressobj().decompress(stored, 200))
    except zlib.error:
        return None
    return match[1].decode() == head if match else False


def _text(location: str, limit: int) -> str:
    return _bytes(location, limit).decode("utf-8", "replace")


def _bytes(location: str, limit: int) -> bytes:
    try:
        return read_bounded(Entry("", location, 0), limit) if os.path.isfile(location) else b""
    except (OSError, ValueError, MalformedError):
        return b""
