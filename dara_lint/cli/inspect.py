"""``dara-lint inspect``: say what the weights of a repository are, whatever its files claim."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from dara_lint.cli import output
from dara_lint.cli.problem import present
from dara_lint.cli.terminal import Help
from dara_lint.cli.verbs import CLEAN, NO_MODEL, said
from dara_lint.reports.json_v1 import dumped
from dara_lint.settings import Settings

if TYPE_CHECKING:
    from dara_lint.cli.verbs import SubParsers


def add(subparsers: SubParsers) -> None:
    """Add the verb and its flags."""
    parser = subparsers.add_parser(
        "inspect",
        help="show what a model's weights are",
        description="Read the headers of a model's weights and say what they are: which architectures they can be, "
        "how many parameters and layers, and a tree of the modules with their share of the parameters.",
        epilog="examples:\n  dara-lint inspect .\n  dara-lint inspect --format json models/\n"
        "  dara-lint inspect --expect .     what config.json promises\n"
        "  dara-lint inspect --solve .      the config that the weights imply",
        formatter_class=Help,
        allow_abbrev=False,
    )
    parser.add_argument("paths", nargs="*", default=["."], metavar="PATH", help="default: .")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    shows = parser.add_mutually_exclusive_group()
    shows.add_argument(
        "--expect", action="store_true", help="what the config promises, tensor by tensor, and where weights differ"
    )
    shows.add_argument("--solve", action="store_true", help="the config that the weights imply, and where it differs")
    parser.add_argument("--depth", type=int, default=6, metavar="N", help="levels of the tree, default: 6")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="default: auto")


def run(args: argparse.Namespace) -> int:
    """Print what each repository's weights are."""
    from dara_lint import engine
    from dara_lint.cli import inspect_text
    from dara_lint.recognize.inspection import inspected

    present(args.paths)
    try:
        repositories = engine.read(args.paths, lambda _: Settings())
    except engine.NoModelError as error:
        return said(str(error), NO_MODEL)
    color = output.colored(args.color, sys.stdout)
    if args.expect or args.solve:
        from dara_lint.cli import inspect_promise

        show = inspect_promise.expected if args.expect else inspect_promise.solved
        output.say(show(repositories, color=color))
        return CLEAN
    found = [inspected(repo) for repo in repositories]
    if args.format == "json":
        output.say(dumped([each.shape() for each in found]))
        return CLEAN
    output.say(inspect_text.rendered(found, depth=args.depth, color=color))
    return CLEAN
