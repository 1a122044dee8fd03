"""The names of gguf-py's own tests (``Metadata.get_model_id_components``, MIT), with gguf-py as the oracle.

Its size label, version and organisation are held to ours wherever they are no matter of taste. What it calls base name
and fine-tune has no counterpart here.
"""

from __future__ import annotations

import re

import pytest
from gguf import Metadata

from dara_lint.names import Element, parse

NAMES = (
    "Mistral/Mixtral-8x7B-Instruct-v0.1", "Mixtral-8x7B-Instruct-v0.1", "Mixtral-8x7B-Instruct", "Mixtral-8x7B-v0.1",
    "Mixtral-8x7B", "Mixtral-v0.1", "NousResearch/Meta-Llama-3-8B", "Qwen1.5-MoE-A2.7B-Chat", "Qwen2-57B-A14B-Instruct",
    "microsoft/Phi-3-mini-4k-instruct", "delphi-suite/stories-llama2-50M", "crestf411/daybreak-kunoichi-2dpo-7b",
    "OpenBMB/MiniCPM-2B-128k", "NousResearch/Hermes-2-Theta-Llama-3-8B", "SeaLLMs/SeaLLMs-v3-7B-Chat",
    "internlm/internlm2-chat-20b", "google/gemma-2-27b-it", "pszemraj/jamba-900M-v0.13-KIx2",
    "DeepSeek-Coder-V2-Lite-Instruct", "state-spaces/mamba-2.8b-hf", "LLaMA-Pro-8B", "Salesforce/xgen-7b-8k-base",
    "bigscience/bloom-7b1-petals", "EleutherAI/pythia-1.4b-deduped", "HuggingFaceTB/SmolLM-360M-Instruct",
    "internlm/internlm2_5-1_8b-chat", "EuroLLM/EuroLLM-1.7B-Instruct", "bigscience/bloom-560m", "tiiuae/falcon-40b",
    "Yarn-Llama-2-7b-128k", "stabilityai/stablelm-2-1_6b-chat", "ibm-granite/granite-3.0-1b-a400m-instruct",
    "mistralai/Mixtral-8x22B-v0.1", "gradientai/Llama-3-8B-Instruct-262k", "TinyLlama/TinyLlama-1.1B-Chat-v1.0",
)  # fmt: skip

UNIT = {"K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}
NO_COUNT = frozenset({"8K", "128K", "4K", "262K"})
"""Context lengths, which gguf-py takes for sizes when it is not told the true number of parameters."""


def normal(label: str) -> str:
    """gguf-py's label in our normal form: ``8x7B``, ``A2.7B``, ``7.1B``."""
    match = re.fullmatch(r"(?:(\d+)x)?(A?)([\d.]+)([KMBT])", label)
    assert match is not None, label
    count = round(float(match[3]) * UNIT[match[4]])
    return f"{match[1]}x{count}" if match[1] else f"{match[2]}{count}"


@pytest.mark.parametrize("name", NAMES)
def test_sizes_are_gguf_pys(name: str) -> None:
    size = Metadata.get_model_id_components(name)[5]
    numbers = [part for part in (size or "").split("-") if re.search(r"\d", part) and part.upper() not in NO_COUNT]
    ours = "-".join(segment.normal for segment in parse(name).of(Element.parameters))
    assert ours == "-".join(normal(part.upper().replace("X", "x")) for part in numbers)


@pytest.mark.parametrize("name", NAMES)
def test_organisation_is_gguf_pys(name: str) -> None:
    assert parse(name).owner == Metadata.get_model_id_components(name)[1]


@pytest.mark.parametrize("name", [name for name in NAMES if re.search(r"-v\d", name)])
def test_versions_are_gguf_pys(name: str) -> None:
    version = Metadata.get_model_id_components(name)[4] or ""
    ours = [segment.text for segment in parse(name).of(Element.version)]
    assert {part for part in version.split("-") if part.startswith("v")} <= set(ours)
