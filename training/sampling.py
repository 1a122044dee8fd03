"""Configs that teach: which fields shape a class's tensors, and what its tensors are under many configs.

Each field is changed on its own around a base (so that its effect is known), then many fields at once (so that
fields that happen to be equal come apart). Values are kept only when the class builds with them.
"""

from __future__ import annotations

import contextlib
import random
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from training import zoo
from training.choices import alternatives, nullable, optional, string_choices

Path = zoo.Path


@dataclass(slots=True)
class Sample:
    """One config and its tensors. ``changed`` are the fields that differ from the base."""

    raw: dict[str, Any]
    resolved: dict[str, Any]
    tensors: zoo.Tensors
    changed: tuple[Path, ...]


@dataclass(slots=True)
class Samples:
    """What was built of one class. ``shaping`` maps each field that changed a tensor to the values that build."""

    model_type: str
    class_name: str
    base: Sample
    singles: list[Sample] = field(default_factory=list)
    joint: list[Sample] = field(default_factory=list)
    unseen: list[Sample] = field(default_factory=list)
    shaping: dict[Path, list[Any]] = field(default_factory=dict)
    inert: dict[Path, list[Any]] = field(default_factory=dict)
    """Fields that changed nothing on their own; they may together with others."""
    stuck: set[Path] = field(default_factory=set)
    """Fields of which no other value builds."""
    together: list[dict[Path, Any]] = field(default_factory=list)
    """Changes of several fields that build only together, or that make a list longer."""
    seconds: float = 0.0
    builds: int = 0
    cut: bool = False
    """Whether time ran out before every field had been changed."""

    @property
    def names(self) -> list[str]:
        """The fields that shape tensors, alone or together with another."""
        both = dict.fromkeys((*self.shaping, *(path for change in self.together for path in change)))
        return [".".join(map(str, path)) for path in both]

    @property
    def others(self) -> list[str]:
        """Further fields that were varied."""
        mine = set(self.names)
        return [name for path in (*self.inert, *self.stuck) if (name := ".".join(map(str, path))) not in mine]

    @property
    def training(self) -> list[Sample]:
        """Every sample that inference may look at."""
        return [self.base, *self.singles, *self.joint]


class Builder:
    """Builds samples of one class and counts them."""

    def __init__(self, model_type: str, class_name: str) -> None:
        self.model_type, self.class_name = model_type, class_name
        self.count = 0

    def sample(self, raw: dict[str, Any], changed: tuple[Path, ...] = ()) -> Sample | None:
        """The sample of that config, or None when the class cannot be built with it."""
        self.count += 1
        with contextlib.suppress(Exception):
            config = zoo.build_config(raw)
            full = zoo.resolved(config)
            tensors = zoo.tensors(config, self.class_name, seconds=8)
            if tensors and len(tensors) < 20_000 and all(0 not in shape for shape, _ in tensors.values()):
                return Sample(raw, full, tensors, changed)
        return None


def _kinds(sample: Sample) -> frozenset[str]:
    return frozenset(re.sub(r"\d+", "#", name) for name in sample.tensors)


def _groups(raw: dict[str, Any]) -> list[dict[Path, Any]]:
    """Changes of several fields at once: lists of one length made longer or shorter, equal widths doubled."""
    lists: dict[tuple[Path, int], list[tuple[Path, Any]]] = {}
    widths: dict[tuple[Path, int], list[Path]] = {}
    for path, value in zoo.leaves(raw):
        if isinstance(value, list) and len(value) > 1:
            lists.setdefault((path[:-1], len(value)), []).append((path, value))
        elif isinstance(value, int) and not isinstance(value, bool) and value >= 16:
            widths.setdefault((path[:-1], value), []).append(path)
    found: list[dict[Path, Any]] = []
    for (parent, length), members in lists.items():
        equal = [
            path
            for path, value in zoo.leaves(raw)
            if path[:-1] == parent and value == length and not isinstance(value, bool)
        ]
        for longer in (False, True):
            change = {path: ([*value, value[-1]] if longer else value[:-1]) for path, value in members}
            numbers = dict.fromkeys(equal, length + (1 if longer else -1))
            found += [change | numbers, change]
            plain = {path: value for path, value in change.items() if not isinstance(value[0], str)}
            found += [plain | numbers, plain]
    found += [dict.fromkeys(members, value * 2) for (_, value), members in widths.items() if len(members) > 1]
    return found


def singles(builder: Builder, out: Samples, deadline: float) -> None:
    """Change every field on its own."""
    raw = out.base.raw
    choices = string_choices(builder.model_type, builder.class_name)
    absent: list[tuple[Path, Any]] = [((name,), None) for name in optional(builder.model_type, builder.class_name)]
    for path, value in (*zoo.leaves(raw), *absent):
        name = str(path[-1])
        if zoo.IGNORED.search(name):
            continue
        if time.process_time() > deadline:
            out.cut = True
            continue
        good: list[Any] = []
        harmless: list[Any] = []
        full = _lookup(out.base.resolved, path)
        others = alternatives(name, value, full, choices.get(name, ()))
        empty = isinstance(value, (int, float)) and not isinstance(value, bool) and nullable(raw, path)
        if empty:
            others.insert(1, None)
        for tried, other in enumerate(others):
            sample = builder.sample(zoo.put(raw, path, other), (path,))
            if sample is None:
                if tried >= 5 and not good and not harmless:
                    break
            elif sample.tensors != out.base.tensors:
                good.append(other)
                out.singles.append(sample)
            else:
                harmless.append(other)
            if len(good) >= 2 + empty or (harmless and not good and not (empty and tried == 0)):
                break
        if good:
            out.shaping[path] = good
        elif harmless:
            out.inert[path] = harmless
        else:
            out.stuck.add(path)


def flags_together(builder: Builder, out: Samples, deadline: float) -> None:
    """Pairs of flags, for the flags and nulls that do nothing or do not build alone."""
    raw = out.base.raw
    flags = [
        path for path, value in zoo.leaves(raw) if isinstance(value, bool) and not zoo.IGNORED.search(str(path[-1]))
    ]
    idle = [path for path in flags if path not in out.shaping]
    if len(idle) > 14:
        idle = [path for path in idle if path in out.stuck]
    for path in idle:
        for other in flags:
            if other == path or (other in idle and str(other) < str(path)) or time.process_time() > deadline:
                continue
            change = {path: not zoo.get(raw, path), other: not zoo.get(raw, other)}
            sample = builder.sample(zoo.merged(raw, change), tuple(change))
            if sample is None:
                continue
            single = [each for each in out.singles if each.changed == (other,)]
            if sample.tensors != (single[0].tensors if single else out.base.tensors):
                out.together.append(change)
                out.joint.append(sample)


def _lookup(tree: Any, path: Path) -> Any:
    with contextlib.suppress(KeyError, TypeError, IndexError):
        return zoo.get(tree, path)
    return None


def _draw(chance: random.Random, out: Samples, share: float) -> dict[Path, Any]:
    changes: dict[Path, Any] = {}
    if out.together and chance.random() < 0.35:
        changes.update(chance.choice(out.together))
    for fields, often in ((out.shaping, 1.0), (out.inert, 0.35)):
        for path, values in fields.items():
            if path in changes:
                continue
            flag = isinstance(values[0], (bool, str))
            if chance.random() < (share * 0.4 if flag else share) * often:
                changes[path] = chance.choice(values)
    return changes


def lists_together(builder: Builder, out: Samples, deadline: float) -> None:
    """Lists made longer or shorter together, equal widths changed together."""
    for change in _groups(out.base.raw):
        if time.process_time() > deadline or len(out.together) >= 12:
            break
        sample = builder.sample(zoo.merged(out.base.raw, change), tuple(change))
        if sample is not None and sample.tensors != out.base.tensors:
            out.together.append(change)
            out.joint.append(sample)


def drawn(builder: Builder, out: Samples, n: int, seed: int, deadline: float) -> Iterator[Sample]:
    """Up to ``n`` samples with many fields changed at once."""
    chance = random.Random(f"{builder.model_type}/{builder.class_name}/{seed}")
    for _ in range(n):
        share = chance.choice([0.9, 0.6, 0.6, 0.4])
        for _attempt in range(8):
            if time.process_time() > deadline:
                return
            changes = _draw(chance, out, share)
            sample = builder.sample(zoo.merged(out.base.raw, changes), tuple(changes))
            if sample is not None:
                yield sample
                break
            share *= 0.6


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
            plain = zoo.get(out.base.raw, path)
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


def followed(builder: Builder, out: Samples, like: Samples, seed: int, deadline: float) -> None:
    """A task class over its base class: what the base varied is varied again, on few samples of the same configs.

    Fields that the base ignores are each changed on their own, for the head may use them; of those that shape
    the base one change each suffices to see which the head uses as well.
    """
    raw = out.base.raw
    for fields, into in ((like.inert, out.inert), (like.shaping, out.shaping)):
        for path, values in fields.items():
            plain = _lookup(raw, path)
            others = [other for other in values if other != plain]
            if not others or time.process_time() > deadline:
                continue
            sample = builder.sample(zoo.put(raw, path, others[0]), (path,))
            if sample is None:
                out.stuck.add(path)
            elif sample.tensors != out.base.tensors:
                out.shaping[path] = others
                out.singles.append(sample)
            else:
                into.setdefault(path, others)
    for path in [path for path in out.shaping if path in out.inert]:
        del out.inert[path]
    out.together = [change for change in like.together if all(_lookup(raw, path) is not None for path in change)]
    chance = random.Random(f"followed/{builder.class_name}/{seed}")
    for other in chance.sample(like.joint, min(len(like.joint), 8)):
        changes = {path: zoo.get(other.raw, path) for path in other.changed}
        sample = builder.sample(zoo.merged(raw, changes), other.changed)
        if sample is not None:
            out.joint.append(sample)


def scarce_flags(builder: Builder, out: Samples, seed: int, deadline: float, enough: int = 8) -> None:
    """More samples with each value of a flag, a word or a null that few samples have."""
    chance = random.Random(f"flags/{builder.model_type}/{builder.class_name}/{seed}")
    for fields, wanted in ((out.shaping, enough), (out.inert, enough // 2)):
        for path, values in fields.items():
            plain = _lookup(out.base.raw, path)
            if plain is None or isinstance(plain, (bool, str)):
                odd = values
            elif None in values:
                odd = [None]
            else:
                continue
            have = sum(_lookup(sample.raw, path) in odd for sample in out.training)
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


def collect(
    model_type: str, class_name: str, seed: int = 1, seconds: float = 60.0, like: Samples | None = None
) -> Samples:
    """Everything that inference needs to know of one class. Raises what building its smallest config raises.

    ``like`` are the samples of the type's base class: a task class then tries the values that built there.
    """
    began = time.process_time()
    builder = Builder(model_type, class_name)
    base = builder.sample(zoo.small(model_type, class_name))
    if base is None:
        zoo.tensors(zoo.small(model_type, class_name), class_name)
        raise ValueError("the smallest config gives no usable tensors")
    out = Samples(model_type, class_name, base)
    if like is None:
        singles(builder, out, began + seconds * 0.5)
        flags_together(builder, out, began + seconds * 0.6)
        lists_together(builder, out, began + seconds * 0.6)
    else:
        followed(builder, out, like, seed, began + seconds * 0.5)
    out.joint += drawn(builder, out, 32 if like is None else 6, seed, began + seconds * 0.8)
    if like is None:
        scarce_flags(builder, out, seed, began + seconds * 0.85, 7)
        rare(builder, out, seed, began + seconds * 0.9)
    out.unseen = list(drawn(builder, out, 12 if like is None else 6, seed + 1000, began + seconds))
    out.builds, out.seconds = builder.count, time.process_time() - began
    return out


def more(samples: Samples, n: int, seed: int, seconds: float = 20.0) -> list[Sample]:
    """Further unseen samples, of another seed."""
    builder = Builder(samples.model_type, samples.class_name)
    return list(drawn(builder, samples, n, seed, time.process_time() + seconds))
