"""All profiles, and which of them are worth a closer look at given evidence.

Postings name the types that have a token: few tokens of few channels choose the candidates, so that the rest of the
profiles is never parsed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import accumulate

from dara_lint.facts import field, record
from dara_lint.recognize.evidence import Evidence
from dara_lint.recognize.normalize import core
from dara_lint.recognize.popular import rank
from dara_lint.recognize.profiles import Profile, parse
from dara_lint.recognize.shapes import Heard, Lazily

COMMON = 1.2
"""The weight of a token that more than two fifths of the types have: it chooses no candidates."""
MOST_KEPT = 100_000
"""Tokens whose postings and weights are kept once they were looked at, so that hostile names fill no memory."""
CANDIDATES = 24
"""Types that are compared in full."""

DIGITS = 6
"""Digits of shares by which types are told apart: what is left of an order of sums is no difference."""

_LABEL = '{"label":"'
"""How the line of a profile begins."""

POSTED = ("core", "leaf", "segment")
"""Channels with postings. A full pattern weighs what its core weighs, a folded one 1."""


def _label(line: str) -> str:
    return line[len(_LABEL) :].partition('",')[0]


@record
class Atlas:
    """Lines of profiles, their vocabulary, and postings: channel → token → the numbers of the lines that have it.

    A posting is a list of numbers, or their differences in a string, parted by commas, which is parsed when it is
    looked at.
    """

    lines: Sequence[str]
    vocabulary: Sequence[str] | None
    postings: Mapping[str, Mapping[str, str | Sequence[int]]]
    sizes: Mapping[str, Sequence[float]]
    """Channel → for each line the weight of all its tokens."""
    shapes: Lazily | None = None
    """What reads the sentences of shapes, None where there are none."""
    learned: tuple[Profile, ...] = ()
    _labels: dict[str, list[int]] = field(default_factory=dict)
    _parsed: dict[int, Profile] = field(default_factory=dict)
    _postings: dict[tuple[str, str], tuple[int, ...]] = field(default_factory=dict)
    _weights: dict[tuple[str, str], float] = field(default_factory=dict)

    def profile(self, number: int) -> Profile:
        """The profile of that line; numbers behind the last line are learned ones."""
        if number >= len(self.lines):
            return self.learned[number - len(self.lines)]
        found = self._parsed.get(number)
        if found is None:
            found = self._parsed[number] = parse(self.lines[number], self.vocabulary)
        return found

    @cached_property
    def ranks(self) -> list[int]:
        """How well people know each bundled profile's type (``popular.rank``)."""
        return [rank(_label(line)) for line in self.lines]

    def find(self, label: str) -> list[int]:
        """The numbers of the profiles of that label, over all libraries."""
        if not self._labels:
            for number, line in enumerate(self.lines):
                self._labels.setdefault(_label(line), []).append(number)
        return self._labels.get(label, []) + [
            number + len(self.lines) for number, profile in enumerate(self.learned) if profile.label == label
        ]

    def posting(self, channel: str, token: str) -> tuple[int, ...]:
        """The numbers of the bundled profiles that have a token."""
        key = (channel, token)
        parsed = self._postings.get(key)
        if parsed is None:
            found = self.postings[channel].get(token, ())
            parsed = tuple(accumulate(map(int, found.split(","))) if isinstance(found, str) else found)
            if len(self._postings) < MOST_KEPT:
                self._postings[key] = parsed
        return parsed

    def weigh(self, channel: str, token: str) -> float:
        """How rare a token is: ``log(1 + types / types that have it)``, as for one type when none has it."""
        key = (channel, token)
        weight = self._weights.get(key)
        if weight is None:
            if channel == "full":
                weight = self.weigh("core", core(token))
            elif channel == "fold":
                weight = 1.0
            else:
                weight = math.log1p(len(self.lines) / max(1, len(self.posting(channel, token))))
            if len(self._weights) < MOST_KEPT:
                self._weights[key] = weight
        return weight

    def heard(self, evidence: Evidence) -> Heard | None:
        """The evidence's shapes, as they sound to the profiles; None when not all are known, or an adapter's."""
        if self.shapes is None or evidence.adapter or not evidence.normalized.shapes:
            return None
        return Heard(self.shapes(), evidence.normalized.shapes, [each.sentences for each in self.learned])

    def holding(self, evidence: Evidence) -> list[int]:
        """The profiles that have every core of the evidence, the learned ones always."""
        found: set[int] | None = None
        for token in sorted(evidence.core, key=lambda token: -self.weigh("core", token)):
            numbers = self.posting("core", token)
            found = set(numbers) if found is None else found.intersection(numbers)
            if not found:
                break
        return sorted(found or ()) + list(range(len(self.lines), len(self.lines) + len(self.learned)))

    def _overlap(self, evidence: Evidence, channel: str) -> tuple[float, list[float]]:
        """The weight of the evidence's tokens of a channel, and for each profile that of those which choose it."""
        total = 0.0
        weights: dict[tuple[int, ...], float] = {}
        for token in sorted(evidence.tokens(channel)):  # sums of floats depend on their order
            weight = self.weigh(channel, token)
            total += weight
            if weight >= COMMON:
                posting = self.posting(channel, token)
                weights[posting] = weights.get(posting, 0.0) + weight
        overlap = [0.0] * len(self.lines)
        for posting, weight in weights.items():
            for number in posting:
                overlap[number] += weight
        return total, overlap

    def shortlist(self, evidence: Evidence, channels: Sequence[str], most: int = CANDIDATES) -> list[int]:
        """The profiles that share most with the evidence, by what they explain and by cosine, half each."""
        explained = cosine = [0.0] * len(self.lines)
        for channel in channels:
            total, overlap = self._overlap(evidence, channel)
            if not total:
                continue
            explained = [share + weight / total for share, weight in zip(explained, overlap, strict=True)]
            cosine = [
                share + weight / math.sqrt(total * (size if size > weight else weight))  # noqa: FURB136 - called often
                if weight
                else share
                for share, weight, size in zip(cosine, overlap, self.sizes[channel], strict=True)
            ]
        known = [number for number, share in enumerate(explained) if share]
        nearest = sorted(known, key=cosine.__getitem__, reverse=True)
        explained = [round(share, DIGITS) for share in explained]
        # many explain all of a part: sorting is stable, so the best known of them come first, then the nearest
        able = sorted(sorted(nearest, key=self.ranks.__getitem__), key=explained.__getitem__, reverse=True)
        chosen = list(dict.fromkeys(number for pair in zip(nearest, able, strict=True) for number in pair))[:most]
        return chosen + list(range(len(self.lines), len(self.lines) + len(self.learned)))
