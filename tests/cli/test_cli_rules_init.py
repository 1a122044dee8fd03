"""``dara-lint rules`` shows what rules say of themselves; ``dara-lint init`` writes what starts a project."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from dara_lint import __version__
from dara_lint.cli import init, main, settings_choice
from dara_lint.rules import RULES

ROOT = Path(__file__).resolve().parents[2]
SOME = RULES[0]


def said(capsys: pytest.CaptureFixture[str], *flags: str, status: int = 0) -> str:
    """What the command says."""
    assert main(flags) == status
    written = capsys.readouterr()
    return written.out if status == 0 else written.err


def test_the_table_has_every_rule(capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, "rules").splitlines()
    assert [line.split()[0] for line in lines[:-2]] == [rule.id for rule in RULES]
    table = said(capsys, "rules", "--format=markdown").splitlines()
    assert len(table) == len(RULES) + 2
    shapes = json.loads(said(capsys, "rules", "--format=json"))
    assert [shape["id"] for shape in shapes] == [rule.id for rule in RULES]
    assert set(shapes[0]) == {"id", "family", "summary", "severity", "confidence", "preview", "doc"}


def test_a_family(capsys: pytest.CaptureFixture[str]) -> None:
    shapes = json.loads(said(capsys, "rules", SOME.family, "--format=json"))
    assert {shape["family"] for shape in shapes} == {SOME.family}


def test_one_rule_says_its_docstring(capsys: pytest.CaptureFixture[str]) -> None:
    page = said(capsys, "rules", SOME.id)
    assert page.startswith(f"# {SOME.id}\n")
    assert SOME.doc.strip() in page
    assert json.loads(said(capsys, "rules", SOME.id, "--format=json"))["id"] == SOME.id
    colored = said(capsys, "rules", SOME.id, "--color=always")
    assert "\x1b[" in colored
    assert "\x1b[1;31m  error" in said(capsys, "rules", "--color=always")


def test_no_such_rule(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "rules", SOME.id[:-1], status=2)
    assert text == f"dara-lint: no rule and no family is called {SOME.id[:-1]!r}; did you mean {SOME.id!r}?\n"


def test_init_writes_and_shows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = said(capsys, "init", str(tmp_path))
    for name, (_, target) in init.TEMPLATES.items():
        assert (tmp_path / target).read_text("utf-8") == init.content(name)
        assert f"wrote {tmp_path / target}\n" in shown


def test_init_keeps_what_is_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _, target in init.TEMPLATES.values():
        (tmp_path / target).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / target).write_text("mine\n", "utf-8")
    shown = said(capsys, "init", str(tmp_path))
    assert "wrote" not in shown
    assert "the hook to add to it:\n  | repos:\n" in shown
    assert {(tmp_path / target).read_text("utf-8") for _, target in init.TEMPLATES.values()} == {"mine\n"}
    said(capsys, "init", str(tmp_path), "--force", "--only", "settings")
    assert (tmp_path / ".dara-lint.yaml").read_text("utf-8") == init.content("settings")
    assert (tmp_path / ".pre-commit-config.yaml").read_text("utf-8") == "mine\n"


def test_init_follows_no_link(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "precious").write_text("mine\n", "utf-8")
    (tmp_path / ".dara-lint.yaml").symlink_to(tmp_path / "precious")
    assert "a link" in said(capsys, "init", str(tmp_path), "--force", "--only=settings")
    assert (tmp_path / "precious").read_text("utf-8") == "mine\n"


def test_init_says_what_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "no such folder" in said(capsys, "init", str(tmp_path / "none"), status=2)
    (tmp_path / ".github").write_text("a file\n", "utf-8")
    assert "cannot be written" in said(capsys, "init", str(tmp_path), "--only=workflow", status=2)


def test_the_settings_can_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "init", str(tmp_path), "--only=settings")
    settings_choice.clear()
    known = frozenset({"architecture"})
    assert settings_choice.Choice(settings_choice.Flags(), known)(str(tmp_path)).ignore == ()
    # every key that a comment shows is one that there is
    keys = set(re.findall(r"^(?:# )?([a-z-]+):", init.content("settings"), re.MULTILINE))
    from dara_lint.cli.settings_values import KEYS

    assert keys - {"extend"} <= set(KEYS)
    assert len(keys) >= 8


def test_the_hook_takes_the_files_that_ours_takes() -> None:
    ours = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))[0]
    theirs = yaml.safe_load(init.content("hook"))["repos"][0]["hooks"][0]
    for key in ("id", "entry", "language", "files", "require_serial"):
        assert theirs[key] == ours[key], key
    assert theirs["additional_dependencies"] == [f"dara-lint=={__version__}"]


@pytest.mark.parametrize("command", [["check_jsonschema", "--builtin-schema", "vendor.github-workflows"], ["zizmor"]])
def test_the_workflow_is_sound(tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    said(capsys, "init", str(tmp_path), "--only=workflow")
    file = tmp_path / ".github" / "workflows" / "dara-lint.yml"
    if command[0] == "zizmor":
        ran = subprocess.run(
            [str(Path(sys.executable).with_name("zizmor")), "--offline", "--no-progress", str(file)],
            capture_output=True,
            text=True,
            check=False,
        )
    else:
        ran = subprocess.run([sys.executable, "-m", *command, str(file)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_hook_config_is_valid(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "init", str(tmp_path), "--only=hook")
    file = str(tmp_path / ".pre-commit-config.yaml")
    command = [sys.executable, "-m", "pre_commit", "validate-config", file]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
