"""Promised parameters against the sizes of real repositories.

    python -m training.real PACKAGES OUT.json

PACKAGES holds one folder per repository with its config.json, index files, and LFS pointers for weights.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any

from dara_lint.blueprints import architecture_of, expect
from dara_lint.blueprints.compare import compare_shapes
from dara_lint.blueprints.packed import unpacked
from dara_lint.model import Tensor

WIDTHS = {"float32": 4, "float16": 2, "bfloat16": 2}
_SIZE = re.compile(rb"^version https://git-lfs.*?size (\d+)", re.DOTALL)


JUDGED = {
    "PlanetDogeCodes__TinyKAI-0.7B-v0.1": "causal masks of an older version, 12 of 1024 × 1024 bytes",
    "SmartMaster35Rus__Llama3-GGuf": "its index sums, to the byte, what 32 key-value heads take; the config says 8",
}
"""Repositories whose bytes are off by more than 1 %, each read."""


def pointed(folder: Path) -> int | None:
    """Bytes that the pointer of the one weight file promises, or None."""
    for name in ("model.safetensors", "pytorch_model.bin"):
        file = folder / name
        if file.is_file():
            match = _SIZE.match(file.read_bytes()[:400])
            if match:
                return int(match[1])
    return None


def judged(folder: Path) -> dict[str, Any] | None:
    """What a repository's sizes and names say of its config; None without a config of transformers."""
    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(config, dict):
        return None
    line: dict[str, Any] = {"name": folder.name, "class": architecture_of(config), "known": False}
    expectation = expect(config)
    if expectation is None:
        return line
    line |= {"known": True, "parameters": expectation.parameters, "quantised": "quantization_config" in config}
    width = WIDTHS.get(str(config.get("torch_dtype", config.get("dtype"))), 4)
    size = None
    for file in sorted(folder.glob("*.index.json")):
        try:
            index = json.loads(file.read_text("utf-8"))
            size = index.get("metadata", {}).get("total_size")
            names = [Tensor(name, (), "", 0) for name in index["weight_map"]]
            found = compare_shapes(unpacked(names, config), expectation)
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
        line |= {"matched": found.matched, "promised": found.promised, "findings": found.findings}
        break
    size = size or pointed(folder)
    if size:
        line["ratio"] = size / (expectation.parameters * width)
    return line


def figures(lines: list[dict[str, Any]]) -> dict[str, str]:
    """The figures of all repositories."""
    plain = [line for line in lines if "ratio" in line and not line["quantised"]]
    named = [line for line in lines if "matched" in line]
    full = [line for line in named if line["matched"] == line["promised"]]
    near = [line for line in plain if abs(line["ratio"] - 1) <= 0.01]
    off = "; ".join(
        f"{line['name']} {line['ratio']:.3f} ({JUDGED.get(line['name'], 'not judged')})"
        for line in plain
        if abs(line["ratio"] - 1) > 0.01
    )
    return {
        "indexes that hold every promised name": f"{len(full)} of {len(named)}",
        "sizes within 1 % of the promise (not quantised)": f"{len(near)} of {len(plain)}",
        "the others, bytes over promise": off or "none",
        "indexes with a finding": ", ".join(line["name"] for line in named if line["findings"]) or "none",
    }


def main() -> None:
    """Judge every folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("packages", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    lines = [line for folder in sorted(options.packages.iterdir()) if (line := judged(folder))]
    found = {
        "configs": len(lines),
        "known": sum(line["known"] for line in lines),
        "figures": figures(lines),
        "lines": lines,
    }
    options.out.write_text(json.dumps(found))
    print(json.dumps(found["figures"], indent=1))


if __name__ == "__main__":
    main()
