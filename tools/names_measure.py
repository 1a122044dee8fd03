"""Measure the reader of names against labelled data: ``python tools/names_measure.py ../shared/data``.

Prints one block a question of what the reader must show; ``--wrong N`` lists the first N disagreements of each block.
The hand labels in ``tests/names/labelled.jsonl`` were written before the reader, and are not tuned on; those in
``labelled_after.jsonl`` when its lexicon stood, before it read them, since whoever labels 300 names remembers words;
those in ``labelled_snapshots.jsonl`` later still, drawn from the names of the two snapshots that no labelled file has.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from dara_lint.names import Element, Name, parse

TESTS = Path(__file__).parent.parent / "tests" / "names"
HAND, AFTER = TESTS / "labelled.jsonl", TESTS / "labelled_after.jsonl"
SNAPSHOTS = TESTS / "labelled_snapshots.jsonl"

LETTER = {
    Element.architecture: "A", Element.size: "S", Element.parameters: "P", Element.dataset: "D",
    Element.characteristic: "C", Element.version: "V", Element.reuse: "F", Element.language: "L", Element.task: "T",
    Element.training: "R", Element.layers: "N", Element.heads: "H", Element.format: "W",
    Element.organisation: "M", Element.other: "O",
}  # fmt: skip
LEFT_OUT = frozenset("WMO")
CATEGORIES = {"I": "implementation", "A": "application", "T": "application", "IA": "both", "IT": "both", "O": "other"}


class Row(NamedTuple):
    """A name and its labelled letters."""

    name: str
    letters: frozenset[str]


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a jsonl file."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def fold(letters: Iterable[str]) -> frozenset[str]:
    """P folded into S; W, M and O left out."""
    return frozenset("S" if letter == "P" else letter for letter in letters) - LEFT_OUT


def letters_of(name: Name) -> frozenset[str]:
    """What the reader says, in the data's letters."""
    return fold(LETTER[segment.element] for segment in name.segments)


def ratio(part: float, whole: float) -> str:
    """A quotient to three places, a dash for nothing."""
    return f"{part / whole:.3f}" if whole else "–"


def element_sets(title: str, labelled: list[Row], wrong: int) -> tuple[float, float]:
    """Micro-F1 and the share of exact sets, returned and printed with precision and recall of each element."""
    hits, ours, theirs = Counter[str](), Counter[str](), Counter[str]()
    exact = 0
    missed = []
    for row in labelled:
        said, true = letters_of(parse(row.name)), fold(row.letters)
        exact += said == true
        hits.update(said & true)
        ours.update(said)
        theirs.update(true)
        if said != true:
            missed.append((len(said ^ true), row.name, "".join(sorted(true - said)), "".join(sorted(said - true))))
    found, said_all, true_all = hits.total(), ours.total(), theirs.total()
    both = f"micro-F1 {ratio(2 * found, said_all + true_all)}, exact {ratio(exact, len(labelled))}"
    print(f"{title}: {len(labelled)} names, {both}")
    print(
        "   "
        + "  ".join(f"{e} {ratio(hits[e], ours[e])}/{ratio(hits[e], theirs[e])} ({theirs[e]})" for e in "ASDCVFLTRNH")
    )
    for _, name, lacking, extra in sorted(missed, reverse=True)[:wrong]:
        print(f"   {name}: lacks {lacking or '-'}, has {extra or '-'} | {shown(parse(name))}")
    return 2 * found / (said_all + true_all), exact / len(labelled)


def agreed(first: list[Row], second: list[Row], held: frozenset[str]) -> list[Row]:
    """The names to which both labellings give the same set of letters, hand-labelled ones left out."""
    other = {row.name: fold(row.letters) for row in second}
    return [row for row in first if row.name not in held and other.get(row.name) == fold(row.letters)]


def shown(name: Name) -> str:
    """A name's segments in one line."""
    return " ".join(f"{segment.text}/{LETTER[segment.element]}" for segment in name.segments)


def segment_share(path: Path, kept: Callable[[str], bool], wrong: int) -> float:
    """Share of the characters of labelled segments (of the names that are kept) with the same element."""
    same = total = 0
    confused = Counter[tuple[str, str]]()
    words = Counter[tuple[str, str, str]]()
    for record in rows(path):
        if not kept(record["name"]):
            continue
        name = parse(record["name"])
        element = {at: LETTER[s.element] for s in name.segments for at in range(s.start, s.end)}
        at = record["name"].rfind("/") + 1
        for text, letter in record["segments"]:
            start = record["name"].lower().find(text.lower(), at)
            if start < 0:
                continue
            at = start + len(text)
            for index in range(start, at):
                ours = element.get(index)
                if ours is None:
                    continue
                total += 1
                agree = {ours, letter} <= {"S", "P"} or ours == letter
                same += agree
                if not agree:
                    confused[letter, ours] += 1
                    words[text.lower(), letter, ours] += 1
    print(f"characters with the same element ({path.name}): {ratio(same, total)} of {total:,}")
    print("   label → ours: " + ", ".join(f"{a}→{b} {n}" for (a, b), n in confused.most_common(14)))
    for (text, label, ours), number in words.most_common(wrong):
        print(f"   {text}: {label} → {ours} ({number} characters)")
    return same / total


def categories(path: Path, wrong: int) -> float:
    """Category against the consensus of two humans, rows on which they agree."""
    right = total = agree = both = 0
    missed = []
    for record in rows(path):
        first, second = CATEGORIES.get(record["rater_1"]), CATEGORIES.get(record["rater_2"])
        if first and second:
            both += 1
            agree += first == second
        if first is None or first != second:
            continue
        total += 1
        ours = parse(record["name"]).category
        right += ours == first
        if ours != first:
            missed.append(f"{record['name']}: {first}, ours {ours} | {shown(parse(record['name']))}")
    print(f"category: {ratio(right, total)} of {total} on which the humans agree (they agree on {ratio(agree, both)})")
    for line in missed[:wrong]:
        print("   " + line)
    return right / total


def informativeness(path: Path, wrong: int) -> tuple[float, float]:
    """Uninformative names: precision and recall."""
    hits = ours = theirs = 0
    false = []
    missed = []
    for record in rows(path):
        said, true = not parse(record["name"]).informative, record["label"] == "uninformative"
        hits += said and true
        ours += said
        theirs += true
        if said and not true:
            false.append(f"{record['name']}: {record['label']} | {shown(parse(record['name']))}")
        elif true and not said:
            missed.append(f"{record['name']} | {shown(parse(record['name']))}")
    print(
        f"uninformative: precision {ratio(hits, ours)}, recall {ratio(hits, theirs)} ({ours} said, {theirs} labelled)"
    )
    for line in false[:wrong]:
        print("   false: " + line)
    draw = random.Random(1)  # noqa: S311 - a sample, no secret
    for line in draw.sample(missed, min(wrong, len(missed))):
        print("   missed: " + line)
    return hits / ours, hits / theirs


def parameter_counts(path: Path, wrong: int) -> list[tuple[float, str, int, int]]:
    """The count in the name against the exact one; returned are those off by 1.3 or more: ratio, name, both counts."""
    read = absent = abstained = 0
    off = Counter[float]()
    lines = []
    for record in rows(path):
        if "params" not in record:
            continue
        said = parse(record["name"]).parameters
        if said is None or said.total is None or said.effective:
            absent += 1
            continue
        if said.approximate:
            abstained += 1
            continue
        read += 1
        quotient = max(said.total / record["params"], record["params"] / said.total)
        off.update(limit for limit in (1.3, 1.5, 1.9) if quotient >= limit)
        if quotient >= 1.3:
            lines.append((quotient, record["name"], said.total, record["params"]))
    limits = ", ".join(f"×{limit} {off[limit]}" for limit in (1.3, 1.5, 1.9))
    print(f"parameters: {read} counts read, {abstained} approximate, {absent} without one; off by {limits}")
    for quotient, name, total, true in sorted(lines, reverse=True)[:wrong]:
        print(f"   ×{quotient:.2f} {name}: {total / 1e9:.3f} B said, {true / 1e9:.3f} B true")
    return sorted(lines, reverse=True)


def speed(names: list[str]) -> float:
    """Seconds of processor time for 100,000 names that were not read before."""
    many = [f"{name}-{number}" if number else name for number in range(100_000 // len(names) + 1) for name in names]
    start = time.process_time()
    for name in many[:100_000]:
        parse(name)
    took = time.process_time() - start
    print(f"speed: 100,000 names in {took:.1f} s of one core")
    return took


def main() -> None:
    """Print the blocks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--wrong", type=int, default=0, help="disagreements to list in each block")
    parser.add_argument("--only", default="", help="a word of the blocks to print")
    arguments = parser.parse_args()
    for word, block in blocks(arguments.data, arguments.wrong).items():
        if not arguments.only or word in arguments.only.split(","):
            block()


def blocks(data: Path, wrong: int) -> dict[str, Callable[[], object]]:
    """A word for each question → what prints its block and returns its figures."""
    hand = [Row(record["name"], frozenset(record["elements"])) for record in rows(HAND)]
    after = [Row(record["name"], frozenset(record["elements"])) for record in rows(AFTER)]
    snapshots = [Row(record["name"], frozenset(record["elements"])) for record in rows(SNAPSHOTS)]
    held = frozenset(row.name for row in [*hand, *after])
    by_segment = [
        Row(record["name"], frozenset(letter for _, letter in record["segments"]))
        for record in rows(data / "name_segments_gpt.jsonl")
    ]
    by_set = [Row(record["name"], frozenset(record["elements"])) for record in rows(data / "name_elements_gpt.jsonl")]
    return {
        "hand": lambda: element_sets("hand labels", hand, 0),
        "after": lambda: element_sets("hand labels of names drawn later", after, 0),
        "snapshots": lambda: element_sets("hand labels of names of no labelled file", snapshots, 0),
        "segments": lambda: element_sets("name_segments_gpt", [r for r in by_segment if r.name not in held], wrong),
        "elements": lambda: element_sets("name_elements_gpt", [r for r in by_set if r.name not in held], wrong),
        "agreed": lambda: element_sets(
            "names that both labellings read alike", agreed(by_segment, by_set, held), wrong
        ),
        "characters": lambda: segment_share(data / "name_segments_gpt.jsonl", lambda name: name not in held, wrong),
        "agreedcharacters": lambda: segment_share(
            data / "name_segments_gpt.jsonl",
            frozenset(row.name for row in agreed(by_segment, by_set, held)).__contains__,
            wrong,
        ),
        "category": lambda: categories(data / "name_convention_human.jsonl", wrong),
        "informative": lambda: informativeness(data / "name_informativeness.jsonl", wrong),
        "parameters": lambda: parameter_counts(data / "name_registry.jsonl", wrong),
        "speed": lambda: speed(sorted({row.name for row in by_segment})),
    }


if __name__ == "__main__":
    main()
