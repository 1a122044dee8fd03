"""Configs with a blueprint beside weights of which only the bytes are known: what they promise against those."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from dara_lint.blueprints import Expectation, expect_of
from dara_lint.blueprints.evidence import FURTHER, TOLERATED
from dara_lint.blueprints.fields import Claims, claims_of
from dara_lint.model import BITS, Checkpoint, Document, Location, ModelRepo, Part
from dara_lint.remember import by_identity
from dara_lint.rules.held import USUAL
from dara_lint.rules.promised import quantised
from dara_lint.rules.subject import is_transformers

if TYPE_CHECKING:
    from dara_lint.blueprints.volume import Sized, Volume

LEAST = 10_000_000
"""Bytes below which headers and buffers count too much to judge."""
MOST = 1 << 50
HEADER = (30, 520)
"""Bytes that a safetensors header spends on a promised tensor: 60 to 260, of half to twice as many as are promised."""
PICKLE = (0, 900)
"""The same for torch's zip of storages: an entry and its alignment, twice named."""
SLACK = 0.01
"""Share of bytes that padding and forgotten small tensors may make."""
HAIR = 0.002
"""Share of bytes by which a size that is taken for exact may still differ: small buffers."""
_MASKED = frozenset(
    {"codegen", "decision_transformer", "gpt2", "gpt_neo", "gpt_neox", "gptj", "imagegpt", "openai-gpt", "xglm"}
)
"""Types whose older versions saved a causal mask in every layer."""
_ITEM = re.compile(r"(?:^|\.)(?:attn|attention)\.(?:attention\.)?bias$")


class Measured(NamedTuple):
    """A config, the checkpoint beside it, and what is known of its bytes.

    ``low`` and ``high`` bound the bytes of all tensors; ``named`` says that an index names every promised tensor, so
    that none is missing and none is there that the class does not know; ``source`` is where the bytes are said.
    """

    part: Part
    config: Document
    claims: Claims
    checkpoint: Checkpoint
    expectation: Expectation
    volume: Volume
    low: int
    high: int
    named: bool
    source: Location

    @property
    def declared(self) -> int | None:
        """Bytes of a parameter in the dtype that the config declares."""
        return int(BITS[self.claims.dtype.value]) // 8 if self.claims.dtype else None

    @property
    def widths(self) -> tuple[int, ...]:
        """Bytes that a parameter may take, the declared first."""
        return tuple(dict.fromkeys(width for width in (self.declared, 2, 4) if width))

    def sized(self, width: int) -> Sized:
        """The bytes, taken as so many a parameter."""
        from dara_lint.blueprints.volume import Sized

        return Sized(self.low - self.volume.fixed, self.high, width)

    def fits(self, width: int) -> bool:
        """Whether these are the promised parameters in so many bytes each, as far as that can be told.

        Fewer bytes: a head that is not stored, what loaders do not miss. More: a tied table stored twice, causal
        masks of older versions; norms, a table and the head kept in 32 bits.
        """
        about = self.volume
        least = width * (about.parameters - (0 if self.named else about.head))
        copies = 0 if self.named else width * about.table
        full = max(0, 4 - width) * (about.full + about.table + about.head)
        most = width * about.parameters + about.fixed + copies + full + self._masks()
        return self.high >= least * (1 - SLACK) and self.low <= most * (1 + SLACK)

    def exact(self, width: int) -> bool:
        """Whether the bytes are those of the promise in that width, or of it with some of what ``fits`` allows for."""
        about = self.volume
        base = width * about.parameters + about.fixed
        full = max(0, 4 - width)
        sums = {base, base + self._masks() // 4}
        if not self.named:
            sums |= {size - width * about.head for size in sums} | {size + width * about.table for size in sums}
        for part in (about.full, about.table, about.head):
            sums |= {size + full * part for size in sums}
        return any(self.low * (1 - HAIR) <= size <= self.high * (1 + HAIR) for size in sums)

    def _masks(self) -> int:
        said = self.claims
        if self.expectation.model_type not in _MASKED or said.layers is None or said.context is None:
            return 0
        return min(said.layers.value, 1 << 10) * min(said.context.value, 1 << 13) ** 2 * 4


@by_identity
def measured(repo: ModelRepo) -> tuple[Measured, ...]:
    """Every config with an exact blueprint beside unquantised weights of which only the bytes are known."""
    return tuple(_measured(repo))


def _measured(repo: ModelRepo) -> Iterator[Measured]:
    from dara_lint.blueprints.volume import volume

    for part in repo.parts:
        config = part.config
        if config is None or config.pointer or part.adapter or not config.table or "auto_map" in config.table:
            continue
        checkpoint = unread(part)
        expectation = expect_of(config) if checkpoint else None
        if checkpoint is None or expectation is None or not expectation.exact or expectation.parameters <= 0:
            continue
        found = _bytes(checkpoint, expectation.count)
        if found is not None and LEAST <= found[1] <= MOST and not quantised(config.table, checkpoint):
            low, high, source = found
            named = _named(checkpoint, expectation)
            about = volume(expectation)
            claim = claims_of(config)
            yield Measured(part, config, claim, checkpoint, expectation, about, low, high, named, source)


def unread(part: Part) -> Checkpoint | None:
    """The part's usual checkpoint, unless its headers could be read."""
    for checkpoint in part.checkpoints:
        if is_transformers(checkpoint) and USUAL.match(checkpoint.path.rpartition("/")[2]):
            return None if checkpoint.complete else checkpoint
    return None


def _named(checkpoint: Checkpoint, expectation: Expectation) -> bool:
    if checkpoint.index is None or len(checkpoint.index.weight_map) < expectation.count:
        return False
    if any(FURTHER.search(name) for name in checkpoint.index.weight_map):
        return False  # dropped by loaders, and part of the bytes
    names = {name for name in checkpoint.index.weight_map if not TOLERATED.search(name) or _ITEM.search(name)}
    wanted = {name for entry in expectation.entries for name in entry.names() if not TOLERATED.search(name)}
    return names == wanted


def _bytes(checkpoint: Checkpoint, count: int) -> tuple[int, int, Location] | None:
    """Bounds of the bytes of all tensors: of the files when none is missing and none broken, else the index's sum."""
    index = checkpoint.index
    files = checkpoint.files
    whole = bool(files) and not checkpoint.missing
    if whole and all(file.pointer is not None or not file.problems for file in files):
        size = sum(file.size for file in files)
        tensors = max(count, len(checkpoint.tensor_names))
        least, most = HEADER if checkpoint.format == "safetensors" else PICKLE
        low, high = size - most * tensors - 4096 * len(files), size - least * tensors
        total = index.total_size if index else None
        exact = total is not None and low <= total <= high
        at = Location(files[0].path if index is None else index.path)
        return (total, total, at) if exact and total is not None else (low, high, at)
    if index is not None and index.total_size and index.total_size > 0:
        return index.total_size, index.total_size, Location(index.path, "/metadata/total_size")
    return None
