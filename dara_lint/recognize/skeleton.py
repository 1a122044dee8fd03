"""Shapes alone -> tokens that sizes do not change: what is left of a model whose names are gone.

Each tensor is a word, its dimensions told by their role: ``h`` the width (the commonest dimension of vectors), small
numbers as they are (kernels, channels, labels), ``x`` any other. Finer roles (multiples of the width,
vocabularies) were measured and lose: they depend on sizes. Tokens are runs of such words in file order, so that
depth does not matter but the make-up of a layer does; each is kept as 24 bits of its CRC-32, and of the long ones
every ``THINNED``-th.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from zlib import crc32

RUNS = (1, 2, 3, 4, 6, 8)
"""Lengths of the runs, in words."""
THINNED = 5
_MOST_TENSORS = 4000
_SMALL = 12

Dimensions = tuple[int, ...]


def width(shapes: Iterable[Dimensions]) -> int:
    """The commonest dimension of vectors, or of any tensor when there are none; 0 for no tensors."""
    vectors: Counter[int] = Counter()
    others: Counter[int] = Counter()
    for shape in shapes:
        if len(shape) == 1 and shape[0] > _SMALL:
            vectors[shape[0]] += 1
        else:
            others.update(size for size in shape if size > _SMALL)
    counts = vectors or others
    # on a tie the smaller one: of width and feed-forward width, both with a bias a layer, the first is meant
    return min(counts, key=lambda size: (-counts[size], size)) if counts else 0


def word(shape: Dimensions, base: int) -> str:
    """The roles of a tensor's dimensions, outermost first; ``-`` for a scalar."""
    return "".join(str(size) if size <= _SMALL else "h" if size == base else "x" for size in shape) or "-"


def grams(shapes: Sequence[Dimensions]) -> frozenset[int]:
    """Runs of words of all tensors in order, ends marked, each once; none when there are no shapes."""
    if not shapes:
        return frozenset()
    shapes = shapes[:_MOST_TENSORS]
    base = width(shapes)
    known: dict[Dimensions, str] = {}
    words = ["^"]
    for shape in shapes:
        if shape not in known:
            known[shape] = word(shape, base)
        words.append(known[shape])
    words.append("$")
    found: set[int] = set()
    for length in RUNS:
        runs = {" ".join(words[at : at + length]) for at in range(len(words) - length + 1)}
        hashes = {crc32(run.encode()) & 0xFFFFFF for run in runs}
        found |= hashes if length < 4 else {value for value in hashes if value % THINNED == 0}
    return frozenset(found)
