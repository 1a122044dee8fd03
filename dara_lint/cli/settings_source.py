"""Settings files: found, read within bounds, and joined with what they extend. Data only, whoever wrote them.

The closest file wins: ``.dara-lint.yaml``, or ``pyproject.toml`` when it has ``[tool.dara-lint]``, searched
from a model's root upwards to the top of its git checkout.
"""

from __future__ import annotations

import os
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from dara_lint.cli.problem import UsageError
from dara_lint.facts import fact, replace
from dara_lint.model import Json, ReadError
from dara_lint.readers import listing
from dara_lint.readers.source import Entry, MalformedError, read_bounded

if TYPE_CHECKING:
    import yaml

YAML_NAME = ".dara-lint.yaml"
TOML_NAME = "pyproject.toml"
LIMIT = 256 * 1024
"""Bytes of a settings file; a pyproject.toml may take four times as much."""
DEEPEST = 32
"""Nesting of a settings file, and length of a chain of ``extend``."""
_PACKAGE = re.compile(r"(?P<package>[A-Za-z_]\w+(?:\.\w+)*):(?P<file>[^:]+)")


@fact
class Layer:
    """One settings file: where it is, and its table as it stands there.

    ``bound`` is the folder that the files which it names must lie in, "" for anywhere: a file that was found came
    with a repository, maybe a stranger's, and must not show what else is on the machine that lints it.
    """

    path: str
    table: dict[str, Json]
    bound: str = ""

    @property
    def folder(self) -> str:
        """The folder that the file's own paths start from."""
        return os.path.dirname(self.path)

    def target(self, key: str, path: str) -> str:
        """Where a path that the file names leads. Raises UsageError when that is out of its bound."""
        location = os.path.join(self.folder, path)
        top = os.path.realpath(self.bound)
        if self.bound and not os.path.realpath(location).startswith(os.path.join(top, "")):
            raise UsageError(
                f"{self.path}: {key} {path!r} leads out of {self.bound}, which only a file that --config names may do"
            )
        return location


def closest_file(folder: str) -> Layer | None:
    """The settings that apply to a folder, or None. Raises UsageError when they cannot be read.

    They are bound to the top of their git checkout, without one to their own folder.
    """
    here = os.path.abspath(folder)
    top = git_top(here)
    while True:
        for name in (YAML_NAME, TOML_NAME):
            path = os.path.join(here, name)
            if os.path.isfile(path):
                bound = top or here
                entry = listing.entry(bound, os.path.relpath(path, bound).replace(os.sep, "/"))
                if isinstance(entry, ReadError):
                    raise UsageError(f"{path}: settings cannot be read: {entry.reason}")
                table = read_table(path, required=name == YAML_NAME)
                if table is not None:
                    return Layer(path, table, bound)
        parent = os.path.dirname(here)
        if here in {top, parent}:
            return None
        here = parent


def git_top(folder: str) -> str:
    """The closest folder at or above this one that holds ``.git``, "" when none does."""
    while not os.path.lexists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return ""
        folder = parent
    return folder


def given_file(path: str) -> Layer:
    """The settings of a file that was named. Raises UsageError."""
    absolute = os.path.abspath(path)
    return Layer(absolute, read_table(absolute, required=True) or {})


def chain(layer: Layer) -> list[Layer]:
    """A settings file and what it extends, the farthest first. Raises UsageError on a cycle."""
    layers = [layer]
    while (extend := layers[-1].table.get("extend")) is not None:
        if not isinstance(extend, str):
            raise UsageError(f"{layers[-1].path}: extend is a path or PACKAGE:FILE, found {type(extend).__name__}")
        target = _extended(layers[-1], extend)
        if any(os.path.realpath(target) == os.path.realpath(known.path) for known in layers):
            raise UsageError(f"{layers[-1].path}: extend goes round in a circle at {extend!r}")
        if len(layers) >= DEEPEST:
            raise UsageError(f"{layers[-1].path}: more than {DEEPEST} settings files extend each other")
        bound = "" if _PACKAGE.fullmatch(extend) else layers[-1].bound
        layers.append(replace(given_file(target), bound=bound))
    return layers[::-1]


def _extended(layer: Layer, extend: str) -> str:
    if match := _PACKAGE.fullmatch(extend):
        return _resource(layer, match["package"], match["file"])
    return layer.target("extend", extend)


def _resource(layer: Layer, package: str, file: str) -> str:
    """A file of an installed package, found without importing (and so running) any of its code."""
    from importlib.util import find_spec
    from pathlib import Path

    top, *below = package.split(".")
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):
        spec = None
    for base in (spec.submodule_search_locations if spec else None) or ():
        folder = Path(base, *below).resolve()
        target = folder.joinpath(file).resolve()
        if target.is_relative_to(folder) and target.is_file():
            return str(target)
    raise UsageError(f"{layer.path}: extend finds no file {file!r} in an installed package {package!r}")


@lru_cache(maxsize=512)
def read_table(path: str, *, required: bool) -> dict[str, Json] | None:
    """The table of a settings file; None for a pyproject.toml without one, if none is required. Raises UsageError."""
    limit = LIMIT if path.endswith((".yaml", ".yml")) else 4 * LIMIT
    try:
        content = read_bounded(Entry(path, path, 0), limit)
    except (OSError, MalformedError) as error:
        reason = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
        raise UsageError(f"{path}: settings cannot be read: {reason}") from error
    if path.endswith((".yaml", ".yml")):
        return _yaml(path, content)
    table = _toml(path, content) if required or b"dara-lint" in content else None
    if table is None and required and path.endswith(TOML_NAME):
        raise UsageError(f"{path}: no table [tool.dara-lint]")
    return table


def _toml(path: str, content: bytes) -> dict[str, Json] | None:
    import tomllib

    try:
        document = tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: no valid TOML: {_first_line(error)}") from None
    if not path.endswith(TOML_NAME):
        return document
    tool = document.get("tool")
    table = tool.get("dara-lint") if isinstance(tool, dict) else None
    return None if table is None else _mapping(path, table)


def _yaml(path: str, content: bytes) -> dict[str, Json]:
    import yaml

    depth = 0
    table: object
    try:
        text = content.decode("utf-8-sig")
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):
                raise UsageError(f"{path}:{_line(event)}: aliases are not read in settings, write it out")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                raise UsageError(f"{path}:{_line(event)}: nested deeper than {DEEPEST}")
        table = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise UsageError(f"{path}{line}: no valid YAML: {error.problem or 'unreadable'}") from None
    except (yaml.YAMLError, ValueError, RecursionError, TypeError) as error:
        raise UsageError(f"{path}: no valid YAML: {_first_line(error)}") from None
    return _mapping(path, {} if table is None else table)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _mapping(path: str, table: object) -> dict[str, Json]:
    if not isinstance(table, dict):
        raise UsageError(f"{path}: settings are a table of keys, found {type(table).__name__}")
    for key in table:
        if not isinstance(key, str):
            raise UsageError(f"{path}: settings' keys are words, found {key!r}")
    return table


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
