"""The lexicons as they are shipped: small, in the form that is searched, tied to vocabularies that exist."""

from __future__ import annotations

import json
import re
from importlib.resources import files

import pytest

from dara_lint.names.lexicon import lexicon
from dara_lint.names.model import Element

STEMS = ("architectures", "languages", "benchmarks", "datasets", "words", "roles")
TAGS = frozenset(
    """
    text-classification token-classification table-question-answering question-answering
    zero-shot-classification translation summarization feature-extraction text-generation fill-mask
    sentence-similarity text-to-speech text-to-audio automatic-speech-recognition audio-to-audio
    audio-classification audio-text-to-text voice-activity-detection depth-estimation image-classification
    object-detection image-segmentation text-to-image image-to-text image-to-image image-to-video
    video-classification reinforcement-learning robotics tabular-classification table-to-text multiple-choice
    text-ranking time-series-forecasting text-to-video image-text-to-text visual-question-answering
    document-question-answering zero-shot-image-classification mask-generation text-to-3d image-to-3d
    image-feature-extraction video-text-to-text keypoint-detection visual-document-retrieval any-to-any
    text2text-generation
    """.split()  # noqa: SIM905 - a list of words
)
"""``pipeline_tag`` values of npm @huggingface/tasks 0.21.54, and the older text2text-generation."""


def test_all_lexicons_together_are_small() -> None:
    assert sum(len((files("dara_lint.names") / f"{stem}.json").read_bytes()) for stem in STEMS) < 250_000


@pytest.mark.parametrize("stem", STEMS)
def test_a_lexicon_names_its_source(stem: str) -> None:
    assert len(json.loads((files("dara_lint.names") / f"{stem}.json").read_text(encoding="utf-8"))["source"]) > 20


def test_spellings_are_in_the_form_that_is_searched() -> None:
    for spelling in [*lexicon().words, *lexicon().types, *lexicon().languages]:
        assert re.fullmatch(r"[^\W_]+(?:\.[^\W_]+)?", spelling), spelling
        assert spelling == spelling.lower()


def test_tasks_are_pipeline_tags() -> None:
    tasks = {entry.normal for entry in lexicon().words.values() if entry.element is Element.task}
    assert tasks - TAGS == {"instruct", "chat", "reward"}


def test_languages_are_tags() -> None:
    tags = {tag for value in lexicon().languages.values() for tag in value.split(",")}
    strange = {tag for tag in tags if not re.fullmatch(r"[a-z]{2,3}(-[A-Z]{2}|-[A-Z][a-z]{3})?", tag)}
    assert strange == {"multilingual", "monolingual"}


def test_bert_is_no_part_of_another_family() -> None:
    types = lexicon().types
    for family in ("distilbert", "albert", "deberta", "roberta", "mobilebert", "convbert"):
        assert "bert" not in types[family]


def test_a_brand_is_tied_to_no_model_type_of_its_own() -> None:
    types = lexicon().types
    assert {brand for brand in lexicon().roles.brands if types.get(brand)} == set()


def test_roles_are_spellings() -> None:
    roles = lexicon().roles
    for words in (roles.generations, roles.atomic, roles.deep, roles.common, roles.brands, roles.generic):
        assert words
        assert all(re.fullmatch(r"[a-z0-9]+", word) for word in words)
