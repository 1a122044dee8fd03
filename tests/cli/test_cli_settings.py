"""Settings files: found, extended, laid over each other; every mistake named where it is."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from dara_lint.cli.problem import UsageError
from dara_lint.cli.settings_choice import Flags
from dara_lint.finding import Severity
from dara_lint.settings import Ignore, Settings
from tests.cli.chosen import chosen, problem

EVERYTHING = """
name: acme/x
select: [architecture]
extend-select: naming/size
ignore:
  - {rule: architecture/layers, path: "draft/**", reason: drafts}
fail-on: warning
min-confidence: 0.5
preview: true
exclude: [vendor]
baseline: known.json
rules:
  naming/size: {tolerance: 1.5, words: [a]}
"""


def test_every_key(tmp_path: Path) -> None:
    report = {"version": 1, "repositories": [{"findings": [{"fingerprint": "f1"}]}]}
    (tmp_path / "known.json").write_text(json.dumps(report), "utf-8")
    (tmp_path / ".dara-lint.yaml").write_text(EVERYTHING, "utf-8")
    assert chosen(tmp_path) == Settings(
        name="acme/x",
        select=("architecture", "naming/size"),
        ignore=(Ignore("architecture/layers", "drafts", "draft/**"),),
        preview=True,
        fail_on=Severity.WARNING,
        min_confidence=0.5,
        exclude=("vendor",),
        baseline=frozenset({"f1"}),
        options={"naming/size": {"tolerance": 1.5, "words": ["a"]}},
    )


def test_the_same_in_pyproject(tmp_path: Path) -> None:
    text = '[tool.dara-lint]\nfail-on = "never"\nignore = {"naming" = "says who"}\nextend-select = ["naming/size"]\n'
    (tmp_path / "pyproject.toml").write_text(text, "utf-8")
    settings = chosen(tmp_path)
    assert settings.fail_on is None
    assert settings.ignore == (Ignore("naming", "says who"),)
    assert settings.select == ("all", "naming/size")


def test_the_closest_file_wins_up_to_the_top_of_the_checkout(tmp_path: Path) -> None:
    inner = tmp_path / "repo" / "models" / "a"
    inner.mkdir(parents=True)
    (tmp_path / ".dara-lint.yaml").write_text("name: above the checkout\n", "utf-8")
    (tmp_path / "repo" / ".git").mkdir()
    assert chosen(inner).name is None
    (tmp_path / "repo" / "pyproject.toml").write_text('[tool.dara-lint]\nname = "top"\n', "utf-8")
    assert chosen(inner).name == "top"
    (tmp_path / "repo" / "models" / "pyproject.toml").write_text('[project]\nname = "dara-lint-user"\n', "utf-8")
    assert chosen(inner).name == "top"
    (inner / ".dara-lint.yaml").write_text("name: closest\n", "utf-8")
    (inner / "pyproject.toml").write_text('[tool.dara-lint]\nname = "beside"\n', "utf-8")
    assert chosen(inner).name == "closest"


def test_a_pyproject_of_others_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[not toml", "utf-8")
    assert chosen(tmp_path) == Settings()


def test_flags_beat_files_and_ignores_add_up(tmp_path: Path) -> None:
    (tmp_path / ".dara-lint.yaml").write_text(
        "name: file\nselect: [naming]\nignore: {naming: a}\nexclude: [x]\n", "utf-8"
    )
    flags = Flags("flag", ("architecture",), (Ignore("architecture", "b"),), "note", 0.1, 3, exclude=("y",))
    settings = chosen(tmp_path, flags)
    assert (settings.name, settings.select, settings.jobs) == ("flag", ("architecture",), 3)
    assert [ignore.reason for ignore in settings.ignore] == ["a", "b"]
    assert settings.exclude == ("x", "y")
    assert settings.fail_on is Severity.NOTE


def test_isolated_and_config(tmp_path: Path) -> None:
    (tmp_path / ".dara-lint.yaml").write_text("name: file\n", "utf-8")
    (tmp_path / "other.yaml").write_text("name: other\n", "utf-8")
    assert chosen(tmp_path, Flags(isolated=True)).name is None
    assert chosen(tmp_path, Flags(config=str(tmp_path / "other.yaml"))).name == "other"
    with pytest.raises(UsageError, match="No such file"):
        chosen(tmp_path, Flags(config=str(tmp_path / "none.yaml")))


def test_extend_lays_files_over_each_other(tmp_path: Path) -> None:
    (tmp_path / "team").mkdir()
    (tmp_path / "team" / "base.yaml").write_text(
        "fail-on: note\nignore: {naming: base}\nrules: {naming/size: {a: 1, b: 1}}\nbaseline: known.json\n", "utf-8"
    )
    (tmp_path / "team" / "known.json").write_text('{"version": 1, "repositories": []}', "utf-8")
    (tmp_path / ".dara-lint.yaml").write_text(
        "extend: team/base.yaml\nignore: {architecture: own}\nrules: {naming/size: {b: 2}}\n", "utf-8"
    )
    settings = chosen(tmp_path)
    assert settings.fail_on is Severity.NOTE
    assert [ignore.reason for ignore in settings.ignore] == ["base", "own"]
    assert settings.options == {"naming/size": {"a": 1, "b": 2}}


def test_extend_finds_an_installed_package_without_running_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site" / "acme_lint_rules"
    (package / "sub").mkdir(parents=True)
    (package / "__init__.py").write_text("raise SystemExit('imported')\n", "utf-8")
    (package / "team.yaml").write_text("name: from the package\n", "utf-8")
    (package / "sub" / "team.yaml").write_text("name: from below\n", "utf-8")
    (tmp_path / "site" / "outside.yaml").write_text("name: outside\n", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    for spelled, name in (("acme_lint_rules:team.yaml", "package"), ("acme_lint_rules.sub:team.yaml", "below")):
        (tmp_path / ".dara-lint.yaml").write_text(f"extend: {spelled}\n", "utf-8")
        assert str(chosen(tmp_path).name).endswith(name)
    assert "acme_lint_rules" not in sys.modules
    assert "no file '../outside.yaml'" in problem(tmp_path, "extend: acme_lint_rules:../outside.yaml\n")
    assert "installed package 'no_such'" in problem(tmp_path, "extend: no_such:team.yaml\n")


def test_extend_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text("extend: .dara-lint.yaml\n", "utf-8")
    assert problem(tmp_path, "extend: b.yaml\n") == "b.yaml: extend goes round in a circle at '.dara-lint.yaml'"


def test_extend_for_ever(tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / f"{number}.yaml").write_text(f"extend: {number + 1}.yaml\n", "utf-8")
    assert "more than 32 settings files extend each other" in problem(tmp_path, "extend: 0.yaml\n")
