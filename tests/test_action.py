"""action.yml's steps as they stand there, run with GitHub's environment files and variables."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.miniature import build

ROOT = Path(__file__).resolve().parent.parent
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
PROBE = ROOT / "tests" / "cases" / "architecture" / "parameter-count" / "bad-bert-7b-v2"


@dataclass
class Ran:
    """What a run of the action left: the status of its last step, its log, its outputs, its summary."""

    status: int
    log: str
    outputs: dict[str, str]
    summary: str


class Runner:
    """As much of a GitHub runner as a composite action needs: expressions, environment files, bash."""

    def __init__(self, folder: Path) -> None:
        self.temp = folder / "temp"
        self.workspace = folder / "workspace"
        self.temp.mkdir(parents=True)
        self.workspace.mkdir()

    def run(self, **given: str) -> Ran:
        """Run every step with these inputs (the rest by default), stopping at the first that fails."""
        inputs = {name: str(spec.get("default", "")) for name, spec in ACTION["inputs"].items()}
        inputs |= {name.replace("_", "-"): value for name, value in given.items()}
        output, summary = self.temp / "output", self.temp / "summary"
        output.write_text("", "utf-8")
        summary.write_text("", "utf-8")
        log, status, outputs = "", 0, dict[str, str]()
        for step in ACTION["runs"]["steps"]:
            assert step["shell"] == "bash"
            assert "${{" not in step["run"], "an expression inside a script is an injection"
            environment = {name: self._expression(value, inputs) for name, value in step.get("env", {}).items()}
            script = self.temp / "step.sh"
            script.write_text(step["run"], "utf-8")
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
                cwd=self.workspace,
                env={
                    "PATH": os.environ["PATH"],
                    "HOME": os.environ.get("HOME", "/"),
                    **{k: v for k, v in os.environ.items() if k.startswith("PIP_")},
                    "RUNNER_TEMP": str(self.temp),
                    "GITHUB_ACTIONS": "true",
                    "GITHUB_WORKSPACE": str(self.workspace),
                    "GITHUB_OUTPUT": str(output),
                    "GITHUB_STEP_SUMMARY": str(summary),
                    **environment,
                },
                capture_output=True,
                text=True,
                check=False,
            )
            log, status = log + done.stdout + done.stderr, done.returncode
            outputs |= dict(line.split("=", 1) for line in output.read_text("utf-8").splitlines() if "=" in line)
            if status:
                break
        return Ran(status, log, outputs, summary.read_text("utf-8"))

    def _expression(self, value: str, inputs: Mapping[str, str]) -> str:
        def resolve(match: re.Match[str]) -> str:
            context, _, name = match[1].strip().partition(".")
            return inputs[name] if context == "inputs" else {"action_path": str(ROOT)}[name]

        return re.sub(r"\$\{\{(.*?)\}\}", resolve, value)


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    runner = Runner(tmp_path_factory.mktemp("runner"))
    build(PROBE, runner.workspace / "bert-7b-v2")
    (runner.workspace / "clean").mkdir()
    shutil.copy(PROBE / "config.json", runner.workspace / "clean" / "config.json")
    return runner


def test_annotations_summary_and_outputs(runner: Runner) -> None:
    ran = runner.run(path="bert-7b-v2", sarif="lint.sarif", json="lint.json")
    assert ran.status == 1, ran.log
    assert re.search(r"^::error file=bert-7b-v2/config\.json,line=\d+", ran.log, re.MULTILINE), ran.log
    assert "architecture/parameter-count" in ran.summary
    assert ran.outputs == {"status": "1", "sarif": "lint.sarif", "json": "lint.json"}
    assert json.loads((runner.workspace / "lint.sarif").read_text("utf-8"))["version"] == "2.1.0"
    report = json.loads((runner.workspace / "lint.json").read_text("utf-8"))
    assert report["summary"]["error"] >= 1


def test_fail_on_never_and_several_paths(runner: Runner) -> None:
    ran = runner.run(path="bert-7b-v2\nclean\n", fail_on="never", summary="false")
    assert ran.status == 0, ran.log
    assert ran.summary == ""
    assert ran.outputs == {"status": "0"}


def test_inputs_cannot_become_commands(runner: Runner) -> None:
    hostile = '"; touch owned; echo "$(touch owned)`touch owned`'
    ran = runner.run(path="clean", name=hostile, select=hostile, fail_on="error")
    assert ran.status == 2, ran.log
    ran = runner.run(path=f"clean\n{hostile}", name=hostile)
    assert not (runner.workspace / "owned").exists()
    assert not re.search(r"^::stop-commands", ran.log, re.MULTILINE)


def test_no_model_is_status_3(runner: Runner) -> None:
    (runner.workspace / "empty").mkdir(exist_ok=True)
    ran = runner.run(path="empty")
    assert ran.status == 3
    assert ran.outputs == {"status": "3"}
