"""What a whole name allows the weights to be."""

from __future__ import annotations

import re

from dara_lint.names.lexicon import lexicon
from dara_lint.names.model import Element, Name, Segment

COMBINED = ("encoder-decoder", "vision-encoder-decoder", "speech-encoder-decoder", "vision-text-dual-encoder")
"""Model types that transformers gives to two architectures in one."""

_INTO = r"[a-z]2[a-z]{3}"
"""``base2longformer``: one made into the other, or one that drives the other (``mini2bert``)."""

PAIRS_FOR = frozenset({"summarization", "translation", "image-to-text"})
"""Tasks for which transformers pairs two of one architecture (``bert`` as encoder and decoder)."""

LOOSE = (
    ("roberta", frozenset({"zh", "wwm", "masking", "erlangshen", "clue"}), frozenset({"bert"})),
    ("bert", frozenset({"distilled"}), frozenset({"distilbert"})),
    ("clip", frozenset({"multilingual"}), frozenset({"distilbert", "xlm-roberta", "bert"})),
)
"""Names that rightly mean another type: Chinese RoBERTa is stored as BERT (HFL, UER), ``M-BERT-Distil`` as
DistilBERT, the text side of multilingual CLIP as its encoder (sentence-transformers)."""


def architecture_claim(name: Name) -> frozenset[str]:
    """The model types that the name allows, empty when it claims none.

    Precision first: an architecture that was only guessed, or that no lexicon ties to model types, makes the whole
    name claim nothing; a fine-tune's brand adds nothing; several make their union and the combined types. In
    ``DeepSeek-R1-Distill-Qwen`` the teacher stands before ``distill`` and is lineage.
    """
    allowed: set[str] = set()
    several = 0
    roles = lexicon().roles
    taught = _taught(name.segments)
    for segment in name.segments:
        if segment.text.lower() in roles.beside or (
            segment.confidence < 0.7 and re.search(_INTO, segment.text.lower())
        ):
            return frozenset()
        if segment.element is not Element.architecture or segment.end <= taught:
            continue
        if segment.confidence < 0.7 or not (segment.model_types or segment.normal in roles.brands):
            return frozenset()
        allowed.update(segment.model_types)
        several += 1
    if not allowed:
        return frozenset()
    said = {segment.normal for segment in name.segments}
    if several > 1 or said & PAIRS_FOR:
        allowed.update(COMBINED)
    for model_type, words, also in LOOSE:
        if model_type in allowed and said & words:
            allowed.update(also)
    return frozenset(allowed)


def _taught(segments: tuple[Segment, ...]) -> int:
    """The end of the part that names the teacher (``DeepSeek-R1-Distill``), 0 when there is none."""
    for at, segment in enumerate(segments):
        if segment.element is Element.reuse and segment.normal == "distilled":
            later = segments[at + 1 :]
            if any(other.element is Element.architecture and other.model_types for other in later):
                return segment.end
    return 0
