"""GitLab's Code Quality report and JUnit XML."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

from hypothesis import example, given, settings
from hypothesis import strategies as st

from dara_lint.facts import replace
from dara_lint.finding import Report, RepositoryReport
from dara_lint.reports import FORMATS, View
from tests.reports.sample_report import COUNT, HONEST, HOSTILE, NOTE, REPORT, finding


def test_gitlab_has_the_fields_that_gitlab_reads() -> None:
    issues = json.loads(FORMATS["gitlab"](REPORT, View()))
    assert len(issues) == 6
    for issue in issues:
        assert list(issue) == ["description", "check_name", "fingerprint", "severity", "location"]
        assert issue["severity"] in {"critical", "major", "info"}
        assert issue["location"]["lines"]["begin"] >= 1


def test_gitlab_fingerprints_are_unique_and_stay() -> None:
    repos = (HONEST, replace(HONEST, path="copy"), RepositoryReport("x", "x", (HONEST.findings[0],) * 2))
    marks = [issue["fingerprint"] for issue in json.loads(FORMATS["gitlab"](Report(repos), View()))]
    assert len(marks) == len(set(marks)) == 8
    moved = replace(HONEST, findings=tuple(replace(one, line=99) for one in HONEST.findings))
    again = [issue["fingerprint"] for issue in json.loads(FORMATS["gitlab"](Report((moved,)), View()))]
    assert set(again) <= set(marks)


def suites(report: Report) -> list[ET.Element]:
    """The suites of a JUnit report."""
    return list(ET.fromstring(FORMATS["junit"](report, View())))  # noqa: S314 - our own


def test_junit_counts_add_up() -> None:
    for suite in suites(REPORT):
        cases = suite.findall("testcase")
        assert int(suite.attrib["tests"]) == len(cases) > 0
        assert int(suite.attrib["failures"]) == len(suite.findall("testcase/failure"))
        assert int(suite.attrib["skipped"]) == len(suite.findall("testcase/skipped"))


def test_junit_notes_pass() -> None:
    (suite,) = suites(Report((RepositoryReport(".", "x", (finding(NOTE, "m", "config.json", 3),)),)))
    assert suite.attrib["failures"] == "0"
    (case,) = suite.findall("testcase")
    assert (case.attrib["classname"], case.attrib["name"]) == (NOTE.id, "config.json:3")
    assert case.findtext("system-out") == "config.json:3: m"


def test_junit_a_clean_repository_is_a_case_that_passes() -> None:
    (suite,) = suites(Report((RepositoryReport(".", "a/b"),)))
    assert (suite.attrib["name"], suite.attrib["tests"], suite.attrib["failures"]) == ("dara-lint a/b", "1", "0")


@settings(deadline=None, max_examples=150)
@given(text=st.text(max_size=80))
@example(HOSTILE)
@example("\ufffe\uffff\x00]]>")
def test_junit_is_xml_whatever_is_found(text: str) -> None:
    (suite,) = suites(Report((RepositoryReport(text, text, (finding(COUNT, text, text, help=text),)),)))
    assert suite.attrib["failures"] == "1"
