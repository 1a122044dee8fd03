"""The version in a name beside the tags of git."""

from __future__ import annotations

import pytest

from dara_lint.finding import Hit, Severity
from dara_lint.model import GitTag, ModelRepo, NameSource
from dara_lint.rules.naming.versions import check
from dara_lint.settings import Settings


def said(name: str, **tags: bool | None) -> list[str]:
    given = tuple(GitTag(tag.replace("_", "."), head) for tag, head in sorted(tags.items()))
    repo = ModelRepo("", (NameSource("flag", name),), files=("config.json",), tags=given)
    hits = [item for item in check(repo, Settings()) if isinstance(item, Hit)]
    assert all(hit.severity is Severity.NOTE for hit in hits)
    return [hit.message for hit in hits]


def test_the_tag_of_the_commit_counts() -> None:
    assert said("acme/bert-base-ner-v1", v1=False, v2_0=True) == ["the name says v1, the commit is tagged v2.0"]


def test_the_highest_tag_counts_where_the_commit_has_none() -> None:
    assert said("acme/bert-base-ner-v1", v1=False, v3_1=False) == ["the name says v1, the tags go up to v3.1"]


@pytest.mark.parametrize(
    ("name", "tags"),
    [
        ("acme/bert-base-ner-v2", {"v1": False, "v2_0": True}),
        ("acme/bert-base-ner-v2.1", {"v2": True}),
        ("acme/bert-base-ner-v1", {"v1": True, "v2": True}),
        ("acme/bert-base-ner-v3", {"v1": False, "v2": False}),
        ("acme/bert-base-ner-v1", {"v1_9": False, "v1_2": False}),
        ("acme/bert-base-ner-v1", {"v1": False, "v3": None}),
        ("acme/bert-base-ner-v1", {"release": True, "2024-10-01": True}),
        ("acme/deberta-v3-base", {"v1": True}),
        ("acme/Qwen2.5-7B", {"v1": True}),
        ("acme/bert-base-ner", {"v2": True}),
        ("acme/deberta-v3-ner-v1", {"v2": True}),
    ],
)
def test_what_agrees_or_stays_open_is_left_alone(name: str, tags: dict[str, bool | None]) -> None:
    assert said(name, **tags) == []
