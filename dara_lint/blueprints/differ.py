"""Where stored tensors and promised ones differ, counted over folded entries."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from dara_lint.blueprints.compose import Part
from dara_lint.blueprints.evidence import TOLERATED, Evidence, Shape
from dara_lint.blueprints.expectation import Entry
from dara_lint.blueprints.expectation import Shape as Promise
from dara_lint.blueprints.unit import Pattern, Slot, named
from dara_lint.facts import fact

HEAD = re.compile(
    r"^(lm_head|classifier|score|qa_outputs|cls|head|proj_out|embed_out|logits_proj|output_projection|generator"
    r"|final_logits_bias|classification_head|regressor|decoder\.output|vocab_proj|predictions|pre_classifier|v_head|value_head)\b"
)
"""Beginnings of names that belong to a task head in classes that are no base class plus head."""

STACK = re.compile(r"^(?!.*head)(.*\.)?(layers?|blocks?|h|resblocks|stages)\.\{\}\.")
"""Blocks of a stack: body also in a class that lists them beside its base class (Qwen 2.5 Omni's thinker)."""

_DIGITS = re.compile(r"\d+")
_IGNORED = "ignored "
_NOWHERE: Shape = (-1,)
Kind = Literal["shape", "missing", "unexpected"]


class Difference(NamedTuple):
    """Tensors that differ in one way: ``times`` of them, the first at ``at``."""

    kind: Kind
    part: Part
    pattern: Pattern
    at: tuple[int, ...]
    times: int
    found: Shape
    promised: Promise | None
    stored: tuple[tuple[int, ...], ...]
    """Every place where the pattern is stored."""

    @property
    def mark(self) -> tuple[object, ...]:
        """What tells one difference from another."""
        return (self.kind, self.part.prefix, self.pattern.name, self.at, self.times, self.found, self.promised)

    @property
    def tolerance(self) -> str:
        """The difference as ``Unit.older`` writes it."""
        return f"{self.kind} {coarse(self.name)}"

    @property
    def head(self) -> bool:
        """Whether it belongs to the task head."""
        return is_head(self.part, self.pattern)

    @property
    def name(self) -> str:
        """The first of the tensors."""
        return self.part.prefix + Slot(self.pattern, self.at).name


def coarse(name: str) -> str:
    """A name as ``Unit.older`` writes it: numbers masked."""
    return _DIGITS.sub("#", name)


def tolerates(older: frozenset[str], name: str) -> bool:
    """Whether ``Unit.older`` tolerates a name that the class has under no config."""
    if f"unexpected {coarse(name)}" in older or f"copied {coarse(name)}" in older:
        return True
    return any(_ignored(each).search(name) for each in older if each.startswith(_IGNORED))


@lru_cache(maxsize=256)
def _ignored(each: str) -> re.Pattern[str]:
    return re.compile(each.removeprefix(_IGNORED))


def is_head(part: Part, pattern: Pattern) -> bool:
    """Whether a pattern belongs to the task head: what a class adds to its base class."""
    if part.prefix or part.path:
        return False
    bases = [reference.prefix for reference in part.unit.references if not reference.path]
    if bases:
        inner = any(prefix and pattern.name.startswith(prefix) for prefix in bases)
        return not inner and not STACK.search(pattern.name)
    return bool(HEAD.search(pattern.name))


def _open(part: Part, pattern: Pattern, promised: Promise) -> Promise:
    """The promised shape, its rows unknown where a head has the same under every config that was studied: they are
    labels or tokens whose number was not changed then (DETR's classes, mBART's decoder alone)."""
    constant = bool(pattern.dims) and isinstance(pattern.dims[0], int) and is_head(part, pattern)
    return (None, *promised[1:]) if constant else promised


def fits(found: Shape, promised: Promise) -> bool:
    """Whether a stored shape is the promised one, as far as both are known."""
    if found is None:
        return True
    return len(found) == len(promised) and all(
        want is None or have == want for have, want in zip(found, promised, strict=True)
    )


@fact
class Arranged:
    """The evidence by pattern, made once for all configs that are tried."""

    evidence: Evidence
    groups: Mapping[tuple[str, str], Mapping[tuple[int, ...], Shape]]
    strange: tuple[str, ...]
    """Stored names that no pattern of the class has under any config."""


def arrange(evidence: Evidence, parts: Sequence[Part]) -> Arranged:
    """Give every stored tensor to its pattern."""
    groups: dict[tuple[str, str], Mapping[tuple[int, ...], Shape]] = {}
    seen: set[str] = set()
    for part in parts:
        for pattern in part.patterns():
            places = evidence.places(part.prefix, pattern)
            if places:
                groups[part.prefix, pattern.name] = places
                name = part.prefix + pattern.name
                seen.update([named(name, at) for at in places])
    strange = tuple(name for name in evidence.shapes if name not in seen)
    return Arranged(evidence, groups, strange)


def differing(
    part: Part, pattern: Pattern, entries: Sequence[Entry], places: Mapping[tuple[int, ...], Shape]
) -> Iterator[Difference]:
    """Every difference between what is promised of one pattern and where it is stored."""
    stored = tuple(places)
    left = dict(places)
    for entry in entries:
        wrong: dict[Shape, list[tuple[int, ...]]] = {}
        missing: list[tuple[int, ...]] = []
        promised, folded = _open(part, pattern, entry.shape), entry.folded
        for index in range(entry.times):
            at = (*entry.at, index) if folded else entry.at
            shape = left.pop(at, _NOWHERE)
            if shape is _NOWHERE:
                missing.append(at)
            elif shape != promised and not fits(shape, promised):
                wrong.setdefault(shape, []).append(at)
        if missing:
            yield Difference("missing", part, pattern, missing[0], len(missing), None, entry.shape, stored)
        for shape, ats in wrong.items():
            yield Difference("shape", part, pattern, ats[0], len(ats), shape, entry.shape, stored)
    if left:
        by_shape: dict[Shape, list[tuple[int, ...]]] = {}
        for at, shape in left.items():
            by_shape.setdefault(shape, []).append(at)
        for shape, ats in by_shape.items():
            name = part.prefix + Slot(pattern, ats[0]).name
            if not TOLERATED.search(name):
                yield Difference("unexpected", part, pattern, ats[0], len(ats), shape, None, stored)
