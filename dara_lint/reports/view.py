"""How a report is looked at, and what every format shares: order, places and counts."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from dara_lint.finding import Finding, Report, RepositoryReport, Severity
from dara_lint.model import Location


class View(NamedTuple):
    """Where a report goes. ``width`` is in terminal cells.

    ``here`` is the folder in which the command ran and ``workspace`` the checkout's top, both absolute with
    ``/``; when they are known, formats that CI systems read give paths from the workspace.
    """

    color: bool = False
    width: int = 100
    quiet: bool = False
    here: str = ""
    workspace: str = ""


PLAIN = View()


def findings(repo: RepositoryReport) -> list[Finding]:
    """The findings of a repository by file, place, severity and rule: the same order every time."""
    return sorted(
        repo.findings,
        key=lambda found: (
            found.path,
            found.line or 0,
            found.column or 0,
            found.severity.rank,
            found.rule.id,
            found.fingerprint,
            found.message,
        ),
    )


def repositories(report: Report) -> list[RepositoryReport]:
    """The repositories of a run by path."""
    return sorted(report.repositories, key=lambda repo: (repo.path, repo.name or ""))


def place(root: str, path: str) -> str:
    """A path as a person would type it from where the command ran: the root's path and the one inside it."""
    return posixpath.normpath(posixpath.join(root.replace("\\", "/") or ".", path.lstrip("/") or "."))


def from_workspace(view: View, root: str, path: str) -> str:
    """A path as seen from the top of the checkout; absolute when it lies outside, or when that is unknown."""
    typed = place(root, path)
    if not view.workspace:
        return typed
    absolute = posixpath.normpath(posixpath.join(view.here, typed))
    top = view.workspace.rstrip("/") + "/"
    return absolute.removeprefix(top)


def point(at: Location) -> str:
    """``:line:column`` of a place, as far as it is known."""
    return position(at.line, at.column)


def position(line: int | None, column: int | None) -> str:
    """``:line:column``, ``:line`` or nothing."""
    if line is None:
        return ""
    return f":{line}" if column is None else f":{line}:{column}"


def plural(count: int, noun: str) -> str:
    """``1 error``, ``2 errors``, ``3 repositories``."""
    if count != 1:
        noun = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{count:,} {noun}"


def counts(report: Report) -> list[tuple[Severity, int]]:
    """Number of findings per severity, errors first, severities without findings left out."""
    return [(severity, count) for severity in Severity if (count := report.count(severity))]


def unchecked(repos: Iterable[RepositoryReport]) -> list[str]:
    """What was not checked, one line per reason, the most frequent first."""
    checks: Counter[str] = Counter()
    where: dict[str, set[str]] = {}
    for repo in repos:
        for skip in repo.skipped:
            checks[skip.reason] += 1
            where.setdefault(skip.reason, set()).add(repo.path)
    lines = []
    for reason, count in sorted(checks.items(), key=lambda pair: (-pair[1], pair[0])):
        of = f" in {plural(len(where[reason]), 'repository')}" if len(where[reason]) > 1 else ""
        lines.append(f"{reason}: {plural(count, 'check')} skipped{of}")
    return lines
