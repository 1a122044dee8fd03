"""Sets of elements with a lexicon that has not seen the names: ``names_element_folds.py ../shared/data``.

Words, data sets and families that are kept by hand were written with the labelled files in sight. So the names of each
file are put into five folds by a hash of their text, and for each fold every hand-kept spelling that is borne by its
names alone, and by no library (ISO 639, transformers, timm, gguf, diffusers, the data sets of three benchmarks), is
taken out before its names are read. Needs what ``names_folds.py`` needs.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from unittest import mock

from names_ceiling import Agreement, Labels, agreement, in_fold, shown
from names_disagreements import labellings
from names_folds import FOLDS, libraries
from names_lexicon import curated, squeeze, words_by_hand
from names_measure import letters_of

from dara_lint.names import lexicon, parse, reader


def borne(labels: Labels) -> Mapping[str, frozenset[int]]:
    """Spelling → the folds whose names have a segment that is written so."""
    found: dict[str, set[int]] = defaultdict(set)
    for name in labels:
        for segment in parse(name).segments:
            found[squeeze(segment.text)].add(in_fold(name))
    return {spelling: frozenset(folds) for spelling, folds in found.items()}


def read(labels: Labels, of_libraries: frozenset[str]) -> tuple[Labels, int]:
    """What the reader says of each name without what only its fold shows; and how many spellings were taken out."""
    full = lexicon.lexicon()
    folds = borne(labels)
    by_hand = (words_by_hand() | curated().keys()) - of_libraries
    said: dict[str, frozenset[str]] = {}
    taken = 0
    for fold in range(FOLDS):
        lost = {spelling for spelling in by_hand if folds.get(spelling) == frozenset({fold})}
        taken += len(lost & full.words.keys())
        words = full._replace(words={spelling: one for spelling, one in full.words.items() if spelling not in lost})
        reader._remembered.cache_clear()  # noqa: SLF001 - its answers belong to another lexicon
        with mock.patch.multiple(reader, lexicon=mock.Mock(return_value=words)):
            said |= {name: letters_of(reader.parse(name)) for name in labels if in_fold(name) == fold}
    reader._remembered.cache_clear()  # noqa: SLF001
    return said, taken


def figures(data: Path) -> dict[str, tuple[Agreement, int]]:
    """Labelling → agreement over the five folds, and the spellings that were taken out of one of them."""
    of_libraries = frozenset(libraries()) | frozenset(lexicon.lexicon().languages)
    found = {}
    for title, rows in labellings(data).items():
        labels = {name: true for name, (true, _) in rows.items()}
        said, taken = read(labels, of_libraries)
        found[title] = agreement(said, labels), taken
    return found


def main() -> None:
    """Print a line a labelling."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    for title, (found, taken) in figures(parser.parse_args().data).items():
        print(f"name_{title}_gpt, five-fold: {shown(found)}; {taken} spellings taken out")


if __name__ == "__main__":
    main()
