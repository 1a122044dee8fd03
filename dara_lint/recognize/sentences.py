"""Shapes alone -> a sentence that sizes and depth do not change: what is left of a model whose names are gone.

Each tensor is a word, its dimensions told by their role: ``h`` the width (the commonest dimension of vectors), small
numbers as they are (kernels, channels, labels), ``b`` a number that one of the tensors just before has, too, ``x`` any
other. Words stand in file order, each written as one character, and a block that repeats (the layers) is kept twice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice

MOST_TENSORS = 4000
MOST_DIMENSIONS = 8
LONGEST = 600
"""Characters of a sentence that are kept: the longest one known has 500."""
SMALL = 12
_BEFORE = 8
"""Tensors back to which a number counts as one just seen."""
_LONGEST_BLOCK = 100
"""Tensors of the longest block that is looked for."""

_SMALL = re.compile(r"\d+\.")

Dimensions = tuple[int, ...]


def width(shapes: Iterable[Dimensions]) -> int:
    """The commonest dimension of vectors, or of any tensor when there are none; 0 for no tensors."""
    vectors: Counter[int] = Counter()
    others: Counter[int] = Counter()
    for shape in shapes:
        if len(shape) == 1 and shape[0] > SMALL:
            vectors[shape[0]] += 1
        else:
            others.update(size for size in shape if size > SMALL)
    counts = vectors or others
    # on a tie the smaller one: of width and feed-forward width, both with a bias a layer, the first is meant
    return min(counts, key=lambda size: (-counts[size], size)) if counts else 0


def words(shapes: Sequence[Dimensions]) -> list[str]:
    """A word for each tensor, of the first ``MOST_TENSORS``; ``-`` for a scalar."""
    shapes = [shape[:MOST_DIMENSIONS] for shape in shapes[:MOST_TENSORS]]
    base = width(shapes)
    found = []
    for at, shape in enumerate(shapes):
        before = {size for other in shapes[max(0, at - _BEFORE) : at] for size in other}
        roles = (
            f"{size}." if size <= SMALL else "h" if size == base else "b" if size in before else "x" for size in shape
        )
        found.append("".join(roles) or "-")
    return found


def collapsed(text: str) -> str:
    """A text in which a block that repeats stands twice, the shortest blocks first."""
    for length in range(1, _LONGEST_BLOCK):
        if 3 * length > len(text):
            break
        at, found = 0, []
        while at < len(text):
            block = text[at : at + length]
            end = at + length
            while text.startswith(block, end):
                end += length
            if end > at + 2 * length and len(block) == length:
                found.append(block * 2)
                at = end
            else:
                found.append(text[at])
                at += 1
        text = "".join(found)
    return text


class Vocabulary:
    """Words and the character that stands for each in a sentence. New words are given the next character."""

    FIRST, LAST = 0x100, 0xD7FF

    def __init__(self, known: Iterable[str] = ()) -> None:
        self.words: dict[str, str] = {}
        self._kinds: dict[str, str] = {}
        self._rough: dict[int, str] = {}
        for word in known:
            self.character(word)

    def character(self, word: str) -> str:
        """The character of a word; one and the same for all new words when none is left."""
        found = self.words.get(word)
        if found is None:
            number = self.FIRST + len(self.words)
            if number >= self.LAST:
                return chr(self.LAST)
            found = self.words[word] = chr(number)
        return found

    def sentence(self, said: Iterable[str]) -> str:
        """The sentence of words in order."""
        return collapsed("".join(map(self.character, said)))[:LONGEST]

    def rough(self, sentence: str) -> str:
        """A sentence without what chance changes: which small number a dimension is, and whether it was just seen."""
        new = islice(self.words, len(self._rough), None) if len(self._rough) < len(self.words) else ()
        for word in new:
            kind = _SMALL.sub("d", word).replace("b", "x")
            self._rough[ord(self.words[word])] = self._kinds.setdefault(kind, chr(self.FIRST + len(self._kinds)))
        return sentence.translate(self._rough)


def spoken(shapes: Sequence[Dimensions]) -> str:
    """The words of the sentence of shapes, parted by spaces."""
    vocabulary = Vocabulary()
    sentence = vocabulary.sentence(words(shapes))
    word = {character: each for each, character in vocabulary.words.items()}
    return " ".join(word[character] for character in sentence)


def likeness(one: str, other: str) -> float:
    """Twice the longest common subsequence over the lengths of both, from 0 to 1 (equal).

    Bit-parallel (Hyyrö 2004, “Bit-parallel LCS-length computation revisited”): one number holds a row of the table.
    """
    if not one or not other:
        return 0.0
    places: dict[str, int] = {}
    for at, character in enumerate(one):
        places[character] = places.get(character, 0) | 1 << at
    row = full = (1 << len(one)) - 1
    for character in other:
        matched = row & places.get(character, 0)
        row = ((row + matched) | (row - matched)) & full
    return 2 * (len(one) - row.bit_count()) / (len(one) + len(other))
