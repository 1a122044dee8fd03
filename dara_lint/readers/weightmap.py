"""A shard index (``*.index.json``): its document -> checked facts."""

from __future__ import annotations

import re

from dara_lint.model import Document, Index, Json, Location, ReadError
from dara_lint.readers.events import shown

TOLD = 10
"""Bad entries that are told one by one."""

_DRIVE = re.compile(r"[A-Za-z]:")
_WHOLE = re.compile(r"[0-9]{1,30}")


def check_index(document: Document) -> Index:
    """The index that a document is: ``weight_map`` from names to files inside the folder, and the totals.

    The layout is that of ``huggingface_hub.serialization`` and transformers' ``save_pretrained``. An entry that
    is no string, or that leads out of the folder, is dropped and reported; so is a total that is no number.
    """
    path, table = document.path, document.table
    if document.pointer or (document.problems and not document.value):
        return Index(path, problems=document.problems, pointer=document.pointer)
    problems = list(document.problems)
    metadata = table.get("metadata")
    if metadata is not None and not isinstance(metadata, dict):
        reason = f"metadata is {_kind(metadata)}, an object was expected"
        problems.append(ReadError(Location(path, "/metadata"), reason, "malformed"))
    totals: dict[str, Json] = metadata if isinstance(metadata, dict) else {}
    return Index(
        path,
        weight_map=_weight_map(document, problems),
        total_size=_total(path, totals, "total_size", problems),
        total_parameters=_total(path, totals, "total_parameters", problems),
        problems=tuple(problems),
    )


def _weight_map(document: Document, problems: list[ReadError]) -> dict[str, str]:
    path = document.path
    names = document.table.get("weight_map")
    if not isinstance(names, dict):
        found = _kind(names) if "weight_map" in document.table else "missing"
        at = Location(path, "/weight_map" if "weight_map" in document.table else "")
        reason = f"weight_map is {found}, an object from tensor names to shard files was expected"
        problems.append(ReadError(at, reason, "malformed"))
        return {}
    kept: dict[str, str] = {}
    bad: list[ReadError] = []
    known: dict[str, str] = {}  # thousands of tensors stand in a few files
    for name, file in names.items():
        if isinstance(file, str):
            if file not in known:
                known[file] = _objection(file)
            reason = known[file]
        else:
            reason = _objection(file)
        if not reason and isinstance(file, str):
            kept[name] = file
        elif len(bad) <= TOLD:
            pointer = "/weight_map/" + name.replace("~", "~0").replace("/", "~1")
            bad.append(ReadError(Location(path, pointer), reason))
    problems += bad[:TOLD]
    if len(bad) > TOLD:
        count = len(names) - len(kept) - TOLD
        problems.append(ReadError(Location(path, "/weight_map"), f"{count:,} more bad entries in weight_map"))
    return kept


def _objection(file: Json) -> str:
    if not isinstance(file, str):
        return f"the shard is {_kind(file)}, the name of a file was expected"
    if not file.strip() or not file.isprintable():
        return f"`{shown(file)}` is no file name"
    if file.startswith(("/", "\\")) or _DRIVE.match(file) or ".." in re.split(r"[/\\]", file):
        return f"the shard `{shown(file)}` lies outside the folder: it is not followed"
    return ""


def _total(path: str, totals: dict[str, Json], key: str, problems: list[ReadError]) -> int | None:
    value = totals.get(key)
    if value is None:
        return None
    at = Location(path, f"/metadata/{key}")
    number: Json = value
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        number = int(value)
        problems.append(ReadError(at, f"{key} is a string, a number was expected", "tolerated"))
    if isinstance(number, float) and number.is_integer() and abs(number) < 1e300:
        number = int(number)
    if isinstance(number, bool) or not isinstance(number, int) or number < 0:
        shape = shown(str(value)) if isinstance(value, str | int | float) else _kind(value)
        reason = f"{key} is `{shape}`, a whole number was expected"
        problems.append(ReadError(at, reason, "malformed"))
        return None
    return number


def _kind(value: Json) -> str:
    kinds = {dict: "an object", list: "an array", str: "a string", bool: "a boolean"}
    return "null" if value is None else kinds.get(type(value), "a number")
