"""What holds for any text, however hostile."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dara_lint.names import architecture_claim, parse, reader

WORDS = st.sampled_from(
    [
        *(
            "bert",
            "llama",
            "7b",
            "8x7b",
            "base",
            "it",
            "en",
            "v2",
            "2507",
            "q4_k_m",
            "Qwen2.5",
            "gguf",
            "a1",
            "L12",
            "1",
        ),
        *(
            "-",
            "_",
            ".",
            "/",
            "--",
            "..",
            "é",
            "ß",
            "İ",
            "中文",
            "²",
            "\\",
            "\x1b[31m",
            "\u202e",
            "",
            "BertForMaskedLM",
            "bart",
            "distilbart",
            "stable-diffusion",
            "opus-mt",
            "x/GPT2Model",
            "vitb16",
            "koen",
        ),
    ]
)
TEXT = st.text(max_size=60) | st.lists(WORDS, max_size=14).map("".join) | st.lists(WORDS, max_size=14).map("-".join)


@given(TEXT)
@settings(deadline=None, max_examples=200)
def test_segments_cover_every_letter_in_order(text: str) -> None:
    name = parse(text)
    at = 0
    for segment in name.segments:
        assert at <= segment.start < segment.end
        assert segment.text == text[segment.start : segment.end]
        assert 0 < segment.confidence <= 1
        at = segment.end
    assert at <= len(text)
    covered = {index for segment in name.segments for index in range(segment.start, segment.end)}
    start = len(text) - len(text.replace("\\", "/").rstrip("/").rpartition("/")[2]) if name.owner else 0
    letters = {index for index in range(start, len(text)) if text[index].isalnum()}
    assert not letters - covered or name.owner is not None or "/" in text or "\\" in text


@given(TEXT)
@settings(deadline=None, max_examples=100)
def test_reading_is_deterministic_and_claims_never_fail(text: str) -> None:
    first = parse(text)
    reader._remembered.cache_clear()
    assert parse(text) == first
    assert isinstance(architecture_claim(first), frozenset)


@pytest.mark.parametrize(
    "text",
    [
        "1" * 4096, "a" * 4096, "A1" * 2048, "b-" * 2048, "7b-" * 1400, "base-cnn-" * 450, "q4_k_" * 800,
        "/" * 4096, "l-1_h-1_" * 500, "Aa" * 2048, "v1_1_1" * 600, "20240101" * 500, "0x" * 2000, "b0-" * 1300,
        "xx-" * 1300, "it-" * 1300, "ﬀ" * 4000, "e1" * 2000, "5f" * 2000, "1.1." * 1000,
    ],
)  # fmt: skip
def test_hostile_names_are_read_in_bounded_time(text: str) -> None:
    parse("warm")
    start = time.process_time()
    architecture_claim(parse(text))
    assert time.process_time() - start < 2
