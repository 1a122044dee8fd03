"""What a set of tensors shows, as the tokens that profiles are compared by, one channel each.

``full`` the masked patterns, ``core`` the same without leading segments, ``fold`` with fused and split projections
alike, ``leaf`` the last two segments, ``segment`` single words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from dara_lint.facts import fact, replace
from dara_lint.model import Checkpoint
from dara_lint.recognize.normalize import Normalized, Shape, Slot, core, folded, normalize

MOST_WRAPPERS = 3
"""Leading segments that may be a wrapper's: ``model.0.auto_model.`` of an export."""

ANCHORS = 5
"""About how many patterns of a part are looked for first."""

CHANNELS = ("full", "core", "fold", "leaf", "segment")


def leaf(pattern: str) -> str:
    """The last two segments of a pattern."""
    return ".".join(pattern.rsplit(".", 2)[-2:])


def parts(pattern: str) -> Iterator[tuple[str, str]]:
    """The pattern behind none, one and more of its leading segments, as long as no index stands in or behind these."""
    front, inner = "", pattern
    for _ in range(MOST_WRAPPERS + 1):
        yield front, inner
        segment, _, inner = inner.partition(".")
        if not inner or inner[0] == "*" or "*" in segment:
            return
        front = f"{front}{segment}."


class Part(NamedTuple):
    """What of evidence stands behind some leading segments (``front``): pattern → rank as a digit, "?" where it is
    unknown; some of these, by which one sees whether anything is shared (``anchors``); and how many patterns of the
    evidence stand elsewhere, in layers and besides."""

    front: str
    ranks: dict[str, str]
    anchors: tuple[str, ...]
    left_body: int
    left_head: int


@fact
class Evidence:
    """Normalised tensors and whether they are all of the model's (``whole``)."""

    normalized: Normalized
    whole: bool = True

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The masked patterns with shape and number of tensors."""
        return self.normalized.slots

    @property
    def adapter(self) -> bool:
        """Whether only an adapter's keys are there."""
        return self.normalized.adapter

    @cached_property
    def full(self) -> frozenset[str]:
        """Masked patterns."""
        return frozenset(slot.pattern for slot in self.slots)

    @cached_property
    def core(self) -> frozenset[str]:
        """Patterns without leading segments."""
        return frozenset(map(core, self.full))

    @cached_property
    def body(self) -> frozenset[str]:
        """The cores of what stands in layers: what classes of one type have in common."""
        return frozenset(token for token in self.core if "*" in token)

    @cached_property
    def fold(self) -> frozenset[str]:
        """Cores with fused and split projections alike."""
        return frozenset(map(folded, self.full))

    @cached_property
    def leaf(self) -> frozenset[str]:
        """Last two segments."""
        return frozenset(map(leaf, self.full))

    @cached_property
    def segment(self) -> frozenset[str]:
        """Single segments, the mask left out."""
        return frozenset(segment for pattern in self.full for segment in pattern.split(".")) - {"*"}

    def tokens(self, channel: str) -> frozenset[str]:
        """The tokens of a channel by its name. Raises AttributeError for an unknown one."""
        found: frozenset[str] = getattr(self, channel)
        return found

    def unwrapped(self) -> Iterator[Evidence]:
        """The same behind ever fewer leading segments, as long as all patterns share them: what a wrapper adds."""
        slots = self.slots
        for _ in range(MOST_WRAPPERS):
            fronts = {slot.pattern.partition(".")[::2] for slot in slots}
            if len({front for front, _ in fronts}) != 1 or not all(rest for _, rest in fronts):
                return
            slots = tuple(slot._replace(pattern=slot.pattern.partition(".")[2]) for slot in slots)
            yield Evidence(replace(self.normalized, slots=slots), self.whole)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """What stands behind the leading segments of at least half of all patterns."""
        found: dict[str, dict[str, str]] = {}
        for pattern in sorted(self.full):
            for front, inner in parts(pattern):
                found.setdefault(front, {})[inner] = self.digits.get(pattern, "?")
        layered = sum("*" in pattern for pattern in self.full)
        chosen = []
        for front, ranks in found.items():
            if 2 * len(ranks) >= len(self.full):
                anchors = tuple(ranks)[:: max(1, len(ranks) // ANCHORS)]
                left = layered - sum("*" in pattern for pattern in ranks)
                chosen.append(Part(front, ranks, anchors, left, len(self.full) - len(ranks) - left))
        return tuple(chosen)

    @cached_property
    def tally(self) -> Counter[str]:
        """How many patterns in layers have each core."""
        return Counter(core(pattern) for pattern in self.full if "*" in pattern)

    @cached_property
    def ranks(self) -> dict[str, int]:
        """Rank of each pattern whose shape is known."""
        return {slot.pattern: len(slot.shape) for slot in self.slots if slot.shape is not None}

    @cached_property
    def digits(self) -> dict[str, str]:
        """The same as profiles write them: nine stands for more, too."""
        return {pattern: str(min(9, rank)) for pattern, rank in self.ranks.items()}

    @cached_property
    def names(self) -> tuple[tuple[str, ...], ...]:
        """The words of each slot's pattern."""
        return tuple(tuple(slot.pattern.split(".")) for slot in self.slots)


def of_tensors(tensors: Iterable[tuple[str, Shape, str]], *, whole: bool = True) -> Evidence:
    """Evidence of tensors given as name, shape (None: unknown) and dtype ("": unknown)."""
    return Evidence(normalize(tensors), whole)


def of_checkpoint(checkpoint: Checkpoint) -> Evidence:
    """Evidence of a checkpoint: its headers, or the names of its index when headers are missing."""
    if checkpoint.index and not checkpoint.complete:
        known = {tensor.name: tensor for tensor in checkpoint.tensors}
        return of_tensors(
            (name, known[name].shape, known[name].dtype) if name in known else (name, None, "")
            for name in checkpoint.index.weight_map
        )
    return of_tensors(
        ((tensor.name, tensor.shape, tensor.dtype) for tensor in checkpoint.tensors), whole=checkpoint.complete
    )
