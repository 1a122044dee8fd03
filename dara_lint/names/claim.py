"""What a whole name allows the weights to be."""

from __future__ import annotations

from dara_lint.names.model import Element, Name

BESIDE = frozenset(
    {"for", "draft", "drafter", "assistant", "speculator", "eagle", "eagle3", "medusa", "mtp", "tokenizer", "detector"}
)
"""Words after which the architecture named is another model's, which this one only serves."""

COMBINED = ("encoder-decoder", "vision-encoder-decoder", "speech-encoder-decoder", "vision-text-dual-encoder")
"""Model types that transformers gives to two architectures in one."""


def architecture_claim(name: Name) -> frozenset[str]:
    """The model types that the name allows, empty when it claims none.

    Precision first: an architecture that a lexicon does not tie to model types, or that was only guessed,
    makes the whole name claim nothing; several make their union and the combined types. In
    ``DeepSeek-R1-Distill-Qwen`` the teacher stands before ``distill`` and is lineage.
    """
    allowed: set[str] = set()
    several = 0
    segments = name.segments
    distilled = next(
        (at for at, s in enumerate(segments) if s.element is Element.reuse and s.normal == "distilled"), None
    )
    for at, segment in enumerate(segments):
        if segment.text.lower() in BESIDE:
            return frozenset()
        if segment.element is not Element.architecture:
            continue
        if (
            distilled is not None
            and at < distilled
            and any(later.element is Element.architecture and later.model_types for later in segments[distilled:])
        ):
            continue
        if not segment.model_types:
            return frozenset()
        allowed.update(segment.model_types)
        several += 1
    return frozenset(allowed.union(COMBINED) if several > 1 else allowed)
