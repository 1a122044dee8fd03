"""Lint real repositories, and hold every error and warning to the verdict that a person gave it.

``python tools/verdicts.py ../shared/data/packages.tar.gz docs/verdicts.md`` unpacks the archive of directories called
``owner__repo``, lints each as its owner and name, and prints the figures. A finding that the table has not judged is
added to it with the verdict ``?``; read the files and write ``true`` or ``false``, and why. Exits 1 while there is a
``?`` or a verdict whose finding is no longer made.
"""

from __future__ import annotations

import re
import sys
import tarfile
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

HEAD = """# Findings on real repositories, judged

Every error and warning on the repositories of the collection, each judged by reading the repository's files.
`python tools/verdicts.py ../shared/data/packages.tar.gz docs/verdicts.md` makes the list anew and checks it.

"""
COLUMNS = "| repository | place | severity | rule | finding | verdict | why |\n|---|---|---|---|---|---|---|\n"
_ROW = re.compile(r"^\| (\S+) \| (.*?) \| (\w+) \| (\S+) \| (.*) \| (true|false|\?) \| (.*?) \|$", re.MULTILINE)


class Row(NamedTuple):
    """A finding as the table has it."""

    repository: str
    place: str
    severity: str
    rule: str
    finding: str


def lint(packages: Path) -> tuple[list[Row], Counter[str], float]:
    """The errors and warnings on each directory, counts of everything, and the seconds that linting took."""
    from dara_lint.engine import NoModelError, run
    from dara_lint.reports.visible import visible
    from dara_lint.settings import Settings

    rows, counts, seconds = [], Counter[str](), 0.0
    for folder in sorted(path for path in packages.iterdir() if path.is_dir()):
        counts["directories"] += 1
        began = time.perf_counter()
        try:
            report = run([str(folder)], lambda _: Settings())
        except NoModelError:
            counts["without a model"] += 1
            continue
        finally:
            seconds += time.perf_counter() - began
        for repository in report.repositories:
            counts["roots"] += 1
            counts["checks skipped"] += len(repository.skipped)
            for finding in repository.findings:
                counts[f"{finding.severity}s"] += 1
                if finding.severity.rank < 2:
                    place = f"{finding.path}:{finding.line}" if finding.line else finding.path
                    said = visible(finding.message, 400).replace("|", "¦")
                    rows.append(Row(folder.name, visible(place, 120), finding.severity, finding.rule.id, said))
    return rows, counts, seconds


def main(archive: Path, table: Path) -> int:
    """Lint, compare with the table, write it anew."""
    with tempfile.TemporaryDirectory() as scratch:
        with tarfile.open(archive) as packed:
            packed.extractall(scratch, filter="data")
        rows, counts, seconds = lint(next(path for path in Path(scratch).iterdir() if path.is_dir()))
    text = table.read_text("utf-8") if table.exists() else ""
    known = {Row(*match[:5]): (match[5], match[6]) for match in _ROW.findall(text)}
    judged = {row: known.get(row, ("?", "")) for row in dict.fromkeys(rows)}
    body = "".join(f"| {' | '.join(row)} | {verdict} | {why} |\n" for row, (verdict, why) in judged.items())
    table.write_text(HEAD + COLUMNS + body, "utf-8")
    print(", ".join(f"{count} {what}" for what, count in counts.items()), f"in {seconds:.2f} s")
    for severity in ("error", "warning"):
        verdicts = Counter(verdict for row, (verdict, _) in judged.items() if row.severity == severity)
        print(f"{severity}s: {verdicts['true']} true, {verdicts['false']} false, {verdicts['?']} not judged")
    gone = [row for row in known if row not in judged]
    for row in gone:
        print(f"no longer found: {row.repository} {row.rule}: {row.finding}")
    return 1 if gone or any(verdict == "?" for verdict, _ in judged.values()) else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
