"""Every format renders the shared report exactly as its golden file says.

After a wanted change: ``DARA_LINT_GOLDEN=write pytest tests/reports/test_report_golden.py``, then read the diff.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dara_lint.reports import FORMATS, View
from tests.reports.sample_report import REPORT

GOLDEN = Path(__file__).with_name("golden")
VIEWS = {
    "text-color": ("text", View(color=True)),
    "text-narrow": ("text", View(width=60)),
    "text-quiet": ("text", View(quiet=True)),
}
CASES = {name: (name, View()) for name in FORMATS} | VIEWS


@pytest.mark.parametrize("case", CASES)
def test_renders_as_its_golden_file(case: str) -> None:
    name, view = CASES[case]
    output = FORMATS[name](REPORT, view)
    file = GOLDEN / f"{case}.txt"
    if os.environ.get("DARA_LINT_GOLDEN") == "write":
        file.write_text(output, encoding="utf-8", newline="\n")
    assert output == file.read_text(encoding="utf-8")


def test_every_golden_file_belongs_to_a_case() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} == set(CASES)
