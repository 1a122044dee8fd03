"""What a person chose: one frozen ``Settings``, made from files and flags by ``dara_lint.cli``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from dara_lint.facts import fact, field
from dara_lint.finding import Severity
from dara_lint.model import Json


class Ignore(NamedTuple):
    """An ignore: a rule id or family, a glob of paths inside the repository, and the reason for it."""

    rule: str
    reason: str
    path: str = "**"


@fact
class Settings:
    """Everything a run depends on besides the files it reads.

    ``select`` holds rule ids or families (empty: every rule that is not in preview). ``options`` holds what
    single rules can be told, by rule id. ``fail_on`` is the least severity that fails a run, None for never.
    """

    name: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[Ignore, ...] = ()
    preview: bool = False
    fail_on: Severity | None = Severity.ERROR
    min_confidence: float = 0.0
    jobs: int = 1
    exclude: tuple[str, ...] = ()
    baseline: frozenset[str] = frozenset()
    options: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
