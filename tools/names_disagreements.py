"""Read disagreements with the two LLM labellings one by one: ``names_disagreements.py ../shared/data``.

Of each labelling the 25 names whose sets of elements differ most, which is the worst 50, and 25 more drawn by the hash
of the name, which are a fair sample. Whose mistake each is, and why, stands in ``names_judged.json``: ``theirs``,
``ours``, ``both``, or ``open`` where either reading can be defended. Exits 1 when one was not read.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from names_measure import AFTER, HAND, fold, letters_of, rows, shown

from dara_lint.names import parse

JUDGED = Path(__file__).with_name("names_judged.json")
EACH = 25
DRAW = b"second draw: "
"""Before the name that is hashed. What an earlier draw showed to be ours was mended, so that it is no fair sample."""


class Disagreement(NamedTuple):
    """A name that a labelling reads otherwise: what only they say, what only we say, both readings, the verdict."""

    labelling: str
    drawn: str
    name: str
    theirs: str
    ours: str
    label: str
    reading: str
    verdict: str
    why: str


def labellings(data: Path) -> Mapping[str, Mapping[str, tuple[frozenset[str], str]]]:
    """Labelling → name → its letters, and the label as it stands; names of the hand labels left out."""
    held = {row["name"] for path in (HAND, AFTER) for row in rows(path)}
    segments = {
        row["name"]: (fold(letter for _, letter in row["segments"]), " ".join(f"{t}/{e}" for t, e in row["segments"]))
        for row in rows(data / "name_segments_gpt.jsonl")
        if row["name"] not in held
    }
    sets = {
        row["name"]: (fold(row["elements"]), "".join(sorted(row["elements"])))
        for row in rows(data / "name_elements_gpt.jsonl")
        if row["name"] not in held
    }
    return {"segments": segments, "elements": sets}


def disagreements(data: Path) -> Iterator[Disagreement]:
    """The worst and the drawn ones of each labelling."""
    judged = json.loads(JUDGED.read_text(encoding="utf-8")) if JUDGED.is_file() else {}
    for title, labels in labellings(data).items():
        apart = {name: letters_of(parse(name)) ^ true for name, (true, _) in labels.items()}
        wrong = sorted((name for name in apart if apart[name]), key=lambda name: (-len(apart[name]), name))
        fair = sorted(wrong[EACH:], key=lambda name: hashlib.sha256(DRAW + name.encode()).digest())
        for drawn, names in (("worst", wrong[:EACH]), ("drawn", fair[:EACH])):
            for name in names:
                true, label = labels[name]
                said = letters_of(parse(name))
                verdict, why = judged.get(title, {}).get(name, ["unread", ""])
                more, less = "".join(sorted(true - said)), "".join(sorted(said - true))
                yield Disagreement(title, drawn, name, more, less, label, shown(parse(name)), verdict, why)


def tally(found: list[Disagreement], drawn: str) -> Counter[str]:
    """How often each verdict was given."""
    return Counter(one.verdict for one in found if one.drawn == drawn)


def main() -> None:
    """Print a table and the tallies."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    found = list(disagreements(parser.parse_args().data))
    for one in found:
        print(f"{one.labelling} {one.drawn} {one.name} | they +{one.theirs or '-'} we +{one.ours or '-'}", end=" | ")
        print(f"{one.label} | {one.reading} | {one.verdict}: {one.why}")
    for drawn in ("worst", "drawn"):
        print(drawn, dict(tally(found, drawn)))
    raise SystemExit(any(one.verdict == "unread" for one in found))


if __name__ == "__main__":
    main()
