"""What a stranger's text may cost: each of these once took minutes, or would have, by going over it again and again."""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dara_lint.engine import NoModelError, gitignore, run
from dara_lint.names import parse
from dara_lint.names.convention import broken, compiled
from dara_lint.readers import called, card, jsonfile, positions
from dara_lint.readers.source import Entry
from dara_lint.recognize import learned
from dara_lint.reports import FORMATS, PLAIN
from dara_lint.settings import Settings
from tests import hostile_making, hostile_shapes, hostile_values


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fails when what is inside takes more processor time."""
    started = time.process_time()
    yield
    assert time.process_time() - started < seconds


def test_a_document_on_one_line(tmp_path: Path) -> None:
    many = 30_000
    text = json.dumps({f"a\n{number}": "b\\c" for number in range(many)})
    with within(5):
        assert positions.locate(text, f"/a\n{many - 1}", on_key=False) is not None
    file = tmp_path / "config.json"
    file.write_text(text[:-1], "utf-8")
    with within(5):
        assert len(jsonfile.read(Entry("config.json", str(file), len(text) - 1)).table) == many


@pytest.mark.parametrize(
    "pump", ["upload_folder(", "upload_folder(repo_id=", "git push ", "hf upload ", "hub_model_id ", "\n", " "]
)
def test_a_workflow_of_one_word(tmp_path: Path, pump: str) -> None:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (folder / "a.yml").write_text(pump * (60_000 // len(pump)), "utf-8")
    with within(2):
        assert list(called._workflow(str(tmp_path))) == []


@pytest.mark.parametrize("pump", ["\n", "[", '[remote "a"]\n', "url=", "a@", "/", ":", "a/", "a@a:"])
def test_a_configuration_of_git(tmp_path: Path, pump: str) -> None:
    (tmp_path / ".git").mkdir()
    text = '[remote "origin"]\nurl = git@x:'
    (tmp_path / ".git" / "config").write_text(text + pump * (400_000 // len(pump)), "utf-8")
    with within(2):
        called._remote(str(tmp_path))
    (tmp_path / ".git" / "config").write_text(text + (pump * 500)[:480] + "!\n", "utf-8")
    with within(2):
        assert called._remote(str(tmp_path)) is None


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("*a" * 30 + "b", "a" * 250),
        ("**/a/" * 15 + "b", "a/" * 40 + "a"),
        ("a/**/" * 15 + "b", "a/" * 40 + "a"),
        ("?*" * 100 + "b", "a" * 250),
        ("[a-b]*" * 40 + "c", "ab" * 120),
    ],
)
def test_patterns_that_try_everything(tmp_path: Path, line: str, path: str) -> None:
    (tmp_path / ".gitignore").write_text(f"{line}\n" * 50, "utf-8")
    found = gitignore.read(str(tmp_path))
    assert found is not None
    with within(1):
        assert not gitignore.ignored((found,), f"{tmp_path}/{path}", is_folder=False)


def test_a_folder_between_two_stars(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("**/foo/bar\na/**/b/c\nx*y*z\n[a--b]\n[[]\n", "utf-8")
    found = gitignore.read(str(tmp_path))
    assert found is not None
    for path in ("foo/bar", "q/foo/bar", "a/b/c", "a/b/b/c", "a/q/r/b/c", "xyz", "x1y2y3z"):
        assert gitignore.ignored((found,), f"{tmp_path}/{path}", is_folder=False), path
    for path in ("foo/bars", "a/c", "xzy", "b/c"):
        assert not gitignore.ignored((found,), f"{tmp_path}/{path}", is_folder=False), path


@pytest.mark.parametrize("pump", ["a", "7b-", "v", "1.", "aB", "8x", "Q4_", "\u0663b", "bert", "İ", "-", "/"])
def test_a_name_of_one_piece(pump: str) -> None:
    name = pump * (4096 // len(pump))
    with within(1):
        assert parse(name).text == name


@pytest.mark.parametrize(
    "pattern", ["[[[a]*]*]*{any}", "[{any}[{sep}]]*" * 6, "{any}[-{task}]" * 12, "[{other}]*" * 12]
)
def test_a_pattern_of_a_convention(pattern: str) -> None:
    nodes = compiled(pattern)
    with within(2):
        broken("a-b-c-7b-" * 10 + "q", nodes)


@pytest.mark.parametrize(
    "pump", ["|", "`", "<!--", "[a](", "*", "_a", "# a\n", "&amp;", "> ", "a: b\n", "- ", "{", "[", "<h1>a\n"]
)
@pytest.mark.parametrize("start", ["", "---\n", "# "])
def test_a_card_of_one_word(tmp_path: Path, start: str, pump: str) -> None:
    file = tmp_path / "README.md"
    file.write_text(start + pump * (100_000 // len(pump)), "utf-8")
    with within(2):
        card.read(Entry("README.md", str(file), file.stat().st_size))


@pytest.mark.parametrize(
    "text",
    [
        "[]", "{}", "{" * 5000, '{"patterns": [null], "ranks": "1", "builds": [["a", "9"]], "label": 1, "library": 2}',
        '{"patterns": ["a"], "ranks": "1", "builds": [[["a"], "x", "y"]], "label": "a", "library": "b", "grams": [1]}',
        '{"patterns": [], "ranks": "", "builds": [], "label": "a", "library": "b", "since": Infinity}',
    ],
)  # fmt: skip
def test_a_learned_profile_that_is_none(tmp_path: Path, text: str) -> None:
    folder = tmp_path / learned.FOLDER
    folder.mkdir(parents=True)
    (folder / "own.json").write_text(text, "utf-8")
    tensors = {f"model.layers.{n}.mixer.weight": {"dtype": "F32", "shape": [4, 4]} for n in range(3)}
    (tmp_path / "model.safetensors").write_bytes(hostile_making.header(tensors, random.Random(3)))
    (tmp_path / "config.json").write_text('{"model_type": "own"}', "utf-8")
    assert run([str(tmp_path)], lambda _: Settings(name="own-7b", preview=True)).repositories


@pytest.mark.parametrize("seed", range(24))
def test_a_repository_that_nobody_would_write(tmp_path: Path, seed: int) -> None:
    """The first seeds of the fuzzer (tools/fuzz.py), which makes as many more as there is time for."""
    chance = random.Random(seed)
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(50_000)
    try:
        hostile_making.write(tmp_path / "m", hostile_making.made(chance, hostile_making.bases()))
    finally:
        sys.setrecursionlimit(usual)
    name = hostile_values.spliced(chance.choice(hostile_shapes.NAMES), chance)
    try:
        report = run([str(tmp_path)], lambda _: Settings(name=name, preview=True))
    except NoModelError:
        return
    said = any(repository.findings for repository in report.repositories)
    for render in FORMATS.values():
        assert render(report, PLAIN).encode("utf-8") or not said
