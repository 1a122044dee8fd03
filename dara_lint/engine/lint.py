"""A whole run: discover, read, check, resolve, suppress, sort."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from dara_lint import __version__
from dara_lint.engine import headline, suppress
from dara_lint.engine.discover import Root, discover
from dara_lint.engine.locate import forget, locate
from dara_lint.facts import replace
from dara_lint.finding import Finding, Hit, Report, RepositoryReport, Rule, Skipped
from dara_lint.model import ModelRepo, NameSource
from dara_lint.readers import repository
from dara_lint.rules import RULES
from dara_lint.settings import Ignore, Settings

Progress = Callable[[int, int, str], None]


def run(
    paths: Sequence[str],
    settings_for: Callable[[str], Settings],
    *,
    jobs: int = 1,
    exclude: Sequence[str] = (),
    progress: Progress | None = None,
) -> Report:
    """Lint the repositories under ``paths`` and report on each, in the order of their paths.

    ``settings_for`` gives the settings of a root's folder. ``progress`` is told the number done, the number
    in all and the path. Raises ``discover.NoModelError``.
    """
    started = time.perf_counter()
    forget()
    work, notices = _named_once([(root, settings_for(root.location)) for root in discover(paths, exclude)])
    reports: list[RepositoryReport] = []
    used: dict[Ignore, bool] = {ignore: False for _, settings in work for ignore in settings.ignore}
    for report, applied in _each(work, jobs):
        reports.append(report)
        used |= dict.fromkeys(applied, True)
        if progress:
            progress(len(reports), len(work), report.path)
    notices += tuple(
        f"unused ignore: {ignore.rule} on {ignore.path} ({ignore.reason})" for ignore, was in used.items() if not was
    )
    return Report(tuple(reports), __version__, time.perf_counter() - started, notices)


def _named_once(work: list[tuple[Root, Settings]]) -> tuple[list[tuple[Root, Settings]], tuple[str, ...]]:
    """A name that was given is one repository's: given to several, it is none's, and that is said."""
    given = Counter(settings.name for _, settings in work if settings.name)
    shared = {name for name, count in given.items() if count > 1}
    notices = tuple(
        f"{given[name]} repositories were found, so the name {name} was not used" for name in sorted(shared)
    )
    return [(root, replace(s, name=None) if s.name in shared else s) for root, s in work], notices


def read(paths: Sequence[str], settings_for: Callable[[str], Settings]) -> tuple[ModelRepo, ...]:
    """The repositories under ``paths`` as facts. Raises ``discover.NoModelError``."""
    return tuple(_read(root, settings_for(root.location)) for root in discover(paths))


def _each(work: Sequence[tuple[Root, Settings]], jobs: int) -> Iterator[tuple[RepositoryReport, frozenset[Ignore]]]:
    if jobs <= 1 or len(work) < 2:
        yield from (check(root, settings) for root, settings in work)
        return
    from concurrent.futures import ProcessPoolExecutor  # which costs 11 ms that one process does not need

    with ProcessPoolExecutor(min(jobs, len(work))) as pool:
        yield from pool.map(_check, work, chunksize=max(1, min(16, len(work) // (jobs * 4))))


def _check(item: tuple[Root, Settings]) -> tuple[RepositoryReport, frozenset[Ignore]]:
    return check(*item)


def _read(root: Root, settings: Settings) -> ModelRepo:
    given = [NameSource("flag", settings.name)] if settings.name else []
    return repository.read(root.location, root.path, root.files, given, root.top)


def check(root: Root, settings: Settings) -> tuple[RepositoryReport, frozenset[Ignore]]:
    """Lint one root. Returns its report and the ignores that took something away.

    A bug in a rule is not swallowed: the exception says which rule and which repository.
    """
    repo = _read(root, settings)
    findings: list[Finding] = []
    skipped: dict[Skipped, None] = {}
    for rule in suppress.selected(RULES, settings):
        try:
            for item in rule.check(repo, settings):
                if isinstance(item, Hit):
                    findings.append(_finding(root, rule, item))
                else:
                    skipped[Skipped(rule.id, item.path, item.reason)] = None
        except Exception as error:
            error.add_note(f"while {rule.id} checked {root.path}")
            raise
    unique = {(finding.fingerprint, finding.line): finding for finding in findings}
    kept, suppressed, used = suppress.apply(sorted(unique.values(), key=_order), settings)
    report = RepositoryReport(root.path, repo.name, kept, tuple(skipped), suppressed, headline.of(repo))
    return report, used


def _finding(root: Root, rule: Rule, hit: Hit) -> Finding:
    import hashlib  # 4 ms that a clean repository does not need

    place = locate(root.location, hit.at)
    identity = "\0".join((rule.id, hit.at.path, hit.at.pointer or "", hit.found))
    return Finding(
        rule,
        hit.severity or rule.severity,
        rule.confidence if hit.confidence is None else hit.confidence,
        hit.message,
        hit.help,
        hit.at.path,
        place.line,
        place.column,
        place.end_column,
        hit.at.pointer,
        hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest(),
        place.source,
        hit.related,
    )


def _order(finding: Finding) -> tuple[str, int, int, str, str]:
    return (finding.path, finding.line or 0, finding.column or 0, finding.rule.id, finding.fingerprint)
