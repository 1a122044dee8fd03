"""Names that a class knows and does not store: of tied tensors, and those that it ignores when it loads.

    python -m training.aliases OUT.json
    python -m training.pack STUDIED dara_lint/blueprints/transformers.bin --older OLDER.json OUT.json

A pickled checkpoint keeps a tied tensor under each of its names, and published checkpoints hold what
``_keys_to_ignore_on_load_unexpected`` names: neither is lost by loading it. OUT is of the form that ``training.older``
writes.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from dara_lint.blueprints.differ import coarse
from training import zoo

SECONDS = 8.0


def names_of(model: Any) -> set[str]:
    """What ``Unit.older`` tolerates of a class: ``copied NAME`` of tied tensors, ``ignored EXPRESSION``."""
    saved = zoo.saved(model)
    owners = dict(model.named_parameters(remove_duplicate=False)) | dict(model.named_buffers(remove_duplicate=False))
    stored = {id(owners[name]) for name in saved if name in owners}
    copies = {name for name in model.state_dict() if name not in saved and id(owners.get(name)) in stored}
    ignored = getattr(model, "_keys_to_ignore_on_load_unexpected", None) or ()
    return {f"copied {coarse(name)}" for name in copies} | {f"ignored {each}" for each in ignored}


def main() -> None:
    """Build every class once and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    found: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for model_type, name in zoo.pairs():
        try:
            model = zoo.build(zoo.build_config(zoo.small(model_type, name)), name, SECONDS)
        except Exception:  # noqa: BLE001, S112  (a class that does not build has no blueprint either)
            continue
        if names := names_of(model):
            found[model_type][name] = sorted(names)
    options.out.write_text(json.dumps(found, indent=1))
    print(sum(map(len, found.values())), "classes")


if __name__ == "__main__":
    main()
