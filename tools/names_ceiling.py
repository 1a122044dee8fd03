"""How near to the LLM labellings a reader can come: ``python tools/names_ceiling.py ../shared/data``.

Three bounds:

* the hand labels (``tests/names``), written with reasons before the reader, against the two labellings where they
  share names: what a reader gets that agrees with a careful person everywhere;
* the two labellings against each other;
* a learner that is fitted to a labelling, five-fold: logistic regression for each letter on the words of a name and
  on what our reader says of them, and for characters the letter that a word most often has in the other folds. It
  may copy every systematic mistake, which the reader may not.

Pure Python and deterministic; about a minute.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from names_disagreements import labellings
from names_measure import AFTER, HAND, LETTER, fold, rows

from dara_lint.names import Name, parse

FOLDS = 5
ROUNDS = 4
RATE = 0.2
LETTERS = "ASDCVFLTRNH"

Labels = Mapping[str, frozenset[str]]


class Agreement(NamedTuple):
    """Micro-F1 of sets of letters, the share of equal sets, and on how many names."""

    f1: float
    exact: float
    names: int


def agreement(ours: Labels, theirs: Labels) -> Agreement:
    """Of the names that both label."""
    shared = ours.keys() & theirs.keys()
    hits = sum(len(ours[name] & theirs[name]) for name in shared)
    both = sum(len(ours[name]) + len(theirs[name]) for name in shared)
    return Agreement(2 * hits / both, sum(ours[name] == theirs[name] for name in shared) / len(shared), len(shared))


def in_fold(name: str) -> int:
    """The fold of a name, by its hash."""
    return hashlib.sha256(name.encode()).digest()[1] % FOLDS


def features(name: Name) -> frozenset[str]:
    """The words of a name, the elements that our reader gives to them, and a constant."""
    elements = (f"/{LETTER[segment.element]}" for segment in name.segments)
    return frozenset({"", *(segment.text.lower() for segment in name.segments), *elements})


def fitted(labels: Labels) -> Labels:
    """What logistic regression says of each name when it was fitted to the other folds."""
    said = {name: features(parse(name)) for name in labels}
    found: dict[str, frozenset[str]] = {}
    for fold_ in range(FOLDS):
        train = sorted(name for name in labels if in_fold(name) != fold_)
        weights = {letter: defaultdict[str, float](float) for letter in LETTERS}
        for turn in range(ROUNDS):
            random.Random(turn).shuffle(train)  # noqa: S311 - an order, no secret
            for name in train:
                for letter in LETTERS:
                    learn(weights[letter], said[name], letter in labels[name])
        for name in labels:
            if in_fold(name) == fold_:
                found[name] = frozenset(
                    letter for letter in LETTERS if sum(weights[letter].get(word, 0.0) for word in said[name]) > 0
                )
    return found


def learn(weights: defaultdict[str, float], words: frozenset[str], true: bool) -> None:  # noqa: FBT001
    """One step of gradient descent on the logistic loss."""
    score = sum(weights[word] for word in words)
    step = (true - 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))) * RATE
    for word in words:
        weights[word] += step


def characters(data: Path) -> Iterator[tuple[str, str, list[str]]]:
    """Name, one of our segments in lower case, and the labels of its characters."""
    for row in rows(data / "name_segments_gpt.jsonl"):
        name = row["name"]
        label: dict[int, str] = {}
        at = name.rfind("/") + 1
        for text, letter in row["segments"]:
            start = name.lower().find(text.lower(), at)
            if start >= 0:
                at = start + len(text)
                label |= dict.fromkeys(range(start, at), "S" if letter == "P" else letter)
        for segment in parse(name).segments:
            yield name, segment.text.lower(), [label[i] for i in range(segment.start, segment.end) if i in label]


def majority(data: Path) -> tuple[float, float]:
    """Share of characters right with a word's commonest letter: of the other folds, and of the whole file."""
    rows_ = list(characters(data))
    whole: defaultdict[str, Counter[str]] = defaultdict(Counter)
    part: defaultdict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    for name, word, letters in rows_:
        whole[word].update(letters)
        part[word, in_fold(name)].update(letters)
    total = right = seen = 0
    for name, word, letters in rows_:
        others = whole[word] - part[word, in_fold(name)]
        ours = next((LETTER[s.element] for s in parse(name).segments if s.text.lower() == word), "O")
        guess = others.most_common(1)[0][0] if others else "S" if ours == "P" else ours
        total += len(letters)
        right += letters.count(guess)
        seen += letters.count(whole[word].most_common(1)[0][0]) if letters else 0
    return right / total, seen / total


class Ceiling(NamedTuple):
    """The bounds: hand labels and a fitted learner against each labelling, the labellings, and characters."""

    hand: Mapping[str, Agreement]
    learner: Mapping[str, Agreement]
    each_other: Agreement
    characters: tuple[float, float]


def ceiling(data: Path) -> Ceiling:
    """All bounds; the labellings of the hand-labelled names are used for the first alone."""
    hand = {row["name"]: fold(row["elements"]) for path in (HAND, AFTER) for row in rows(path)}
    whole = {
        "segments": {r["name"]: fold(e for _, e in r["segments"]) for r in rows(data / "name_segments_gpt.jsonl")},
        "elements": {r["name"]: fold(r["elements"]) for r in rows(data / "name_elements_gpt.jsonl")},
    }
    plain = {title: {name: true for name, (true, _) in labels.items()} for title, labels in labellings(data).items()}
    return Ceiling(
        {title: agreement(hand, labels) for title, labels in whole.items()},
        {title: agreement(fitted(labels), labels) for title, labels in plain.items()},
        agreement(whole["segments"], whole["elements"]),
        majority(data),
    )


def main() -> None:
    """Print the bounds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    found = ceiling(parser.parse_args().data)
    for title in found.hand:
        print(f"hand labels against name_{title}_gpt: {shown(found.hand[title])}")
        print(f"a learner fitted to name_{title}_gpt, five-fold: {shown(found.learner[title])}")
    print(f"the labellings against each other: {shown(found.each_other)}")
    other, own = found.characters
    print(f"characters, a word's commonest letter: {other:.3f} five-fold, {own:.3f} on the file it was counted on")


def shown(found: Agreement) -> str:
    """An agreement in words."""
    return f"micro-F1 {found.f1:.3f}, exact {found.exact:.3f} of {found.names:,} names"


if __name__ == "__main__":
    main()
