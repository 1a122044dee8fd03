"""Which keys of a config explain the differences: change one, promise again, count what is left.

A key is to blame when some other value of it makes (most of) the differences go away. Keys that explain the same
differences equally well cannot be told apart by the evidence and are named together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dara_lint.blueprints.arithmetic import UnknownValueError
from dara_lint.blueprints.compose import Library, Part, parts
from dara_lint.blueprints.differ import Arranged, Difference, differing
from dara_lint.blueprints.evidence import TOLERATED
from dara_lint.blueprints.expectation import Entry, Expectation, entries
from dara_lint.blueprints.solve import implied
from dara_lint.blueprints.suggest import suggestions, value_at
from dara_lint.blueprints.unit import MANY
from dara_lint.facts import field, record
from dara_lint.model import Json

MOST_CAUSES = 12
MOST_TRIED = 400
"""Configs tried per comparison at most; each costs under a millisecond."""


class Cause(NamedTuple):
    """Keys that the evidence cannot separate, each with the value that would fit, and what that explains.

    ``keys`` maps a key of the whole config (nested keys joined by dots) to (value there, value that would fit).
    ``explains`` counts tensors; ``differences`` are those that go away.
    """

    keys: Mapping[str, tuple[Json, Json]]
    explains: int
    differences: tuple[Difference, ...]
    head: bool = False
    """Whether all that it explains belongs to the task head."""


@record
class Trial:
    """A config, what it promises, and how that differs from the evidence."""

    config: dict[str, Json]
    parts: tuple[Part, ...]
    found: list[Difference]

    @property
    def weight(self) -> int:
        """Tensors that differ."""
        return sum(difference.times for difference in self.found)


@record
class Bench:
    """Tries configs of one class against one set of tensors."""

    architecture: str
    arranged: Arranged
    library: Library
    tried: int = 0
    _known: dict[tuple[str, str, tuple[tuple[object, ...], ...]], list[Difference]] = field(default_factory=dict)

    def trial(self, config: dict[str, Json]) -> Trial | None:
        """What that (completed) config promises against the evidence, or None when it promises nothing."""
        self.tried += 1
        try:
            found = tuple(parts(config, self.architecture, self.library))
            promised: list[Entry] = []
            total = 0
            for part in found:
                for entry in entries(part):
                    promised.append(entry)
                    total += entry.times
                    if total > MANY:
                        return None
        except (UnknownValueError, RecursionError):
            return None
        return self.held(config, found, promised)

    def held(self, config: dict[str, Json], found: tuple[Part, ...], entries: Sequence[Entry]) -> Trial:
        """The parts and entries that a config promises against the evidence."""
        promised: dict[tuple[str, str], list[Entry]] = {}
        for entry in entries:
            promised.setdefault((entry.part.prefix, entry.pattern.name), []).append(entry)
        out: list[Difference] = []
        older = found[0].unit.older
        for part in found:
            for pattern in part.patterns():
                key = (part.prefix, pattern.name)
                mine, places = promised.get(key, []), self.arranged.groups.get(key, {})
                if not mine and not places:
                    continue
                mark = (*key, tuple((entry.at, entry.times, entry.shape) for entry in mine))
                if mark not in self._known:
                    self._known[mark] = [
                        each
                        for each in differing(part, pattern, mine, places)
                        if each.tolerance not in older and (each.kind != "missing" or not TOLERATED.search(each.name))
                    ]
                out += [each if each.part is part else each._replace(part=part) for each in self._known[mark]]
        return Trial(config, found, out)


def changed(config: Mapping[str, Json], key: str, value: Json) -> dict[str, Json]:
    """The config with another value at a dotted key."""
    out = dict(config)
    head, _, rest = key.partition(".")
    if rest:
        inner = out.get(head)
        out[head] = changed(inner if isinstance(inner, dict) else {}, rest, value)
    else:
        out[head] = value
        if head == "num_labels":
            out.pop("id2label", None)
    return out


class Explained(NamedTuple):
    """The causes, the one that explains most first, the differences that no key explains, and all of them."""

    causes: list[Cause]
    left: list[Difference]
    differences: list[Difference]


def explained(expectation: Expectation, arranged: Arranged, library: Library) -> Explained:
    """What differs from an expectation, and which keys of its config are to blame."""
    bench = Bench(expectation.architecture, arranged, library, tried=1)
    here = start = bench.held(dict(expectation.config), expectation.parts, expectation.entries)
    certain = implied(here.parts, arranged) if here.found else {}
    causes: list[Cause] = []
    while here.found and len(causes) < MOST_CAUSES and bench.tried < MOST_TRIED:
        best: list[tuple[str, Json, Trial]] = []
        least = here.weight
        for key, value in suggestions(here.found, here.config, certain):
            if bench.tried >= MOST_TRIED:
                break
            trial = bench.trial(changed(here.config, key, value))
            if trial is None or trial.weight > least or trial.weight >= here.weight:
                continue
            if trial.weight < least:
                least, best = trial.weight, []
            if all(key != other for other, _, _ in best):
                best.append((key, value, trial))
        if not best or (here.weight - least) * 4 < min(here.weight, 8):
            break
        after = best[0][2]
        left = {each.mark for each in after.found}
        gone = tuple(each for each in here.found if each.mark not in left)
        keys = {key: (value_at(here.config, key), value) for key, value, _ in best}
        causes.append(Cause(keys, here.weight - least, gone, all(each.head for each in gone)))
        here = after
    return Explained(_merged(causes), here.found, start.found)


def _merged(causes: list[Cause]) -> list[Cause]:
    """One cause per set of keys: a list's items are found one at a time."""
    out: dict[frozenset[str], Cause] = {}
    for cause in causes:
        mark = frozenset(cause.keys)
        if mark in out:
            first = out[mark]
            keys = {key: (first.keys[key][0], cause.keys[key][1]) for key in first.keys}
            out[mark] = Cause(
                keys,
                first.explains + cause.explains,
                (*first.differences, *cause.differences),
                first.head and cause.head,
            )
        else:
            out[mark] = cause
    return list(out.values())
