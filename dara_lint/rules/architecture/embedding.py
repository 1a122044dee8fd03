"""The input embedding has another number of rows or columns than the config says.

Its rows are the vocabulary (``vocab_size``), its columns the width of the model (``hidden_size``). A loader
builds the table from the config, and fails (or silently starts from random numbers) when the weights differ.

Only tables of plain numbers are judged: packed, quantised and adapter weights are left to other rules. A
number that stands elsewhere in the config (``embedding_size``, a second vocabulary) is accepted. So are more rows
than ``vocab_size`` where the model reads more tokens than it writes: the head has ``vocab_size`` rows (Llama 3.2
Vision), or the config tells of image tokens past them, or of codebooks, whose tokens may stand in the same table.

Example: ``"vocab_size": 32000`` beside ``model.embed_tokens.weight`` with 32,064 rows.

How to mend: write the weights' number into config.json; after adding tokens, save config and weights together.

Source: transformers 4.57, ``PreTrainedModel.resize_token_embeddings``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dara_lint.blueprints.claim import Claim
from dara_lint.blueprints.fields import Claims, claims_of
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Checkpoint, Document, Json, Location, ModelRepo, Tensor
from dara_lint.recognize.structure import checkpoint_structure
from dara_lint.rules.numbers import numbers
from dara_lint.rules.promised import spoken_for
from dara_lint.rules.subject import is_transformers
from dara_lint.settings import Settings


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold ``vocab_size`` and ``hidden_size`` of each config to the embedding beside it."""
    for part in repo.parts:
        if part.config is None or part.adapter or not part.checkpoints or spoken_for(repo, part.config.path):
            continue
        claim = claims_of(part.config)
        found = next(
            (
                (checkpoint, table)
                for checkpoint in part.checkpoints
                if is_transformers(checkpoint) and (table := checkpoint_structure(checkpoint).embedding)
            ),
            None,
        )
        if found is None:
            if any(file.pointer for c in part.checkpoints for file in c.files):
                yield Skip(part.checkpoints[0].path, "weights are pointers")
            continue
        yield from _table(part.config, claim, *found)


def _table(config: Document, claim: Claims, checkpoint: Checkpoint, embedding: Tensor) -> Iterator[Hit]:
    if any(BACKBONE.search(key) for key in claim.components) or BACKBONE.search(embedding.name):
        return  # a table of another model's width (Grounding DINO's BERT)
    rows, columns = embedding.shape[:2]
    elsewhere = numbers(config.table, _SIZE)
    if claim.hidden_size and columns != claim.hidden_size.value and columns not in elsewhere:
        yield _hit(config, claim.hidden_size, columns, "columns", embedding)
    if claim.vocab_size is None or rows in {claim.vocab_size.value, *elsewhere}:
        return
    if rows > claim.vocab_size.value and _more(config.table, claim.vocab_size, rows, checkpoint):
        return
    module = embedding.name.rpartition(".")[0]
    if any(
        t.name.rpartition(".")[0] == module and t.shape[1:] == (columns,) and t != embedding for t in checkpoint.tensors
    ):
        return  # Molmo keeps added tokens in a second table of the module
    yield _hit(config, claim.vocab_size, rows, "rows", embedding)


def _hit(config: Document, claimed: Claim[int], held: int, what: str, embedding: Tensor) -> Hit:
    key = claimed.pointer.rpartition("/")[2]
    return Hit(
        Location(config.path, claimed.pointer),
        f"{key} is {claimed.value:,}, but {embedding.name} has {held:,} {what}",
        found=f"{claimed.value} {held}",
        help=f"write {held} here; after a change of the vocabulary, save config and weights together",
        related=(Location(embedding.file, embedding.name),),
    )


def _more(config: dict[str, Json], claimed: Claim[int], rows: int, checkpoint: Checkpoint) -> bool:
    """More tokens are read than written: the head has as many rows as the config says, a token for images lies
    past the vocabulary, or the table holds further vocabularies (of an audio codec)."""
    if any(_HEAD.search(tensor.name) and tensor.shape[:1] == (claimed.value,) for tensor in checkpoint.tensors):
        return True
    if any(claimed.value <= token < rows for token in numbers(config, _MEDIA)):
        return True
    inner: Json = config
    for step in claimed.pointer.split("/")[1:-1]:
        inner = inner.get(step) if isinstance(inner, dict) else None
    return isinstance(inner, dict) and any(_VOCABULARY.search(key) for key in inner)


BACKBONE = re.compile(r"backbone")
_HEAD = re.compile(r"(?:^|[._])lm_head\.weight$")
_MEDIA = re.compile(r"(?:image|audio|video|vision|media)_token_(?:id|index)$")
_VOCABULARY = re.compile(r"codebook|(?:audio|speech|codec|semantic|acoustic|image|mel|output)_vocab_size")
_SIZE = re.compile(r"^(?!.*(?:position|length|window|context|n_ctx|theta|_ids?$|token_index$))")
"""Keys of numbers that can be the size of a table: what equals a position or the id of a token does so by chance."""


RULE = Rule(
    "architecture/embedding",
    "the embedding has another size than the config",
    Severity.ERROR,
    0.95,
    check,
    __doc__ or "",
)
