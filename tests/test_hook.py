"""The hook as pre-commit runs it, on a git repository with several model roots."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "bert-7b-v2"


def _run(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hook") / "models"
    folder.mkdir()
    for name in ("first", "second"):
        shutil.copytree(EXAMPLE, folder / name / "bert-7b-v2")
    (folder / "notes.json").write_text("{}\n", "utf-8")
    (folder / "README.md").write_text("# Two models\n", "utf-8")
    _run(folder, "git", "init", "-q")
    _run(folder, "git", "add", "-A")
    return folder


def test_try_repo(repository: Path, tmp_path: Path) -> None:
    hook = tmp_path / "hook"
    _run(tmp_path, "git", "clone", "-q", str(ROOT), str(hook))
    for path in ("dara_lint", ".pre-commit-hooks.yaml", "pyproject.toml", "README.md", "LICENSE"):
        _run(ROOT, "cp", "-r", path, str(hook))  # what stands in the working tree, committed or not
    _run(hook, "git", "add", "-A")
    _run(hook, "git", "-c", "user.name=t", "-c", "user.email=t@t.invalid", "commit", "-qm", "as it stands")
    command = (sys.executable, "-m", "pre_commit", "try-repo", str(hook), "dara-lint", "--all-files", "--verbose")
    done = _run(repository, *command, PRE_COMMIT_HOME=str(tmp_path / "home"))
    said = done.stdout + done.stderr
    assert done.returncode == 1, said
    assert said.count("architecture/parameter-count") == 2, said
    assert "in 2 repositories" in said, said


def test_files_of_no_model_pass(repository: Path) -> None:
    done = _run(repository, sys.executable, "-m", "dara_lint", "check", "notes.json", "README.md")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_pattern_takes_what_is_linted_and_leaves_the_rest() -> None:
    import re

    hook = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))[0]
    pattern = re.compile(hook["files"])
    taken = (
        "config.json",
        "a/unet/config.json",
        "model.safetensors.index.json",
        "README.md",
        "x/q4.gguf",
        "m.fp16.bin",
    )
    left = ("tokenizer.json", "package.json", "myconfig.json", "docs/readme.txt", "a.py", "READMEE.md")
    assert [name for name in taken if not pattern.search(name)] == []
    assert [name for name in left if pattern.search(name)] == []
    assert hook["require_serial"] is True
    assert "types" not in hook
    assert "types_or" not in hook
