"""Heads that a config's class needs and the weights lack, worked out once for the rules that speak of them."""

from __future__ import annotations

import re
from typing import NamedTuple

from dara_lint.model import ModelRepo
from dara_lint.recognize import bundled_atlas
from dara_lint.recognize.distances import Fit, fits
from dara_lint.recognize.evidence import Evidence
from dara_lint.recognize.profiles import Profile
from dara_lint.remember import by_identity
from dara_lint.rules.held import Held, held

_MAY_BE_TIED = re.compile(
    r"(?:^|\.)(?:lm_head|embed_out|output_projection|decoder|embed_tokens|shared|proj_out|position_ids)\.?(?:weight|bias)?$"
)


class Headless(NamedTuple):
    """A config whose first class needs modules that the weights lack, and the classes that they fit instead."""

    held: Held
    name: str
    pointer: str
    lacking: tuple[str, ...]
    fit: Fit


@by_identity
def headless(repo: ModelRepo) -> tuple[Headless, ...]:
    """Every config of known classes beside whole weights that fit other classes of its type, and not its own."""
    found = []
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
                found.append(Headless(each, name, classes.pointer, lacking, fit))
    return tuple(found)


def headless_paths(repo: ModelRepo) -> frozenset[str]:
    """The configs of ``headless``: what else is said of their heads says the same again."""
    return frozenset(each.held.config.path for each in headless(repo))


def _lacking(evidence: Evidence, profile: Profile, build: int) -> tuple[str, ...]:
    """What the class always has and the weights lack, a head that may be tied left out; at most three."""
    found = sorted(profile.view(build).must["full"] - evidence.full)
    own = [pattern for pattern in found if not _MAY_BE_TIED.search(pattern)]
    modules = dict.fromkeys(pattern.rpartition(".")[0] or pattern for pattern in own if "*" not in pattern)
    return tuple(modules)[:3] if len(own) == sum("*" not in pattern for pattern in own) else ()
