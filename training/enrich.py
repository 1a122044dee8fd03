"""More samples where few are: rare tensors, rare flags, and the task classes of a base class."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Collection
from typing import Any

from training import zoo
from training.changes import lookup
from training.choices import alternatives
from training.sampling import Builder, Sample, Samples

Path = zoo.Path

FURTHER = 3
"""Deep samples in which other numbers differ, too."""


def _kinds(sample: Sample) -> frozenset[str]:
    return frozenset(re.sub(r"\d+", "#", name) for name in sample.tensors)


def _numeric_only(chance: random.Random, out: Samples) -> dict[Path, Any]:
    return {
        path: chance.choice(values)
        for path, values in (out.shaping | out.inert).items()
        if isinstance(values[0], (int, float, list)) and not isinstance(values[0], bool) and chance.random() < 0.5
    }


def rare(builder: Builder, out: Samples, seed: int, deadline: float) -> None:
    """More samples of every kind of tensor that only few have or only few lack."""
    chance = random.Random(f"rare/{builder.model_type}/{builder.class_name}/{seed}")
    done: set[frozenset[str]] = set()
    for _ in range(6):
        every = out.training
        kinds = [_kinds(sample) for sample in every]
        often: dict[str, int] = {}
        for names in kinds:
            for name in names:
                often[name] = often.get(name, 0) + 1
        scarce = [frozenset(name for name in names if often[name] < 7) for names in kinds]
        places = [at for at, names in enumerate(scarce) if names and names not in done]
        if not places or time.process_time() > deadline:
            return
        at = min(places, key=lambda place: len(every[place].changed))
        done.add(scarce[at])
        start = every[at]
        for path, value in zoo.leaves(start.raw):
            values = out.shaping.get(path) or out.inert.get(path)
            plain = lookup(out.base.raw, path)
            if value is None or isinstance(value, (bool, str)) or value != plain:
                other = plain if value != plain else (values[0] if values else None)
                if other is None and plain is not None:
                    continue
                if other == value or time.process_time() > deadline or (values is None and value == plain):
                    continue
                sample = builder.sample(zoo.put(start.raw, path, other), (*start.changed, path))
                if sample is not None:
                    out.joint.append(sample)
        for _attempt in range(8):
            changes = _numeric_only(chance, out)
            changes = {path: value for path, value in changes.items() if path not in start.changed}
            sample = builder.sample(zoo.merged(start.raw, changes), (*start.changed, *changes))
            if sample is not None:
                out.joint.append(sample)


def unlocked(builder: Builder, out: Samples, deadline: float, like: Samples | None = None) -> None:
    """Where a flag, a word or a null brings tensors that the base lacks, what shapes those: each field once more.

    Of a task class only what its base class, ``like``, has under no flag is new."""
    known = _kinds(out.base)
    told = tuple(frozenset().union(*map(_kinds, like.training))) if like is not None else ()
    for start in list(out.singles):
        plain = lookup(out.base.raw, start.changed[0])
        new = {kind for kind in _kinds(start) - known if not (told and kind.endswith(told))}
        if not (plain is None or isinstance(plain, (bool, str))) or not new:
            continue
        known |= _kinds(start)
        for path, values in list(out.inert.items()):
            good = []
            for value in values[:1] if path in start.changed else _more(values):
                if time.process_time() > deadline:
                    return
                sample = builder.sample(zoo.put(start.raw, path, value), (*start.changed, path))
                if sample is None or sample.tensors == start.tensors:
                    break
                good.append(value)
                out.joint.append(sample)
            if good:
                out.shaping[path] = good
                del out.inert[path]


def _more(values: list[Any]) -> list[Any]:
    """The values that built, and a second one of a number."""
    first = values[0]
    number = isinstance(first, int) and not isinstance(first, bool)
    return [first, first + 1 if first < 16 else first * 2] if number and len(values) == 1 else values


def followed(builder: Builder, out: Samples, like: Samples, seed: int, deadline: float) -> None:
    """A task class over its base class: what the base varied is varied again, on few samples of the same configs.

    Fields that the base ignores are each changed on their own, for the head may use them; of those that shape
    the base one change each suffices to see which the head uses as well.
    """
    raw = out.base.raw
    for fields, into in ((like.inert, out.inert), (like.shaping, out.shaping)):
        for path, values in fields.items():
            plain = lookup(raw, path)
            others = [other for other in values if other != plain]
            if not others or time.process_time() > deadline:
                continue
            more = [each for each in alternatives(str(path[-1]), plain, None, ()) if each not in others][:4]
            sample, others = _first(builder, raw, path, [*others, *more], len(others))
            if sample is None:
                out.stuck.add(path)
            elif sample.tensors != out.base.tensors:
                out.shaping[path] = others
                out.singles.append(sample)
            else:
                into.setdefault(path, others)
                if plain is None:
                    out.joint.append(sample)  # what a null stands for may count only with a flag: this shows that
    for path in [path for path in out.shaping if path in out.inert]:
        del out.inert[path]
    unlocked(builder, out, deadline, like)
    own = {start.changed[0] for start in out.singles if _kinds(start) - _kinds(out.base)}
    scarce_flags(builder, out, seed, deadline, 6, own)
    out.together = [change for change in like.together if all(lookup(raw, path) is not None for path in change)]
    chance = random.Random(f"followed/{builder.class_name}/{seed}")
    for change in out.together:
        if any(isinstance(value, bool) for value in change.values()) and time.process_time() < deadline:
            _varied(builder, out, change, chance)
    for other in chance.sample(like.joint, min(len(like.joint), 8)):
        changes = {path: lookup(other.raw, path) for path in other.changed}
        sample = builder.sample(zoo.merged(raw, changes), other.changed)
        if sample is not None:
            out.joint.append(sample)


def _first(
    builder: Builder, raw: dict[str, Any], path: Path, values: list[Any], built: int
) -> tuple[Sample | None, list[Any]]:
    """A sample of the first of these values that builds, and what to draw from: that, and those that ``built``."""
    for at, value in enumerate(values):
        sample = builder.sample(zoo.put(raw, path, value), (path,))
        if sample is not None:
            return sample, [value, *values[at + 1 : built]]
    return None, []


def _varied(builder: Builder, out: Samples, change: dict[Path, Any], chance: random.Random) -> None:
    """Three more samples of flags that together bring tensors which the base lacks."""
    start = builder.sample(zoo.merged(out.base.raw, change), tuple(change))
    if start is None or not _kinds(start) - _kinds(out.base):
        return
    for _ in range(3):
        changes = {**_numeric_only(chance, out), **change}
        sample = builder.sample(zoo.merged(out.base.raw, changes), tuple(changes))
        if sample is not None:
            out.joint.append(sample)


def scarce_flags(
    builder: Builder, out: Samples, seed: int, deadline: float, enough: int = 8, among: Collection[Path] | None = None
) -> None:
    """More samples with each value of a flag, a word or a null (of those ``among``) that few samples have."""
    chance = random.Random(f"flags/{builder.model_type}/{builder.class_name}/{seed}")
    for fields, wanted in ((out.shaping, enough), (out.inert, enough // 2)):
        for path, values in fields.items():
            plain = lookup(out.base.raw, path)
            if among is not None and path not in among:
                continue
            if plain is None or isinstance(plain, (bool, str)):
                odd = values
            elif None in values:
                odd = [None]
            else:
                continue
            have = sum(lookup(sample.raw, path) in odd for sample in out.training)
            for _ in range(wanted - have):
                if time.process_time() > deadline:
                    return
                change = {**_numeric_only(chance, out), path: chance.choice(odd)}
                if chance.random() < 0.3 and len(fields) > 1:
                    other = chance.choice(list(fields))
                    change.setdefault(other, chance.choice(fields[other]))
                sample = builder.sample(zoo.merged(out.base.raw, change), tuple(change))
                if sample is not None:
                    out.joint.append(sample)


def deeper(builder: Builder, out: Samples, seed: int, deadline: float) -> None:
    """More layers, where a list left to the class says of what kind each is: every fourth, or all but the first.

    Other numbers differ as well but in the first: kinds of layers may be of one width by default.
    """
    chance = random.Random(f"deeper/{builder.model_type}/{builder.class_name}/{seed}")
    full = zoo.leaves(out.base.resolved)
    lists = {path for path, value in full if isinstance(value, list) and lookup(out.base.raw, path) is None}
    depths = [
        path
        for path, value in zoo.leaves(out.base.raw)
        if type(value) is int and zoo.DEPTH.search(str(path[-1])) and any(path[:-1] == other[:-1] for other in lists)
    ]
    for depth in (6, 9):
        change: dict[Path, Any] = {path: depth for path in depths if zoo.get(out.base.raw, path) < depth}
        found = 0
        for attempt in range(13 if change else 0):
            if found > FURTHER or time.process_time() > deadline:
                break
            more = list(_numeric_only(chance, out).items()) if attempt else []
            both = {**dict(chance.sample(more, min(len(more), 4))), **change}
            sample = builder.sample(zoo.merged(out.base.raw, both), tuple(both))
            if sample is not None:
                found += 1
                out.joint.append(sample)
