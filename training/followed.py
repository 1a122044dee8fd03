"""Tensors that remember the expressions of their dimensions, through what a constructor or a saver does with them."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from dara_lint.blueprints.expression import Expression
from training.remembered import Real, Whole, expression_of
from training.sums import divides

TURNED = frozenset({"transpose", "permute", "t", "swapaxes", "movedim", "reshape", "view"})
"""Operations behind which a dimension of the same size may be another one."""
CUT = frozenset({"chunk", "split", "tensor_split"})
"""Operations that cut a dimension into equal parts."""

MANY = 4
"""Tensors put together of which the sum is followed."""


class Followed(TorchFunctionMode):  # type: ignore[misc]
    """Gives every tensor made the expressions of its dimensions: of the sizes asked for, or of what it was made of."""

    def __torch_function__(self, func: Any, _types: Any, args: Any = (), kwargs: Any = None) -> Any:
        out = func(*args, **(kwargs or {}))
        pieces = out if isinstance(out, (tuple, list)) else (out,)
        for number, each in enumerate(pieces):
            if isinstance(each, torch.Tensor) and not isinstance(each, torch.nn.Parameter):
                _follow(getattr(func, "__name__", ""), each, args, kwargs or {}, (number, len(pieces)))
        return out


def _follow(name: str, out: torch.Tensor, args: Any, kwargs: dict[str, Any], piece: tuple[int, int]) -> None:
    size = kwargs.get("size", args[0] if args and isinstance(args[0], (list, tuple)) else args)
    if name == "arange" and out.dim() == 1:
        out.made = (_steps([expression_of(each) for each in args]),)
    elif all(isinstance(each, int) for each in size) and list(out.shape) == [int(each) for each in size]:
        out.made = tuple(expression_of(each) if isinstance(each, Whole) else None for each in size)
    else:
        _match(name, out, [*_flat(args), *_flat(list(kwargs.values()))], piece)


def _flat(value: Any, depth: int = 3) -> Iterator[Any]:
    if isinstance(value, (Whole, Real, torch.Tensor)):
        yield value
    elif isinstance(value, (list, tuple)) and depth:
        for item in value:
            yield from _flat(item, depth - 1)


def _steps(args: list[Any]) -> Expression | None:
    """How many numbers ``torch.arange`` gives."""
    if not args or any(each is None for each in args):
        return None
    start, end, step = (0, args[0], 1) if len(args) == 1 else (*args, 1) if len(args) == 2 else args[:3]
    return ["ceil", ["/", ["-", end, start], step]] if step != 1 or start else end


def _match(name: str, out: torch.Tensor, parts: list[Any], piece: tuple[int, int]) -> None:
    """Give each dimension the expression of the same dimension before, or of a number or a dimension of its size."""
    known: dict[int, Expression] = {}
    for part in parts:
        if isinstance(part, Whole):
            known.setdefault(int(part), part.made)
        elif isinstance(part, torch.Tensor):
            for size, made in zip(part.shape, getattr(part, "made", ()), strict=False):
                if made is not None:
                    known.setdefault(int(size), made)
    if not known:
        return
    found = [known.get(int(size)) for size in out.shape]
    before = next((part for part in parts if isinstance(part, torch.Tensor) and hasattr(part, "made")), None)
    if before is not None and before.dim() == out.dim() and name not in TURNED:
        joined = (
            _joined([part for part in parts if isinstance(part, torch.Tensor)]) if name in {"cat", "concat"} else {}
        )
        for axis, (size, whole, made) in enumerate(zip(out.shape, before.shape, before.made, strict=True)):
            if size == whole:
                found[axis] = made
            elif name in CUT and found[axis] is None and made is not None:
                found[axis] = _cut(made, *piece)
            elif axis in joined:
                found[axis] = joined[axis]
    out.made = tuple(found)


def _cut(made: Expression, number: int, pieces: int) -> Expression:
    """One of so many pieces: each as long as the first, and the last what is left."""
    if divides(made, pieces):
        return ["//", made, pieces]
    share: Expression = ["ceil", ["/", made, pieces]]
    return share if number < pieces - 1 else ["-", made, ["*", share, pieces - 1]]


def _joined(parts: list[torch.Tensor]) -> dict[int, Expression]:
    """The sum of each dimension in which these tensors differ from what they are together."""
    out: dict[int, Expression] = {}
    if len(parts) <= MANY and all(part.dim() == len(getattr(part, "made", ())) for part in parts):
        for axis in range(parts[0].dim()):
            sides = [part.made[axis] for part in parts]
            if all(side is not None for side in sides):
                out[axis] = functools.reduce(lambda left, right: ["+", left, right], sides)
    return out
