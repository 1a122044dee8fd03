"""Names that are nearly another: well-known models, and the spellings of architectures."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Literal, NamedTuple

from dara_lint import bundled
from dara_lint.names.lexicon import lexicon

Kind = Literal["look-alike", "owner", "typo", "order", "copy"]

_LOOKS = str.maketrans(
    {
        "0": "o", "1": "l", "I": "l", "|": "l", "а": "a", "в": "b", "е": "e", "і": "i", "к": "k", "м": "m", "н": "h",
        "о": "o", "р": "p", "с": "c", "т": "t", "у": "y", "х": "x", "ѕ": "s", "ј": "j", "ԁ": "d", "ɡ": "g", "ι": "l",
        "ο": "o", "α": "a", "ν": "v", "ρ": "p", "А": "A", "В": "B", "Е": "E", "К": "K", "М": "M", "Н": "H", "О": "O",
        "Р": "P", "С": "C", "Т": "T", "Х": "X",
    }
)  # fmt: skip
"""Letters that look alike in the usual fonts: digits, and Cyrillic and Greek (Unicode TR 39, confusables.txt)."""

_SPLIT = re.compile(r"[-_. ]+")
_WORDS = re.compile(r"[^\W\d_]+")
LEAST = 5
"""Letters of the shortest architecture that a slip can be told of."""


class Near(NamedTuple):
    """The well-known id that a name can be taken for, and how it differs from it."""

    known: str
    kind: Kind


class Slip(NamedTuple):
    """A word, the architecture that it nearly is, and whether it is a slip that only typing explains."""

    found: str
    meant: str
    typical: bool


class _Known(NamedTuple):
    plain: Mapping[str, tuple[str, ...]]
    skeletons: Mapping[str, str]
    gaps: Mapping[tuple[str, ...], tuple[tuple[str, str], ...]]
    sorted: Mapping[tuple[str, ...], str]
    owners: Mapping[str, str]


def confused(name: str) -> Near | None:
    """The well-known model that ``owner/name`` can be taken for, None when it is one or is near to none."""
    owner, _, last = name.rpartition("/")
    owner = owner.rpartition("/")[2]
    table = _known()
    tokens = _tokens(last)
    same = table.plain.get("-".join(tokens))
    if same:
        return _owned(owner, same)
    if (known := table.skeletons.get(_skeleton(last))) and not _versions_apart(last, known):
        return Near(known, "look-alike")
    for at, token in enumerate(tokens):
        for known, meant in table.gaps.get((*tokens[:at], "", *tokens[at + 1 :]), ()):
            if _slipped(token, meant):
                return Near(known, "typo")
    if (known := table.owners.get(_skeleton(owner))) and known.partition("/")[0].lower() != owner.lower():
        return Near(known, "owner")
    if len(tokens) > 2 and (known := table.sorted.get(tuple(sorted(tokens)))) and not _translates(tokens, known):
        return Near(known, "order")
    return None


def misspelt(text: str) -> Iterator[Slip]:
    """The architectures that the words of ``text`` nearly are. A word that means something is no slip."""
    known = _spellings()
    for word in _WORDS.findall(text.lower()):
        if len(word) < LEAST or word in known.known or word in known.others:
            continue
        for meant in known.spellings:
            if meant[0] == word[0] and (how := _difference(word, meant)):
                yield Slip(word, meant, how == "typical")
                break


def _owned(owner: str, same: tuple[str, ...]) -> Near | None:
    owners = {known.partition("/")[0].lower(): known for known in same}
    if not owner or owner.lower() in owners:
        return None
    for true, known in owners.items():
        if _skeleton(owner) == _skeleton(true) or (len(true) > LEAST and _difference(owner.lower(), true)):
            return Near(known, "owner")
    return Near(same[0], "copy")


def _tokens(name: str) -> tuple[str, ...]:
    return tuple(token for token in _SPLIT.split(name.lower()) if token)


def _skeleton(name: str) -> str:
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))
    return "-".join(_tokens(plain.translate(_LOOKS).replace("rn", "m").replace("vv", "w")))


def _versions_apart(name: str, known: str) -> bool:
    """Whether they differ in a version and not in a letter, as ``v1`` and ``vl`` do."""
    return re.findall(r"v\d+", name.lower()) != re.findall(r"v\d+", known.rpartition("/")[2].lower())


def _translates(tokens: tuple[str, ...], known: str) -> bool:
    """Whether the order is from one language to the other: the first token that moved is a language."""
    moved = next((a for a, b in zip(tokens, _tokens(known.partition("/")[2]), strict=False) if a != b), "")
    return moved in lexicon().languages or moved == "indic"


def _slipped(token: str, meant: str) -> bool:
    """Whether a token is a mistyped one: letters, long enough, known to no lexicon."""
    words = lexicon()
    if len(meant) < 4 or not (token.isalpha() and meant.isalpha()):
        return False
    if token in words.words or token in words.languages or token in _spellings().others:
        return False
    return bool(_difference(token, meant))


def _difference(word: str, meant: str) -> Literal["typical", "possible", ""]:
    """How two words differ by one slip: ``typical`` for doubled and exchanged letters, empty when by more.

    The first letter is the same. Optimal string alignment distance 1 (Damerau 1964).
    """
    if word == meant or abs(len(word) - len(meant)) > 1 or word[:1] != meant[:1]:
        return ""
    start = next((at for at, (a, b) in enumerate(zip(word, meant, strict=False)) if a != b), min(len(word), len(meant)))
    end = 0
    while end < min(len(word), len(meant)) - start and word[-1 - end] == meant[-1 - end]:
        end += 1
    ours, theirs = word[start : len(word) - end], meant[start : len(meant) - end]
    if len(ours) == len(theirs) == 2 and ours == theirs[::-1]:
        return "typical"
    if len(ours) + len(theirs) == 1:
        extra = ours or theirs
        longer = word if ours else meant
        doubled = longer[start - 1] == extra or longer[start + 1 : start + 2] == extra
        return "typical" if doubled else "possible"
    return "possible" if len(ours) == len(theirs) == 1 else ""


class _Spellings(NamedTuple):
    spellings: tuple[str, ...]
    others: frozenset[str]
    known: Mapping[str, object]


@cache
def _read() -> dict[str, list[str]]:
    table: dict[str, list[str]] = json.loads(bundled.read("dara_lint.names", "well_known.json"))
    return table


@cache
def _spellings() -> _Spellings:
    table = _read()
    return _Spellings(tuple(table["architectures"]), frozenset(table["left alone"]), lexicon().words)


@cache
def _known() -> _Known:
    plain: dict[str, tuple[str, ...]] = {}
    gaps: dict[tuple[str, ...], tuple[tuple[str, str], ...]] = {}
    skeletons: dict[str, str] = {}
    ordered: dict[tuple[str, ...], str] = {}
    owners: dict[str, str] = {}
    for line in _read()["models"]:
        owner, _, last = line.partition("/")
        known = f"{owner}/{last}"
        tokens = _tokens(last)
        key = "-".join(tokens)
        plain[key] = (*plain.get(key, ()), known)
        skeletons.setdefault(_skeleton(last), known)
        owners.setdefault(_skeleton(owner), known)
        ordered.setdefault(tuple(sorted(tokens)), known)
        for at, token in enumerate(tokens):
            if len(tokens) > 1 and len(token) >= 4:
                gap = (*tokens[:at], "", *tokens[at + 1 :])
                gaps[gap] = (*gaps.get(gap, ()), (known, token))
    return _Known(plain, skeletons, gaps, ordered, owners)
