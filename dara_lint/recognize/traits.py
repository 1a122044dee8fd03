"""What the name of a weight says that it is: an embedding, a head, an expert's, a tower's."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from dara_lint.recognize.patterns import LONGEST, REMEMBERED, read_back, zeroed
from dara_lint.recognize.structure import is_input_embedding, is_routed_expert, is_tower

_HEAD = re.compile(
    r"(?:^|\.)(?:lm_head(?:\.decoder|\.out_proj)?|embed_out|output_layer|cls\.predictions\.decoder|transformer\.ff_out"
    r"|generator_lm_head|vocab_projector|lm_loss|pred_layer\.proj|output_projection)\.(?:weight|qweight|weight_packed)$"
    r"|^(?:model\.)?output\.weight$|^(?:decoder|proj_out)\.weight$"
)
_SHARED = re.compile(r"(?:^|\.)shared\.weight$")
_SIDE = re.compile(r"(?:^|\.)(?:en|de)coder\.embed_tokens\.weight$")
_POSITIONS = re.compile(r"(?:^|[._/])(?:wpe|position_embeddings?|embed_positions|pos_emb)(?:[._]weight)?$")
_PER_LAYER = re.compile(r"(?:^|[._])(?:embed_tokens_per_layer|per_layer_token_embd)\.\w+$")
_ADAPTED = re.compile(
    r"\.lora_(?:A|B|E|embedding_A|embedding_B|magnitude_vector|up|down|mid)\b|\.(?:ia3_l|hada_w\d_[ab]|lokr_w\w+|oft_\w+"
    r"|vera_lambda_[bd]|boft_\w+)\b|^(?:prompt_embeddings|prefix_projection|base_model\.model\.\S*lora_)"
)
_FOREIGN = re.compile(r"^(?:optimizer|optimizer_states|model_ema|ema|lr_schedulers?)[./]")
_PACKED = (".qweight", ".weight_packed", ".W_q")


class Traits(NamedTuple):
    """What a name says. ``side`` is the encoder's or decoder's copy of a ``shared`` table, ``per_layer`` the
    embeddings of each layer, ``foreign`` the states of a training and averaged copies."""

    tower: bool
    expert: bool
    embedding: bool
    head: bool
    positions: bool
    per_layer: bool
    shared: bool
    side: bool
    adapted: bool
    foreign: bool


def traits(name: str) -> Traits:
    """The traits of a tensor's name. Kept for names that differ in their numbers only."""
    return _kept(zeroed(name)) if len(name) <= LONGEST else _read(name)


def _read(name: str) -> Traits:
    plain = next((name.removesuffix(end) + ".weight" for end in _PACKED if name.endswith(end)), name)
    tower = is_tower(name)
    return Traits(
        tower=tower,
        expert=is_routed_expert(name),
        embedding=is_input_embedding(plain),
        head=not tower and _HEAD.search(name) is not None,
        positions=not tower and _POSITIONS.search(name) is not None,
        per_layer=_PER_LAYER.search(name) is not None,
        shared=_SHARED.search(name) is not None,
        side=_SIDE.search(name) is not None,
        adapted=_ADAPTED.search(name) is not None,
        foreign=_FOREIGN.match(name) is not None,
    )


@lru_cache(maxsize=REMEMBERED)
def _kept(masked: bytes) -> Traits:
    return _read(read_back(masked))
