"""List every naming finding on real repositories, and on names alone, to be judged one by one.

``naming_verdicts.py FOLDER`` lints each repository below FOLDER and prints the findings of the family naming as
the rows of a Markdown table (severity, rule, repository, message). ``--names FILE.csv`` runs the rules that need
only a name over that many random names (``--sample``, seed 1) and prints a random 100 of the findings.
``--least note`` lists notes too, ``--rules`` restricts the rules.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from dara_lint.engine import NoModelError, run
from dara_lint.finding import Hit, Severity
from dara_lint.model import ModelRepo, NameSource
from dara_lint.rules import RULES
from dara_lint.settings import Settings

Row = tuple[Severity, str, str, str]


def repositories(folder: str, *, preview: bool) -> Iterator[Row]:
    """The naming findings on each repository below ``folder``."""
    settings = Settings(preview=preview, select=("naming",))
    for name in sorted(os.listdir(folder)):
        try:
            report = run([os.path.join(folder, name)], lambda _: settings)
        except NoModelError:
            continue
        for repository in report.repositories:
            for finding in repository.findings:
                yield finding.severity, finding.rule.id, os.path.relpath(repository.path, folder), finding.message


def alone(file: str, sample: int) -> Iterator[Row]:
    """The naming findings on a random sample of the names of a table of downloads, each without any file."""
    with Path(file).open(encoding="utf-8") as stream:
        names = sorted({row["name"] for row in csv.DictReader(stream)})
    for name in random.Random(1).sample(names, min(sample, len(names))):  # noqa: S311 - a sample, no secret
        repo = ModelRepo("", names=(NameSource("remote", name),))
        for rule in RULES:
            if rule.family == "naming" and not rule.preview:
                for item in rule.check(repo, Settings()):
                    if isinstance(item, Hit):
                        yield item.severity or rule.severity, rule.id, name, item.message


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--names", metavar="FILE")
    parser.add_argument("--sample", type=int, default=5_000)
    parser.add_argument("--show", type=int, default=100)
    parser.add_argument("--least", choices=[severity.value for severity in Severity], default="warning")
    parser.add_argument("--rules", default="", help="only these, separated by commas")
    parser.add_argument("--preview", action="store_true")
    args = parser.parse_args()
    rows = list(repositories(args.folder, preview=args.preview)) if args.folder else []
    if args.names:
        found = list(alone(args.names, args.sample))
        print(dict(Counter(f"{severity} {rule}" for severity, rule, *_ in found)))
        loud = [row for row in found if row[0].rank <= Severity(args.least).rank]
        rows += random.Random(1).sample(loud, min(args.show, len(loud)))  # noqa: S311 - a sample, no secret
    print("| severity | rule | repository | message |\n|---|---|---|---|")
    for severity, rule, path, message in rows:
        if severity.rank <= Severity(args.least).rank and (not args.rules or rule in args.rules.split(",")):
            print(f"| {severity} | {rule} | {path} | {message.replace('|', chr(92) + '|')} |")


if __name__ == "__main__":
    main()
