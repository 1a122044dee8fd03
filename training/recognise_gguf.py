"""Writes the table of GGUF architectures and their tensor names from the gguf package's own maps.

    python -m training.recognise_gguf

``bundled/gguf.zz`` is zlib-compressed JSON: the version of gguf, all tensor names (masked), and for each architecture
the numbers of its names.
"""

from __future__ import annotations

import json
import zlib
from importlib.metadata import version
from pathlib import Path

import gguf

TARGET = Path(__file__).parents[1] / "dara_lint" / "recognize" / "bundled" / "gguf.zz"


def table() -> list[object]:
    """Version, names, and numbers of names by architecture."""
    spelt = {tensor: name.replace("{bid}", "*").replace("{xid}", "*") for tensor, name in gguf.TENSOR_NAMES.items()}
    names = sorted(set(spelt.values()))
    number = {name: at for at, name in enumerate(names)}
    architectures = {
        gguf.MODEL_ARCH_NAMES[arch]: sorted({number[spelt[tensor]] for tensor in tensors})
        for arch, tensors in gguf.MODEL_TENSORS.items()
    }
    return [version("gguf"), names, architectures]


def main() -> None:
    """Write it."""
    TARGET.write_bytes(zlib.compress(json.dumps(table(), separators=(",", ":")).encode(), 9))


if __name__ == "__main__":
    main()
