"""What is said of a set of weights: candidates, a verdict on the claim, reasons."""

from __future__ import annotations

from typing import Literal, NamedTuple

from dara_lint.facts import fact

KNOWN = 0.5
"""The probability from which the best candidate counts as recognised."""

Verdict = Literal["possible", "impossible", "unknown"]


class Candidate(NamedTuple):
    """A model type (of ``library``) that the weights can be, and the classes of it that fit best."""

    label: str
    library: str
    probability: float
    architectures: tuple[str, ...]
    exact: bool = False


@fact
class Recognition:
    """What a set of weights can be. ``candidates`` come best first; those of one set share their probability.

    ``verdict`` is about the claimed type, ``reasons`` say what rules it out (or what the claim lacks);
    ``abstains`` says why nothing is told, "" when something is.
    """

    candidates: tuple[Candidate, ...] = ()
    verdict: Verdict = "unknown"
    reasons: tuple[str, ...] = ()
    abstains: str = ""
    claimed_probability: float | None = None
    explained: float | None = None
    """The share of the evidence, by weight, that the claimed type can explain."""

    @property
    def known(self) -> bool:
        """Whether the best candidate is likely enough to be named."""
        return bool(self.candidates) and self.candidates[0].probability >= KNOWN and not self.abstains

    @property
    def equals(self) -> tuple[Candidate, ...]:
        """The best candidates that the evidence cannot tell apart; empty when nothing is known."""
        if not self.known:
            return ()
        best = self.candidates[0].probability
        return tuple(each for each in self.candidates if each.probability == best)

    @property
    def model_types(self) -> tuple[str, ...]:
        """The labels of ``equals``."""
        return tuple(each.label for each in self.equals)
