"""Ways to change a config: every field alone, flags and lists together, many at once, more of what is rare."""

from __future__ import annotations

import contextlib
import random
import re
import time
from collections.abc import Iterator, Sequence
from typing import Any

from training import zoo
from training.choices import alternatives, nullable, optional, string_choices, switched
from training.sampling import Builder, Sample, Samples
from training.widths import WIDTHS

Path = zoo.Path


_SIDES = re.compile(r"size|stride|patch|kernel|padding")
"""Lists of two or three that mean height and width."""


def _groups(raw: dict[str, Any]) -> list[dict[Path, Any]]:
    """Changes of several fields at once: lists of one length made longer or shorter, equal widths doubled."""
    lists: dict[tuple[Path, int], list[tuple[Path, Any]]] = {}
    widths: dict[tuple[Path, int], list[Path]] = {}
    for path, value in zoo.leaves(raw):
        if isinstance(value, list) and len(value) > 1 and not (len(value) <= 3 and _SIDES.search(str(path[-1]))):
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
        for step in (-1, 1, 2, -2):
            if length + step < 1:
                continue
            change = {path: [*value, *[value[-1]] * step] if step > 0 else value[:step] for path, value in members}
            numbers = dict.fromkeys(equal, length + step)
            found += [change | numbers, change]
            plain = {path: value for path, value in change.items() if not isinstance(value[0], str)}
            found += [plain | numbers, plain]
    found += [dict.fromkeys(members, value * 2) for (_, value), members in widths.items() if len(members) > 1]
    return found


def singles(builder: Builder, out: Samples, deadline: float, inside: Sequence[Path] = ()) -> None:
    """Change every field on its own; those of the models ``inside`` last, should time run out."""
    raw = out.base.raw
    choices = string_choices(builder.model_type, builder.class_name)
    nothing = switched(builder.model_type, builder.class_name)
    absent: list[tuple[Path, Any]] = [((name,), None) for name in optional(builder.model_type, builder.class_name)]

    def late(leaf: tuple[Path, Any]) -> tuple[bool, bool]:
        return any(leaf[0][: len(path)] == path for path in inside), leaf[0] != ("num_labels",)  # heads need it

    leaves = sorted(zoo.leaves(raw), key=late)
    for path, value in (*leaves, *absent):
        name = str(path[-1])
        if zoo.IGNORED.search(name):
            continue
        if time.process_time() > deadline:
            out.cut = True
            continue
        good: list[Any] = []
        harmless: list[Any] = []
        full = lookup(out.base.resolved, path)
        if value is None and isinstance(full, list) and not zoo.takes(raw, path):
            continue  # the class makes it of other fields, and one that contradicts them makes no sense
        others = alternatives(name, value, full, choices.get(name, ()))
        empty = isinstance(value, (int, float)) and not isinstance(value, bool) and nullable(raw, path)
        if empty:
            others.insert(1, None)
        none = type(value) is int and value > 4 and name in nothing
        if none:
            others.insert(0, 0)
        places = max(2, min(len(value), 5)) if isinstance(value, list) else 2  # each item shapes tensors of its own
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
            once_more = tried < 2 if value is None else tried == 0 and (empty or none or "heads" in name)
            if len(good) >= places + empty + none or (harmless and not good and not once_more):
                break
        if good:
            out.shaping[path] = good + harmless[:1]
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


def doubled(builder: Builder, out: Samples, deadline: float) -> None:
    """Two numbers at once, where neither builds alone: one must divide the other, or both have a product.

    Of fields that no other value builds with, in pairs, and with each other field that shapes.
    """
    raw = out.base.raw
    held = [path for path in out.stuck if type(lookup(raw, path)) is int and lookup(raw, path) > 1]
    stuck = [path for path in held if re.search(r"head|expand", str(path[-1])) or WIDTHS.search(str(path[-1]))][:8]
    free = [path for path in (*out.shaping, *out.inert) if type(lookup(raw, path)) is int and lookup(raw, path) > 1]
    free = [*(path for path in held if path not in stuck), *free]
    for at, path in enumerate(stuck):
        for other in [*stuck[at + 1 :], *free]:
            if path[:-1] != other[:-1]:
                continue
            for up, by in ((2, 2), (2, 0.5), (0.5, 2), (3, 3)):
                if time.process_time() > deadline or len(out.together) >= 24:
                    return
                change = {path: int(lookup(raw, path) * up), other: int(lookup(raw, other) * by)}
                sample = builder.sample(zoo.merged(raw, change), tuple(change))
                if sample is None:
                    continue
                alone = [each for each in out.singles if each.changed == (other,)]
                if sample.tensors != out.base.tensors and sample.tensors not in [each.tensors for each in alone]:
                    out.together.append(change)
                    out.joint.append(sample)


def lookup(tree: Any, path: Path) -> Any:
    """The value at a path, or None."""
    with contextlib.suppress(KeyError, TypeError, IndexError):
        return zoo.get(tree, path)
    return None


def _near(chance: random.Random, value: Any, plain: Any) -> Any:
    """The value, or one near it where the field was seen to take any number (a vocabulary, an inner width)."""
    free = type(value) is int and type(plain) is int and plain > 1024 and value == plain + 7
    return plain + chance.randrange(1, 999) if free else value


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
                changes[path] = _near(chance, chance.choice(values), lookup(out.base.raw, path))
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


def _levelled(raw: dict[str, Any]) -> Iterator[dict[Path, Any]]:
    """Widths of stages made equal to what comes before them: a shortcut may be there only where they differ."""
    for path, value in zoo.leaves(raw):
        if not (isinstance(value, list) and len(value) > 1 and all(type(item) is int and item >= 16 for item in value)):
            continue
        beside = zoo.get(raw, path[:-1]) if len(path) > 1 else raw
        for name, width in beside.items():
            if type(width) is int and width >= 16 and width != value[0] and WIDTHS.search(name):
                yield {(*path[:-1], name): value[0]}
        for at in (1, len(value) - 1):
            if value[at] != value[at - 1]:
                yield {path: [*value[:at], value[at - 1], *value[at + 1 :]]}


def levelled(builder: Builder, out: Samples, deadline: float) -> None:
    """Stages as wide as the one before, also with every other word of a field that shapes."""
    words = [{path: word} for path, values in out.shaping.items() for word in values[:2] if isinstance(word, str)]
    for change in _levelled(out.base.raw):
        if time.process_time() > deadline or len(out.together) >= 16:
            return
        sample = builder.sample(zoo.merged(out.base.raw, change), tuple(change))
        if sample is None or sample.tensors == out.base.tensors:
            continue
        out.together.append(change)
        out.joint.append(sample)
        for word in words[:3]:
            both = builder.sample(zoo.merged(out.base.raw, change | word), (*change, *word))
            if both is not None:
                out.joint.append(both)


def stages_chosen(builder: Builder, out: Samples, deadline: float) -> None:
    """The stages that a backbone gives, by name and by place together: each is refused without the other."""
    names = out.base.resolved.get("stage_names")
    if not isinstance(names, list) or "out_indices" not in out.base.raw:
        return
    last = len(names) - 1
    for picked in ([1], [*range(1, last + 1)], [last - 1, last], [1, last], [*range(2, last + 1)]):
        if time.process_time() > deadline or picked[0] < 1:
            return
        change: dict[Path, Any] = {("out_features",): [names[place] for place in picked], ("out_indices",): picked}
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
