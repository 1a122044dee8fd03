"""Settings that come with a repository: they choose rules, and show nothing that is not in the repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dara_lint.cli.problem import UsageError
from dara_lint.cli.settings_choice import Choice, Flags, clear
from dara_lint.settings import Settings

KNOWN = frozenset({"naming", "naming/size"})
KEPT = "hunter2: sk-123\nname: sk-456\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A git checkout beside a secret, with a model in a folder."""
    (tmp_path / "secret.yaml").write_text(KEPT, "utf-8")
    root = tmp_path / "checkout"
    (root / ".git").mkdir(parents=True)
    (root / "models" / "bert").mkdir(parents=True)
    return root


def chosen(folder: Path, flags: Flags | None = None) -> Settings:
    clear()
    return Choice(flags or Flags(), KNOWN)(str(folder))


def refused(folder: Path) -> str:
    with pytest.raises(UsageError) as caught:
        chosen(folder)
    said = str(caught.value)
    assert "hunter2" not in said
    assert "sk-" not in said
    return said


@pytest.mark.parametrize("key", ["extend", "baseline"])
def test_what_a_found_file_names_lies_in_the_checkout(checkout: Path, key: str) -> None:
    model = checkout / "models" / "bert"
    for path in ("../../../secret.yaml", str(checkout.parent / "secret.yaml"), "/proc/self/environ", "link.yaml"):
        (model / ".dara-lint.yaml").write_text(f"{key}: {path}\n", "utf-8")
        (model / "link.yaml").unlink(missing_ok=True)
        os.symlink("../../../secret.yaml", model / "link.yaml")
        assert f"{key} {path!r} leads out of " in refused(model)


def test_nor_does_a_file_that_is_extended_lead_out(checkout: Path) -> None:
    (checkout / "team.yaml").write_text("extend: ../secret.yaml\n", "utf-8")
    (checkout / "models" / ".dara-lint.yaml").write_text("extend: ../team.yaml\n", "utf-8")
    assert "leads out of" in refused(checkout / "models" / "bert")


def test_a_team_shares_a_file_in_its_checkout(checkout: Path) -> None:
    (checkout / "team.yaml").write_text("fail-on: note\n", "utf-8")
    (checkout / "models" / ".dara-lint.yaml").write_text("extend: ../team.yaml\npreview: true\n", "utf-8")
    settings = chosen(checkout / "models" / "bert")
    assert settings.preview
    assert settings.fail_on == "note"


def test_without_a_checkout_the_bound_is_the_files_own_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text(KEPT, "utf-8")
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / ".dara-lint.yaml").write_text("extend: ../secret.yaml\n", "utf-8")
    assert "leads out of" in refused(tmp_path / "m")


@pytest.mark.parametrize("name", [".dara-lint.yaml", "pyproject.toml"])
def test_settings_that_are_a_link_out_are_not_read(checkout: Path, name: str) -> None:
    os.symlink("../../../secret.yaml", checkout / "models" / "bert" / name)
    assert refused(checkout / "models" / "bert").endswith("leads out of the repository, not followed")


def test_a_file_that_a_person_names_may_lead_anywhere(checkout: Path) -> None:
    (checkout.parent / "base.yaml").write_text("preview: true\n", "utf-8")
    (checkout.parent / "given.yaml").write_text("extend: base.yaml\n", "utf-8")
    assert chosen(checkout / "models" / "bert", Flags(config=str(checkout.parent / "given.yaml"))).preview
