"""Which words, nulls and lists of a config exact blueprints do not follow, though the class builds with others.

    python -m training.unvaried STUDIED OUT.txt [--seconds 8]

``training.verify`` judges numbers and flags; this changes what is left, one leaf at a time. What it finds and people
write is listed in ``dara_lint.blueprints.unheard`` (``UNVARIED``), so that such configs promise nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from dara_lint.blueprints import expect
from dara_lint.blueprints.compose import Library
from training import zoo
from training.build import Workshop, judged
from training.choices import string_choices
from training.sampling import Builder


def others(value: Any, words: Sequence[str]) -> list[Any]:
    """Other values of a leaf that is null, a word or a list."""
    if value is None:
        return [2, 64, True, 1.0, *words[:3]]
    if isinstance(value, str):
        return [word for word in words[:5] if word != value]
    if isinstance(value, list) and value and all(type(item) is int for item in value):
        return [[*value, value[-1]], value[:-1], [item + 1 for item in value]]
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return [value[:-1], [*value, value[-1]]]
    return []


def unfollowed(model_type: str, name: str, workshop: Workshop, seconds: float) -> Iterator[str]:
    """A line for each leaf of the class whose change its blueprint gets wrong."""
    unit, library, until = workshop.unit(model_type, name), Library(workshop.kind, workshop.unit), time.time() + seconds
    builder, raw = Builder(model_type, name), zoo.small(model_type, name)
    base = builder.sample(raw)
    if unit is None or not unit.exact or base is None:
        return
    known = string_choices(model_type, name)
    for path, value in zoo.leaves(raw):
        field = str(path[-1])
        for other in [] if zoo.IGNORED.search(field) else others(value, known.get(field, ())):
            if time.time() > until:
                return
            sample = None
            with contextlib.suppress(Exception):  # a value that does not fit fails in any way it likes
                sample = builder.sample(zoo.put(raw, path, other))
            if sample is None or sample.tensors == base.tensors or expect(zoo.given(sample.raw), name) is None:
                continue
            if wrong := judged(unit, sample, library)["wrong"]:
                yield f"{model_type} {name} {'.'.join(map(str, path))} {value!r:.40} {other!r:.40} {wrong[0]}"
                break


def main() -> None:
    """Ask of the first class of each type."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("studied", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seconds", type=float, default=8.0, help="time for a class")
    options = parser.parse_args()
    workshop = Workshop(options.studied)
    with options.out.open("w") as out:
        for model_type, name in dict(reversed(zoo.pairs())).items():
            with contextlib.suppress(Exception):  # the smallest config does not build
                for line in unfollowed(model_type, name, workshop, options.seconds):
                    print(line, file=out, flush=True)


if __name__ == "__main__":
    main()
