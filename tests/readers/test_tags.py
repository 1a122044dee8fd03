"""Tags of git, held to git itself, and to hostile files in its place."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from dara_lint.model import GitTag
from dara_lint.readers import repository, tags

OID = "0123456789abcdef0123456789abcdef01234567"


def git(folder: Path, *words: str) -> None:
    """Run git there, without the settings of whoever runs the tests."""
    own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "PATH": os.environ["PATH"]}
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *who, *words], cwd=folder, env=own, check=True, capture_output=True)


@pytest.fixture
def tagged(tmp_path: Path) -> Path:
    """Two commits: v1 (plain) and v1.1 (annotated) at the first, v2 (plain) and v2.0 (annotated) at the second."""
    git(tmp_path, "init", "-q")
    for number in (1, 2):
        (tmp_path / "config.json").write_text(f'{{"model_type": "bert", "n": {number}}}', "utf-8")
        git(tmp_path, "add", "config.json")
        git(tmp_path, "commit", "-qm", f"{number}")
        git(tmp_path, "tag", f"v{number}")
        git(tmp_path, "tag", "-a", f"v{number}.{2 - number}", "-m", "a release")
    return tmp_path


EXPECTED = (GitTag("v1", False), GitTag("v1.1", False), GitTag("v2", True), GitTag("v2.0", True))


def test_loose_tags(tagged: Path) -> None:
    assert tags.near(str(tagged)) == EXPECTED


def test_packed_tags(tagged: Path) -> None:
    git(tagged, "pack-refs", "--all")
    assert tags.near(str(tagged)) == EXPECTED


def test_what_only_a_pack_knows_is_unknown(tagged: Path) -> None:
    git(tagged, "gc", "-q", "--no-prune")
    (tagged / ".git" / "packed-refs").rename(tagged / ".git" / "was")
    for line in (tagged / ".git" / "was").read_text("utf-8").splitlines():
        oid, _, name = line.partition(" ")
        if name.startswith("refs/"):
            (tagged / ".git" / name).parent.mkdir(parents=True, exist_ok=True)
            (tagged / ".git" / name).write_text(oid + "\n", "utf-8")
    assert tags.near(str(tagged)) == (
        GitTag("v1", None),
        GitTag("v1.1", None),
        GitTag("v2", True),
        GitTag("v2.0", None),
    )


def test_a_detached_head_and_a_worktree(tagged: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    beside = tmp_path_factory.mktemp("beside") / "tree"
    git(tagged, "worktree", "add", "-q", "--detach", str(beside), "v1")
    assert [tag.name for tag in tags.near(str(beside)) if tag.head] == ["v1", "v1.1"]


def test_a_repository_carries_its_tags(tagged: Path) -> None:
    assert repository.read(str(tagged), "x", ["config.json"]).tags == EXPECTED


def test_a_folder_inside_has_none(tagged: Path) -> None:
    (tagged / "inner").mkdir()
    assert tags.near(str(tagged / "inner")) == ()


@pytest.mark.parametrize(
    "files",
    [
        {"HEAD": "ref: refs/heads/../../../../etc/passwd", "refs/tags/v1": OID},
        {"HEAD": "\0" * 100, "packed-refs": "\0^\n^^^\n" * 1000},
        {"HEAD": OID, "packed-refs": f"{OID} refs/tags/v1\n^zz\n" + "x" * 600_000},
        {"HEAD": "ref: refs/heads/main", "refs/heads/main": "not a commit", "refs/tags/a b": OID, "refs/tags/v1": "x"},
        {"commondir": "/dev", "HEAD": OID},
        {"HEAD": OID[::-1], "refs/tags/v1": OID, f"objects/{OID[:2]}/{OID[2:]}": "no zlib"},
    ],
)
def test_hostile_files_raise_nothing(tmp_path: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (tmp_path / ".git" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / ".git" / name).write_text(text, "utf-8")
    assert all(tag.head is None for tag in tags.near(str(tmp_path)))


def test_many_tags_are_bounded(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text(OID, "utf-8")
    lines = "".join(f"{OID} refs/tags/v{number}\n" for number in range(9_000))
    (tmp_path / ".git" / "packed-refs").write_text(lines, "utf-8")
    assert len(tags.near(str(tmp_path))) == tags.MOST
