"""Linting what means harm: nothing of it runs, nothing goes out, nothing is forged, and it ends soon."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dara_lint.engine import run
from dara_lint.finding import Report
from dara_lint.reports import FORMATS, PLAIN
from dara_lint.settings import Settings
from tests import hostile, miniature

ROOT = Path(__file__).resolve().parent.parent

WATCHED = """
import contextlib, io, os, sys
sys.path.insert(0, sys.argv[1])
from dara_lint.cli import main
from dara_lint.engine import run
from dara_lint.reports import FORMATS, PLAIN
from dara_lint.settings import Settings
_, _, warm, watched, scratch = sys.argv
def lint(path):
    report = run([path], lambda folder: Settings(preview=True))
    for name in FORMATS:
        FORMATS[name](report, PLAIN)
def verbs(path):
    once, twice = ["--jobs", "1"], ["--jobs", "2"]
    commands = [["check", path, *once], ["check", path + "/one", path + "/two", "--preview", *twice],
                ["check", path + "/one", "--format", f"sarif:{scratch}/out"], ["rules"], ["rules", "naming/task"],
                ["name", "bert-7b", "\\x1b[31m"], ["name", "--format", "json", path], ["suggest", path + "/one"],
                ["suggest", path + "/one", "--check", "llama-7b"], ["inspect", path + "/one"],
                ["inspect", path, "--format", "json"], ["learn", path + "/two", "--as", "own", "--folder", scratch]]
    for command in commands:
        out = io.TextIOWrapper(io.BytesIO(), "utf-8")
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()) as told:
            status = main(command)
        if status not in (0, 1) or told.getvalue().startswith("dara-lint: this is a bug"):
            os.write(1, f"{command} ended with {status}: {told.getvalue()}\\n".encode("utf-8", "replace"))
lint(warm)  # loads what is loaded late, before anything is watched
verbs(warm)
parent, forks = os.getpid(), []
FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.remove", "os.rename",
             "pickle.", "marshal.", "ctypes.", "compile", "exec", "import", "shutil.", "urllib.", "ftplib.", "http.",
             "os.link", "os.symlink", "os.truncate", "os.chmod", "os.kill", "os.putenv", "os.startfile", "webbrowser.")
def watch(event, arguments):
    said = ""
    if event == "open":
        mode = arguments[1]
        if isinstance(mode, str) and set(mode) & set("wax+") and not str(arguments[0]).startswith(scratch):
            said = f"open for writing: {arguments[0]!r}"
    elif event == "os.fork" and os.getpid() == parent and len(forks) < 2:
        forks.append(event)  # the two processes of --jobs 2 are ours
    elif event == "pickle.find_class" and str(arguments[0]).startswith(OURS):
        pass  # how the pool hands work over
    elif event.startswith(FORBIDDEN):
        said = f"{event} {arguments!r:.300}"
    if said:
        os.write(1, (said + "\\n").encode("utf-8", "backslashreplace"))
OURS = ("dara_lint.", "concurrent.futures.process", "multiprocessing.reduction", "functools")
sys.addaudithook(watch)
lint(watched)
verbs(watched)
os.write(1, f"{len(forks)} forks".encode())
"""


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile") / "models"


@pytest.fixture(scope="module")
def report(repository: Path) -> Report:
    hostile.write(repository)
    return run([str(repository)], lambda _: Settings(name=hostile.FORGED, preview=True))


def test_it_ends_with_findings(report: Report) -> None:
    assert report.seconds < 20
    errors = {finding.path for repo in report.repositories for finding in repo.findings}
    assert {"c.safetensors", "d.safetensors", "e.gguf", "generation_config.json", "README.md"} <= errors


def test_nothing_runs_and_nothing_goes_out(tmp_path: Path) -> None:
    """Every verb and every format, on repositories that would run, import or send something if anything did."""
    proofs = [hostile.write(tmp_path / place / name, 2_000) for place in ("warm", "watched") for name in ("one", "two")]
    for place in ("warm", "watched"):  # something that can be learned and recognised, beside what is hostile
        recipe = {"tensors": {"encoder.layers.{0..3}.mixer.weight": [8, 8], "embed.weight": [64, 8]}}
        miniature.write(tmp_path / place / "two" / "model.safetensors", recipe)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("COV")}
    places = [str(tmp_path / "warm"), str(tmp_path / "watched"), str(tmp_path / "scratch")]
    (tmp_path / "scratch").mkdir()
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", "-c", WATCHED, str(ROOT), *places],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        cwd=tmp_path / "watched" / "one",
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "2 forks"
    assert not any(proof.exists() for proof in proofs)
    assert (tmp_path / "scratch" / ".dara-lint" / "profiles" / "own.json").exists()


def test_a_module_beside_the_model_is_not_imported(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "bert",}\n', "utf-8")
    for name in ("yaml", "json", "argparse", "rich", "dara_lint_rules"):
        (tmp_path / f"{name}.py").write_text("print('imported')\nraise SystemExit(9)\n", "utf-8")
    given = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "dara_lint", "."], cwd=tmp_path, env=given, capture_output=True, check=False
    )
    assert done.returncode == 1, done.stderr
    assert b"imported" not in done.stdout + done.stderr


def test_links_out_of_the_repository_are_not_followed(report: Report) -> None:
    said = json.loads(FORMATS["json"](report, PLAIN))
    messages = [
        f["message"] for repo in said["repositories"] for f in repo["findings"] if f["path"] == "quantize_config.json"
    ]
    assert messages == ["a symbolic link that leads out of the repository, not followed"]
    assert "root:" not in json.dumps(said)


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_no_format_lets_a_stranger_write_control_characters(name: str, report: Report) -> None:
    text = FORMATS[name](report, PLAIN)
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\u2028\u2029]", text)


def test_annotations_cannot_be_forged(report: Report) -> None:
    for line in FORMATS["github"](report, PLAIN).splitlines():
        assert "##[" not in line[:3]
        if line.startswith("::"):
            assert re.match(r"::(error|warning|notice)( [a-zA-Z]+=[^,:\r\n]*(,[a-zA-Z]+=[^,:\r\n]*)*)?::", line), line
            assert "title=dara-lint" in line or "title=" in line


def test_terminal_lines_cannot_be_forged(report: Report) -> None:
    text = FORMATS["text"](report, PLAIN)
    assert not re.search(r"^\s*(::|##\[)", text, re.MULTILINE)
    assert "[bold]" in text or "b[/]" not in text
