"""Select, run, suppress, sort."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from dara_lint.engine import lint, run
from dara_lint.facts import replace
from dara_lint.finding import Hit, Report, Severity, Skip
from dara_lint.reports import FORMATS, PLAIN
from dara_lint.rules import RULES
from dara_lint.settings import Ignore, Settings


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """One error (a trailing comma) and nothing else."""
    (tmp_path / "config.json").write_text('{\n  "model_type": "bert",\n}\n', "utf-8")
    return tmp_path


def _run(path: Path, **chosen: object) -> Report:
    settings = Settings(name="acme/bert", **chosen)  # type: ignore[arg-type]  # keyword by keyword in each test
    return run([str(path)], lambda _: settings)


def _rules(report: Report) -> list[str]:
    return [finding.rule.id for repo in report.repositories for finding in repo.findings]


def test_a_finding_stands_at_its_line_and_column(repository: Path) -> None:
    (finding,) = _run(repository).repositories[0].findings
    assert (finding.path, finding.line, finding.column) == ("config.json", 2, 23)
    assert finding.source == '  "model_type": "bert",'
    assert finding.severity is Severity.ERROR


def test_the_fingerprint_does_not_change_with_the_line(repository: Path) -> None:
    before = _run(repository).repositories[0].findings[0].fingerprint
    text = (repository / "config.json").read_text("utf-8")
    (repository / "config.json").write_text("\n\n" + text, "utf-8")
    after = _run(repository).repositories[0].findings[0]
    assert (after.fingerprint, after.line) == (before, 4)


def test_selecting(repository: Path) -> None:
    assert _rules(_run(repository, select=("repository",))) == ["repository/unreadable-file"]
    assert _rules(_run(repository, select=("repository/no-name",))) == []


def test_an_ignore_takes_away_and_is_counted(repository: Path) -> None:
    report = _run(repository, ignore=(Ignore("repository/unreadable-file", "on purpose", "config.json"),))
    assert (_rules(report), report.suppressed, report.notices) == ([], 1, ())


def test_an_unused_ignore_is_said(repository: Path) -> None:
    report = _run(repository, ignore=(Ignore("architecture", "no longer"), Ignore("repository", "yes", "other/**")))
    assert _rules(report) == ["repository/unreadable-file"]
    assert [notice.partition(" on ")[0] for notice in report.notices] == [
        "unused ignore: architecture",
        "unused ignore: repository",
    ]


def test_a_baseline_is_an_earlier_report(repository: Path) -> None:
    said = json.loads(FORMATS["json"](_run(repository), PLAIN))
    known = frozenset(f["fingerprint"] for repo in said["repositories"] for f in repo["findings"])
    report = _run(repository, baseline=known)
    assert (_rules(report), report.suppressed) == ([], 1)


def test_findings_under_the_least_confidence_are_dropped(repository: Path) -> None:
    assert _rules(_run(repository, min_confidence=0.999)) == []


def test_jobs_give_the_same_report(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"m{number}").mkdir()
        (tmp_path / f"m{number}" / "config.json").write_text('{"model_type": "bert",}', "utf-8")
    seen: list[tuple[int, int]] = []
    one = run([str(tmp_path)], lambda _: Settings())
    two = run([str(tmp_path)], lambda _: Settings(), jobs=2, progress=lambda done, total, _: seen.append((done, total)))
    assert FORMATS["json"](one, PLAIN) == FORMATS["json"](two, PLAIN)
    assert seen == [(n, 5) for n in range(1, 6)]


def test_a_name_that_is_given_to_several_repositories_is_none_of_theirs(tmp_path: Path) -> None:
    for name in ("bert-a", "bert-b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text('{"model_type": "bert"}', "utf-8")
    report = run([str(tmp_path)], lambda _: Settings(name="acme/bert"))
    assert [repo.name for repo in report.repositories] == ["bert-a", "bert-b"]
    assert report.notices == ("2 repositories were found, so the name acme/bert was not used",)


def test_a_bug_in_a_rule_is_not_swallowed(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Iterator[Hit | Skip]:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(lint, "RULES", (replace(RULES[0], check=broken),))
    with pytest.raises(ZeroDivisionError) as raised:
        run([str(repository)], lambda _: Settings())
    assert any("repository/unreadable-file" in note for note in raised.value.__notes__)


def test_a_place_is_looked_up_anew_in_each_run(repository: Path) -> None:
    before = _run(repository).repositories[0].findings[0]
    (repository / "config.json").write_text('{\n\n  "model_type":   "bert",\n}\n', "utf-8")
    after = _run(repository).repositories[0].findings[0]
    assert (before.line, before.source) == (2, '  "model_type": "bert",')
    assert (after.line, after.source) == (3, '  "model_type":   "bert",')
