"""Write ``docs/names.md``: every figure of the reader of names, with the command that gives it.

``python tools/names_page.py ../shared/data docs/names.md [MTEB]`` in an environment with transformers, timm, diffusers
and gguf (no torch is imported). MTEB is the folder of an installed mteb, for the pairs of names and content. Exits 1
when a disagreement, a count that is off, or a false contradiction was not read and explained in the data files of the
tools (``names_judged.json``, ``names_explained.json``, ``naming_content.json``).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import names_architecture
import names_element_folds
import names_folds
import names_llm
import names_measure
import names_records
import names_texts
import naming_content
from names_markdown import Page, quiet

from dara_lint.names import Element, parse
from tests.names.test_gguf import NAMES, TASTE

EXPLAINED = Path(__file__).with_name("names_explained.json")
MEASURE = "`python tools/names_measure.py ../shared/data`"


def figures(page: Page, data: Path) -> tuple[dict[str, Any], names_folds.Figures]:
    """The table of what was asked, and below it what each block prints."""
    blocks = {word: quiet(block) for word, block in names_measure.blocks(data, 0).items()}
    value = {word: found for word, (found, _) in blocks.items()}
    known = quiet(lambda: list(names_architecture.records(data)))[0]
    folds = names_folds.figures(data, known)
    explained = json.loads(EXPLAINED.read_text(encoding="utf-8"))["contradictions"]
    false = [name for part in folds.folds for name in part.false]
    misnamed = sum(page.explained(name, explained, ["unread"])[0] == "misnamed" for name in false)
    shipped, names = folds.shipped[0], folds.shipped[0].names
    truly = sum(page.explained(name, explained, ["unread"])[0] != "misnamed" for name in shipped.false)
    fold = "`python tools/names_folds.py ../shared/data`"
    claimed, carry = sum(part.claimed for part in folds.folds), sum(part.carry for part in folds.folds)
    ratios = [line[0] for line in value["parameters"]]
    page.table(
        ("asked", "goal", "measured", "command"),
        [
            ("300 names labelled by hand: F1, exact", "0.93, 75 %", pair(value["hand"]), MEASURE + " --only hand"),
            ("120 names labelled later", "–", pair(value["after"]), "the same, --only after"),
            ("150 names of no labelled file", "–", pair(value["snapshots"]), "the same, --only snapshots"),
            ("sets of elements, name_segments_gpt: F1", "0.90", pair(value["segments"]), "--only segments"),
            ("sets of elements, name_elements_gpt: F1", "0.90", pair(value["elements"]), "--only elements"),
            *(
                (
                    f"name_{title}_gpt, five-fold", "0.90", f"{found.f1:.3f}, exact {found.exact:.1%}",
                    "`python tools/names_element_folds.py ../shared/data`",
                )
                for title, (found, _) in names_element_folds.figures(data).items()
            ),
            ("names that both labellings read alike", "–", pair(value["agreed"]), "--only agreed"),
            ("characters, name_segments_gpt", "0.85", f"{value['characters']:.3f}", "--only characters"),
            ("characters, names read alike", "–", f"{value['agreedcharacters']:.3f}", "--only agreedcharacters"),
            ("category, consensus of two humans", "0.92", f"{value['category']:.3f}", "--only category"),
            (
                "uninformative: precision, recall", "0.95, reported",
                ", ".join(f"{one:.3f}" for one in value["informative"]), "--only informative",
            ),
            ("100,000 names", "10 s", f"{value['speed']:.1f} s", "--only speed"),
            (
                "981 counts: beyond 1.9 (error), 1.5 (warning), 1.3 (note)", "no error",
                ", ".join(str(sum(ratio >= limit for ratio in ratios)) for limit in (1.9, 1.5, 1.3)),
                "--only parameters",
            ),
            ("right family of names that claim one, five-fold", "0.98", f"{1 - len(false) / claimed:.4f}", fold),
            (
                "rightly called and flagged, five-fold", "0.3 %",
                read(len(false) - misnamed, len(false), names), fold,
            ),
            (
                "the same with the lexicon as shipped", "0.3 %",
                read(truly, len(shipped.false), names), fold,
            ),
            (
                "families swapped at random: found, five-fold", "0.95",
                f"{sum(part.found for part in folds.folds) / carry:.4f} of names that carry an architecture", fold,
            ),
            (
                "gguf-py's own names", "all but matters of taste",
                f"{sum(map(as_gguf, NAMES))} of {len(NAMES)} agree, {len(TASTE)} are matters of taste",
                "`pytest tests/names/test_gguf.py`",
            ),
        ],
    )  # fmt: skip
    page.add("What each block prints:", "", "```")
    page.add(*(line for _, said in blocks.values() for line in said.splitlines()))
    page.add(*(names_folds.shown(title, part) for title, part in zip(names_folds.TITLES, folds, strict=True)))
    page.add(names_records.shown(names_records.measured(data)), "```", "")
    return value, folds


def as_gguf(name: str) -> bool:
    """Whether we read the owner, the size, the version and the task words of a name as the test of gguf-py expects."""
    read, expected = parse(name), NAMES[name]
    tasks = {segment.text for segment in read.of(Element.task)}
    return (
        read.owner == expected.owner
        and {segment.normal for segment in read.of(Element.parameters)} == {expected.size} - {""}
        and (not expected.version or expected.version in {segment.text for segment in read.of(Element.version)})
        and set(expected.tasks) <= tasks
    )


def read(wrong: int, raw: int, names: int) -> str:
    """A share of the names after each was read, and before."""
    return f"{wrong} of {names} = {wrong / names:.3%} after reading; raw {raw} = {raw / names:.3%}"


def pair(found: tuple[float, float]) -> str:
    """F1 and exact."""
    return f"{found[0]:.3f}, exact {found[1]:.1%}"


def contradictions(page: Page, data: Path, folds: names_folds.Figures) -> None:
    """Every false contradiction, read."""
    explained = json.loads(EXPLAINED.read_text(encoding="utf-8"))["contradictions"]
    page.add(names_texts.CONTRADICTIONS)
    shipped = set(folds.shipped[0].false)
    names = sorted({*shipped, *(name for part in folds.folds for name in part.false)}, key=str.lower)
    others = names_records.measured(data).false
    rows: list[tuple[object, ...]] = [
        (name, "shipped and folds" if name in shipped else "folds", *page.explained(name, explained, ["unread", ""]))
        for name in names
    ]
    rows += [(name, "records", *page.explained(name, explained, ["unread", ""])) for name, _ in others]
    page.table(("name", "flagged", "verdict", "why"), rows)


def counts(page: Page, value: dict[str, Any]) -> None:
    """Every count that is off by a note or more, explained."""
    explained = json.loads(EXPLAINED.read_text(encoding="utf-8"))["counts"]
    page.add(names_texts.COUNTS)
    page.table(
        ("name", "said", "true", "ratio", "level", "why"),
        [
            (
                name, f"{said / 1e9:g} B", f"{true / 1e9:.3f} B", f"{ratio:.2f}",
                "warning" if ratio >= 1.5 else "note", page.explained(name, explained, "unread"),
            )
            for ratio, name, said, true in value["parameters"]
        ],
    )  # fmt: skip


def content(page: Page, data: Path, mteb: Path | None) -> None:
    """The rules on content over real pairs."""
    cases = [*naming_content.labelled(data), *naming_content.converted(data)]
    cases += naming_content.catalogued(mteb) if mteb else ()
    judged = json.loads(naming_content.VERDICTS.read_text(encoding="utf-8"))
    rows: list[tuple[object, ...]] = []
    for rule, severity, where, message in dict.fromkeys(naming_content.findings(cases)):
        verdict, why = page.explained(f"{rule} {where}", judged, ["unread", ""])
        rows.append((rule, severity, where, message, verdict, why))
    page.add(names_texts.CONTENT.format(pairs=f"{len(cases):,}", rules=", ".join(naming_content.CONTENT)))
    page.table(("rule", "severity", "pair", "message", "verdict", "why"), rows)
    page.add("With the content of two names swapped at random the same rules find:", "")
    page.add(*(f"* {line}" for line in naming_content.swapped(cases)), "")
    page.add("Command: `python tools/naming_content.py ../shared/data MTEB`.", "")


def write(data: Path, mteb: Path | None) -> Iterator[str]:
    """The lines of the page. Raises SystemExit when something was not read."""
    page = Page()
    page.add(names_texts.HEAD)
    value, folds = figures(page, data)
    names_llm.labellings(page, data)
    contradictions(page, data, folds)
    counts(page, value)
    content(page, data, mteb)
    taste = "; ".join(f"`{name}`: {why}" for name, why in TASTE.items())
    page.add(names_texts.GGUF.format(names=len(NAMES), taste=taste))
    if page.unread:
        raise SystemExit(f"not read: {', '.join(page.unread)}")
    yield from page.lines


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("page", type=Path)
    parser.add_argument("mteb", type=Path, nargs="?")
    arguments = parser.parse_args()
    text = "\n".join(write(arguments.data, arguments.mteb))
    arguments.page.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
