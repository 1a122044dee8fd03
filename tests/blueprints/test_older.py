"""What a difference from consistent checkpoints of older versions makes doubtful."""

from __future__ import annotations

from typing import Any

import pytest

from dara_lint.blueprints import compare, expect
from dara_lint.model import Json, Tensor
from training.older import doubted, is_error

CONFIG: dict[str, Json] = {
    "architectures": ["BertForTokenClassification"],
    "model_type": "bert",
    "hidden_size": 24,
    "num_attention_heads": 2,
    "num_hidden_layers": 2,
    "intermediate_size": 48,
    "vocab_size": 100,
}
RECORD: dict[str, Any] = {"type": "bert", "class": "BertForTokenClassification"}


@pytest.mark.parametrize(
    ("lacking", "doubtful", "error"),
    [
        ("classifier.weight", "bert/BertForTokenClassification", False),
        ("bert.encoder.layer.1.output.dense.weight", "bert", True),
    ],
)
def test_a_head_makes_its_class_doubtful_a_body_the_type(lacking: str, doubtful: str, error: bool) -> None:  # noqa: FBT001
    expectation = expect(CONFIG)
    assert expectation is not None
    kept = [each for each in expectation.tensors if each.name != lacking]
    assert len(kept) == len(list(expectation.tensors)) - 1
    tensors = [Tensor(each.name, tuple(size or 0 for size in each.shape), "F32", 0) for each in kept]
    comparison = compare(tensors, expectation)
    assert doubted(RECORD, comparison) == doubtful
    assert is_error(comparison) == error
