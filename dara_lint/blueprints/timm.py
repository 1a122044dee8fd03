"""timm's architectures by their name: what distinguishes the weights of each, in a few bytes.

A timm config.json names its architecture (``resnet50``), and that name alone says every tensor but for the head (as
wide as ``num_classes``), the first convolution (``in_chans``) and what depends on the image's size. ``timm.bin`` holds
for each name a digest of the others' names and shapes, the number of their parameters, the width of the features and
the names of head and first convolution. Equal weights have equal digests, so a digest also names what weights are.

Layout: zlib of lines ``name digest parameters features head first``, made by ``training/timm_table.py``.
"""

from __future__ import annotations

import functools
import hashlib
import re
import zlib
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from dara_lint import bundled

FILE = "timm.bin"

CHANGING = re.compile(
    r"pos_embed|relative_position|rel_pos|attn_mask|coords_table|rope|num_batches_tracked|freqs|attention_bias|^mask_token$"
)
"""Tensors that depend on the image's size, or that only some versions of timm save."""


class Known(NamedTuple):
    """One architecture: digest and number of the parameters of its body, width of its features, module names."""

    name: str
    digest: str
    parameters: int
    features: int
    head: tuple[str, ...]
    first: tuple[str, ...]


class Body(NamedTuple):
    """What weights show under the eyes of one architecture's head and first convolution."""

    digest: str
    parameters: int


def body(shapes: Iterable[tuple[str, tuple[int, ...]]], head: tuple[str, ...], first: tuple[str, ...]) -> Body:
    """Digest and parameters of the tensors that the name of an architecture fixes; shapes are row-major."""
    lines = []
    total = 0
    for name, shape in shapes:
        module = name.rpartition(".")[0]
        if module in head or CHANGING.search(name):
            continue
        if module in first and len(shape) > 1:
            shape = (shape[0], 0, *shape[2:])  # noqa: PLW2901 - input channels are the config's choice
        size = 1
        for dimension in shape:
            size *= max(1, dimension)
        total += 0 if name.endswith(("running_mean", "running_var")) else size
        lines.append(f"{name} {shape}")
    return Body(hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()[:10], total)


def known(name: str) -> Known | None:
    """The architecture of that name; a tag after a dot is left out."""
    return _table().get(name.partition(".")[0])


def named(shapes: Mapping[str, tuple[int, ...]]) -> tuple[Known, ...]:
    """Every architecture whose weights these are, but for head, input and image size; mostly one or none."""
    modules = {name.rpartition(".")[0] for name in shapes}
    seen: dict[tuple[frozenset[str], frozenset[str]], Body] = {}
    found = []
    for each in _table().values():
        how = (modules.intersection(each.head), modules.intersection(each.first))
        key = (frozenset(how[0]), frozenset(how[1]))
        if key not in seen:
            seen[key] = body(shapes.items(), tuple(how[0]), tuple(how[1]))
        if seen[key].digest == each.digest:
            found.append(each)
    return tuple(found)


@functools.cache
def _table() -> dict[str, Known]:
    out = {}
    for line in zlib.decompress(bundled.read("dara_lint.blueprints", FILE)).decode().splitlines():
        name, digest, parameters, features, head, first = line.split(" ")
        out[name] = Known(name, digest, int(parameters), int(features), tuple(head.split(",")), tuple(first.split(",")))
    return out
