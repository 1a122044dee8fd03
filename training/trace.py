"""Where a class's dimensions come from: its constructor run on numbers that remember how they were made.

``traced(raw, class_name)`` builds the class with every number of its config replaced by one that carries the
expression it is the value of. What the constructor computes carries on; sizes that reach a tensor are its
dimensions. An expression found like this holds on the path that this config takes, so it is a hint:
``training.hints`` makes of many what fits all of them, and the package's evaluator judges it.
"""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Iterator
from typing import Any

import torch

from dara_lint.blueprints.expression import Expression
from training import zoo
from training.followed import Followed
from training.remembered import BUILTINS, FUNCTIONS, Items, Real, Whole, plain, remember, watching


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
    functions = [(module, name, getattr(module, name)) for module, name, _ in FUNCTIONS]
    for module, name, stand_in in FUNCTIONS:
        setattr(module, name, stand_in)
    try:
        with Followed():
            yield
    finally:
        torch.nn.Parameter.__new__ = original
        for module, name, function in functions:
            setattr(module, name, function)
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
        elif value is not None and not _remade(value, raw[key]):
            config.__dict__[key] = _wrapped(value, (*path, key))


def _remade(value: Any, given: Any) -> bool:
    """Whether the config class computes a number anew, whatever its config.json says."""
    return isinstance(value, (Whole, Real)) and isinstance(given, (int, float)) and plain(value) != given


def _config(raw: dict[str, Any]) -> Any:
    """The config, made of numbers that remember where its class takes them: what it derives is seen, too."""
    with contextlib.suppress(Exception):  # a config class may refuse them in any way it likes
        return zoo.build_config(_wrapped(raw, ()))
    return zoo.build_config(raw)


def made_of(raw: dict[str, Any], name: str, item: int | None = None) -> Expression | None:
    """The expression of which the config class made a number, or an item of a list, that it was not given."""
    with _watched(Trace()), watching({}), contextlib.suppress(Exception):
        value: Any = zoo.build_config(_wrapped(raw, ()))
        for key in name.split("."):
            value = getattr(value, key)
        if item is not None:
            value = value[item]
        if isinstance(value, (Whole, Real)):
            return value.made
    return None


def traced(raw: dict[str, Any], class_name: str, seconds: float = 10.0) -> Trace:
    """What building the class with this config.json tells. Raises as ``zoo.build``."""
    trace = Trace()
    cut: list[Any] = []
    written: dict[str, torch.Tensor] = {}
    with _watched(trace), watching(trace.tests, cut):
        config = _config(raw)
        _mark(config, raw)
        model = zoo.build(config, class_name, seconds)
        with contextlib.suppress(Exception):  # what a checkpoint holds otherwise than the model is told by sizes alone
            written = zoo.written(model)
    for number in cut:
        trace.loop(number)
    own = (*model.named_parameters(remove_duplicate=False), *model.named_buffers(remove_duplicate=False))
    for name, tensor in (*own, *written.items()):
        made = getattr(tensor, "made", None)
        if made is not None:
            trace.dims[name] = made
            for size, each in zip(tensor.shape, made, strict=True):
                if each is not None and each not in (known := trace.sizes.setdefault(int(size), [])):
                    known.append(each)
    return trace
