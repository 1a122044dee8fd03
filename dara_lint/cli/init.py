"""``dara-lint init``: write settings, a pre-commit hook and a GitHub workflow, each only where none stands."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from dara_lint import __version__, bundled
from dara_lint.cli import output
from dara_lint.cli.problem import UsageError
from dara_lint.cli.terminal import Help
from dara_lint.cli.verbs import CLEAN

if TYPE_CHECKING:
    from dara_lint.cli.verbs import SubParsers

TEMPLATES = {
    "settings": ("settings.yaml", ".dara-lint.yaml"),
    "hook": ("pre-commit.yaml", ".pre-commit-config.yaml"),
    "workflow": ("workflow.yml", ".github/workflows/dara-lint.yml"),
}
"""What is written: name → template, path inside the repository."""


def add(subparsers: SubParsers) -> None:
    """Add the verb and its flags."""
    parser = subparsers.add_parser(
        "init",
        help="write settings, a pre-commit hook and a GitHub workflow",
        description="Write settings, a pre-commit hook and a GitHub workflow into a repository. A file that is "
        "there is kept, and what it lacks is shown.",
        epilog="examples:\n  dara-lint init\n  dara-lint init --only hook --only settings models/",
        formatter_class=Help,
        allow_abbrev=False,
    )
    parser.add_argument("folder", nargs="?", default=".", metavar="FOLDER", help="top of the repository (default: .)")
    parser.add_argument("--only", action="append", choices=tuple(TEMPLATES), help="only this; may be given again")
    parser.add_argument("--force", action="store_true", help="overwrite files that are there")


def run(args: argparse.Namespace) -> int:
    """Write the files and say which. Raises UsageError when a file cannot be written."""
    folder = Path(args.folder)
    if not folder.is_dir():
        raise UsageError(f"no such folder: {args.folder}")
    for name in args.only or TEMPLATES:
        _, target = TEMPLATES[name]
        text = content(name)
        if _written(folder / target, text, force=args.force):
            output.say(f"wrote {folder / target}\n{_indented(text)}\n")
        elif (folder / target).is_symlink():
            output.say(f"kept  {folder / target}, a link\n\n")
        elif name == "hook":
            output.say(f"kept  {folder / target}, which is there; the hook to add to it:\n{_indented(text)}\n")
        else:
            output.say(f"kept  {folder / target}, which is there (--force overwrites it)\n\n")
    return CLEAN


def content(name: str) -> str:
    """The text of a template for this version of dara-lint."""
    template, _ = TEMPLATES[name]
    text = bundled.read("dara_lint.cli", "templates", template).decode()
    return text.replace("@VERSION@", __version__)


def _written(path: Path, text: str, *, force: bool) -> bool:
    """Whether the file was written: not when it is there and not forced, never through a link."""
    if path.is_symlink():
        return False
    flags = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if force else os.O_EXCL)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o644)
    except FileExistsError:
        return False
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror or error}") from None
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    return True


def _indented(text: str) -> str:
    return "".join(f"  | {line}\n" for line in text.splitlines())
