"""What the search must be shown of models in stages: a stage's neighbours, and a decoder that mirrors its encoder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dara_lint.blueprints.expression import Expression
from training import conditions, table
from training.search import Point

_PLAIN_ATOMS = table.atoms


def atoms(points: Sequence[Point], names: Iterable[str]) -> list[Expression]:
    """Also the stage before and the stage after, from either end: what a decoder mirrors."""
    names = list(names)
    found = _PLAIN_ATOMS(points, names)
    widths = [name for name in names if any(_numbers(point.fields.get(name)) for point in points[:40])]
    for name in widths if points[0].at else ():
        before: Expression = ["max", ["-", ["i", 0], 1], 0]
        after: Expression = ["min", ["+", ["i", 0], 1], ["-", ["len", name], 1]]
        places: tuple[Expression, ...] = (before, after, ["-", -1, before], ["-", -1, after])
        found += [["at", name, place] for place in places]
        if len(points[0].at) == 2 and "layers_per_block" in points[0].fields:
            found.append(_skipped(name, before, after))
    return found


def _skipped(name: str, before: Expression, after: Expression) -> Expression:
    """What a layer of a decoder takes: the one before it, and the encoder's that is skipped to it."""
    here: Expression = ["at", name, ["-", -1, ["i", 0]]]
    below: Expression = ["if", ["=", ["i", 1], 0], ["at", name, ["-", -1, before]], here]
    beside: Expression = ["if", ["=", ["i", 1], "layers_per_block"], ["at", name, ["-", -1, after]], here]
    return ["+", below, beside]


_PLAIN_CONDITIONS = conditions._indexed  # noqa: SLF001 - more of the same


def indexed(points: Sequence[Point], names: Sequence[str]) -> list[Expression]:
    """Also whether a stage is as wide as the one before it or after it, from either end."""
    found = _PLAIN_CONDITIONS(points, names)
    for name in names:
        if any(_numbers(point.fields.get(name)) for point in points[:40]):
            here: Expression = ["i", 0]
            before: Expression = ["max", ["-", here, 1], 0]
            found.append(["=", ["at", name, here], ["at", name, before]])
            found.append(["=", ["at", name, ["-", -1, here]], ["at", name, ["-", -1, before]]])
    return found


def _numbers(value: Any) -> bool:
    return isinstance(value, list) and len(value) > 2 and all(isinstance(item, int) for item in value)


def settle() -> None:
    """Let the search know these expressions and conditions as well."""
    conditions._indexed = indexed  # noqa: SLF001 - more of the same
    table.atoms = atoms
