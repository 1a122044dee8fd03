"""What a repository is called, and by whom."""

from __future__ import annotations

from pathlib import Path

import pytest

from dara_lint.engine.discover import discover
from dara_lint.model import NameSource
from dara_lint.readers import repository

WORKFLOW = "on: push\njobs:\n  push:\n    steps:\n      - run: hf upload acme/bert-tiny . --token $TOKEN\n"


def _names(top: Path, path: Path | None = None) -> list[tuple[str, str]]:
    (root,) = discover([str(path or top)])
    repo = repository.read(root.location, root.path, root.files, (), root.top)
    return [(name.kind, name.text) for name in repo.names]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "bert-from-folder"
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "bert", "_name_or_path": "google/parent"}', "utf-8")
    return folder


def _git(folder: Path, url: str) -> None:
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text(f'[core]\n\tbare = false\n[remote "origin"]\n\turl = {url}\n', "utf-8")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://example.org/acme/bert-tiny.git", "acme/bert-tiny"),
        ("https://user:secret@example.org/acme/bert-tiny", "acme/bert-tiny"),
        ("git@example.org:acme/bert-tiny.git", "acme/bert-tiny"),
        ("ssh://git@example.org:22/group/acme/bert-tiny.git/", "acme/bert-tiny"),
    ],
)
def test_the_remote_comes_before_the_folder(folder: Path, url: str, name: str) -> None:
    _git(folder, url)
    assert _names(folder) == [("remote", name), ("folder", "bert-from-folder"), ("config", "google/parent")]


def test_a_local_remote_names_nothing(folder: Path) -> None:
    _git(folder, "file:///srv/acme/bert-tiny.git")
    assert _names(folder)[0] == ("folder", "bert-from-folder")


def test_the_workflow_comes_first_and_says_where(folder: Path) -> None:
    (folder / ".github" / "workflows").mkdir(parents=True)
    (folder / ".github" / "workflows" / "push.yml").write_text(WORKFLOW, "utf-8")
    (root,) = discover([str(folder)])
    name: NameSource = repository.read(root.location, root.path, root.files).names[0]
    assert (name.kind, name.text) == ("workflow", "acme/bert-tiny")
    assert name.at is not None
    assert (name.at.path, name.at.line) == (".github/workflows/push.yml", 5)


def test_a_workflow_that_pushes_two_models_names_neither(folder: Path) -> None:
    (folder / ".github" / "workflows").mkdir(parents=True)
    (folder / ".github" / "workflows" / "push.yml").write_text(WORKFLOW + WORKFLOW.replace("tiny", "big"), "utf-8")
    assert _names(folder)[0][0] == "folder"


def test_a_generic_folder_takes_the_name_of_what_holds_it(tmp_path: Path) -> None:
    top = tmp_path / "acme__bert-tiny"
    (top / "output" / "checkpoint-500").mkdir(parents=True)
    (top / "output" / "checkpoint-500" / "config.json").write_text('{"model_type": "bert"}', "utf-8")
    assert _names(top) == [("folder", "acme/bert-tiny")]
    assert _names(top / "output") == []


def test_a_hub_cache(tmp_path: Path) -> None:
    snapshot = tmp_path / "models--acme--bert-tiny" / "snapshots" / ("0" * 40)
    snapshot.mkdir(parents=True)
    (snapshot / "config.json").write_text('{"model_type": "bert"}', "utf-8")
    assert _names(snapshot) == [("folder", "acme/bert-tiny")]


def test_the_card_names_what_nothing_else_names(tmp_path: Path) -> None:
    folder = tmp_path / "output"
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "bert"}', "utf-8")
    card = "---\nmodel-index:\n- name: bert-mini\n---\n# BERT tiny\n"
    (folder / "README.md").write_text(card, "utf-8")
    assert _names(folder) == [("card", "BERT tiny"), ("model-index", "bert-mini")]
    (folder / "README.md").write_text("# Model Card for Model ID\n", "utf-8")
    assert _names(folder) == []
