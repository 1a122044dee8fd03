"""Patterns of names: what they accept, where a name breaks them, and what is no pattern."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dara_lint.names.convention import PatternError, broken, compiled
from dara_lint.names.presets import PRESETS

OWN = "{architecture}[-{version}]-{parameters}[-{task}][-{training}][-{format}]"


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        (OWN, "acme/llama-3-7b-chat"),
        (OWN, "llama-7b-sft-gguf"),
        (PRESETS["huggingface"], "google-bert/bert-base-uncased"),
        (PRESETS["huggingface"], "Qwen2.5-7B-Instruct"),
        (PRESETS["huggingface"], "xlm-roberta-large-finetuned-conll03-english"),
        (PRESETS["huggingface"], "intfloat/multilingual-e5-large"),
        (PRESETS["gguf"], "Llama-3.2-3B-Instruct-Q4_K_M.gguf"),
        (PRESETS["gguf"], "Grok-100B-v1.0-Q4_0"),
        (PRESETS["timm"], "vit_base_patch16_224.augreg_in21k_ft_in1k"),
        (PRESETS["timm"], "resnet50.a1_in1k"),
        (PRESETS["lab"], "Qwen2.5-Coder-7B-Instruct"),
        (PRESETS["lab"], "Qwen3-30B-A3B-Instruct-2507"),
        (PRESETS["lab"], "Llama-3.2-11B-Vision-Instruct"),
        (PRESETS["architecture-first"], "llama-2_7b.chat"),
        ("acme-{architecture}[-{any}]*", "Acme-llama-7b-chat-v2"),
        ("{name}-{architecture}", "zebra-crossing-llama"),
        ("{architecture}{sep}{parameters}", "llama__7b"),
    ],
)
def test_follows(pattern: str, name: str) -> None:
    assert broken(name, compiled(pattern)) is None


@pytest.mark.parametrize(
    ("pattern", "name", "at", "found", "expected"),
    [
        (OWN, "acme/llama-chat-7b", 11, "chat (task)", {"{version}", "{parameters}"}),
        (OWN, "llama-2", 7, "", {"-{parameters}"}),
        (OWN, "llama_7b", 5, "_", {"-"}),
        (OWN, "llama-7b-sft-chat", 13, "chat (task)", {"{format}"}),
        (PRESETS["lab"], "7b-llama", 0, "7b (parameters)", {"{organisation}", "{architecture}"}),
        ("{architecture}", "llama-7b", 5, "-7b", {"the end"}),
    ],
)
def test_breaks_where_it_departs(pattern: str, name: str, at: int, found: str, expected: set[str]) -> None:
    where = broken(name, compiled(pattern))
    assert where is not None
    assert (where.at, where.found, set(where.expected)) == (at, found, expected)


@pytest.mark.parametrize(
    ("pattern", "column"),
    [("{colour}", 1), ("{architecture", 1), ("[-{task}", 1), ("{task}]", 7), ("abc", 1), ("[]{task}", 1), ("[" * 20, 9),
     ("x" * 2_000, 1_000)],
)  # fmt: skip
def test_no_pattern(pattern: str, column: int) -> None:
    with pytest.raises(PatternError) as caught:
        compiled(pattern)
    assert caught.value.column == column


def test_every_preset_is_a_pattern() -> None:
    for pattern in PRESETS.values():
        assert broken("llama-7b-chat", compiled(pattern)) is None or pattern == PRESETS["timm"]


def test_a_long_name_costs_no_time() -> None:
    start = time.process_time()
    nodes = compiled("[{any}{sep}]*[[{any}]*[{sep}]*]*{architecture}")
    assert broken("a-1_" * 50 + "!", nodes) is not None
    assert broken("llama-" * 5_000, nodes) is not None
    assert time.process_time() - start < 5


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=60), st.text(alphabet="[]{}*-_|anytasksepname ", max_size=40))
def test_any_text_is_answered(name: str, pattern: str) -> None:
    try:
        nodes = compiled(pattern)
    except PatternError:
        nodes = compiled(PRESETS["huggingface"])
    where = broken(name, nodes)
    assert where is None or (0 <= where.at <= len(name) and where.expected)
