"""Numbers of parameters: what is counted, what is only active, and what is no number of parameters at all."""

from __future__ import annotations

import pytest

from dara_lint.names import Parameters, parse

B = 10**9


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("llama-7b", Parameters(7 * B, None)),
        ("Qwen/Qwen3-30B-A3B", Parameters(30 * B, 3 * B)),
        ("Qwen1.5-MoE-A2.7B", Parameters(None, 2_700_000_000)),
        ("Mixtral-8x7B", Parameters(None, None, 8, 7 * B)),
        ("gemma-3n-E4B-it", Parameters(4 * B, None, effective=True)),
        ("gemma4_instruct_2b", Parameters(2 * B, None, effective=True)),
        ("Llama-4-Scout-17B-16E", Parameters(None, 17 * B)),
        ("bloom-1b7", Parameters(1_700_000_000, None)),
        ("naver/splade-code-06B", Parameters(600_000_000, None, approximate=True)),
        ("codefuse-ai/F2LLM-v2-1.7B", Parameters(1_700_000_000, None)),
        ("x-v2-0.6B", Parameters(600_000_000, None)),
        ("gpt2-124M", Parameters(124_000_000, None)),
        ("chinese-llama-1.5B-1T", Parameters(1_500_000_000, None)),
        ("Qwen2.5-Omni-3B", Parameters(3 * B, None, approximate=True)),
        ("gemma4_instruct_26b_a4b_assistant", Parameters(26 * B, 4 * B, approximate=True)),
        ("t5gemma_2b_2b_ul2", Parameters(4 * B, None, approximate=True)),
        ("mosaicml/mpt-1b-redpajama-200b", Parameters(1 * B, None)),
        ("x/llama-rp_800b-1.3b", Parameters(1_300_000_000, None)),
        ("SparseLLM/161M-100B", Parameters(161_000_000, None)),
        ("brunopio/Llama3-8B-1.58-100B-tokens-GGUF", Parameters(8 * B, None)),
        ("Orca2-13B-selfmerge-39B", Parameters(13 * B, None, approximate=True)),
    ],
)
def test_parameters(name: str, expected: Parameters) -> None:
    assert parse(name).parameters == expected


@pytest.mark.parametrize(
    "name",
    [
        "bert-base", "wav2vec2-base-960h", "x-relu-100k", "CLIP-ViT-bigG-14-laion2B-39B-b160k",
        "llama-1T-tokens", "bge-m3",
        "x-300ep", "model-4bit", "resnet50", "swin-window12", "SparseLLM/relu-100B",
        "model-50k-steps", "vit-b0", "Phi-3-mini-128k",
    ],
)  # fmt: skip
def test_no_parameters(name: str) -> None:
    assert parse(name).parameters is None


@pytest.mark.parametrize(
    ("name", "total"),
    [("llama3-1_70b_together", 70 * 10**9), ("llama-3-1_8b", 8 * 10**9), ("stablelm-2-1_6b", 16 * 10**8)],
)
def test_an_underscore_is_a_point_where_the_family_has_no_such_version(name: str, total: int) -> None:
    parameters = parse(name).parameters
    assert parameters is not None
    assert parameters.total == total
