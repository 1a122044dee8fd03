"""``dara-lint name``: read names of models and show what each piece of them says."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from dara_lint.cli import output
from dara_lint.cli.problem import UsageError
from dara_lint.cli.terminal import Help, columns
from dara_lint.cli.verbs import CLEAN
from dara_lint.names import Element, Name, Parameters, Segment, architecture_claim, parse
from dara_lint.reports.json_v1 import dumped
from dara_lint.reports.paint import Line, Span, padded, painted
from dara_lint.reports.visible import visible

if TYPE_CHECKING:
    from dara_lint.cli.verbs import SubParsers
    from dara_lint.model import Json

COLOR = {
    Element.architecture: "bold cyan", Element.size: "yellow", Element.parameters: "bold yellow",
    Element.dataset: "magenta", Element.characteristic: "blue", Element.version: "green", Element.reuse: "bold magenta",
    Element.language: "bold green", Element.task: "bold blue", Element.training: "cyan", Element.layers: "red",
    Element.heads: "bold red", Element.format: "bright_black", Element.organisation: "italic", Element.other: "dim",
}  # fmt: skip

_PARTS = re.compile(r"(\d+)x(\d+)|(-A|A|E)?(\d+)")

MOST_TYPES = 6
"""Model types that a name allows which are shown."""
MOST = 1_000_000
"""Names that are read from standard input."""


def add(subparsers: SubParsers) -> None:
    """Add the verb and its flags."""
    parser = subparsers.add_parser(
        "name",
        help="show what the pieces of a model's name say",
        description="Read names of models and show what each piece of them says.",
        epilog=(
            "examples:\n  dara-lint name Qwen/Qwen3-30B-A3B-Instruct-2507\n  dara-lint name --format json < names.txt"
        ),
        formatter_class=Help,
        allow_abbrev=False,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="a name; none, or -: one a line from standard input")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="default: auto")


def run(args: argparse.Namespace) -> int:
    """Print what each name says. Raises UsageError when standard input cannot be read."""
    if not args.names and sys.stdin.isatty():
        raise UsageError("which NAME? give names, or one a line on standard input")
    names = [parse(text) for text in _given(args.names or ["-"])]
    if args.format == "json":
        output.say(dumped([shape(name) for name in names]))
        return CLEAN
    color = output.colored(args.color, sys.stdout)
    width = max(40, columns())
    lines = [line for name in names for line in (_many(name) if len(names) > 1 else _one(name))]
    if len(names) > 1 and color:
        lines += [(), *_legend(names, width)]
    output.say(painted(lines, color=color))
    return CLEAN


def _given(words: Iterable[str]) -> list[str]:
    found: list[str] = []
    for word in words:
        if word != "-":
            found.append(word)
            continue
        try:
            text = sys.stdin.buffer.read().decode("utf-8", "replace")
        except (OSError, ValueError) as error:
            raise UsageError(f"standard input cannot be read: {error}") from None
        found += [stripped for line in text.splitlines()[:MOST] if (stripped := line.strip())]
    return found


def shape(name: Name) -> dict[str, Json]:
    """A name as the contract of ``--format json`` has it (DESIGN.md, version 1)."""
    elements: dict[str, Json] = {}
    for element in Element:
        texts: list[Json] = [segment.text for segment in name.of(element)]
        if texts:
            elements[element.value] = texts
    return {
        "name": name.text,
        "owner": name.owner,
        "segments": [
            {
                "text": segment.text,
                "element": segment.element.value,
                "start": segment.start,
                "end": segment.end,
                "normal": segment.normal,
                "confidence": segment.confidence,
            }
            for segment in name.segments
        ],
        "elements": elements,
        "parameters": _parameters(name.parameters),
        "category": name.category,
        "informative": name.informative,
        "model_types": [*_types(name)],
    }


def _types(name: Name) -> list[str]:
    """The model types that the name allows, in the order of its segments and their likelihood."""
    allowed = architecture_claim(name)
    told = [kind for segment in name.segments for kind in segment.model_types if kind in allowed]
    return [*dict.fromkeys((*told, *sorted(allowed)))]


def _parameters(parameters: Parameters | None) -> dict[str, Json] | None:
    if parameters is None:
        return None
    return {
        "total": parameters.total,
        "active": parameters.active,
        "experts": parameters.experts,
        "expert_size": parameters.expert_size,
        "effective": parameters.effective,
        "approximate": parameters.approximate,
    }


def _painted(name: Name) -> list[Span]:
    """The name itself, each segment in the colour of its element."""
    spans: list[Span] = []
    at = 0
    for segment in name.segments:
        spans.append(Span(visible(name.text[at : segment.start]), "dim"))
        spans.append(Span(visible(segment.text), COLOR[segment.element]))
        at = segment.end
    return [*spans, Span(visible(name.text[at:]), "dim")]


def _one(name: Name) -> list[Line]:
    """A name by itself: it, then a line a segment, which is the legend too."""
    wide = max([len(visible(segment.text)) for segment in name.segments] or [0])
    told: list[Line] = [
        (
            Span("  " + padded(visible(segment.text), min(wide, 48)), COLOR[segment.element]),
            Span(f"  {segment.element.value:14}  "),
            Span(_meaning(segment), "dim"),
            Span("  (a guess)" if segment.confidence < 0.5 and segment.element is not Element.other else "", "dim"),
        )
        for segment in name.segments
    ]
    verdict = name.category if name.informative else f"{name.category}, says nothing of the model"
    types = _types(name)
    more = f" and {len(types) - MOST_TYPES} more" if len(types) > MOST_TYPES else ""
    shown = ", ".join(types[:MOST_TYPES]) + more
    return [
        tuple(_painted(name)),
        *told,
        (Span("  convention:  " + verdict, "dim"),),
        *([(Span("  model types: " + shown, "dim"),)] if types else []),
    ]


def _meaning(segment: Segment) -> str:
    """The normal form as a person would say it, empty when it says no more than the text."""
    if segment.element is Element.parameters:
        return _PARTS.sub(_spoken, segment.normal)
    return "" if segment.normal in {segment.text.lower(), ""} else visible(segment.normal)


def _spoken(match: re.Match[str]) -> str:
    experts, total, mark, number = match.groups()
    if experts:
        return f"{experts} experts of {_billions(total)}"
    kind = {"A": " active", "-A": " in all, {} active", "E": " effective", None: ""}[mark]
    return kind.format(_billions(number)) if "{}" in kind else _billions(number) + (kind or "")


def _billions(digits: str) -> str:
    value = int(digits)
    return f"{value / 1e9:.12g} B" if value >= 10**9 else f"{value / 1e6:.12g} M"


def _many(name: Name) -> list[Line]:
    """A name among others: it, then its elements on one line."""
    said = "  ".join(f"{visible(s.text)} {s.element.value}" for s in name.segments)
    return [tuple(_painted(name)), (Span("  " + said, "dim"),)]


def _legend(names: Sequence[Name], width: int) -> list[Line]:
    """The elements that occur, each in its colour, in lines of at most ``width`` cells."""
    present = {segment.element for name in names for segment in name.segments}
    lines: list[Line] = []
    line: list[Span] = []
    for element in (element for element in Element if element in present):
        if line and sum(len(span.text) for span in line) + len(element.value) + 2 > width:
            lines.append(tuple(line))
            line = []
        line.append(Span(element.value + "  ", COLOR[element]))
    return [*lines, tuple(line)]
