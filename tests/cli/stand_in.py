"""What stands in for the engine where only the command line is tested."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from dara_lint import engine
from dara_lint.finding import Finding, Report, RepositoryReport
from dara_lint.settings import Settings
from tests.reports.sample_report import REPORT


class Engine:
    """What stands in for the engine: gives a report and keeps what it was told."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.paths: Sequence[str] = ()
        self.settings = Settings()
        self.told: dict[str, object] = {}

    def run(self, paths: Sequence[str], settings_for: Callable[[str], Settings], **told: object) -> Report:
        """As ``engine.run``."""
        self.paths, self.settings, self.told = paths, settings_for("."), told
        return self.report


def use(monkeypatch: pytest.MonkeyPatch, report: Report = REPORT) -> Engine:
    """Put a report in the engine's place."""
    fake = Engine(report)
    monkeypatch.setattr(engine, "run", fake.run)
    return fake


def of(*findings: Finding) -> Report:
    """A report with these findings in the current folder."""
    return Report((RepositoryReport(".", "a/b", findings),), "0.1.0")
