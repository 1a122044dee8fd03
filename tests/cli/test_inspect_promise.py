"""``dara-lint inspect --expect`` and ``--solve``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dara_lint.cli import main
from tests.miniature import build

CASE = Path(__file__).resolve().parents[1] / "cases" / "architecture" / "embedding" / "good-llama"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return build(CASE, tmp_path / "llama")


def _changed(model: Path, **keys: object) -> None:
    config = json.loads((model / "config.json").read_text("utf-8"))
    (model / "config.json").write_text(json.dumps(config | keys), "utf-8")


def test_what_a_config_promises(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", "--expect", str(model)]) == 0
    said = capsys.readouterr().out
    assert "LlamaForCausalLM promises" in said
    assert "vocab_size × hidden_size" in said
    assert "1000 × 64" in said
    assert "the weights:" not in said


def test_what_weights_hold_instead(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _changed(model, intermediate_size=256)
    assert main(["inspect", "--expect", str(model)]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if "the weights:" in line]
    assert len(lines) == 3
    assert all("_proj.weight" in line for line in lines)


def test_what_weights_imply(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _changed(model, num_hidden_layers=3)
    assert main(["inspect", "--solve", str(model)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["num_hidden_layers", "2", "the", "config", "says", "3"]


def test_nothing_to_promise(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "acme", "architectures": ["Acme"]}', "utf-8")
    for flag in ("--expect", "--solve"):
        assert main(["inspect", flag, str(tmp_path)]) == 0
        assert "no " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        (
            "languages",
            ["en_XX", "de_DE"],
            "the blueprint of XmodModel does not follow what the config says of languages",
        ),
        ("hidden_size", "wide", "the config lacks or garbles what XmodModel needs"),
    ],
)
def test_why_nothing_is_promised(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], key: str, value: object, why: str
) -> None:
    config = {"model_type": "xmod", "architectures": ["XmodModel"], key: value}
    (tmp_path / "config.json").write_text(json.dumps(config))
    assert main(["inspect", "--expect", str(tmp_path)]) == 0
    assert f"nothing is promised: {why}" in capsys.readouterr().out
