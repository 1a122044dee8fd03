"""The name is one that a model hub refuses.

A hub takes ids of the form ``owner/name`` from letters, digits, ``-``, ``_`` and ``.``, at most 96 characters in
the name. It refuses a name that starts or ends with ``-`` or ``.``, that holds ``--`` or ``..``, or that ends
with ``.git``. Such a name fails at the push, after the training, or is changed on the way.

A name that a person or a workflow gives is an error; one that only a folder or a git remote bears is a warning,
since it may be pushed under another one. A card's title is no id and is not judged.

Example: ``acme/Llama-2-13B-Computer-Engineering-``, which ends with ``-``.

How to mend: rename the repository as the finding proposes, or give the id that it is pushed to with ``name:``.

Source: huggingface_hub 0.36, ``utils/_validators.py``, ``validate_repo_id``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import ModelRepo
from dara_lint.rules.subject import name_place
from dara_lint.settings import Settings

MOST = 96
_REFUSED = re.compile(r"[^A-Za-z0-9._-]")


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold the name to what a hub accepts."""
    source = repo.names[0] if repo.names else None
    if repo.name is None or source is None or source.kind in {"card", "model-index"}:
        return
    *owners, name = repo.name.split("/")
    given = source.kind in {"flag", "settings", "workflow"}
    faults = [f"owner {fault}" for owner in owners for fault in _faults(owner)] if len(owners) == 1 else []
    if len(owners) > 1 and given:
        faults.append("more than one /")
    faults += _faults(name)
    if faults:
        better = mended(name)
        yield Hit(
            name_place(repo),
            f"a hub refuses the name {name}: {', '.join(faults)}",
            found=name,
            help=f"rename it to {better}" if better else "choose a name from letters, digits, -, _ and .",
            severity=Severity.ERROR if given else Severity.WARNING,
        )


def mended(name: str) -> str:
    """The closest name that a hub accepts, empty when nothing of it can stay."""
    plain = _REFUSED.sub("-", name.removesuffix(".git"))
    plain = re.sub(r"\.{2,}", ".", re.sub(r"-{2,}", "-", plain))
    return plain.strip("-.")[:MOST].strip("-.")


def _faults(name: str) -> Iterator[str]:
    if not name:
        yield "it is empty"
        return
    if refused := sorted(set(_REFUSED.findall(name))):
        shown = " ".join("space" if letter == " " else letter for letter in refused[:5])
        yield f"it holds {shown}"
    if len(name) > MOST:
        yield f"{len(name)} characters, {MOST} are allowed"
    if name[0] in "-.":
        yield f"it starts with {name[0]}"
    if name[-1] in "-.":
        yield f"it ends with {name[-1]}"
    for pair in ("--", ".."):
        if pair in name:
            yield f"it holds {pair}"
    if name.endswith(".git"):
        yield "it ends with .git"


RULE = Rule("naming/hub-syntax", "the name is one that a hub refuses", Severity.WARNING, 0.98, check, __doc__ or "")
