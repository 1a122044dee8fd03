"""Layers that predict further tokens, stored behind those of the model.

DeepSeek-V3, GLM-4.5 and their kin keep them as ``model.layers.61`` where ``num_hidden_layers`` is 61, and their config
counts them on its own. The classes of transformers have no place for them and drop them in silence
(``_keys_to_ignore_on_load_unexpected``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

from dara_lint.blueprints.spellings import TEXT
from dara_lint.model import Json

T = TypeVar("T")

COUNTS = ("num_nextn_predict_layers", "num_mtp_layers", "mtp_num_layers", "mtp_num_hidden_layers", "num_mtp_modules")
"""Keys that count them."""
_LAYER = re.compile(r"(?:^|\.)layers\.(\d{1,9})\.")


def without_further(tensors: Mapping[str, T], config: Mapping[str, Json]) -> Mapping[str, T]:
    """The tensors, less those of the layers that the config counts as predicting further tokens."""
    for table in (config, *(inner for key in TEXT if isinstance(inner := config.get(key), dict))):
        more = next((count for key in COUNTS if isinstance(count := table.get(key), int) and count > 0), 0)
        layers = table.get("num_hidden_layers")
        if more and isinstance(layers, int):
            return {name: value for name, value in tensors.items() if not _behind(name, layers, more)}
    return tensors


def _behind(name: str, layers: int, more: int) -> bool:
    match = _LAYER.search(name)
    return match is not None and layers <= int(match[1]) < layers + more
