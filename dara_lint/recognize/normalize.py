"""Tensor names as files spell them -> masked patterns as profiles spell them.

Wrappers fall away (``module.``, ``_orig_mod.``), adapter keys become the weight they adapt, packed weights the
weight they pack, ``/`` becomes ``.``, and layer indices are masked with ``*``. What an unknown prefix hides is
seen through the *core* of a pattern, which leaves the leading segments out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from dara_lint.facts import fact
from dara_lint.recognize.adapters import adapted, is_adapter
from dara_lint.recognize.packed import unpacked
from dara_lint.recognize.patterns import read_back, zeroed

Shape = tuple[int, ...] | None

MOST_TENSORS = 200_000
"""Tensors that are looked at; a checkpoint with more is judged by these."""
MOST_PATTERNS = 4_000
"""Distinct patterns that are kept: the richest architecture known has 600."""
_LONGEST = 512

_INSIDE = re.compile(r"(?:^|(?<=\.))(?:_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module|_forward_module)\.")
_LEADING = re.compile(r"^(?:module\.|state_dict\.|model_state_dict\.|net_g_ema\.|_model\.(?=model\.))+")
_FRONTS = ("module.", "state_dict.", "model_state_dict.", "net_g_ema.", "_model.")
_SENTENCE = re.compile(r"^(?:[A-Za-z_]\w*\.)?\d+\.auto_model\.")
"""Where a SentenceTransformer keeps its transformer among its modules (sentence-transformers 5)."""
_INDEX = re.compile(r"(?<![^._])\d+(?![^._])")
_OLD = re.compile(r"(?<=LayerNorm\.)(?:gamma|beta)$|(?<=layer_norm\.)(?:gamma|beta)$")
_PARAMETRIZED = re.compile(r"\.parametrizations\.(\w+)\.original([01])$")

_STALE = re.compile(
    r"(?:^|\.)(?:position_ids|(?:original_)?inv_freq|masked_bias|num_batches_tracked|cos_cached|sin_cached|freqs_cis"
    r"|_float_tensor)$"
)
_MASK = re.compile(r"(?:^|\.)(?:h|layers|blocks)\.\d+\.(?:attn|attention|attn\.attention|self_attn)\.bias$")
"""Buffers that older versions stored and newer ones do not, so they tell versions apart and no architectures; a
causal mask is told from a projection's bias by its rank, or by the layout when no shape is known."""

_ENDS = ("_ids", "_freq", "masked_bias", "_tracked", "_cached", "freqs_cis", "_float_tensor", "n.bias", "attn.bias")
"""How all of these end, which is faster to look at."""

FUSED = {
    "qkv_proj": "qkv", "query_key_value": "qkv", "Wqkv": "qkv", "in_proj": "qkv", "c_attn": "qkv", "qkv": "qkv",
    "q_proj": "qkv", "k_proj": "qkv", "v_proj": "qkv", "query": "qkv", "key": "qkv", "value": "qkv",
    "in_proj_weight": "qkv", "in_proj_bias": "qkv", "att_proj": "qkv", "q_lin": "qkv", "k_lin": "qkv",
    "v_lin": "qkv", "to_q": "qkv", "to_k": "qkv", "to_v": "qkv", "wq": "qkv", "wk": "qkv", "wv": "qkv",
    "gate_up_proj": "gate_up", "gate_proj": "gate_up", "up_proj": "gate_up", "w1": "gate_up", "w3": "gate_up",
    "fc1_g": "gate_up", "fc1_x": "gate_up", "gate_and_up_proj": "gate_up", "wi_0": "gate_up", "wi_1": "gate_up",
}  # fmt: skip
"""Projections that some writers fuse and others split, under one word each."""


class Slot(NamedTuple):
    """All tensors of one masked pattern: the shape of the first (None: unknown), and how many tensors it stands for."""

    pattern: str
    shape: Shape
    tensors: int


@fact
class Normalized:
    """Tensor names after normalising: slots in the order of their first tensor. ``scheme`` is the packing ("": none);
    ``shapes`` are the shapes of all tensors in order, empty when any is unknown."""

    slots: tuple[Slot, ...]
    adapter: bool = False
    scheme: str = ""
    shapes: tuple[tuple[int, ...], ...] = ()

    @property
    def patterns(self) -> frozenset[str]:
        """The masked patterns."""
        return frozenset(slot.pattern for slot in self.slots)


def masked(name: str) -> str:
    """``h.11.attn.c_attn.weight`` → ``h.*.attn.c_attn.weight``: indices between ``.`` or ``_`` become ``*``."""
    return _all_masked(zeroed(name)) or _masked(name)


@lru_cache(maxsize=MOST_PATTERNS)
def _all_masked(name: bytes) -> str:
    """A zeroed name with its indices masked: "" where other digits stand in it, which zeroes must not replace."""
    found = _INDEX.sub("*", read_back(name))
    return "" if "0" in found else found


@lru_cache(maxsize=65_536)
def _masked(name: str) -> str:
    return _INDEX.sub("*", name)


@lru_cache(maxsize=65_536)
def core(pattern: str) -> str:
    """What a prefix does not change: from the segment before the first index on, else the last two segments.

    ``bert.encoder.layer.*.output.dense.weight`` → ``layer.*.output.dense.weight``, ``model.norm.weight`` →
    ``norm.weight``.
    """
    segments = pattern.split(".")
    for place, segment in enumerate(segments):
        if segment == "*" and place:
            return ".".join(segments[place - 1 :])
    return ".".join(segments[-2:])


@lru_cache(maxsize=65_536)
def folded(pattern: str) -> str:
    """A pattern's core with fused and split projections under one word."""
    return ".".join(FUSED.get(segment, segment) for segment in core(pattern).split("."))


def plain(name: str) -> str:
    """A name without wrappers and with today's spelling of its last segment."""
    name = name.replace("/", ".")
    if "_mod" in name or "_forward_module" in name:
        name = _INSIDE.sub("", name)
    if name.startswith(_FRONTS):
        name = _LEADING.sub("", name)
    if ".auto_model." in name:
        name = _SENTENCE.sub("", name)
    if "parametrizations" in name:
        name = _PARAMETRIZED.sub(lambda match: f".{match[1]}_{'gv'[int(match[2])]}", name)
    if name.endswith(("gamma", "beta")):
        name = _OLD.sub(lambda match: "weight" if match[0] == "gamma" else "bias", name)
    return name


@lru_cache(maxsize=MOST_PATTERNS)
def _at_sight(name: bytes) -> str | None:
    """The pattern of names that are this one with every digit a zero: "" where ``_all_masked`` knows none, and None
    where they are not plain as they stand, or may be a buffer's."""
    text = read_back(name)
    return _all_masked(name) if plain(text) == text and not text.endswith(_ENDS) else None


def is_stale(name: str, shape: Shape) -> bool:
    """Whether it is a buffer that older versions stored and newer ones do not."""
    return bool(_STALE.search(name) or ((shape is None or len(shape) == 4) and _MASK.search(name)))


def normalize(tensors: Iterable[tuple[str, Shape, str]]) -> Normalized:
    """Slots of tensors, each given as name, shape (None when only the name is known) and dtype ("" likewise)."""
    shapes: dict[str, Shape] = {}
    dtypes: dict[str, str] = {}
    patterns: dict[str, str] = {}
    for name, shape, dtype in islice(tensors, MOST_TENSORS):
        if not name or len(name) > _LONGEST:
            continue
        pattern = _at_sight(zeroed(name))
        if pattern:
            patterns[name] = pattern
        elif pattern is None:
            name = plain(name)  # noqa: PLW2901 - the name as it is from here on
            if name.endswith(_ENDS) and is_stale(name, shape):
                continue
        shapes[name] = shape
        dtypes[name] = dtype
    if adapter := bool(shapes) and is_adapter(shapes):
        items = [
            (
                masked(item.name if not item.flat else item.name.replace(".weight", "").replace(".", "_") + ".weight"),
                item.shape,
            )
            for item in adapted(shapes)
        ]
        scheme = ""
    else:
        whole, scheme = unpacked(shapes, dtypes)
        items = [(patterns.get(name) or masked(name), shape) for name, shape in whole.items()]
    counts = Counter(pattern for pattern, _ in items)
    first = {pattern: shape for pattern, shape in reversed(items) if shape is not None}
    known = [shape for _, shape in items if shape is not None]
    return Normalized(
        tuple(Slot(pattern, first.get(pattern), count) for pattern, count in islice(counts.items(), MOST_PATTERNS)),
        adapter,
        scheme,
        tuple(known) if len(known) == len(items) else (),
    )
