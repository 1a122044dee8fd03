"""Where a class's dimensions come from: its constructor run on numbers that remember how they were made.

``traced(raw, class_name)`` builds the class with every number of its config replaced by one that carries the
expression it is the value of. What the constructor computes carries on; sizes that reach a tensor are its
dimensions. An expression found like this holds on the path that this config takes, so it is a hint:
``training.hints`` makes of many what fits all of them, and the package's evaluator judges it.
"""

from __future__ import annotations

import builtins
import contextlib
import functools
import sys
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from dara_lint.blueprints.expression import Expression
from training import zoo

MANY = 4000
"""Comparisons kept of one trace."""
LARGEST = 80
"""Nodes of an expression; what has grown larger is a plain number again."""


class _Made:
    """What is common to numbers that remember: the expression and its size."""

    made: Expression
    nodes: int


class Whole(int, _Made):
    """An integer that remembers its expression."""

    def __deepcopy__(self, _memo: Any) -> Whole:
        return self

    def __copy__(self) -> Whole:
        return self

    def __reduce__(self) -> Any:
        return (int, (int(self),))


class Real(float, _Made):
    """A float that remembers its expression."""

    def __deepcopy__(self, _memo: Any) -> Real:
        return self

    def __copy__(self) -> Real:
        return self

    def __reduce__(self) -> Any:
        return (float, (float(self),))


class Items(list):  # type: ignore[type-arg]
    """A list of a config; its length is remembered as well."""

    made: str = ""


def remember(value: Any, made: Expression, nodes: int = 1) -> Any:
    """The number with its expression; as it is where that has grown too large."""
    if nodes > LARGEST or isinstance(value, (bool, complex)):
        return value
    out: Any = Whole(value) if isinstance(value, int) else Real(value)
    out.made, out.nodes = made, nodes
    return out


def expression_of(value: Any) -> Expression | None:
    """The expression of a number; None for what is no number."""
    if isinstance(value, (Whole, Real)):
        return value.made
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _nodes(value: Any) -> int:
    return value.nodes if isinstance(value, (Whole, Real)) else 1


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, Whole) else float(value) if isinstance(value, Real) else value


def _binary(name: str, operator: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    def forward(self: Any, other: Any) -> Any:
        if not isinstance(other, (int, float)):
            return NotImplemented
        if operator == "+" and getattr(self, "near", None) and expression_of(other) == self.near[2]:
            return remember(_plain(self) + _plain(other), self.near, _nodes(self))
        result = getattr(_plain(self), name)(_plain(other))
        if result is NotImplemented:
            result = getattr(float(self), name)(float(other))
        return remember(result, [operator, expression_of(self), expression_of(other)], _nodes(self) + _nodes(other) + 1)

    def backward(self: Any, other: Any) -> Any:
        if not isinstance(other, (int, float)):
            return NotImplemented
        left = remember(_plain(other), expression_of(other), _nodes(other)) if not isinstance(other, bool) else other
        return forward(left, self)

    return forward, backward


for _name, _operator in {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "truediv": "/",
    "floordiv": "//",
    "mod": "%",
    "pow": "^",
}.items():
    for _cls in (Whole, Real):
        _forward, _backward = _binary(f"__{_name}__", _operator)
        setattr(_cls, f"__{_name}__", _forward)
        setattr(_cls, f"__r{_name}__", _backward)


def _rounded(self: Any, other: Any) -> None:
    """``new < 0.9 * value``: where MobileNet's reference code adds a multiple more, both branches are one operation."""
    new = expression_of(self)
    cut = new[2] if isinstance(new, list) and new[0] == "max" else new
    match cut:
        case ["*", ["//", ["int", ["+", value, ["/", multiple, 2]]], divisor], factor] if multiple == divisor == factor:
            self.near = ["int", ["near", value, multiple]]
            if not _plain(self) < _plain(other):
                self.made = self.near


def _unary(operator: str, of: Callable[[Any], Any]) -> Callable[..., Any]:
    def apply(self: Any, *_: Any) -> Any:
        return remember(of(_plain(self)), [operator, expression_of(self)], _nodes(self) + 1)

    return apply


for _cls in (Whole, Real):
    _cls.__neg__ = lambda self: 0 - self  # type: ignore[method-assign, assignment]
Real.__ceil__ = _unary("ceil", lambda value: -int(-value // 1))  # type: ignore[method-assign, assignment]
Real.__floor__ = _unary("int", lambda value: int(value // 1))  # type: ignore[method-assign, assignment]
Real.__round__ = _unary("round", round)  # type: ignore[method-assign, assignment]


_WATCHING: list[dict[str, Expression]] = []
"""The comparisons of the trace that is being made."""


def _note(operator: str, left: Any, right: Any) -> None:
    if _WATCHING and len(_WATCHING[-1]) < MANY and isinstance(right, (int, float)) and isinstance(left, (int, float)):
        test: Expression = [operator, expression_of(left), expression_of(right)]
        _WATCHING[-1].setdefault(repr(test), test)


def _comparison(name: str, operator: str, *, swapped: bool = False) -> Callable[[Any, Any], Any]:
    def compare(self: Any, other: Any) -> Any:
        if not isinstance(other, (int, float)) or isinstance(other, bool):
            return getattr(super(type(self), self), name)(other)
        _note(operator, *((other, self) if swapped else (self, other)))
        if name == "__lt__":
            _rounded(self, other)
        return getattr(float(self), name)(float(other))

    return compare


def _truth(self: Any) -> bool:
    _note("=", self, 0)
    return bool(_plain(self))


for _cls in (Whole, Real):
    for _name, _operator, _swapped in (
        ("__lt__", "<", False), ("__ge__", "<", False), ("__gt__", "<", True), ("__le__", "<", True),
        ("__eq__", "=", False), ("__ne__", "=", False),
    ):  # fmt: skip
        setattr(_cls, _name, _comparison(_name, _operator, swapped=_swapped))
    _cls.__hash__ = _cls.__base__.__hash__  # type: ignore[method-assign, union-attr, assignment]
    _cls.__bool__ = _truth  # type: ignore[attr-defined]


class _Int(type):
    def __instancecheck__(cls, value: Any) -> bool:
        return isinstance(value, int)

    def __subclasscheck__(cls, other: Any) -> bool:
        return issubclass(other, int)

    def __call__(cls, *args: Any, **named: Any) -> Any:
        if len(args) == 1 and isinstance(args[0], Whole):
            return args[0]
        if len(args) == 1 and isinstance(args[0], Real):
            return _unary("int", int)(args[0])
        return int(*args, **named)


class _TracedInt(int, metaclass=_Int):
    """``int`` for a module under trace."""


def _chosen(operator: str, of: Callable[..., Any]) -> Callable[..., Any]:
    def choose(*args: Any, **named: Any) -> Any:
        result = of(*args, **named)
        if len(args) == 2 and not named and any(isinstance(arg, (Whole, Real)) for arg in args):
            left, right = (expression_of(arg) for arg in args)
            if left is not None and right is not None:
                return remember(_plain(result), [operator, left, right], sum(map(_nodes, args)) + 1)
        return result

    return choose


def _length(value: Any) -> int:
    size = len(value)
    return remember(size, ["len", value.made], 1) if isinstance(value, Items) and value.made else size  # type: ignore[no-any-return]


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


class _Factories(TorchFunctionMode):
    """Gives every tensor made the expressions of its dimensions: of the sizes asked for, or of what it was made of."""

    def __torch_function__(self, func: Any, _types: Any, args: Any = (), kwargs: Any = None) -> Any:
        out = func(*args, **(kwargs or {}))
        if isinstance(out, torch.Tensor) and not isinstance(out, torch.nn.Parameter):
            size = (kwargs or {}).get("size", args[0] if args and isinstance(args[0], (list, tuple)) else args)
            asked = len(size) == out.dim() and all(isinstance(each, int) for each in size)
            if asked and list(out.shape) == [int(each) for each in size]:
                out.made = tuple(expression_of(each) if isinstance(each, Whole) else None for each in size)  # type: ignore[attr-defined]
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
        out.made = tuple(known.get(int(size)) for size in out.shape)  # type: ignore[attr-defined]


@contextlib.contextmanager
def _watched(trace: Trace) -> Iterator[None]:
    """Builtins of transformers' own modules, and parameters, replaced by those that remember."""
    replaced = {
        "int": _TracedInt,
        "len": _length,
        "range": trace.loop,
        "max": _chosen("max", max),
        "min": _chosen("min", min),
    }
    modules = [
        vars(module) for name, module in list(sys.modules.items()) if name.startswith("transformers.models.") and module
    ]
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

    torch.nn.Parameter.__new__ = parameter  # type: ignore[method-assign, assignment]
    try:
        with _Factories():
            yield
    finally:
        torch.nn.Parameter.__new__ = original  # type: ignore[method-assign]
        for names in modules:
            for name, value in replaced.items():
                if names.get(name) is value:
                    del names[name]


def _wrapped(value: Any, path: tuple[str, ...]) -> Any:
    """A value of a config whose numbers say their field."""
    name = ".".join(path)
    if isinstance(value, (bool, Whole, Real)):
        return value
    if isinstance(value, (int, float)):
        return remember(value, name)
    if isinstance(value, (list, tuple)) and value and all(type(item) in (int, float, Whole, Real) for item in value):
        out = Items(remember(_plain(item), ["at", name, at]) for at, item in enumerate(value))
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


def traced(raw: dict[str, Any], class_name: str, seconds: float = 10.0) -> Trace:
    """What building the class with this config.json tells. Raises as ``zoo.build``."""
    trace = Trace()
    config = zoo.build_config(raw)
    _mark(config, raw)
    _WATCHING.append(trace.tests)
    try:
        with _watched(trace):
            model = zoo.build(config, class_name, seconds)
    finally:
        _WATCHING.pop()
    for name, tensor in (*model.named_parameters(remove_duplicate=False), *model.named_buffers(remove_duplicate=False)):
        made = getattr(tensor, "made", None)
        if made is not None:
            trace.dims[name] = made
            for size, each in zip(tensor.shape, made, strict=True):
                if each is not None and each not in (known := trace.sizes.setdefault(int(size), [])):
                    known.append(each)
    return trace


_ = builtins
