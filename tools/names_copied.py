"""What copying the LLM labellings would give: ``python tools/names_copied.py ../shared/data``.

* The same name under two owners is in a file more than once (``Llama-2-7B-GGUF``): how far its labels agree is how
  exact the labelling is at all.
* Where a labelling reads a whole kind of segment otherwise than we do, by a convention or by mistake, our reading is
  changed to its own, one kind after another, and all that help together. Nothing of this is in the reader.
* The characters that differ, by where the labelling cuts and by what the two sides call them.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from names_disagreements import labellings
from names_measure import LETTER, fold, rows

from dara_lint.names import Element, Name, parse
from dara_lint.names.lexicon import lexicon

RECIPES = frozenset(
    "augreg ra a1 c1 bt b1k miil mim ns swag seer rmsp agc sbb lamb fcmae ssl dino mae ap".split()  # noqa: SIM905
)
LONGEST_WORD = 40
"""Letters above which a first segment is a wallet's address (``5F…_vgg``)."""

Letter = Callable[[Name, int, str], str]


def _glued(name: Name, at: int) -> bool:
    before = name.segments[at - 1] if at else None
    return before is not None and before.element is Element.architecture and before.end == name.segments[at].start


def _kind(letter: str, holds: Callable[[Name, int], bool]) -> Letter:
    return lambda name, at, ours: letter if holds(name, at) else ours


KINDS: Mapping[str, Letter] = {
    "the depth of a ResNet is a size": _kind(
        "S",
        lambda name, at: name.segments[at].element is Element.layers
        and any(one.normal in lexicon().roles.deep for one in name.segments[:at]),
    ),
    "epochs, widths, groups, languages are no characteristic": _kind(
        "O",
        lambda name, at: name.segments[at].normal.split("=")[0] in {"epochs", "width", "hidden", "groups", "languages"},
    ),
    "a version written onto its family is none": _kind(
        "O", lambda name, at: name.segments[at].element is Element.version and _glued(name, at)
    ),
    "a quantisation is a characteristic": _kind(
        "C",
        lambda name, at: name.segments[at].element is Element.format
        and name.segments[at].normal.startswith(("int", "fp", "bf", "w4", "w8", "bnb")),
    ),
    "it is Italian": _kind(
        "L",
        lambda name, at: name.segments[at].text.lower() == "it" and name.segments[at].element is Element.task,
    ),
    "sft, dpo and ppo are reuse": _kind("F", lambda name, at: name.segments[at].normal in {"sft", "dpo", "ppo"}),
    "opus is a data set, mt is nothing": lambda name, at, ours: (
        "D" if name.segments[at].normal == "opus"
        else "O" if name.segments[at].text.lower() == "mt" and any(one.normal == "opus" for one in name.segments)
        else ours
    ),
    "recipes of timm are nothing": _kind(
        "O",
        lambda name, at: name.segments[at].element is Element.training and name.segments[at].normal in RECIPES,
    ),
    "base beside a number of parameters is no training": _kind(
        "O", lambda name, at: name.segments[at].element is Element.training and name.segments[at].normal == "base"
    ),
    "merges, deltas and textual inversion are no reuse": _kind(
        "O", lambda name, at: name.segments[at].normal in {"merged", "delta", "embedding"}
    ),
    "vgg behind an address is no architecture": _kind(
        "O",
        lambda name, at: name.segments[at].normal in {"vgg", "cnn"} and len(name.segments[0].text) > LONGEST_WORD,
    ),
}  # fmt: skip
"""A whole kind of segment → the letter that a labelling gives it, or ours."""


class Copied(NamedTuple):
    """Micro-F1 as it is, the change by each kind, and with all that help."""

    now: float
    change: Mapping[str, float]
    all_that_help: float


def score(labels: Mapping[str, frozenset[str]], names: Mapping[str, Name], kinds: list[Letter]) -> float:
    """Micro-F1 of our reading changed by some kinds."""
    hits = both = 0
    for text, true in labels.items():
        letters = []
        for at, segment in enumerate(names[text].segments):
            letter = LETTER[segment.element]
            for kind in kinds:
                letter = kind(names[text], at, letter)
            letters.append(letter)
        said = fold(letters)
        hits += len(said & true)
        both += len(said) + len(true)
    return 2 * hits / both


def copied(data: Path) -> Mapping[str, Copied]:
    """Labelling → what copying its kinds would give."""
    found = {}
    for title, labelled in labellings(data).items():
        labels = {name: true for name, (true, _) in labelled.items()}
        names = {name: parse(name) for name in labels}
        now = score(labels, names, [])
        change = {words: score(labels, names, [kind]) - now for words, kind in KINDS.items()}
        helping = [KINDS[words] for words, gain in change.items() if gain > 0]
        found[title] = Copied(now, change, score(labels, names, helping))
    return found


class Itself(NamedTuple):
    """How far labels of the same name under two owners agree: F1 and exact sets, characters, on how many names."""

    f1: float
    exact: float
    characters: float | None
    names: int


def itself(data: Path) -> Mapping[str, Itself]:
    """Labelling → its agreement with itself; each name counts once, however many owners it has."""
    found = {}
    for title in ("segments", "elements"):
        groups: dict[str, list[dict[str, object]]] = defaultdict(list)
        for row in rows(data / f"name_{title}_gpt.jsonl"):
            groups[row["name"].rpartition("/")[2].lower()].append(row)
        twice = {name: several for name, several in groups.items() if len(several) > 1}
        hits = both = exact = same = total = 0.0
        for name, several in twice.items():
            pairs = list(combinations(several, 2))
            for first, second in pairs:
                one, other = _letters(first), _letters(second)
                hits += len(one & other) / len(pairs)
                both += (len(one) + len(other)) / len(pairs)
                exact += (one == other) / len(pairs)
                a, b = dict(_characters(name, first)), dict(_characters(name, second))
                shared = [at for at in a.keys() & b.keys() if name[at].isalnum()]
                same += sum(a[at] == b[at] for at in shared) / len(pairs)
                total += len(shared) / len(pairs)
        found[title] = Itself(2 * hits / both, exact / len(twice), same / total if total else None, len(twice))
    return found


def _letters(row: Mapping[str, object]) -> frozenset[str]:
    segments, elements = row.get("segments"), row.get("elements")
    if isinstance(segments, list):
        return fold(letter for _, letter in segments)
    return fold(elements if isinstance(elements, list) else [])


def _characters(name: str, row: Mapping[str, object]) -> Iterator[tuple[int, str]]:
    segments = row.get("segments")
    at = 0
    for text, letter in segments if isinstance(segments, list) else []:
        start = name.find(text.lower(), at)
        if start >= 0:
            at = start + len(text)
            yield from ((index, "S" if letter == "P" else letter) for index in range(start, at))


CAUSES: tuple[tuple[str, Callable[[frozenset[str]], bool]], ...] = (
    ("a brand: a family here, other there", lambda two: two == {"A", "O"}),
    ("a family or its maker", lambda two: "M" in two),
    ("an application here, other there", lambda two: two == {"T", "O"}),
    ("a format", lambda two: "W" in two),
    ("training or reuse", lambda two: bool(two & {"R", "F"})),
    ("a data set", lambda two: "D" in two),
    ("a family or an application", lambda two: two == {"A", "T"}),
    ("a version written onto its family", lambda two: two == {"A", "V"}),
    ("the rest", lambda _: True),
)
"""First that holds for the two letters of a character."""


class Characters(NamedTuple):
    """Characters with the same letter and all, by where the labelling cuts; and those that differ, by cause."""

    cuts: Mapping[str, tuple[int, int]]
    causes: Mapping[str, int]


def characters(data: Path) -> Characters:
    """Characters of the labelled segments, hand-labelled names left out."""
    known = labellings(data)["segments"]
    cuts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    causes = dict.fromkeys((words for words, _ in CAUSES), 0)
    for row in rows(data / "name_segments_gpt.jsonl"):
        if row["name"] not in known:
            continue
        ours = parse(row["name"]).segments
        letter = {at: LETTER[one.element] for one in ours for at in range(one.start, one.end)}
        cut = {(one.start, one.end) for one in ours}
        at = row["name"].rfind("/") + 1
        for text, label in row["segments"]:
            start = row["name"].lower().find(text.lower(), at)
            if start < 0:
                continue
            at = start + len(text)
            inside = any(start <= one.start and one.end <= at for one in ours)
            where = "as we do" if (start, at) in cut else "several of ours as one" if inside else "inside one of ours"
            for said in [letter[index] for index in range(start, at) if index in letter]:
                same = said == label or {said, label} <= {"S", "P"}
                cuts[where][0] += same
                cuts[where][1] += 1
                if not same:
                    causes[next(words for words, holds in CAUSES if holds(frozenset({said, label})))] += 1
    return Characters({where: (same, total) for where, (same, total) in cuts.items()}, causes)


def main() -> None:
    """Print all three."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    data = parser.parse_args().data
    for title, one in itself(data).items():
        letters = f", characters {one.characters:.3f}" if one.characters else ""
        print(f"name_{title}_gpt, {one.names} names of two owners: F1 {one.f1:.3f}, exact {one.exact:.3f}{letters}")
    for title, given in copied(data).items():
        print(f"name_{title}_gpt: {given.now:.4f}, with all that help {given.all_that_help:.4f}")
        for words, gain in given.change.items():
            print(f"   {words}: {gain:+.4f}")
    found = characters(data)
    total = sum(many for _, many in found.cuts.values())
    for where, (same, many) in found.cuts.items():
        print(f"characters, cut {where}: {same / many:.3f} of {many / total:.1%}")
    for words, number in found.causes.items():
        print(f"   {words}: {number / total:.1%}")


if __name__ == "__main__":
    main()
