"""What ``dara-lint suggest`` found, as lines of a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dara_lint.cli.name import COLOR
from dara_lint.names import Element
from dara_lint.reports.paint import Line, Span, padded
from dara_lint.reports.visible import visible

if TYPE_CHECKING:
    from dara_lint.model import Json

STYLE = {"error": "bold red", "warning": "bold yellow", "note": "bold cyan"}


def lines_of(shape: dict[str, Json]) -> list[Line]:
    """A repository's answer as a terminal shows it."""
    title = visible(str(shape["name"] or shape["path"]))
    head: Line = (Span(title, "bold"), Span(f"   convention {visible(str(shape['convention']))}", "dim"))
    checked = shape.get("check")
    found = (
        _lines_of_check(checked)
        if isinstance(checked, dict)
        else _lines_of_names(shape.get("suggestions"), shape.get("unsaid"))
    )
    notice = shape.get("notice")
    told: list[Line] = [(Span(f"  {visible(str(notice))}", "bold yellow"),), ()] if notice else []
    return [head, (), *told, *found, ()]


def _lines_of_check(checked: dict[str, Json]) -> list[Line]:
    lines: list[Line] = []
    departs, findings = checked["departs"], checked["findings"]
    if isinstance(departs, dict):
        expected = departs["expected"]
        wanted = " or ".join(map(str, expected[:4])) if isinstance(expected, list) else ""
        stands = f"{departs['found']} stands where {wanted} is expected" if departs["found"] else f"it lacks {wanted}"
        lines.append((Span("  convention  ", "cyan"), Span(visible(stands))))
    for item in findings if isinstance(findings, list) else ():
        if isinstance(item, dict):
            severity = str(item["severity"])
            told = Span(visible(str(item["message"])))
            lines.append((Span(f"  {severity:<10}  ", STYLE[severity]), told, Span(f"   {item['rule']}", "dim")))
            lines.append((Span(" " * 14 + visible(str(item["help"])), "dim"),))
    return lines or [(Span(f"  {visible(str(checked['name']))}", "bold green"), Span("  nothing speaks against it"))]


def _lines_of_names(found: Json, missing: Json) -> list[Line]:
    """The best name with the reason for each part, the others with what they say."""
    lines: list[Line] = []
    for at, one in enumerate(found if isinstance(found, list) else (), 1):
        if not isinstance(one, dict) or not isinstance(one["why"], list):
            continue
        parts = [part for part in one["why"] if isinstance(part, dict)]
        said_parts = "" if at == 1 else "   " + ", ".join(str(part["element"]) for part in parts)
        lines.append((Span(f"  {at}  "), Span(visible(str(one["name"])), "bold green"), Span(said_parts, "dim")))
        if at == 1:
            lines += [
                (
                    Span("     " + padded(visible(str(part["text"])), 18), COLOR[Element(str(part["element"]))]),
                    Span(f" {part['element']!s:<14} "),
                    Span(visible(str(part["source"])), "dim"),
                )
                for part in parts
            ]
    if lines:
        return lines
    wanted = " and ".join(map(str, missing)) if isinstance(missing, list) and missing else ""
    why = (
        f"nothing says the {wanted} that this convention requires" if wanted else "the files say too little for a name"
    )
    return [(Span(f"  {visible(why)}", "dim"),)]
