"""``dara-lint check``: what is run, where reports go, and the exit status that is promised."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

import pytest

from dara_lint import engine
from dara_lint.cli import main, progress, settings_choice
from dara_lint.facts import replace
from dara_lint.finding import Report, RepositoryReport
from dara_lint.rules import RULES
from tests.cli.stand_in import of, use
from tests.reports.sample_report import COUNT, LICENSE, NOTE, finding


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings_choice.clear()
    monkeypatch.chdir(tmp_path)
    for name in ("FORCE_COLOR", "NO_COLOR", "GITHUB_WORKSPACE", "CI_PROJECT_DIR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("report", "flags", "status"),
    [
        (of(), [], 0),
        (of(finding(COUNT, "m")), [], 1),
        (of(finding(LICENSE, "m"), finding(NOTE, "m")), [], 0),
        (of(finding(LICENSE, "m")), ["--fail-on", "warning"], 1),
        (of(finding(NOTE, "m")), ["--fail-on=warning"], 0),
        (of(finding(NOTE, "m")), ["--fail-on=note"], 1),
        (of(finding(COUNT, "m")), ["--fail-on=never"], 0),
    ],
)
def test_exit_status(monkeypatch: pytest.MonkeyPatch, report: Report, flags: list[str], status: int) -> None:
    use(monkeypatch, report)
    assert main(flags) == status


def test_each_repository_fails_on_what_its_own_settings_say(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "strict").mkdir()
    (tmp_path / "strict" / ".dara-lint.yaml").write_text("fail-on: note\n", "utf-8")
    (tmp_path / "lax").mkdir()
    lax = RepositoryReport("lax", "l", (finding(NOTE, "m"),))
    use(monkeypatch, Report((lax,)))
    assert main(["lax"]) == 0
    use(monkeypatch, Report((lax, replace(lax, path="strict"))))
    assert main(["lax", "strict"]) == 1


def test_flags_reach_the_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake = use(monkeypatch)
    (tmp_path / "a").mkdir()
    first, second = RULES[0].id, RULES[-1].family
    flags = ["check", "a", "--name", "x/y", f"--select={first},{second}", "--ignore", f"{first}=because = so"]
    flags += ["--min-confidence", "0.5", "--jobs", "3", "--exclude", "b", "--exclude=c", "--preview"]
    main(flags)
    settings = fake.settings
    assert fake.paths == ["a"]
    assert (fake.told["jobs"], fake.told["exclude"]) == (3, ("b", "c"))
    assert (settings.name, settings.select, settings.preview) == ("x/y", (first, second), True)
    assert [(one.rule, one.reason) for one in settings.ignore] == [(first, "because = so")]
    assert settings.min_confidence == 0.5


def test_no_path_is_the_current_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = use(monkeypatch)
    main([])
    assert fake.paths == ["."]


def test_jobs_0_is_one_per_core(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = use(monkeypatch)
    main(["--jobs=0"])
    assert fake.told["jobs"] == (os.cpu_count() or 1)


def test_several_formats_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    use(monkeypatch)
    main(["--format", "github", "--format", "sarif:a.sarif", "--format=json:b.json", "--format", "markdown:c.md"])
    assert capsys.readouterr().out.startswith("::error file=")
    assert json.loads((tmp_path / "a.sarif").read_text("utf-8"))["version"] == "2.1.0"
    assert json.loads((tmp_path / "b.json").read_text("utf-8"))["version"] == 1
    assert (tmp_path / "c.md").read_text("utf-8").startswith("## dara-lint\n")


def test_text_is_said_when_all_else_goes_to_files(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    use(monkeypatch)
    main(["--format=json:b.json"])
    assert "dara-lint rules <id> explains a rule" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["nowhere"], "no such file or folder: nowhere"),
        (["ruls"], "no such file or folder: ruls; did you mean 'rules'?"),
        (["--format=jsn"], "no format 'jsn', there are text, github, json, sarif, markdown, gitlab, junit"),
        (["--format=json", "--format=github"], "only one format can go to standard output, found json and github"),
        (["--format=json:a", "--format=sarif:./a"], "two formats cannot go to the same file"),
        (["--format=json:"], "a file is missing after the colon"),
        (["--format=json:no/such/folder"], "no/such/folder: cannot be written: No such file or directory"),
        (["--select=namng"], "--select: no rule and no family is called 'namng'"),
        (["--ignore=repository"], "--ignore repository gives no reason: write --ignore repository=REASON"),
        (["--ignore=repository="], "gives no reason"),
        (["--ignore=nothing=x"], "--ignore: no rule and no family is called 'nothing'"),
        (["--isolated", "--config=x"], "--isolated reads no settings file, --config names one"),
        (["--baseline=none.json"], "none.json: No such file or directory"),
        (["--config=none.yaml"], "none.yaml: settings cannot be read: No such file or directory"),
        (["--jobs=-1"], "--jobs is 0 or more, found -1"),
        (["--min-confidence=1.5"], "a confidence is a number from 0 to 1, found 1.5"),
        (["--min-confidence=x"], "invalid number value: 'x'"),
        (["--fail-on=fatal"], "invalid choice: 'fatal'"),
        (["--no-such-flag"], "unrecognized arguments: --no-such-flag"),
        (["--form=json"], "unrecognized arguments: --form=json"),
    ],
)
def test_usage_errors(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], flags: list[str], said: str
) -> None:
    use(monkeypatch)
    assert main(flags) == 2
    written = capsys.readouterr()
    assert said in written.err
    assert "Traceback" not in written.err
    assert written.out == "" or "no/such/folder" in said


def test_a_folder_without_a_model(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 3
    assert capsys.readouterr().err == "dara-lint: no model repository in .\n"


def test_a_bug_is_reported_and_cannot_forge_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> Report:
        raise ValueError("\n::error::forged \x1b[2J")

    monkeypatch.setattr(engine, "run", broken)
    assert main([]) == 2
    said = capsys.readouterr().err
    assert said.startswith("dara-lint: this is a bug of dara-lint, not of your repository")
    assert "ValueError" in said
    assert "\x1b" not in said
    assert all(line.startswith(("dara-lint: ", "  | ")) for line in said.splitlines())


def test_interrupted(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def stopped(*_: object, **__: object) -> Report:
        raise KeyboardInterrupt

    monkeypatch.setattr(engine, "run", stopped)
    assert main([]) == 130
    assert capsys.readouterr().err == "dara-lint: interrupted\n"


@pytest.mark.parametrize(
    ("environment", "flags", "colored"),
    [
        ({}, [], False),
        ({"FORCE_COLOR": "1"}, [], True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, [], False),
        ({"NO_COLOR": "1"}, ["--color=always"], True),
        ({"FORCE_COLOR": "1"}, ["--color=never"], False),
    ],
)
def test_colour(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    environment: dict[str, str],
    flags: list[str],
    colored: bool,  # noqa: FBT001 - a column of the table
) -> None:
    use(monkeypatch)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    main(flags)
    assert ("\x1b[1;31m" in capsys.readouterr().out) is colored


def test_progress_is_drawn_late_and_wiped(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(progress, "AFTER", 0.0)
    monkeypatch.setattr(progress, "EVERY", 0.0)
    with progress.shown(quiet=False) as tell:
        assert tell is not None
        tell(1, 2, "a\x1b[2J")
    drawn = capsys.readouterr().err
    assert "1 of 2  a\\x1b[2J" in drawn
    assert drawn.endswith("\r\x1b[2K")
    with progress.shown(quiet=True) as tell:
        assert tell is None


def test_the_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    for flags in (["--help"], ["-h"], ["check", "--help"]):
        assert main(flags) == 0
        said = capsys.readouterr().out
        assert "examples:" in said
        assert "exit status:" in said


def test_the_help_names_rules_that_are_there() -> None:
    import re

    from dara_lint.cli.verbs import EPILOG

    named = re.findall(r"architecture(?:/[a-z-]+)?", EPILOG)
    known = {word for rule in RULES for word in (rule.id, rule.family)}
    assert named
    assert set(named) <= known


def test_verbs_that_are_there_can_be_added() -> None:
    from dara_lint.cli.verbs import available, parser

    found = parser(available())
    assert isinstance(found, argparse.ArgumentParser)
    assert {"check", "rules", "init"} <= set(available())
