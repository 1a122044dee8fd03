"""What a name says of the number of parameters."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dara_lint.names.model import Element, Parameters, Segment

_NORMAL = re.compile(r"(?:(\d+)x(\d+)|(\d+)-A(\d+)|A(\d+)|E(\d+)|(\d+))")


def parameters_of(segments: Iterable[Segment]) -> Parameters | None:
    """The segments' sum, None when none names a number.

    The first total counts; ``approximate`` says that there was another, or that its place is doubtful.
    """
    total: int | None = None
    active: int | None = None
    experts: int | None = None
    expert_size: int | None = None
    effective = approximate = False
    seen = False
    for segment in segments:
        if segment.element is not Element.parameters:
            continue
        match = _NORMAL.fullmatch(segment.normal)
        if match is None:
            continue
        many, each, whole, part, only, reduced, plain = match.groups()
        if many and experts is None:
            experts, expert_size = int(many), int(each)
        elif whole:
            approximate = approximate or (total is not None and total != int(whole))
            total, active = (int(whole), int(part)) if total is None else (total, active)
        elif only and active is None:
            active = int(only)
        elif reduced and total is None:
            total, effective = int(reduced), True
        elif plain:
            approximate = approximate or segment.confidence < 0.8 or (total is not None and total != int(plain))
            total = int(plain) if total is None else total
        seen = True
    return Parameters(total, active, experts, expert_size, effective, approximate) if seen else None
