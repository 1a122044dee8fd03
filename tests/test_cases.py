"""Every rule on miniature repositories: bad ones say what expected.txt says, good ones say nothing."""

from pathlib import Path

import pytest

from dara_lint.finding import Rule
from dara_lint.rules import RULES
from tests.cases import CASES, cases, described, lint


def _id(case: Path) -> str:
    return case.relative_to(CASES).as_posix()


@pytest.mark.parametrize("case", [c for c in cases() if c.name.startswith("bad-")], ids=_id)
def test_bad(case: Path, tmp_path: Path) -> None:
    said = described(lint(case, tmp_path))
    rule = f"{case.parent.parent.name}/{case.parent.name}"
    assert f" {rule}: " in said, f"{rule} found nothing; it was said:\n{said}"
    assert said == (case / "expected.txt").read_text("utf-8"), "python tools/rule.py accept writes what is said now"


@pytest.mark.parametrize("case", [c for c in cases() if c.name.startswith("good-")], ids=_id)
def test_good(case: Path, tmp_path: Path) -> None:
    assert described(lint(case, tmp_path)) == ""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_a_bad_and_a_good_case(rule: Rule) -> None:
    folder = CASES / rule.id
    kinds = {path.name.partition("-")[0] for path in folder.glob("*-*")}
    assert kinds == {"bad", "good"}
