"""Settings as the command line chooses them, for the tests of settings files."""

from __future__ import annotations

from pathlib import Path

import pytest

from dara_lint.cli import settings_choice
from dara_lint.cli.problem import UsageError
from dara_lint.cli.settings_choice import Choice, Flags
from dara_lint.settings import Settings

KNOWN = frozenset({"architecture", "naming", "architecture/layers", "architecture/parameter-count", "naming/size"})
"""The rules and families of the tests."""


def chosen(folder: Path, flags: Flags = Flags()) -> Settings:  # noqa: B008 - frozen
    """The settings for a folder, read anew."""
    settings_choice.clear()
    return Choice(flags, KNOWN)(str(folder))


def problem(folder: Path, text: str, name: str = ".dara-lint.yaml") -> str:
    """What is said about a settings file that holds ``text``, without the file's folder."""
    (folder / name).write_text(text, "utf-8")
    with pytest.raises(UsageError) as raised:
        chosen(folder)
    return str(raised.value).removeprefix(f"{folder}/")
