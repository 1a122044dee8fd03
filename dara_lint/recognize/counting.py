"""How many parameters a checkpoint holds, as the headers say, and each way in which a name may put it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from dara_lint.blueprints.fields import Claims
from dara_lint.blueprints.quantization import Quantization
from dara_lint.model import Graph, Tensor
from dara_lint.recognize.initializers import initializers
from dara_lint.recognize.packing import Stored, stored
from dara_lint.recognize.structure import is_input_embedding, is_routed_expert, is_tower, structure

Kind = Literal["model", "adapter"]

_HEAD = re.compile(
    r"(?:^|\.)(?:lm_head(?:\.decoder|\.out_proj)?|embed_out|output_layer|cls\.predictions\.decoder|transformer\.ff_out"
    r"|generator_lm_head|vocab_projector|lm_loss|pred_layer\.proj|output_projection)\.(?:weight|qweight|weight_packed)$"
    r"|^(?:model\.)?output\.weight$|^(?:decoder|proj_out)\.weight$"
)
_POSITIONS = re.compile(r"(?:^|[._/])(?:wpe|position_embeddings?|embed_positions|pos_emb)(?:[._]weight)?$")
_PER_LAYER = re.compile(r"(?:^|[._])(?:embed_tokens_per_layer|per_layer_token_embd)\.\w+$")
_ADAPTER = re.compile(
    r"\.lora_(?:A|B|E|embedding_A|embedding_B|magnitude_vector|up|down|mid)\b|\.(?:ia3_l|hada_w[12]_[ab]|lokr_w\w+|oft_\w+"
    r"|vera_lambda_[bd]|boft_\w+)\b|^(?:prompt_embeddings|prefix_projection|base_model\.model\.\S*lora_)"
)
_NO_MODEL = re.compile(r"^(?:optimizer|optimizer_states|model_ema|ema|lr_schedulers?)[./]")


@dataclass(frozen=True, slots=True)
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
        if self.per_layer:
            found["effective"] = language - self.per_layer
        if self.active is not None:
            found["active"] = self.active
            found["active without embeddings"] = self.active - outside - self.towers
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
    tensors = [tensor for tensor in tensors if not _NO_MODEL.match(tensor.name)]
    if quantization is None and claims is not None:
        quantization = claims.quantization
    parts = tuple(initializers(tensors, graph) if graph else stored(tensors, quantization))
    weights = [part for part in parts if part.parameters]
    head, tied = _heads(weights, claims)
    doubled = tied + _doubled(weights)
    total = sum(part.parameters for part in weights) - doubled
    experts = sum(part.parameters for part in weights if is_routed_expert(part.tensor.name))
    dtypes: Counter[str] = Counter()
    for part in weights:
        dtypes[part.tensor.dtype] += part.parameters
    return Counted(
        total=total,
        unclear=sum(part.parameters for part in parts if part.role == "unclear"),
        kind=_kind(weights),
        active=_active(total, experts, tensors, claims, experts_per_token) if experts else None,
        experts=experts,
        embedding=_embedding(weights),
        head=head,
        towers=sum(part.parameters for part in weights if is_tower(part.tensor.name)),
        per_layer=sum(part.parameters for part in weights if _PER_LAYER.search(part.tensor.name)),
        tied=doubled,
        dtypes=dict(dtypes.most_common()),
        nbytes=sum(tensor.nbytes for tensor in tensors),
    )


def _kind(weights: Sequence[Stored]) -> Kind:
    lora = sum(1 for part in weights if _ADAPTER.search(part.tensor.name))
    return "adapter" if weights and 2 * lora > len(weights) else "model"


def _heads(weights: Iterable[Stored], claims: Claims | None) -> tuple[int, int]:
    """Parameters of a head of its own, and of one that only repeats the input embedding.

    Whether it is tied the configuration says; a model type's default counts if its width is that of the weights.
    """
    weights = tuple(weights)
    tables = {part.tensor.shape for part in weights if is_input_embedding(_plain(part))}
    width = claims.hidden_size.value if claims and claims.hidden_size else None
    said = claims.tied if claims else None
    ours = width is None or any(width in shape for shape in tables) or bool(said and said.pointer)
    tied = ours and said is not None and said.value
    head = repeated = 0
    for part in weights:
        if _HEAD.search(part.tensor.name) and not is_tower(part.tensor.name):
            if tied and part.tensor.shape in tables:
                repeated += part.parameters
            else:
                head += part.parameters
    return head, repeated


def _doubled(weights: Iterable[Stored]) -> int:
    """``encoder.embed_tokens`` and ``decoder.embed_tokens`` stored beside the ``shared`` table they are."""
    weights = tuple(weights)
    shared = {part.tensor.shape for part in weights if re.search(r"(?:^|\.)shared\.weight$", part.tensor.name)}
    return sum(
        part.parameters
        for part in weights
        if part.tensor.shape in shared and re.search(r"(?:^|\.)(?:en|de)coder\.embed_tokens\.weight$", part.tensor.name)
    )


def _embedding(weights: Iterable[Stored]) -> int:
    """The largest input table, and the tables of positions."""
    tokens = positions = 0
    for part in weights:
        if is_input_embedding(_plain(part)) and not _PER_LAYER.search(part.tensor.name):
            tokens = max(tokens, part.parameters)
        elif _POSITIONS.search(part.tensor.name) and not is_tower(part.tensor.name):
            positions += part.parameters
    return tokens + positions


def _plain(part: Stored) -> str:
    """The name a packed table would have unpacked."""
    for packed in (".qweight", ".weight_packed", ".W_q"):
        if part.tensor.name.endswith(packed):
            return part.tensor.name.removesuffix(packed) + ".weight"
    return part.tensor.name


def _active(
    total: int, experts: int, tensors: Sequence[Tensor], claims: Claims | None, experts_per_token: int | None
) -> int | None:
    used = experts_per_token or (claims.experts_per_token.value if claims and claims.experts_per_token else None)
    found = structure((tensor.name for tensor in tensors), tensors).experts
    if found is None and claims and claims.experts:
        found = claims.experts.value
    if not used or not found or used > found:
        return None
    return total - experts + experts * used // found
