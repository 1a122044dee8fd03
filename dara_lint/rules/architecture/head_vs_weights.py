"""The weights lack the task head of the class in ``architectures``.

``architectures`` tells loaders, serving engines and the hub's widget what the model does. When it says
``BertForSequenceClassification`` and the weights have no ``classifier``, the classifier is made up of random
numbers at loading, and every answer is chance. The class is held to the tensors that all its configs have; it
is only judged when the weights fit other classes of the same type exactly, which the message names (a set, as
some heads look alike). Heads that may be tied to the embedding are left out, as they need not be stored.

Example: ``"architectures": ["BertForSequenceClassification"]`` beside weights with ``cls.predictions`` only.

How to mend: name the class whose head is stored, or store the head.

Source: as for ``architecture/config-vs-weights``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Location, ModelRepo
from dara_lint.recognize import bundled_atlas
from dara_lint.recognize.distances import Fit, fits
from dara_lint.recognize.evidence import Evidence
from dara_lint.recognize.profiles import Profile
from dara_lint.rules.held import held
from dara_lint.settings import Settings

_MAY_BE_TIED = re.compile(
    r"(?:^|\.)(?:lm_head|embed_out|output_projection|decoder|embed_tokens|shared|proj_out|position_ids)\.?(?:weight|bias)?$"
)
MOST_CLASSES = 4
"""Classes that the message names."""


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold the first class of ``architectures`` to the weights."""
    for each in held(repo):
        claim, classes = each.claims.model_type, each.claims.architectures
        if claim is None or classes is None or not each.evidence.whole or "auto_map" in each.config.table:
            continue
        atlas = bundled_atlas.atlas()
        for number in atlas.find(claim.value):
            profile = atlas.profile(number)
            name = classes.value[0]
            build = next((at for at, one in enumerate(profile.builds) if name in one.names), None)
            fit = fits(each.evidence, profile)
            if build is None or fit is None or fit.build == build:
                continue
            lacking = _lacking(each.evidence, profile, build)
            if lacking:
                yield Hit(
                    Location(each.config.path, f"{classes.pointer}/0"),
                    f"{name} needs {', '.join(lacking)}, which the weights lack: they fit {_named(fit)}",
                    found=name,
                    help="name the class whose head is stored, or store the head; as it is, the head is random",
                    related=(Location(each.checkpoint.path),),
                )


def _lacking(evidence: Evidence, profile: Profile, build: int) -> list[str]:
    """What the class always has and the weights lack, a head that may be tied left out; at most three."""
    found = sorted(str(pattern) for pattern in profile.view(build).must["full"] - evidence.full)
    own = [pattern for pattern in found if not _MAY_BE_TIED.search(pattern)]
    modules = dict.fromkeys(pattern.rpartition(".")[0] or pattern for pattern in own if "*" not in pattern)
    return list(modules)[:3] if len(own) == sum("*" not in pattern for pattern in own) else []


def _named(fit: Fit) -> str:
    names = fit.profile.builds[fit.build].names
    more = len(names) - MOST_CLASSES
    return " or ".join(names[:MOST_CLASSES]) + (f" or {more} more" if more > 0 else "")


RULE = Rule(
    "architecture/head-vs-weights",
    "the weights lack the head of the class in architectures",
    Severity.WARNING,
    0.9,
    check,
    __doc__ or "",
)
