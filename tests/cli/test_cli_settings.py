"""Settings files: found, extended, laid over each other; every mistake named where it is."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dara_lint.cli import settings_choice
from dara_lint.cli.problem import UsageError
from dara_lint.cli.settings_choice import Choice, Flags
from dara_lint.finding import Severity
from dara_lint.settings import Ignore, Settings

KNOWN = frozenset({"architecture", "naming", "architecture/layers", "architecture/parameter-count", "naming/size"})


@pytest.fixture(autouse=True)
def _no_cache() -> None:
    settings_choice.clear()


def chosen(folder: Path, flags: Flags = Flags()) -> Settings:  # noqa: B008 - frozen
    """The settings for a folder."""
    return Choice(flags, KNOWN)(str(folder))


def problem(folder: Path, text: str, name: str = ".dara-lint.yaml") -> str:
    """What is said about a settings file that holds ``text``, without the file's folder."""
    (folder / name).write_text(text, "utf-8")
    with pytest.raises(UsageError) as raised:
        chosen(folder)
    return str(raised.value).removeprefix(f"{folder}/")


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
    settings_choice.clear()
    assert chosen(inner).name == "top"
    (tmp_path / "repo" / "models" / "pyproject.toml").write_text('[project]\nname = "dara-lint-user"\n', "utf-8")
    settings_choice.clear()
    assert chosen(inner).name == "top"
    (inner / ".dara-lint.yaml").write_text("name: closest\n", "utf-8")
    (inner / "pyproject.toml").write_text('[tool.dara-lint]\nname = "beside"\n', "utf-8")
    settings_choice.clear()
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
        settings_choice.clear()
        assert str(chosen(tmp_path).name).endswith(name)
    assert "acme_lint_rules" not in sys.modules
    settings_choice.clear()
    assert "no file '../outside.yaml'" in problem(tmp_path, "extend: acme_lint_rules:../outside.yaml\n")
    settings_choice.clear()
    assert "installed package 'no_such'" in problem(tmp_path, "extend: no_such:team.yaml\n")


def test_extend_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text("extend: .dara-lint.yaml\n", "utf-8")
    assert problem(tmp_path, "extend: b.yaml\n") == "b.yaml: extend goes round in a circle at '.dara-lint.yaml'"


def test_extend_for_ever(tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / f"{number}.yaml").write_text(f"extend: {number + 1}.yaml\n", "utf-8")
    assert "more than 32 settings files extend each other" in problem(tmp_path, "extend: 0.yaml\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("selct: [naming]\n", "unknown key 'selct'; did you mean 'select'?"),
        ("select: [architecture/layer]\n", "'architecture/layer'; did you mean 'architecture/layers'?"),
        ("select: 3\n", "select is a list of words, found 3"),
        ("ignore: [{rule: naming}]\n", "ignore of 'naming' gives no reason, say why"),
        ("ignore: {naming: ' '}\n", "ignore of 'naming' gives no reason, say why"),
        ("ignore: {naming: }\n", "ignore of 'naming' gives no reason, say why"),
        ("ignore: [{rule: naming, reasn: x}]\n", "unknown key 'reasn' in ignore; did you mean 'reason'?"),
        ("ignore: [naming]\n", "ignore is a list of {rule, path, reason}, or a table of rule: reason, found 'naming'"),
        ("ignore: {nming: x}\n", "ignore: no rule and no family is called 'nming'; did you mean"),
        ("fail-on: fatal\n", "fail-on is one of error, warning, note, never, found 'fatal'"),
        ("min-confidence: 2\n", "min-confidence: a confidence is a number from 0 to 1, found 2"),
        ("min-confidence: true\n", "min-confidence: a confidence is a number from 0 to 1, found True"),
        ("min-confidence: .nan\n", "min-confidence: a confidence is a number from 0 to 1, found nan"),
        ("preview: 1\n", "preview is true or false, found 1"),
        ("name: 2024-01-01\n", "name is a text, found datetime.date(2024, 1, 1)"),
        ("rules: {naming: {a: 1}}\n", "no rule is called 'naming'; did you mean 'naming/size'?"),
        ("rules: {1: {a: 1}}\n", "no rule is called '1'"),
        ("rules: {naming/size: {a: 2024-01-01}}\n", "rules is a table of options for naming/size, found {'a'"),
        ("baseline: none.json\n", "none.json"),
        ("extend: [a]\n", "extend is a path or PACKAGE:FILE, found list"),
        ("[a]\n", "settings are a table of keys, found list"),
        ("1: a\n", "settings' keys are words, found 1"),
        ("a: [\n", ".dara-lint.yaml:2: no valid YAML: "),
        ("a: !!python/object/apply:os.system [x]\n", ".dara-lint.yaml:1: no valid YAML: could not determine"),
        ("a: &a [x]\nb: [*a, *a]\n", ".dara-lint.yaml:2: aliases are not read in settings, write it out"),
        ("a: " + "[" * 40 + "]" * 40, ".dara-lint.yaml:1: nested deeper than 32"),
        ("a: " + "9" * 5_000, "no valid YAML: Exceeds the limit"),
        ("a: \x00\n", "no valid YAML: "),
        ("#" * 300_000, "settings cannot be read: 300,000 bytes, more than"),
    ],
)  # fmt: skip
def test_mistakes(tmp_path: Path, text: str, said: str) -> None:
    assert said in problem(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[tool.dara-lint\n", "no valid TOML"),
        ("[tool]\ndara-lint = 3\n", "settings are a table of keys, found int"),
        ("[tool.dara-lint]\nextend = 1\n", "extend is a path"),
        ("# dara-lint\na = " + "[" * 100_000, "no valid TOML"),
    ],
)
def test_mistakes_in_pyproject(tmp_path: Path, text: str, said: str) -> None:
    assert said in problem(tmp_path, text, "pyproject.toml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "no JSON report"),
        ("[]", "no report of `dara-lint --format json` (version 1)"),
        ('{"version": 2}', "no report of"),
        ('{"version": 1, "repositories": [{"findings": [{}]}]}', "a finding without a fingerprint"),
        ('{"version": 1, "repositories": 3}', "a finding without a fingerprint"),
        ("[" * 100_000, "no JSON report"),
    ],
)
def test_a_baseline_is_a_report(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "b.json").write_text(text, "utf-8")
    with pytest.raises(UsageError) as raised:
        chosen(tmp_path, Flags(baseline=str(tmp_path / "b.json")))
    assert said in str(raised.value)


WORDS = st.sampled_from(
    ["ignore", "rules", ": ", "- ", "[", "]", "{", "}", "naming", "\n", "&a ", "*a", "!!set ", "? ", "1", "'"]
)


@settings(deadline=None, max_examples=200)
@given(text=st.binary(max_size=60) | st.lists(WORDS, max_size=20).map(lambda words: "".join(words).encode()))
@pytest.mark.parametrize("name", [".dara-lint.yaml", "pyproject.toml"])
def test_any_bytes_are_settings_or_a_usage_error(
    tmp_path_factory: pytest.TempPathFactory, name: str, text: bytes
) -> None:
    folder = tmp_path_factory.getbasetemp() / f"any-{name}"
    folder.mkdir(exist_ok=True)
    head = b"[tool.dara-lint]\n" if name.endswith("toml") else b""
    (folder / name).write_bytes(head + text)
    settings_choice.clear()
    result: object
    try:
        result = chosen(folder)
    except UsageError as error:
        result = str(error).removeprefix(str(folder / name))
    assert isinstance(result, (Settings, str))
    assert result != ""


def test_a_pipe_is_no_settings_file(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "pipe.yaml")
    assert "not a regular file" in problem(tmp_path, "extend: pipe.yaml\n")
