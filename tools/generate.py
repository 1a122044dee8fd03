"""Write every generated text of the repository, or with ``--check`` say which is out of date (exit 1).

The README's example output and table of rules, and docs/rules.md, are made from the rules themselves.
"""

from __future__ import annotations

import io
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

EXAMPLE = "examples/bert-7b-v2"


def example() -> str:
    """What linting the example says, as a plain terminal shows it."""
    from dara_lint.cli import main

    os.chdir(ROOT)
    with tempfile.TemporaryDirectory() as scratch, redirect_stdout(io.StringIO()):
        said = Path(scratch, "said.txt")
        main([EXAMPLE, "--format", f"text:{said}"])
        text = said.read_text("utf-8")
    text = re.sub(r"(repository|repositories), [\d.]+ s +", r"\1, 0.05 s    ", text)
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return f"```console\n$ dara-lint {EXAMPLE}\n{lines}\n```\n"


def table() -> str:
    """The rules, one line each."""
    from dara_lint.rules import RULES

    rows = [
        f"| [{rule.id}](docs/rules.md#{rule.id.replace('/', '')}) | {rule.summary} "
        f"| {rule.severity}{', preview' if rule.preview else ''} |"
        for rule in RULES
    ]
    return "| rule | what it finds | severity |\n|---|---|---|\n" + "\n".join(rows) + "\n"


def pages() -> str:
    """docs/rules.md: the docstring of each rule."""
    from dara_lint.rules import RULES

    parts = [
        "# The rules\n\nGenerated from the rules by `python tools/generate.py`; `dara-lint rules ID` shows the same.\n"
    ]
    for rule in RULES:
        state = ", in preview: off until it is selected" if rule.preview else ""
        doc = rule.doc.strip().replace("``", "`")
        parts.append(f"## {rule.id}\n\n*{rule.severity}, confidence {rule.confidence:g}{state}*\n\n{doc}\n")
    return "\n".join(parts)


def texts() -> Iterator[tuple[Path, str]]:
    """Each generated file and what it should hold."""
    readme = ROOT / "README.md"
    text = readme.read_text("utf-8")
    for mark, content in (("example", example()), ("rules", table())):
        before, start, rest = text.partition(f"<!-- {mark}: generated -->\n")
        _, end, after = rest.partition(f"<!-- /{mark} -->")
        text = before + start + content + end + after
    yield readme, text
    yield ROOT / "docs" / "rules.md", pages()


def main() -> int:
    """Write, or check."""
    stale = []
    for path, text in texts():
        if not path.exists() or path.read_text("utf-8") != text:
            stale.append(path.relative_to(ROOT).as_posix())
            if "--check" not in sys.argv:
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, "utf-8")
    verb = "is out of date: run python tools/generate.py" if "--check" in sys.argv else "written"
    for name in stale:
        print(f"{name} {verb}")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
