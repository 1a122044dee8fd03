"""A tagger fitted to the labelling of segments, five-fold: ``python tools/names_tagger.py ../shared/data``.

An averaged perceptron (Collins 2002) that walks over the segments of our reader and gives each the letter that the
labelling would: it sees the word, its neighbours, its shape, the owner, what our reader says, and its own last letter.
It may copy every systematic mistake of the labelling, and what it reaches on names that it was not fitted to is how
much of the labelling is system at all. Pure Python and deterministic; about two minutes.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from names_ceiling import FOLDS, Agreement, agreement, in_fold
from names_measure import AFTER, HAND, LETTER, fold, rows

from dara_lint.names import parse

EPOCHS = 6
TRUE_LETTERS = "ASDCVFLTRNHWMO"

Weights = defaultdict[tuple[str, str], float]


class Word(NamedTuple):
    """A segment: what a tagger sees of it, and the letters that its characters have in the labelling."""

    seen: tuple[str, ...]
    letters: tuple[str, ...]

    @property
    def true(self) -> str:
        """The commonest letter, empty where the labelling has none."""
        return max(set(self.letters), key=lambda letter: (self.letters.count(letter), letter)) if self.letters else ""


def words(name: str, labelled: list[list[str]]) -> list[Word]:
    """The segments of a name with the labels of their characters."""
    label: dict[int, str] = {}
    at = name.rfind("/") + 1
    for text, letter in labelled:
        start = name.lower().find(text.lower(), at)
        if start >= 0:
            at = start + len(text)
            label |= dict.fromkeys(range(start, at), "S" if letter == "P" else letter)
    parsed = parse(name)
    texts = ["", *[segment.text.lower() for segment in parsed.segments], ""]
    ours = ["", *[LETTER[segment.element] for segment in parsed.segments], ""]
    found = []
    for number, segment in enumerate(parsed.segments, 1):
        word, before, after = texts[number], texts[number - 1], texts[number + 1]
        shape = "".join("9" if c.isdigit() else "X" if c.isupper() else "x" for c in segment.text)[:6]
        glued = number > 1 and parsed.segments[number - 2].end == segment.start
        seen = (
            "", f"w={word}", f"o={ours[number]}", f"wo={word}/{ours[number]}", f"b={before}", f"a={after}",
            f"bw={before}/{word}", f"wa={word}/{after}", f"bo={ours[number - 1]}/{ours[number]}",
            f"ao={ours[number]}/{ours[number + 1]}", f"s={shape}", f"e={word[-3:]}", f"g={glued}/{ours[number]}",
            f"u={(parsed.owner or '').lower()}/{ours[number]}", f"n={segment.normal}",
            f"f={number == 1}/{ours[number]}", f"c={segment.confidence:.1f}/{ours[number]}",
        )  # fmt: skip
        found.append(Word(seen, tuple(label[i] for i in range(segment.start, segment.end) if i in label)))
    return found


def best(weights: Mapping[tuple[str, str], float], seen: tuple[str, ...], last: str) -> str:
    """The letter with the highest score; the first of equals."""
    all_seen = (*seen, f"l={last}", f"lw={last}/{seen[1]}", f"lo={last}/{seen[2]}")
    return max(TRUE_LETTERS, key=lambda letter: sum([weights.get((one, letter), 0.0) for one in all_seen]))


def fitted(names: list[list[Word]]) -> Mapping[tuple[str, str], float]:
    """The averaged weights after some rounds over the names."""
    weights: Weights = defaultdict(float)
    total: Weights = defaultdict(float)
    step = 0
    for epoch in range(EPOCHS):
        random.Random(epoch).shuffle(names)  # noqa: S311 - an order, no secret
        for name in names:
            last = "^"
            for word in name:
                step += 1
                said = best(weights, word.seen, last)
                if word.true and said != word.true:
                    for one in (*word.seen, f"l={last}", f"lw={last}/{word.seen[1]}", f"lo={last}/{word.seen[2]}"):
                        for letter, change in ((word.true, 1.0), (said, -1.0)):
                            weights[one, letter] += change
                            total[one, letter] += change * step
                last = said
    return {key: value - total[key] / step for key, value in weights.items()}


def tagged(data: Path) -> Iterator[tuple[str, list[tuple[Word, str]]]]:
    """Each name of the labelling, and the letters that a tagger fitted to the other folds gives to its segments."""
    held = {row["name"] for path in (HAND, AFTER) for row in rows(path)}
    names = {
        row["name"]: words(row["name"], row["segments"])
        for row in rows(data / "name_segments_gpt.jsonl")
        if row["name"] not in held
    }
    for part in range(FOLDS):
        weights = fitted([names[name] for name in sorted(names) if in_fold(name) != part])
        for name in sorted(names):
            if in_fold(name) == part:
                last, said = "^", []
                for word in names[name]:
                    last = best(weights, word.seen, last)
                    said.append((word, last))
                yield name, said


class Tagger(NamedTuple):
    """Agreement of its sets of letters, and its share of characters with the same letter."""

    sets: Agreement
    characters: float


def measured(data: Path) -> Tagger:
    """The tagger against the labelling."""
    ours: dict[str, frozenset[str]] = {}
    same = total = 0
    for name, said in tagged(data):
        ours[name] = fold(letter for _, letter in said)
        for word, letter in said:
            same += word.letters.count(letter)
            total += len(word.letters)
    theirs = {row["name"]: fold(e for _, e in row["segments"]) for row in rows(data / "name_segments_gpt.jsonl")}
    return Tagger(agreement(ours, theirs), same / total)


def main() -> None:
    """Print one line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    found = measured(parser.parse_args().data)
    print(
        f"a tagger fitted to name_segments_gpt, five-fold: micro-F1 {found.sets.f1:.3f}, exact {found.sets.exact:.3f}, "
        f"characters {found.characters:.3f}"
    )


if __name__ == "__main__":
    main()
