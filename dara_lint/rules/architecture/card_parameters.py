"""The number of parameters that the model card states is not that of the weights.

Cards are copied from one size of a family to another, and ``| Parameters | 7B |`` stays behind. Only a plain
statement is taken: a line or table row of two cells whose key is ``Parameters``, ``Total parameters``, ``Model
size`` or the like, and whose value is one number with ``B`` or ``M``. A card that states several sizes speaks of
a family, so nothing is said. As with names, every honest reading of the weights is accepted.

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
from dara_lint.rules import thresholds
from dara_lint.rules.weighed import weighed
from dara_lint.rules.wording import parameters
from dara_lint.settings import Settings

LONGEST = 400
"""Longer lines are prose or data, no statement."""
_KEY = re.compile(
    r"(?:#|total|number of|no\. of|model|trainable|all)?\s*(?:of )?\s*(?:parameters?|params|parameter count|model size)"
    r"(?: \(total\))?|model size|# params|#params"
)
_SIZE = re.compile(r"(?<![\d.,])(\d{1,5}(?:\.\d{1,3})?)\s?(B|M|T|billion|million|trillion)(?![A-Za-z])", re.IGNORECASE)
_UNITS = {"m": 10**6, "b": 10**9, "t": 10**12}


class Statement(NamedTuple):
    """A number of parameters that a card states, with the words and the place of it."""

    number: int
    text: str
    line: int
    column: int


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold the card's only statement to every reading of the weights."""
    card = repo.card
    stated = list(_statements(card)) if card else []
    if card is None or len({statement.number for statement in stated}) != 1:
        return
    size = weighed(repo)
    if size.bounds is None or size.kind == "adapter":
        yield Skip(card.path, size.reason or "an adapter, not the model")
        return
    said = stated[0]
    ratio = min(_apart(said.number, reading) for reading in size.readings.values()) if size.readings else 1.0
    if ratio < thresholds.SIZE_WARNING:
        return
    known = size.exact or size.basis != "config"
    number = parameters(size.total or size.bounds.high)
    holder = "the config promises" if size.basis == "config" else "the weights hold"
    about = "" if size.exact else "about "
    yield Hit(
        Location(card.path, line=said.line, column=said.column, length=len(said.text)),
        f"the card says {said.text}, {holder} {about}{number} parameters",
        found=f"{said.number} {number}",
        help=f"write {number} here, or upload the weights that the card describes",
        severity=Severity.WARNING if ratio >= thresholds.SIZE_ERROR and known else Severity.NOTE,
    )


def _apart(number: int, reading: Bounds) -> float:
    return reading.ratio(number) if number else 1.0


def _statements(card: Card) -> Iterator[Statement]:
    fenced = False
    for number, line in enumerate(card.lines[card.body_line - 1 :], card.body_line):
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        if fenced or len(line) > LONGEST:
            continue
        cells = [cell for piece in re.split(r"[|:]", line) if (cell := piece.strip(" \t*_`>+-"))]
        if len(cells) != 2 or not _KEY.fullmatch(cells[0].lower().strip()):
            continue
        sizes = list(_SIZE.finditer(line))
        if len(sizes) == 1 and sizes[0][0] in cells[1]:
            match = sizes[0]
            value = round(float(match[1]) * _UNITS[match[2][0].lower()])
            yield Statement(value, match[0], number, match.start() + 1)


RULE = Rule(
    "architecture/card-parameters",
    "the card states another number of parameters than the weights hold",
    Severity.WARNING,
    0.88,
    check,
    __doc__ or "",
)
