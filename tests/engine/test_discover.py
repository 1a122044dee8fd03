"""From paths to model roots."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dara_lint.engine.discover import NoModelError, Root, discover

CONFIG = '{"model_type": "bert"}'
CARD = "---\nlibrary_name: transformers\n---\n# A model\n"


def _tree(top: Path, *files: str) -> None:
    for file in files:
        path = top / file
        path.parent.mkdir(parents=True, exist_ok=True)
        name = path.name
        path.write_text(CONFIG if name == "config.json" else CARD if name == "README.md" else "", "utf-8")


def _found(top: Path, *paths: str) -> dict[str, tuple[str, ...]]:
    roots: tuple[Root, ...] = discover([str(top / path) for path in paths] or [str(top)])
    return {os.path.relpath(root.location, top): root.files for root in roots}


def test_a_folder_with_a_config_is_a_root_and_takes_its_components(tmp_path: Path) -> None:
    _tree(
        tmp_path, "config.json", "README.md", "1_Pooling/config.json", "onnx/model.onnx", "checkpoint-500/config.json"
    )
    assert _found(tmp_path) == {
        ".": ("1_Pooling/config.json", "README.md", "checkpoint-500/config.json", "config.json", "onnx/model.onnx")
    }


def test_independent_models_are_roots_of_their_own(tmp_path: Path) -> None:
    _tree(tmp_path, "README.md", "a/config.json", "b/config.json", "b/README.md")
    assert sorted(_found(tmp_path)) == ["a", "b"]


def test_a_model_with_a_card_inside_another_model_is_independent(tmp_path: Path) -> None:
    _tree(tmp_path, "config.json", "other/config.json", "other/README.md", "onnx/config.json", "onnx/README.md")
    assert _found(tmp_path) == {
        ".": ("config.json", "onnx/README.md", "onnx/config.json"),
        "other": ("other/README.md".removeprefix("other/"), "config.json"),
    }


def test_a_card_above_the_only_model_is_its_card(tmp_path: Path) -> None:
    _tree(tmp_path, "README.md", "model/config.json")
    assert _found(tmp_path) == {".": ("README.md", "model/config.json")}


@pytest.mark.parametrize("folder", [".hidden", "node_modules/x", "venv/lib", "a/__pycache__", "x.mlpackage/Data"])
def test_hidden_vendored_and_opaque_folders_are_left_out(tmp_path: Path, folder: str) -> None:
    _tree(tmp_path, f"{folder}/model.safetensors")
    with pytest.raises(NoModelError):
        discover([str(tmp_path)])


def test_a_virtual_environment_is_left_out_under_any_name(tmp_path: Path) -> None:
    _tree(tmp_path, "myenv/pyvenv.cfg", "myenv/lib/model.onnx")
    with pytest.raises(NoModelError):
        discover([str(tmp_path)])


def test_what_git_ignores_is_left_out_unless_it_is_asked_for(tmp_path: Path) -> None:
    _tree(tmp_path, ".git/config", "a/config.json", "out/config.json")
    (tmp_path / ".gitignore").write_text("out/\n", "utf-8")
    assert sorted(_found(tmp_path)) == ["a"]
    assert sorted(_found(tmp_path, "out")) == ["out"]


def test_excluded_paths_are_left_out(tmp_path: Path) -> None:
    _tree(tmp_path, "a/config.json", "b/config.json")
    assert [os.path.basename(root.location) for root in discover([str(tmp_path)], ["b/*"])] == ["a"]


def test_files_give_their_roots_and_files_of_no_root_give_nothing(tmp_path: Path) -> None:
    _tree(tmp_path, ".git/config", "a/config.json", "a/unet/config.json", "b/config.json", "notes.json")
    assert sorted(_found(tmp_path, "a/unet/config.json", "a/config.json", "notes.json")) == ["a"]
    assert _found(tmp_path, "notes.json") == {}


def test_a_config_of_something_else_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"port": 8080}', "utf-8")
    with pytest.raises(NoModelError, match="no model repository in"):
        discover([str(tmp_path)])


def test_a_path_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(NoModelError, match="no such file or folder"):
        discover([str(tmp_path / "nothing")])


def test_a_link_to_a_folder_is_not_walked(tmp_path: Path) -> None:
    _tree(tmp_path, "a/config.json")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    assert _found(tmp_path)["a"] == ("config.json", "loop")
