"""The convention of a name as a whole, and whether it says anything."""

from __future__ import annotations

from collections.abc import Iterable

from dara_lint.names.model import Category, Element, Segment

SAYS = frozenset(
    {
        Element.architecture, Element.size, Element.parameters, Element.dataset, Element.reuse, Element.language,
        Element.task, Element.training, Element.layers, Element.heads, Element.characteristic,
    }
)  # fmt: skip


def categorise(segments: Iterable[Segment]) -> Category:
    """Implementation names an architecture, application a task, a language or a data set to be used for."""
    implementation = application = False
    for segment in segments:
        if segment.element is Element.architecture:
            implementation = True
        elif segment.element in {Element.task, Element.language} and segment.confidence >= 0.5:
            application = True
    if implementation:
        return "both" if application else "implementation"
    return "application" if application else "other"


def is_informative(segments: Iterable[Segment]) -> bool:
    """Whether any segment says what the model is; a version, a date, a format or an unknown word does not."""
    return any(segment.element in SAYS and segment.confidence >= 0.5 for segment in segments)
