"""``dara-lint name``."""

from __future__ import annotations

import io
import json
import sys

import pytest

from dara_lint.cli import main


def test_json_is_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["name", "a/bert-7b", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == [
        {
            "name": "a/bert-7b",
            "owner": "a",
            "segments": [
                {
                    "text": "bert", "element": "architecture", "start": 2, "end": 6, "normal": "bert",
                    "confidence": 0.95,
                },
                {
                    "text": "7b", "element": "parameters", "start": 7, "end": 9, "normal": "7000000000",
                    "confidence": 0.95,
                },
            ],
            "elements": {"architecture": ["bert"], "parameters": ["7b"]},
            "parameters": {
                "total": 7_000_000_000, "active": None, "experts": None, "expert_size": None, "effective": False,
                "approximate": False,
            },
            "category": "implementation",
            "informative": True,
            "model_types": ["bert"],
        }
    ]  # fmt: skip


def test_one_name_is_told_line_by_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["name", "Qwen3-30B-A3B"]) == 0
    said = capsys.readouterr().out
    assert said.splitlines()[0] == "Qwen3-30B-A3B"
    assert "30B-A3B  parameters" in said
    assert "30 B in all, 3 B active" in said
    assert "convention:  implementation" in said
    assert "model types: qwen3, qwen3_moe, " in said


def test_many_names_come_from_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"gpt2\n\n  bert-base\r\n\xff\xfe\n")))
    assert main(["name", "-"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[::2] == ["gpt2", "bert-base", "\ufffd\ufffd"]
    assert lines[1] == "  gpt2 architecture"


def test_no_control_character_reaches_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["name", "a\x1b[31m-\u202ebert\r\n::error::x"], ["name", "--format", "json", "a\x1b]0;x\x07"]):
        assert main(arguments) == 0
        said = capsys.readouterr().out
        assert not set(said) & set("\x1b\x07\r\u202e")
        assert "\n::error" not in said


def test_colours_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["name", "--color", "always", "gpt2", "bert-base"]) == 0
    said = capsys.readouterr().out
    assert "\x1b[1;36mgpt2" in said
    assert "architecture" in said.splitlines()[-1]


def test_names_that_are_piped_need_no_dash(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"gpt2\nbert-base\n")))
    assert main(["name", "--format", "json"]) == 0
    assert [one["name"] for one in json.loads(capsys.readouterr().out)] == ["gpt2", "bert-base"]


def test_a_name_is_needed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    assert main(["name"]) == 2
    assert "NAME" in capsys.readouterr().err
