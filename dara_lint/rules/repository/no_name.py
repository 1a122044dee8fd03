"""Nothing says what the model is called, so its name cannot be held against its content.

The name is taken from ``--name``, the settings, the hub id that a workflow pushes to, the git remote, the
folder (unless it is generic: ``model``, ``output``, ``checkpoint-500``), or the model card's title.

Example: ``dara-lint output/`` on a folder without git remote and without a card.

How to mend: give ``--name owner/name``, or write ``name: owner/name`` into .dara-lint.yaml.
"""

from __future__ import annotations

from collections.abc import Iterator

from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Location, ModelRepo
from dara_lint.settings import Settings


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """A note when no source names the repository."""
    if repo.name is None:
        anchor = repo.card.path if repo.card else next((path for path in repo.files if path.endswith(".json")), "")
        yield Hit(
            Location(anchor or (repo.files[0] if repo.files else "")),
            "no name found for this model, so no check of its name was made",
            found="",
            help="give --name owner/name, or name: owner/name in .dara-lint.yaml",
        )


RULE = Rule("repository/no-name", "nothing names the model", Severity.NOTE, 1.0, check, __doc__ or "")
