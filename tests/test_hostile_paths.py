"""Links, devices, crowds and names that are no text: what a folder can do to whoever walks it."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from dara_lint.engine import NoModelError, discover, run
from dara_lint.engine.discover import discover as roots
from dara_lint.finding import Report
from dara_lint.readers import listing, marks
from dara_lint.reports import FORMATS, PLAIN, View
from dara_lint.settings import Settings

BROKEN = '{"model_type": "bert",}'
ODD = (
    b"a\nb",
    b"\xff\xfe\x80",
    b"::error::x",
    b"\x1b[31mred",
    "\u202egnp".encode(),
    b"a%0Ab,c:d",
    b" ",
    b"-",
    b"e\xcc\x81",
    b"x" * 255,
)
"""Names that a file system takes; the second is no UTF-8, so Python shows it with lone surrogates."""


def lint(path: Path | str) -> Report:
    return run([str(path)], lambda _: Settings(preview=True))


def test_every_format_can_say_names_that_are_no_text(tmp_path: Path) -> None:
    top = os.fsencode(tmp_path / "models")
    for name in ODD:
        os.makedirs(os.path.join(top, name))
        Path(os.fsdecode(os.path.join(top, name, b"config.json"))).write_text(BROKEN, "utf-8")
        Path(os.fsdecode(os.path.join(top, name, name[:200] + b".safetensors"))).write_bytes(b"\0" * 9)
    report = lint(tmp_path / "models")
    assert sum(len(repo.findings) for repo in report.repositories) >= 2 * len(ODD)
    for view in (PLAIN, View(color=True, here=str(tmp_path), workspace=str(tmp_path))):
        said = {kind: render(report, view) for kind, render in FORMATS.items()}
        for text in said.values():
            assert text.encode("utf-8")
        for kind in ("json", "sarif", "gitlab"):
            json.loads(said[kind])
        ET.fromstring(said["junit"])  # noqa: S314 - our own report
        uris = [
            result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
            for result in json.loads(said["sarif"])["runs"][0]["results"]
        ]
        assert any("%FF%FE%80" in uri for uri in uris)  # the bytes that are on disk
        assert all(uri.isascii() and uri.isprintable() and " " not in uri for uri in uris)


def test_a_folder_that_cannot_be_read_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.json").write_text(BROKEN, "utf-8")
    (tmp_path / "secret").mkdir()
    scandir = os.scandir

    def refused(path: str) -> object:
        if str(path).endswith("secret"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refused)
    assert {finding.path for repo in lint(tmp_path).repositories for finding in repo.findings} == {"config.json"}


def test_a_file_that_cannot_be_opened_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.json").write_text(BROKEN, "utf-8")
    (tmp_path / "adapter_config.json").write_text("{}" + " " * 2_000, "utf-8")
    opens = os.open

    def refused(path: str, *rest: int) -> int:
        if str(path).endswith("adapter_config.json"):
            raise PermissionError(13, "Permission denied", path)
        return opens(path, *rest)

    monkeypatch.setattr(os, "open", refused)
    said = [f.message for repo in lint(tmp_path).repositories for f in repo.findings if f.path == "adapter_config.json"]
    assert said == ["cannot be opened: permission denied"]


@pytest.mark.parametrize(
    "target", ["/proc/self/environ", "/proc/self/fd/0", "/dev/zero", "/dev/stdin", "..", "gone", "config.json"]
)
def test_a_link_to_anywhere_ends(tmp_path: Path, target: str) -> None:
    root = tmp_path / "m"
    root.mkdir()
    (root / "adapter_config.json").write_text("{}", "utf-8")
    for name in ("config.json", "README.md", "model.safetensors", ".gitignore", "modules.json", ".github"):
        os.symlink(target, root / name)
    report = lint(root)
    said = FORMATS["json"](report, PLAIN)
    assert "PATH=" not in said
    assert [repo.path for repo in report.repositories] == [str(root)]


def test_what_a_folder_is_stands_in_no_file_outside(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "bert"}', "utf-8")
    (tmp_path / "ignore").write_text("*.safetensors\n", "utf-8")
    root = tmp_path / "m"
    root.mkdir()
    os.symlink("../config.json", root / "config.json")
    assert not marks.is_model(str(root), ["config.json"])
    with pytest.raises(NoModelError):
        roots([str(root)])
    os.symlink("../ignore", root / ".gitignore")
    (root / "model.safetensors").write_bytes(b"")
    assert "model.safetensors" in roots([str(root)])[0].files


def test_a_folder_that_is_a_link_out_is_not_entered(tmp_path: Path) -> None:
    outside = tmp_path / "outside" / "workflows"
    outside.mkdir(parents=True)
    (outside / "push.yml").write_text("run: hf upload acme/secret-name .\n", "utf-8")
    root = tmp_path / "m"
    root.mkdir()
    os.symlink("../outside", root / ".github")
    (root / "config.json").write_text(BROKEN, "utf-8")
    entry = listing.entry(str(root), ".github/workflows/push.yml")
    assert getattr(entry, "reason", "") == "a symbolic link that leads out of the repository, not followed"
    assert "secret-name" not in FORMATS["json"](lint(root), PLAIN)


def test_folders_deeper_than_are_walked(tmp_path: Path) -> None:
    deep = tmp_path / "m"
    for _ in range(discover.DEEPEST + 40):
        deep /= "d"
    deep.mkdir(parents=True)
    (deep / "model.safetensors").write_bytes(b"")
    (tmp_path / "m" / "config.json").write_text(BROKEN, "utf-8")
    assert lint(tmp_path / "m").repositories[0].findings


def test_thousands_of_files_and_of_models_take_no_time(tmp_path: Path) -> None:
    many = 3_000
    top = tmp_path / "m"
    top.mkdir()
    (top / "config.json").write_text(BROKEN, "utf-8")
    for number in range(many):
        (top / f"{number}.txt").write_bytes(b"")
    for number in range(many // 4):
        (top / f"m{number}").mkdir()
        (top / f"m{number}" / "adapter_config.json").write_bytes(b"{}")
        (top / f"m{number}" / "README.md").write_text("---\nbase_model: a/b\n---\n", "utf-8")
    started = time.process_time()
    assert len(roots([str(top)])) == many // 4 + 1
    files = [str(top / f"m{number}" / "README.md") for number in range(many // 4)]
    assert len(roots(files)) == many // 4
    assert time.process_time() - started < 5
