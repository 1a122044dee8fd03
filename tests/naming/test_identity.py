"""Whether two names can be of one model."""

import pytest

from dara_lint import names
from dara_lint.rules.naming.hub_syntax import mended
from dara_lint.rules.naming.identity import contradiction


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        ("opt-6.7b-erebus", "OPT 13B - Erebus", "13.0 B is not 6.70 B"),
        ("llama-2-7b", "Llama 3 7B", "llama 3 is not llama 2"),
        ("e5-small", "multilingual-e5-large-instruct", "large is not small"),
        ("bert-base-news", "DeBERTa base for news", "DeBERTa is not bert"),
        ("bert-base-uncased", "GPT-2", "GPT-2 is not bert"),
    ],
)
def test_two_models(first: str, second: str, why: str) -> None:
    assert contradiction(names.parse(first), names.parse(second)) == why


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("DeepSeek-R1-Distill-Qwen-32B", "DeepSeek-R1"),
        ("RedPajama-INCITE-7B-Base", "RedPajama-INCITE-Base-7B-v0.1"),
        ("vicuna-7b-delta-v0", "Vicuna Model Card"),
        ("llama-3.1-8b", "Llama 3"),
        ("Llama-2-7b-hf", "Llama 2: 7B, 13B and 70B"),
        ("qwen3-30b-a3b", "Qwen3 3B active"),
        ("mistral-small-24b", "Mistral, a large language model"),
        ("internlm-20b", "LLaMA 20B"),
        ("RUTERGPT13B", "Llama 2 13b Chat Norwegian"),
        ("roberta-base-squad2", "roberta-base for QA"),
        ("1", "MythoMax L2 13B - GPTQ"),
        ("", ""),
    ],
)
def test_one_model(first: str, second: str) -> None:
    assert contradiction(names.parse(first), names.parse(second)) == ""


@pytest.mark.parametrize(
    ("name", "better"),
    [("bert-", "bert"), ("a--b..c", "a-b.c"), ("--", ""), ("x.git", "x"), ("ü b", "b"), ("y" * 200, "y" * 96)],
)
def test_the_closest_name_a_hub_takes(name: str, better: str) -> None:
    assert mended(name) == better
