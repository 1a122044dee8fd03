"""The modules of a sentence-transformers model: what each takes, gives and stores.

``modules.json`` lists them in order; each has a config.json in its folder. Features pass from one to the next under
two names, ``token_embeddings`` and ``sentence_embedding``; this follows their widths.

Source: sentence-transformers 6.2, ``Pooling``, ``Dense``, ``LayerNorm`` and ``Normalize`` with their ``config_keys``
and the older spellings that they still read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from dara_lint.model import Json

TOKENS, SENTENCE = "token_embeddings", "sentence_embedding"
MOST = 64
"""Modules that are followed."""

_MODES = ("cls_token", "max_tokens", "mean_tokens", "mean_sqrt_len_tokens", "weightedmean_tokens", "lasttoken")
_SILENT = frozenset({"Normalize", "Dropout"})
"""Modules that change no width and store nothing."""


class Module(NamedTuple):
    """One module: the last name of its type, its folder ("" is the root)."""

    kind: str
    path: str


class Taken(NamedTuple):
    """What a module takes: the key of its config that says the width, that width, and the name of the feature."""

    key: str
    width: int
    feature: str


class Stored(NamedTuple):
    """One tensor that a module stores, and the key of its config that each dimension stands for."""

    name: str
    shape: tuple[int, ...]
    keys: tuple[str, ...]


def modules(value: Json) -> tuple[Module, ...]:
    """The modules that a ``modules.json`` lists, in order; empty when it is not understood."""
    if not isinstance(value, list) or len(value) > MOST:
        return ()
    found = []
    for item in value:
        kind = item.get("type") if isinstance(item, dict) else None
        path = item.get("path") if isinstance(item, dict) else None
        if not isinstance(kind, str) or not isinstance(path, str):
            return ()
        found.append(Module(kind.rpartition(".")[2], path.strip("/").removeprefix("./")))
    return tuple(found)


def _width(config: Mapping[str, Json], *keys: str) -> tuple[str, int] | None:
    for key in keys:
        value = config.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1 << 24:
            return key, value
    return None


def taken(module: Module, config: Mapping[str, Json]) -> Taken | None:
    """The width that a module says it takes, or None when it says none."""
    keys = {"Pooling": ("embedding_dimension", "word_embedding_dimension"), "Dense": ("in_features",)}
    found = _width(config, *keys.get(module.kind, ()), *(("dimension",) if module.kind == "LayerNorm" else ()))
    if found is None:
        return None
    name = config.get("module_input_name") if module.kind == "Dense" else None
    feature = name if isinstance(name, str) else TOKENS if module.kind == "Pooling" else SENTENCE
    return Taken(*found, feature)


def given(module: Module, config: Mapping[str, Json], widths: Mapping[str, int]) -> dict[str, int]:
    """The widths after a module; what is not known is not in it."""
    if module.kind in _SILENT:
        return dict(widths)
    takes = taken(module, config)
    if takes is None:
        return {}
    if module.kind == "LayerNorm":
        return {**widths, SENTENCE: takes.width}
    if module.kind == "Pooling":
        return {**widths, SENTENCE: takes.width * _modes(config)}
    out = _width(config, "out_features")
    name = config.get("module_output_name")
    return {**widths, name if isinstance(name, str) else takes.feature: out[1]} if out else {}


def _modes(config: Mapping[str, Json]) -> int:
    """How many pooled vectors stand side by side."""
    modes = config.get("pooling_mode")
    if isinstance(modes, list):
        return max(1, len(modes))
    if isinstance(modes, str):
        return 1
    return max(1, sum(config.get(f"pooling_mode_{mode}") is True for mode in _MODES))


def stored(module: Module, config: Mapping[str, Json]) -> Iterator[Stored]:
    """The tensors that a module stores in its folder."""
    takes = taken(module, config)
    out = _width(config, "out_features")
    if takes is None:
        return
    if module.kind == "LayerNorm":
        yield Stored("norm.weight", (takes.width,), (takes.key,))
        yield Stored("norm.bias", (takes.width,), (takes.key,))
    elif module.kind == "Dense" and out is not None:
        yield Stored("linear.weight", (out[1], takes.width), (out[0], takes.key))
        if config.get("bias", True) is True:
            yield Stored("linear.bias", (out[1],), (out[0],))
        if config.get("use_residual") is True and takes.width != out[1]:
            yield Stored("residual.weight", (out[1], takes.width), (out[0], takes.key))
