"""The names that a repository gives to its model are those of different models.

Folder or git remote, the card's title, ``model-index``, and GGUF's ``general.name`` all name the model. When they
differ in architecture, parameters, size word or the family's version, the files were copied from another model
or the name was: people read the wrong licence, the wrong limits and the wrong results.

A name that says less contradicts nothing (a family's card, a renamed copy, an own name). ``_name_or_path`` and an
adapter's base name a parent as often as the model itself: of ``_name_or_path`` only the number of parameters
counts, and only when the config has that size too; an adapter's base is the business of architecture/adapter.

Example: the repository ``OPT-6.7B-Erebus`` with a card that is titled "OPT 13B - Erebus".

How to mend: put the card of this model here, or rename the repository after the model that it holds.

Source: DARA, naming anomalies; the exceptions were read off real repositories.
"""

from __future__ import annotations

from collections.abc import Iterator

from dara_lint import names
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Location, ModelRepo, NameSource
from dara_lint.names import Name
from dara_lint.recognize.expectation import expected
from dara_lint.rules.naming.identity import contradiction
from dara_lint.rules.subject import is_adapter, main_config, name_place
from dara_lint.rules.thresholds import SIZE_WARNING
from dara_lint.settings import Settings

WORDS = {
    "workflow": "the workflow pushes", "remote": "the git remote is", "folder": "the folder is",
    "card": "the card is titled",
    "model-index": "the card's metadata names", "gguf": "general.name is", "config": "_name_or_path is",
}  # fmt: skip
OWN = frozenset({"workflow", "remote", "folder", "card", "model-index", "gguf"})
"""Sources that name the model itself."""
_LONGEST = 120
"""Characters of a title that is still a name and not a sentence."""


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold every other name to the one that counts."""
    if repo.name is None:
        return
    name = names.parse(repo.name)
    sources = (*repo.names[1:], *_heading(repo))
    found = [(source, why) for source in sources if (why := _why(repo, name, source))]
    if not found:
        return
    source, why = found[0]
    at = source.at if source.at and not source.at.path.endswith(".gguf") else name_place(repo)
    verb = WORDS[source.kind]
    yield Hit(
        at,
        f"the repository is called {repo.name.rpartition('/')[2]}, but {verb} {source.text.strip()[:_LONGEST]}: {why}",
        found=f"{repo.name} {source.text.strip()[:_LONGEST]}",
        help="put this model's own name there, or rename the repository after the model that it holds",
        severity=Severity.WARNING,
        related=tuple(_places(other for other, _ in found if other is not source)),
    )


def _heading(repo: ModelRepo) -> Iterator[NameSource]:
    """The first heading of a card that has no title; cards of copied models often start with a second level."""
    if repo.card and repo.card.title is None and repo.card.headings:
        first = repo.card.headings[0]
        yield NameSource("card", first.text, Location(repo.card.path, line=first.line))


def _places(sources: Iterator[NameSource]) -> Iterator[Location]:
    for source in sources:
        if source.at:
            yield source.at


def _why(repo: ModelRepo, name: Name, source: NameSource) -> str:
    if source.kind == "config":
        return _parent(repo, name, source)
    if source.kind not in OWN or len(source.text) > _LONGEST:
        return ""
    if source.at and "/" in source.at.path and source.kind in {"gguf", "config"}:
        return ""  # a component in a folder has its own name
    if source.kind == "gguf" and sum(other.kind == "gguf" for other in repo.names) > 1:
        return ""  # several files, several models
    return contradiction(name, names.parse(_plain(source)))


def _plain(source: NameSource) -> str:
    """The name in a title; of ``owner/name`` the name alone counts, a title's slash separates nothing."""
    return source.text if source.kind in {"workflow", "remote", "folder"} else source.text.replace("/", " ")


def _parent(repo: ModelRepo, name: Name, source: NameSource) -> str:
    """The parent has another size than the name says, and the config has the parent's size."""
    subject = main_config(repo)
    if subject is None or is_adapter(repo) or source.at is None or source.at.path != subject[0].path:
        return ""
    parent = names.parse(" ".join(source.text[-_LONGEST:].replace("\\", "/").split("/")))
    promise = expected(subject[1])
    said, theirs = name.parameters, parent.parameters
    if promise is None or said is None or theirs is None or not said.total or not theirs.total:
        return ""
    low, high = promise.total.low / SIZE_WARNING, promise.total.high * SIZE_WARNING
    if low <= theirs.total <= high and not low <= said.total <= high:
        return contradiction(name, parent)
    return ""


RULE = Rule(
    "naming/names-disagree",
    "names in the repository are of different models",
    Severity.WARNING,
    0.9,
    check,
    __doc__ or "",
)
