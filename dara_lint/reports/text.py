"""For people: findings by repository and file, each with its line shown and marked, and a closing summary."""

from __future__ import annotations

from collections.abc import Iterator

from dara_lint.finding import Finding, Report, RepositoryReport, Severity
from dara_lint.reports.excerpt import excerpt
from dara_lint.reports.paint import Line, Span, padded, painted, width, wrapped
from dara_lint.reports.view import (
    PLAIN,
    View,
    counts,
    findings,
    place,
    plural,
    point,
    position,
    repositories,
    unchecked,
)
from dara_lint.reports.visible import visible, without_commands

STYLE = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "bold cyan"}
REASONS = 8
"""Reasons for skipped checks that the summary lists; the rest is counted."""
HEADLINES = 10
"""Up to this many repositories, the clean ones get their first line too."""
ASIDE = 36
"""Cells that must be free beside a marker for the message to stand there, as compilers have it."""
_INDENT = "    "


def render(report: Report, view: View = PLAIN) -> str:
    """The report as text, without any control character of a repository's own."""
    return without_commands(painted(_report(report, view), color=view.color))


def _report(report: Report, view: View) -> Iterator[Line]:
    every = repositories(report)
    for repo in every:
        if repo.findings or (not view.quiet and len(every) <= HEADLINES):
            if not view.quiet:
                yield from _headline(repo, view)
                yield ()
            yield from _findings(repo, view)
    if not view.quiet:
        yield from _summary(report, view)


def _headline(repo: RepositoryReport, view: View) -> Iterator[Line]:
    root = place(repo.path, "")
    title = [Span(visible(repo.name or root, 200), "bold")]
    if repo.name and root not in {".", repo.name}:
        title.append(Span(f"  {visible(root, 200)}", "dim"))
    facts = [
        (label, visible(text, 300))
        for label, text in (
            ("named", repo.headline.named),
            ("config", repo.headline.claims),
            ("weights", repo.headline.evidence),
        )
        if text
    ]
    used = sum(width(span.text) for span in title) + sum(width(f"   {label} {text}") for label, text in facts)
    if used <= view.width:
        yield (*title, *(span for label, text in facts for span in (Span(f"   {label} ", "dim"), Span(text))))
        return
    yield tuple(title)
    for label, text in facts:
        for index, piece in enumerate(wrapped(text, max(20, view.width - 10))):
            yield Span(f"  {label:8}" if not index else " " * 10, "dim"), Span(piece)


def _findings(repo: RepositoryReport, view: View) -> Iterator[Line]:
    found = findings(repo)
    places = [visible(place(repo.path, one.path), 300) + position(one.line, one.column) for one in found]
    room = view.width - 13 - max((len(one.rule.id) for one in found), default=0)
    column = min(max((width(text) for text in places), default=0), 48, max(room, 0))
    for one, where in zip(found, places, strict=True):
        yield (
            Span(f"  {padded(where, column)}  ", "bold"),
            Span(f"{one.severity.value:7}", STYLE[one.severity]),
            Span(f"  {visible(one.rule.id)}", "dim"),
        )
        yield from _body(one, view)
        yield from _advice(repo, one, view)
        yield ()


def _body(one: Finding, view: View) -> Iterator[Line]:
    style, message = STYLE[one.severity], visible(one.message)
    if not one.source or not one.source.strip() or one.line is None:
        if one.pointer:
            message = f"{visible(one.pointer, 200)}: {message}"
        yield from ((Span(f"{_INDENT}{piece}"),) for piece in wrapped(message, max(20, view.width - 4)))
        return
    number = f"{one.line:>5}"
    gutter = f"{' ' * len(number)} │ "
    room = max(20, view.width - len(gutter))
    line = excerpt(one.source, one.column, one.end_column, room)
    yield Span(f"{number} │ ", "dim"), Span(line.text)
    free = room - line.start - line.length - 2
    if line.length and free >= ASIDE:
        marker = " " * line.start + "^" * line.length
        for index, piece in enumerate(wrapped(message, free)):
            yield (
                Span(gutter, "dim"),
                Span(padded("" if index else marker, line.start + line.length), style),
                Span(f"  {piece}"),
            )
        return
    if line.length:
        yield Span(gutter, "dim"), Span(" " * line.start + "^" * line.length, style)
    yield from ((Span(gutter, "dim"), Span(piece)) for piece in wrapped(message, room))


def _advice(repo: RepositoryReport, one: Finding, view: View) -> Iterator[Line]:
    cells = max(20, view.width - 10)
    pieces = [piece for line in one.help.splitlines()[:8] for piece in wrapped(visible(line), cells)]
    for index, piece in enumerate(pieces):
        yield Span(f"{_INDENT}{'' if index else 'help: ':6}", "green"), Span(piece)
    for at in one.related[:8]:
        pointer = f" ({visible(at.pointer, 80)})" if at.pointer else ""
        where = f"{visible(place(repo.path, at.path), 300)}{point(at)}{pointer}"
        yield Span(f"{_INDENT}see:  ", "dim"), Span(where)


def _summary(report: Report, view: View) -> Iterator[Line]:
    for notice in report.notices:
        yield from ((Span(piece, "yellow"),) for piece in wrapped(visible(notice), view.width))
    reasons = unchecked(report.repositories)
    for reason in reasons[:REASONS]:
        yield from ((Span(piece, "dim"),) for piece in wrapped(visible(reason), view.width))
    if len(reasons) > REASONS:
        yield (Span(f"and {plural(len(reasons) - REASONS, 'more reason')} for skipped checks", "dim"),)
    if reasons or report.notices:
        yield ()
    where = f" in {plural(len(report.repositories), 'repository')}"
    taken = f", {report.suppressed:,} suppressed" if report.suppressed else ""
    time = f", {report.seconds:.2f} s"
    doubt = ", as far as could be checked" if reasons else ""
    found = counts(report)
    if not found:
        yield Span("nothing to report", "bold green"), Span(f"{where}{doubt}{taken}{time}")
        return
    spans: list[Span] = []
    for severity, count in found:
        spans += [Span(", " if spans else ""), Span(plural(count, severity.value), STYLE[severity])]
    spans.append(Span(f"{where}{taken}{time}"))
    hint = Span("dara-lint rules <id> explains a rule", "dim")
    gap = view.width - sum(width(span.text) for span in spans) - width(hint.text)
    if gap >= 3:
        spans += [Span(" " * gap), hint]
    yield tuple(spans)
    if gap < 3:
        yield (hint,)
