"""SARIF 2.1.0 for GitHub code scanning and others that read it.

Source: OASIS SARIF 2.1.0 with errata 01; "SARIF support for code scanning" for what GitHub needs: help text,
both descriptions, a line, ``primaryLocationLineHash``, and no more than 25,000 results in a run.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from urllib.parse import quote

from dara_lint.finding import Finding, Report, RepositoryReport, Rule, Severity
from dara_lint.model import Json, Location
from dara_lint.reports.json_v1 import dumped
from dara_lint.reports.view import PLAIN, View, findings, from_workspace, repositories
from dara_lint.reports.visible import visible

LIMIT = 25_000
"""Results that GitHub takes from one run."""
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"
_PROBLEM = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "recommendation"}


def render(report: Report, view: View = PLAIN) -> str:
    """One run; results by severity, so that a cut takes notes before errors."""
    found = [(repo, one) for repo in repositories(report) for one in findings(repo)]
    found.sort(key=lambda pair: pair[1].severity.rank)
    cut = len(found) - LIMIT
    found = found[:LIMIT]
    rules = list({one.rule.id: one.rule for _, one in sorted(found, key=lambda pair: pair[1].rule.id)}.values())
    index = {rule.id: position for position, rule in enumerate(rules)}
    notices = [visible(notice) for notice in report.notices]
    if cut > 0:
        notices.append(f"{cut:,} more findings were left out: a run holds at most {LIMIT:,} results")
    hashes = _line_hashes(found)
    results: list[Json] = [
        _result(repo, one, index[one.rule.id], line_hash, view)
        for (repo, one), line_hash in zip(found, hashes, strict=True)
    ]
    invocation: dict[str, Json] = {
        "executionSuccessful": True,
        "toolExecutionNotifications": [{"level": "note", "message": {"text": notice}} for notice in notices],
    }
    driver: dict[str, Json] = {"name": "dara-lint", "rules": [_rule(rule) for rule in rules]}
    if report.version:
        driver |= {"version": report.version, "semanticVersion": report.version}
    run: dict[str, Json] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "the folder that the paths start from"}}},
        "invocations": [invocation],
        "results": results,
    }
    return dumped({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(rule: Rule) -> dict[str, Json]:
    doc = rule.doc.strip() or rule.summary
    body = doc.partition("\n")[2].strip()
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.id.replace("/", "-").split("-")),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": " ".join((body.split("\n\n")[0] or doc).split())[:1_000]},
        "help": {"text": doc, "markdown": doc},
        "defaultConfiguration": {"level": rule.severity.value},
        "properties": {
            "tags": ["model-repository", rule.family],
            "precision": precision(rule.confidence),
            "problem.severity": _PROBLEM[rule.severity],
        },
    }


def precision(confidence: float) -> str:
    """A confidence in the four words that GitHub knows."""
    for least, word in ((0.95, "very-high"), (0.85, "high"), (0.6, "medium")):
        if confidence >= least:
            return word
    return "low"


def _result(repo: RepositoryReport, one: Finding, index: int, line_hash: str, view: View) -> dict[str, Json]:
    text = visible(one.message)
    if one.help:
        text += "\n" + "\n".join(visible(line) for line in one.help.splitlines())
    result: dict[str, Json] = {
        "ruleId": one.rule.id,
        "ruleIndex": index,
        "level": one.severity.value,
        "message": {"text": _without_links(text)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": _artifact(view, repo, one.path),
                    "region": _region(one.line or 1, one.column, one.end_column),
                }
            }
        ],
        "partialFingerprints": {"primaryLocationLineHash": line_hash, "daraLint/v1": one.fingerprint},
        "properties": {"confidence": one.confidence},
    }
    if one.pointer is not None:
        result["properties"] = {"confidence": one.confidence, "pointer": one.pointer}
    if one.related:
        result["relatedLocations"] = [
            _related(number, at, repo, view) for number, at in enumerate(one.related, start=1)
        ]
    return result


def _related(number: int, at: Location, repo: RepositoryReport, view: View) -> dict[str, Json]:
    end = at.column + at.length if at.column is not None and at.length else None
    return {
        "id": number,
        "physicalLocation": {
            "artifactLocation": _artifact(view, repo, at.path),
            "region": _region(at.line or 1, at.column, end),
        },
        "message": {"text": _without_links(visible(at.pointer or at.path)) or "here"},
    }


def _artifact(view: View, repo: RepositoryReport, path: str) -> dict[str, Json]:
    where = from_workspace(view, repo.path, path)
    encoded = quote(where.encode("utf-8", "surrogateescape" if _from_bytes(where) else "replace"), safe="/")
    if where.startswith("/"):
        return {"uri": f"file://{encoded}"}
    return {"uri": encoded, "uriBaseId": ROOT}


def _from_bytes(path: str) -> bool:
    """Whether every surrogate in a path stands for a byte that was no UTF-8 (PEP 383)."""
    return all("\udc80" <= char <= "\udcff" for char in path if "\ud800" <= char <= "\udfff")


def _region(line: int, column: int | None, end_column: int | None) -> dict[str, Json]:
    region: dict[str, Json] = {"startLine": line}
    if column is not None:
        region["startColumn"] = column
        if end_column is not None and end_column >= column:
            region["endColumn"] = end_column
    return region


def _without_links(text: str) -> str:
    """SARIF 3.11.6 makes ``[text](target)`` of a plain message a link: a repository sets none."""
    return text.replace("](", "]\\(")


def _line_hashes(found: Iterable[tuple[RepositoryReport, Finding]]) -> list[str]:
    """One ``hash:n`` per finding: of the line's text without its white space, numbered where it recurs."""
    seen: Counter[tuple[str, str, str, str]] = Counter()
    hashes = []
    for repo, one in found:
        text = one.fingerprint if one.source is None else "".join(one.source.split())
        line_hash = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        key = (repo.path, one.path, one.rule.id, line_hash)
        seen[key] += 1
        hashes.append(f"{line_hash}:{seen[key]}")
    return hashes
