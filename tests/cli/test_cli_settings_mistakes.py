"""Every mistake in a settings file is a usage error that names the file, the key and what was meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dara_lint.cli.problem import UsageError
from dara_lint.cli.settings_choice import Flags
from dara_lint.settings import Settings
from tests.cli.chosen import chosen, problem


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
