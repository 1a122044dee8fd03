"""Which paths a .gitignore leaves out, held to the pathspec package and to git's own words."""

from __future__ import annotations

from pathlib import Path

import pathspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dara_lint.engine import gitignore

LINES = [
    "*.bin", "/out", "out/", "!keep.bin", "a/**/b", "**/tmp", "logs/**", "data/*.json", "file?.txt", "[abc].md",
    "[!abc].md", "# a comment", "", "\\#kept", "\\!kept", "a b ", "foo/*", "**", "*/x", "deep/**/", "a/b/c",
]  # fmt: skip
PIECES = ["a", "b", "c", "out", "tmp", "logs", "data", "x.bin", "keep.bin", "file1.txt", "a.md", "x", "foo", "#kept"]


def _ignored(folder: Path, lines: list[str], path: str) -> bool:
    (folder / ".gitignore").write_text("\n".join(lines) + "\n", "utf-8")
    found = gitignore.read(str(folder))
    chain = (found,) if found else ()
    parts = path.split("/")
    # what is in an ignored folder is ignored, which is how the walk uses it
    return any(
        gitignore.ignored(chain, f"{folder}/{'/'.join(parts[:n])}", is_folder=n < len(parts))
        for n in range(1, len(parts) + 1)
    )


@settings(deadline=None, max_examples=200)
@given(
    st.lists(st.sampled_from(LINES), min_size=1, max_size=4), st.lists(st.sampled_from(PIECES), min_size=1, max_size=4)
)
def test_as_pathspec_says(tmp_path_factory: pytest.TempPathFactory, lines: list[str], pieces: list[str]) -> None:
    assume("keep.bin" not in pieces[:-1])  # pathspec takes back all below what is taken back, git only the folder
    path = "/".join(pieces)
    oracle = pathspec.GitIgnoreSpec.from_lines(lines)
    parents = ["/".join(pieces[:n]) + "/" for n in range(1, len(pieces))]
    expected = any(oracle.match_file(parent) for parent in parents) or oracle.match_file(path)
    assert _ignored(tmp_path_factory.mktemp("ignore"), lines, path) == expected


def test_an_inner_file_takes_back_what_the_outer_one_ignores(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("*.bin\n", "utf-8")
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / ".gitignore").write_text("!model.bin\n", "utf-8")
    chain = tuple(found for folder in (tmp_path, inner) if (found := gitignore.read(str(folder))))
    assert gitignore.ignored(chain, f"{inner}/other.bin", is_folder=False)
    assert not gitignore.ignored(chain, f"{inner}/model.bin", is_folder=False)


def test_a_pattern_of_stars_costs_no_time(tmp_path: Path) -> None:
    assert not _ignored(tmp_path, ["*a" * 200 + "b"], "a" * 200)
