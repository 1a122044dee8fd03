"""Measure claims of the architecture with a lexicon that has not seen the names it is measured on.

``python tools/names_folds.py ../shared/data`` (needs what ``names_architecture.py`` needs). The curated part of the
lexicon (``names_families.txt``) was written with ``name_registry.jsonl`` and ``name_architecture.jsonl`` in sight. So
the names are put into five folds by a hash of their text, and for each fold the lexicon is rebuilt from what the
libraries say and from what the four other folds show:

* "five folds": a curated entry stays when transformers, timm, diffusers or gguf know its spelling, or when names of
  the other folds, or names of the two snapshots that are in no fold, bear it; else it is taken out, since its only
  source is the fold under test;
* "five folds, types too": of the model types of an entry only those stay, moreover, that a library gives to the
  spelling or that names of the other folds under it have. That takes out what an entry says from papers and configs
  as well (a type that one single name of the files bears), so it bounds the figure from below.

Printed beside it: the lexicon as shipped, and what is left of it when no labelled name counts as a source.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import importlib.util
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import names_architecture
from names_architecture import Record
from names_lexicon import curated, from_gguf, from_timm, from_transformers, squeeze

from dara_lint.names import claim, lexicon, reader
from dara_lint.names.lexicon import Lexicon

FOLDS = 5
TITLES = ("as shipped", "five folds", "five folds, types too", "no labelled name as a source")
_CHECKPOINT = re.compile(r'checkpoint="(?:[\w.-]+/)?([\w.-]+)"')
_WORDS = re.compile(r"[^\W_]+")
_CLASS = re.compile(r"^class (\w+?)(?:Pipeline|Transformer\w*Model|Model)\b", re.MULTILINE)


class Sets(NamedTuple):
    """Names of one measurement: all, those that carry and claim, the false and the swapped that were found."""

    names: int
    carry: int
    claimed: int
    false: tuple[str, ...]
    found: int


def libraries() -> dict[str, frozenset[str]]:
    """Spelling → model types that a library gives it; empty where it knows the name only."""
    found: dict[str, set[str]] = defaultdict(set)
    for spelling in [*from_timm(), *from_gguf(), *diffusers()]:
        found[spelling].update()
    for spelling, types in from_transformers().items():
        found[spelling].update(types)
    for spelling, kind in documented():
        found[spelling].add(kind)
    return {spelling: frozenset(types) for spelling, types in found.items()}


def documented() -> Iterator[tuple[str, str]]:
    """What transformers' sources say: a folder's name, and the checkpoints that its configurations name."""
    spec = importlib.util.find_spec("transformers")
    if spec is None or spec.origin is None:
        raise SystemExit("transformers is not installed")
    known = {kind for types in from_transformers().values() for kind in types}
    for file in sorted((Path(spec.origin).parent / "models").glob("*/configuration_*.py")):
        text = file.read_text(encoding="utf-8")
        kinds = [kind for kind in re.findall(r'model_type = "([\w-]+)"', text) if kind in known]
        if len(kinds) != 1:
            continue
        yield squeeze(file.parent.name), kinds[0]
        for checkpoint in _CHECKPOINT.findall(text):
            words = re.split(r"[-_]", checkpoint)
            for end in range(1, len(words) + 1):
                yield squeeze("".join(words[:end])), kinds[0]


def diffusers() -> Iterator[str]:
    """Folders of diffusers' pipelines, and the names before its classes' ``Model``."""
    spec = importlib.util.find_spec("diffusers")
    if spec is None or spec.origin is None:
        raise SystemExit("diffusers is not installed")
    root = Path(spec.origin).parent
    for folder in (root / "pipelines").iterdir():
        if folder.is_dir() and not folder.name.startswith("_"):
            yield squeeze(folder.name)
    for file in (root / "models").rglob("*.py"):
        for name in _CLASS.findall(file.read_text(encoding="utf-8")):
            yield squeeze(name)


def in_fold(fold: int, name: str) -> bool:
    """Whether a name is in that fold, by its SHA-256."""
    return hashlib.sha256(name.encode()).digest()[0] % FOLDS == fold


def witnesses(known: Iterable[Record]) -> Mapping[str, list[Record]]:
    """Spelling of the lexicon → the names that bear it, by the segments and keys that the shipped reader uses."""
    found: dict[str, list[Record]] = defaultdict(list)
    full = lexicon.lexicon()
    for record in known:
        plain = squeeze(record.name.rpartition("/")[2])
        for spelling in {
            plain[at:end] for at in range(len(plain)) for end in range(at + 2, min(len(plain), at + 40) + 1)
        }:
            if spelling in full.types:
                found[spelling].append(record)
    return found


def elsewhere(data: Path, known: Iterable[Record]) -> frozenset[str]:
    """Spellings that names of the two snapshots bear as whole words, names under test left out."""
    tested = {record.name for record in known}
    found: set[str] = set()
    for file in sorted(data.glob("snapshot_*.csv")):
        with file.open(encoding="utf-8", newline="") as table:
            for row in csv.DictReader(table):
                if row["name"] not in tested:
                    words = _WORDS.findall(row["name"].rpartition("/")[2].lower())
                    found.update(
                        "".join(words[at:end]) for at in range(len(words)) for end in range(at + 1, len(words) + 1)
                    )
    return frozenset(found)


def rebuilt(
    of_libraries: Mapping[str, frozenset[str]], seen: Mapping[str, list[Record]], held: Callable[[str], bool], by: str
) -> Lexicon:
    """The lexicon without what only the ``held`` names show, ``by`` whole entries or by their model types too."""
    full = lexicon.lexicon()
    types: dict[str, tuple[str, ...]] = {}
    lost: set[str] = set()
    by_hand = curated()
    for spelling, allowed in full.types.items():
        shown = {kind for record in seen.get(spelling, ()) if not held(record.name) for kind in record.types}
        library = of_libraries.get(spelling)
        if spelling not in by_hand or (by == "entries" and (library is not None or shown)):
            types[spelling] = allowed
        elif library is not None or shown:
            types[spelling] = tuple(kind for kind in allowed if kind in shown or kind in (library or ()))
        else:
            lost.add(spelling)
    words = {spelling: entry for spelling, entry in full.words.items() if spelling not in lost}
    return full._replace(types=types, words=words)


def measured(known: list[Record], swapped: Mapping[str, Record], carries: set[str], words: Lexicon) -> Sets:
    """Claims of ``known`` under the lexicon ``words``."""
    false: list[str] = []
    claimed = found = carry = 0
    given = mock.Mock(return_value=words)
    reader._remembered.cache_clear()  # noqa: SLF001 - its answers belong to another lexicon
    with mock.patch.multiple(reader, lexicon=given), mock.patch.multiple(claim, lexicon=given):
        for record in known:
            allowed = claim.architecture_claim(reader.parse(record.name))
            claimed += bool(allowed)
            if allowed and not allowed & record.types:
                false.append(record.name)
            if record.name in carries:
                carry += 1
                found += bool(allowed) and not allowed & swapped[record.name].types
    reader._remembered.cache_clear()  # noqa: SLF001
    return Sets(len(known), carry, claimed, tuple(false), found)


def shown(title: str, parts: list[Sets]) -> str:
    """One line of figures over the folds."""
    names, carry = sum(part.names for part in parts), sum(part.carry for part in parts)
    claimed, found = sum(part.claimed for part in parts), sum(part.found for part in parts)
    false = sum(len(part.false) for part in parts)
    true = 1 - false / claimed
    return (
        f"{title}: {claimed} of {names} names claim one, right family {true:.4f}, "
        f"false contradictions {false} = {false / names:.3%}, "
        f"swapped found {found / carry:.4f} of {carry} that carry one"
    )


class Figures(NamedTuple):
    """The parts of each measurement: one, or one a fold."""

    shipped: list[Sets]
    folds: list[Sets]
    strict: list[Sets]
    unlabelled: list[Sets]


def figures(data: Path, known: list[Record]) -> Figures:
    """All measurements."""
    carries = names_architecture.carriers(known)
    swapped = names_architecture.swapped(known)
    of_libraries = dict.fromkeys(elsewhere(data, known), frozenset[str]()) | libraries()
    seen = witnesses(known)
    parts: dict[str, list[Sets]] = {"entries": [], "types": []}
    for by, found in parts.items():
        for fold in range(FOLDS):
            held = partial(in_fold, fold)
            under_test = [record for record in known if held(record.name)]
            found.append(measured(under_test, swapped, carries, rebuilt(of_libraries, seen, held, by)))
    unlabelled = rebuilt(of_libraries, seen, lambda _: True, "entries")
    return Figures(
        [measured(known, swapped, carries, lexicon.lexicon())],
        parts["entries"],
        parts["types"],
        [measured(known, swapped, carries, unlabelled)],
    )


def main() -> None:
    """Print the four lines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--wrong", action="store_true", help="list the false contradictions of the five folds")
    arguments = parser.parse_args()
    found = figures(arguments.data, list(names_architecture.records(arguments.data)))
    print("\n".join(shown(title, part) for title, part in zip(TITLES, found, strict=True)))
    if arguments.wrong:
        for name in sorted(name for part in found.folds for name in part.false):
            print(f"   {name}")


if __name__ == "__main__":
    main()
