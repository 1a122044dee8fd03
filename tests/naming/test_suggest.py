"""``dara-lint suggest``: names from evidence, and the verdict on one that a person has in mind."""

import json
from pathlib import Path
from typing import Any

import pytest

from dara_lint.cli import main
from tests.cases import CASES
from tests.miniature import build

LLAMA = {
    "model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_size": 4096, "num_hidden_layers": 32,
    "num_attention_heads": 32, "num_key_value_heads": 32, "intermediate_size": 11008, "vocab_size": 32000,
    "max_position_embeddings": 4096, "tie_word_embeddings": False,
}  # fmt: skip


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A llama of 6.7 B that its folder calls ``mpx``."""
    folder = tmp_path / "mpx"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(LLAMA), "utf-8")
    (folder / "README.md").write_text(
        "---\nbase_model: meta-llama/Llama-2-7b-chat-hf\nlanguage: [en, no]\n---\n", "utf-8"
    )
    return folder


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    """The exit status and the json."""
    status = main(["suggest", *arguments, "--format", "json"])
    return status, json.loads(capsys.readouterr().out)


def test_names_are_built_from_what_the_files_say(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, shapes = said(capsys, str(repository))
    assert status == 0
    names = [one["name"] for one in shapes[0]["suggestions"]]
    assert names[0] == "Llama-2-7B-chat-no-mpx"
    assert "Llama-2-7B-chat" in names
    why = {part["element"]: part["source"] for part in shapes[0]["suggestions"][0]["why"]}
    assert why["parameters"] == "config.json: about 6.74 B parameters"
    assert "meta-llama/Llama-2-7b-chat-hf" in why["architecture"]


def test_the_convention_decides_the_order(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, shapes = said(capsys, str(repository), "--convention", "{parameters}_{architecture}[.{task}]")
    assert shapes[0]["suggestions"][0]["name"] == "7B_Llama.chat"


def test_an_adapter_is_never_proposed_as_its_base(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    adapter = {"base_model_name_or_path": "Qwen/Qwen2.5-7B-Instruct", "peft_type": "LORA", "r": 8}
    folder = tmp_path / "phishing"
    folder.mkdir()
    (folder / "adapter_config.json").write_text(json.dumps(adapter), "utf-8")
    _, shapes = said(capsys, str(folder))
    names = [one["name"] for one in shapes[0]["suggestions"]]
    assert names
    assert all("lora" in name.lower() and name.startswith("Qwen2.5-7B") for name in names)


def test_a_name_is_checked_against_the_files(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, shapes = said(capsys, str(repository), "--check", "acme/bert-13b")
    rules = {finding["rule"] for finding in shapes[0]["check"]["findings"]}
    assert status == 1
    assert {"architecture/name-vs-config", "architecture/parameter-count"} <= rules


def test_a_good_name_passes(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, shapes = said(capsys, str(repository), "--check", "acme/llama-2-7b-support")
    assert (status, shapes[0]["check"]["findings"], shapes[0]["check"]["departs"]) == (0, [], None)


def test_every_proposal_passes_its_own_check(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, shapes = said(capsys, str(repository))
    for one in shapes[0]["suggestions"]:
        status, checked = said(capsys, str(repository), "--check", f"acme/{one['name']}")
        assert (status, checked[0]["check"]["departs"]) == (0, None), one["name"]


def test_the_settings_choose_the_convention(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repository / ".dara-lint.yaml").write_text("rules:\n  naming/convention:\n    preset: timm\n", "utf-8")
    _, shapes = said(capsys, str(repository))
    assert shapes[0]["convention"] == "timm"
    status, _ = said(capsys, str(repository), "--check", "acme/llama-2-7b")
    assert status == 1


@pytest.mark.parametrize("convention", ["nobody's", "{colour}", "{architecture"])
def test_a_convention_that_there_is_not(repository: Path, convention: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["suggest", str(repository), "--convention", convention]) == 2
    assert "convention" in capsys.readouterr().err


def test_no_model_and_no_folder(tmp_path: Path) -> None:
    assert main(["suggest", str(tmp_path)]) == 3
    assert main(["suggest", str(tmp_path / "nowhere")]) == 2


def test_text_holds_no_control_characters(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "evil"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({**LLAMA, "_name_or_path": "llama\x1b[31m-7b\n::error::x"}), "utf-8")
    assert main(["suggest", str(folder)]) == 0
    assert "\x1b" not in capsys.readouterr().out
    assert main(["suggest", str(folder), "--check", "a\x1b[2Jb"]) in {0, 1}
    assert "\x1b" not in capsys.readouterr().out


def foreign(tmp_path: Path) -> Path:
    """The config of a BERT beside the weights of a small llama."""
    folder = build(CASES / "architecture" / "config-vs-weights" / "bad-bert-that-is-llama", tmp_path / "mpx")
    (folder / ".dara-lint.yaml").unlink(missing_ok=True)
    return folder


def test_names_follow_the_weights_where_they_cannot_be_the_configs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, shapes = said(capsys, str(foreign(tmp_path)))
    assert "says bert, but the weights are those of llama" in shapes[0]["notice"]
    assert shapes[0]["suggestions"]
    assert all("llama" in one["name"] and "bert" not in one["name"] for one in shapes[0]["suggestions"])


@pytest.mark.parametrize(("name", "wrong"), [("acme/bert-base", 1), ("acme/gpt2", 1), ("acme/llama-tiny", 0)])
def test_a_name_is_held_to_the_weights_then(
    name: str, wrong: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, shapes = said(capsys, str(foreign(tmp_path)), "--check", name)
    rules = [one["rule"] for one in shapes[0]["check"]["findings"]]
    assert rules.count("architecture/name-vs-weights") == wrong
    assert "architecture/name-vs-config" not in rules


def test_a_config_that_fits_gives_no_notice(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, str(repository))[1][0]["notice"] is None


def test_what_a_convention_requires_and_nothing_says_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "mpx"
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "llama"}', "utf-8")
    assert main(["suggest", str(folder), "--convention", "{architecture}-{parameters}[-{task}]"]) == 0
    assert "nothing says the {parameters} that this convention requires" in capsys.readouterr().out
    _, shapes = said(capsys, str(folder), "--convention", "lab")
    assert shapes[0]["unsaid"] == ["{parameters}"]
