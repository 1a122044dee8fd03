"""The part of ``docs/names.md`` on the two LLM labellings: what bounds a reader, and disagreements one by one."""

from __future__ import annotations

from pathlib import Path

import names_ceiling
import names_copied
import names_disagreements
import names_tagger
import names_texts
from names_markdown import Page


def labellings(page: Page, data: Path) -> None:
    """Why the two labellings are not reached, and the disagreements one by one."""
    bound = names_ceiling.ceiling(data)
    found = list(names_disagreements.disagreements(data))
    page.unread += [one.name for one in found if one.verdict == "unread"]
    drawn, worst = (names_disagreements.tally(found, word) for word in ("drawn", "worst"))
    hand, learner = bound.hand, bound.learner
    tagger, copied, twice = names_tagger.measured(data), names_copied.copied(data), names_copied.itself(data)
    page.add(
        "## The two LLM labellings", "",
        "0.90 against each, and 0.85 of the characters, are not reached. What speaks for their being out of reach of a "
        "reader that does not copy mistakes:", "",
        f"* The hand labels themselves, written with reasons before the reader, agree with the labellings at "
        f"{hand['segments'].f1:.3f} ({hand['segments'].names} shared names) and {hand['elements'].f1:.3f} "
        f"({hand['elements'].names}): a reader that reads every name as that person does scores this.",
        f"* The labellings agree with each other at {bound.each_other.f1:.3f} on the {bound.each_other.names:,} names "
        "that both files hold.",
        f"* A learner that may copy every systematic mistake (logistic regression on the words and on our reading, "
        f"fitted five-fold) gets {learner['segments'].f1:.3f} and {learner['elements'].f1:.3f}; for characters, the "
        f"letter that a word most often has in the other folds gets {bound.characters[0]:.3f} (even on the file it was "
        f"counted on {bound.characters[1]:.3f}).",
        f"* A tagger that walks over our segments and sees the word, its neighbours, the owner and our reading, "
        f"fitted five-fold to the segments (`python tools/names_tagger.py ../shared/data`), gets "
        f"{tagger.sets.f1:.3f} and, of the characters, {tagger.characters:.3f}.",
        f"* The same name under two owners has other labels: {twice['segments'].f1:.3f} and "
        f"{twice['elements'].f1:.3f} between them ({twice['segments'].names} and {twice['elements'].names} names), "
        f"{twice['segments'].characters:.3f} of the characters.",
        f"* With every whole kind that a labelling reads otherwise changed to its way, wrong or not (below), the "
        f"reader would get {copied['segments'].all_that_help:.3f} and {copied['elements'].all_that_help:.3f}.",
        f"* Of 50 disagreements drawn by hash and read one by one, {drawn['theirs']} are theirs, {drawn['both']} are "
        f"both's, {drawn['open']} can be read either way, {drawn['ours']} are ours; of the worst 50, "
        f"{worst['theirs']}, {worst['both']}, {worst['open']} and {worst['ours']}.", "",
        names_texts.CONVENTIONS,
    )  # fmt: skip
    page.table(
        ("whole kind", "name_segments_gpt", "name_elements_gpt"),
        [
            (words, *(f"{copied[title].change[words]:+.4f}" for title in ("segments", "elements")))
            for words in names_copied.KINDS
        ],
    )
    parts = names_copied.characters(data)
    total = sum(many for _, many in parts.cuts.values())
    page.add(names_texts.CHARACTERS)
    page.table(
        ("where the labelling cuts", "characters", "same letter"),
        [(where, f"{many / total:.1%}", f"{same / many:.3f}") for where, (same, many) in parts.cuts.items()],
    )
    page.table(
        ("characters that differ", "of all"), [(words, f"{many / total:.1%}") for words, many in parts.causes.items()]
    )
    for word, title in (("worst", "The worst 50"), ("drawn", "50 drawn by the hash of the name")):
        page.add(f"### {title}", "")
        rows: list[tuple[object, ...]] = [
            (one.name, f"`{one.reading}`", f"`{one.label}`", one.verdict, one.why) for one in found if one.drawn == word
        ]
        page.table(("name", "ours", "theirs", "whose mistake", "why"), rows)
