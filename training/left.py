"""What a class leaves out of a model that it holds: beginnings of names, endings of names, and the flag for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dara_lint.blueprints.compose import left_out
from dara_lint.blueprints.expression import Expression

MANY = 8
"""Beginnings of which no more are listed where endings say the same."""


def missing(names: set[str], covered: set[str]) -> tuple[str, ...]:
    """The shortest dotted beginnings that only missing names have; of many, endings first."""
    found = _beginnings(names, covered)
    if len(found) <= MANY:
        return found
    there = {name.rpartition(".")[2] for name in covered}
    endings = {f".{last}" for name in names - covered if (last := name.rpartition(".")[2]) not in there}
    rest = {name for name in names if not name.endswith(tuple(endings))}
    return tuple(sorted({f"*{ending}" for ending in endings} | set(_beginnings(rest, covered))))


def _beginnings(names: set[str], covered: set[str]) -> tuple[str, ...]:
    """The shortest dotted beginnings that only names outside of ``covered`` have."""
    out: set[str] = set()
    for name in names - covered:
        parts = name.split(".")
        for length in range(1, len(parts) + 1):
            start = ".".join(parts[:length]) + ("." if length < len(parts) else "")
            if not any(other.startswith(start) for other in covered):
                out.add(start)
                break
        else:
            out.add(name)
    return tuple(sorted(out))


def left(
    configs: Sequence[Mapping[str, Any]], gaps: Sequence[tuple[set[str], tuple[str, ...]]]
) -> tuple[tuple[str, ...], Expression | None] | None:
    """What is left out and where; None where configs disagree. ``gaps`` are each one's names and what is missing."""
    without = next((each for _, each in gaps if each), ())
    leaves: list[bool | None] = []
    for names, mine in gaps:
        if mine and not _agrees(without, mine, names):
            return None
        leaves.append(bool(mine) if any(left_out(name, without) for name in names) else None)
    if False not in leaves:
        return without, None
    when = flag(configs, leaves)
    return None if when is None else (without, when)


def flag(configs: Sequence[Mapping[str, Any]], wanted: Sequence[bool | None]) -> Expression | None:
    """The flag that is set, or is not set, exactly where that is wanted (None: either way)."""
    for name in (name for name, value in configs[0].items() if isinstance(value, bool)):
        pairs = {(bool(each.get(name)), want) for each, want in zip(configs, wanted, strict=True) if want is not None}
        if len({value == want for value, want in pairs}) == 1:
            return ["true", name] if all(value == want for value, want in pairs) else ["not", ["true", name]]
    return None


def _agrees(first: tuple[str, ...], second: tuple[str, ...], names: set[str]) -> bool:
    """Whether two lists of beginnings and endings leave out the same of these names."""
    return {name for name in names if left_out(name, first)} == {name for name in names if left_out(name, second)}
