"""``dara-lint learn``: a private architecture, learned once, is recognised and checked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dara_lint.cli import main
from tests.miniature import write


def widget(folder: Path, layers: int, width: int) -> Path:
    folder.mkdir(parents=True)
    tensors = {"widget.table.weight": [500, width]}
    for part in ("mixer", "squash", "spin"):
        tensors[f"widget.stones.{{0..{layers - 1}}}.{part}.weight"] = [width, width]
    write(folder / "model.safetensors", {"dtype": "F32", "tensors": tensors})
    (folder / "config.json").write_text('{"model_type": "widget"}')
    return folder


def test_learned_then_recognised(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    small, large = widget(tmp_path / "small", 2, 16), widget(tmp_path / "large", 5, 48)
    assert main(["learn", str(small), str(large), "--as", "widget"]) == 0
    assert "4 tensor patterns of 2 checkpoints" in capsys.readouterr().out
    assert (tmp_path / ".dara-lint" / "profiles" / "widget.json").is_file()
    other = widget(tmp_path / "other", 7, 32)
    assert main(["inspect", str(other), "--format", "json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert [(each["label"], each["library"]) for each in found["model_types"]] == [("widget", "learned")]
    assert found["known"] is True


def test_odd_names_and_empty_folders_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = widget(tmp_path / "one", 2, 16)
    assert main(["learn", str(folder), "--as", "../../evil", "--folder", str(tmp_path)]) == 2
    assert not (tmp_path / ".dara-lint").exists()
    (tmp_path / "none").mkdir()
    assert main(["learn", str(tmp_path / "none"), "--as", "x"]) == 3
    (tmp_path / "none" / "config.json").write_text('{"model_type": "x"}')
    assert main(["learn", str(tmp_path / "none"), "--as", "x"]) == 2
    assert "nothing to learn" in capsys.readouterr().err
