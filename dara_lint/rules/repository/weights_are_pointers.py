"""Files are Git LFS pointers, so what is in them cannot be checked.

A checkout without Git LFS holds a small text with a hash and a size where each large file should be. The size
of weights is used as evidence, but tensor names, shapes and dtypes are out of reach; of a config.json that is
kept in LFS nothing is known at all.

Example: model.safetensors is 135 bytes and begins with ``version https://git-lfs.github.com/spec/v1``.

How to mend: ``git lfs pull`` before linting, or in a GitHub workflow ``lfs: true`` for actions/checkout. Only
headers are read, so pulling a single shard already helps. Keep JSON files out of LFS: hubs and loaders read them
without it.

Source: Git LFS specification, version 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Location, ModelRepo
from dara_lint.rules.wording import size_text
from dara_lint.settings import Settings


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """One note for the weights, at the first pointer, and one for the texts."""
    files = [file for checkpoint in repo.checkpoints for file in checkpoint.files]
    pointers = [file.path for file in files if file.pointer]
    if pointers:
        size = size_text(sum(file.size for file in files if file.pointer))
        yield _hit(pointers, f"{_count(pointers, len(files))} ({size})", "weights")
    texts = [document.path for part in repo.parts for document in part.documents.values() if document.pointer]
    texts += [repo.card.path] if repo.card and repo.card.pointer else []
    texts += [c.index.path for c in repo.checkpoints if c.index and c.index.pointer]
    if texts:
        shown = ", ".join(texts[:3]) + (", …" if len(texts) > 3 else "")
        yield _hit(
            texts,
            f"{shown} {'is a' if len(texts) == 1 else 'are'} Git LFS pointer{'' if len(texts) == 1 else 's'}",
            "texts",
        )


def _count(pointers: Sequence[str], total: int) -> str:
    if total == 1:
        return "the weight file is a Git LFS pointer"
    some = (
        "both"
        if len(pointers) == total == 2
        else f"all {total}"
        if len(pointers) == total
        else f"{len(pointers)} of {total}"
    )
    return f"{some} weight files are Git LFS pointers"


def _hit(paths: Sequence[str], message: str, what: str) -> Hit:
    return Hit(Location(paths[0]), message, found=what, help=f"run git lfs pull to have the {what} checked as well")


RULE = Rule("repository/weights-are-pointers", "files are LFS pointers", Severity.NOTE, 1.0, check, __doc__ or "")
