"""The name says something, but not which architecture or family it is of.

Users look for the architecture first, before task, version and number of parameters; a name without it hides the
one thing that decides which code loads the model. This is a convention and no contradiction, so the rule is off
until it is selected.

Nothing is said where no configuration tells the architecture, or where the name says nothing at all.

Example: ``acme/smart-tutor-7b`` whose config.json says ``"model_type": "llama"``.

How to mend: add the family to the name.

Source: Jiang et al., "Naming Practices of Pre-Trained Models in Hugging Face", survey of 108 users.
"""

from __future__ import annotations

from collections.abc import Iterator

from dara_lint import names
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import ModelRepo
from dara_lint.names import Element
from dara_lint.rules.subject import main_config, name_place
from dara_lint.settings import Settings


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """A note when the config knows the architecture and the name does not."""
    subject = main_config(repo)
    if repo.name is None or subject is None or subject[1].model_type is None:
        return
    name = names.parse(repo.name)
    if name.informative and not name.of(Element.architecture):
        kind = subject[1].model_type.value
        yield Hit(
            name_place(repo),
            f"the name {repo.name.rpartition('/')[2]} names no architecture, the config says {kind}",
            found=f"{repo.name} {kind}",
            help=f"add {kind} (or the family that it is of) to the name",
        )


RULE = Rule(
    "naming/no-architecture",
    "the name says no architecture",
    Severity.NOTE,
    0.85,
    check,
    __doc__ or "",
    preview=True,
)
