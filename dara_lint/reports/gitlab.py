"""GitLab's Code Quality report: findings in the merge request and in its changes.

Source: GitLab 17 "Code Quality report format" (a subset of the Code Climate specification).
"""

from __future__ import annotations

import hashlib

from dara_lint.finding import Finding, Report, RepositoryReport, Severity
from dara_lint.model import Json
from dara_lint.reports.json_v1 import dumped
from dara_lint.reports.view import PLAIN, View, findings, from_workspace, repositories
from dara_lint.reports.visible import visible

SEVERITY = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.NOTE: "info"}


def render(report: Report, view: View = PLAIN) -> str:
    """The findings as a JSON array; a fingerprint is unique, as GitLab drops what it has seen."""
    seen: set[str] = set()
    return dumped([_issue(repo, one, view, seen) for repo in repositories(report) for one in findings(repo)])


def _issue(repo: RepositoryReport, one: Finding, view: View, seen: set[str]) -> dict[str, Json]:
    path = from_workspace(view, repo.path, one.path)
    number = 0
    while (mark := _fingerprint(path, one.fingerprint, number)) in seen:
        number += 1
    seen.add(mark)
    return {
        "description": visible(one.message),
        "check_name": one.rule.id,
        "fingerprint": mark,
        "severity": SEVERITY[one.severity],
        "location": {"path": path, "lines": {"begin": one.line or 1}},
    }


def _fingerprint(path: str, fingerprint: str, number: int) -> str:
    identity = f"{path}\0{fingerprint}\0{number}"
    return hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()
