"""Which values of a config's keys the bundled blueprints follow, where they do not follow them all.

    python -m training.unvaried SHOWN.json [--types a,b] [--seconds 20]

``training.verify`` varies numbers and flags together; this changes every leaf of a small config of every class alone,
words, nulls and lists as well, and what inference takes for harmless (``zoo.IGNORED``). A key is written down where
the class builds with another value and its blueprint is wrong, where it builds with none and no pattern reads the key,
so that the blueprint was never shown what it does, and where patterns read words, of which those are followed that
were tried. With the key stands what is followed (``dara_lint.blueprints.shown``); ``training.pack --shown`` puts it
into the bundle, and a config that says anything else promises nothing.

SHOWN.json also names the classes that were not asked, and those of which some keys were not, with these.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from dara_lint.blueprints import bundle
from dara_lint.blueprints.arithmetic import UnknownValueError
from dara_lint.blueprints.compose import HYBRID, Kind, Library, parts
from dara_lint.blueprints.expectation import whole_key
from dara_lint.blueprints.shown import ANY_LENGTH, EXACTLY, LENGTH, exactly, shown, told
from dara_lint.blueprints.unheard import SHAPING, unheard
from dara_lint.blueprints.unit import Unit
from training import zoo
from training.build import judged, kind_of
from training.changes import lookup
from training.choices import alternatives, keywords, optional, spellings, string_choices
from training.infer import used
from training.sampling import Builder, Sample

KINDS = ("full_attention", "linear_attention", "conv")
"""Kinds of layers whose tensors differ."""
UNSIZED = re.compile(f"{zoo.IGNORED.pattern}|^out_(indices|features)$|^stage_names$|^layer_types$|rope")
"""Keys that size nothing where their class reads none of them."""
TABLE = {"rope_type": "linear", "type": "linear", "factor": 2.0}
"""The one table that people write where a config has null by default: how positions are scaled."""


class Builds(Protocol):
    """Builds a class of a config, as ``training.sampling.Builder`` does."""

    def sample(self, raw: dict[str, Any], /) -> Sample | None:
        """The config with its tensors, or None when the class cannot be built with it."""


class Found(NamedTuple):
    """A key that is not followed whatever it says: what is followed of it, and why no more."""

    key: str
    followed: list[Any]
    why: str


def others(name: str, value: Any, full: Any, words: Sequence[str]) -> Iterator[Any]:
    """Other values of a leaf, those first that differ most; ``full`` is what the class makes of a null."""
    if isinstance(value, list) and value:
        yield from ([*value, value[-1]], value[:-1])
        if all(type(item) is int for item in value):
            yield [item * 2 for item in value]
            if re.search("depth|layers|block", name):
                yield [item + 1 for item in value]
                yield from ([*value[:at], value[at] - 1, *value[at + 1 :]] for at in range(len(value)) if value[at] > 1)
        elif all(isinstance(item, str) for item in value):
            yield from ([value[0]] * len(value), value[::-1])
    elif value is None and isinstance(full, list) and full and all(isinstance(item, str) for item in full):
        for word in dict.fromkeys((*full, *words, *KINDS)):
            yield from ([word] * len(full), [*full[:1], *[word] * (len(full) - 1)])
    elif value is None and full is None:
        yield from (*words[:3], 2, 64, True, 1.0, *((TABLE,) if "rope" in name else ()))
    elif value is not None or type(full) is int:  # what else the class makes of other keys is not for people to say
        yield from alternatives(name, value, full, tuple(words))


def followed(value: Any, right: Iterable[Any], wrong: Iterable[Any]) -> list[Any]:
    """What is followed, so that it holds for the ``right`` values and for no ``wrong`` one."""
    good = [value, *right]
    kinds = dict.fromkeys(each for item in good for each in shown(item))
    if value is None and any(isinstance(item, list) for item in good):  # as long as the model is deep
        kinds = dict.fromkeys((ANY_LENGTH, *(each for each in kinds if not str(each).startswith(LENGTH))))
    if not any(told(item, frozenset(kinds)) for item in wrong):
        return list(kinds)
    return list(dict.fromkeys(exactly(item) for item in good if item is value or isinstance(item, bool | str | None)))


def both(one: Sequence[Any], other: Sequence[Any]) -> list[Any]:
    """What two classes of a type follow of a key."""
    marks = [each for each in dict.fromkeys((*one, *other)) if isinstance(each, str) and each.startswith(EXACTLY)]
    if marks:
        values = {mark: json.loads(mark.removeprefix(EXACTLY)) for mark in marks}
        return [mark for mark in marks if all(told(values[mark], frozenset(known)) for known in (one, other))]
    return [each for each in one if each in other]


class Asked:
    """A class asked about each key of ``raw`` and of ``absent``, keys that no config declares, with their values."""

    def __init__(
        self,
        unit: Unit,
        library: Library,
        builder: Builds,
        raw: dict[str, Any],
        words: Mapping[str, Sequence[str]] = {},
        absent: Mapping[str, Any] = {},
    ) -> None:
        self.unit, self.library, self.builder, self.raw, self.words = unit, library, builder, raw, words
        self.absent, self.unasked = absent, list[str]()
        self.base = builder.sample(raw)

    @property
    def follows(self) -> bool:
        """Whether the blueprint promises something for the usual config, and it is so."""
        return self.base is not None and self._heard(self.base) and not self._wrong(self.base)

    def found(self, seconds: float) -> Iterator[Found]:
        """What is not followed; keys that processor time leaves no room for are in ``unasked`` afterwards."""
        assert self.base is not None
        until = time.process_time() + seconds
        reads = {whole_key(part, key) for part in parts(self.base.raw, self.unit.architecture, self.library)
                 for key in used(part.unit)}  # fmt: skip
        leaves = [
            (path, value)
            for path, value in (*zoo.leaves(self.raw), *(((key,), value) for key, value in self.absent.items()))
            if not _generic(str(path[-1])) and (_dotted(path) in reads or not _inside(self.raw, path))
        ]
        flags = {path: value for path, value in leaves if isinstance(value, bool)}
        stuck: list[Found] = []
        built = False
        for path, value in sorted(leaves, key=lambda leaf: leaf[1] is None):
            key, last = _dotted(path), str(path[-1])
            if time.process_time() > until:
                self.unasked.append(key)
                continue
            tried = 0
            right: list[Any] = []
            wrong: list[tuple[Any, str]] = []
            for change in self._changes(path, value, flags, right, wrong):
                tried += 1
                self._try(change, path, right, wrong)
            built |= bool(right)
            bad = [other for other, _ in wrong]
            if wrong:
                flags.pop(path, None)
                yield Found(key, followed(value, [other for other in right if other not in bad], bad), wrong[0][1])
            elif key in reads and any(isinstance(each, str) for each in (value, *right)):
                yield Found(key, followed(value, right, ()), "another word was never tried")
            elif tried and not (right or key in reads or self._made(path, value) or UNSIZED.search(last)):
                stuck.append(Found(key, [exactly(value)], "no other value builds"))
        yield from stuck if built else ()

    def _changes(
        self, path: zoo.Path, value: Any, flags: Mapping[zoo.Path, bool], right: list[Any], wrong: list[Any]
    ) -> Iterator[dict[zoo.Path, Any]]:
        """Changes of a leaf, as many as ``right`` and ``wrong`` ask for, which grow meanwhile."""
        last, scalar = str(path[-1]), isinstance(value, bool | int | float)
        assert self.base is not None
        for other in others(last, value, lookup(self.base.resolved, path), self.words.get(last, ())):
            before = len(right)
            yield {path: other}
            if zoo.IGNORED.search(last) or (len(right) >= 2 and scalar):
                return
            if value is None and before == 0 and right:
                yield from ({path: other, flag: not usual} for flag, usual in flags.items())  # it may need a flag
        if not right and not wrong:
            yield from _paired(self.raw, path, value)

    def _try(self, change: dict[zoo.Path, Any], path: zoo.Path, right: list[Any], wrong: list[tuple[Any, str]]) -> None:
        sample = self.builder.sample(zoo.merged(self.raw, change))
        if sample is None or not self._heard(sample):
            return
        difference = self._wrong(sample)
        if not difference:
            right.append(change[path])
        elif UnknownValueError.__name__ not in difference:  # then nothing is promised
            wrong.append((change[path], difference))

    def _made(self, path: zoo.Path, value: Any) -> bool:
        """Whether the class makes something else of a value, or it is a word or real number, which size nothing."""
        assert self.base is not None
        loose = any(isinstance(each, str | float) for each in (value if isinstance(value, list) else [value]))
        return loose or lookup(self.base.resolved, path) != value

    def _heard(self, sample: Sample) -> bool:
        return not unheard(zoo.given(sample.raw), self.library)

    def _wrong(self, sample: Sample) -> str:
        return next(iter(judged(self.unit, sample, self.library)["wrong"]), "")


def asking(model_type: str, name: str) -> Asked | None:
    """The questions to a class of the bundle; None where it promises nothing. Raises what its config raises."""
    library, unit = Library(_unasked, bundle.unit), bundle.unit(model_type, name)
    if unit is None or not unit.exact:
        return None
    raw = zoo.small(model_type, name)
    known = {*raw, *SHAPING, *spellings(model_type), HYBRID}
    unsaid = dict.fromkeys(optional(model_type, name)) | keywords(model_type)
    absent = {key: value for key, value in unsaid.items() if key not in known}
    asked = Asked(unit, library, Builder(model_type, name), raw, string_choices(model_type, name), absent)
    return asked if asked.follows else None


def _dotted(path: zoo.Path) -> str:
    return ".".join(map(str, path))


def _paired(raw: dict[str, Any], path: zoo.Path, value: Any) -> Iterator[dict[zoo.Path, Any]]:
    """Changes of a number together with another one, or a list, beside it, which it must agree with."""
    for beside, other in zoo.leaves(raw) if type(value) is int and value > 1 else ():
        if beside[:-1] != path[:-1] or beside == path:
            continue
        if type(other) is int and other > 1:
            for up, by in ((2.0, 2.0), (2.0, 0.5), (0.5, 2.0)):
                yield {path: int(value * up), beside: int(other * by)}
        elif isinstance(other, list) and len(other) == value:
            yield from ({path: value + 1, beside: [*other, other[-1]]}, {path: value - 1, beside: other[:-1]})


def _generic(key: str) -> bool:
    """Whether every config has the key and nobody's tensors depend on it, or no config has it."""
    return (bool(zoo.IGNORED.search(key)) and key in _common()) or key.startswith("_out_")


@functools.cache
def _unasked(model_type: str) -> Kind | None:
    """A kind with every default, as it is without what this module found."""
    with contextlib.suppress(Exception):  # no config of that type
        return kind_of(model_type)
    return bundle.kind(model_type)


@functools.cache
def _common() -> frozenset[str]:
    """Keys of every config."""
    import transformers

    return frozenset(transformers.PretrainedConfig().to_dict())


def _inside(raw: dict[str, Any], path: zoo.Path) -> bool:
    """Whether a leaf is in a nested config of a type that is asked itself."""
    return any(
        isinstance(kind := zoo.get(raw, path[:depth]).get("model_type"), str) and bundle.kind(kind) is not None
        for depth in range(1, len(path))
    )


def main() -> None:
    """Ask every class."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--types", default="", help="these types only")
    parser.add_argument("--seconds", type=float, default=20.0, help="processor time for a class")
    options = parser.parse_args()
    types: dict[str, dict[str, list[Any]]] = {}
    silent: list[str] = []
    cut: dict[str, list[str]] = {}
    count = 0
    for model_type, name in zoo.pairs():
        if options.types and model_type not in options.types.split(","):
            continue
        try:
            asked = asking(model_type, name)
        except Exception:  # noqa: BLE001 - the smallest config fails in any way the class likes
            asked = None
        if asked is None:
            silent.append(f"{model_type}/{name}")
            continue
        count += 1
        known = types.setdefault(model_type, {})
        for key, values, why in asked.found(options.seconds):
            known[key] = both(known[key], values) if key in known else values
            print(f"{model_type} {name} {key} {json.dumps(values):.80} {why:.160}", flush=True)
        if asked.unasked:
            cut[f"{model_type}/{name}"] = asked.unasked
            print(f"{model_type} {name} not asked: {asked.unasked}", flush=True)
        found = {"types": types, "classes": count, "silent": silent, "cut": cut, "cpu_s": round(time.process_time())}
        options.out.write_text(json.dumps(found))
    print(f"{count} classes asked, {len(cut)} of them not of every key; {len(silent)} promise nothing")


if __name__ == "__main__":
    main()
