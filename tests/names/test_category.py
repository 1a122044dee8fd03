"""The convention of a name, and whether it says anything."""

from __future__ import annotations

import pytest

from dara_lint.names import parse


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("bert-base-uncased", "implementation"), ("resnet-50", "implementation"),
        ("sentiment-analysis", "application"),
        ("uk-ner", "application"), ("bert-base-ner", "both"), ("chinese-wav2vec2-large", "both"),
        ("Paramount", "other"),
        ("artworkclassifier", "application"), ("text2vec-base-chinese", "both"), ("", "other"),
    ],
)  # fmt: skip
def test_category(name: str, category: str) -> None:
    assert parse(name).category == category


@pytest.mark.parametrize(
    "name",
    [
        "1", "mpx", "output", "autotrain-xyz-615517563", "checkpoint-500", "2024-10-22", "a3f5e8d9c0b1a2f3e4d5",
        "my-model",
        "test", "my_awesome_qa_model", "results", "final-model-v2", "demo", "", "20220413-210552",
        "user/autonlp-imdb-roberta-base-3662644",
    ],
)  # fmt: skip
def test_uninformative(name: str) -> None:
    assert not parse(name).informative


@pytest.mark.parametrize(
    "name", ["bert", "llama-7b", "ner", "Paramount", "german", "imdb", "HIV_V3_bodysite", "trained-bert", "resnet50"]
)
def test_informative(name: str) -> None:
    assert parse(name).informative
