"""The model types that people mean first, for naming a set of equals: llama before the fourteen types like it."""

from __future__ import annotations

POPULAR = (
    "bert", "llama", "roberta", "xlm-roberta", "distilbert", "t5", "electra", "gpt2", "qwen2", "bart",
    "wav2vec2", "mt5", "gpt_neox", "vit", "marian", "whisper", "gpt_neo", "gptj", "albert", "segformer", "opt",
    "qwen3", "mbart", "deberta-v2", "gpt_bigcode", "qwen3_moe", "pegasus", "convnext", "mistral", "mpnet",
    "swin", "clip", "gemma", "m2m_100", "xglm", "codegen", "beit", "longt5", "deepseek_v3", "mask2former",
    "detr", "qwen2_5_vl", "gemma3", "phi3", "mixtral", "gemma2", "hubert", "deberta", "falcon", "bloom", "phi",
    "resnet", "deit", "blip",
)  # fmt: skip
"""By how many of 10,400 published models have a class of the type (DARA's artefact and eight registries), classes
that several types share counted for the type that they are named after."""

_RANK = {label: rank for rank, label in enumerate(POPULAR)}


def rank(label: str) -> int:
    """The place of a type in ``POPULAR``, behind all of them when it is not there."""
    return _RANK.get(label, len(POPULAR))
