"""Samples -> profiles: the lines, vocabulary and postings that an ``Atlas`` is made of."""

from __future__ import annotations

import json
import math
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from dara_lint.recognize.atlas import POSTED, Atlas
from dara_lint.recognize.evidence import leaf
from dara_lint.recognize.normalize import core
from training.recognise_data import Sample

LEAST_GRAM = 0.45
"""A shape token counts for a class from this share of its samples; the bundle has room for those of
transformers alone."""


SAME_LAYOUT = 0.6
"""Share of patterns in common from which two versions of a class are one layout."""


def _level(count: int, total: int) -> str:
    share = count / total
    return "4" if count == total else "3" if share >= 0.7 else "2" if share >= 0.25 else "1" if count else "0"


def _steps(numbers: Sequence[int]) -> list[int]:
    return [number - before for number, before in zip(numbers, (0, *numbers), strict=False)]


def tables(samples: Iterable[Sample]) -> tuple[list[str], list[str], dict[str, dict[str | int, list[int]]]]:
    """Lines, vocabulary and postings of samples."""
    types: dict[tuple[str, str], dict[str, list[Sample]]] = defaultdict(lambda: defaultdict(list))
    vocabulary_set: set[str] = set()
    for sample in samples:
        types[sample.library, sample.label][sample.name].append(sample)
        vocabulary_set |= sample.signature
    vocabulary = sorted(vocabulary_set)
    number_of = {pattern: number for number, pattern in enumerate(vocabulary)}
    lines: list[str] = []
    postings: dict[str, dict[str | int, list[int]]] = {channel: defaultdict(list) for channel in POSTED}
    for line_number, ((library, label), classes) in enumerate(sorted(types.items())):
        line, patterns, grams = _line(library, label, classes, number_of)
        lines.append(line)
        tokens: dict[str, set[str] | set[int]] = {
            "core": {core(pattern) for pattern in patterns},
            "leaf": {leaf(pattern) for pattern in patterns},
            "segment": {segment for pattern in patterns for segment in pattern.split(".")} - {"*"},
            "gram": set(grams),
        }
        for channel, found in tokens.items():
            for token in found:
                postings[channel][token].append(line_number)
    return lines, vocabulary, postings


def _version(sample: Sample) -> tuple[int, int]:
    numbers = sample.version.rpartition("-")[2].split(".")
    return int(numbers[0]), int(numbers[1])


def layouts(samples: list[Sample]) -> list[list[Sample]]:
    """A class's samples, those of library versions that name most tensors differently apart."""
    versions: dict[str, list[Sample]] = defaultdict(list)
    for sample in sorted(samples, key=_version, reverse=True):
        versions[sample.version].append(sample)
    groups: list[tuple[set[str], list[Sample]]] = []
    for found in versions.values():
        patterns = {pattern for each in found for pattern in each.signature}
        for known, group in groups:
            if len(known & patterns) >= SAME_LAYOUT * len(known | patterns):
                group.extend(found)
                known.update(patterns)
                break
        else:
            groups.append((patterns, list(found)))
    return [group for _, group in groups]


def _line(
    library: str, label: str, classes: dict[str, list[Sample]], number_of: dict[str, int]
) -> tuple[str, list[str], list[int]]:
    since = min(_version(each) for samples in classes.values() for each in samples)
    classes = {f"{name} {at}": group for name, samples in classes.items() for at, group in enumerate(layouts(samples))}
    patterns = sorted({pattern for samples in classes.values() for each in samples for pattern in each.signature})
    ranks: dict[str, set[int]] = defaultdict(set)
    counts: dict[str, Counter[str]] = {}
    gram_counts: dict[str, Counter[int]] = {}
    for name, samples in classes.items():
        counts[name] = Counter(pattern for each in samples for pattern in each.signature)
        gram_counts[name] = Counter(gram for each in samples for gram in each.evidence.gram)
        for each in samples:
            for pattern, rank in each.evidence.ranks.items():
                ranks[pattern].add(rank)
    grams = sorted(
        {
            gram
            for name, samples in classes.items()
            for gram, count in gram_counts[name].items()
            if library == "transformers" and count >= LEAST_GRAM * len(samples)
        }
    )
    builds: dict[str, list[str]] = defaultdict(list)
    for name, samples in classes.items():
        builds["".join(_level(counts[name][pattern], len(samples)) for pattern in patterns)].append(name)
    written = []
    for levels, names in sorted(builds.items(), key=lambda item: sorted(item[1])):
        total = sum(len(classes[name]) for name in names)
        merged: Counter[int] = Counter()
        for name in names:
            merged.update(gram_counts[name])
        gram_levels = "".join(
            _level(merged[gram], total) if merged[gram] >= LEAST_GRAM * total else "0" for gram in grams
        )
        written.append([sorted({name.partition(" ")[0] for name in names}), levels, gram_levels])
    line = {
        "label": label,
        "library": library,
        "since": 100 * since[0] + since[1],
        "patterns": _steps([number_of[pattern] for pattern in patterns]),
        "ranks": "".join(
            str(min(9, next(iter(ranks[pattern])))) if len(ranks[pattern]) == 1 else "?" for pattern in patterns
        ),
        "builds": written,
        "grams": _steps(grams),
    }
    return json.dumps(line, separators=(",", ":")), patterns, grams


def sizes(lines: int, postings: dict[str, dict[str | int, list[int]]]) -> dict[str, list[float]]:
    """Channel → the weight of all tokens of each line."""
    found = {}
    for channel, tokens in postings.items():
        totals = [0.0] * lines
        for numbers in tokens.values():
            weight = math.log1p(lines / len(numbers))
            for number in numbers:
                totals[number] += weight
        found[channel] = [round(total, 1) for total in totals]
    return found


def atlas(samples: Iterable[Sample]) -> Atlas:
    """An atlas in memory."""
    lines, vocabulary, postings = tables(samples)
    return Atlas(lines, vocabulary, postings, sizes(len(lines), postings))


def _order(item: tuple[str | int, list[int]]) -> tuple[int, str]:
    return (item[0], "") if isinstance(item[0], int) else (0, item[0])


def _numbered(line: str, number_of: dict[int, int]) -> str:
    """A line whose shape tokens are numbers into the sorted list of all."""
    raw = json.loads(line)
    at = 0
    numbers = []
    for step in raw["grams"]:
        at += step
        numbers.append(number_of[at])
    raw["grams"] = _steps(numbers)
    return json.dumps(raw, separators=(",", ":"))


def write(samples: Iterable[Sample], folder: Path) -> dict[str, int]:
    """Write what the package bundles; returns bytes by file."""
    lines, vocabulary, postings = tables(samples)
    folder.mkdir(parents=True, exist_ok=True)
    number_of = {gram: number for number, gram in enumerate(sorted(int(token) for token in postings["gram"]))}
    files = {
        "profiles.zz": "\n".join(_numbered(line, number_of) for line in lines),
        "patterns.zz": "\n".join(vocabulary),
    }
    for channel, tokens in postings.items():
        files[f"{channel}.zz"] = "\n".join(
            f"{token}\t{','.join(map(str, _steps(numbers)))}" for token, numbers in sorted(tokens.items(), key=_order)
        )
    files["sizes.zz"] = json.dumps(sizes(len(lines), postings), separators=(",", ":"))
    for name, text in files.items():
        (folder / name).write_bytes(zlib.compress(text.encode(), 9))
    return {name: (folder / name).stat().st_size for name in files}
