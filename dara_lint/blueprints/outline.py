"""Every tensor that a class can have under any config, flat: what a stranger's weights are held to before any config
is known.

Compositions stand in their default make-up (a vision tower before the language model that its class has by default).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dara_lint.blueprints import bundle
from dara_lint.blueprints.arithmetic import UnknownValueError
from dara_lint.blueprints.compose import completed, parts
from dara_lint.blueprints.expression import Expression
from dara_lint.blueprints.unit import indexed


class Line(NamedTuple):
    """A tensor with ``0`` for its indices, its row-major dimensions, where it is, and the path of the config that
    these read. ``loose``: presence depends on an index, or on what no expression tells."""

    name: str
    dims: tuple[Expression | None, ...]
    condition: Expression | None
    path: str
    loose: bool


def outline(model_type: str, architecture: str) -> Iterator[Line]:
    """The tensors of a class; none for what no blueprint knows to the letter."""
    unit = bundle.unit(model_type, architecture)
    if unit is None:
        return
    try:
        found = tuple(parts(completed({"model_type": model_type}, bundle.LIBRARY), architecture, bundle.LIBRARY))
    except UnknownValueError:
        return
    if not all(part.unit.exact for part in found):
        return
    for part in found:
        for pattern in part.patterns():
            name = (part.prefix + pattern.name).replace("{}", "0")
            yield Line(name, pattern.dims, pattern.condition, part.path, indexed(pattern.condition))
