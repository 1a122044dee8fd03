"""One wrong key in the config of a published model, of which an LFS pointer's size is all that is known.

    python -m training.sizes OUT.json

The models are those of ``training.published``; their bytes follow from the right config, at 16 bits. Every whole
number of the config is doubled, then halved; what all rules say of it above a note counts.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dara_lint.blueprints import Expectation, expect
from dara_lint.finding import Hit, Severity
from dara_lint.model import Checkpoint, Document, LfsPointer, ModelRepo, NameSource, Part, WeightFile
from dara_lint.rules import RULES
from dara_lint.settings import Settings
from training.published import MODELS


def _size(right: Expectation) -> int:
    """Bytes of a safetensors file of 16 bits: the numbers, and a header as it is written."""
    header = sum(78 + len(tensor.name) + 2 * len(str(right.parameters)) for tensor in right.tensors)
    return 2 * right.parameters + header


def _said(config: dict[str, Any], size: int) -> list[tuple[Severity, str]]:
    file = WeightFile("model.safetensors", "safetensors", size, pointer=LfsPointer("0" * 64, size))
    part = Part("", {"config.json": Document("config.json", config)}, (Checkpoint("", "safetensors", (file,)),))
    repo = ModelRepo("here", (NameSource("flag", "acme/nightjar"),), parts=(part,), files=("config.json", file.path))
    return [
        (severity, hit.message)
        for rule in RULES
        for hit in rule.check(repo, Settings())
        if isinstance(hit, Hit) and (severity := hit.severity or rule.severity) is not Severity.NOTE
    ]


def lines() -> Iterator[dict[str, Any]]:
    """One line for each right config and each wrong key."""
    for model in MODELS:
        config = {
            "model_type": model.kind,
            "architectures": [model.architecture],
            "torch_dtype": "float16",
            **model.keys,
        }
        right = expect(config)
        if right is None or not right.exact:
            continue
        size = _size(right)
        yield {"name": model.name, "key": "", "said": _said(config, size)}
        for key, value in model.keys.items():
            if not isinstance(value, int) or isinstance(value, bool) or value < 2:
                continue
            for other in (2 * value, value // 2):
                wrong = expect({**config, key: other})
                if wrong is None or wrong.parameters == right.parameters:
                    continue
                off = abs(wrong.parameters / right.parameters - 1)
                said = _said({**config, key: other}, size)
                yield {"name": model.name, "key": key, "off": off, "said": said}


def figures(found: list[dict[str, Any]]) -> dict[str, str]:
    """The figures for the docs."""
    right = [line for line in found if not line["key"]]
    wrong = [line for line in found if line["key"]]
    large = [line for line in wrong if line["off"] >= 0.05]

    def share(part: int, whole: int) -> str:
        return f"{part:,} of {whole:,} ({100 * part / max(1, whole):.1f} %)"

    one = [line for line in large if len(line["said"]) == 1]
    return {
        "right configs with a finding": f"{sum(bool(line['said']) for line in right)} of {len(right)}",
        "wrong keys that change the parameters by 5 % or more, found": share(
            sum(bool(line["said"]) for line in large), len(large)
        ),
        "by exactly one finding": share(len(one), len(large)),
        "that names the key": share(sum(f" {line['key']} " in line["said"][0][1] for line in one), len(large)),
        "all wrong keys that change the parameters, found": share(
            sum(bool(line["said"]) for line in wrong), len(wrong)
        ),
    }


def main() -> None:
    """Try every key and write what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    found = list(lines())
    options.out.write_text(json.dumps({"figures": figures(found), "lines": found}, indent=1))
    print(json.dumps(figures(found), indent=1))


if __name__ == "__main__":
    main()
