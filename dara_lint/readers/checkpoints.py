"""The weight files of one folder, put together: shards with their index, splits, variants and copies."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from dara_lint.model import Checkpoint, Format, Index, WeightFile
from dara_lint.readers.weights import FORMATS

SPLIT_LIMIT = 10_000
"""Parts that a name may promise; a larger number in a name is no count of parts."""
_SPLIT = re.compile(
    r"(?P<stem>.+?)[-_.](?P<number>\d{1,9})[-_]of[-_](?P<total>\d{1,9})(?P<after>\.\w{1,16})?\.(?P<suffix>\w+)"
)
_RANK = re.compile(r"(?P<stem>consolidated)\.(?P<number>\d{2,3})\.(?P<suffix>pth|pt|bin)")
_INDEX = re.compile(r"(?P<stem>.+?)\.(?P<suffix>[^.]+)\.index(\.(?P<variant>[^.]+))?\.json")
_COPY = re.compile(r"(?i)copy of |.* - copy( \(\d+\))?\.|.* copy( \d+)?\.|.* ?\(\d+\)\.")
_STEM = re.compile(
    r"(?:(?:diffusion_|open_clip_)?pytorch_model|diffusion_flax_model|(?:flax|tf|rust|adapter|open_clip)_model"
    r"|pytorch_lora_weights|(?:en|de)coder(?:_with_past)?_model(?:_merged)?+|model)[._-](?P<variant>.+)"
)
_WORD = re.compile(
    r".+[._-](?P<variant>(?:fp|f|bf|int|uint)(?:8|16|32)|q4|q4f16|bnb4|[48]bit|quantized|non_ema|ema"
    r"|o[1-4]|q?u?int8_\w+)",
    re.IGNORECASE,
)


def assemble(
    part: str, files: Sequence[WeightFile], indexes: Sequence[Index], present: Collection[str]
) -> tuple[Checkpoint, ...]:
    """Group the weight files of the folder ``part`` into checkpoints.

    ``present`` are the paths of all files of the root: a shard among them is not missing, even where it is
    not among ``files``. Each index gives a checkpoint of the shards that it names, also when none is there.
    An index that could not be read (a pointer, broken JSON) takes the files that bear its stem. Shards that
    no index names are grouped by ``-00001-of-00005`` (any width, counted from 0 or 1), so a foreign shard
    stands on its own; ``consolidated.00.pth`` and its like are the ranks of one model, each holding slices
    of the same tensors. Every other file is a checkpoint. Order: without variant first, then by path.
    """
    there = frozenset(present) | {file.path for file in files} if indexes or len(files) > 1 else frozenset(present)
    rest = {file.path: file for file in files}
    found = [_of_index(part, index, files, rest, there) for index in indexes]
    for index, checkpoint in zip(indexes, found, strict=True):
        if index.weight_map:
            for file in checkpoint.files:
                rest.pop(file.path, None)
    for index, checkpoint in zip(indexes, found, strict=True):
        if not index.weight_map:
            for file in checkpoint.files:
                rest.pop(file.path, None)
    groups: dict[tuple[str, ...], list[tuple[WeightFile, re.Match[str]]]] = {}
    for path in sorted(rest):
        match = _numbered(_name(path))
        if match:
            groups.setdefault(_group(match), []).append((rest.pop(path), match))
    found += [_of_split(part, members, there) for members in groups.values()]
    found += [Checkpoint(part, file.format, (file,), variant=_variant(_name(path))) for path, file in rest.items()]
    return tuple(sorted(found, key=lambda checkpoint: (bool(checkpoint.variant), checkpoint.path)))


def _of_index(
    part: str,
    index: Index,
    files: Sequence[WeightFile],
    rest: Mapping[str, WeightFile],
    there: Collection[str],
) -> Checkpoint:
    match = _INDEX.fullmatch(_name(index.path))
    suffix = match["suffix"].lower() if match else ""
    shards = sorted({_join(part, shard) for shard in index.weight_map.values()})
    form = FORMATS.get(suffix) or _format(shards)
    if index.weight_map:
        by_path = {file.path: file for file in files}
        chosen = [by_path[shard] for shard in shards if shard in by_path]
        missing = tuple(shard for shard in shards if shard not in there)
    else:
        stem = match["stem"] if match else ""
        members = [
            (rest[path], split)
            for path in sorted(rest)
            if (split := _numbered(_name(path))) and split["stem"] == stem and split["suffix"].lower() == suffix
        ]
        members.sort(key=lambda member: int(member[1]["number"]))
        chosen = [file for file, _ in members]
        missing = _missing(members, there)
    variant = (match["variant"] if match else "") or _variant(_name(index.path).partition(".index.")[0])
    return Checkpoint(part, form, tuple(chosen), index, missing, variant)


def _of_split(part: str, members: Sequence[tuple[WeightFile, re.Match[str]]], there: Collection[str]) -> Checkpoint:
    files = tuple(file for file, _ in sorted(members, key=lambda member: int(member[1]["number"])))
    match = members[0][1]
    after = match.groupdict().get("after") or ""
    variant = after[1:] or _variant(f"{match['stem']}.{match['suffix']}")
    variant = "copy" if _COPY.match(match[0]) else variant
    return Checkpoint(part, files[0].format, files, missing=_missing(members, there), variant=variant)


def _missing(members: Sequence[tuple[WeightFile, re.Match[str]]], there: Collection[str]) -> tuple[str, ...]:
    """Paths of the parts that the names promise. Those between the first and the last, where no name counts."""
    if not members:
        return ()
    file, match = members[0]
    numbers = [int(split["number"]) for _, split in members]
    first = 0 if min(numbers) == 0 else 1
    counted = "total" in match.groupdict()
    count = int(match["total"]) if counted else max(numbers) + 1 - first
    base = file.path[: len(file.path) - len(match[0])]
    width = min(len(split["number"]) for _, split in members)
    before, after = match[0][: match.start("number")], match[0][match.end("number") :]
    paths = (f"{base}{before}{number:0{width}}{after}" for number in range(first, first + count))
    return tuple(path for path in paths if path not in there)


def _numbered(name: str) -> re.Match[str] | None:
    """The match of a name that says which of how many parts it is."""
    match = _SPLIT.fullmatch(name)
    if match:
        return match if 0 < int(match["total"]) <= SPLIT_LIMIT >= int(match["number"]) else None
    return _RANK.fullmatch(name)


def _group(match: re.Match[str]) -> tuple[str, ...]:
    """What the names of the parts of one split have in common."""
    return tuple(text or "" for key, text in match.groupdict().items() if key != "number")


def _variant(name: str) -> str:
    """The word that sets a file apart from the usual one: ``fp16``, ``non_ema``, ``quantized``, ``copy``."""
    if _COPY.match(name):
        return "copy"
    stem = name.rpartition(".")[0]
    match = _STEM.fullmatch(stem) or _WORD.fullmatch(stem)
    return match["variant"] if match else ""


def _format(paths: Iterable[str]) -> Format:
    """The format of an index whose name does not say: that of the shards it names."""
    forms = (FORMATS.get(path.rpartition(".")[2].lower()) for path in paths)
    return next((form for form in forms if form), "safetensors")


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _name(path: str) -> str:
    return path.rpartition("/")[2]
