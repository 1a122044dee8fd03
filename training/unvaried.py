"""Which values of a config's keys the bundled blueprints follow, where they do not follow them all.

    python -m training.unvaried SHOWN.json [--types a,b] [--seconds 8] [--every]

``training.verify`` varies numbers and flags together; this changes every leaf of a small config alone, words, nulls
and lists as well, and what inference takes for harmless (``zoo.IGNORED``). A key is written down where the class
builds with another value and its blueprint is wrong, where it builds with none and no pattern reads the key, so that
the blueprint was never shown what it does, and where patterns read words, of which those are followed that were tried.
With the key stands what is followed (``dara_lint.blueprints.shown``); ``training.pack --shown`` puts it into the
bundle, and a config that says anything else promises nothing.

The first class of each type is asked, its base, with ``--every`` all of them.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import json
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from dara_lint.blueprints import bundle
from dara_lint.blueprints.arithmetic import UnknownValueError
from dara_lint.blueprints.compose import HYBRID, Kind, Library, parts
from dara_lint.blueprints.expectation import whole_key
from dara_lint.blueprints.shown import ANY_LENGTH, LENGTH, exactly, shown, told
from dara_lint.blueprints.unheard import SHAPING, unheard
from training import zoo
from training.build import judged, kind_of
from training.changes import lookup
from training.choices import alternatives, keywords, optional, spellings, string_choices
from training.infer import used
from training.sampling import Builder

KINDS = ("full_attention", "linear_attention", "conv")
"""Kinds of layers whose tensors differ."""
UNSIZED = re.compile(f"{zoo.IGNORED.pattern}|^out_(indices|features)$|^stage_names$|^layer_types$|rope")
"""Keys that size nothing where their class reads none of them."""
TABLE = {"rope_type": "linear", "type": "linear", "factor": 2.0}
"""The one table that people write where a config has null by default: how positions are scaled."""


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


def asked(model_type: str, name: str, seconds: float) -> Iterator[tuple[str, list[Any], str]]:
    """Key, what is followed, and why, for each key of the class that is not followed. Raises what its config raises."""
    library, until = Library(_unasked, bundle.unit), time.process_time() + seconds
    unit, builder, raw = bundle.unit(model_type, name), Builder(model_type, name), zoo.small(model_type, name)
    base = builder.sample(raw)
    if unit is None or not unit.exact or base is None or judged(unit, base, library)["wrong"]:
        return
    if unheard(zoo.given(base.raw), library):
        return  # even the usual config promises nothing
    words, reads = string_choices(model_type, name), _read(base.raw, name, library)
    unsaid = dict.fromkeys(optional(model_type, name)) | keywords(model_type)
    known = {*raw, *SHAPING, *spellings(model_type), HYBRID}
    absent = [((key,), value) for key, value in unsaid.items() if key not in known]
    leaves = [
        (path, value)
        for path, value in (*zoo.leaves(raw), *absent)
        if not _generic(str(path[-1])) and (".".join(map(str, path)) in reads or not _inside(raw, path))
    ]
    flags = {path: value for path, value in leaves if isinstance(value, bool)}
    stuck: list[tuple[str, Any]] = []
    built = False
    for path, value in sorted(leaves, key=lambda leaf: leaf[1] is None):
        key, last = ".".join(map(str, path)), str(path[-1])
        right: list[Any] = []
        wrong: list[tuple[Any, str]] = []
        full = lookup(base.resolved, path)
        changes = [{path: other} for other in others(last, value, full, words.get(last, ()))]
        for change in changes:
            if time.process_time() > until:
                return
            sample = builder.sample(zoo.merged(raw, change))
            heard = sample is not None and not unheard(zoo.given(sample.raw), library)
            other, found = change[path], judged(unit, sample, library)["wrong"] if sample and heard else []
            if heard and not found:
                right.append(other)
            elif found and UnknownValueError.__name__ not in found[0]:  # then nothing is promised
                wrong.append((other, found[0]))
            if value is None and len(right) == 1 and len(change) == 1:
                changes += [{path: other, flag: not usual} for flag, usual in flags.items()]  # it may need a flag
            if zoo.IGNORED.search(last) or (len(right) >= 2 and isinstance(value, bool | int | float)):
                break
            if change is changes[-1] and len(change) == 1 and not right and not wrong:
                changes += _paired(raw, path, value)
        built |= bool(right)
        bad = [other for other, _ in wrong]
        if wrong:
            flags.pop(path, None)
            yield key, followed(value, [other for other in right if other not in bad], bad), str(wrong[0])
        elif key in reads and any(isinstance(each, str) for each in (value, *right)):
            yield key, followed(value, right, ()), "another word was never tried"
        elif changes and not (right or key in reads or full != value or _measure(value) or UNSIZED.search(last)):
            stuck.append((key, value))
    for key, value in stuck if built else ():
        yield key, [exactly(value)], "no other value builds"


def _paired(raw: dict[str, Any], path: zoo.Path, value: Any) -> Iterator[dict[zoo.Path, Any]]:
    """Changes of a number together with another one beside it, which it must agree with."""
    for beside, number in zoo.leaves(raw) if type(value) is int and value > 1 else ():
        if beside[:-1] == path[:-1] and beside != path and type(number) is int and number > 1:
            for up, by in ((2.0, 2.0), (2.0, 0.5), (0.5, 2.0)):
                yield {path: int(value * up), beside: int(number * by)}


def _read(raw: dict[str, Any], name: str, library: Library) -> set[str]:
    """The keys that the class's blueprint reads, those of the models in it among them."""
    return {whole_key(part, key) for part in parts(raw, name, library) for key in used(part.unit)}


def _measure(value: Any) -> bool:
    """Whether a value is a word, a real number, or a list of such, which size nothing on their own."""
    return any(isinstance(each, str | float) for each in (value if isinstance(value, list) else [value]))


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
    """Ask of the first class of each type, or of every class."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--types", default="", help="these types only")
    parser.add_argument("--seconds", type=float, default=8.0, help="processor time for a class")
    parser.add_argument("--every", action="store_true", help="every class, not the first of its type alone")
    options = parser.parse_args()
    chosen = list(zoo.pairs())
    if not options.every:
        firsts = dict(reversed(chosen))
        chosen = [pair for pair in chosen if pair[1] == (zoo.base_class(pair[0]) or firsts[pair[0]])]
    out: dict[str, dict[str, list[Any]]] = {}
    for model_type, name in chosen:
        if options.types and model_type not in options.types.split(","):
            continue
        with contextlib.suppress(Exception):  # the smallest config does not build
            for key, values, why in asked(model_type, name, options.seconds):
                known = out.setdefault(model_type, {}).get(key)
                out[model_type][key] = values if known is None else [each for each in known if each in values]
                print(f"{model_type} {name} {key} {json.dumps(values):.80} {why:.160}", flush=True)
        options.out.write_text(json.dumps(out))


if __name__ == "__main__":
    main()
