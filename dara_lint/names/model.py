"""What a name is read into: segments, each with one naming element (Jiang et al.), and what they add up to."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, NamedTuple, TypeAlias

from dara_lint.facts import fact


class Element(StrEnum):
    """A naming element. The values are those of the ``name`` command's json."""

    architecture = "architecture"
    size = "size"
    parameters = "parameters"
    dataset = "dataset"
    characteristic = "characteristic"
    version = "version"
    reuse = "reuse"
    language = "language"
    task = "task"
    training = "training"
    layers = "layers"
    heads = "heads"
    format = "format"  # type: ignore[assignment]  # the vocabulary's word; nobody calls str.format on it
    organisation = "organisation"
    other = "other"


Category: TypeAlias = Literal["implementation", "application", "both", "other"]


class Segment(NamedTuple):
    """A piece of a name: ``text`` is ``name[start:end]``, ``normal`` its normal form (see the package).

    ``model_types`` are the model types that weights under such an architecture are legitimately stored as,
    empty when the segment says nothing that could be checked. ``confidence`` is between 0 and 1: 0.9 and above
    for what a lexicon or a pattern says, below 0.5 for a guess from the position alone.
    """

    text: str
    element: Element
    start: int
    end: int
    normal: str
    confidence: float
    model_types: tuple[str, ...] = ()


class Parameters(NamedTuple):
    """Numbers of parameters that a name gives.

    ``total`` and ``active`` are what is said outright; of ``8x7B`` neither is (the sum is not 56 B), only
    ``experts`` = 8 and ``expert_size`` = 7·10⁹. ``effective``: the total is an effective size (``E2B``), which
    leaves embeddings out. ``approximate``: more than one total is named, or it was read from a doubtful place.
    """

    total: int | None
    active: int | None
    experts: int | None = None
    expert_size: int | None = None
    effective: bool = False
    approximate: bool = False


@fact
class Name:
    """A name that was read. ``segments`` cover it in order and without overlap, separators left out."""

    text: str
    owner: str | None
    segments: tuple[Segment, ...]
    parameters: Parameters | None
    category: Category
    informative: bool

    def of(self, element: Element) -> tuple[Segment, ...]:
        """The segments of one element, in order."""
        return tuple(segment for segment in self.segments if segment.element is element)

    @property
    def training(self) -> frozenset[str]:
        """Normal forms of all that says how it was trained, whichever element says it.

        ``instruct`` and ``chat`` are tasks in the vocabulary, ``sft`` and ``dpo`` are training processes.
        """
        return frozenset(
            segment.normal
            for segment in self.segments
            if segment.element is Element.training
            or (segment.element is Element.task and segment.normal in {"instruct", "chat", "reward"})
        )
