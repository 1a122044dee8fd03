"""PyTorch checkpoints, zip and legacy, and TorchScript archives: from the pickle's opcodes alone.

Layouts: torch 2.13, ``torch/serialization.py`` (``_save``, ``_legacy_save``) and the zip container of
``caffe2/serialize``. Nothing is unpickled, imported or unpacked, and no tensor's bytes are read.
"""

from __future__ import annotations

import zlib

from dara_lint.model import Json, Location, ReadError, Tensor, WeightFile
from dara_lint.readers.pickle_opcodes import Stream
from dara_lint.readers.pickle_stack import run
from dara_lint.readers.pickle_symbols import Outcome
from dara_lint.readers.source import Entry, LimitError, MalformedError, Source, refused
from dara_lint.readers.state_dict import Contents, contents, lacking
from dara_lint.readers.zip_directory import Record, begin_of, records

MAGIC = 0x1950A86A20F9469CFC6C
"""The number that begins a legacy checkpoint (``torch.serialization.MAGIC_NUMBER``)."""
UNPACKED_LIMIT = 64 * 1024 * 1024
"""Bytes to which a deflated pickle may unpack; torch itself stores pickles as they are."""
PICKLE_LIMIT = 16
"""Pickles of one archive that are followed."""
PROBLEM_LIMIT = 20


class _File:
    """What is gathered on the way, so that imports survive a pickle that breaks off."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.imports: dict[str, None] = {}
        self.tensors: tuple[Tensor, ...] | None = None
        self.metadata: dict[str, Json] = {}
        self.problems: list[ReadError] = []

    def follow(self, stream: Stream) -> Outcome:
        """Run one pickle. Raises MalformedError when it breaks off, its imports kept."""
        outcome = run(stream)
        self.imports.update(outcome.imports)
        if outcome.broken:
            raise MalformedError(outcome.broken)
        return outcome

    def malformed(self, reason: str, tensor: str | None = None) -> None:
        """Add a problem; the last that is kept says that there are more."""
        if len(self.problems) == PROBLEM_LIMIT:
            tensor, reason = None, "and more of this kind"
        if len(self.problems) <= PROBLEM_LIMIT:
            self.problems.append(ReadError(Location(self.path, tensor), reason, "malformed"))

    def take(self, found: Contents, layout: str) -> None:
        """Keep what a walk found."""
        self.tensors = tuple(tensor._replace(file=self.path) for tensor in found.tensors)
        self.metadata = {"layout": layout}
        if found.root:
            self.metadata["root"] = found.root
        if found.training:
            self.metadata["training_tensors"] = found.training
        if found.not_understood:
            self.metadata["tensors_not_listed"] = found.not_understood
        if found.values:
            self.metadata["values"] = found.values
        for name, reason in found.broken:
            self.malformed(f"tensor `{name[:120]}` {reason}", name)
        if found.cut_short:
            self.tensors = None
            self.problems.append(
                ReadError(Location(self.path), "objects nest too deep or are too many to list", "tolerated")
            )


def read(entry: Entry) -> WeightFile:
    """Tensor names, shapes, dtypes and imported globals of a checkpoint. Never raises.

    ``tensors`` is () for a pickle that holds no tensors of torch, and None with an ``unreadable`` problem for
    what is no checkpoint. ``metadata`` has ``layout`` (zip, torchscript, legacy or pickle), ``root`` (the
    top-level key that wraps the tensors, such as ``state_dict``: strip it together with the dot to get the
    model's own names), ``training_tensors`` (how many were left out as optimizer state),
    ``tensors_not_listed`` (how many are of a kind that is not understood) and ``values`` (the
    checkpoint's top-level words and numbers). Records that the archive lacks are ``malformed``.
    """
    file = _File(entry.path)
    size = entry.size
    try:
        with Source(entry) as source:
            size = source.size
            _read(source, file)
    except (MalformedError, OSError) as error:
        file.problems.append(refused(entry.path, error))
    return WeightFile(
        entry.path, "pytorch", size, tensors=file.tensors, metadata=file.metadata,
        imports=tuple(file.imports), problems=tuple(file.problems),
    )  # fmt: skip


def _read(source: Source, file: _File) -> None:
    if not source.size:
        raise MalformedError("the file is empty, a checkpoint was expected: upload it again")
    head = source.read(0, min(source.size, 512))
    if head[:4] == b"PK\x03\x04":
        _read_zip(source, file)
    elif head[257:262] == b"ustar":
        raise MalformedError("a tar archive as torch wrote them before 0.1.10: save it again")
    elif head[0] in b"\x80(c]}l":
        _read_stream(source, file)
    else:
        raise MalformedError("neither a zip archive nor a pickle, as torch.save writes them")


def _read_zip(source: Source, file: _File) -> None:
    found = records(source)
    pickles = [name for name in found if name.endswith(".pkl") and name.count("/") <= 1]
    prefix = next(iter(found), "").partition("/")[0]
    main = f"{prefix}/data.pkl"
    if main not in found:
        main = next((name for name in pickles if name.rpartition("/")[2] == "data.pkl"), "")
        prefix = main.partition("/")[0]
    if not main:
        raise MalformedError("a zip archive without data.pkl, so nothing that torch.load reads")
    outcome = file.follow(_pickle(source, found[main]))
    walked = contents(outcome.root)
    script = f"{prefix}/constants.pkl" in found
    file.take(walked, "torchscript" if script else "zip")
    start = f"{prefix}/data/"
    stored = {name.removeprefix(start): record.size for name, record in found.items() if name.startswith(start)}
    for reason in lacking(walked, stored):
        file.malformed(reason)
    for name in [name for name in pickles if name != main][:PICKLE_LIMIT]:
        try:
            file.follow(_pickle(source, found[name]))
        except MalformedError as error:
            file.malformed(f"{name[:120]}: {error}")


def _pickle(source: Source, record: Record) -> Stream:
    begin = begin_of(source, record)
    if record.method == 0:
        return Stream(source, begin, min(begin + record.size, source.size))
    if record.method != 8 or record.packed > UNPACKED_LIMIT:
        raise MalformedError("its pickle is packed in a way that torch does not read")
    unpacker = zlib.decompressobj(-15)
    try:
        raw = unpacker.decompress(source.read(begin, record.packed), UNPACKED_LIMIT + 1)
    except zlib.error:
        raise MalformedError("its deflated pickle is broken") from None
    if len(raw) > UNPACKED_LIMIT:
        raise LimitError(f"its pickle unpacks to more than {UNPACKED_LIMIT:,} bytes")
    return Stream(_Memory(raw), 0, len(raw))


def _read_stream(source: Source, file: _File) -> None:
    stream = Stream(source, 0, source.size)
    try:
        first = file.follow(stream)
    except MalformedError as error:
        if file.imports or source.read(0, 1) == b"\x80":
            raise
        raise MalformedError("neither a zip archive nor a pickle, as torch.save writes them") from error
    if first.root != MAGIC:
        file.take(contents(first.root), "pickle")
        return
    for _ in ("protocol version", "system"):
        file.follow(stream)
    walked = contents(file.follow(stream).root)
    keys = file.follow(stream).root
    file.take(walked, "legacy")
    if not isinstance(keys, list):
        raise MalformedError("a legacy checkpoint without its list of storages")
    at = stream.position
    for key in keys:
        storage = walked.storages.get(key) if isinstance(key, str) else None
        if storage is None:  # of a tensor left out; where the next one begins is not known
            break
        if at + 8 + storage.nbytes > source.size:
            missing = at + 8 + storage.nbytes - source.size
            file.malformed(f"the file ends {missing:,} bytes or more before its tensors do: upload it again")
            break
        at += 8 + storage.nbytes


class _Memory(Source):
    """Bytes that were unpacked, read in the way of a file."""

    def __init__(self, raw: bytes) -> None:
        self.size = len(raw)
        self._raw = raw

    def read(self, offset: int, length: int) -> bytes:
        """Exactly ``length`` bytes from ``offset``."""
        return self._raw[offset : offset + length]
