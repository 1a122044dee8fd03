"""How many parameters a checkpoint holds, as the headers say, and each way in which a name may put it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

from dara_lint.blueprints.fields import Claims
from dara_lint.blueprints.quantization import Quantization
from dara_lint.facts import fact, field
from dara_lint.model import Graph, Tensor
from dara_lint.recognize.initializers import initializers
from dara_lint.recognize.packing import Stored, stored
from dara_lint.recognize.structure import experts_in_a_layer
from dara_lint.recognize.traits import Traits, traits

Kind = Literal["model", "adapter"]


@fact
class Counted:
    """Parameters of one checkpoint. Every number is a part of ``total``, except ``tied`` which is not in it.

    ``unclear`` are stored in integer tables that nothing explains: there may be up to sixteen times as many.
    ``active`` counts what one token uses, None when there are no experts or it is not known how many are
    used. ``tied`` were stored twice. ``embedding`` holds tokens and positions, ``head`` an output table of
    its own, ``towers`` vision, audio and projectors, ``per_layer`` the embeddings of each layer that
    Gemma 3n keeps off the accelerator. ``dtypes`` gives parameters by the dtype in which they are stored,
    ``nbytes`` all bytes stored.
    """

    total: int
    unclear: int = 0
    kind: Kind = "model"
    active: int | None = None
    experts: int = 0
    embedding: int = 0
    head: int = 0
    towers: int = 0
    per_layer: int = 0
    tied: int = 0
    dtypes: Mapping[str, int] = field(default_factory=dict)
    nbytes: int = 0

    @property
    def exact(self) -> bool:
        """Every tensor is understood."""
        return not self.unclear

    @property
    def readings(self) -> Mapping[str, int]:
        """Every number of parameters that an honest name may mean, by what it counts."""
        found = {"all parameters": self.total}
        language = self.total - self.towers
        if self.towers:
            found["the language model"] = language
        outside = self.embedding + self.head + self.per_layer
        if outside:
            found["without embeddings"] = language - outside
        if self.head and not self.tied:
            found["with one embedding"] = language - self.head
        if self.tied:
            found["with copies"] = self.total + self.tied
        if self.per_layer:
            found["effective"] = language - self.per_layer
        if self.active is not None:
            found["active"] = self.active
            found["active without embeddings"] = self.active - outside - self.towers
            if self.towers:  # of a tower with experts of its own only a part is active
                found["active with towers, without embeddings"] = self.active - outside
        return {name: number for name, number in found.items() if number > 0}


def count(
    tensors: Sequence[Tensor],
    claims: Claims | None = None,
    *,
    quantization: Quantization | None = None,
    graph: Graph | None = None,
    experts_per_token: int | None = None,
) -> Counted:
    """Count one whole checkpoint: every tensor once, packed weights unpacked, buffers left out.

    ``claims`` settle what the tensors cannot: whether the head is the embedding, how many experts one token
    uses (or say it by ``experts_per_token``), how many bits a packed weight has. ``graph`` is that of an
    ONNX file. Linear in the number of tensors.
    """
    said = [traits(tensor.name) for tensor in tensors]
    if any(each.foreign for each in said):
        tensors = [tensor for tensor, each in zip(tensors, said, strict=True) if not each.foreign]
        said = [each for each in said if not each.foreign]
    if quantization is None and claims is not None:
        quantization = claims.quantization
    parts = tuple(initializers(tensors, graph) if graph else stored(tensors, quantization))
    weights = [(part, each) for part, each in zip(parts, said, strict=True) if part.parameters]
    head, tied = _heads(weights, claims)
    doubled = tied + _doubled(weights)
    total = sum(part.parameters for part, _ in weights) - doubled
    experts = sum(part.parameters for part, said in weights if said.expert)
    dtypes: Counter[str] = Counter()
    for part, _ in weights:
        dtypes[part.tensor.dtype] += part.parameters
    adapted = sum(said.adapted for _, said in weights)
    return Counted(
        total=total,
        unclear=sum(part.parameters for part in parts if part.role == "unclear"),
        kind="adapter" if weights and 2 * adapted > len(weights) else "model",
        active=_active(total, experts, tensors, claims, experts_per_token) if experts else None,
        experts=experts,
        embedding=_embedding(weights),
        head=head,
        towers=sum(part.parameters for part, said in weights if said.tower),
        per_layer=sum(part.parameters for part, said in weights if said.per_layer),
        tied=doubled,
        dtypes=dict(dtypes.most_common()),
        nbytes=sum(tensor.nbytes for tensor in tensors),
    )


def _heads(weights: Sequence[tuple[Stored, Traits]], claims: Claims | None) -> tuple[int, int]:
    """Parameters of a head of its own, and of one that only repeats the input embedding.

    Whether it is tied the configuration says; a model type's default counts if its width is that of the weights.
    """
    tables = {part.tensor.shape for part, said in weights if said.embedding}
    width = claims.hidden_size.value if claims and claims.hidden_size else None
    claim = claims.tied if claims else None
    ours = width is None or any(width in shape for shape in tables) or bool(claim and claim.pointer)
    tied = ours and claim is not None and claim.value
    head = repeated = 0
    for part, said in weights:
        if said.head and tied and part.tensor.shape in tables:
            repeated += part.parameters
        elif said.head:
            head += part.parameters
    return head, repeated


def _doubled(weights: Sequence[tuple[Stored, Traits]]) -> int:
    """``encoder.embed_tokens`` and ``decoder.embed_tokens`` stored beside the ``shared`` table they are."""
    shared = {part.tensor.shape for part, said in weights if said.shared}
    return sum(part.parameters for part, said in weights if said.side and part.tensor.shape in shared)


def _embedding(weights: Sequence[tuple[Stored, Traits]]) -> int:
    """The largest input table, and the tables of positions."""
    tokens = positions = 0
    for part, said in weights:
        if said.embedding and not said.per_layer:
            tokens = max(tokens, part.parameters)
        elif said.positions:
            positions += part.parameters
    return tokens + positions


def _active(
    total: int, experts: int, tensors: Sequence[Tensor], claims: Claims | None, experts_per_token: int | None
) -> int | None:
    used = experts_per_token or (claims.experts_per_token.value if claims and claims.experts_per_token else None)
    found = experts_in_a_layer([tensor.name for tensor in tensors], tensors)
    if found is None and claims and claims.experts:
        found = claims.experts.value
    if not used or not found or used > found:
        return None
    return total - experts + experts * used // found
