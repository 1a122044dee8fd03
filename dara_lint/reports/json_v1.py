"""The frozen JSON shape, version 1: fields may be added, none is removed or changes its meaning."""

from __future__ import annotations

import json

from dara_lint.finding import Finding, Report, RepositoryReport, Severity
from dara_lint.model import Json
from dara_lint.reports.view import PLAIN, View, findings, repositories

VERSION = 1


def render(report: Report, view: View = PLAIN) -> str:
    """The report as one JSON object in ASCII, the same text for the same findings every time."""
    del view
    summary: dict[str, Json] = {severity.value: report.count(severity) for severity in Severity}
    shape: dict[str, Json] = {
        "version": VERSION,
        "tool": {"name": "dara-lint", "version": report.version},
        "repositories": [_repository(repo) for repo in repositories(report)],
        "summary": summary | {"suppressed": report.suppressed},
    }
    return dumped(shape)


def dumped(value: Json) -> str:
    """JSON that no terminal and no CI log acts upon: ASCII, DEL and ``##[`` written as escapes."""
    text = json.dumps(value, indent=2, allow_nan=False)
    return text.replace("\x7f", "\\u007f").replace("##", "#\\u0023") + "\n"


def _repository(repo: RepositoryReport) -> dict[str, Json]:
    skipped = sorted({(skip.rule, skip.path, skip.reason) for skip in repo.skipped})
    return {
        "path": repo.path,
        "name": repo.name,
        "findings": [_finding(found) for found in findings(repo)],
        "skipped": [{"rule": rule, "path": path, "reason": reason} for rule, path, reason in skipped],
    }


def _finding(found: Finding) -> dict[str, Json]:
    return {
        "rule": found.rule.id,
        "severity": found.severity.value,
        "confidence": found.confidence,
        "message": found.message,
        "path": found.path,
        "line": found.line,
        "column": found.column,
        "pointer": found.pointer,
        "help": found.help,
        "fingerprint": found.fingerprint,
    }
