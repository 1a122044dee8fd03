"""What a configuration claims, whatever it calls it: each value with the JSON pointer of its key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dara_lint.blueprints.claim import Claim, number, strings, text, whole_numbers
from dara_lint.blueprints.quantization import Quantization, quantization
from dara_lint.blueprints.spellings import (
    COMPONENTS,
    DTYPES,
    EQUALS,
    EXPERT_HOLDERS,
    STRONG,
    TEXT,
    TIED,
    UNTIED,
    WEAK,
)
from dara_lint.facts import fact, field
from dara_lint.model import Document, Json
from dara_lint.remember import by_identity

MAX_NESTING = 3
"""Configurations inside configurations that are followed: thinker_config/text_config is two."""


@fact
class Claims:
    """The fields of one configuration. What is absent, of the wrong type or ambiguous is None.

    In a composed configuration the fields that the root does not give are those of its language model
    (pointers such as ``/text_config/hidden_size``), unless several towers are equals (CLIP). ``components``
    holds the claims of each inner configuration by its key.
    """

    model_type: Claim[str] | None = None
    architectures: Claim[tuple[str, ...]] | None = None
    class_name: Claim[str] | None = None
    """``_class_name`` of a diffusers component or pipeline."""
    name_or_path: Claim[str] | None = None
    layers: Claim[int] | None = None
    """Layers of the encoder when encoder and decoder are told apart, as transformers counts."""
    encoder_layers: Claim[int] | None = None
    decoder_layers: Claim[int] | None = None
    stages: Claim[tuple[int, ...]] | None = None
    """Layers of each stage (``depths`` of swin, ``num_block_repeats`` of efficientnet); ``layers`` is then None."""
    hidden_size: Claim[int] | None = None
    heads: Claim[int] | None = None
    kv_heads: Claim[int] | None = None
    head_dim: Claim[int] | None = None
    intermediate_size: Claim[int] | None = None
    vocab_size: Claim[int] | None = None
    context: Claim[int] | None = None
    contexts: tuple[Claim[int], ...] = ()
    """Every length in tokens that the configuration gives, scaled rotary embeddings included."""
    experts: Claim[int] | None = None
    """Routed experts; 0 and 1 are given as they stand."""
    experts_per_token: Claim[int] | None = None
    shared_experts: Claim[int] | None = None
    expert_size: Claim[int] | None = None
    image_size: Claim[int] | None = None
    patch_size: Claim[int] | None = None
    dtype: Claim[str] | None = None
    """As in ``dara_lint.model.BITS``; ``auto`` is no claim."""
    tied: Claim[bool] | None = None
    """Head and input embedding are one. The pointer is empty when it is the model type's default."""
    quantization: Quantization | None = None
    components: Mapping[str, Claims] = field(default_factory=dict)

    @property
    def moe(self) -> bool:
        """More than one routed expert is claimed."""
        return self.experts is not None and self.experts.value > 1


def claims(config: Mapping[str, Json]) -> Claims:
    """The claims of a ``config.json`` (or ``params.json``, or a diffusers component's). Never raises."""
    return _claims(config, "", MAX_NESTING)


@by_identity
def claims_of(document: Document) -> Claims:
    """The claims of a file, which is a fact: worked out once for all rules."""
    return claims(document.table)


def _claims(config: Mapping[str, Json], at: str, depth: int) -> Claims:
    components = {}
    if depth:
        for key in COMPONENTS:
            nested = config.get(key)
            if isinstance(nested, dict):
                components[key] = _claims(nested, f"{at}/{key}", depth - 1)
    model_type = text(config, "model_type", at)
    inner = _language_model(model_type, components) or Claims()
    experts = _experts(config, at)
    stages = whole_numbers(config, ("depths", "num_blocks_per_stage", "num_block_repeats"), at)
    layers = None if stages else _field(config, "layers", at, inner.layers)
    hidden_size = _field(config, "hidden_size", at, inner.hidden_size)
    intermediate = _field(config, "intermediate_size", at)
    if intermediate is None and "dim" in config:
        intermediate = number(config, "hidden_dim", at)
    context = _field(config, "context", at)
    inherits = inner if context is None else None
    return Claims(
        model_type=model_type,
        architectures=strings(config, "architectures", at),
        class_name=text(config, "_class_name", at),
        name_or_path=text(config, "_name_or_path", at),
        layers=layers,
        encoder_layers=_stack(config, "encoder_layers", at) or inner.encoder_layers,
        decoder_layers=_stack(config, "decoder_layers", at) or inner.decoder_layers,
        stages=stages,
        hidden_size=hidden_size,
        heads=_field(config, "heads", at, inner.heads),
        kv_heads=_field(config, "kv_heads", at) or _one_query(config, at) or inner.kv_heads,
        head_dim=_field(config, "head_dim", at, inner.head_dim),
        intermediate_size=intermediate or inner.intermediate_size,
        vocab_size=_field(config, "vocab_size", at, inner.vocab_size),
        context=context or inner.context,
        contexts=inherits.contexts if inherits else tuple(_contexts(config, at)),
        experts=experts.get("experts") or inner.experts,
        experts_per_token=experts.get("experts_per_token") or inner.experts_per_token,
        shared_experts=experts.get("shared_experts") or inner.shared_experts,
        expert_size=experts.get("expert_size") or inner.expert_size,
        image_size=_side(config, "image_size", at) or _tower(components, "image_size"),
        patch_size=_side(config, "patch_size", at) or _tower(components, "patch_size"),
        dtype=_dtype(config, at) or inner.dtype,
        tied=_tied(config, model_type, at, inner),
        quantization=quantization(config) if not at else None,
        components=components,
    )


def _language_model(model_type: Claim[str] | None, components: Mapping[str, Claims]) -> Claims | None:
    """The component whose fields are the whole's: the thinker's, else the language model's."""
    if model_type and model_type.value in EQUALS:
        return None
    for key in ("thinker_config", "vlm_config"):
        if key in components:
            return components[key]
    found = [components[key] for key in TEXT if key in components]
    return found[0] if len(found) == 1 else None


def _field(config: Mapping[str, Json], name: str, at: str, inherited: Claim[int] | None = None) -> Claim[int] | None:
    """The field by its strong keys (None when they disagree), by the first weak key, or as inherited."""
    strong = [claim for key in STRONG[name] if (claim := number(config, key, at))]
    if strong:
        return strong[0] if len({claim.value for claim in strong}) == 1 or name == "context" else None
    return next((claim for key in WEAK.get(name, ()) if (claim := number(config, key, at))), inherited)


def _one_query(config: Mapping[str, Json], at: str) -> Claim[int] | None:
    """Falcon and GPT-BigCode say one key-value head by a flag."""
    return Claim(1, f"{at}/multi_query") if config.get("multi_query") is True else None


def _stack(config: Mapping[str, Json], name: str, at: str) -> Claim[int] | None:
    """Layers of one stack; T5 calls the encoder's ``num_layers`` when it names the decoder's."""
    found = next((claim for key in STRONG[name] if (claim := number(config, key, at))), None)
    if found is None and name == "encoder_layers" and number(config, "num_decoder_layers", at):
        return number(config, "num_layers", at)
    return found


def _experts(config: Mapping[str, Json], at: str) -> dict[str, Claim[int] | None]:
    found: dict[str, Claim[int] | None] = {}
    for name in ("experts", "experts_per_token", "shared_experts", "expert_size"):
        claim = _any(config, STRONG[name], at)
        for holder in EXPERT_HOLDERS:
            nested = config.get(holder)
            if claim is None and isinstance(nested, dict):
                claim = _any(nested, STRONG[name], f"{at}/{holder}")
        found[name] = claim
    if config.get("enable_moe_block") is False:
        return {}
    return found


def _any(config: Mapping[str, Json], keys: tuple[str, ...], at: str) -> Claim[int] | None:
    found = [claim for key in keys if (claim := number(config, key, at, least=0))]
    return found[0] if found and len({claim.value for claim in found}) == 1 else None


def _side(config: Mapping[str, Json], name: str, at: str) -> Claim[int] | None:
    """The side of a square, given as a number or as equal numbers (``[224, 224]``, height and width)."""
    found = next((claim for key in STRONG[name] if (claim := number(config, key, at))), None)
    if found is None and isinstance(config.get(name), dict):
        nested = config[name]
        sides = [nested.get("height"), nested.get("width")] if isinstance(nested, dict) else []
        found = number({name: sides}, name, at) if sides and sides[0] is not None else None
    return found


def _tower(components: Mapping[str, Claims], name: str) -> Claim[int] | None:
    for key in ("vision_config", "vision_tower_config", "vision_encoder_config", "image_config", "visual", "encoder"):
        if key in components and isinstance(found := getattr(components[key], name), Claim):
            return found
    return None


def _contexts(config: Mapping[str, Json], at: str) -> Iterator[Claim[int]]:
    seen = set()
    for key in (*STRONG["context"], *WEAK["context"]):
        if (claim := number(config, key, at)) and claim.value not in seen:
            seen.add(claim.value)
            yield claim
    base = _field(config, "context", at)
    for key in ("rope_scaling", "rope_parameters"):
        scaling = config.get(key)
        if not isinstance(scaling, dict):
            continue
        original = number(scaling, "original_max_position_embeddings", f"{at}/{key}")
        if original and original.value not in seen:
            seen.add(original.value)
            yield original
        factor = scaling.get("factor")
        if isinstance(factor, bool) or not isinstance(factor, int | float) or not 1 < factor <= 1 << 20:
            continue
        for start in (base, original):
            scaled = round(start.value * factor) if start else 0
            if scaled and scaled not in seen:
                seen.add(scaled)
                yield Claim(scaled, f"{at}/{key}/factor")


def _dtype(config: Mapping[str, Json], at: str) -> Claim[str] | None:
    for key in ("torch_dtype", "dtype"):
        value = config.get(key)
        if isinstance(value, str) and (name := DTYPES.get(value.lower().removeprefix("torch."))):
            return Claim(name, f"{at}/{key}")
    flags = [key for key in ("bf16", "fp16", "fp32") if config.get(key) is True]
    return Claim(DTYPES[flags[0]], f"{at}/{flags[0]}") if len(flags) == 1 else None


def _tied(
    config: Mapping[str, Json], model_type: Claim[str] | None, at: str, inner: Claims | None
) -> Claim[bool] | None:
    value = config.get("tie_word_embeddings")
    if isinstance(value, bool):
        return Claim(value, f"{at}/tie_word_embeddings")
    if inner and inner.tied:
        return inner.tied
    known = model_type.value if model_type else ""
    return Claim(known in TIED, "") if known in TIED or known in UNTIED else None
