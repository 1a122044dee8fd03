"""Which model class belongs to which ``model_type``: collected from transformers' own registry.

Run it once under each version of transformers that counts; each run adds what that version knows::

    python training/classes.py dara_lint/blueprints/classes.zz

The registry names a class under every ``model_type`` that it serves, so a class may stand several times.
"""

from __future__ import annotations

import json
import sys
import zlib
from pathlib import Path
from typing import Any


def registry() -> tuple[str, dict[str, set[str]]]:
    """The installed version, and ``model_type`` → names of its model classes, from all auto mappings."""
    import transformers
    from transformers.models.auto import configuration_auto, modeling_auto

    types: dict[str, set[str]] = {name: set() for name in configuration_auto.CONFIG_MAPPING_NAMES}
    for name in dir(modeling_auto):
        if name.endswith("_MAPPING_NAMES") and "CONFIG" not in name:
            mapping: dict[str, Any] = getattr(modeling_auto, name)
            for model_type, value in mapping.items():
                classes = [value] if isinstance(value, str) else value
                types.setdefault(model_type, set()).update(c for c in classes if c and not c.endswith("Config"))
    return transformers.__version__, types


def main(path: Path) -> None:
    """Merge the installed version's registry into the file at ``path``."""
    table: dict[str, Any] = {"versions": [], "classes": {}}
    if path.exists():
        table = json.loads(zlib.decompress(path.read_bytes()))
    version, types = registry()
    table["versions"] = sorted({*table["versions"], version})
    known: dict[str, str] = table["classes"]
    for model_type, classes in types.items():
        known[model_type] = " ".join(sorted({*known.get(model_type, "").split(), *classes}))
    table["classes"] = dict(sorted(known.items()))
    path.write_bytes(zlib.compress(json.dumps(table, separators=(",", ":")).encode(), 9))
    print(f"transformers {version}: {len(types)} types; the table has {len(known)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
