"""The bundled blueprints: an index, and blocks of a few model types each that are read when asked for.

Layout: ``DLB2``, the length of the index (little-endian uint32), the index (zlib, JSON: origin, length of each
block, block of each type), the blocks (zlib, JSON: type → defaults, aliases, roles, tails, units, shown). A tail is a
pattern without its name; a unit says its names, a line each, and the number of each one's tail.
"""

from __future__ import annotations

import functools
import json
import struct
import zlib
from typing import Any

from dara_lint import bundled
from dara_lint.blueprints.compose import Kind, Library
from dara_lint.blueprints.unit import Derived, Pattern, Reference, Unit

FILE = "transformers.bin"
FILES = {"diffusers": "diffusers.bin", "gguf": "gguf.bin"}
"""Libraries with a bundle of their own; their types begin with the library's name and a dot."""


class Bundle:
    """One bundled file, its blocks read on demand and kept."""

    def __init__(self, data: bytes) -> None:
        (length,) = struct.unpack_from("<I", data, 4)
        index = json.loads(zlib.decompress(data[8 : 8 + length]))
        self.origin: str = index["origin"]
        self.types: dict[str, int] = index["types"]
        self._spans: list[bytes] = []
        start = 8 + length
        for size in index["blocks"]:
            self._spans.append(data[start : start + size])
            start += size
        self._raw: dict[int, dict[str, list[Any]]] = {}
        self._types: dict[str, tuple[Kind, dict[str, Unit]]] = {}

    def of(self, model_type: str) -> tuple[Kind, dict[str, Unit]] | None:
        """A type's kind and units by class, or None."""
        if model_type not in self._types:
            number = self.types.get(model_type)
            if number is None:
                return None
            if number not in self._raw:
                self._raw[number] = json.loads(zlib.decompress(self._spans[number]))
            self._types[model_type] = _decoded(model_type, self._raw[number][model_type])
        return self._types[model_type]


_pattern = functools.partial(tuple.__new__, Pattern)
"""``Pattern._make`` without its check, which would take longer than the rest of it: a class may have thousands."""


def _decoded(model_type: str, value: list[Any]) -> tuple[Kind, dict[str, Unit]]:
    defaults, aliases, roles, tails, units, shown = value
    shared = [(tuple(counts), tuple(dims), condition, dtype) for counts, dims, condition, dtype in tails]
    made = {}
    for name, texts, numbers, references, derived, exact, *older in units:
        made[name] = Unit(
            model_type,
            name,
            tuple(
                _pattern((text, *shared[number]))
                for text, number in zip(texts.split("\n") if texts else (), numbers, strict=True)
            ),
            tuple(
                Reference(prefix, kind, other, path, tuple(without), *when)
                for prefix, kind, other, path, without, *when in references
            ),
            tuple(
                Derived(field, number, items, tuple((condition, word) for condition, word in words))
                for field, number, items, words in derived
            ),
            bool(exact),
            frozenset(older[0] if older else ()),
        )
    told = {key: frozenset(values) for key, values in shown.items()}
    return Kind(model_type, defaults, aliases, roles, told), made


@functools.cache
def _bundle(file: str = FILE) -> Bundle:
    return Bundle(bundled.read("dara_lint.blueprints", file))


def _of(model_type: str) -> tuple[Kind, dict[str, Unit]] | None:
    library, dot, _ = model_type.partition(".")
    return _bundle(FILES.get(library, FILE) if dot else FILE).of(model_type)


def kind(model_type: str) -> Kind | None:
    """What is bundled of a model type."""
    found = _of(model_type)
    return found[0] if found else None


def unit(model_type: str, architecture: str) -> Unit | None:
    """The bundled blueprint of a class."""
    found = _of(model_type)
    return found[1].get(architecture) if found else None


def architectures(model_type: str) -> tuple[str, ...]:
    """The classes that are known of a model type."""
    found = _of(model_type)
    return tuple(found[1]) if found else ()


def model_types() -> tuple[str, ...]:
    """Every model type that is known."""
    return tuple(_bundle().types)


def origin() -> str:
    """The library and version that the bundle was inferred from."""
    return _bundle().origin


LIBRARY = Library(kind, unit)
"""Kinds and units of the bundle."""
