"""Markdown for GitHub's job summary: a table of facts and one of findings for each repository.

A summary of more than 1 MiB fails its step, so the report stays below and says what it cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dara_lint.finding import Finding, Report, RepositoryReport, Severity
from dara_lint.reports.view import (
    PLAIN,
    View,
    counts,
    findings,
    from_workspace,
    plural,
    point,
    position,
    repositories,
    unchecked,
)
from dara_lint.reports.visible import visible

LIMIT = 1_000_000
"""UTF-8 bytes; GitHub takes 1,048,576 from one step, and the step may write more than this report."""
ICON = {Severity.ERROR: "🛑 error", Severity.WARNING: "⚠️ warning", Severity.NOTE: "💡 note"}
_ROOM = 2_000
"""Bytes kept free for the line that says what was cut, and for the end of an open table."""
_ACTIVE = re.compile(r"[&<>|`*_\[\]~\\$]")
_LEADING = re.compile(r"^[ #+=-]")
"""What would open a heading, a list or a block of code at the start of a line."""
_SPLIT = re.compile(r"@|www(?=\.)|:(?=//)|#(?=\w)|\b[0-9a-f](?=[0-9a-f]{6,39}\b)|^\d+(?=[.)])", re.IGNORECASE)
"""Where GitHub would make a mention, a link, a reference to an issue or to a commit of plain words."""


def render(report: Report, view: View = PLAIN) -> str:
    """The report as GitHub-flavoured Markdown of at most ``LIMIT`` bytes."""
    kept: list[str] = []
    size = shown = 0
    total = sum(len(repo.findings) for repo in report.repositories)
    for text, weight in _pieces(report, view):
        size += len(text.encode("utf-8", "replace"))
        if size > LIMIT - _ROOM:
            left = plural(total - shown, "finding")
            kept.append(f"\n\n**Cut here:** a job summary holds 1 MiB; {left} more in the log of this step.\n")
            break
        kept.append(text)
        shown += weight
    return "".join(kept).encode("utf-8", "replace").decode()


def escaped(text: str, limit: int = 1_000) -> str:
    """Text that Markdown and GitHub show as it stands: no markup, HTML, link, mention or line break."""
    shown = visible(text, limit)
    pieces = (_ACTIVE.sub(_entity, piece) for piece in _broken(shown))
    return _LEADING.sub(_entity, "<!-- -->".join(pieces))


def _entity(match: re.Match[str]) -> str:
    return f"&#{ord(match.group())};"


def _broken(text: str) -> Iterator[str]:
    start = 0
    for match in _SPLIT.finditer(text):
        yield text[start : match.end()]
        start = match.end()
    yield text[start:]


def _pieces(report: Report, view: View) -> Iterator[tuple[str, int]]:
    """The report in pieces that can be left out from the end, each with its number of findings."""
    found = ", ".join(plural(count, severity.value) for severity, count in counts(report))
    taken = f", {report.suppressed:,} suppressed" if report.suppressed else ""
    where = plural(len(report.repositories), "repository")
    yield f"## dara-lint\n\n**{found or 'Nothing to report'}** in {where}{taken}\n", 0
    for notice in report.notices:
        yield f"\n> {escaped(notice)}\n", 0
    for repo in repositories(report):
        if repo.findings or len(report.repositories) == 1:
            yield from _repository(repo, view)
    reasons = unchecked(report.repositories)
    if reasons:
        yield f"\n<details><summary>Not checked: {plural(len(reasons), 'reason')}</summary>\n\n", 0
        for reason in reasons:
            yield f"- {escaped(reason)}\n", 0
        yield "\n</details>\n", 0


def _repository(repo: RepositoryReport, view: View) -> Iterator[tuple[str, int]]:
    yield f"\n### {escaped(repo.name or repo.path, 200)}\n", 0
    line = repo.headline
    if line.named or line.claims or line.evidence:
        cells = " | ".join(escaped(text, 300) or "–" for text in (line.named, line.claims, line.evidence))
        yield f"\n| the name says | the files claim | the weights are |\n| --- | --- | --- |\n| {cells} |\n", 0
    if repo.findings:
        yield "\n| | where | what | rule |\n| --- | --- | --- | --- |\n", 0
    for one in findings(repo):
        yield _row(repo, one, view), 1


def _row(repo: RepositoryReport, one: Finding, view: View) -> str:
    where = escaped(from_workspace(view, repo.path, one.path), 300) + position(one.line, one.column)
    what = escaped(one.message)
    if one.help:
        what += f"<br><i>{'<br>'.join(escaped(line, 500) for line in one.help.splitlines()[:8])}</i>"
    if one.related:
        places = (escaped(from_workspace(view, repo.path, at.path), 200) + point(at) for at in one.related[:8])
        what += f"<br>see {', '.join(places)}"
    return f"| {ICON[one.severity]} | {where} | {what} | {escaped(one.rule.id)} |\n"
