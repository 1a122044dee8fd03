"""The first line of a repository: name, claims, evidence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from dara_lint.engine import run
from dara_lint.finding import Headline
from dara_lint.settings import Settings

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize {}\n"
QWEN2_VL = {
    "architectures": ["Qwen2VLForConditionalGeneration"],
    "hidden_size": 3584,
    "intermediate_size": 18944,
    "model_type": "qwen2_vl",
    "num_attention_heads": 28,
    "num_hidden_layers": 28,
    "num_key_value_heads": 4,
    "tie_word_embeddings": False,
    "torch_dtype": "bfloat16",
    "vision_config": {"depth": 32, "embed_dim": 1280, "hidden_size": 3584, "num_heads": 16},
    "vocab_size": 152064,
}


def _headline(folder: Path, files: Mapping[str, object], name: str = "acme/model") -> Headline:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        text = POINTER.format("0" * 64, content) if isinstance(content, int) else json.dumps(content)
        (folder / path).write_text(text, "utf-8")
    headline = run([str(folder)], lambda _: Settings(name=name)).repositories[0].headline
    assert headline is not None
    return headline


def test_the_claim_is_what_the_blueprint_promises(tmp_path: Path) -> None:
    assert _headline(tmp_path, {"config.json": QWEN2_VL}, "acme/qwen2-vl-7b").claims == "qwen2_vl · 8.29 B · bf16"


def test_a_formula_with_wide_bounds_is_no_number(tmp_path: Path) -> None:
    assert _headline(tmp_path, {"config.json": {**QWEN2_VL, "architectures": ["Own"]}}).claims == "qwen2_vl · bf16"


def test_bytes_of_an_unknown_width_stay_bytes(tmp_path: Path) -> None:
    files = {"acme-13b.Q2_K.gguf": 5_429_348_224, "acme-13b.Q8_0.gguf": 13_831_319_424}
    assert _headline(tmp_path, files).evidence == "5.43 GB"


def test_bytes_of_a_declared_width_are_parameters(tmp_path: Path) -> None:
    files = {"config.json": {"model_type": "acme", "torch_dtype": "bfloat16"}, "model.safetensors": 2_000_002_000}
    assert _headline(tmp_path, files).evidence == "about 1.00 B"


def test_sizes_are_written_as_people_do(tmp_path: Path) -> None:
    assert _headline(tmp_path, {"config.json": QWEN2_VL}, "acme/qwen-moe-8x0.5b").named == "qwen · 8x0.5B"
