"""Which paths a ``.gitignore`` leaves out, by gitignore(5).

Patterns are translated to one regular expression each; the last that matches decides. The pathspec
package is the oracle of the tests.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_LIMIT = 256 * 1024
_MOST = 5_000


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line of a ``.gitignore``: what it matches, relative to the file's folder."""

    expression: re.Pattern[str]
    negated: bool
    folders_only: bool


@dataclass(frozen=True, slots=True)
class Ignores:
    """The patterns of one ``.gitignore``, and the folder it stands in (as a path with ``/``)."""

    folder: str
    patterns: tuple[Pattern, ...]

    def verdict(self, path: str, *, is_folder: bool) -> bool | None:
        """True when ``path`` is ignored, False when it is taken back, None when nothing is said of it."""
        relative = path[len(self.folder) :].lstrip("/")
        for pattern in reversed(self.patterns):
            if (is_folder or not pattern.folders_only) and pattern.expression.fullmatch(relative):
                return not pattern.negated
        return None


def read(folder: str) -> Ignores | None:
    """The ``.gitignore`` of ``folder``, or None when there is none (or it cannot be read)."""
    file = Path(folder, ".gitignore")
    try:
        if not file.is_file():
            return None
        with file.open("rb") as stream:
            text = stream.read(_LIMIT).decode("utf-8", "replace")
    except OSError:
        return None
    patterns = tuple(p for line in text.splitlines()[:_MOST] if (p := _pattern(line)))
    return Ignores(folder.replace("\\", "/"), patterns) if patterns else None


def ignored(chain: tuple[Ignores, ...], path: str, *, is_folder: bool) -> bool:
    """Whether the ``.gitignore`` files from the outermost to the innermost leave ``path`` out."""
    for ignores in reversed(chain):
        verdict = ignores.verdict(path, is_folder=is_folder)
        if verdict is not None:
            return verdict
    return False


def _pattern(line: str) -> Pattern | None:
    line = line.rstrip("\r")
    while line.endswith(" ") and not line.endswith("\\ "):
        line = line[:-1]
    if not line or line.startswith("#"):
        return None
    negated = line.startswith("!")
    line = line[1:] if negated else line.removeprefix("\\") if line[:2] in {"\\!", "\\#"} else line
    folders_only = line.endswith("/")
    line = line.rstrip("/")
    anchored = "/" in line
    line = line.lstrip("/")
    if not line or line.count("*") > 32:  # more stars than any real pattern has would only cost time
        return None
    try:
        expression = re.compile(("" if anchored else "(?:.*/)?") + _translate(line), re.DOTALL)
    except re.error:
        return None
    return Pattern(expression, negated, folders_only)


def _translate(glob: str) -> str:
    out, i = [], 0
    while i < len(glob):
        if glob.startswith("**/", i) and (i == 0 or glob[i - 1] == "/"):
            out.append("(?:[^/]+/)*+")
            i += 3
        elif glob[i : i + 3] == "/**" and i + 3 == len(glob):
            out.append("/.+")
            i += 3
        elif glob[i] == "*":
            while i < len(glob) and glob[i] == "*":
                i += 1
            out.append("[^/]*")
        elif glob[i] == "?":
            out.append("[^/]")
            i += 1
        elif glob[i] == "[" and (end := glob.find("]", i + 2)) > 0:
            inner = glob[i + 1 : end].replace("\\", "\\\\").replace("[", "\\[")
            out.append(f"(?!/)[{'^' + inner[1:] if inner[0] in '!^' else inner}]")
            i = end + 1
        elif glob[i] == "\\" and i + 1 < len(glob):
            out.append(re.escape(glob[i + 1]))
            i += 2
        else:
            out.append(re.escape(glob[i]))
            i += 1
    return "".join(out)
