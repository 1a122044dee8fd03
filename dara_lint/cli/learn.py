"""``dara-lint learn``: make a profile of an own architecture, so that it is recognised and checked like the rest."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from dara_lint.cli import output
from dara_lint.cli.problem import UsageError, present
from dara_lint.cli.terminal import Help
from dara_lint.cli.verbs import CLEAN, NO_MODEL, said
from dara_lint.recognize import learned
from dara_lint.recognize.evidence import Evidence, of_checkpoint
from dara_lint.reports.visible import visible
from dara_lint.settings import Settings

if TYPE_CHECKING:
    from dara_lint.cli.verbs import SubParsers
    from dara_lint.model import ModelRepo


def add(subparsers: SubParsers) -> None:
    """Add the verb and its flags."""
    parser = subparsers.add_parser(
        "learn",
        help="learn an own architecture from its checkpoints",
        description="Write a profile of an own architecture to .dara-lint/profiles/NAME.json, from one or more of its "
        "checkpoints. From then on models below this folder are recognised as NAME, and a config.json that says "
        '"model_type": "NAME" is held to it. Nothing is trained; several checkpoints of different sizes tell what is '
        "always there.",
        epilog="example:\n  dara-lint learn checkpoints/small checkpoints/large --as acme_moe",
        formatter_class=Help,
        allow_abbrev=False,
    )
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a model repository with weights, or an index of them")
    parser.add_argument("--as", dest="label", required=True, metavar="NAME", help="the model_type to learn it as")
    parser.add_argument("--folder", default=".", help="where .dara-lint/profiles is or will be, default: .")


def run(args: argparse.Namespace) -> int:
    """Write the profile and say where. Raises UsageError."""
    from dara_lint import engine

    present(args.paths)
    try:
        repositories = engine.read(args.paths, lambda _: Settings())
    except engine.NoModelError as error:
        return said(str(error), NO_MODEL)
    found = [evidence for repo in repositories if (evidence := _evidence(repo))]
    if not found:
        raise UsageError("there are no weights whose tensors are known by name, so there is nothing to learn")
    try:
        text = learned.learn(args.label, found)
        target = os.path.join(args.folder, learned.FOLDER, f"{args.label}.json")
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except (ValueError, OSError) as error:
        raise UsageError(str(error)) from None
    patterns = len({pattern for each in found for pattern in each.full})
    several = f"{len(found)} checkpoints" if len(found) > 1 else "one checkpoint"
    output.say(f"{visible(target)}: {patterns} tensor patterns of {several}, learned as {visible(args.label)}\n")
    return CLEAN


def _evidence(repo: ModelRepo) -> Evidence | None:
    """The evidence of a repository's largest set of named tensors."""
    found = [of_checkpoint(checkpoint) for checkpoint in repo.checkpoints]
    return max((each for each in found if each.slots), key=lambda each: len(each.slots), default=None)
