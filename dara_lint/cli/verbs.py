"""From arguments to a verb, and from what happens there to an exit status."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from dara_lint import __version__
from dara_lint.cli.problem import UsageError
from dara_lint.cli.terminal import Help

if TYPE_CHECKING:
    SubParsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse names it nowhere else

VERBS = ("check", "name", "suggest", "inspect", "rules", "init", "learn")
"""Every verb is a module ``dara_lint.cli.<verb>`` with ``add(subparsers)`` and ``run(args) -> int``."""

CLEAN, FOUND, WRONG, NO_MODEL, INTERRUPTED = 0, 1, 2, 3, 130

EPILOG = """\
dara-lint holds three things against each other: what a model repository is called, what its files claim, and
what its weights are. It reads headers only, runs nothing and needs no network.

examples:
  dara-lint                                   lint the repository in this folder
  dara-lint models/ other/config.json         lint every model under a folder, and the one that a file belongs to
  dara-lint --format github --format sarif:dara-lint.sarif
                                              annotations on the terminal, SARIF into a file
  dara-lint --select architecture --ignore architecture/layers="draft model"
  dara-lint --baseline known.json             say only what `--format json:known.json` did not say before
  dara-lint rules architecture/layers         explain a rule

exit status:
  0  clean, or nothing at or above --fail-on     2  a usage error, or a bug of dara-lint
  1  findings                                    3  a folder holds no model repository

A folder that is called like a verb is written ./name. `dara-lint VERB --help` says more.
"""


def run(given: Sequence[str]) -> int:
    """Run the verb that the arguments name, ``check`` when they name none."""
    try:
        return _run(given)
    except UsageError as error:
        return said(str(error), WRONG)
    except KeyboardInterrupt:
        return said("interrupted", INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - the door of the program: every bug is reported, none is hidden
        return _bug(error)


def _run(given: Sequence[str]) -> int:
    verb = given[0] if given and given[0] in available() else None
    if verb is None and any(word in {"-h", "--help"} for word in given[:1]):
        parser(available()).print_help()
        return CLEAN
    arguments = list(given) if verb else ["check", *given]
    try:
        args = parser([arguments[0]]).parse_args(arguments)
    except SystemExit as exit_:
        return exit_.code if isinstance(exit_.code, int) else WRONG
    status = module(arguments[0]).run(args)
    return int(status)


def available() -> tuple[str, ...]:
    """The verbs whose modules are there."""
    return tuple(verb for verb in VERBS if find_spec(f"dara_lint.cli.{verb}"))


def module(verb: str) -> Any:
    """The module of a verb."""
    return import_module(f"dara_lint.cli.{verb}")


def parser(verbs: Sequence[str]) -> argparse.ArgumentParser:
    """A parser that knows these verbs; only their modules are imported."""
    top = argparse.ArgumentParser(
        prog="dara-lint",
        usage="dara-lint [VERB] [PATH ...] [--format FORMAT[:FILE]] [options]",
        description="The linter for model repositories: holds a model's name and claims against its weights.",
        epilog=EPILOG,
        formatter_class=Help,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"dara-lint {__version__}")
    below: SubParsers = top.add_subparsers(title="verbs", metavar="VERB", dest="verb", prog="dara-lint")
    for verb in verbs:
        module(verb).add(below)
    return top


def said(text: str, status: int) -> int:
    """Say one line on the error stream and return the exit status that goes with it."""
    from dara_lint.reports.visible import visible

    print(f"dara-lint: {visible(text)}", file=sys.stderr)
    return status


def _bug(error: Exception) -> int:
    """Report a bug of ours. What the exception quotes may come from a repository, so it is made safe."""
    import traceback

    from dara_lint.reports.visible import visible

    print("dara-lint: this is a bug of dara-lint, not of your repository; please report what follows", file=sys.stderr)
    system = f"dara-lint {__version__}, Python {sys.version.split()[0]}, {sys.platform}"
    for line in [system, *"".join(traceback.format_exception(error)).splitlines()]:
        print(f"  | {visible(line, 500)}", file=sys.stderr)
    return WRONG
