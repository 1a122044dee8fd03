"""Tensor names of many samples, grouped into patterns whose indices vary."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import NamedTuple

_TOKENS = re.compile(r"\d+|\D+")

At = tuple[int, ...]


class Group(NamedTuple):
    """A pattern (``{}`` for each masked index) and, by sample number, the indices where it is."""

    name: str
    places: dict[int, dict[At, str]]
    """sample → indices → the tensor's full name"""


class _Entry(NamedTuple):
    sample: int
    at: At
    tokens: tuple[str, ...]
    name: str


def _is_index(token: str) -> bool:
    return token.isdigit() and str(int(token)) == token and len(token) < 7


def grouped(samples: list[list[str]]) -> list[Group]:
    """Patterns of all samples' tensor names. A number is masked only where what stands there varies."""
    out: list[Group] = []
    entries = [
        _Entry(number, (), tuple(_TOKENS.findall(name)), name) for number, names in enumerate(samples) for name in names
    ]
    _split("", entries, out)
    return out


def _split(prefix: str, entries: list[_Entry], out: list[Group]) -> None:
    done = [entry for entry in entries if not entry.tokens]
    if done:
        places: dict[int, dict[At, str]] = defaultdict(dict)
        for entry in done:
            places[entry.sample][entry.at] = entry.name
        out.append(Group(prefix, dict(places)))
    by_token: dict[str, list[_Entry]] = defaultdict(list)
    numbers: list[_Entry] = []
    for entry in entries:
        if entry.tokens:
            (numbers if _is_index(entry.tokens[0]) else by_token[entry.tokens[0]]).append(entry)
    if numbers:
        seen: dict[tuple[int, At], set[str]] = defaultdict(set)
        for entry in numbers:
            seen[entry.sample, entry.at].add(entry.tokens[0])
        if len({frozenset(values) for values in seen.values()}) > 1:
            _split(
                prefix + "{}",
                [_Entry(each.sample, (*each.at, int(each.tokens[0])), each.tokens[1:], each.name) for each in numbers],
                out,
            )
        else:
            for entry in numbers:
                by_token[entry.tokens[0]].append(entry)
    for token, members in by_token.items():
        _split(prefix + token, [each._replace(tokens=each.tokens[1:]) for each in members], out)


def prefixes(name: str) -> list[str]:
    """For each mask of a pattern the text up to and without it: what its count belongs to."""
    parts = name.split("{}")
    return ["{}".join(parts[: level + 1]) for level in range(len(parts) - 1)]
