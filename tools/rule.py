"""``rule.py new family/rule`` scaffolds a rule; ``rule.py accept [family/rule]`` writes what its cases say now.

After ``new``: write the rule, list it in ``dara_lint/rules/__init__.py``, fill both case folders, ``accept``,
and read the ``expected.txt`` that was written as a person would.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

TEMPLATE = '''"""What contradicts what, in one sentence.

What is checked, why it matters, when the rule abstains.

Example: what a repository says, and what stands against it.

How to mend: what to change, and where.

Source: the specification, paper or library (with its version) that this stands on.
"""

from __future__ import annotations

from collections.abc import Iterator

from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import ModelRepo
from dara_lint.settings import Settings


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Say in a line what is held against what."""
    yield from ()


RULE = Rule("{id}", "{summary}", Severity.WARNING, 0.9, check, __doc__ or "")
'''


def new(rule: str) -> None:
    """Scaffold the module and the two case folders of ``rule``."""
    family, _, name = rule.partition("/")
    module = ROOT / "dara_lint" / "rules" / family / f"{name.replace('-', '_')}.py"
    if module.exists():
        sys.exit(f"{module.relative_to(ROOT)} is there already")
    module.write_text(TEMPLATE.format(id=rule, summary=name.replace("-", " ")), "utf-8")
    for case in ("bad-example", "good-example"):
        folder = ROOT / "tests" / "cases" / family / name / case
        folder.mkdir(parents=True)
        (folder / ".dara-lint.yaml").write_text("name: acme/example\n", "utf-8")
        (folder / "config.json").write_text('{\n  "model_type": "bert"\n}\n', "utf-8")
    print(f"wrote {module.relative_to(ROOT)} and two cases; list it in dara_lint/rules/__init__.py")


def accept(rule: str) -> None:
    """Write ``expected.txt`` of every bad case (of ``rule``, or of all), and show the silent and the loud."""
    from tests.cases import CASES, cases, described, lint

    for case in cases():
        name = case.relative_to(CASES).as_posix()
        if rule and not name.startswith(f"{rule}/"):
            continue
        with tempfile.TemporaryDirectory() as scratch:
            said = described(lint(case, Path(scratch)))
        if case.name.startswith("good-"):
            print(f"{name}: {'silent' if not said else 'NOT SILENT'}\n{said}", end="")
        else:
            (case / "expected.txt").write_text(said, "utf-8")
            print(f"{name}:\n{said}", end="")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["new", rule] if "/" in rule:
            new(rule)
        case ["accept", *rules]:
            for rule in rules or [""]:
                accept(rule)
        case _:
            sys.exit(__doc__)
