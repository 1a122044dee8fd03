"""``dara-lint rules``: the table of all rules, and what one of them says about itself."""

from __future__ import annotations

import argparse
import io
import json
import shutil
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dara_lint.cli import output
from dara_lint.cli.problem import UsageError, closest
from dara_lint.cli.terminal import Help
from dara_lint.cli.verbs import CLEAN
from dara_lint.finding import Rule
from dara_lint.model import Json
from dara_lint.reports.json_v1 import dumped

if TYPE_CHECKING:
    from dara_lint.cli.verbs import SubParsers

FORMATS = ("text", "json", "markdown")


def add(subparsers: SubParsers) -> None:
    """Add the verb and its flags."""
    parser = subparsers.add_parser(
        "rules",
        help="list all rules, or explain one",
        description="List all rules, those of a family, or explain one: what it checks, why, and how to mend it.",
        epilog="examples:\n  dara-lint rules\n  dara-lint rules naming\n  dara-lint rules architecture/layers",
        formatter_class=Help,
        allow_abbrev=False,
    )
    parser.add_argument("rule", nargs="?", metavar="RULE", help="a rule's id (explain it) or a family (list it)")
    parser.add_argument("--format", choices=FORMATS, default="text", help="default: text")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="default: auto")


def run(args: argparse.Namespace) -> int:
    """Print the table or the explanation. Raises UsageError when there is no such rule."""
    from dara_lint.rules import RULES

    color = output.colored(args.color, sys.stdout)
    one = next((rule for rule in RULES if rule.id == args.rule), None)
    listed = [rule for rule in RULES if args.rule in {None, rule.family, rule.id}]
    if not listed:
        known = [word for rule in RULES for word in (rule.id, rule.family)]
        raise UsageError(f"no rule and no family is called {args.rule!r}{closest(args.rule, known)}")
    if args.format == "json":
        shapes: list[Json] = [_shape(rule) for rule in listed]
        output.say(dumped(shapes[0] if one else shapes))
    elif one:
        output.say(explained(one) if args.format == "markdown" else _pretty(explained(one), color=color))
    else:
        output.say(table(listed) if args.format == "markdown" else _columns(listed, color=color))
    return CLEAN


def explained(rule: Rule) -> str:
    """A rule's page in Markdown: its id, its facts, its docstring."""
    preview = ", in preview" if rule.preview else ""
    facts = f"{rule.severity.value}, confidence {rule.confidence:g}{preview}"
    ignored = json.dumps(f"{rule.id}=REASON")[1:-1]
    return f"# {rule.id}\n\n*{facts}*\n\n{rule.doc.strip()}\n\nTo ignore it: `dara-lint --ignore {ignored}`\n"


def table(rules: Sequence[Rule]) -> str:
    """All rules as a Markdown table."""
    rows = [
        f"| `{rule.id}` | {rule.severity.value}{' (preview)' if rule.preview else ''} | {rule.summary} |"
        for rule in rules
    ]
    return "\n".join(["| rule | severity | what it finds |", "| --- | --- | --- |", *rows]) + "\n"


def _shape(rule: Rule) -> dict[str, Json]:
    return {
        "id": rule.id,
        "family": rule.family,
        "summary": rule.summary,
        "severity": rule.severity.value,
        "confidence": rule.confidence,
        "preview": rule.preview,
        "doc": rule.doc.strip(),
    }


def _columns(rules: Sequence[Rule], *, color: bool) -> str:
    from dara_lint.reports.paint import Line, Span, padded, painted
    from dara_lint.reports.text import STYLE

    wide = max(len(rule.id) for rule in rules)
    lines: list[Line] = [
        (
            Span(padded(rule.id, wide), "bold"),
            Span(f"  {rule.severity.value:7}  ", STYLE[rule.severity]),
            Span(rule.summary),
            Span(" (preview)" if rule.preview else "", "dim"),
        )
        for rule in rules
    ]
    return painted([*lines, (), (Span("dara-lint rules RULE explains one", "dim"),)], color=color)


def _pretty(markdown: str, *, color: bool) -> str:
    if not color:
        return markdown
    from rich.console import Console
    from rich.markdown import Markdown

    width = min(100, shutil.get_terminal_size((100, 24)).columns)
    console = Console(file=io.StringIO(), force_terminal=True, width=width, legacy_windows=False)
    with console.capture() as captured:
        console.print(Markdown(markdown))
    return captured.get()
