"""The tensor types of ggml, which GGUF files store: blocks of elements and their bytes.

Source: gguf 0.19, ``GGML_QUANT_SIZES`` and ``GGMLQuantizationType``; the types that llama.cpp dropped in
December 2024 (``Q4_0_4_4`` to ``IQ4_NL_8_8``: repacked, of the same size as what they repack) from its ggml.h.
Data only, beside ``model.BITS``: rules and readers both use it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from dara_lint.model import BITS


class BlockType(NamedTuple):
    """A ggml type: its number in files, elements per block, bytes per block."""

    code: int
    elements: int
    nbytes: int


TYPES: Mapping[str, BlockType] = {
    "F32": BlockType(0, 1, 4),
    "F16": BlockType(1, 1, 2),
    "Q4_0": BlockType(2, 32, 18),
    "Q4_1": BlockType(3, 32, 20),
    "Q5_0": BlockType(6, 32, 22),
    "Q5_1": BlockType(7, 32, 24),
    "Q8_0": BlockType(8, 32, 34),
    "Q8_1": BlockType(9, 32, 40),
    "Q2_K": BlockType(10, 256, 84),
    "Q3_K": BlockType(11, 256, 110),
    "Q4_K": BlockType(12, 256, 144),
    "Q5_K": BlockType(13, 256, 176),
    "Q6_K": BlockType(14, 256, 210),
    "Q8_K": BlockType(15, 256, 292),
    "IQ2_XXS": BlockType(16, 256, 66),
    "IQ2_XS": BlockType(17, 256, 74),
    "IQ3_XXS": BlockType(18, 256, 98),
    "IQ1_S": BlockType(19, 256, 50),
    "IQ4_NL": BlockType(20, 32, 18),
    "IQ3_S": BlockType(21, 256, 110),
    "IQ2_S": BlockType(22, 256, 82),
    "IQ4_XS": BlockType(23, 256, 136),
    "I8": BlockType(24, 1, 1),
    "I16": BlockType(25, 1, 2),
    "I32": BlockType(26, 1, 4),
    "I64": BlockType(27, 1, 8),
    "F64": BlockType(28, 1, 8),
    "IQ1_M": BlockType(29, 256, 56),
    "BF16": BlockType(30, 1, 2),
    "Q4_0_4_4": BlockType(31, 32, 18),
    "Q4_0_4_8": BlockType(32, 32, 18),
    "Q4_0_8_8": BlockType(33, 32, 18),
    "TQ1_0": BlockType(34, 256, 54),
    "TQ2_0": BlockType(35, 256, 66),
    "IQ4_NL_4_4": BlockType(36, 32, 18),
    "IQ4_NL_4_8": BlockType(37, 32, 18),
    "IQ4_NL_8_8": BlockType(38, 32, 18),
    "MXFP4": BlockType(39, 32, 17),
    "NVFP4": BlockType(40, 64, 36),
    "Q1_0": BlockType(41, 128, 18),
}
"""Every type by name."""

NAMES: Mapping[int, str] = {block.code: name for name, block in TYPES.items()}
"""Type number in a file → name."""

BITS_PER_WEIGHT: Mapping[str, float] = {
    name: 8 * block.nbytes / block.elements for name, block in TYPES.items()
} | dict(BITS)
"""Bits per element of every dtype that a ``Tensor`` can have: those of ``model.BITS`` and ggml's, scales included."""
