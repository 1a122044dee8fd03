"""The weights beside a config as the recogniser sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dara_lint.blueprints import expect_of
from dara_lint.blueprints.classes import classes_by_type
from dara_lint.blueprints.evidence import TOLERATED
from dara_lint.blueprints.fields import Claims, claims_of
from dara_lint.model import Checkpoint, Document, ModelRepo, Part
from dara_lint.recognize import learned
from dara_lint.recognize.evidence import Evidence, of_checkpoint
from dara_lint.recognize.popular import rank
from dara_lint.recognize.profiles import Profile
from dara_lint.recognize.recognition import Recognition
from dara_lint.recognize.recognizer import recognize
from dara_lint.remember import by_identity
from dara_lint.rules.subject import is_transformers
from dara_lint.rules.thresholds import RECOGNISED

USUAL = re.compile(r"^(?:model|pytorch_model)[^/]*$")
"""Files in which transformers keeps a model; others (``consolidated.00.pth``) hold other layouts by right."""
_NUMBER = re.compile(r"\d+")
MOST_NAMED = 4
"""Model types that a message names before it counts the rest."""


class Held(NamedTuple):
    """A config that describes the checkpoint beside it."""

    part: Part
    config: Document
    claims: Claims
    checkpoint: Checkpoint

    @property
    def evidence(self) -> Evidence:
        """What the checkpoint shows."""
        return evidence(self.checkpoint)


def held(repo: ModelRepo) -> Iterator[Held]:
    """Each config of transformers with the first checkpoint beside it whose tensors are known by name."""
    for part in repo.parts:
        if part.config is None or part.config.pointer or part.adapter or not part.config.table:
            continue
        for checkpoint in part.checkpoints:
            name = checkpoint.path.rpartition("/")[2]
            if is_transformers(checkpoint) and USUAL.match(name) and checkpoint.tensor_names:
                yield Held(part, part.config, claims_of(part.config), checkpoint)
                break


@by_identity
def evidence(checkpoint: Checkpoint) -> Evidence:
    """The evidence of a checkpoint."""
    return of_checkpoint(checkpoint)


class Judged(NamedTuple):
    """A config, the model types that it claims, and what the recogniser says of each beside these weights, up to the
    first that is possible."""

    held: Held
    types: tuple[str, ...]
    verdicts: tuple[Recognition, ...]

    @property
    def impossible(self) -> bool:
        """The weights are of a known architecture, and of none that the config claims."""
        first = self.verdicts[0]
        return (
            not first.abstains
            and all(verdict.verdict == "impossible" for verdict in self.verdicts)
            and first.known
            and first.candidates[0].probability >= RECOGNISED
            and bool(first.reasons)
            and not any(_one_model(claimed, first.candidates[0].label) for claimed in self.types)
            and not _as_promised(self.held)
        )


def _as_promised(each: Held) -> bool:
    """Whether the blueprint of the config has a place for every tensor: then they can be the claimed model's, whatever
    was learnt of its type (T5 with gated layers, which mT5 has by default)."""
    expectation = expect_of(each.config)
    if expectation is None:
        return False
    names = {_NUMBER.sub("#", name) for name in each.checkpoint.tensor_names if not TOLERATED.search(name)}
    return names <= expectation.masked


def _one_model(claimed: str, found: str) -> bool:
    """Whether two types are names of one model: every class of the one serves the other (mlcd, mlcd_vision_model)."""
    classes = classes_by_type()
    ours, theirs = classes.get(claimed, frozenset()), classes.get(found, frozenset())
    return bool(ours and theirs) and (ours <= theirs or theirs <= ours)


@by_identity
def judged(repo: ModelRepo) -> tuple[Judged, ...]:
    """Each config that claims a model type, held to the weights beside it."""
    own = learned.profiles(repo.profiles)
    return tuple(
        Judged(each, types, tuple(_until_possible(each.evidence, types, own)))
        for each in held(repo)
        if (types := claimed_types(each.claims))
    )


def _until_possible(evidence: Evidence, types: Sequence[str], own: Sequence[Profile]) -> Iterator[Recognition]:
    """What is said of each claimed type; once one is possible, nothing rules all of them out."""
    for claimed in types:
        verdict = recognize(evidence, claimed, own)
        yield verdict
        if verdict.verdict == "possible":
            return


def foreign(repo: ModelRepo) -> frozenset[str]:
    """Paths of configs of another model than the weights beside them: every further difference follows from that."""
    return frozenset(each.held.config.path for each in judged(repo) if each.impossible)


def claimed_types(claim: Claims) -> tuple[str, ...]:
    """The model types that a config names: its own, or that of its first class, and those of its components."""
    found = [claim.model_type.value] if claim.model_type else []
    if not found and claim.architectures:
        name = claim.architectures.value[0]
        found = [each for each, classes in classes_by_type().items() if name in classes][:1]
    inner = [part.model_type.value for part in claim.components.values() if part.model_type]
    return tuple(dict.fromkeys((*found, *inner)))


def named(recognition: Recognition) -> str:
    """The set of equals in words: ``llama, mistral or gemma``."""
    types = sorted(dict.fromkeys(recognition.model_types), key=rank)
    if len(types) > MOST_NAMED:
        return f"{', '.join(types[: MOST_NAMED - 1])} or {len(types) - MOST_NAMED + 1} like them"
    return types[0] if len(types) == 1 else f"{', '.join(types[:-1])} or {types[-1]}"
