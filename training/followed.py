"""Tensors that remember the expressions of their dimensions, through what a constructor or a saver does with them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from dara_lint.blueprints.expression import Expression
from training.remembered import Real, Whole, expression_of

TURNED = frozenset({"transpose", "permute", "t", "swapaxes", "movedim", "reshape", "view"})
"""Operations behind which a dimension of the same size may be another one."""
CUT = frozenset({"chunk", "split", "tensor_split"})
"""Operations that cut a dimension into equal parts."""


class Followed(TorchFunctionMode):  # type: ignore[misc]
    """Gives every tensor made the expressions of its dimensions: of the sizes asked for, or of what it was made of."""

    def __torch_function__(self, func: Any, _types: Any, args: Any = (), kwargs: Any = None) -> Any:
        out = func(*args, **(kwargs or {}))
        for each in out if isinstance(out, (tuple, list)) else (out,):
            if isinstance(each, torch.Tensor) and not isinstance(each, torch.nn.Parameter):
                _follow(getattr(func, "__name__", ""), each, args, kwargs or {})
        return out


def _follow(name: str, out: torch.Tensor, args: Any, kwargs: dict[str, Any]) -> None:
    size = kwargs.get("size", args[0] if args and isinstance(args[0], (list, tuple)) else args)
    if name == "arange" and out.dim() == 1:
        out.made = (_steps([expression_of(each) for each in args]),)
    elif all(isinstance(each, int) for each in size) and list(out.shape) == [int(each) for each in size]:
        out.made = tuple(expression_of(each) if isinstance(each, Whole) else None for each in size)
    else:
        _match(name, out, [*_flat(args), *_flat(list(kwargs.values()))])


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


def _match(name: str, out: torch.Tensor, parts: list[Any]) -> None:
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
        for axis, (size, whole, made) in enumerate(zip(out.shape, before.shape, before.made, strict=True)):
            if size == whole:
                found[axis] = made
            elif name in CUT and found[axis] is None and made is not None and size and whole % size == 0:
                found[axis] = ["//", made, whole // size]
    out.made = tuple(found)
