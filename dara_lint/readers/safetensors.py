"""safetensors files: the header alone, and every invariant that the format puts on it.

Format and invariants: safetensors 0.8, ``safetensors/src/tensor.rs`` (``read_metadata``, ``Metadata::validate``).
Eight bytes hold the header's length N (little-endian), N bytes of JSON follow, then the data. Nothing after
byte 8 + N is read, whatever the file's size.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple, NoReturn

from dara_lint.model import BITS, Json, Location, ReadError, Tensor, WeightFile
from dara_lint.readers.source import Entry, LimitError, MalformedError, Source, refused

HEADER_LIMIT = 100_000_000
"""Bytes of header that the format allows."""
VALUE_LIMIT = 2_000_000
"""JSON values in a header: some 220,000 tensors, more than any model has in all its files, and 200 MB of memory."""
PROBLEM_LIMIT = 20
_NESTING_LIMIT = 126
_WORD = 2**64
_WIDTHS = {dtype: int(bits) for dtype, bits in BITS.items() if dtype not in {"C128", "I4", "U4", "I2", "U2"}}
_FIELDS = ("dtype", "shape", "data_offsets")


class _Info(NamedTuple):
    begin: int
    end: int
    name: str
    dtype: str
    shape: list[int]


def read(entry: Entry) -> WeightFile:
    """Read a file's header: tensors in the order of their data, ``__metadata__``, what breaks the format.

    A header that is no JSON object of tensors leaves ``tensors`` None and an ``unreadable`` problem. A header
    that can be read but breaks an invariant (hole, overlap, wrong length, …) gives the tensors whose shape
    means something, and a ``malformed`` problem for each, with the tensor's name as pointer. ``tolerated`` is
    what the safetensors package lets pass: a name or metadata key given twice, fields that it does not know.
    Never raises.
    """
    problems: list[ReadError] = []
    try:
        with Source(entry) as source:
            size = source.size
            raw = _raw_header(source)
        metadata, infos = _header(entry.path, raw, problems)
    except (MalformedError, OSError) as error:
        return WeightFile(entry.path, "safetensors", entry.size, problems=(*problems, refused(entry.path, error)))
    tensors = []
    expected = 0
    for info in sorted(infos):
        elements = 1
        for dimension in info.shape:
            elements *= dimension
            if elements >= _WORD:
                break
        if elements < _WORD:
            tensors.append(Tensor(info.name, tuple(info.shape), info.dtype, max(info.end - info.begin, 0), entry.path))
        bits = elements * _WIDTHS.get(info.dtype, 0)
        if info.begin == expected and 8 * (info.end - info.begin) == bits < _WORD and info.dtype in _WIDTHS:
            expected = info.end
            continue
        problems.extend(
            ReadError(Location(entry.path, info.name), reason, "malformed")
            for reason in _broken(info, elements, expected)
        )
        expected = max(expected, info.end)
    held = size - 8 - len(raw)
    if expected != held:
        short = f"the tensors end at byte {expected:,} of the data, the file holds {held:,}"
        advice = "it is cut off, upload it again" if held < expected else "bytes that no tensor covers follow"
        problems.append(ReadError(Location(entry.path), f"{short}: {advice}", "malformed"))
    return WeightFile(
        entry.path, "safetensors", size, tensors=tuple(tensors), metadata=metadata, problems=_capped(problems)
    )


def _raw_header(source: Source) -> bytes:
    if source.size < 8:
        raise MalformedError(f"{source.size} bytes, too short for the length of a safetensors header")
    length = int.from_bytes(source.read(0, 8), "little")
    if length > HEADER_LIMIT:
        raise MalformedError(f"says that its header has {length:,} bytes, safetensors allows {HEADER_LIMIT:,}")
    if length + 8 > source.size:
        raise MalformedError(f"says that its header has {length:,} bytes, the file has {source.size:,} in all")
    raw = source.read(8, length)
    if raw.count(b",") + raw.count(b"[") + raw.count(b"{") > VALUE_LIMIT:
        raise LimitError(f"its header holds more than {VALUE_LIMIT:,} values")
    return raw


def _header(path: str, raw: bytes, problems: list[ReadError]) -> tuple[dict[str, Json], list[_Info]]:
    """Parse the JSON. Objects arrive as tuples of pairs, so duplicates are seen; arrays as lists."""
    try:
        pairs = json.loads(
            raw.decode(),
            object_pairs_hook=tuple,
            parse_constant=_refuse,
            parse_float=_finite,
            parse_int=_whole if b"-0" in raw else None,
        )
    except (ValueError, RecursionError) as error:
        raise MalformedError(f"its header is no JSON: {_brief(error)}") from None
    if not isinstance(pairs, tuple):
        raise MalformedError("its header is JSON, but no object")
    metadata: dict[str, Json] = {}
    infos: dict[str, _Info] = {}
    seen_metadata = False
    for name, value in pairs:
        if name == "__metadata__":
            if seen_metadata:
                raise MalformedError("__metadata__ stands twice in its header")
            seen_metadata = True
            metadata = _metadata(path, value, problems)
            continue
        if name in infos:
            reason = f"tensor `{_short(name)}` stands twice in the header, the last one counts"
            known = infos[name].dtype in _WIDTHS  # else the package stops there
            problems.append(ReadError(Location(path, name), reason, "tolerated" if known else "malformed"))
        infos[name] = _info(path, name, value, problems)
    if b"\\u" in raw and any("\ud800" <= letter <= "\udfff" for name in (*infos, *metadata) for letter in name):
        raise MalformedError("its header names something by half a surrogate pair, which is no Unicode")
    return metadata, list(infos.values())


def _metadata(path: str, value: object, problems: list[ReadError]) -> dict[str, Json]:
    if value is None:
        return {}
    if not isinstance(value, tuple) or not all(isinstance(text, str) for _, text in value):
        raise MalformedError("__metadata__ must be an object of strings")
    table: dict[str, Json] = dict(value)
    if len(table) < len(value):
        problems.append(ReadError(Location(path), "a key of __metadata__ stands twice", "tolerated"))
    return table


def _info(path: str, name: str, value: object, problems: list[ReadError]) -> _Info:
    """One tensor's entry. Raises MalformedError where the package's parser refuses the header."""
    if isinstance(value, list) and len(value) == len(_FIELDS):  # serde reads a struct from an array too
        value = tuple(zip(_FIELDS, value, strict=True))
        problems.append(ReadError(Location(path, name), f"`{_short(name)}` is an array", "tolerated"))
    if not isinstance(value, tuple):
        raise MalformedError(f"tensor `{_short(name)}` is described by {type(value).__name__}, not an object")
    if len(value) == len(_FIELDS):
        (first, dtype), (second, shape), (third, offsets) = value
        if (first, second, third) == _FIELDS and _is_usual(dtype, shape, offsets):
            return _Info(offsets[0], offsets[1], name, dtype, shape)
    fields = dict(value)
    if len(value) != len(_FIELDS) or len(fields) != len(_FIELDS):
        known = [key for key, _ in value if key in _FIELDS]
        if len(known) != len(set(known)):
            raise MalformedError(f"tensor `{_short(name)}` has a field twice")
        if len(known) < len(value):
            if _nesting(value) > _NESTING_LIMIT:
                raise MalformedError(f"tensor `{_short(name)}` nests too deep")
            reason = f"tensor `{_short(name)}` has fields that safetensors does not know"
            problems.append(ReadError(Location(path, name), reason, "tolerated"))
    dtype, shape, offsets = (fields.get(key) for key in _FIELDS)
    if not isinstance(dtype, str) or len(dtype) > 32:
        raise MalformedError(f"tensor `{_short(name)}` has no dtype")
    if not isinstance(shape, list) or not all(map(_is_size, shape)):
        raise MalformedError(f"tensor `{_short(name)}` has no shape of whole numbers")
    if not isinstance(offsets, list) or len(offsets) != 2 or not all(map(_is_size, offsets)):
        raise MalformedError(f"tensor `{_short(name)}` has no pair of offsets")
    return _Info(offsets[0], offsets[1], name, dtype, shape)


def _is_usual(dtype: object, shape: object, offsets: object) -> bool:
    """Whether an entry's values are right, by a look that costs little."""
    if type(dtype) is not str or dtype not in _WIDTHS or type(shape) is not list or type(offsets) is not list:
        return False
    if len(offsets) != 2:
        return False
    for number in shape:
        if type(number) is not int or not 0 <= number < _WORD:
            return False
    begin, end = offsets
    return type(begin) is int and type(end) is int and 0 <= begin < _WORD and 0 <= end < _WORD


def _broken(info: _Info, elements: int, expected: int) -> Iterator[str]:
    """What is wrong with a tensor that can be read; ``expected`` is where the one before it ended."""
    label = f"tensor `{_short(info.name)}`"
    if info.end < info.begin:
        yield f"{label} ends at byte {info.end:,}, before it begins at {info.begin:,}"
    elif info.begin > expected:
        yield f"{info.begin - expected:,} bytes before {label} belong to no tensor"
    elif info.begin < expected:
        yield f"{label} begins at byte {info.begin:,}, inside of the tensor that ends at {expected:,}"
    if info.dtype not in _WIDTHS:
        yield f"{label} has dtype {_short(info.dtype)}, which safetensors does not know"
        return
    bits = elements * _WIDTHS[info.dtype]
    if bits >= _WORD:
        yield f"{label} has a shape of more elements than 64 bits count"
    elif bits % 8:
        yield f"{label} has {elements:,} elements of {info.dtype}, which do not fill whole bytes"
    elif info.begin <= info.end and bits // 8 != info.end - info.begin:
        stored = info.end - info.begin
        yield f"{label} takes {stored:,} bytes, {elements:,} elements of {info.dtype} take {bits // 8:,}"


def _capped(problems: list[ReadError]) -> tuple[ReadError, ...]:
    if len(problems) <= PROBLEM_LIMIT:
        return tuple(problems)
    problems.sort(key=lambda problem: problem.kind == "tolerated")
    rest = len(problems) - PROBLEM_LIMIT
    last = ReadError(Location(problems[0].at.path), f"and {rest:,} more of this kind", problems[0].kind)
    return (*problems[:PROBLEM_LIMIT], last)


def _is_size(value: object) -> bool:
    return type(value) is int and 0 <= value < _WORD


def _whole(digits: str) -> int | float:
    return -0.0 if digits == "-0" else int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError("number out of range")
    return number


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON number")


def _nesting(value: object) -> int:
    """Depth of arrays and objects in a parsed value, counted without recursion."""
    depth, level = 0, [value]
    while level:
        level = [
            item[1] if isinstance(inner, tuple) else item
            for inner in level
            if isinstance(inner, list | tuple)
            for item in inner
        ]
        depth += 1
    return depth


def _brief(error: Exception) -> str:
    return "nested too deep" if isinstance(error, RecursionError) else str(error)[:100]


def _short(text: str) -> str:
    return text if len(text) <= 120 else f"{text[:117]}…"
