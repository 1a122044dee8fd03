"""Which model class belongs to which ``model_type``, as transformers' registry has it.

``classes.zz`` is made by ``training/classes.py`` from transformers 4.36, 4.57, 5.23 and 5.24: JSON, compressed.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from functools import cache

from dara_lint import bundled


@cache
def classes_by_type() -> Mapping[str, frozenset[str]]:
    """``model_type`` → the names of its model classes (empty for a type that has none in an auto mapping)."""
    table = json.loads(zlib.decompress(bundled.read("dara_lint.blueprints", "classes.zz")))
    return {model_type: frozenset(names.split()) for model_type, names in table["classes"].items()}


@cache
def types_by_class() -> Mapping[str, frozenset[str]]:
    """The name of a model class → the ``model_type`` values that it serves."""
    found: dict[str, set[str]] = {}
    for model_type, names in classes_by_type().items():
        for name in names:
            found.setdefault(name, set()).add(model_type)
    return {name: frozenset(types) for name, types in found.items()}
