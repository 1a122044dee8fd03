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
from dara_lint.recognize.profiles import SINGLE
from dara_lint.recognize.sentences import SMALL, Vocabulary, words
from dara_lint.recognize.shapes import Shapes
from training.recognise_data import Sample

SENTENCES = 10
"""Sentences of shapes that are kept of a class: its default's and the commonest others. The bundle has room for those
of transformers alone."""
SAME_LAYOUT = 0.6
"""Share of patterns in common from which two versions of a class are one layout."""


def _level(count: int, total: int) -> str:
    share = count / total
    return "4" if count == total else "3" if share >= 0.7 else "2" if share >= 0.25 else "1" if count else "0"


def _steps(numbers: Sequence[int]) -> list[int]:
    return [number - before for number, before in zip(numbers, (0, *numbers), strict=False)]


def tables(samples: Iterable[Sample]) -> tuple[list[str], list[str], dict[str, dict[str, list[int]]], Shapes]:
    """Lines, vocabulary, postings and shapes of samples."""
    types: dict[tuple[str, str], dict[str, list[Sample]]] = defaultdict(lambda: defaultdict(list))
    vocabulary_set: set[str] = set()
    for sample in samples:
        types[sample.library, sample.label][sample.name].append(sample)
        vocabulary_set |= sample.signature
    vocabulary = sorted(vocabulary_set)
    number_of = {pattern: number for number, pattern in enumerate(vocabulary)}
    lines: list[str] = []
    shapes: list[str] = []
    words_known = Vocabulary()
    postings: dict[str, dict[str, list[int]]] = {channel: defaultdict(list) for channel in POSTED}
    for line_number, ((library, label), classes) in enumerate(sorted(types.items())):
        line, patterns, heard = _line(library, label, classes, number_of, words_known)
        lines.append(line)
        shapes.append(heard)
        tokens = {
            "core": {core(pattern) for pattern in patterns},
            "leaf": {leaf(pattern) for pattern in patterns},
            "segment": {segment for pattern in patterns for segment in pattern.split(".")} - {"*"},
        }
        for channel, found in tokens.items():
            for token in found:
                postings[channel][token].append(line_number)
    return lines, vocabulary, postings, Shapes("\n".join([" ".join(words_known.words), *shapes]))


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
    library: str, label: str, classes: dict[str, list[Sample]], number_of: dict[str, int], words_known: Vocabulary
) -> tuple[str, list[str], str]:
    since = min(_version(each) for samples in classes.values() for each in samples)
    classes = {f"{name} {at}": group for name, samples in classes.items() for at, group in enumerate(layouts(samples))}
    patterns = sorted({pattern for samples in classes.values() for each in samples for pattern in each.signature})
    ranks: dict[str, set[int]] = defaultdict(set)
    counts: dict[str, Counter[str]] = {}
    for name, samples in classes.items():
        counts[name] = Counter(pattern for each in samples for pattern in each.signature)
        for each in samples:
            for pattern, rank in each.evidence.ranks.items():
                ranks[pattern].add(rank)
    builds: dict[str, list[str]] = defaultdict(list)
    for name, samples in classes.items():
        builds["".join(_level(counts[name][pattern], len(samples)) for pattern in patterns)].append(name)
    written = [
        [
            sorted({name.partition(" ")[0] for name in names}),
            levels,
            *_groups(patterns, levels, [each.signature for name in names for each in classes[name]]),
        ]
        for levels, names in sorted(builds.items(), key=lambda item: sorted(item[1]))
    ]
    line = {
        "label": label,
        "library": library,
        "since": 100 * since[0] + since[1],
        "patterns": _steps([number_of[pattern] for pattern in patterns]),
        "ranks": "".join(
            str(min(9, next(iter(ranks[pattern])))) if len(ranks[pattern]) == 1 else "?" for pattern in patterns
        ),
        "builds": written,
    }
    order = [names for _, names in sorted(builds.items(), key=lambda item: sorted(item[1]))]
    heard = (
        _heard([[classes[name] for name in names] for names in order], words_known) if library == "transformers" else ""
    )
    return json.dumps(line, separators=(",", ":")), patterns, heard


def _groups(patterns: Sequence[str], levels: str, signatures: Sequence[frozenset[str]]) -> list[str]:
    """``Build.groups`` in a list; an empty one where every pattern comes and goes alone."""
    optional = [pattern for pattern, level in zip(patterns, levels, strict=True) if level not in "04"]
    there = [tuple(pattern in signature for signature in signatures) for pattern in optional]
    counts = Counter(there)
    letters: dict[tuple[bool, ...], str] = {}
    for each in there:
        if counts[each] > 1:
            letters.setdefault(each, chr(ord("A") + len(letters)))
    return ["".join(letters.get(each, SINGLE) for each in there)] if letters else []


def _heard(builds: Sequence[Sequence[list[Sample]]], words_known: Vocabulary) -> str:
    """The default sizes of a type's classes, and the sentences of each build, as ``shapes.Shapes`` reads them."""
    sizes: set[int] = set()
    saying: dict[str, set[int]] = defaultdict(set)
    for number, build in enumerate(builds):
        for samples in build:
            counts: Counter[str] = Counter()
            for each in sorted(samples, key=lambda sample: (_version(sample), -sample.number), reverse=True):
                counts[words_known.sentence(words([shape for _, shape in each.tensors if shape is not None]))] += 1
                if each.number == 0:
                    sizes |= {size for _, shape in each.tensors for size in shape or () if size > SMALL}
            first = next(iter(counts))
            for sentence in dict.fromkeys([first, *(said for said, _ in counts.most_common(SENTENCES))][:SENTENCES]):
                saying[sentence].add(number)
    said = [f"{','.join(map(str, sorted(numbers)))}:{sentence}\t" for sentence, numbers in sorted(saying.items())]
    return f"{','.join(map(str, _steps(sorted(sizes))))}\t{''.join(said)}"


def sizes(lines: int, postings: dict[str, dict[str, list[int]]]) -> dict[str, list[float]]:
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
    lines, vocabulary, postings, shapes = tables(samples)
    return Atlas(lines, vocabulary, postings, sizes(len(lines), postings), lambda: shapes)


def write(samples: Iterable[Sample], folder: Path) -> dict[str, int]:
    """Write what the package bundles; returns bytes by file."""
    lines, vocabulary, postings, shapes = tables(samples)
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "profiles.zz": "\n".join(lines),
        "patterns.zz": "\n".join(vocabulary),
        "shapes.zz": "\n".join([" ".join(shapes.vocabulary.words), *shapes.lines]),
    }
    for channel, tokens in postings.items():
        files[f"{channel}.zz"] = "\n".join(
            f"{token}\t{','.join(map(str, _steps(numbers)))}" for token, numbers in sorted(tokens.items())
        )
    files["sizes.zz"] = json.dumps(sizes(len(lines), postings), separators=(",", ":"))
    for name, text in files.items():
        (folder / name).write_bytes(zlib.compress(text.encode(), 9))
    return {name: (folder / name).stat().st_size for name in files}
