"""Where a class's dimensions come from: its constructor run on numbers that remember how they were made.

``traced(raw, class_name)`` builds the class with every number of its config replaced by one that carries the
expression it is the value of. What the constructor computes carries on; sizes that reach a tensor are its
dimensions. An expression found like this holds on the path that this config takes, so it is a hint:
``training.hints`` makes of many what fits all of them, and the package's evaluator judges it.
"""

from __future__ import annotations

import contextlib
import functools
import math
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch.overrides import TorchFunctionMode

from dara_lint.blueprints.expression import Expression
from training import zoo
from training.remembered import BUILTINS, Items, Real, Whole, expression_of, logarithm, plain, remember, watching


class Trace:
    """What one build told: dimensions by tensor name, all sizes, how often loops ran, what was compared."""

    def __init__(self) -> None:
        self.dims: dict[str, tuple[Expression | None, ...]] = {}
        self.loops: dict[int, list[Expression]] = {}
        self.sizes: dict[int, list[Expression]] = {}
        self.tests: dict[str, Expression] = {}

    def loop(self, *args: Any) -> range:
        """``range`` for a module under trace."""
        if len(args) == 1 and isinstance(args[0], Whole):
            known = self.loops.setdefault(int(args[0]), [])
            if args[0].made not in known:
                known.append(args[0].made)
        return range(*args)


def _flat(value: Any, depth: int = 3) -> Iterator[Any]:
    if isinstance(value, (Whole, Real, torch.Tensor)):
        yield value
    elif isinstance(value, (list, tuple)) and depth:
        for item in value:
            yield from _flat(item, depth - 1)


class _Factories(TorchFunctionMode):  # type: ignore[misc]
    """Gives every tensor made the expressions of its dimensions: of the sizes asked for, or of what it was made of."""

    def __torch_function__(self, func: Any, _types: Any, args: Any = (), kwargs: Any = None) -> Any:
        out = func(*args, **(kwargs or {}))
        if isinstance(out, torch.Tensor) and not isinstance(out, torch.nn.Parameter):
            size = (kwargs or {}).get("size", args[0] if args and isinstance(args[0], (list, tuple)) else args)
            asked = len(size) == out.dim() and all(isinstance(each, int) for each in size)
            if asked and list(out.shape) == [int(each) for each in size]:
                out.made = tuple(expression_of(each) if isinstance(each, Whole) else None for each in size)
            else:
                _match(out, [*_flat(args), *_flat(list((kwargs or {}).values()))])
        return out


def _match(out: torch.Tensor, parts: list[Any]) -> None:
    """Give each dimension the expression of a number or of a tensor's dimension that has its size."""
    known: dict[int, Expression] = {}
    for part in parts:
        if isinstance(part, Whole):
            known.setdefault(int(part), part.made)
        elif isinstance(part, torch.Tensor):
            for size, made in zip(part.shape, getattr(part, "made", ()), strict=False):
                if made is not None:
                    known.setdefault(int(size), made)
    if known:
        out.made = tuple(known.get(int(size)) for size in out.shape)


@contextlib.contextmanager
def _watched(trace: Trace) -> Iterator[None]:
    """Builtins of transformers' own modules, and parameters, replaced by those that remember."""
    replaced = {**BUILTINS, "range": trace.loop}
    modules = [vars(module) for name, module in list(sys.modules.items()) if name.startswith("transformers.models.")]
    for names in modules:
        for name, value in replaced.items():
            names.setdefault(name, value)
    original = torch.nn.Parameter.__new__

    @functools.wraps(original)
    def parameter(cls: Any, data: Any = None, requires_grad: bool = True) -> Any:  # noqa: FBT001, FBT002
        out = original(cls, data, requires_grad)
        if hasattr(data, "made"):
            out.made = data.made
        return out

    torch.nn.Parameter.__new__ = parameter
    logarithms = [(module, module.log2) for module in (math, np)]
    for module, log2 in logarithms:
        module.log2 = logarithm(log2)  # type: ignore[attr-defined]
    try:
        with _Factories():
            yield
    finally:
        torch.nn.Parameter.__new__ = original
        for module, log2 in logarithms:
            module.log2 = log2  # type: ignore[attr-defined]
        for names in modules:
            for name, value in replaced.items():
                if names.get(name) is value:
                    del names[name]


def _wrapped(value: Any, path: tuple[str, ...]) -> Any:
    """A value of a config whose numbers say their field."""
    name = ".".join(path)
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return remember(plain(value), name)
    if isinstance(value, (list, tuple)) and value and all(type(item) in (int, float, Whole, Real) for item in value):
        out = Items(remember(plain(item), ["at", name, at]) for at, item in enumerate(value))
        out.made = name
        return out
    if isinstance(value, list):
        out = Items(value)
        out.made = name
        return out
    if isinstance(value, dict):
        return {key: _wrapped(item, (*path, str(key))) for key, item in value.items()}
    return value


def _mark(config: Any, raw: dict[str, Any], path: tuple[str, ...] = ()) -> None:
    """Replace the numbers of a config object by ones that say their field."""
    for key in list(raw):
        value = config.__dict__.get(key)
        if hasattr(value, "to_dict") and hasattr(type(value), "model_type"):
            if isinstance(raw[key], dict):
                _mark(value, raw[key], (*path, key))
        elif value is not None:
            config.__dict__[key] = _wrapped(value, (*path, key))


def _config(raw: dict[str, Any]) -> Any:
    """The config, made of numbers that remember where its class takes them: what it derives is seen, too."""
    with contextlib.suppress(Exception):  # a config class may refuse them in any way it likes
        return zoo.build_config(_wrapped(raw, ()))
    return zoo.build_config(raw)


def traced(raw: dict[str, Any], class_name: str, seconds: float = 10.0) -> Trace:
    """What building the class with this config.json tells. Raises as ``zoo.build``."""
    trace = Trace()
    cut: list[Any] = []
    with _watched(trace), watching(trace.tests, cut):
        config = _config(raw)
        _mark(config, raw)
        model = zoo.build(config, class_name, seconds)
    for number in cut:
        trace.loop(number)
    for name, tensor in (*model.named_parameters(remove_duplicate=False), *model.named_buffers(remove_duplicate=False)):
        made = getattr(tensor, "made", None)
        if made is not None:
            trace.dims[name] = made
            for size, each in zip(tensor.shape, made, strict=True):
                if each is not None and each not in (known := trace.sizes.setdefault(int(size), [])):
                    known.append(each)
    return trace
