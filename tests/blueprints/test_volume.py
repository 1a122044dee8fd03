"""Bytes of a promise, and the other value of one key that gives the bytes that are there."""

from __future__ import annotations

import pytest

from dara_lint.blueprints import Expectation, expect
from dara_lint.blueprints.volume import Sized, fitting, volume
from dara_lint.model import Json

LLAMA: dict[str, Json] = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "hidden_size": 4096,
    "intermediate_size": 11008,
    "num_attention_heads": 32,
    "num_hidden_layers": 32,
    "num_key_value_heads": 32,
    "vocab_size": 32000,
    "tie_word_embeddings": False,
}
HEADER = 30_000


def of(**keys: Json) -> Expectation:
    """What a llama of seven billion with other keys promises."""
    found = expect({**LLAMA, **keys})
    assert found is not None
    return found


def test_a_volume_names_what_a_file_may_lack_or_hold_twice() -> None:
    about = volume(of())
    assert about.parameters == 6_738_415_616
    assert about.head == about.table == 32000 * 4096
    assert about.full == 65 * 4096
    assert about.tensors == 291
    assert volume(of(tie_word_embeddings=True)).head == 0


@pytest.mark.parametrize("width", [2, 4])
@pytest.mark.parametrize(
    ("key", "value"),
    [("num_hidden_layers", 40), ("hidden_size", 5120), ("intermediate_size", 13824), ("num_key_value_heads", 8)],
)
def test_the_wrong_key_is_found_by_the_bytes(key: str, value: int, width: int) -> None:
    size = of().parameters * width
    found = fitting(of(**{key: value}), Sized(size - HEADER, size + HEADER, width))
    assert found[key] == (value, LLAMA[key])


def test_values_that_fit_by_chance_are_left_out() -> None:
    size = of().parameters * 2
    exact = fitting(of(vocab_size=64000), Sized(size, size, 2))
    assert exact == {"vocab_size": (64000, 32000)}
    assert fitting(of(vocab_size=64000), Sized(size - 10 * HEADER, size, 2)) == {}


def test_nothing_fits_a_size_between() -> None:
    size = of().parameters * 2 + 12_345_678
    assert fitting(of(num_hidden_layers=40), Sized(size, size, 2)) == {}


def test_key_value_heads_that_no_heads_share_are_no_answer() -> None:
    config = {"num_key_value_heads": 8, "intermediate_size": 14336, "hidden_size": 4096}
    size = of(**config).parameters * 2
    found = fitting(of(**config | {"intermediate_size": 11008}), Sized(size, size, 2))
    assert found["intermediate_size"] == (11008, 14336)
    assert "num_key_value_heads" not in found
