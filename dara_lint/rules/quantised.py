"""Words of a name that say a quantisation."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dara_lint.names import Segment

METHODS: Mapping[str, str] = {"gptq": "gptq", "awq": "awq", "bnb": "bitsandbytes", "nf4": "bitsandbytes"}
"""Words of a name, to the method that they name and that no other method can stand in for."""
BITS: Mapping[str, int] = {
    "int2": 2, "int3": 3, "int4": 4, "int5": 5, "int6": 6, "int8": 8, "nf4": 4, "fp4": 4, "mxfp4": 4, "nvfp4": 4,
    "fp8": 8, "mxfp8": 8, "w4a16": 4, "w8a8": 8, "w8a16": 8,
}  # fmt: skip
"""Words of a name, to the bits of one weight."""


def says_quantised(word: Segment) -> bool:
    """The word says that weights are quantised, by a method, bits or a GGUF type."""
    return word.normal in BITS or word.normal in METHODS or gguf_type(word) is not None


def gguf_type(word: Segment) -> str | None:
    """The GGUF type that a word names (``Q4_K_M``)."""
    kind, _, name = word.normal.partition(":")
    return name if kind == "gguf" and re.fullmatch(r"I?Q\d.*", name) else None
