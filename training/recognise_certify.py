"""Asks transformers whether an answer that the corpus calls wrong could have been right.

    python -m training.recognise_certify TEST.json

The equals of a sample are those that some other sample of the corpus has the same names as, but a class may have them
under flags that no sample combines. Of each answer that ``recognise_evaluate.py`` noted as a miss, the answered class
(or of a class that nobody saw and that fits nothing, each class of the answered type) is built with what the sample's
tensors imply of its config (``dara_lint.blueprints.solve``), or as it is by default, and with its flags changed, one
after the other, towards the sample's names. If they can be the same, the answer was right: no one could tell the two
apart. It is transformers that says so, not the blueprint. What is found joins the file in place of tensors.
"""

from __future__ import annotations

import argparse
import contextlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dara_lint.blueprints import solve
from dara_lint.model import Tensor
from training import zoo
from training.choices import string_choices
from training.recognise_corpus import built, together
from training.recognise_data import evidence

STEPS = 8
SECONDS = 8.0
MOST_CLASSES = 12


def distance(raw: dict[str, Any], class_name: str, wanted: frozenset[str]) -> int | None:
    """In how many masked names what a config gives differs from those wanted; None where it does not fit its class."""
    with contextlib.suppress(Exception):
        tensors = zoo.tensors(raw, class_name, SECONDS)
        return len(evidence([(name, shape) for name, (shape, _) in tensors.items()]).full ^ wanted)
    return None


def changes(raw: dict[str, Any], model_type: str, class_name: str) -> Iterator[dict[zoo.Path, Any]]:
    """Each flag or word changed alone, each number that may say from which layer on, and what belongs together."""
    words = string_choices(model_type, class_name)
    depth = max((size for path, size in zoo.leaves(raw) if _is_depth(path, size)), default=0)
    for path, value in zoo.leaves(raw):
        if isinstance(value, int) and not isinstance(value, bool) and value < depth:
            yield {path: depth}
        if not zoo.IGNORED.search(str(path[-1])) and (isinstance(value, bool | str) or value is None):
            others = [not value] if isinstance(value, bool) else words.get(str(path[-1]), ())
            yield from ({path: other} for other in others if other != value)
    yield from together(raw)


def _is_depth(path: zoo.Path, value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and bool(zoo.DEPTH.search(str(path[-1])))


def starts(
    model_type: str, class_name: str, tensors: list[tuple[str, list[int]]], sample: tuple[str, str, int]
) -> Iterator[dict[str, Any]]:
    """The small config of a class with what these tensors imply of it, with what the sample's own config has under the
    same keys, then as it is. Raises what the class raises."""
    small = raw = zoo.small(model_type, class_name)
    known = solve([Tensor(name, tuple(shape), "F32", 0) for name, shape in tensors], model_type, class_name)
    for key, value in known.items():
        with contextlib.suppress(KeyError, TypeError):  # a key that the small config has nothing for
            raw = zoo.put(raw, tuple(key.split(".")), value)
    yield raw
    if (own := built(*sample, SECONDS)) is not None:
        for base in (small, raw):
            yield laid_over(base, own[0])
    yield small


def laid_over(raw: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """A config with what another has at the same paths, or else under the same keys, in itself or in one of its
    parts."""
    parts = [own, *(value for value in own.values() if isinstance(value, dict))]
    for path, _ in zoo.leaves(raw):
        places = [(own, path), *((part, path[-1:]) for part in parts)]
        found = next((part for part in places if _there(*part)), None)
        value = zoo.get(*found) if found else None
        if value is not None and path[-1] != "model_type":
            raw = zoo.put(raw, path, value)
    return raw


def _there(raw: dict[str, Any], path: zoo.Path) -> bool:
    with contextlib.suppress(KeyError, TypeError, IndexError):
        return not isinstance(zoo.get(raw, path), dict)
    return False


def builds(raw: dict[str, Any], model_type: str, class_name: str, wanted: frozenset[str]) -> bool:
    """Whether some flags give the class exactly these names: the change that brings it nearest, as long as one does."""
    nearest = distance(raw, class_name, wanted)
    for _ in range(STEPS):
        if not nearest:
            break
        tried = [zoo.merged(raw, change) for change in changes(raw, model_type, class_name)]
        found = [(far, other) for other in tried if (far := distance(other, class_name, wanted)) is not None]
        best, raw = min(found, key=lambda each: each[0], default=(nearest, raw))
        if best >= nearest:
            break
        nearest = best
    return nearest == 0


def certified(miss: dict[str, Any]) -> str:
    """The answered class that can have the sample's names, the first one first; "" when none of them can."""
    model_type, classes = miss["answer"]
    for class_name in classes[:MOST_CLASSES]:
        with contextlib.suppress(Exception):  # the default config does not build
            for raw in starts(model_type, class_name, miss["tensors"], miss["sample"]):
                if builds(raw, model_type, class_name, frozenset(miss["names"])):
                    return str(class_name)
    return ""


def main() -> None:
    """Ask for each miss and write how many are certified, by row and what was asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("test", type=Path)
    arguments = parser.parse_args()
    zoo._prepare()  # noqa: SLF001
    test = json.loads(arguments.test.read_text())
    counts: Counter[str] = Counter()
    for miss in test["misses"]:
        found = miss["certified"] = certified(miss)
        del miss["names"], miss["tensors"]
        counts[f"{miss['row']}, type"] += bool(found) and "type" in miss["wrong"]
        counts[f"{miss['row']}, class"] += found == miss["answer"][1][0] and "class" in miss["wrong"]
    test["certified"] = dict(counts)
    print(len(test["misses"]), dict(counts))
    arguments.test.write_text(json.dumps(test, indent=1))


if __name__ == "__main__":
    main()
