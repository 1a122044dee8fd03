"""What a name says of the number of parameters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from dara_lint.names.model import Element, Parameters, Segment

TOWERS = frozenset({"audio-text-to-text", "text-to-speech", "any-to-any"})
"""Tasks for which families count the language model and leave the encoders and makers of sound out
(Qwen2.5-Omni-3B holds 5.5 B)."""

SERVING = frozenset(
    {"assistant", "draft", "drafter", "speculator", "eagle", "eagle3", "medusa", "mtp", "adapter", "lora"}
)
"""Words after which the number is that of the model served."""

_NORMAL = re.compile(r"(?:(\d+)x(\d+)|(\d+)-A(\d+)|A(\d+)|E(\d+)|(\d+))")


def parameters_of(segments: Sequence[Segment]) -> Parameters | None:
    """The numbers of the segments, None when none names one.

    The first total counts. ``approximate`` says that it should not be held against weights as it stands: there is
    another total, its place is doubtful, it leaves towers or experts out, or it is another model's. The two totals
    of T5Gemma are its encoder's and its decoder's, and are added.
    """
    counts = [
        match
        for segment in segments
        if segment.element is Element.parameters and (match := _NORMAL.fullmatch(segment.normal))
    ]
    if not counts:
        return None
    totals = [int(match[7]) for match in counts if match[7]]
    pairs = [(int(match[3]), int(match[4])) for match in counts if match[3]]
    experts, size = next(((int(match[1]), int(match[2])) for match in counts if match[1]), (None, None))
    active = next((int(match[5]) for match in counts if match[5]), None)
    effective = next((int(match[6]) for match in counts if match[6]), None)
    said = {segment.normal for segment in segments} | {segment.text.lower() for segment in segments}
    approximate = (
        len({*totals, *[whole for whole, _ in pairs]}) > 1
        or bool(said & (TOWERS | SERVING))
        or any(s.element is Element.parameters and s.confidence < 0.8 for s in segments)
        or (experts is None and active is None and not pairs and bool(said & {"moe", "mixtral"}))
    )
    if pairs:
        return Parameters(*pairs[0], experts, size, approximate=approximate)
    if totals and "t5gemma" in said:
        return Parameters(sum(totals), active, experts, size, approximate=True)
    if totals:
        return Parameters(totals[0], active, experts, size, _nested(segments, totals[0]), approximate)
    return Parameters(effective, active, experts, size, effective is not None, approximate)


def _nested(segments: Sequence[Segment], total: int) -> bool:
    """Whether 2 B and 4 B are the effective sizes of Gemma 3n and Gemma 4, which keep their E only on the hub."""
    return total in {2 * 10**9, 4 * 10**9} and any(
        before.normal == "gemma" and after.text.lower() in {"3n", "4"} for before, after in pairwise(segments)
    )
