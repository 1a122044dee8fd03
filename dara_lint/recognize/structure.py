"""What tensor names and shapes alone say: layers, experts, width, rows of the input embedding."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from dara_lint.facts import fact, field
from dara_lint.model import Checkpoint, Tensor
from dara_lint.recognize.patterns import remembered
from dara_lint.remember import by_identity

MAX_INDEX = 1 << 14
"""Larger numbers in a name are no index of a layer or an expert."""

_NUMBER = re.compile(r"(?:^|[./]|(?:layer|block|expert)_)(\d{1,9})(?=[./]|$)")
_LAYERS = frozenset(
    {
        "layers", "layer", "h", "blk", "block", "blocks", "resblocks", "transformer_blocks", "decoder_layers",
        "encoder_layers",
    }
)  # fmt: skip
_STAGES = frozenset({"stages", "stage", "down_blocks", "up_blocks", "features"})
_tower = remembered(
    r"(?:^|[._])(?:vision|visual|vison|vit|image|img|vpm|clip|siglip|audio|speech|video|talker|token2wav|code2wav"
    r"|qformer|resampler|(?<!vocab_)projector|mtp|draft|eagle|medusa|vae|unet|perceiver|vqmodel|vqgan|protein)"
)
_predicts_further = remembered(r"\.(?:eh_proj|enorm|hnorm|shared_head)\b|\.nextn\.")
_EXPERT = re.compile(r"(?:^|[._/])(?:local_)?experts?[._/](?:expert_)?(\d{1,9})(?=[._/]|$)")
_numbered_expert = remembered(_EXPERT.pattern)
_stacked = remembered(r"(?:^|[._/])(?:experts[._/](?!\d|expert_\d|local_experts)|ffn_(?:gate|up|down|gate_up)_exps\b)")
_embeds = remembered(
    r"(?:^|[./])(?:embed_tokens|word_embeddings|wte|tok_embeddings|embed_in|token_embd|tokens_embed|token_embedding|shared"
    r"|word_embedding|text_embeddings|backbone\.embeddings|transformer\.embeddings)"
    r"(?:\.(?:weight|embedding|base_layer\.weight))?$|^(?:model\.)?embed\.weight$"
)
_of_language = remembered(
    r"(?:^|\.)(?:language_model|text_model|llm|lm)(?:\.|$)|^(?:model|transformer|gpt_neox)\.(?:layers|h)$"
)


class Stack(NamedTuple):
    """A run of numbered blocks: the name before the number, how many, and the highest number plus one."""

    prefix: str
    found: int
    length: int

    @property
    def whole(self) -> bool:
        """Every number from 0 is there."""
        return self.found == self.length


@fact
class Structure:
    """What could be read; None where names or shapes do not say it.

    ``stacks`` are all numbered runs, the one with most names first. ``layers`` belongs to the language model
    or, where there is none, to the only tower; extra layers for predicting several tokens (``mtp_layers``)
    are not in it. ``embedding`` is the input embedding's tensor; ``hidden_size`` its columns, ``vocab_rows``
    its rows, which may be padded. ``experts`` counts routed experts in one layer.
    """

    stacks: tuple[Stack, ...] = ()
    layers: int | None = None
    encoder_layers: int | None = None
    decoder_layers: int | None = None
    stages: int | None = None
    mtp_layers: int = 0
    embedding: Tensor | None = None
    hidden_size: int | None = None
    vocab_rows: int | None = None
    experts: int | None = None
    has_experts: bool = False
    towers: Mapping[str, int] = field(default_factory=dict)
    """Layers of each further tower (vision, audio, draft heads) by its prefix."""


def structure(names: Iterable[str], tensors: Iterable[Tensor] = ()) -> Structure:
    """What the names (and the tensors' shapes, when known) of one checkpoint say. Linear in their number."""
    names = tuple(names)
    tensors = tuple(tensors)
    stacks, extra = _stacks(names)
    towers = {stack.prefix: stack.length for stack in stacks if _tower(stack.prefix)}
    main = [stack for stack in stacks if stack.prefix not in towers] or list(stacks)
    runs = [stack for stack in main if _last(stack.prefix) in _LAYERS]
    encoder, decoder = _pair(runs)
    two = encoder is not None
    language = [run for run in runs if _of_language(run.prefix)] or runs
    best = encoder if two else language[0] if language else None
    stages = next((stack.found for stack in main if _last(stack.prefix) in _STAGES), None)
    mtp = len(extra.get(best.prefix, ())) if best else 0
    embedding = _embedding(tensors)
    whole = best is not None and (stages is None or best.found > stages) and not _staged(names, best.prefix)
    return Structure(
        stacks=stacks,
        layers=best.length - mtp if best and whole else None,
        encoder_layers=encoder.length if encoder else None,
        decoder_layers=decoder.length if decoder else None,
        stages=stages,
        mtp_layers=mtp,
        embedding=embedding,
        hidden_size=embedding.shape[1] if embedding else None,
        vocab_rows=embedding.shape[0] if embedding else None,
        experts=experts_in_a_layer(names, tensors),
        has_experts=any(_is_expert(name) for name in names),
        towers=towers,
    )


@by_identity
def checkpoint_structure(checkpoint: Checkpoint) -> Structure:
    """The structure of a checkpoint: its headers, or its index where headers are missing."""
    return structure(checkpoint.tensor_names, checkpoint.tensors)


def is_tower(name: str) -> bool:
    """The name belongs to a tower beside the language model: vision, audio, projector, draft heads."""
    return _tower(name)


def is_routed_expert(name: str) -> bool:
    """The tensor belongs to a routed expert (shared experts are always on, so they are none)."""
    return "shared_expert" not in name and _is_expert(name)


def _is_expert(name: str) -> bool:
    """Whether the name has an expert's number, or holds all experts of a layer."""
    return ("expert" in name or "_exps" in name) and (_numbered_expert(name) or _stacked(name))


def is_input_embedding(name: str) -> bool:
    """The name is one that input embeddings of language models bear."""
    return _embeds(name) and not is_tower(name)


def _stacks(names: Iterable[str]) -> tuple[tuple[Stack, ...], dict[str, set[int]]]:
    """Runs by the first number of each name, and the numbers whose block predicts further tokens."""
    numbers: dict[str, set[int]] = defaultdict(set)
    counts: dict[str, int] = defaultdict(int)
    extra: dict[str, set[int]] = defaultdict(set)
    for name in names:
        match = _NUMBER.search(name)
        if match is None or int(match[1]) >= MAX_INDEX:
            continue
        prefix = name[: match.start(1)].rstrip("./_")
        numbers[prefix].add(int(match[1]))
        counts[prefix] += 1
        if _predicts_further(name):
            extra[prefix].add(int(match[1]))
    found = [Stack(prefix, len(indices), max(indices) + 1) for prefix, indices in numbers.items()]
    return tuple(sorted(found, key=lambda stack: (-counts[stack.prefix], stack.prefix))), extra


def _last(prefix: str) -> str:
    return re.split(r"[./]", prefix)[-1]


def _pair(runs: Iterable[Stack]) -> tuple[Stack | None, Stack | None]:
    """An encoder and the decoder whose name differs from it in that one word."""
    byname = {run.prefix: run for run in runs}
    for prefix, run in byname.items():
        other = byname.get(re.sub(r"(^|[./])encoder(?=[./])", r"\1decoder", prefix))
        if other is not None and other is not run:
            return run, other
    return None, None


def _staged(names: Iterable[str], prefix: str) -> bool:
    """The numbered blocks are stages: each holds numbered blocks of its own (swin, segformer)."""
    inner = re.compile(re.escape(prefix) + r"[._/]\d+[._/](?:blocks?[._/])?\d+[._/]")
    return any(inner.match(name) for name in names)


def _embedding(tensors: Iterable[Tensor]) -> Tensor | None:
    """The language model's input embedding: the largest table of floats that bears such a name."""
    found = [
        tensor
        for tensor in tensors
        if len(tensor.shape) == 2
        and tensor.dtype not in {"U32", "I32", "U8", "I8", "I64"}
        and tensor.shape[0] > 0
        and is_input_embedding(tensor.name)
    ]
    return max(found, key=lambda tensor: tensor.elements, default=None)


def experts_in_a_layer(names: Iterable[str], tensors: Iterable[Tensor]) -> int | None:
    """Routed experts of one layer: the most numbers in one place, or the first dimension of a stack."""
    families: dict[str, set[int]] = defaultdict(set)
    for name in names:
        match = _EXPERT.search(name) if "expert" in name and _numbered_expert(name) else None
        if match and int(match[1]) < MAX_INDEX and "shared_expert" not in name:
            families[name[: match.start()]].add(int(match[1]))
    if families:
        return max(len(numbers) for numbers in families.values())
    stacked = {tensor.shape[0] for tensor in tensors if len(tensor.shape) == 3 and is_routed_expert(tensor.name)}
    return stacked.pop() if len(stacked) == 1 else None
