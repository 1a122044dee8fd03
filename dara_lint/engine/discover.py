"""From paths to model roots: which folders are a model, and which files belong to each.

A folder with a model in it is a root, and everything below is its own (components, checkpoints, exports),
unless a folder below has a card of its own beside its own model: then that is another root. A folder with
nothing but a card is the root of the one model below it; when there are several, each is a root itself.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dara_lint.engine import gitignore
from dara_lint.facts import field, record
from dara_lint.readers import marks

VENDORED = frozenset({"node_modules", "site-packages", "dist-packages", "__pycache__", "venv", "vendor", "third_party"})
"""Folders of other people's files. A virtual environment under another name is known by its pyvenv.cfg."""
OWNED = re.compile(
    r"checkpoint-\d+|epoch[-_]?\d+|step[-_]?\d+|global_step\d+|onnx.*|openvino|gguf|coreml|tflite|fp16|int8"
)
"""Names of folders that are never a model of their own: training checkpoints and exports of the parent."""
MOST_FOLDERS = 20_000
OPAQUE = (".mlpackage", ".mlmodelc")
"""Folders that are one Core ML model; its ``weight.bin`` is no checkpoint."""
DEEPEST = 24


class NoModelError(Exception):
    """A path that was given holds no model repository."""


class Root(NamedTuple):
    """A model root: where it is, how a person would type it, and its files (relative, sorted)."""

    location: str
    path: str
    files: tuple[str, ...]
    top: str = ""
    """The folder that was searched: names of folders above it say nothing of the model."""
    cut: bool = False
    """There were more folders than are walked."""


@record
class _Folder:
    """A folder of the walk: its files, its subfolders, whether a model or a card is in it."""

    location: str
    files: list[str] = field(default_factory=list)
    children: list[_Folder] = field(default_factory=list)
    model: bool = False
    card: bool = False

    def holds_model(self) -> bool:
        return self.model or any(child.holds_model() for child in self.children)

    def all_files(self, prefix: str = "") -> Iterator[str]:
        for name in self.files:
            yield prefix + name
        for child in self.children:
            yield from child.all_files(f"{prefix}{os.path.basename(child.location)}/")


def discover(paths: Sequence[str], exclude: Sequence[str] = ()) -> tuple[Root, ...]:
    """The model roots under ``paths`` (none: the current folder), each once, sorted.

    A folder stands for all the roots in it, a file for the root it belongs to. Raises NoModelError when
    a folder holds no model or a path does not exist; a file that belongs to no root is left out.
    """
    folders = [path for path in paths if os.path.isdir(path)] if paths else ["."]
    files = [path for path in paths if not os.path.isdir(path)]
    found: dict[str, Root] = {}
    for folder in folders:
        roots = _roots_in(folder, exclude)
        if not roots:
            raise NoModelError(f"no model repository in {folder}")
        found |= {os.path.realpath(root.location): root for root in roots}
    tops: dict[str, dict[str, Root]] = {}
    for file in files:
        if not os.path.lexists(file):
            raise NoModelError(f"no such file or folder: {file}")
        top = _top_of(file)
        if top not in tops:
            tops[top] = _owners(_roots_in(top, exclude))
        owner = tops[top].get(os.path.abspath(file))
        if owner:
            found.setdefault(os.path.realpath(owner.location), owner)
    return tuple(sorted(found.values(), key=lambda root: root.path))


def _owners(roots: Sequence[Root]) -> dict[str, Root]:
    """The root of each file, by the file's absolute path. No file is two roots'."""
    found = {}
    for root in roots:
        folder = os.path.abspath(root.location)
        found.update({os.path.normpath(os.path.join(folder, file)): root for file in root.files})
    return found


def git_top(location: str) -> str | None:
    """The closest folder at or above ``location`` that holds ``.git``."""
    folder = os.path.abspath(location)
    for _ in range(DEEPEST * 4):
        if os.path.lexists(os.path.join(folder, ".git")):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent
    return None


def _top_of(file: str) -> str:
    """Where to look for a file's root: its git repository, or else the folder it is in."""
    folder = os.path.dirname(os.path.abspath(file))
    return os.path.relpath(git_top(folder) or folder)


def _roots_in(top: str, exclude: Sequence[str]) -> tuple[Root, ...]:
    above = _ignores_above(top)
    budget = [MOST_FOLDERS]
    folder = _walk(top, above, exclude, top, budget, DEEPEST)
    return tuple(
        Root(
            root.location,
            os.path.normpath(root.location),
            tuple(sorted(root.all_files())),
            top,
            cut=budget[0] <= 0,
        )
        for root in _split(folder)
    )


def _ignores_above(top: str) -> tuple[gitignore.Ignores, ...]:
    """The ``.gitignore`` files between the git repository's top and ``top``; none when they ignore ``top``."""
    repository = git_top(top)
    folder = os.path.abspath(top)
    if repository is None:
        return ()
    steps = [folder]
    while folder != repository:
        folder = os.path.dirname(folder)
        steps.append(folder)
    chain = [found for step in reversed(steps[1:]) if (found := gitignore.read(step))]
    for step in reversed(steps[:-1]):
        if gitignore.ignored(tuple(chain), step.replace(os.sep, "/"), is_folder=True):
            return ()
    return tuple(chain)


def _walk(
    location: str,
    chain: tuple[gitignore.Ignores, ...],
    exclude: Sequence[str],
    top: str,
    budget: list[int],
    depth: int,
) -> _Folder:
    folder = _Folder(location)
    budget[0] -= 1
    own = gitignore.read(os.path.abspath(location))
    chain = (*chain, own) if own else chain
    try:
        entries = sorted(os.scandir(location), key=lambda entry: entry.name)
    except OSError:
        return folder
    for entry in entries:
        is_folder = entry.is_dir(follow_symlinks=False)
        path = os.path.abspath(entry.path).replace(os.sep, "/")
        if is_folder and (entry.name.startswith(".") or entry.name in VENDORED or entry.name.endswith(OPAQUE)):
            continue
        if chain and gitignore.ignored(chain, path, is_folder=is_folder):
            continue
        if exclude and _excluded(os.path.relpath(entry.path, top).replace(os.sep, "/"), exclude):
            continue
        if not is_folder:
            folder.files.append(entry.name)
        elif depth and budget[0] > 0 and not os.path.exists(os.path.join(entry.path, "pyvenv.cfg")):
            folder.children.append(_walk(entry.path, chain, exclude, top, budget, depth - 1))
    folder.model = marks.is_model(location, folder.files)
    folder.card = marks.has_model_card(location, folder.files)
    return folder


def _excluded(path: str, exclude: Sequence[str]) -> bool:
    from fnmatch import fnmatchcase

    return any(fnmatchcase(path, glob) or fnmatchcase(path, f"{glob.rstrip('/')}/*") for glob in exclude)


def _split(folder: _Folder) -> list[_Folder]:
    """The roots in ``folder``: it takes its subfolders along, less those that are roots themselves."""
    below = [root for child in folder.children for root in _split(child)]
    if folder.model:
        own = [
            root for root in below if root.card and root.model and not OWNED.fullmatch(os.path.basename(root.location))
        ]
        return [_without(folder, frozenset(root.location for root in own)), *own]
    if folder.card and len(below) <= 1:
        return [folder]
    return below


def _without(folder: _Folder, roots: frozenset[str]) -> _Folder:
    """The folder less the subfolders at these locations."""
    if not roots:
        return folder
    children = [_without(child, roots) for child in folder.children if child.location not in roots]
    return _Folder(folder.location, folder.files, children, folder.model, folder.card)
