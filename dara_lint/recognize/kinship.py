"""Which type whole evidence belongs to that fits none of its known classes: a class nobody has seen.

The matcher learns from evidence of many kinds, few of which are unseen classes. Where names are known and nothing fits,
a linear judge puts its candidates in order; ``training.recognise_kinship`` wrote its weights to
``bundled/kinship.json``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from dara_lint.recognize.distances import TOLD, Distance
from dara_lint.recognize.evidence import CHANNELS, Evidence
from dara_lint.recognize.grafts import graft, tally

CORE, SEGMENT = (3 * CHANNELS.index(channel) + 2 for channel in ("core", "segment"))
SIZES, PRESENT = TOLD.index("sizes"), TOLD.index("sizes_present")

FEATURES = (
    "sizes", "sizes_present", "core_cosine", "segment_cosine", "no_graft", "new_head", "moved",
    "body_lacking", "body_surplus", "recounted", "strange_words", "named",
)  # fmt: skip
"""Default sizes and cosines (``distances``); whether no part of the type is the evidence's to the letter, how many
patterns are left for a head, and whether the part is moved (``grafts.Graft``); numbers of patterns in layers
(``grafts.Tally``), and whether they differ; whether there are words that the type does not have; and whether its name
is one of the words, as ``bert`` is of ``bert.encoder``."""


def features(evidence: Evidence, distance: Distance) -> list[float]:
    """A row of ``FEATURES``, numbers of patterns as ``log1p``; what is not known counts as 0."""
    profile = distance.profile
    laid, counted = graft(evidence, profile), tally(evidence, profile)
    known = (distance.told[SIZES], distance.told[PRESENT], distance.shares[CORE], distance.shares[SEGMENT])
    label = profile.label.replace("-", "_")
    return [
        *(0.0 if math.isnan(value) else value for value in known),
        float(laid is None or laid.off > 0),
        math.log1p(laid.head) if laid else 0.0,
        float(laid is None or laid.moved),
        *map(math.log1p, counted),
        float(any(counted)),
        float(not evidence.segment <= profile.words),
        float(label in evidence.segment or label.replace("_", "") in evidence.segment),
    ]


def kinship(evidence: Evidence, distances: Sequence[Distance], weights: Mapping[str, float]) -> list[float]:
    """How likely each candidate is the type of evidence that fits none: higher is likelier, without a scale."""
    own = [weights[feature] for feature in FEATURES]
    return [math.fsum(map(float.__mul__, own, features(evidence, each))) for each in distances]
