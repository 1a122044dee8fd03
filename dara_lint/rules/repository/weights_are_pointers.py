"""The weights are Git LFS pointers, so what is in them cannot be checked.

A checkout without Git LFS holds a small text with a hash and a size where each weight file should be. Its
size is used as evidence, but tensor names, shapes and dtypes are out of reach.

Example: model.safetensors is 135 bytes and begins with ``version https://git-lfs.github.com/spec/v1``.

How to mend: ``git lfs pull`` before linting, or in a GitHub workflow ``lfs: true`` for actions/checkout. Only
the headers are read, so pulling a single shard already helps.

Source: Git LFS specification, version 1.
"""

from __future__ import annotations

from collections.abc import Iterator

from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Location, ModelRepo
from dara_lint.settings import Settings


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """One note for the repository, at the first pointer."""
    files = [file for checkpoint in repo.checkpoints for file in checkpoint.files]
    pointers = [file for file in files if file.pointer]
    if pointers:
        size = sum(file.size for file in pointers)
        yield Hit(
            Location(pointers[0].path),
            f"{len(pointers)} of {len(files)} weight files are Git LFS pointers ({size / 1e9:.2f} GB in all)",
            found=str(len(pointers)),
            help="run git lfs pull to have the weights checked as well",
        )


RULE = Rule("repository/weights-are-pointers", "weights are LFS pointers", Severity.NOTE, 1.0, check, __doc__ or "")
