"""The first line of a repository: its name, its claims and its evidence side by side."""

from __future__ import annotations

from dara_lint.finding import Headline
from dara_lint.model import ModelRepo


def of(repo: ModelRepo) -> Headline:
    """The headline of ``repo``; a part of it that is not known is empty."""
    return Headline()
