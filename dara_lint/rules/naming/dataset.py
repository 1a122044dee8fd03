"""The name says a data set that the card neither lists nor mentions.

``squad`` or ``cnn-dailymail`` in a name promises what the model was trained on. A card that lists other data sets
under ``datasets`` and never mentions that one describes another model, or the name was kept from one.

Nothing is said when the card lists no data sets, when its text mentions the one in the name, or when it has no text:
a bare list is seldom complete. ``imagenet``, which vision models take over from their parents, is only held to a card
that lists another cut of ImageNet (``in21k`` in the name, ``imagenet-1k`` in the card). Names that a lexicon is not
sure of are left alone.

Example: ``acme/bart-large-cnn-dailymail`` whose card says ``datasets: [xsum]``.

How to mend: list the data set under ``datasets``, or rename the repository.

Source: the hub's model card metadata, ``datasets``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dara_lint import names
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Card, ModelRepo
from dara_lint.names import Element
from dara_lint.rules.naming.card_says import Said, letters, mentions, said
from dara_lint.settings import Settings

FAMILIES = ("squad", "commonvoice", "wikipedia", "imagenet", "laion", "oasst", "alpaca", "sharegpt", "orca", "glue")
"""Data sets with many versions and derivatives: one of them stands for another."""
GLUE = frozenset({"cola", "sst2", "mrpc", "stsb", "qqp", "mnli", "qnli", "rte", "wnli", "ax"})
"""Tasks of GLUE, which a card may list as a whole."""
INHERITED = frozenset({"imagenet"})


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold each data set of the name to the card's list and text."""
    listed = said(repo, "datasets")
    if repo.name is None or not listed or repo.card is None or not _has_text(repo.card):
        return
    shown = ", ".join(entry.text for entry in listed[:3])
    yield from _cuts(repo, listed, shown)
    theirs = [letters(text) for text in (*(entry.text for entry in listed), *_measured(repo.card))]
    parts = {
        segment.normal
        for entry in listed
        for segment in names.parse(entry.text).of(Element.dataset)
        if segment.confidence >= 0.8
    }
    for segment in names.parse(repo.name).of(Element.dataset):
        words = {letters(segment.text), letters(segment.normal)}
        if segment.confidence < 0.9 or segment.normal.partition("-")[0] in INHERITED or segment.normal in parts:
            continue
        words |= {family for family in FAMILIES for word in list(words) if family in word}
        if words & GLUE and "glue" in theirs:
            continue
        if min(map(len, words)) < 4 or not parts:
            continue  # too short to be searched for, or a list of names that no lexicon knows
        if any(word in text or text in word for word in words for text in theirs):
            continue
        if not any(mentions(repo, word) for word in words):
            yield Hit(
                listed[0].at,
                f"the name says {segment.text}, the card's datasets are {shown} and its text never mentions it",
                found=f"{segment.normal} {shown}",
                help=f"list {segment.normal} under datasets, or rename the repository",
            )


def _cuts(repo: ModelRepo, listed: Sequence[Said], shown: str) -> Iterator[Hit]:
    """ImageNet-1k, -12k and -21k are different data: a model names those that it saw, a card lists them."""
    name = names.parse(repo.name or "")
    ours = {cut: s for s in name.of(Element.dataset) if s.normal == "imagenet" for cut in _cut(s.text)}
    theirs = {cut for entry in listed if "imagenet" in letters(entry.text) for cut in _cut(entry.text)}
    other = len([entry for entry in listed if "imagenet" not in letters(entry.text)])
    if not ours or not theirs or ours.keys() & theirs or other or any(mentions(repo, f"{cut}k") for cut in ours):
        return
    segment = next(iter(ours.values()))
    yield Hit(
        listed[0].at,
        f"the name says {segment.text}, the card's datasets are {shown} and its text never mentions it",
        found=f"{segment.text} {shown}",
        help=f"list imagenet-{next(iter(ours))}k under datasets, or rename the repository",
    )


def _cut(text: str) -> set[str]:
    """``21`` of ``in21k``, ``in22k`` (the same) and ``imagenet-21k-p``."""
    return {"21" if number == "22" else number for number in re.findall(r"(?<!\d)(1|12|21|22)k", text.lower())}


def _has_text(card: Card) -> bool:
    return any(line.strip() for line in card.lines[card.body_line - 1 :])


def _measured(card: Card) -> Iterator[str]:
    """The data sets of the results in ``model-index``."""
    entries = card.front.get("model-index")
    for entry in entries[:50] if isinstance(entries, list) else ():
        results = entry.get("results") if isinstance(entry, dict) else None
        for result in results[:500] if isinstance(results, list) else ():
            dataset = result.get("dataset") if isinstance(result, dict) else None
            if isinstance(dataset, dict):
                yield from (value for key in ("name", "type") if isinstance(value := dataset.get(key), str))


RULE = Rule(
    "naming/dataset", "the name says a data set that the card does not", Severity.WARNING, 0.85, check, __doc__ or ""
)
