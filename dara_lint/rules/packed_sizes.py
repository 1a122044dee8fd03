"""Bytes that a config's quantisation makes of what it promises, as bounds."""

from __future__ import annotations

from typing import NamedTuple

from dara_lint.blueprints import Expectation, expect_of
from dara_lint.blueprints.packed import METHODS, method_of
from dara_lint.blueprints.quantization import quantization
from dara_lint.model import Checkpoint, Json, Part

SCALES = 1.0
"""Bits that scales and zero points add to a weight at most: groups of 32 with two sixteen-bit numbers."""
SPARED = ("lm_head", "embed_tokens", "wte", "output", "embed_out")
"""Modules that quantisers leave alone by default, which the bounds allow for anyway."""


class Packed(NamedTuple):
    """Promised parameters, bits of a packed one, bounds of the bytes, and the bytes that are there."""

    parameters: int
    bits: int
    low: int
    high: int
    size: int
    pointer: str
    """Where the config says that it is quantised."""

    @property
    def ratio(self) -> float:
        """How many times the size is too large or too small; 1.0 when it is within the bounds."""
        if self.size > self.high:
            return self.size / self.high
        return self.low / max(self.size, 1) if self.size < self.low else 1.0


def packed(part: Part, checkpoint: Checkpoint) -> Packed | None:
    """The bounds for weights whose config says a method and bits that are known; None when they cannot be given."""
    config = part.config
    if config is None or config.pointer or "auto_map" in config.table:
        return None
    said = quantization(config.table)
    expectation = expect_of(config)
    size = _size(checkpoint)
    if said is None or said.bits is None or said.expert_bits is not None or expectation is None or not size:
        return None
    if method_of(config.table) not in METHODS or not expectation.exact:
        return None
    layers = sum(e.times * e.elements for e in expectation.entries if e.pattern.counts and len(e.shape) > 1)
    rest = expectation.parameters - layers
    low = (layers + rest) * said.bits // 8
    if said.modules or _spares_more(config.table) or _composed(expectation):
        high = expectation.parameters * 4
    else:
        high = int(layers * (said.bits + SCALES) / 8) + 4 * rest
    return Packed(expectation.parameters, said.bits, low, high, size, said.pointer)


def _size(checkpoint: Checkpoint) -> int | None:
    whole = checkpoint.files and not checkpoint.missing
    if whole and all(file.pointer is not None or not file.problems for file in checkpoint.files):
        return sum(file.size for file in checkpoint.files)
    return checkpoint.index.total_size if checkpoint.index else None


def _composed(expectation: Expectation) -> bool:
    """A tower beside the language model is rarely quantised."""
    return any(part.path for part in expectation.parts)


def _spares_more(table: dict[str, Json]) -> bool:
    """The config names modules that stay as they are, beyond head and embedding, or says so for some layers."""
    inner = table.get("quantization_config")
    if not isinstance(inner, dict):
        return False
    for key in ("modules_to_not_convert", "ignore", "llm_int8_skip_modules", "ignored_layers", "dynamic"):
        value = inner.get(key)
        names = list(value) if isinstance(value, list | dict) else []
        if any(not str(name).endswith(SPARED) for name in names):
            return True
    return False
