"""What a config promises: the tensors of its class, folded over repeats, with the keys that shape them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from dara_lint.blueprints.arithmetic import UnknownValueError
from dara_lint.blueprints.compose import Part
from dara_lint.blueprints.expression import Expression, fields_of, holds, value_of
from dara_lint.blueprints.unit import MANY, Pattern, Slot, shape_of
from dara_lint.facts import fact, field
from dara_lint.model import BITS, Json

Shape = tuple[int | None, ...]
_MARKS = re.compile(r"\d+|\{\}")

EXPERTS = re.compile(r"(^|[._])((num|n|moe_num)_(routed_|local_)?experts|num_local_experts)$")
"""Fields that count routed experts (transformers 5: Mixtral, Qwen, DeepSeek, OLMoE, Granite, …)."""
CHOSEN = (
    "num_experts_per_tok",
    "num_experts_per_token",
    "num_selected_experts",
    "moe_topk",
    "moe_k",
    "top_k_experts",
    "moe_top_k",
    "experts_top_k",
)
"""Fields that say how many of them each token uses."""


class Expected(NamedTuple):
    """One promised tensor: its name, its row-major shape (None: a dimension that is not known), its dtype
    where it is fixed (``I64``, …; empty for the weights' own), and for each dimension the config keys
    (nested keys joined by dots) that shape it."""

    name: str
    shape: Shape
    dtype: str
    keys: tuple[frozenset[str], ...]


class Entry(NamedTuple):
    """A pattern in a part at some indices; ``times`` tensors that differ in their last index alone."""

    part: Part
    pattern: Pattern
    at: tuple[int, ...]
    times: int
    shape: Shape

    @property
    def folded(self) -> bool:
        """Whether the last index is left out of ``at``."""
        return len(self.at) < len(self.pattern.counts)

    def names(self) -> Iterator[str]:
        """The tensors' names."""
        for index in range(self.times):
            at = (*self.at, index) if self.folded else self.at
            yield self.part.prefix + Slot(self.pattern, at).name

    @property
    def elements(self) -> int:
        """Parameters in one of its tensors (an unknown dimension counts as 0)."""
        size = 1
        for dimension in self.shape:
            size *= dimension or 0
        return size


def entries(part: Part, limit: int = MANY) -> Iterator[Entry]:
    """The part's tensors, folded where the last index changes nothing. Raises UnknownValueError."""
    for pattern in part.patterns():
        last = len(pattern.counts) - 1
        foldable = last >= 0 and not any(_uses(expression, last) for expression in (*pattern.dims, pattern.condition))
        yield from _walk(part, pattern, (), foldable, limit)


def _uses(expression: Expression | None, level: int) -> bool:
    if not isinstance(expression, list):
        return False
    if expression[0] == "i":
        return expression[1] == level
    return any(_uses(inner, level) for inner in expression[1:])


def _walk(part: Part, pattern: Pattern, at: tuple[int, ...], foldable: bool, limit: int) -> Iterator[Entry]:  # noqa: FBT001
    depth = len(at)
    if depth == len(pattern.counts):
        if pattern.condition is None or holds(pattern.condition, part.fields, at):
            yield Entry(part, pattern, at, 1, shape_of(pattern, part.fields, at))
        return
    try:
        count = int(value_of(pattern.counts[depth], part.fields, at))
    except UnknownValueError:
        if pattern.condition is not None and not holds(pattern.condition, part.fields, (*at, 0)):
            return
        raise
    if count > limit:
        raise UnknownValueError("more tensors than any checkpoint has")
    if count <= 0:
        return
    if foldable and depth == len(pattern.counts) - 1:
        inner = (*at, 0)
        if pattern.condition is None or holds(pattern.condition, part.fields, inner):
            yield Entry(part, pattern, at, count, shape_of(pattern, part.fields, inner))
        return
    for index in range(count):
        yield from _walk(part, pattern, (*at, index), foldable, limit)


@fact
class Expectation:
    """What a config promises of its class. ``exact``: the blueprint met every unseen config it was tried on."""

    model_type: str
    architecture: str
    exact: bool
    config: Mapping[str, Json] = field(repr=False)
    parts: tuple[Part, ...] = field(repr=False)
    entries: tuple[Entry, ...] = field(repr=False)

    @property
    def tensors(self) -> Iterator[Expected]:
        """Every promised tensor, made as it is asked for."""
        for entry in self.entries:
            keys = tuple(
                frozenset(whole_key(entry.part, name) for name in fields_of(dimension))
                if dimension is not None
                else frozenset()
                for dimension in entry.pattern.dims
            )
            for name in entry.names():
                yield Expected(name, entry.shape, entry.pattern.dtype, keys)

    @cached_property
    def count(self) -> int:
        """How many tensors are promised."""
        return sum(entry.times for entry in self.entries)

    @cached_property
    def masked(self) -> frozenset[str]:
        """The names of the promised tensors with every number as ``#``."""
        return frozenset(_MARKS.sub("#", entry.part.prefix + entry.pattern.name) for entry in self.entries)

    @cached_property
    def parameters(self) -> int:
        """All promised floating-point elements (integer buffers are none)."""
        return sum(
            entry.times * entry.elements
            for entry in self.entries
            if not entry.pattern.dtype.startswith(("I", "U", "B"))
        )

    @cached_property
    def active(self) -> int | None:
        """Parameters that one token uses; None where there are no routed experts or their use is not said."""
        idle = 0
        seen = False
        for entry in self.entries:
            share = _idle_share(entry)
            if share is not None:
                seen = True
                idle += round(entry.times * entry.elements * share)
        return self.parameters - idle if seen else None

    def bytes_by_dtype(self, dtype: str = "F32") -> dict[str, int]:
        """Bytes that the tensors take when the weights are stored in ``dtype``, by dtype."""
        out: dict[str, int] = {}
        for entry in self.entries:
            mine = entry.pattern.dtype or dtype
            size = int(entry.times * entry.elements * BITS.get(mine, 32) / 8)
            out[mine] = out.get(mine, 0) + size
        return out


def _idle_share(entry: Entry) -> float | None:
    """The share of an entry's parameters that a token leaves unused, or None when they are no experts."""
    pattern, fields = entry.pattern, entry.part.fields
    for expression in (*pattern.counts, *pattern.dims[:1]):
        if isinstance(expression, str) and EXPERTS.search(expression):
            if len(pattern.dims) < 2 or (expression is pattern.dims[0] and len(pattern.dims) < 3):
                return None
            total = fields.get(expression)
            stem = expression.rpartition(".")[0]
            for name in CHOSEN:
                used = fields.get(f"{stem}.{name}" if stem else name)
                if isinstance(used, int) and isinstance(total, int) and 0 < used <= total:
                    return 1 - used / total
    return None


def whole_key(part: Part, name: str) -> str:
    """A part's field as a key of the whole config, nested keys joined by dots."""
    return f"{part.path}.{name}" if part.path else name
