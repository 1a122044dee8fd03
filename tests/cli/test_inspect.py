"""``dara-lint inspect``: what weights are, as text and as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dara_lint.cli import main
from tests.miniature import write

LLAMA: dict[str, Any] = {
    "dtype": "BF16",
    "tensors": {
        "model.embed_tokens.weight": [1000, 64],
        "model.layers.{0..2}.input_layernorm.weight": [64],
        "model.layers.{0..2}.post_attention_layernorm.weight": [64],
        "model.layers.{0..2}.self_attn.q_proj.weight": [64, 64],
        "model.layers.{0..2}.self_attn.k_proj.weight": [64, 64],
        "model.layers.{0..2}.self_attn.v_proj.weight": [64, 64],
        "model.layers.{0..2}.self_attn.o_proj.weight": [64, 64],
        "model.layers.{0..2}.mlp.gate_proj.weight": [128, 64],
        "model.layers.{0..2}.mlp.up_proj.weight": [128, 64],
        "model.layers.{0..2}.mlp.down_proj.weight": [64, 128],
        "model.norm.weight": [64],
        "lm_head.weight": [1000, 64],
    },
}
TOTAL = 2 * 1000 * 64 + 64 + 3 * (2 * 64 + 4 * 64 * 64 + 3 * 64 * 128)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "tiny"
    folder.mkdir()
    write(folder / "model.safetensors", LLAMA)
    (folder / "config.json").write_text(
        '{"model_type": "llama", "hidden_size": 64, "num_attention_heads": 4, "vocab_size": 1000}'
    )
    return folder


def inspected(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert main(["inspect", *arguments, "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_json_by_contract(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = inspected(capsys, str(repository))
    assert found["parameters"] == {"total": TOTAL, "active": None} or found["parameters"]["total"] == TOTAL
    assert found["dtypes"] == ["BF16"]
    assert (found["layers"], found["hidden_size"], found["heads"]) == (3, 64, 4)
    assert found["evidence"] == ["safetensors", "config"]
    assert found["known"] is True
    labels = [each["label"] for each in found["model_types"]]
    assert {"llama", "mistral"} <= set(labels)
    assert len({each["probability"] for each in found["model_types"]}) == 1
    assert "LlamaForCausalLM" in found["architectures"]


def test_what_is_not_known_is_null(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "acme"}')
    (found,) = inspected(capsys, str(tmp_path))
    assert found["known"] is False
    assert found["model_types"] == found["architectures"] == found["dtypes"] == []
    assert found["parameters"] is found["layers"] is found["hidden_size"] is None
    assert found["reason"]


def test_an_index_is_enough(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = [
        name.replace("{0..2}", str(layer)) for name in LLAMA["tensors"] for layer in (range(3) if "{" in name else [0])
    ]
    index = {
        "metadata": {"total_size": 2 * TOTAL},
        "weight_map": dict.fromkeys(names, "model-00001-of-00002.safetensors"),
    }
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index))
    (tmp_path / "config.json").write_text("{}")
    (found,) = inspected(capsys, str(tmp_path))
    assert "llama" in {each["label"] for each in found["model_types"]}
    assert found["layers"] == 3
    assert "index" in found["evidence"]


def test_text_shows_a_folded_tree(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(repository), "--color", "never"]) == 0
    text = capsys.readouterr().out
    assert "llama" in text.splitlines()[0]
    assert "3 layers" in text
    assert "layers.[0-2]" in text
    assert "3× 128 × 64" in text
    assert text.count("q_proj") == 1
    assert "%" in text


def test_depth_cuts_the_tree(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["inspect", str(repository), "--depth", "1", "--color", "never"])
    shallow = capsys.readouterr().out
    main(["inspect", str(repository), "--color", "never"])
    assert len(shallow.splitlines()) != len(capsys.readouterr().out.splitlines())


def test_control_characters_in_names_are_not_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "model.safetensors", {"tensors": {"a\x1b[31m.weight": [2, 2], "b.weight": [2]}})
    (tmp_path / "config.json").write_text("{}")
    assert main(["inspect", str(tmp_path), "--color", "never"]) == 0
    assert "\x1b" not in capsys.readouterr().out


def test_an_empty_folder_holds_no_model(tmp_path: Path) -> None:
    assert main(["inspect", str(tmp_path)]) == 3
