"""The version in the name is ambiguous, or contradicts itself.

``v2-final-new`` leaves open which of three is meant: words such as final, new, latest, old or fixed change their
meaning with the next upload. Two version numbers side by side (``v1-v2``) leave it open too. One such word
alone, or beside a number, is only a note.

A number of the model's own is also held against the tags of git, as a note: against the tag of the commit that is
checked out (``v1`` in the name, tagged ``v2.0``), or, where that has none, against the highest one (``v1``, tags up
to ``v3.1``). Tags that are no plain version, and repositories with models in folders, are left alone.

The version of a family (``llama-3.1``), a date, and versions that stand apart (``bert-v2-finetuned-v3``) are fine.

Example: ``acme/bert-v2-final-new``.

How to mend: number the versions, and keep one number in the name.

Source: Jiang et al., element "version"; Semantic Versioning 2.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from dara_lint import names
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import ModelRepo
from dara_lint.names import Element, Segment
from dara_lint.rules.subject import name_place
from dara_lint.settings import Settings

VAGUE = frozenset(
    {
        "backup", "bak", "copy", "final", "fix", "fixed", "last", "latest", "new", "newer", "newest", "old", "older",
        "temp", "tmp", "update", "updated",
    }
)  # fmt: skip
"""Words that say an order which the next upload overturns."""
_STATE = frozenset({"copy", "backup", "bak", "tmp", "temp"})


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Look for words of vague order and for versions side by side."""
    if repo.name is None or repo.names[0].kind in {"card", "model-index"}:
        return
    segments = names.parse(repo.name).segments
    vague = [segment for segment in segments if segment.text.lower() in VAGUE]
    numbers = [segment for segment in segments if _numbered(segment)]
    if len(vague) > 1 or (vague and len(numbers) == 1 and vague[0].text.lower() not in _STATE):
        shown = " and ".join(segment.text for segment in (*numbers[:1], *vague))
        yield Hit(
            name_place(repo),
            f"the name says {shown}: which version it is stays open",
            found=shown,
            help="number the versions and keep one number in the name",
            severity=Severity.WARNING if len(vague) > 1 else Severity.NOTE,
        )
    yield from _tagged(repo, segments)
    for first, second in pairwise(segments):
        if _numbered(first) and _numbered(second) and first.normal != second.normal:
            yield Hit(
                name_place(repo),
                f"the name says the versions {first.text} and {second.text} side by side",
                found=f"{first.text} {second.text}",
                help="keep the version of this model, and the family's beside the family's name",
                severity=Severity.NOTE,
            )


def _tagged(repo: ModelRepo, segments: Sequence[Segment]) -> Iterator[Hit]:
    own = [
        segment
        for before, segment in pairwise(segments)
        if _numbered(segment) and before.element is not Element.architecture
    ]
    tags = {
        tag.name: (tuple(map(int, match[1].split("."))), tag.head)
        for tag in repo.tags
        if (match := _is_version(tag.name))
    }
    if len(own) != 1 or not tags or sum(_numbered(segment) for segment in segments) != 1:
        return
    ours = tuple(int(number) for number in own[0].normal.split("."))
    here = {name: version for name, (version, head) in tags.items() if head}
    highest = max(tags, key=lambda name: tags[name][0])
    if here:
        wrong = "" if any(_agree(ours, version) for version in here.values()) else min(here)
        said = f"the commit is tagged {wrong}"
    else:
        ahead = all(head is False for _, head in tags.values()) and tags[highest][0][:1] > ours[:1]
        wrong, said = highest if ahead else "", f"the tags go up to {highest}"
    if wrong:
        yield Hit(
            name_place(repo),
            f"the name says {own[0].text}, {said}",
            found=f"{own[0].text} {wrong}",
            help="name the model after its tag, or leave the version to the tags",
            severity=Severity.NOTE,
            confidence=0.7,
        )


def _is_version(name: str) -> re.Match[str] | None:
    return re.fullmatch(r"v?(\d{1,3}(?:\.\d{1,3}){0,2})", name)


def _agree(first: tuple[int, ...], second: tuple[int, ...]) -> bool:
    return first[: len(second)] == second[: len(first)]


def _numbered(segment: Segment) -> bool:
    """A version that says so itself: ``v2``, ``version1.5``."""
    return segment.element is Element.version and segment.text[:1] in "vV" and segment.normal.replace(".", "").isdigit()


RULE = Rule("naming/versions", "the version in the name is ambiguous", Severity.WARNING, 0.9, check, __doc__ or "")
