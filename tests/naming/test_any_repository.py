"""The naming rules on repositories that say anything: they answer, quickly, and never raise."""

import time
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dara_lint.finding import Hit
from dara_lint.model import Card, Document, Heading, Json, Location, ModelRepo, NameSource, Part
from dara_lint.names.convention import compiled
from dara_lint.names.presets import PRESETS
from dara_lint.rules import RULES
from dara_lint.rules.naming.proposals import proposals
from dara_lint.settings import Settings

NAMING = [rule for rule in RULES if rule.family == "naming"]
WORDS = st.sampled_from(
    [
        "llama",
        "bert",
        "e5",
        "small",
        "large",
        "7b",
        "8x7b",
        "13b",
        "chat",
        "instruct",
        "base",
        "lora",
        "merged",
        "squad",
        "german",
        "en",
        "v2",
        "final",
        "new",
        "gguf",
        "awq",
        "meta-llama/Llama-3-8B",
        "dpo",
        "ner",
        "text-classification",
        "--",
        "..",
        "/",
        "é",
        "\x1b[31m",
        "1",
    ]
)
TEXT = st.lists(WORDS | st.text(max_size=6), max_size=6).map("-".join)
JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
FRONT = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        ("base_model", "base_model_relation", "language", "datasets", "tags", "pipeline_tag", "model-index"), JSON
    ),
)
CONFIG = st.fixed_dictionaries(
    {},
    optional={
        "model_type": st.sampled_from(["llama", "bert", "xlm-roberta", "no type"]) | JSON,
        "architectures": st.lists(st.sampled_from(["LlamaForCausalLM", "BertForTokenClassification"]), max_size=2)
        | JSON,
        "hidden_size": st.sampled_from([384, 768, 1024, 4096]) | JSON,
        "num_hidden_layers": st.sampled_from([6, 12, 24, 32]) | JSON,
        "vocab_size": st.sampled_from([30522, 32000, 128256]) | JSON,
        "id2label": JSON,
        "rope_scaling": JSON,
        "max_position_embeddings": st.just(8192) | JSON,
    },
)


@st.composite
def repositories(draw: st.DrawFn) -> ModelRepo:
    """A repository whose names, card and config say anything."""
    title = draw(TEXT)
    card = Card(
        "README.md", draw(FRONT), has_front_matter=True, title=Heading(1, title, 3), lines=("---", "---", title)
    )
    documents = {
        "config.json": Document("config.json", draw(CONFIG)),
        "tokenizer_config.json": Document("tokenizer_config.json", draw(JSON)),
    }
    names = [NameSource(draw(st.sampled_from(["flag", "folder", "remote", "workflow"])), draw(TEXT))]
    names += [
        NameSource("card", title, Location("README.md", line=3)),
        NameSource("config", draw(TEXT), Location("config.json", "/_name_or_path")),
    ]
    return ModelRepo("x", tuple(names), card, (Part("", documents),), ("README.md", "config.json"))


@settings(deadline=None, max_examples=200)
@given(repositories(), st.sampled_from(sorted(PRESETS)))
def test_every_rule_answers(repo: ModelRepo, preset: str) -> None:
    chosen = Settings(
        options={
            "naming/convention": {"preset": preset},
            "naming/required-elements": {"elements": ["architecture", "size|parameters"]},
            "naming/confusable": {"copies": True},
        }
    )
    for rule in NAMING:
        for item in rule.check(repo, chosen):
            if isinstance(item, Hit):
                assert item.message
                assert item.at.path in {"README.md", "config.json", "tokenizer_config.json"}
                assert item.found or item.help
    proposals(repo, compiled(PRESETS[preset]))


@settings(deadline=None, max_examples=100)
@given(JSON, JSON)
def test_any_option_is_answered(one: object, two: object) -> None:
    repo = ModelRepo("x", (NameSource("flag", "acme/llama-7b"),), files=("config.json",))
    chosen = Settings(
        options={
            "naming/convention": {"pattern": one, "preset": two},  # type: ignore[dict-item]  # what a file may hold
            "naming/required-elements": {"elements": one, "severity": two},  # type: ignore[dict-item]  # likewise
        }
    )
    for rule in NAMING:
        list(rule.check(repo, chosen))


def test_a_huge_card_costs_no_time() -> None:
    lines = tuple("word " * 4_000 for _ in range(20_000))
    front: dict[str, Json] = {
        "datasets": list[Json](["xsum"] * 5_000),
        "language": list[Json](["en"] * 50_000),
        "tags": list[Json](["x"] * 50_000),
    }
    card = Card("README.md", front, has_front_matter=True, lines=lines)
    repo = ModelRepo("x", (NameSource("flag", "acme/bart-cnn-dailymail-german"),), card, files=("README.md",))
    start = time.process_time()
    for rule in NAMING:
        list(rule.check(repo, Settings()))
    assert time.process_time() - start < 10
