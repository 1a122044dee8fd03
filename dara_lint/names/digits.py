"""A bare number: a version, a date, a depth, an image's side, a patch, or nothing."""

from __future__ import annotations

from dara_lint.names.draft import Draft
from dara_lint.names.lexicon import Roles
from dara_lint.names.model import Element

SIDES = frozenset(
    {
        96, 112, 128, 160, 176, 192, 224, 240, 256, 288, 299, 300, 320, 336, 352, 364, 378, 380, 384, 392, 416, 440,
        448, 456, 475, 480, 496, 512, 513, 518, 528, 544, 560, 588, 600, 608, 640, 672, 704, 720, 768, 800, 896, 1024,
        1280, 1536,
    }
)  # fmt: skip
"""Sides of images in pixels, as published checkpoints use them."""

CONTEXTS = frozenset({1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072, 262144})
PATCHES = frozenset({4, 8, 14, 16, 28, 30, 32})
WIDTHS = frozenset({25, 35, 50, 75, 80, 100, 110, 120, 125, 130, 140, 150, 200})
SCALED = ("mobilenet", "tfmobilenet", "mnasnet", "semnasnet", "spnasnet", "fbnet", "lcnet", "ghostnet", "rexnet")
"""Families whose width multiplier is written in hundredths (``mobilenetv3_large_100``)."""

DEPTH_LAST = frozenset({"xcit", "cait", "resmlp", "gmixer"})
"""Families whose size word is followed by their depth (``xcit_small_12``)."""

YEARS = range(2015, 2036)
SHORT_YEARS = range(20, 36)
"""``aya-23-8B``: the year as the version of a family, before its size."""
PAIRED = frozenset({"distilbart", "pegasus", "bart", "marian"})
"""Encoder-decoder families whose students are named by the layers of each half (``distilbart-cnn-12-6``)."""


def date_of(digits: str) -> str | None:
    """``2507`` → ``2025-07`` (YYMM), ``0324`` → ``03-24`` (MMDD), ``20241022`` → ``2024-10-22``, else None."""
    if len(digits) == 4:
        first, second = int(digits[:2]), int(digits[2:])
        if 22 <= first <= 35 and 1 <= second <= 12:
            return f"20{digits[:2]}-{digits[2:]}"
        if digits[0] in "01" and 1 <= first <= 12 and 1 <= second <= 31:
            return f"{digits[:2]}-{digits[2:]}"
        if int(digits) in YEARS:
            return digits
    if len(digits) == 6 and 20 <= int(digits[:2]) <= 35 and _is_day(digits[2:]):
        return f"20{digits[:2]}-{digits[2:4]}-{digits[4:]}"
    if len(digits) == 8 and int(digits[:4]) in YEARS and _is_day(digits[4:]):
        return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
    return None


def _is_day(digits: str) -> bool:
    return 1 <= int(digits[:2]) <= 12 and 1 <= int(digits[2:]) <= 31


def read_number(drafts: list[Draft], at: int, *, visual: bool, roles: Roles) -> None:
    """Decide what the number at ``drafts[at]`` is."""
    draft = drafts[at]
    digits = draft.spelling
    if at == 0 or len(digits) > 9 or not digits.isascii():
        return
    before = drafts[at - 1]
    value = int(digits)
    named = before.element is Element.architecture
    if named and before.normal.startswith("regnet") and len(digits) == 3:
        draft.becomes(Element.size, digits, 0.8)
    elif visual and value in WIDTHS and drafts[0].normal.startswith(SCALED):
        draft.becomes(Element.characteristic, f"width={value / 100:g}", 0.8)
    elif named and before.normal in roles.deep and 5 <= value < 1300:
        draft.becomes(Element.layers, digits)
    elif visual and before.element in {Element.size, Element.architecture} and value in PATCHES:
        draft.becomes(Element.characteristic, f"patch={value}", 0.85)
    elif visual and value < 100 and before.element is Element.size and drafts[0].normal in DEPTH_LAST:
        draft.becomes(Element.layers, digits, 0.85)
    elif visual and value in SIDES:
        draft.becomes(Element.characteristic, f"image={value}", 0.85)
    elif value in CONTEXTS and not (named and value == 1024):
        draft.becomes(Element.characteristic, f"context={value}", 0.7)
    elif len(digits) in {4, 6, 8} and (date := date_of(digits)):
        draft.becomes(Element.version, f"date={date}", 0.8)
    elif before.spelling.endswith(("xlsr", "xls")) and value in {53, 56, 128}:
        draft.becomes(Element.characteristic, f"languages={value}", 0.8)
    elif before.spelling == "l" and value <= 96 and not visual:
        before.becomes(Element.layers, digits, 0.8)
        draft.becomes(Element.layers, digits, 0.8)
    elif _halves(drafts, at, value):
        draft.becomes(Element.layers, digits, 0.7)
    elif named and (value <= 12 if before.normal in roles.generations else value < 10):
        draft.becomes(Element.version, digits, 0.85)
    elif (named and value in SHORT_YEARS and _measured(drafts, at)) or (
        value < 10 and _may_be_version(before) and not _sentence(drafts, at)
    ):
        draft.becomes(Element.version, digits, 0.6)


def _measured(drafts: list[Draft], at: int) -> bool:
    return at + 1 < len(drafts) and drafts[at + 1].element in {Element.parameters, Element.size}


def _halves(drafts: list[Draft], at: int, value: int) -> bool:
    """``12`` or ``6`` of ``distilbart-cnn-12-6``: two numbers in a row after a data set of such a family."""
    if value > 24 or not any(draft.normal in PAIRED or draft.normal.startswith("distil") for draft in drafts[:2]):
        return False
    return any(
        0 <= other < len(drafts) and drafts[other].spelling.isdecimal() and int(drafts[other].spelling[:9]) <= 24
        for other in (at - 1, at + 1)
    )


def _sentence(drafts: list[Draft], at: int) -> bool:
    """Whether unknown words run up to ``drafts[at]``: the number counts the prompts or runs that they name."""
    return at > 2 and drafts[at - 1].unknown and drafts[at - 2].unknown


def _may_be_version(before: Draft) -> bool:
    """After a word; after a number or a characteristic it is a further setting of the run."""
    return before.element not in {Element.characteristic, Element.version, Element.layers, Element.heads} and not (
        before.spelling[-1:].isdigit()
    )
