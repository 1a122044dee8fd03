"""Evidence without names: which types have such sentences of shapes, and such sizes.

The sentences of all types stand in ``bundled/shapes.zz``, which is read only when names tell too little.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from dara_lint.recognize.sentences import MOST_TENSORS, SMALL, Dimensions, Vocabulary, likeness, words

RUNS = (2, 4, 8)
"""Lengths of the runs of words that choose candidates."""
CLOSE = 0.05
"""Likenesses to the letter that are told apart by how like sentences are roughly."""
MOST_SIZES = 4000
"""Distinct sizes of the evidence that are looked at."""


class Said(NamedTuple):
    """A sentence of a type, and the numbers of the builds that say it."""

    builds: tuple[int, ...]
    sentence: str


class Familiar(NamedTuple):
    """The share of the evidence's sizes that a type has by default, and of the type's that the evidence has, both
    weighted by how rare they are among types; NaN where a type's sizes are not known."""

    known: float
    there: float


STRANGE = Familiar(math.nan, math.nan)


class Telling(NamedTuple):
    """What a type's shapes tell of evidence: the share of its runs of words that the type has, weighted by how rare
    they are; how like the nearest sentence is, to the letter and roughly, and whose builds' it is; and what
    ``Familiar`` says of sizes."""

    explained: float
    alike: float
    rough: float
    builds: tuple[int, ...]
    sizes: Familiar


class Shapes:
    """The sentences and default sizes of each profile, by its number. ``text`` is the bundled file's:

    the words of the vocabulary; then for each profile its default sizes (differences, parted by commas), and between
    tabs each sentence behind the numbers of its builds (``0,2:…``).
    """

    def __init__(self, text: str) -> None:
        first, *lines = text.split("\n")
        self.vocabulary = Vocabulary(first.split(" ") if first else ())
        self._lines = lines

    def __len__(self) -> int:
        return len(self._lines)

    def said(self, number: int) -> list[Said]:
        """The sentences of that profile."""
        found = []
        for item in self._lines[number].split("\t")[1:-1]:
            builds, _, sentence = item.partition(":")
            found.append(Said(tuple(map(int, builds.split(","))), sentence))
        return found

    @cached_property
    def sizes(self) -> list[frozenset[int]]:
        """The default sizes of each profile."""
        found = []
        for line in self._lines:
            at, own = 0, set()
            for step in filter(None, line.partition("\t")[0].split(",")):
                at += int(step)
                own.add(at)
            found.append(frozenset(own))
        return found

    @cached_property
    def common(self) -> Counter[int]:
        """How many profiles have a size by default."""
        return Counter(size for sizes in self.sizes for size in sizes)

    def rarity(self, size: int) -> float:
        """How much a size tells: the rarer it is among profiles the more."""
        return math.log1p(len(self) / max(1, self.common[size]))

    @property
    def lines(self) -> Sequence[str]:
        """The text of each profile."""
        return self._lines


class Heard:
    """The shapes of evidence, as they sound to every profile. ``learned`` gives the words of those behind the last."""

    def __init__(self, shapes: Shapes, seen: Sequence[Dimensions], learned: Sequence[Sequence[str]] = ()) -> None:
        self._shapes = shapes
        self._seen = seen
        self._learned = [
            [shapes.vocabulary.sentence(said.split(" ", MOST_TENSORS)[:MOST_TENSORS]) for said in each]
            for each in learned
        ]
        sizes = dict.fromkeys(size for shape in seen for size in shape if size > SMALL)
        self._sizes = {size: shapes.rarity(size) for size in islice(sizes, MOST_SIZES)}

    @cached_property
    def sentence(self) -> str:
        """The evidence's sentence."""
        return self._shapes.vocabulary.sentence(words(self._seen))

    @cached_property
    def explained(self) -> list[float]:
        """For each bundled profile the share of the runs of words that its sentences have."""
        marked = f"^{self.sentence}$"
        lines = self._shapes.lines
        found = [0.0] * len(lines)
        total = 0.0
        for length in RUNS:
            for run in {marked[at : at + length] for at in range(len(marked) - length + 1)}:
                sought = run.replace("^", ":").replace("$", "\t")
                having = [number for number, line in enumerate(lines) if sought in line]
                weight = math.log1p(len(lines) / max(1, len(having)))
                total += weight
                for number in having:
                    found[number] += weight
        return [each / total for each in found] if total else found

    def nearest(self, most: int) -> list[int]:
        """The profiles that explain most."""
        explained = self.explained
        order = sorted(range(len(explained)), key=lambda number: (-explained[number], number))
        return [number for number in order[:most] if explained[number]]

    def told(self, number: int) -> Telling | None:
        """What the profile of that number tells; None when its shapes are not known."""
        shapes = self._shapes
        if number >= len(shapes):
            own = self._learned[number - len(shapes)] if number - len(shapes) < len(self._learned) else []
            alike = max((likeness(self.sentence, said) for said in own), default=0.0)
            return Telling(alike, alike, alike, (0,), STRANGE) if own else None
        said = shapes.said(number)
        if not said:
            return None
        alike, rough, builds = self._nearest(said)
        return Telling(self.explained[number], alike, rough, builds, self.familiar(number))

    def _nearest(self, said: Sequence[Said]) -> tuple[float, float, tuple[int, ...]]:
        """How like the nearest of some sentences is, to the letter and roughly, and the builds that say it."""
        bounds = sorted((-self._bound(each.sentence), at) for at, each in enumerate(said))
        best, near = 0.0, []
        for bound, at in bounds:
            if -bound < best - CLOSE:
                break
            near.append((likeness(self.sentence, said[at].sentence), at))
            best = max(best, near[-1][0])
        roughly = self._shapes.vocabulary.rough
        mine = roughly(self.sentence)
        close = ((alike, likeness(mine, roughly(said[at].sentence)), at) for alike, at in near if alike >= best - CLOSE)
        _, rough, at = max(close, key=lambda each: (each[0] + each[1], each[1], -each[2]))
        return best, rough, said[at].builds

    def _bound(self, sentence: str) -> float:
        """What the likeness to a sentence is at most: as if only the words counted, not their order."""
        own = self._letters
        shared = sum(min(own[letter], count) for letter, count in Counter(sentence).items() if letter in own)
        return 2 * shared / (len(self.sentence) + len(sentence))

    @cached_property
    def _letters(self) -> Counter[str]:
        return Counter(self.sentence)

    def familiar(self, number: int) -> Familiar:
        """What the sizes of the profile of that number tell."""
        shapes = self._shapes
        own = shapes.sizes[number] if number < len(shapes) else frozenset()
        if not own:
            return STRANGE
        known = math.fsum(self._sizes[size] for size in own & self._sizes.keys())
        total, needed = math.fsum(self._sizes.values()), math.fsum(map(shapes.rarity, own))
        return Familiar(known / total if total else 0.0, known / needed)


Lazily = Callable[[], Shapes]
"""What reads the sentences when they are asked for."""
