"""Frozen classes of named values, as ``dataclasses`` makes them, for a tenth of what that costs at start-up.

A frozen dataclass takes 0.6 ms to make, since its methods are compiled one by one, and the module imports ``inspect``:
34 ms of the 219 that a cold run took. These share their methods, so a class costs nothing; an instance takes 2 µs
instead of 1, and there are few: tensors are tuples. Type checkers see dataclasses (PEP 681).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar, dataclass_transform

T = TypeVar("T")


class _Field(NamedTuple):
    make: Callable[[], Any] | None
    repr: bool


def field(*, default_factory: Callable[[], Any] | None = None, repr: bool = True) -> Any:  # noqa: A002 - as in dataclasses
    """A field with a fresh default, or one that ``repr`` leaves out."""
    return _Field(default_factory, repr)


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def fact(cls: type[T]) -> type[T]:
    """Make a class of immutable values of its annotated names; equal and hashed by them."""
    made = record(cls)
    for name, method in (("__hash__", _hash), ("__setattr__", _refuse), ("__delattr__", _refuse)):
        setattr(made, name, method)
    return made


@dataclass_transform(field_specifiers=(field,))
def record(cls: type[T]) -> type[T]:
    """The same for values that may change."""
    names = tuple(getattr(cls, "__annotations__", ()))
    defaults: dict[str, Any] = {}
    made: dict[str, Callable[[], Any]] = {}
    hidden: set[str] = set()
    for name in names:
        given = cls.__dict__.get(name, _Field(None, repr=True))
        if not isinstance(given, _Field):
            defaults[name] = given
            continue
        if given.make:
            made[name] = given.make
        if not given.repr:
            hidden.add(name)
        if name in cls.__dict__:
            delattr(cls, name)
    known = frozenset(names)

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807
        values = defaults | dict(zip(names, args, strict=False)) | kwargs
        for name, make in made.items():
            if name not in values:
                values[name] = make()
        if len(args) > len(names) or values.keys() != known or not kwargs.keys().isdisjoint(names[: len(args)]):
            raise TypeError(f"{cls.__name__} takes {', '.join(names)}, given were {len(args)} and {', '.join(kwargs)}")
        self.__dict__.update(values)

    for name, value in (
        ("__init__", __init__),
        ("__eq__", _eq),
        ("__hash__", None),
        ("__repr__", _repr),
        ("__match_args__", names),
        ("_shown", tuple(name for name in names if name not in hidden)),
    ):
        setattr(cls, name, value)
    return cls


def replace(of: T, /, **changes: Any) -> T:
    """The same with other values."""
    values: Mapping[str, Any] = {name: getattr(of, name) for name in type(of).__match_args__}  # type: ignore[attr-defined]
    return type(of)(**{**values, **changes})


def _values(of: Any) -> tuple[Any, ...]:
    return tuple(of.__dict__[name] for name in of.__match_args__)


def _eq(self: Any, other: object) -> bool:
    return _values(self) == _values(other) if other.__class__ is self.__class__ else NotImplemented


def _hash(self: Any) -> int:
    return hash(_values(self))


def _repr(self: Any) -> str:
    return f"{type(self).__name__}({', '.join(f'{name}={self.__dict__[name]!r}' for name in self._shown)})"


def _refuse(self: Any, name: str, *_value: object) -> None:
    raise AttributeError(f"{type(self).__name__}.{name} cannot be changed")
