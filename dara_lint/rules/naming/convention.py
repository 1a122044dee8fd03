"""The name does not follow the convention that the settings choose.

A team agrees on one order of elements and one separator, and every name can be read and sorted. Nothing is
expected until it is set, as a preset or as a pattern of the team's own::

    rules:
      naming/convention:
        preset: huggingface      # or gguf, timm, architecture-first, lab
        # pattern: "{architecture}[-{version}]-{parameters}[-{task}][-{training}][-{format}]"
        severity: warning        # note if left out

``{element}`` stands for a segment, ``{a|b}`` for either, ``{any}`` for any, ``{name}`` for words that are no
element, ``{sep}`` for any separator; ``[…]`` may be left out and ``[…]*`` repeated, and what ``[…]?`` holds is
accepted but never proposed.

Example: ``acme/llama-chat-7b`` where the pattern is ``{architecture}-{parameters}-{task}``.

How to mend: rename as the finding says; ``dara-lint suggest`` proposes names under the convention.

Source: GGUF specification (names of files), timm 1.0, Jiang et al.'s survey of naming practices.
"""

from __future__ import annotations

from collections.abc import Iterator

from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import ModelRepo
from dara_lint.names.convention import PatternError, broken, compiled
from dara_lint.names.presets import PRESETS
from dara_lint.rules.naming.options import severity, wrong_option
from dara_lint.rules.subject import name_place
from dara_lint.settings import Settings

ID = "naming/convention"


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold the name to the pattern that was chosen."""
    options = settings.options.get(ID)
    if repo.name is None or not options:
        return
    preset, pattern = options.get("preset"), options.get("pattern")
    if preset is not None and not (isinstance(preset, str) and preset in PRESETS):
        yield wrong_option(repo, ID, "preset", f"one of {', '.join(PRESETS)}")
        return
    if (preset is None) == (pattern is None) or not isinstance(pattern, str | None):
        yield wrong_option(repo, ID, "pattern", "a text, and given when no preset is")
        return
    chosen = PRESETS[str(preset)] if pattern is None else pattern
    try:
        nodes = compiled(chosen)
    except PatternError as error:
        yield wrong_option(repo, ID, "pattern", f"no pattern: {error}")
        return
    where = broken(repo.name, nodes)
    if where is None:
        return
    done = repo.name[repo.name.rfind("/") + 1 : where.at]
    expected = " or ".join(where.expected[:4])
    found = f"{where.found} stands where {expected} is expected" if where.found else f"it lacks {expected}"
    yield Hit(
        name_place(repo),
        f"the name {repo.name.rpartition('/')[2]} breaks the convention {preset or chosen}"
        f"{f' after {done}' if done else ''}: {found}",
        found=f"{repo.name} {chosen}",
        help="rename it so that it follows the convention; dara-lint suggest proposes names",
        severity=severity(options, Severity.NOTE),
    )


RULE = Rule(ID, "the name does not follow the chosen convention", Severity.NOTE, 0.95, check, __doc__ or "")
