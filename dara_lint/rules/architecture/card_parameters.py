"""The number of parameters that the model card states is not that of the weights.

Cards are copied from one size of a family to another, and ``| Parameters | 7B |`` stays behind. Only a plain
statement is taken: a line or table row of two cells whose key is ``Parameters``, ``Total parameters``, ``Model
size`` or the like, and whose value is one number with ``B`` or ``M``; of a mixture also ``Active parameters``, and
``30.5B in total and 3.3B activated``. Trainable parameters, and a number that says it is an adapter's, are not all.
What is quoted or folded, or stands under a heading of another model (a teacher, a baseline), is left out. A card that
states several sizes speaks of a family, so nothing is said. As with names, every honest reading of the weights is
accepted.

Example: a card with ``**Parameters**: 7B`` in a repository of 1.10 B parameters.

How to mend: write the number that the weights hold into the card.

Source: thresholds as for ``architecture/parameter-count``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Card, Location, ModelRepo
from dara_lint.recognize.expectation import Bounds
from dara_lint.recognize.weighing import Weighed
from dara_lint.rules import thresholds
from dara_lint.rules.weighed import weighed
from dara_lint.rules.wording import parameters
from dara_lint.settings import Settings

LONGEST = 400
"""Longer lines are prose or data, no statement."""
_KEY = re.compile(
    r"(?:#|total|number of|no\. of|model|all)?\s*(?:of )?\s*(?:parameters?|params|parameter count|model size)"
    r"(?: \(total\))?|model size|# params|#params"
)
_SIZE = re.compile(r"(?<![\d.,])(\d{1,5}(?:\.\d{1,3})?)\s?(B|M|T|billion|million|trillion)(?![A-Za-z])", re.IGNORECASE)
_ACTIVE = ("active parameter", "activated parameter", "active param", "activated param")
"""Keys of what one token of a mixture uses, without a plural's s."""
_PART = re.compile(r"(?i)trainable|lora|adapter|frozen|non-?embedding")
"""Words beside a number that counts a part of the parameters."""
_OTHERS = re.compile(
    r"(?i)\b(?:teachers?|baselines?|compar\w+|original|judges?|annotators?|draft|reference|generators?|reward|versus|vs)\b"
)
"""Words of a heading under which a card speaks of other models."""
_UNITS = {"m": 10**6, "b": 10**9, "t": 10**12}


class Statement(NamedTuple):
    """A number of parameters that a card states, with the words and the place of it."""

    number: int
    text: str
    line: int
    column: int
    active: bool = False
    """Whether it counts what one token uses, of a mixture of experts."""


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold the card's only statement to every reading of the weights."""
    card = repo.card
    stated = list(_statements(card)) if card else []
    plain = [each for each in stated if not each.active]
    active = [each for each in stated if each.active]
    held = [each[0] for each in (plain, active) if len({said.number for said in each}) == 1]
    if card is None or not held or len({said.number for said in plain}) > 1:
        return
    size = weighed(repo)
    if size.bounds is None or size.kind == "adapter":
        yield Skip(card.path, size.reason or "an adapter, not the model")
        return
    for said in held:
        hits = list(_held(card, said, size))
        yield from hits
        if hits:
            return  # of a mixture of another size the active parameters differ as well


def _held(card: Card, said: Statement, size: Weighed) -> Iterator[Hit]:
    readings = {key: value for key, value in size.readings.items() if key.startswith("active") or not said.active}
    ratio = min((_apart(said.number, reading) for reading in readings.values()), default=1.0)
    if ratio < thresholds.SIZE_WARNING or size.bounds is None:
        return
    known = size.exact or size.basis != "config"
    number = parameters(readings["active"].high if said.active else size.total or size.bounds.high)
    holder = "the config promises" if size.basis == "config" else "the weights hold"
    about = "" if size.exact else "about "
    yield Hit(
        Location(card.path, line=said.line, column=said.column, length=len(said.text)),
        f"the card says {said.text}, {holder} {about}{number} {'active ' if said.active else ''}parameters",
        found=f"{said.number} {number}",
        help=f"write {number} here, or upload the weights that the card describes",
        severity=Severity.WARNING if ratio >= thresholds.SIZE_ERROR and known else Severity.NOTE,
    )


def _apart(number: int, reading: Bounds) -> float:
    return reading.ratio(number) if number else 1.0


def _statements(card: Card) -> Iterator[Statement]:
    fenced = folded = other = False
    for number, line in enumerate(card.lines[card.body_line - 1 :], card.body_line):
        start = line.lstrip()
        if start.startswith(("```", "~~~")):
            fenced = not fenced
        elif start.startswith("#") and not fenced:
            other = bool(_OTHERS.search(start[:LONGEST]))
        folded = "<details" in line or (folded and "</details" not in line)
        if fenced or folded or other or start.startswith(">") or len(line) > LONGEST:
            continue
        cells = [cell for piece in re.split(r"[|:]", line) if (cell := piece.strip(" \t*_`>+-"))]
        key = cells[0].lower().strip() if len(cells) == 2 else ""
        active = key.removeprefix("# ").removeprefix("number of ").removesuffix("s") in _ACTIVE
        if not active and not _KEY.fullmatch(key):
            continue
        sizes = list(_SIZE.finditer(line))
        if len(sizes) == 1 and sizes[0][0] in cells[1] and not _PART.search(cells[1]):
            yield _statement(sizes[0], number, active=active)
        elif len(sizes) == 2 and not active and _both(line, *sizes):
            yield _statement(sizes[0], number, active=False)
            yield _statement(sizes[1], number, active=True)


def _both(line: str, total: re.Match[str], active: re.Match[str]) -> bool:
    """How cards of mixtures put it: ``30.5B in total and 3.3B activated``."""
    between = line[total.end() : active.start()].split()
    after = line[active.end() :].split()[:1]
    return between in (["in", "total", "and"], ["total", "and"], ["total,"]) and after in (["active"], ["activated"])


def _statement(match: re.Match[str], line: int, *, active: bool) -> Statement:
    value = round(float(match[1]) * _UNITS[match[2][0].lower()])
    return Statement(value, match[0], line, match.start() + 1, active)


RULE = Rule(
    "architecture/card-parameters",
    "the card states another number of parameters than the weights hold",
    Severity.WARNING,
    0.88,
    check,
    __doc__ or "",
)
