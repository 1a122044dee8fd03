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
from tests import hostile

ROOT = Path(__file__).resolve().parent.parent

WATCHED = """
import sys
sys.path.insert(0, sys.argv[1])
from dara_lint.engine import run
from dara_lint.reports import FORMATS, PLAIN
from dara_lint.settings import Settings
def lint(path):
    report = run([path], lambda folder: Settings(preview=True))
    return [FORMATS[name](report, PLAIN) for name in FORMATS]
lint(sys.argv[2])  # loads what is loaded late, before anything is watched
calls, seen = [], set()
FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.remove", "os.rename",
             "pickle.", "marshal.", "ctypes.", "compile", "exec", "import", "shutil.", "urllib.", "ftplib.", "http.")
def watch(event, arguments):
    if event == "open":
        mode, flags = arguments[1], arguments[2]
        if isinstance(mode, str) and set(mode) & set("wax+"):
            calls.append(f"open for writing: {arguments[0]!r}")
    elif event.startswith(FORBIDDEN):
        calls.append(f"{event} {arguments!r:.200}")
sys.addaudithook(watch)
lint(sys.argv[3])
print("\\n".join(calls))
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


def test_nothing_runs_and_nothing_goes_out(repository: Path, report: Report, tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    proof = hostile.write(plain)  # the same again, so that what is loaded late for it is loaded before the watch
    environment = {key: value for key, value in os.environ.items() if not key.startswith("COV")}
    done = subprocess.run(
        [sys.executable, "-I", "-c", WATCHED, str(ROOT), str(plain), str(repository)],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""
    assert not proof.exists()
    assert report.repositories


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
