"""Numbers that remember the expression they are the value of, and builtins that pass it on.

What a constructor computes of them carries on: sums, products, quotients, powers, rounding, the larger and the
smaller. Comparisons are kept as well, for ``watching``: they are the conditions that a class itself asks for.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from dara_lint.blueprints.expression import Expression

MANY = 4000
"""Comparisons kept of one trace."""
LARGEST = 80
"""Nodes of an expression; what has grown larger is a plain number again."""


class _Made:
    """What is common to numbers that remember: the expression and its size. Copies keep it, pickles do not."""

    made: Expression
    nodes: int

    def __deepcopy__(self, _memo: Any) -> _Made:
        return self

    def __copy__(self) -> _Made:
        return self

    def __reduce__(self) -> Any:
        return type(plain(self)), (plain(self),)


class Whole(int, _Made):
    """An integer that remembers its expression."""


class Real(float, _Made):
    """A float that remembers its expression."""


class Items(list):  # type: ignore[type-arg]
    """A list of a config; its length is remembered as well, and that of two of them as one."""

    made: str = ""
    joined: Expression = ""

    def __add__(self, other: Any) -> Any:
        out = list(self) + other
        sides = [side.joined or (["len", side.made] if side.made else "") for side in (self, other) if _listed(side)]
        if len(sides) < 2 or "" in sides:
            return out
        both = Items(out)
        both.joined = ["+", *sides]
        return both


def _listed(value: Any) -> bool:
    return isinstance(value, Items)


def remember(value: Any, made: Expression, nodes: int = 1) -> Any:
    """The number with its expression; as it is where that has grown too large."""
    if nodes > LARGEST or isinstance(value, (bool, complex)) or not math.isfinite(value):
        return value
    out: Any = Whole(value) if isinstance(value, int) else Real(value)
    out.made, out.nodes = made, nodes
    return out


def expression_of(value: Any) -> Any:
    """The expression of a number; None for what is no number."""
    if isinstance(value, (Whole, Real)):
        return value.made
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _nodes(value: Any) -> int:
    return value.nodes if isinstance(value, (Whole, Real)) else 1


def plain(value: Any) -> Any:
    """The number without its expression."""
    return int(value) if isinstance(value, Whole) else float(value) if isinstance(value, Real) else value


def _binary(name: str, operator: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    def forward(self: Any, other: Any) -> Any:
        if not isinstance(other, (int, float)):
            return NotImplemented
        if operator == "+" and getattr(self, "near", None) and expression_of(other) == self.near[1][2]:
            return remember(plain(self) + plain(other), self.near, _nodes(self))
        result = getattr(plain(self), name)(plain(other))
        if result is NotImplemented:
            result = getattr(float(self), name)(float(other))
        return remember(result, [operator, expression_of(self), expression_of(other)], _nodes(self) + _nodes(other) + 1)

    def backward(self: Any, other: Any) -> Any:
        if not isinstance(other, (int, float)):
            return NotImplemented
        left = remember(plain(other), expression_of(other), _nodes(other)) if not isinstance(other, bool) else other
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
            if not plain(self) < plain(other):
                self.made = self.near


def _unary(operator: str, of: Callable[[Any], Any]) -> Callable[..., Any]:
    def apply(self: Any, *_: Any) -> Any:
        return remember(of(plain(self)), [operator, expression_of(self)], _nodes(self) + 1)

    return apply


for _cls in (Whole, Real):
    setattr(_cls, "__neg__", lambda self: 0 - self)  # noqa: B010 - mypy lets no method be assigned
for _name, _operator, _of in (
    ("__ceil__", "ceil", math.ceil),
    ("__floor__", "int", math.floor),
    ("__round__", "round", round),
):
    setattr(Real, _name, _unary(_operator, _of))


_WATCHING: list[dict[str, Expression]] = []
"""The comparisons of the trace that is being made."""
_CUT: list[list[Any]] = []
"""Its logarithms made whole, and lengths of joined lists: how often something repeats, though no loop asks."""


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
    return bool(plain(self))


for _cls in (Whole, Real):
    for _name, _operator, _swapped in (
        ("__lt__", "<", False), ("__ge__", "<", False), ("__gt__", "<", True), ("__le__", "<", True),
        ("__eq__", "=", False), ("__ne__", "=", False),
    ):  # fmt: skip
        setattr(_cls, _name, _comparison(_name, _operator, swapped=_swapped))
    setattr(_cls, "__hash__", _cls.__mro__[1].__hash__)  # noqa: B010 - a class with its own == loses it
    setattr(_cls, "__bool__", _truth)  # noqa: B010


class _Int(type):
    def __instancecheck__(cls, value: Any) -> bool:
        return isinstance(value, int)

    def __subclasscheck__(cls, other: Any) -> bool:
        return issubclass(other, int)

    def __call__(cls, *args: Any, **named: Any) -> Any:
        if len(args) == 1 and isinstance(args[0], Whole):
            return args[0]
        if len(args) == 1 and isinstance(args[0], Real):
            made = _unary("int", int)(args[0])
            if _CUT and "log2" in repr(expression_of(made)):
                _CUT[-1].append(made)
            return made
        return int(*args, **named)


class _TracedInt(int, metaclass=_Int):
    """``int`` for a module under trace."""


def _chosen(operator: str, of: Callable[..., Any]) -> Callable[..., Any]:
    def choose(*args: Any, **named: Any) -> Any:
        result = of(*args, **named)
        if len(args) == 2 and not named and any(isinstance(arg, (Whole, Real)) for arg in args):
            left, right = (expression_of(arg) for arg in args)
            if left is not None and right is not None:
                return remember(plain(result), [operator, left, right], sum(map(_nodes, args)) + 1)
        return result

    return choose


def _length(value: Any) -> Any:
    size = len(value)
    if isinstance(value, Items) and value.joined:
        out = remember(size, value.joined, 3)
        if _CUT:
            _CUT[-1].append(out)
        return out
    return remember(size, ["len", value.made], 1) if isinstance(value, Items) and value.made else size


def _total(value: Any, *args: Any) -> Any:
    if isinstance(value, Items) and value.made and not args:
        return remember(plain(sum(value)), ["sum", value.made], 1)
    return sum(value, *args)


def _logarithm(of: Callable[..., Any]) -> Callable[..., Any]:
    def log2(value: Any, *args: Any, **named: Any) -> Any:
        known = isinstance(value, (Whole, Real)) and plain(value) > 0
        return _unary("log2", lambda number: float(of(number)))(value) if known else of(value, *args, **named)

    return log2


def _product(of: Callable[..., Any]) -> Callable[..., Any]:
    def product(items: Any, *args: Any, **named: Any) -> Any:
        out = of(items, *args, **named)
        if isinstance(items, Items) and items.made and not args and not named:
            return remember(int(out) if out == int(out) else float(out), ["product", items.made], 1)
        return out

    return product


BUILTINS: dict[str, Any] = {
    "int": _TracedInt,
    "len": _length,
    "max": _chosen("max", max),
    "min": _chosen("min", min),
    "sum": _total,
}
"""What stands in for builtins in a module under trace."""


FUNCTIONS: tuple[tuple[Any, str, Callable[..., Any]], ...] = (
    (math, "log2", _logarithm(math.log2)),
    (np, "log2", _logarithm(np.log2)),
    (math, "prod", _product(math.prod)),
    (np, "prod", _product(np.prod)),
)
"""Module, name, and what stands in for the function there during a trace."""


@contextlib.contextmanager
def watching(tests: dict[str, Expression], cut: list[Any] | None = None) -> Iterator[None]:
    """Keep the comparisons made meanwhile in ``tests``, at most MANY, and in ``cut`` counts that no loop asks for."""
    _WATCHING.append(tests)
    _CUT.append([] if cut is None else cut)
    try:
        yield
    finally:
        _WATCHING.pop()
        _CUT.pop()
