"""Profiles: what the classes of a model type call their tensors, how often, and in which shapes.

A profile is one line of JSON; the bundled ones stand in ``bundled/profiles.zz``, learned ones in a repository's
``.dara-lint/profiles``. Patterns of the bundled ones are numbers into ``bundled/patterns.zz``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from typing import Any, TypeAlias

from dara_lint.facts import fact, field, record
from dara_lint.recognize.evidence import leaf, parts
from dara_lint.recognize.normalize import core, folded

Tokens: TypeAlias = dict[str, frozenset[str]]

ALWAYS, MOSTLY, SOMETIMES, SELDOM, NEVER = "4", "3", "2", "1", "0"
"""How often a class has a pattern over its configs: always, in at least 0.7 of them, 0.25, fewer, never."""

SINGLE = "."
"""In place of a group's letter: the pattern comes and goes alone."""

OFTEN = {ALWAYS: 1.0, MOSTLY: 0.85, SOMETIMES: 0.45, SELDOM: 0.12, NEVER: 0.0}
"""The share of configs that a level stands for."""


@fact
class Build:
    """Classes of one type with the same patterns. ``levels`` tells how often, a character per pattern. ``groups`` has a
    character per pattern that is neither always nor never there: those of one letter come together or not at all."""

    names: tuple[str, ...]
    levels: str
    groups: str = ""

    @cached_property
    def always(self) -> frozenset[int]:
        """The numbers of the patterns that every config has."""
        return frozenset(place for place, level in enumerate(self.levels) if level == ALWAYS)

    @cached_property
    def never(self) -> frozenset[int]:
        """The numbers of the patterns that no config has."""
        return frozenset(place for place, level in enumerate(self.levels) if level == NEVER)

    @cached_property
    def optional(self) -> tuple[int, ...]:
        """The numbers of all others."""
        return tuple(place for place, level in enumerate(self.levels) if level not in (ALWAYS, NEVER))

    def torn(self, inside: Collection[int], within: Collection[int] | None = None) -> bool:
        """Whether only a part of some group is among the patterns of those numbers (``within`` some of them)."""
        seen: dict[str, bool] = {}
        return any(
            group != SINGLE and seen.setdefault(group, place in inside) is not (place in inside)
            for place, group in zip(self.optional, self.groups, strict=False)
            if within is None or place in within
        )


@record
class View:
    """A build's tokens by channel: those it can have, with how often, and those that it always has."""

    can: dict[str, dict[str, float]]
    must: Tokens
    sums: dict[str, tuple[float, float]] = field(default_factory=dict)
    """By channel the length of the vector of ``can``, weights of tokens included, and the weight of ``must``; filled
    when first needed."""
    common: float | None = None
    """The weight of the cores that every build of the type always has; filled when first needed."""


@fact
class Profile:
    """A model type of a library. ``ranks`` holds a digit per pattern, "?" where the rank varies."""

    label: str
    library: str
    patterns: tuple[str, ...]
    ranks: str
    builds: tuple[Build, ...]
    since: int = 0
    """The first version of the library that has it (as 444 for 4.44): of equals the older ones are better known."""
    sentences: tuple[str, ...] = ()
    """Words of shapes (``sentences``) of a learned profile; those of the bundled ones stand by themselves."""

    @cached_property
    def places(self) -> dict[str, int]:
        """Pattern → its number in this profile."""
        return {pattern: number for number, pattern in enumerate(self.patterns)}

    @cached_property
    def parts(self) -> dict[str, dict[str, int]]:
        """Leading segments → what stands behind them, with the numbers of the patterns."""
        found: dict[str, dict[str, int]] = {}
        for number, pattern in enumerate(self.patterns):
            for front, inner in parts(pattern):
                found.setdefault(front, {})[inner] = number
        return found

    @cached_property
    def layered(self) -> frozenset[int]:
        """The numbers of the patterns that stand in layers."""
        return frozenset(number for number, pattern in enumerate(self.patterns) if "*" in pattern)

    @cached_property
    def tallies(self) -> tuple[tuple[Counter[str], Counter[str]], ...]:
        """For each build how many patterns in layers have each core, at least and at most."""
        cores = [(place, core(self.patterns[place])) for place in sorted(self.layered)]
        return tuple(
            (
                Counter(token for place, token in cores if build.levels[place] == ALWAYS),
                Counter(token for place, token in cores if build.levels[place] != NEVER),
            )
            for build in self.builds
        )

    @cached_property
    def names(self) -> tuple[tuple[str, ...], ...]:
        """The words of each pattern."""
        return tuple(tuple(pattern.split(".")) for pattern in self.patterns)

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of all patterns."""
        return frozenset(word for name in self.names for word in name)

    @cached_property
    def all(self) -> Tokens:
        """Tokens by channel that any build of the type can have."""
        return _tokens(self.patterns)

    @cached_property
    def common(self) -> frozenset[str]:
        """The cores that every build of the type always has."""
        found: frozenset[str] | None = None
        for build in self.builds:
            own = frozenset(
                core(pattern) for pattern, level in zip(self.patterns, build.levels, strict=True) if level == ALWAYS
            )
            found = own if found is None else found & own
        return found or frozenset()

    @cached_property
    def body(self) -> tuple[frozenset[str], frozenset[str]]:
        """The cores in layers: those that every build of the type always has, and those that any can have."""
        return (
            frozenset(token for token in self.common if "*" in token),
            frozenset(token for token in self.all["core"] if "*" in token),
        )

    @cached_property
    def _views(self) -> dict[int, View]:
        return {}

    def view(self, number: int) -> View:
        """The tokens of the build of that number."""
        found = self._views.get(number)
        if found is None:
            build = self.builds[number]
            can: dict[str, dict[str, float]] = {channel: {} for channel in MAKE}
            for pattern, level in zip(self.patterns, build.levels, strict=True):
                if often := OFTEN[level]:
                    for channel, make in MAKE.items():
                        for token in make(pattern):
                            can[channel][token] = max(often, can[channel].get(token, 0.0))
            must = {
                channel: frozenset(token for token, often in tokens.items() if often == 1.0)
                for channel, tokens in can.items()
            }
            found = View(can, must)
            self._views[number] = found
        return found


def _words(pattern: str) -> list[str]:
    return [segment for segment in pattern.split(".") if segment != "*"]


MAKE: dict[str, Callable[[str], Sequence[str]]] = {
    "full": lambda pattern: (pattern,),
    "core": lambda pattern: (core(pattern),),
    "fold": lambda pattern: (folded(pattern),),
    "leaf": lambda pattern: (leaf(pattern),),
    "segment": _words,
}
"""Channel → the tokens of a pattern in it."""


def _tokens(patterns: Sequence[str]) -> Tokens:
    return {
        channel: frozenset(token for pattern in patterns for token in make(pattern)) for channel, make in MAKE.items()
    }


def parse(line: str, vocabulary: Sequence[str] | None = None) -> Profile:
    """A profile of its line. With a vocabulary, patterns are differences of ascending numbers into it.

    Raises ValueError when the line is none (KeyError and the like are turned into it).
    """
    try:
        raw: dict[str, Any] = json.loads(line)
        if vocabulary is None:
            patterns = tuple(str(pattern) for pattern in raw["patterns"])
        else:
            at = 0
            chosen = []
            for step in raw["patterns"]:
                at += step
                chosen.append(vocabulary[at])
            patterns = tuple(chosen)
        builds = tuple(
            Build(tuple(map(str, names)), str(levels), str(groups[0]) if groups and vocabulary else "")
            for names, levels, *groups in raw["builds"]
        )
        if len(raw["ranks"]) != len(patterns) or any(len(build.levels) != len(patterns) for build in builds):
            raise ValueError("levels and ranks need one character per pattern")
        return Profile(
            str(raw["label"]),
            str(raw["library"]),
            patterns,
            str(raw["ranks"]),
            builds,
            int(raw.get("since", 0)),
            tuple(map(str, raw.get("sentences", ()))),
        )
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError(f"this is no profile: {error!r}") from error
