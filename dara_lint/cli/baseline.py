"""A baseline: the fingerprints of an earlier JSON report, whose findings are known and stay unsaid."""

from __future__ import annotations

import json
from functools import lru_cache

from dara_lint.cli.problem import UsageError
from dara_lint.readers.source import Entry, MalformedError, read_bounded

LIMIT = 64 * 1024 * 1024
"""Bytes of a report that is read as a baseline."""


@lru_cache(maxsize=64)
def fingerprints(path: str) -> frozenset[str]:
    """The fingerprints of every finding in a report of ``--format json``. Raises UsageError."""
    try:
        report = json.loads(read_bounded(Entry(path, path, 0), LIMIT))
    except OSError as error:
        raise UsageError(f"baseline {path}: {error.strerror or error}") from None
    except (MalformedError, ValueError, RecursionError) as error:
        raise UsageError(f"baseline {path}: no JSON report: {error}") from None
    if not isinstance(report, dict) or report.get("version") != 1:
        raise UsageError(f"baseline {path}: no report of `dara-lint --format json` (version 1)")
    repositories = report.get("repositories")
    found = [
        finding.get("fingerprint") if isinstance(finding, dict) else None
        for repository in (repositories if isinstance(repositories, list) else [None])
        for finding in _findings(repository)
    ]
    if not all(isinstance(mark, str) for mark in found):
        raise UsageError(f"baseline {path}: a finding without a fingerprint, write the report again")
    return frozenset(mark for mark in found if isinstance(mark, str))


def _findings(repository: object) -> list[object]:
    found = repository.get("findings") if isinstance(repository, dict) else None
    return found if isinstance(found, list) else [None]
