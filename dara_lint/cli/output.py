"""Where reports go: which format to which file, in colour or plain, in an encoding that can fail nowhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NamedTuple, TextIO

from dara_lint.cli.problem import UsageError, closest
from dara_lint.cli.terminal import WIDE, columns
from dara_lint.reports import FORMATS, View

_PLAINER = str.maketrans({"│": "|", "…": "~", "·": "-", "×": "x", "–": "-", "🛑": "", "⚠": "", "💡": ""})
"""What an output that is not Unicode shows instead."""


class Target(NamedTuple):
    """A format and the file it goes to; "" is standard output."""

    format: str
    file: str = ""


def targets(given: Sequence[str]) -> list[Target]:
    """What ``--format`` asked for. Text goes to standard output when nothing else does. Raises UsageError."""
    found = [_target(word) for word in given]
    said = [target for target in found if not target.file]
    if len(said) > 1:
        both = " and ".join(target.format for target in said)
        raise UsageError(f"only one format can go to standard output, found {both}: give others a file, FORMAT:FILE")
    files = [os.path.abspath(target.file) for target in found if target.file]
    if len(files) > len(set(files)):
        raise UsageError("two formats cannot go to the same file")
    return found if said else [Target("text"), *found]


def _target(word: str) -> Target:
    name, colon, file = word.partition(":")
    if name not in FORMATS:
        raise UsageError(f"no format {name!r}, there are {', '.join(FORMATS)}{closest(name, FORMATS)}")
    if colon and not file:
        raise UsageError(f"--format {word}: a file is missing after the colon")
    return Target(name, "" if file == "-" else file)


def colored(choice: str, stream: TextIO) -> bool:
    """Whether to colour: as told, or else by NO_COLOR, FORCE_COLOR and whether a terminal reads."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def view(target: Target, color: str, *, quiet: bool) -> View:
    """How a report looks where it goes."""
    workspace = os.environ.get("GITHUB_WORKSPACE") or os.environ.get("CI_PROJECT_DIR") or ""
    return View(
        color=colored(color, sys.stdout) if not target.file else color == "always",
        width=max(40, columns()) if not target.file else WIDE,
        quiet=quiet,
        here=os.getcwd().replace(os.sep, "/"),
        workspace=workspace.replace(os.sep, "/"),
    )


def write(target: Target, text: str) -> None:
    """Write a report to its place. Raises UsageError when the file cannot be written."""
    if not target.file:
        say(text)
        return
    try:
        with open(target.file, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
            stream.write(text)
    except OSError as error:
        raise UsageError(f"{target.file}: cannot be written: {error.strerror or error}") from None


def say(text: str) -> None:
    """Write text to standard output, whatever its encoding can hold. A reader that has gone is no error.

    Raises UsageError when it cannot be written (a full disk).
    """
    encoding = sys.stdout.encoding or "ascii"
    if not encoding.lower().replace("-", "").startswith("utf"):
        text = text.translate(_PLAINER)
    try:
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_the_rest()
    except OSError as error:
        _drop_the_rest()
        raise UsageError(f"standard output cannot be written: {error.strerror or error}") from None


def _drop_the_rest() -> None:
    """Let what is still buffered go nowhere, so that it does not fail again at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
