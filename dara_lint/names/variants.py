"""Sizes that are letters or numbers beside their family: ``volo_d2``, ``hrnet_w18``, ``levit-384``, ``embed-m``."""

from __future__ import annotations

import re

from dara_lint.names.draft import Draft
from dara_lint.names.model import Element

PATCHED = r"(b|l|h|g|s|t)(8|14|16|32)"
"""A size and a patch in one token: ``B16`` is base with patches of 16, after a family that cuts an image into such."""

PATCHING = ("vit", "clip", "mixer", "siglip", "vilt", "metaclip", "deit", "beit", "flexivit", "vitamin", "dinov2")

STAGED = r"(?:xxs|xs|sa|ma|mi|[bdfghlmnstwx])\d{1,2}|[smblx]\d{2}|\d{3}s"
"""What timm's families call their sizes: ``nfnet_f3``, ``fastvit_sa12``, ``caformer_b36``, ``levit-128S``."""

NUMBERED = ("levit", "crossvit", "coatnet", "coat", "rexnet", "mobilevit", "regnet", "mnasnet", "fbnet", "lcnet",
            "semnasnet", "spnasnet", "ghostnet", "tinynet", "efficientnetlite")  # fmt: skip
"""Families of timm whose sizes are plain numbers, and nothing but the size stands there."""

LONGEST_NUMBER = 4
LETTERS = frozenset("sml")
COLLECTIONS = frozenset({"commonpool", "datacomp"})
"""Data sets that come in sizes of their own: ``CommonPool.L``."""


def read_variants(drafts: list[Draft], *, visual: bool) -> None:
    """Mark sizes beside their family in place."""
    for at in range(len(drafts) - 1, 0, -1):
        draft, before = drafts[at], drafts[at - 1]
        if before.element is Element.architecture and before.confidence >= 0.7:
            if visual and draft.spelling.isdecimal():
                if before.normal.startswith(NUMBERED) and len(draft.spelling) <= LONGEST_NUMBER:
                    draft.becomes(Element.size, draft.spelling, 0.7)
            elif visual and _patched(drafts, at):
                continue
            elif visual and re.fullmatch(STAGED, draft.spelling) and draft.element is not Element.dataset:
                draft.becomes(Element.size, draft.spelling, 0.7)
            elif draft.unknown and draft.spelling in LETTERS and before.end < draft.start:
                draft.becomes(Element.size, draft.spelling, 0.6)
        elif before.normal == "feature-extraction" and draft.unknown and draft.spelling in LETTERS:
            draft.becomes(Element.size, draft.spelling, 0.7)
        elif before.normal in COLLECTIONS and draft.spelling in {*LETTERS, "xl"}:
            draft.becomes(Element.characteristic, f"scale={draft.spelling}", 0.7)


def _patched(drafts: list[Draft], at: int) -> bool:
    """``b16`` behind a family of patches becomes a size and a patch."""
    draft = drafts[at]
    match = re.fullmatch(PATCHED, draft.spelling) if drafts[at - 1].normal.startswith(PATCHING) else None
    if match is None:
        return False
    split(drafts, at, Draft(draft.start, draft.start + 1, match[1], Element.size, match[1], 0.8),
          Draft(draft.start + 1, draft.end, match[2], Element.characteristic, f"patch={match[2]}", 0.8))  # fmt: skip
    return True


def llama_by_letter(drafts: list[Draft]) -> None:
    """``L3`` beside a number of parameters is Llama, version 3."""
    for at in range(len(drafts) - 1, -1, -1):
        draft = drafts[at]
        if draft.spelling in {"l2", "l3"} and draft.element is Element.layers:
            cut, number = draft.start + 1, draft.spelling[1]
            family = Draft(draft.start, cut, "l", Element.architecture, "llama", 0.6)
            split(drafts, at, family, Draft(cut, draft.end, number, Element.version, number, 0.7))


def split(drafts: list[Draft], at: int, first: Draft, second: Draft) -> None:
    """Put two drafts in the place of one."""
    drafts[at : at + 1] = [first, second]
