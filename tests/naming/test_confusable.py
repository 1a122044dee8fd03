"""Names that can be taken for well-known ones, and slips in the spelling of architectures."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dara_lint.names.confusable import confused, misspelt
from dara_lint.names.families import Shape, sizes, words_of


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("acme/all-mpnet-bases-v2", "typo"),
        ("acme/all-mpnet-basе-v2", "look-alike"),  # a Cyrillic е
        ("sentence-transfomers/all-mpnet-base-v2", "owner"),
        ("sentence-transforrners/all-mpnet-base-v2", "owner"),
        ("meta-IIama/of-our-own", "owner"),
        ("acme/base-bert-uncased", "order"),
        ("acme/bert-base-uncased", "copy"),
        ("acme/Bert_Base.Uncased", "copy"),
    ],
)
def test_near_a_well_known_name(name: str, kind: str) -> None:
    near = confused(name)
    assert near is not None
    assert near.kind == kind


@pytest.mark.parametrize(
    "name",
    [
        "sentence-transformers/all-mpnet-base-v2",
        "Sentence-Transformers/ALL-mpnet-base-v2",
        "bert-base-uncased",
        "acme/bert-base-cased-v3",
        "acme/bert-huge-uncased",
        "biasedai/bert-based-ner",
        "acme/all-mpnet-base-v3",
        "Helsinki-NLP/opus-mt-en-de",
        "readerbench/RoBERT-base",
        "",
        "///",
    ],
)
def test_near_to_none(name: str) -> None:
    assert confused(name) is None


@pytest.mark.parametrize(
    ("word", "meant", "typical"),
    [
        ("Minstral", "mistral", False),
        ("vincuna", "vicuna", False),
        ("llamma", "llama", True),
        ("distillroberta", "distilroberta", True),
        ("whipser", "whisper", True),
        ("falocn", "falcon", True),
    ],
)
def test_a_slip(word: str, meant: str, typical: bool) -> None:  # noqa: FBT001 - a column of the table
    assert [(slip.meant, slip.typical) for slip in misspelt(word)] == [(meant, typical)]


@pytest.mark.parametrize(
    "word", ["mistral", "Ministral", "moistral", "gamma", "lemma", "Ollama", "roberto", "lama", "gemmas", "mixt", ""]
)
def test_no_slip(word: str) -> None:
    assert not list(misspelt(word))


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=80))
def test_any_text_is_answered(text: str) -> None:
    confused(text)
    assert all(slip.found in text.lower() for slip in misspelt(text))


def test_shapes_name_one_size_each() -> None:
    """A shape under two words would make a true name false, save where authors did so themselves."""
    twice = {
        (family, shape)
        for family, words in sizes().items()
        for shapes in words.values()
        for shape in shapes
        if len(words_of(family, shape)) > 1
    }
    assert twice == {("gpt2", Shape(768, 12))}  # called small, and base by those who count it among BERTs


def test_words_of_a_shape() -> None:
    assert words_of("e5", Shape(1024, 24)) == ("large",)
    assert words_of("e5", Shape(1000, 7)) == ()
    assert words_of("no such family", Shape(1024, 24)) == ()
