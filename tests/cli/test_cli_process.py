"""The command as a process: pipes, encodings, and what its start imports."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def model(folder: Path) -> Path:
    """A repository with one error: a trailing comma in its config."""
    folder.mkdir(parents=True)
    (folder / "config.json").write_text('{\n  "model_type": "bert",\n}\n', "utf-8")
    return folder


def lint(folder: Path, *flags: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The command as a person runs it."""
    root = Path(__file__).resolve().parents[2]
    given = os.environ | {"PYTHONPATH": str(root)} | environment
    return subprocess.run([sys.executable, "-m", "dara_lint", *flags], cwd=folder, env=given, capture_output=True)  # noqa: PLW1510


def test_end_to_end_with_a_baseline(tmp_path: Path) -> None:
    model(tmp_path / "m")
    ran = lint(tmp_path, "m", "--format=json")
    assert ran.returncode == 1, ran.stderr
    found = json.loads(ran.stdout)["repositories"][0]["findings"]
    assert ("config.json", "error") in {(finding["path"], finding["severity"]) for finding in found}
    (tmp_path / "known.json").write_bytes(ran.stdout)
    again = lint(tmp_path, "m", "--baseline=known.json", "--format=json")
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["summary"]["suppressed"] >= 1


def test_an_output_that_is_no_unicode(tmp_path: Path) -> None:
    model(tmp_path / "m")
    ran = lint(tmp_path, "m", PYTHONIOENCODING="ascii")
    assert ran.returncode == 1, ran.stderr
    assert b" | " in ran.stdout


def test_a_reader_that_leaves(tmp_path: Path) -> None:
    model(tmp_path / "m")
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "dara_lint", "m"]
    root = Path(__file__).resolve().parents[2]
    ran = subprocess.run(
        command,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(root)},
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)
    assert (ran.returncode, ran.stderr) == (1, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device of Linux")
def test_a_full_disk_is_no_bug_of_ours(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    with open("/dev/full", "w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "dara_lint", "m"],
            cwd=model(tmp_path / "m").parent,
            env=os.environ | {"PYTHONPATH": str(root)},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (ran.returncode, ran.stderr) == (
        2,
        "dara-lint: standard output cannot be written: No space left on device\n",
    )


@pytest.mark.parametrize("verb", [["inspect"], ["suggest"], ["learn", "--as=x"], ["check"]])
def test_a_path_that_is_not_there_is_a_usage_error(verb: list[str], tmp_path: Path) -> None:
    ran = lint(tmp_path, *verb, "nowhere")
    assert (ran.returncode, ran.stderr) == (2, b"dara-lint: no such file or folder: nowhere\n")


def test_what_start_up_leaves_alone(tmp_path: Path) -> None:
    model(tmp_path / "m")
    root = Path(__file__).resolve().parents[2]
    code = (
        "import sys; from dara_lint.cli import main; status = main(sys.argv[1:]);"
        "print(status, *sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    for flags, unwanted in (
        (["--version"], {"argparse", "yaml", "rich", "json", "dataclasses"}),
        (["rules", "--format=markdown"], {"rich", "yaml", "multiprocessing"}),
        (["m", "--format=json"], {"rich", "tomllib", "difflib", "xml"}),
        (["m"], {"dataclasses", "inspect", "shutil"}),
    ):
        ran = subprocess.run(
            [sys.executable, "-c", code, *flags],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(root)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert set(ran.stderr.split()) & unwanted == set(), flags
