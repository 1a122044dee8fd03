"""A segment while it is being read: its meaning may still change with its neighbours."""

from __future__ import annotations

from dara_lint.names.model import Element


class Draft:
    """``spelling`` is the text in lower case; the rest becomes the fields of ``Segment``."""

    __slots__ = ("confidence", "element", "end", "normal", "spelling", "start", "types")

    def __init__(
        self, start: int, end: int, spelling: str, element: Element, normal: str, confidence: float = 0.9
    ) -> None:
        self.start = start
        self.end = end
        self.spelling = spelling
        self.element = element
        self.normal = normal
        self.confidence = confidence
        self.types: tuple[str, ...] = ()

    def becomes(self, element: Element, normal: str, confidence: float = 0.9) -> None:
        """Change what it means."""
        self.element = element
        self.normal = normal
        self.confidence = confidence

    @property
    def unknown(self) -> bool:
        """Nothing was recognised."""
        return self.element is Element.other and self.confidence < 0.5
