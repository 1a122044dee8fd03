"""Discover, select, run, suppress, sort: from paths to a report."""

from dara_lint.engine.discover import NoModelError
from dara_lint.engine.lint import read, run

__all__ = ["NoModelError", "read", "run"]
