"""The size of a repository: what its weights show, and exactly what its config promises where a blueprint says it."""

from __future__ import annotations

from dara_lint.blueprints import Expectation, expect_of
from dara_lint.blueprints.fields import claims_of
from dara_lint.facts import replace
from dara_lint.model import ModelRepo, Tensor
from dara_lint.recognize.counting import Counted, count
from dara_lint.recognize.expectation import Bounds
from dara_lint.recognize.repository import repo_size
from dara_lint.recognize.weighing import Weighed
from dara_lint.remember import by_identity
from dara_lint.rules.subject import main_config

NEAR = 1.05
"""Bytes that differ by less from a promise bear it out: headers, buffers, padding and a layer that predicts further
tokens are all that is between."""


@by_identity
def weighed(repo: ModelRepo) -> Weighed:
    """The repository's size, as ``repo_size`` gives it from headers.

    Where there are none, the config's promise stands in exactly: alone when nothing is known of the weights, or
    because their bytes bear it out. Bytes that do not leave the weights' size as it was, bounds and all.
    """
    found = repo_size(repo)
    if found.basis == "headers" or found.kind == "adapter" or "model_index.json" in repo.root.documents:
        return found
    counted = promised_count(repo)
    if counted is None:
        return found
    if found.basis == "config" or not found.nbytes:
        whole = not any(part.checkpoints for part in repo.parts)
        return _as(found, counted, exact=whole) if whole else found
    if any(1 / NEAR < found.nbytes / (counted.total * width) < NEAR for width in (2, 4)):
        return _as(found, counted, exact=False)
    if found.bounds is not None and not found.reason and found.bounds.ratio(counted.total) == 1.0:
        return _as(found, counted, exact=False)
    return found


def _as(found: Weighed, counted: Counted, *, exact: bool) -> Weighed:
    return replace(
        found,
        total=counted.total,
        bounds=Bounds(counted.total, counted.total),
        active=counted.active,
        exact=exact,
        readings={name: Bounds(number, number) for name, number in counted.readings.items()},
        reason="",
    )


@by_identity
def promised_count(repo: ModelRepo) -> Counted | None:
    """The parameters that the main config promises, with every reading of them; None without an exact blueprint."""
    subject = main_config(repo)
    if subject is None or "auto_map" in subject[0].table:
        return None
    expectation = expect_of(subject[0])
    if expectation is None or not expectation.exact or not expectation.parameters:
        return None
    counted = count(list(_folded(expectation)), claims_of(subject[0]))
    return replace(counted, active=expectation.active) if counted.total else None


def _folded(expectation: Expectation) -> list[Tensor]:
    """One tensor for each folded entry, as large as all of them."""
    out: list[Tensor] = []
    for entry in expectation.entries:
        first, *rest = (size or 0 for size in entry.shape) if entry.shape else (1,)
        name = next(entry.names(), "")
        out.append(Tensor(name, (entry.times * first, *rest), entry.pattern.dtype or "F32", 0))
    return out
