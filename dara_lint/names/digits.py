"""A bare number: a version, a date, a depth, an image's side, a patch, or nothing."""

from __future__ import annotations

from dara_lint.names.draft import Draft
from dara_lint.names.glued import DEEP
from dara_lint.names.model import Element

SIDES = frozenset(
    {96, 112, 128, 160, 176, 192, 224, 240, 256, 288, 299, 300, 320, 336, 352, 364, 378, 380, 384, 392, 416, 440, 448, 456, 475,
     480, 496, 512, 513, 518, 528, 544, 560, 588, 600, 608, 640, 672, 704, 720, 768, 800, 896, 1024, 1280, 1536}
)  # fmt: skip
"""Sides of images in pixels, as published checkpoints use them."""

CONTEXTS = frozenset({512, 1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072, 262144})
PATCHES = frozenset({4, 8, 14, 16, 28, 30, 32})
YEARS = range(2015, 2036)


def date_of(digits: str) -> str | None:
    """``2507`` → ``2025-07`` (YYMM), ``0324`` → ``03-24`` (MMDD), ``20241022`` → ``2024-10-22``, else None."""
    if len(digits) == 4:
        first, second = int(digits[:2]), int(digits[2:])
        if 23 <= first <= 35 and 1 <= second <= 12:
            return f"20{digits[:2]}-{digits[2:]}"
        if digits[0] in "01" and 1 <= first <= 12 and 1 <= second <= 31:
            return f"{digits[:2]}-{digits[2:]}"
        if int(digits) in YEARS:
            return digits
    if len(digits) == 6 and 20 <= int(digits[:2]) <= 35 and 1 <= int(digits[2:4]) <= 12 and 1 <= int(digits[4:]) <= 31:
        return f"20{digits[:2]}-{digits[2:4]}-{digits[4:]}"
    if len(digits) == 8 and int(digits[:4]) in YEARS and 1 <= int(digits[4:6]) <= 12 and 1 <= int(digits[6:]) <= 31:
        return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
    return None


def read_number(drafts: list[Draft], at: int, visual: bool) -> None:
    """Decide what the number at ``drafts[at]`` is."""
    draft = drafts[at]
    before = drafts[at - 1] if at else None
    digits = draft.spelling
    value = int(digits) if len(digits) < 10 else -1
    if before is None:
        return
    if before.element is Element.architecture and before.normal in DEEP and 5 <= value < 1300:
        draft.becomes(Element.layers, digits, 0.9)
    elif visual and before.element in {Element.size, Element.architecture} and value in PATCHES:
        draft.becomes(Element.characteristic, f"patch={value}", 0.85)
    elif visual and value in SIDES:
        draft.becomes(Element.characteristic, f"image={value}", 0.85)
    elif value in CONTEXTS:
        draft.becomes(Element.characteristic, f"context={value}", 0.7)
    elif len(digits) in {4, 6, 8} and (date := date_of(digits)):
        draft.becomes(Element.version, f"date={date}", 0.8)
    elif before.spelling in {"xlsr", "xls"} and value in {53, 128}:
        draft.becomes(Element.characteristic, f"languages={value}", 0.8)
    elif before.element is Element.architecture and len(digits) <= 2:
        draft.becomes(Element.version, digits, 0.85)
    elif before.element is Element.layers and before.spelling == "l":
        draft.becomes(Element.layers, digits, 0.8)
    elif len(digits) <= 2 and (before.element is not Element.other or at == len(drafts) - 1):
        draft.becomes(Element.version, digits, 0.6)
