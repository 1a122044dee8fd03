"""``dara-lint suggest``: propose names for a model from what its files say, or judge one that a person has in mind."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from dara_lint.cli import output
from dara_lint.cli.problem import UsageError, present
from dara_lint.cli.settings_choice import Choice, Flags
from dara_lint.cli.suggested import lines_of
from dara_lint.cli.terminal import Help
from dara_lint.cli.verbs import CLEAN, FOUND, NO_MODEL, said
from dara_lint.finding import Hit, Rule, Severity
from dara_lint.names.convention import Break, Node, PatternError, broken, compiled
from dara_lint.names.presets import PRESETS
from dara_lint.reports.json_v1 import dumped
from dara_lint.reports.paint import painted

if TYPE_CHECKING:
    from dara_lint.cli.verbs import SubParsers
    from dara_lint.model import Json, ModelRepo
    from dara_lint.rules.held import Judged
    from dara_lint.rules.naming.proposals import Proposal
    from dara_lint.settings import Settings

CONVENTION = "naming/convention"
ABOUT_NAMES = frozenset(
    {
        "architecture/name-vs-config", "architecture/name-vs-weights", "architecture/parameter-count",
        "architecture/experts", "architecture/quantization", "architecture/format", "architecture/casing",
        "architecture/context-length", "architecture/image-size", "architecture/layers", "architecture/adapter",
    }
)  # fmt: skip
"""Rules outside the family naming that hold the name against the files."""


def add(subparsers: SubParsers) -> None:
    """Add the verb and its flags."""
    parser = subparsers.add_parser(
        "suggest",
        help="propose names for a model from what its files say",
        description="Propose names for a model from what its config, its card and its weights say, best first.",
        epilog="examples:\n  dara-lint suggest models/my-model\n  dara-lint suggest . --convention lab\n"
        "  dara-lint suggest . --check acme/llama-3.1-8b-support",
        formatter_class=Help,
        allow_abbrev=False,
    )
    parser.add_argument("paths", nargs="*", default=["."], metavar="PATH", help="folders (default: .)")
    parser.add_argument(
        "--convention",
        metavar="PRESET|PATTERN",
        help=f"{', '.join(PRESETS)}, or a pattern such as {{architecture}}-{{parameters}}[-{{task}}] "
        "(default: that of the settings, else huggingface)",
    )
    parser.add_argument("--check", metavar="NAME", help="judge this name instead of the one that it has")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="default: auto")


def run(args: argparse.Namespace) -> int:
    """Print names, or what speaks against one. Returns 0, 1 (``--check`` found an error or a warning), or 3."""
    from dara_lint import engine
    from dara_lint.rules import RULES
    from dara_lint.rules.naming.gathered import mistaken
    from dara_lint.rules.naming.proposals import proposals, unsaid

    present(args.paths)
    choice = Choice(Flags(), frozenset(word for rule in RULES for word in (rule.id, rule.family)))
    try:
        repos = engine.read(args.paths, choice)
    except engine.NoModelError as error:
        return said(str(error), NO_MODEL)
    shapes: list[Json] = []
    status = CLEAN
    for repo in repos:
        settings = choice(repo.path)
        title, nodes = _convention(args.convention, settings)
        if args.check:
            against = objections(repo, args.check, settings, RULES)
            departs = broken(args.check, nodes)
            shapes.append(_checked(repo, args.check, title, departs, against))
            loud = any((hit.severity or rule.severity) is not Severity.NOTE for rule, hit in against)
            status = FOUND if loud or (departs and _chosen(args.convention, settings)) else status
        else:
            found = proposals(repo, nodes)
            shapes.append(_proposed(repo, title, found, () if found else unsaid(repo, nodes), mistaken(repo)))
    if args.format == "json":
        output.say(dumped(shapes))
    else:
        lines = [line for shape in shapes if isinstance(shape, dict) for line in lines_of(shape)]
        output.say(painted(lines, color=output.colored(args.color, sys.stdout)))
    return status


def objections(repo: ModelRepo, name: str, settings: Settings, rules: tuple[Rule, ...]) -> list[tuple[Rule, Hit]]:
    """What the rules about names would find if the repository were called ``name``.

    A configuration that the weights rule out is left out of it: they decide what the model may be called.
    """
    from dara_lint.facts import replace
    from dara_lint.rules.naming.gathered import without_mistakes
    from dara_lint.rules.naming.proposals import renamed

    weighed = without_mistakes(repo)
    found: list[tuple[Rule, Hit]] = []
    for rule in rules:
        if rule.id == CONVENTION or rule.preview or (rule.family != "naming" and rule.id not in ABOUT_NAMES):
            continue
        held = weighed if rule.id in ABOUT_NAMES else repo
        always = {item.message for item in rule.check(replace(held, names=()), settings) if isinstance(item, Hit)}
        hits = (item for item in rule.check(renamed(held, name), settings) if isinstance(item, Hit))
        found.extend((rule, hit) for hit in hits if hit.message not in always)
    return found


def _chosen(flag: str | None, settings: Settings) -> bool:
    return bool(flag or settings.options.get(CONVENTION))


def _convention(flag: str | None, settings: Settings) -> tuple[str, tuple[Node, ...]]:
    """The convention's title and its nodes. Raises UsageError."""
    options = settings.options.get(CONVENTION, {})
    word = flag or options.get("preset") or options.get("pattern") or "huggingface"
    if not isinstance(word, str):
        raise UsageError(f"{CONVENTION}: a preset ({', '.join(PRESETS)}) or a pattern, found {word!r}")
    if word not in PRESETS and "{" not in word:
        raise UsageError(f"no convention is called {word!r}: {', '.join(PRESETS)}, or a pattern with {{element}}")
    try:
        return word, compiled(PRESETS.get(word, word))
    except PatternError as error:
        raise UsageError(f"the pattern of the convention: {error}") from None


def _proposed(
    repo: ModelRepo, title: str, found: tuple[Proposal, ...], missing: tuple[str, ...], foreign: Judged | None
) -> dict[str, Json]:
    from dara_lint.rules.held import named

    notice = (
        f"{foreign.held.config.path} says {foreign.types[0]}, but the weights are those of "
        f"{named(foreign.verdicts[0])}: the names follow the weights"
        if foreign
        else None
    )
    return {
        "path": repo.path,
        "name": repo.name,
        "convention": title,
        "notice": notice,
        "unsaid": list(missing),
        "suggestions": [
            {
                "name": one.name,
                "why": [{"element": w.element, "text": w.text.lstrip("-"), "source": w.why} for w in one.why],
            }
            for one in found
        ],
    }


def _checked(
    repo: ModelRepo, name: str, title: str, departs: Break | None, against: list[tuple[Rule, Hit]]
) -> dict[str, Json]:
    objected: list[Json] = [
        {"rule": rule.id, "severity": (hit.severity or rule.severity).value, "message": hit.message, "help": hit.help}
        for rule, hit in against
    ]
    where: Json = {"at": departs.at, "found": departs.found, "expected": list(departs.expected)} if departs else None
    return {"path": repo.path, "name": repo.name, "convention": title,
            "check": {"name": name, "departs": where, "findings": objected}}  # fmt: skip
