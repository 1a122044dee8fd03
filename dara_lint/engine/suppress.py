"""Which findings settings take away, and which ignores took nothing away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from dara_lint.finding import Finding, Rule
from dara_lint.settings import Ignore, Settings


def matches(selector: str, rule: Rule) -> bool:
    """Whether ``selector`` (a rule's id, a family, or ``all``) names ``rule``."""
    return selector in {"all", rule.id, rule.family}


def selected(rules: Iterable[Rule], settings: Settings) -> tuple[Rule, ...]:
    """The rules that run: what is selected (everything if nothing is), rules in preview when asked for.

    A rule in preview runs when preview is on or when its own id is selected. An ignored rule runs too, so that
    an ignore that is no longer needed is known.
    """
    return tuple(
        rule
        for rule in rules
        if (not settings.select or any(matches(selector, rule) for selector in settings.select))
        and (not rule.preview or settings.preview or rule.id in settings.select)
    )


def apply(findings: Sequence[Finding], settings: Settings) -> tuple[tuple[Finding, ...], int, frozenset[Ignore]]:
    """What stays of ``findings``, how many an ignore or the baseline took away, and the ignores that did.

    Findings under the least confidence are neither kept nor counted.
    """
    kept, suppressed, used = [], 0, set()
    for finding in findings:
        if finding.confidence < settings.min_confidence:
            continue
        by = [i for i in settings.ignore if matches(i.rule, finding.rule) and _covers(i.path, finding.path)]
        used.update(by)
        if by or finding.fingerprint in settings.baseline:
            suppressed += 1
        else:
            kept.append(finding)
    return tuple(kept), suppressed, frozenset(used)


def _covers(glob: str, path: str) -> bool:
    return glob == "**" or fnmatchcase(path, glob) or fnmatchcase(path, f"{glob.rstrip('/')}/*")
