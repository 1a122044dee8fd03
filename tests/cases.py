"""The cases of the rules: what ``tests/cases`` holds, and what linting one of them says."""

from __future__ import annotations

import re
from pathlib import Path

from dara_lint.cli.settings_choice import Choice, Flags
from dara_lint.engine import run
from dara_lint.finding import Report
from dara_lint.rules import RULES
from tests.miniature import build

CASES = Path(__file__).parent / "cases"


def cases() -> list[Path]:
    """Every case folder, ``<family>/<rule>/{bad,good}-<what>``."""
    return sorted(path for path in CASES.glob("*/*/*") if re.match(r"(bad|good)-", path.name))


def lint(case: Path, scratch: Path) -> Report:
    """Build the case below ``scratch`` and lint it with its own settings."""
    root = build(case, scratch / "repo")  # a folder's name that names no model: a case says its own
    known = frozenset(word for rule in RULES for word in (rule.id, rule.family))
    return run([str(root)], Choice(Flags(), known))


def described(report: Report) -> str:
    """A report as ``expected.txt`` holds it: a line each for findings, then for what was skipped."""
    lines = []
    for repository in report.repositories:
        for finding in repository.findings:
            place = ":".join(str(part) for part in (finding.path, finding.line, finding.column) if part is not None)
            lines.append(f"{place} {finding.severity} {finding.rule.id}: {finding.message}")
            lines.extend(f"    {line}" for line in finding.help.splitlines())
    return "".join(f"{line}\n" for line in lines)
