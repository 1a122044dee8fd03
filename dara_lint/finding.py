"""Verdicts: what a rule is, what it found, and what a run reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from dara_lint.facts import fact

if TYPE_CHECKING:
    from dara_lint.model import Location, ModelRepo
    from dara_lint.settings import Settings


class Severity(StrEnum):
    """How bad a finding is: an error is nearly certain and breaks or misleads, a note is worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for error, 1 for warning, 2 for note."""
        return ("error", "warning", "note").index(self.value)


class Hit(NamedTuple):
    """What a rule found, at a place that is still symbolic.

    ``message`` says what was found and what was expected, in lower case and without a full stop; ``help``
    how to mend it. ``found`` is the value found, part of the fingerprint, so it must not hold anything that
    changes from run to run. Severity and confidence default to the rule's. ``related`` are further places
    that show it. A hit is anchored at a text file that a person can mend, never at a weight file if one of
    the texts is to blame.
    """

    at: Location
    message: str
    found: str
    help: str = ""
    severity: Severity | None = None
    confidence: float | None = None
    related: tuple[Location, ...] = ()


class Skip(NamedTuple):
    """What a rule could not check, and why (``weights are LFS pointers``): said once, never a guess."""

    path: str
    reason: str


Check: TypeAlias = "Callable[[ModelRepo, Settings], Iterator[Hit | Skip]]"


@fact
class Rule:
    """A rule as data. ``doc`` is its module's docstring: what, why, an example, how to mend, source."""

    id: str
    summary: str
    severity: Severity
    confidence: float
    check: Check
    doc: str
    preview: bool = False

    @property
    def family(self) -> str:
        """``architecture`` of ``architecture/layers``."""
        return self.id.partition("/")[0]


@fact
class Finding:
    """A hit at its resolved place. Lines and columns are 1-based code points, or None."""

    rule: Rule
    severity: Severity
    confidence: float
    message: str
    help: str
    path: str
    line: int | None
    column: int | None
    end_column: int | None
    pointer: str | None
    fingerprint: str
    source: str | None = None
    """The line of text at ``line``, for showing it; control characters are still in it."""
    related: tuple[Location, ...] = ()


class Skipped(NamedTuple):
    """A check that was not made on a path, and why."""

    rule: str
    path: str
    reason: str


@fact
class Headline:
    """The first line of a repository: what the name says, what the claims say, what the weights are."""

    named: str = ""
    claims: str = ""
    evidence: str = ""


@fact
class RepositoryReport:
    """What was found in one repository. ``path`` is as the person gave it; findings' paths are inside it."""

    path: str
    name: str | None
    findings: tuple[Finding, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    suppressed: int = 0
    headline: Headline = Headline()


@fact
class Report:
    """A whole run. ``seconds`` is its wall time, for the closing line only."""

    repositories: tuple[RepositoryReport, ...] = ()
    version: str = ""
    seconds: float = 0.0
    notices: tuple[str, ...] = ()
    """Things to tell about the run itself (unused ignores), one line each."""

    def count(self, severity: Severity) -> int:
        """Number of findings of that severity."""
        return sum(finding.severity is severity for repo in self.repositories for finding in repo.findings)

    @property
    def suppressed(self) -> int:
        """Findings that an ignore or the baseline took away."""
        return sum(repo.suppressed for repo in self.repositories)
