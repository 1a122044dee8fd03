"""Names whose words were changed, laid over a profile: which words stand for which, and what then is explained.

A renaming changes words, not the make-up of names: ``model.layers.*.attn.wq`` still stands where
``model.layers.*.self_attn.q_proj`` stood. Words that the profile does not know are held to the words that stand at
the same place of patterns that else agree; the pairs with most votes win, each word once on either side.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dara_lint.recognize.evidence import Evidence
from dara_lint.recognize.profiles import NEVER, Profile

Name = tuple[str, ...]

MOST_OPTIONS = 24
"""A pattern that may be any of more than these votes for none."""
MOST_NAMES = 400
"""Patterns of the evidence that are laid over a profile; more tell no more."""
MOST_KINDS = 60
"""Ways to have unknown words that are looked at; real names have a dozen."""
ROUNDS = 2
SURE = 0.5
"""The share of a word's votes that its best partner needs in the first round."""


class Aligned(NamedTuple):
    """Shares, by count of patterns: of the evidence that the build has, and of what it always has that is there."""

    explained: float
    present: float


def align(evidence: Evidence, profile: Profile, build: int) -> Aligned:
    """Lay the evidence's names over a build's. Both shares are 0 when either side has no names."""
    levels = profile.builds[build].levels
    can = {name: profile.ranks[at] for at, name in enumerate(profile.names) if levels[at] != NEVER}
    must = {profile.names[at] for at in profile.builds[build].always}
    digits = evidence.digits
    names = [
        (name, digits.get(slot.pattern, "?"))
        for name, slot in zip(evidence.names[:MOST_NAMES], evidence.slots, strict=False)
    ]
    if not names or not can:
        return Aligned(0.0, 0.0)
    words = {word for name in can for word in name}
    taken = {word for name, _ in names for word in name} & words
    meaning: dict[str, str] = {}
    for turn in range(ROUNDS):
        _agree(_votes(names, can, words, meaning, taken), meaning, SURE if turn == 0 else 0.0)
    found = {tuple(meaning.get(word, word) for word in name) for name, _ in names}
    return Aligned(
        len(found & can.keys()) / len(found),
        len(found & must) / len(must) if must else len(found & can.keys()) / len(can),
    )


Votes = dict[str, dict[str, float]]


def _votes(
    names: Sequence[tuple[Name, str]], can: dict[Name, str], words: set[str], meaning: dict[str, str], taken: set[str]
) -> Votes:
    """For each unknown word the words of the profile that stand at its place, with how much speaks for them."""
    votes: Votes = {}
    indices: dict[tuple[int, tuple[int, ...]], dict[Name, list[Name]]] = {}
    used = {*taken, *meaning.values(), "*"}
    by_length: dict[int, list[Name]] = {}
    for name in can:
        by_length.setdefault(len(name), []).append(name)
    for name, rank in names:
        known = tuple([meaning.get(word, word) for word in name]) if meaning else name
        places = tuple([at for at, word in enumerate(known) if word not in words])
        if not places:
            continue
        key = (len(known), places)
        index = indices.get(key)
        if index is None:
            if len(indices) >= MOST_KINDS:
                continue
            index = indices[key] = {}
            for other in by_length.get(len(known), ()):
                if not any(other[at] in used for at in places):
                    index.setdefault(_without(other, places), []).append(other)
        options = [
            other for other in index.get(_without(known, places), ()) if rank == "?" or can[other] in ("?", rank)
        ]
        if len(options) <= MOST_OPTIONS:
            for other in options:
                for at in places:
                    mine = votes.setdefault(name[at], {})
                    mine[other[at]] = mine.get(other[at], 0.0) + 1.0 / len(options)
    return votes


def _without(name: Name, places: tuple[int, ...]) -> Name:
    left = list(name)
    for at in places:
        left[at] = ""
    return tuple(left)


def _agree(votes: Votes, meaning: dict[str, str], least: float) -> None:
    """Give words their meaning, those with most votes first."""
    used = set(meaning.values())
    pairs = [
        (-count, word, other)
        for word, counts in votes.items()
        if word not in meaning
        for other, count in counts.items()
        if count >= least * sum(counts.values())
    ]
    for _, word, other in sorted(pairs):
        if word not in meaning and other not in used:
            meaning[word] = other
            used.add(other)
