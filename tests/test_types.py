"""A repository that is named after what its config says is never contradicted, for every type there is."""

import re

import pytest

from dara_lint.blueprints.classes import classes_by_type
from dara_lint.finding import Hit
from dara_lint.model import Document, Json, ModelRepo, NameSource, Part
from dara_lint.rules.architecture import model_type, name_vs_config
from dara_lint.settings import Settings

TYPES = sorted(model_type for model_type, classes in classes_by_type().items() if classes)


def _spellings(name: str) -> list[str]:
    spaced = re.sub(r"[-_]", "-", name)
    return [f"acme/{name}", f"acme/{spaced}-nightjar", f"acme/my-{spaced.title()}-fr", f"acme/{spaced.upper()}_v2"]


def _hits(name: str, config: Json) -> list[str]:
    document = Document("config.json", config)
    repo = ModelRepo(".", (NameSource("flag", name),), parts=(Part("", {"config.json": document}),))
    found = [hit for rule in (name_vs_config, model_type) for hit in rule.check(repo, Settings())]
    return [f"{name}: {hit.message}" for hit in found if isinstance(hit, Hit)]


def test_there_are_types() -> None:
    assert len(TYPES) > 600


@pytest.mark.parametrize("letter", sorted({name[0] for name in TYPES}))
def test_named_after_its_type(letter: str) -> None:
    said = []
    for name in (name for name in TYPES if name[0] == letter):
        for class_name in sorted(classes_by_type()[name])[:2]:
            for spelled in _spellings(name):
                said += _hits(spelled, {"model_type": name, "architectures": [class_name]})
    assert said == []


@pytest.mark.parametrize(
    ("name", "claimed"),
    [("bert-7b-v2", "llama"), ("Mistral-7B", "qwen2"), ("gpt2-medium", "bert"), ("vit-base-patch16-224", "resnet")],
)
def test_named_after_another(name: str, claimed: str) -> None:
    assert _hits(f"acme/{name}", {"model_type": claimed})
