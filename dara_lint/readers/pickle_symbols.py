"""What a pickle's objects stand as, when none of them is built.

A symbol is None, a bool, int, float or str; a tuple or list of symbols; or one of the classes here. Symbols
may share and contain themselves: whoever walks them keeps a budget, and never hashes or compares them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Skipped(NamedTuple):
    """Stands for a value that was not kept: raw bytes, a very long text or number; its length in bytes."""

    length: int


class Global(NamedTuple):
    """Something that the pickle would import."""

    module: str
    name: str


class Stored(NamedTuple):
    """An object that lies outside of the pickle, by its persistent id (a symbol)."""

    key: object


@dataclass(slots=True, eq=False)
class Made:
    """A mapping, or what calling ``maker`` would have given, and what was put into it afterwards."""

    maker: object = None
    arguments: object = ()
    items: list[tuple[object, object]] = field(default_factory=list)
    parts: list[object] = field(default_factory=list)
    state: object = None


@dataclass(slots=True)
class Outcome:
    """``root`` is the symbol of the pickled object: None, bool, int, str, tuple, list, Global, Stored, Made
    or Skipped. ``imports`` are the globals as ``module name``, each once, in the order they come, also when
    the pickle broke off; ``broken`` says why it did."""

    root: object = None
    imports: dict[str, None] = field(default_factory=dict)
    end: int = 0
    broken: str = ""
