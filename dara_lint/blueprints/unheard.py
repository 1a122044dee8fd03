"""Keys of a config that shape weights elsewhere, and that the blueprint of its class was never shown.

A class may read a key that its config class does not declare (``getattr(config, "head_dim", …)``): such a key was
not varied when the blueprint was inferred, so what it does is not known, and nothing can be promised.
"""

from __future__ import annotations

from collections.abc import Mapping

from dara_lint.blueprints.compose import DEEPEST, Library
from dara_lint.blueprints.fields import claims
from dara_lint.blueprints.spellings import STRONG
from dara_lint.blueprints.suggest import value_at
from dara_lint.model import Json

DRAFT = "draft_vocab_size"
"""The vocabulary of a head that drafts for another model (EAGLE-3), under that model's class."""
_SHAPING = frozenset(
    (DRAFT, *(key for name in ("head_dim", "experts", "expert_size", "shared_experts") for key in STRONG[name]))
)

UNVARIED: Mapping[tuple[str, str], tuple[Json, ...]] = {
    ("dinov2", "use_swiglu_ffn"): (False,),
    ("dpt", "is_hybrid"): (False,),
    ("falcon", "new_decoder_architecture"): (False,),
    ("hiera", "depths"): ([2, 3, 16, 3],),
    ("marian", "share_encoder_decoder_embeddings"): (True,),
    ("maskformer", "backbone_config.depths"): ([2, 2, 18, 2],),
    ("mobilevitv2", "n_attn_blocks"): ([2, 4, 3],),
    ("opt", "_remove_final_layer_norm"): (False,),
    ("rembert", "output_embedding_size"): (1664,),
    ("sam_vision_model", "output_channels"): (256,),
    ("swiftformer", "depths"): ([3, 3, 6, 4],),
    ("wav2vec2", "adapter_attn_dim"): (),
    ("wav2vec2", "add_adapter"): (False,),
    ("xmod", "languages"): (["en_XX"],),
}
"""Keys that inference never varied, since they must agree with another or are null or a list of words by default, with
their usual values; what others bring is not known."""
ATTENTION = "pos_att_type"
"""Kinds of attention of DeBERTa, null by default; without ``share_att_key`` each has projections of its own."""
BACKBONE = "backbone"
TIMM = (BACKBONE, "architecture")
"""Keys that name a model of timm; a blueprint was shown the default one alone."""


def unheard(
    config: Mapping[str, Json], library: Library, depth: int = DEEPEST, shown: frozenset[str] = frozenset()
) -> str:
    """The first such key with a value that is not the usual one; empty when there is none.

    ``shown`` are the models of timm that the configs around this one have by default."""
    model_type = config.get("model_type")
    kind = library.kind(model_type) if isinstance(model_type, str) else None
    if kind is not None:
        shown |= _named(kind.defaults)
        for key in TIMM:
            name = config.get(key)
            if isinstance(name, str) and (key == BACKBONE or key in kind.defaults) and name not in shown:
                return key
        if model_type in {"deberta", "deberta-v2"} and config.get(ATTENTION) and not config.get("share_att_key"):
            return ATTENTION
        for (kind_of, key), usual_values in UNVARIED.items():
            value = value_at(config, key) if kind_of == model_type else None
            if value is not None and value not in usual_values:
                return key
        undeclared = _SHAPING & config.keys() - kind.defaults.keys() - kind.aliases.keys()
        usual = _usual(config) if undeclared else frozenset()
        for key in sorted(undeclared):
            value = config[key]
            if not isinstance(value, dict | list) and value not in usual:
                return key
    for value in config.values():
        if depth and isinstance(value, dict) and (found := unheard(value, library, depth - 1, shown)):
            return found
    return ""


def _usual(config: Mapping[str, Json]) -> frozenset[Json]:
    """Values that say nothing: none at all, and the width of a head that follows from the model's."""
    claim = claims(config)
    if claim.heads and claim.hidden_size and not claim.hidden_size.value % claim.heads.value:
        return frozenset({None, 0, claim.hidden_size.value // claim.heads.value})
    return frozenset({None, 0})


def _named(defaults: Mapping[str, Json], depth: int = DEEPEST) -> frozenset[str]:
    """The models of timm that a type has by default, in its own config or in those nested in it."""
    found = frozenset(name for key in TIMM if isinstance(name := defaults.get(key), str))
    for value in defaults.values() if depth else ():
        if isinstance(value, dict):
            found |= _named(value, depth - 1)
    return found
