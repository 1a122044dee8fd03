"""No text of a repository makes a terminal, a log, a browser or a CI system do anything."""

from __future__ import annotations

import json
import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dara_lint.facts import replace
from dara_lint.finding import Finding, Headline, Report, RepositoryReport, Severity, Skipped
from dara_lint.model import Location
from dara_lint.reports import FORMATS, View
from dara_lint.reports.visible import visible
from tests.reports.sample_report import COUNT, HOSTILE, REPORT, finding, rule

PEOPLE = ("text", "github", "markdown")
ATTACKS = ("::error::x", "\n::error::x", "\r::stop-commands::t", " \u3000::add-mask::a", "##[group]a", "x ##[error]y")
SNIPPETS = st.sampled_from([*ATTACKS, "\x1b]0;title\x07", "\u202e", "\x85", "\u2028", "%0A::error::", "`|<b>", "@a"])
STRANGE = st.lists(SNIPPETS | st.text(st.characters(codec=None), max_size=12), max_size=5).map("".join)


def runner_commands(log: str) -> list[str]:
    """The commands that GitHub's runner takes from a log (actions/runner 2.320, ``ActionCommand``)."""
    found = []
    for line in re.split(r"\r\n|\r|\n", log):
        if line.strip().startswith("::") and "::" in line.strip()[2:]:
            found.append(line.strip()[2:].partition(" ")[0].partition("::")[0])
        elif match := re.search(r"##\[([^\]]*)\]", line):
            found.append(f"##{match[1]}")
    return found


def report_of(text: str) -> Report:
    """A report in which every field that a repository can fill holds ``text``."""
    found = finding(COUNT, text, text, 1, 2, 4, text, source=text, help=text, related=(Location(text, text),))
    bare = finding(COUNT, text, text, None, None, None, text)
    repo = RepositoryReport(text, text, (found, bare), (Skipped("a/b", text, text),), 0, Headline(text, text, text))
    return Report((repo,), "0.1.0", 0.0, (text,))


def controls(output: str) -> set[str]:
    """What an output holds that is acted upon instead of shown, line ends aside."""
    return {char for char in output if char != "\n" and unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "github"])
@settings(deadline=None, max_examples=60)
@given(text=STRANGE)
@example(HOSTILE)
@example("::error::x")
def test_nothing_becomes_a_command_of_the_runner(name: str, text: str) -> None:
    assert runner_commands(FORMATS[name](report_of(text), View())) == []


@settings(deadline=None, max_examples=150)
@given(text=STRANGE)
@example(HOSTILE)
def test_annotations_are_only_our_own(text: str) -> None:
    output = FORMATS["github"](report_of(text), View())
    assert runner_commands(output) == ["error", "error", "notice"]
    properties = re.findall(r"^::\w+ (.*?)::", output, re.MULTILINE)
    assert all(re.fullmatch(r"(\w+=[^,:\r\n]*)(,\w+=[^,:\r\n]*)*", given) for given in properties)


@pytest.mark.parametrize("name", FORMATS)
@settings(deadline=None, max_examples=60)
@given(text=STRANGE)
@example(HOSTILE)
def test_no_control_character_is_left(name: str, text: str) -> None:
    output = FORMATS[name](report_of(text), View())
    assert controls(output) == set()
    output.encode("utf-8")
    if name in {"json", "sarif", "gitlab"}:
        assert output.isascii()
        json.loads(output)


@settings(deadline=None, max_examples=60)
@given(text=STRANGE)
def test_colour_is_all_that_a_terminal_is_told(text: str) -> None:
    output = FORMATS["text"](report_of(text), View(color=True))
    assert controls(re.sub(r"\x1b\[[0-9;]*m", "", output)) == set()
    assert runner_commands(re.sub(r"\x1b\[[0-9;]*m", "", output)) == []


def test_markup_of_rich_is_not_read() -> None:
    output = FORMATS["text"](REPORT, View(color=True))
    assert "[bold red]rich[/]" in output


def test_json_gives_back_what_was_found() -> None:
    shape = json.loads(FORMATS["json"](report_of(HOSTILE), View()))
    assert {found["message"] for found in shape["repositories"][0]["findings"]} == {HOSTILE}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain – ünïcödé 你好 🙂", "plain – ünïcödé 你好 🙂"),
        ("\x1b[31m", "\\x1b[31m"),
        ("a\u202eb", "a\\u202eb"),
        ("a\u200bb\ufeff", "a\\u200bb\\ufeff"),
        ("\ud800", "\\ud800"),
        ("\U000e0041\u3164", "\\U000e0041\\u3164"),
        ("a\tb\r\n", "a\\tb\\r\\n"),
        ("##[group]", "\\x23#[group]"),
        ("## heading", "## heading"),
        ("x" * 2_001, "x" * 2_000 + "… (1 more characters)"),
    ],
)
def test_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize("name", PEOPLE)
def test_a_long_text_stays_short(name: str) -> None:
    output = FORMATS[name](report_of("a\x1b" * 500_000), View())
    assert len(output) < 120_000


def many(count: int, severity: Severity) -> list[Finding]:
    """Findings of one severity on different lines."""
    one = finding(rule(f"a/{severity.value}", severity), "m", "config.json", 1)
    return [replace(one, line=number) for number in range(1, count + 1)]


def test_github_puts_errors_first_and_says_what_it_hides() -> None:
    found = (*many(12, Severity.NOTE), *many(3, Severity.WARNING), *many(11, Severity.ERROR))
    lines = FORMATS["github"](Report((RepositoryReport(".", "x", found),)), View()).splitlines()
    kinds = [line.split(" ")[0].strip(":") for line in lines]
    assert kinds[:26] == ["error"] * 11 + ["warning"] * 3 + ["notice"] * 12
    assert lines[26].endswith("1 error, 2 notices more in the log of this step")
    assert not lines[26].startswith("::")  # an eleventh notice would not be shown


def test_github_closes_with_a_notice_while_there_is_room() -> None:
    lines = FORMATS["github"](Report((RepositoryReport(".", "x", tuple(many(11, Severity.ERROR))),)), View())
    assert lines.splitlines()[-1].startswith("::notice title=dara-lint::GitHub shows 10 annotations of a kind")


@pytest.mark.parametrize(
    ("root", "here", "workspace", "path"),
    [
        (".", "", "", "config.json"),
        ("models/a", "/w", "/w", "models/a/config.json"),
        ("a", "/w/models", "/w", "models/a/config.json"),
        ("/w/models/a", "/elsewhere", "/w", "models/a/config.json"),
        ("/other/a", "/w", "/w", "/other/a/config.json"),
        ("..", "/w/models/a", "/w", "models/config.json"),
    ],
)
def test_github_paths_start_at_the_workspace(root: str, here: str, workspace: str, path: str) -> None:
    report = Report((RepositoryReport(root, "x", (finding(COUNT, "m", "config.json", 1),)),))
    output = FORMATS["github"](report, View(here=here, workspace=workspace))
    assert f"file={path},line=1" in output
