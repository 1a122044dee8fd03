"""The input embedding has another number of rows or columns than the config says.

Its rows are the vocabulary (``vocab_size``), its columns the width of the model (``hidden_size``). A loader
builds the table from the config, and fails (or silently starts from random numbers) when the weights differ.

Only tables of plain numbers are judged: packed, quantised and adapter weights are left to other rules. A
number that stands elsewhere in the config (``embedding_size``, a second vocabulary) is accepted.

Example: ``"vocab_size": 32000`` beside ``model.embed_tokens.weight`` with 32,064 rows.

How to mend: write the weights' number into config.json; after adding tokens, save config and weights together.

Source: transformers 4.57, ``PreTrainedModel.resize_token_embeddings``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dara_lint.blueprints.claim import Claim
from dara_lint.blueprints.fields import claims
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Document, Json, Location, ModelRepo, Tensor
from dara_lint.recognize.structure import checkpoint_structure
from dara_lint.rules.subject import is_transformers
from dara_lint.settings import Settings


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold ``vocab_size`` and ``hidden_size`` of each config to the embedding beside it."""
    for part in repo.parts:
        if part.config is None or part.adapter or not part.checkpoints:
            continue
        claim = claims(part.config.table)
        embedding = next(
            (found for c in part.checkpoints if is_transformers(c)
             and (found := checkpoint_structure(c).embedding)), None
        )  # fmt: skip
        if embedding is None:
            if any(file.pointer for c in part.checkpoints for file in c.files):
                yield Skip(part.checkpoints[0].path, "weights are pointers")
            continue
        for claimed, held, what in (
            (claim.vocab_size, embedding.shape[0], "rows"),
            (claim.hidden_size, embedding.shape[1], "columns"),
        ):
            if claimed and claimed.value != held and held not in _numbers(part.config.table):
                yield _hit(part.config, claimed, held, what, embedding)


def _hit(config: Document, claimed: Claim[int], held: int, what: str, embedding: Tensor) -> Hit:
    key = claimed.pointer.rpartition("/")[2]
    return Hit(
        Location(config.path, claimed.pointer),
        f"{key} is {claimed.value:,}, but {embedding.name} has {held:,} {what}",
        found=f"{claimed.value} {held}",
        help=f"write {held} here; after a change of the vocabulary, save config and weights together",
        related=(Location(embedding.file, embedding.name),),
    )


_NO_SIZE = re.compile(r"position|length|window|context|n_ctx|theta|_ids?$|token_index$")
"""Keys of numbers that are no size of a table: what equals one of them does so by chance."""


def _numbers(value: Json, depth: int = 6) -> frozenset[int]:
    """Every whole number in the config that may be a size."""
    if isinstance(value, bool):
        return frozenset()
    if isinstance(value, int):
        return frozenset({value})
    inner = value if isinstance(value, list) else ()
    if isinstance(value, dict):
        inner = [item for key, item in value.items() if not _NO_SIZE.search(key)]
    return frozenset().union(*(_numbers(item, depth - 1) for item in inner)) if depth else frozenset()


RULE = Rule(
    "architecture/embedding",
    "the embedding has another size than the config",
    Severity.ERROR,
    0.95,
    check,
    __doc__ or "",
)
