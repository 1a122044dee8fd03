"""``dara-lint check``: lint model repositories. The verb that is meant when none is given."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from dara_lint.cli import output
from dara_lint.cli.problem import UsageError, present
from dara_lint.cli.progress import shown
from dara_lint.cli.settings_choice import Choice, Flags
from dara_lint.cli.settings_values import FAIL_ON, selector
from dara_lint.cli.terminal import Help
from dara_lint.cli.verbs import CLEAN, EPILOG, FOUND, NO_MODEL, VERBS, said
from dara_lint.reports import FORMATS
from dara_lint.settings import Ignore

if TYPE_CHECKING:
    from dara_lint.cli.verbs import SubParsers
    from dara_lint.finding import Report


def add(subparsers: SubParsers) -> None:
    """Add the verb and its flags."""
    parser = subparsers.add_parser(
        "check",
        help="lint model repositories (what is done when no verb is given)",
        description="Hold the name and the claims of model repositories against their weights.",
        usage="dara-lint [check] [PATH ...] [--format FORMAT[:FILE]] [options]",
        epilog=EPILOG,
        formatter_class=Help,
        allow_abbrev=False,
    )
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="folders or files, the current folder if none is given"
    )
    says = parser.add_argument_group("what is said")
    says.add_argument(
        "--format",
        action="append",
        default=[],
        metavar="FORMAT[:FILE]",
        help=f"{', '.join(FORMATS)}; may be given several times, one without a file (default: text)",
    )
    says.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="colours (default: auto)")
    says.add_argument("-q", "--quiet", action="store_true", help="findings only, no first lines and no summary")
    rules = parser.add_argument_group("which rules")
    rules.add_argument(
        "--select", action="append", default=[], metavar="RULE", help="only these rules or families (a,b or again)"
    )
    rules.add_argument(
        "--ignore", action="append", default=[], metavar="RULE=REASON", help="ignore a rule or a family, and say why"
    )
    rules.add_argument("--preview", action="store_true", help="also rules that are still in preview")
    rules.add_argument("--min-confidence", type=number, metavar="0..1", help="drop findings that are less certain")
    fails = parser.add_argument_group("when it fails")
    fails.add_argument(
        "--fail-on",
        choices=tuple(FAIL_ON),
        help="the least severity that makes the exit status 1 (default: error)",
    )
    fails.add_argument(
        "--baseline", metavar="FILE", help="an earlier report of --format json; what it holds is not said"
    )
    reads = parser.add_argument_group("what is read")
    reads.add_argument("--name", help="the model's name, instead of what remote, folder or card say")
    reads.add_argument("--exclude", action="append", default=[], metavar="GLOB", help="leave these paths out")
    reads.add_argument("--config", metavar="FILE", help="settings from this file instead of the closest one")
    reads.add_argument("--isolated", action="store_true", help="read no settings file")
    reads.add_argument("--jobs", type=int, default=1, metavar="N", help="processes, 0 for one per core (default: 1)")


def run(args: argparse.Namespace) -> int:
    """Lint, report, and return 0, 1 or 3. Raises UsageError."""
    targets = output.targets(args.format)
    paths = list(args.paths) or ["."]
    present(paths, VERBS)
    if args.isolated and args.config:
        raise UsageError("--isolated reads no settings file, --config names one: give one of them")

    from dara_lint import engine
    from dara_lint.rules import RULES

    known = frozenset(word for rule in RULES for word in (rule.id, rule.family))
    choice = Choice(flags(args, known), known)
    here = choice(".")
    try:
        with shown(quiet=args.quiet) as progress:
            report = engine.run(paths, choice, jobs=here.jobs, exclude=here.exclude, progress=progress)
    except engine.NoModelError as error:
        return said(str(error), NO_MODEL)
    for target in sorted(targets, key=lambda target: not target.file):
        view = output.view(target, args.color, quiet=args.quiet)
        output.write(target, FORMATS[target.format](report, view))
    return status(report, choice)


def flags(args: argparse.Namespace, known: frozenset[str]) -> Flags:
    """The flags as values. Raises UsageError."""
    if args.jobs < 0:
        raise UsageError(f"--jobs is 0 or more, found {args.jobs}")
    select = [word.strip() for words in args.select for word in words.split(",") if word.strip()]
    return Flags(
        name=args.name,
        select=tuple(selector(word, known, "--select") for word in select),
        ignore=tuple(_ignore(word, known) for word in args.ignore),
        fail_on=args.fail_on,
        min_confidence=args.min_confidence,
        jobs=args.jobs or os.cpu_count() or 1,
        preview=args.preview,
        exclude=tuple(args.exclude),
        baseline=os.path.abspath(args.baseline) if args.baseline else None,
        config=args.config,
        isolated=args.isolated,
    )


def status(report: Report, choice: Choice) -> int:
    """1 when a repository has a finding at or above what its own settings fail on, else 0."""
    for repo in report.repositories:
        limit = choice(repo.path).fail_on
        if limit and any(finding.severity.rank <= limit.rank for finding in repo.findings):
            return FOUND
    return CLEAN


def _ignore(word: str, known: frozenset[str]) -> Ignore:
    rule, _, reason = word.partition("=")
    if not reason.strip():
        raise UsageError(f"--ignore {rule} gives no reason: write --ignore {rule}=REASON")
    return Ignore(selector(rule.strip(), known, "--ignore"), reason.strip())


def number(text: str) -> float:
    """A confidence. Raises ValueError and ArgumentTypeError, which argparse tells."""
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"a confidence is a number from 0 to 1, found {text}")
    return value
