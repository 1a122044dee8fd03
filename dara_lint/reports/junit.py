"""JUnit XML, which every CI system shows: a suite per repository, a case per finding.

Errors and warnings are failures, notes pass and say what they say, checks that could not be made are skipped.
Source: the schema of Jenkins' xUnit plugin, ``junit-10.xsd``.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from dara_lint.finding import Finding, Report, RepositoryReport, Severity
from dara_lint.reports.view import PLAIN, View, findings, from_workspace, position, repositories, unchecked
from dara_lint.reports.visible import visible, without_commands


def render(report: Report, view: View = PLAIN) -> str:
    """The report as XML."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>"]
    for repo in repositories(report):
        lines.extend(_suite(repo, view))
    lines.append("</testsuites>")
    return without_commands("".join(f"{line}\n" for line in lines))


def _suite(repo: RepositoryReport, view: View) -> Iterator[str]:
    found, skipped = findings(repo), unchecked([repo])
    failures = sum(one.severity is not Severity.NOTE for one in found)
    cases = len(found) + len(skipped) or 1
    name = f"dara-lint {visible(repo.name or repo.path, 300)}"
    yield (
        f'  <testsuite name={quoteattr(name)} tests="{cases}" failures="{failures}" errors="0" '
        f'skipped="{len(skipped)}">'
    )
    for one in found:
        yield from _case(repo, one, view)
    for reason in skipped:
        yield f'    <testcase classname="not checked" name={quoteattr(visible(reason))}><skipped/></testcase>'
    if not found and not skipped:
        yield '    <testcase classname="dara-lint" name="nothing to report"/>'
    yield "  </testsuite>"


def _case(repo: RepositoryReport, one: Finding, view: View) -> Iterator[str]:
    where = visible(from_workspace(view, repo.path, one.path), 300) + position(one.line, one.column)
    message = visible(one.message)
    text = "\n".join([f"{where}: {message}", *(visible(line) for line in one.help.splitlines())])
    yield f"    <testcase classname={quoteattr(one.rule.id)} name={quoteattr(where)}>"
    if one.severity is Severity.NOTE:
        yield f"      <system-out>{escape(text)}</system-out>"
    else:
        yield (
            f"      <failure type={quoteattr(one.severity.value)} message={quoteattr(message)}>{escape(text)}</failure>"
        )
    yield "    </testcase>"
