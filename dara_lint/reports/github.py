"""GitHub workflow commands: each finding becomes an annotation at its line.

Source: ``@actions/core`` 1.11 ``command.ts`` for the escaping; "Workflow commands for GitHub Actions" for
properties; 10 annotations of each kind are shown per step, so the most severe come first.
"""

from __future__ import annotations

from collections import Counter

from dara_lint.finding import Finding, Report, RepositoryReport, Severity
from dara_lint.reports.view import PLAIN, View, findings, from_workspace, plural, repositories
from dara_lint.reports.visible import visible, without_commands

SHOWN = 10
"""Annotations of one kind that GitHub shows per step."""
COMMAND = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(report: Report, view: View = PLAIN) -> str:
    """One command per finding, errors first, and a closing line when GitHub will not show them all."""
    found = [(repo, one) for repo in repositories(report) for one in findings(repo)]
    found.sort(key=lambda pair: pair[1].severity.rank)
    lines = [_annotation(repo, one, view) for repo, one in found]
    if not view.quiet:
        lines += [_command("notice", visible(notice), {"title": "dara-lint"}) for notice in report.notices]
    kinds = Counter(COMMAND[one.severity] for _, one in found)
    hidden = [plural(count - SHOWN, kind) for kind, count in kinds.items() if count > SHOWN]
    if hidden:
        text = f"GitHub shows {SHOWN} annotations of a kind per step: {', '.join(hidden)} more in the log of this step"
        room = kinds["notice"] + len(report.notices) < SHOWN
        lines.append(_command("notice", text, {"title": "dara-lint"}) if room else text)
    return without_foreign_commands(lines)


def without_foreign_commands(lines: list[str]) -> str:
    """The lines as text; only lines that this module made itself start with a command."""
    safe = (
        line if line.startswith(tuple(f"::{kind} " for kind in COMMAND.values())) else without_commands(line)
        for line in lines
    )
    return "".join(f"{line}\n" for line in safe)


def _annotation(repo: RepositoryReport, one: Finding, view: View) -> str:
    properties = {"file": visible(from_workspace(view, repo.path, one.path))}
    if one.line is not None:
        properties["line"] = str(one.line)
        if one.column is not None:
            properties["col"] = str(one.column)
            if one.end_column is not None:
                properties["endColumn"] = str(one.end_column)
    properties["title"] = visible(one.rule.id)
    message = visible(one.message)
    if one.help:
        message += "\n" + "\n".join(visible(line) for line in one.help.splitlines())
    return _command(COMMAND[one.severity], message, properties)


def _command(kind: str, message: str, properties: dict[str, str]) -> str:
    given = ",".join(f"{key}={property_value(value)}" for key, value in properties.items())
    return f"::{kind} {given}::{data(message)}"


def data(text: str) -> str:
    """A message as ``escapeData`` of the toolkit writes it."""
    return _encodable(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def property_value(text: str) -> str:
    """A property's value as ``escapeProperty`` of the toolkit writes it."""
    return data(text).replace(":", "%3A").replace(",", "%2C")


def _encodable(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
