"""What makes a folder a model: its files' names and, where names are not enough, a look at their first bytes."""

from __future__ import annotations

import re
from collections.abc import Collection

from dara_lint.model import ReadError
from dara_lint.readers import listing
from dara_lint.readers.source import MalformedError, Source
from dara_lint.readers.weights import is_weights_name

_CONFIG = re.compile(
    rb'"(?:model_type|architectures|_class_name|auto_map|transformers_version|pretrained_cfg|n_layers?'
    rb'|num_hidden_layers|hidden_size|d_model|torch_dtype)"\s*:'
)
"""Keys of the configs of transformers, diffusers and timm; one is enough, also in a file that is not valid."""
_CARD = re.compile(
    rb"^(?:library_name|pipeline_tag|base_model|model-index|model_name|datasets|metrics|widget|inference)\s*:",
    re.MULTILINE,
)
"""Metadata keys of a hub's model card (the hub's model card specification)."""
_PARAMS = re.compile(rb'"(?:dim|n_layers|n_heads|vocab_size)"\s*:')
"""Keys of params.json of llama's and mistral's own checkpoints."""
_POINTER = b"version https://git-lfs.github.com/spec/"
_INDEX = re.compile(r".*\.(?:safetensors|bin)\.index(?:\.[\w-]+)?\.json")


def is_model(folder: str, names: Collection[str]) -> bool:
    """Whether the files ``names`` of ``folder`` make it a model (weights, a shard index, a model's config)."""
    if any(name in names for name in ("model_index.json", "adapter_config.json")):
        return True
    if any(is_weights_name(name) or _INDEX.fullmatch(name) for name in names):
        return True
    return (
        _says(folder, names, "config.json", _CONFIG)
        or _says(folder, names, "modules.json", re.compile(rb"sentence_transformers"))
        or _says(folder, names, "params.json", _PARAMS)
    )


def is_index_name(name: str) -> bool:
    """Whether a file's name is that of a shard index (``model.safetensors.index.json``)."""
    return _INDEX.fullmatch(name) is not None


def has_model_card(folder: str, names: Collection[str]) -> bool:
    """Whether the README's front matter is that of a model card."""
    for name in names:
        if name.lower() == "readme.md":
            head = _head(folder, name, 65_536).lstrip(b"\xef\xbb\xbf")
            if head.startswith(b"---"):
                return _CARD.search(head.partition(b"\n---")[0]) is not None
    return False


def _says(folder: str, names: Collection[str], name: str, expression: re.Pattern[bytes]) -> bool:
    if name not in names:
        return False
    head = _head(folder, name, 1 << 20)
    return head.startswith(_POINTER) or expression.search(head) is not None


def _head(folder: str, name: str, length: int) -> bytes:
    found = listing.entry(folder, name)
    if isinstance(found, ReadError):
        return b""
    try:
        with Source(found) as source:
            return source.read(0, min(source.size, length))
    except (OSError, MalformedError):
        return b""
