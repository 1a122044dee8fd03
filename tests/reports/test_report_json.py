"""The JSON shape is frozen: version 1 has these fields, these types, this order."""

from __future__ import annotations

import json
import random

from dara_lint.facts import replace
from dara_lint.finding import Report
from dara_lint.reports import FORMATS, View
from tests.reports.sample_report import HONEST, REPORT

FINDING = {
    "rule": str,
    "severity": str,
    "confidence": float,
    "message": str,
    "path": str,
    "line": int | None,
    "column": int | None,
    "pointer": str | None,
    "help": str,
    "fingerprint": str,
}


def render(report: Report) -> str:
    """The report as JSON text."""
    return FORMATS["json"](report, View())


def test_fields_and_types() -> None:
    shape = json.loads(render(REPORT))
    assert list(shape) == ["version", "tool", "repositories", "summary"]
    assert shape["version"] == 1
    assert shape["tool"] == {"name": "dara-lint", "version": "0.1.0"}
    assert shape["summary"] == {"error": 4, "warning": 1, "note": 1, "suppressed": 2}
    for repo in shape["repositories"]:
        assert list(repo) == ["path", "name", "findings", "skipped"]
        for found in repo["findings"]:
            assert list(found) == list(FINDING)
            assert all(isinstance(found[key], kind) for key, kind in FINDING.items())
        for skip in repo["skipped"]:
            assert list(skip) == ["rule", "path", "reason"]


def test_the_same_text_whatever_the_order() -> None:
    findings, skipped, repositories = list(HONEST.findings), list(HONEST.skipped), list(REPORT.repositories[1:])
    random.Random(7).shuffle(findings)
    skipped.reverse()
    repositories.reverse()
    mixed = replace(HONEST, findings=tuple(findings), skipped=tuple(skipped))
    assert findings != list(HONEST.findings)
    assert render(replace(REPORT, repositories=(*repositories, mixed), seconds=9.0)) == render(REPORT)


def test_ends_with_a_newline_and_is_ascii() -> None:
    output = render(REPORT)
    assert output.endswith("}\n")
    assert output.isascii()


def test_an_empty_run() -> None:
    shape = json.loads(render(Report((), "1.2.3")))
    assert shape["repositories"] == []
    assert set(shape["summary"].values()) == {0}
