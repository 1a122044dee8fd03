"""Repositories that are right, and of which a rule once said that they are not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dara_lint.engine import run
from dara_lint.finding import Severity
from dara_lint.settings import Settings
from tests import miniature

LLAMA: dict[str, Any] = {
    "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 64, "intermediate_size": 128,
    "num_attention_heads": 4, "num_key_value_heads": 4, "num_hidden_layers": 2, "vocab_size": 1000,
}  # fmt: skip
BODY = [
    "model.embed_tokens.weight", "model.norm.weight",
    *(
        f"model.layers.{at}.{part}.weight"
        for at in range(2)
        for part in (
            "input_layernorm", "post_attention_layernorm", "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj",
            "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj",
        )
    ),
]  # fmt: skip
LLAMA_TYPE = {"config.json": {"model_type": "llama"}}
NOTES = frozenset({"naming/misspelt", "architecture/tensor-shapes"})
"""Rules whose notes count as well."""
BERT = {"config.json": {"model_type": "bert"}}
SHARDS = ["pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin"]


def card(front: str = "license: mit", text: str = "") -> str:
    return f"---\n{front}\n---\n\n{text}\n"


def index(*names: str) -> str:
    placed = {name: SHARDS[at % 2] for at, name in enumerate(names)}
    return json.dumps({"metadata": {"total_size": 1 << 20}, "weight_map": placed})


def said(tmp_path: Path, name: str, files: dict[str, Any]) -> list[str]:
    """What is found in a repository of that name with these files, other notes left out."""
    root = tmp_path / "repo"
    root.mkdir()
    for path, content in files.items():
        if path.endswith(".safetensors"):
            miniature.write(root / path, {"dtype": "F32", "metadata": {"format": "pt"}, "tensors": content})
        else:
            (root / path).write_text(content if isinstance(content, str) else json.dumps(content, indent=1), "utf-8")
    report = run([str(root)], lambda _: Settings(name=f"acme/{name}"))
    return [
        f"{each.rule.id}: {each.message}"
        for repository in report.repositories
        for each in repository.findings
        if each.severity is not Severity.NOTE or each.rule.id in NOTES
    ]


def positions(model_type: str, count: int) -> dict[str, Any]:
    return {"config.json": {"model_type": model_type, "max_position_embeddings": count}}


@pytest.mark.parametrize(
    ("name", "model_type"),
    [
        ("llama-2-7b-medical-10k", "llama"),  # examples
        ("llama-2-7b-dolly-16k", "llama"),
        ("llama-3-8b-orpo-32k", "llama"),
        ("llama-2-7b-32k-instructions", "llama"),
        ("codellama-7b-16k-samples", "llama"),
        ("llama-2-7b-step-16k", "llama"),
        ("llama-32k-vocab", "llama"),  # a vocabulary
        ("bpe-16k-roberta", "roberta"),
        ("gpt2-16k", "gpt2"),
    ],
)
def test_a_number_of_thousands_that_is_no_context(tmp_path: Path, name: str, model_type: str) -> None:
    assert not said(tmp_path, name, positions(model_type, 2048))


@pytest.mark.parametrize("name", ["llama-2-7b-32k", "yarn-llama-2-7b-64k", "llama-3-8b-instruct-1048k", "yi-34b-200k"])
def test_a_number_of_thousands_that_is_a_context(tmp_path: Path, name: str) -> None:
    assert any("architecture/context-length" in each for each in said(tmp_path, name, positions("llama", 2048)))


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("llama31-support", {"README.md": card("base_model: meta-llama/Llama-3.1-8B", "# Llama 3.1 Support")}),
        ("qwen25-7b-sft", {"README.md": card("base_model: Qwen/Qwen2.5-7B", "# Qwen2.5 7B SFT")}),
        ("bert-kurdish", {"README.md": card("language: ckb"), **BERT}),
        ("bert-estonian", {"README.md": card("language: ekk"), **BERT}),
        ("security-alert-classifier", {"config.json": {"model_type": "albert"}}),
        ("acme-internal-llm", {"config.json": {"model_type": "llama"}}),
        ("sae-llama-layer-12", {"config.json": {"model_type": "llama", "num_hidden_layers": 32}}),
        ("llama-lora-layers-16-24", {"config.json": {"model_type": "llama", "num_hidden_layers": 32}}),
        ("jina-embeddings-v3", {"config.json": {"model_type": "xlm-roberta", "architectures": ["XLMRobertaModel"]}}),
        (
            "absa-bert-token-sentiment",
            {"config.json": {"model_type": "bert", "architectures": ["BertForTokenClassification"]}},
        ),
        ("bert-base-mnli", {"README.md": card("datasets: glue", "A classifier of pairs of sentences.\n\n" * 9)}),
        (
            "llama-ft",
            {
                "model.safetensors": {name: [2000, 2000] for name in BODY},
                "README.md": card(text="- **Trainable parameters:** 11M\n"),
            },
        ),
        *(
            (
                "llama-ft",
                {"model.safetensors": {name: [2000, 2000] for name in BODY}, "README.md": card(text=text)},
            )
            for text in (
                "> - Parameters: 7B\n",
                "## Teacher model\n\n- **Parameters:** 70B\n",
                "<details>\n\n**Parameters**: 72B\n\n</details>\n",
            )
        ),
        ("ChemBERTa-77M-MLM", {"model.safetensors": {"embedding.weight": [4000, 300]}}),
        ("tiny-random-Starcoder2ForCausalLM", {"config.json": {"model_type": "starcoder2"}}),
        ("my_awesome_opus_books_model", {"config.json": {"model_type": "t5"}}),
        ("Erlangshen-Roberta-110M-Sentiment", {"config.json": {"model_type": "bert"}}),
        ("granite-docling-258M", {"config.json": {"model_type": "idefics3"}}),
        ("dinov2-base-imagenet1k-1-layer", {"config.json": {"model_type": "dinov2", "num_hidden_layers": 12}}),
        ("Llama-3.3-70B-Instruct", {"README.md": card("base_model: meta-llama/Llama-3.1-70B"), **LLAMA_TYPE}),
        ("glove-6B-300d", {"model.safetensors": {"embedding.weight": [400_000, 300]}}),
        ("sd35m-dreambooth", {"model.safetensors": {"embedding.weight": [400_000, 300]}}),
        (
            "animatediff-motion-adapter-v1-5-2",
            {"config.json": {"_class_name": "MotionAdapter"}, "model.safetensors": {"down_blocks.0.weight": [4, 4]}},
        ),
    ],
)
def test_what_is_right(tmp_path: Path, name: str, files: dict[str, Any]) -> None:
    assert not said(tmp_path, name, files)


def test_a_pickle_keeps_the_copies_of_tied_tensors(tmp_path: Path) -> None:
    tied = LLAMA | {"tie_word_embeddings": True}
    files = {"config.json": tied, "pytorch_model.bin.index.json": index(*BODY, "lm_head.weight")}
    assert not said(tmp_path, "llama-tiny", files)


def test_a_head_that_drafts_is_held_to_nothing(tmp_path: Path) -> None:
    names = [name.removeprefix("model.") for name in BODY if "layers.1" not in name and ".input_layernorm" not in name]
    files = {
        "config.json": LLAMA | {"num_hidden_layers": 1},
        "pytorch_model.bin.index.json": index(*names, "fc.weight"),
    }
    assert not said(tmp_path, "eagle-llama", files)


def test_a_value_head_is_a_head(tmp_path: Path) -> None:
    names = [*BODY, "lm_head.weight", "v_head.summary.weight", "v_head.summary.bias"]
    assert not said(tmp_path, "llama-ppo", {"config.json": LLAMA, "pytorch_model.bin.index.json": index(*names)})
