"""The name says nothing of what the model is.

``1``, ``mpx``, ``output``, ``autotrain-xyz-615517563`` or a hash name no architecture, no task, no language and
no data. People cannot find such a model, and cannot tell later which one it was. Of 6,100 names of a hub that
were judged for the research on naming practices, many are of this kind, and nearly all belong to models that
nobody reuses.

Nothing is said of a name that a card's title gives, of placeholders (``example``), nor of a name that at least
tells an adapter or a merge.

Example: ``acme/1`` that holds a 4-bit MythoMax 13B.

How to mend: name the architecture, the number of parameters and the task; ``dara-lint suggest`` proposes names.

Source: Jiang et al., "Naming Practices of Pre-Trained Models in Hugging Face".
"""

from __future__ import annotations

from collections.abc import Iterator

from dara_lint import names
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import ModelRepo
from dara_lint.names import Element
from dara_lint.names.convention import compiled
from dara_lint.names.presets import PRESETS
from dara_lint.rules.naming.proposals import proposals
from dara_lint.rules.subject import main_config, name_place
from dara_lint.settings import Settings

PLACEHOLDERS = frozenset({"example", "examples", "sample", "demo"})
"""Words of things that are meant to be looked at and not to be published."""


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """A note when no segment of the name says what the model is."""
    if repo.name is None or repo.names[0].kind in {"card", "model-index"}:
        return
    name = names.parse(repo.name)
    words = {segment.text.lower() for segment in name.segments}
    if name.informative or words & PLACEHOLDERS or name.of(Element.reuse) or name.of(Element.architecture):
        return
    subject = main_config(repo)
    kind = subject[1].model_type if subject else None
    yield Hit(
        name_place(repo),
        f"the name {repo.name.rpartition('/')[2]} does not say what the model is"
        + (f", which is {kind.value} by its config" if kind else ""),
        found=repo.name,
        help=_better(repo),
    )


def _better(repo: ModelRepo) -> str:
    best = proposals(repo, compiled(PRESETS["huggingface"]))
    if not best:
        return "name the architecture, the parameters and the task; dara-lint suggest proposes names"
    return f"name it for example {best[0].name}; dara-lint suggest proposes more"


RULE = Rule(
    "naming/uninformative",
    "the name does not say what the model is",
    Severity.NOTE,
    0.9,
    check,
    __doc__ or "",
)
