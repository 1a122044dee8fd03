"""A file cannot be read, or not the way the usual loaders read it.

Every file that says something of a model (configs, the card, indexes, headers of weights) is read. What
breaks its format is reported with its place: a trailing comma or a merge-conflict marker in config.json, a
safetensors header that lies about its length, front matter that is no YAML. It is an error when the usual
loader fails on it, a note when loaders let it pass (a duplicate key: the last one wins).

Example: config.json holds ``"vocab_size": 32000,}``; json.loads refuses the file, and so does transformers.

How to mend: correct the file at the line that is named; for weights, save or download them again.

Source: RFC 8259 for JSON, the format descriptions of safetensors, GGUF, ONNX and PyTorch for weights.
"""

from __future__ import annotations

from collections.abc import Iterator

from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import ModelRepo, ReadError
from dara_lint.settings import Settings


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Every ``ReadError`` of the repository is a hit."""
    for error in _errors(repo):
        yield Hit(error.at, error.reason, found=error.reason, severity=_severity(error))


def _severity(error: ReadError) -> Severity:
    """A malformed card is shown all the same, only differently; anything else malformed does not load."""
    if error.kind == "tolerated":
        return Severity.NOTE
    text = error.at.path.lower().endswith(".md")
    return Severity.WARNING if error.kind == "malformed" and text else Severity.ERROR


def _errors(repo: ModelRepo) -> Iterator[ReadError]:
    yield from repo.problems
    if repo.card:
        yield from repo.card.problems
    for part in repo.parts:
        for document in part.documents.values():
            yield from document.problems
        for checkpoint in part.checkpoints:
            if checkpoint.index:
                yield from checkpoint.index.problems
            for file in checkpoint.files:
                yield from file.problems


RULE = Rule("repository/unreadable-file", "a file cannot be read", Severity.ERROR, 0.97, check, __doc__ or "")
