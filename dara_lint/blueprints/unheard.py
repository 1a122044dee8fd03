"""Keys of a config that shape weights elsewhere, and that the blueprint of its class was never shown.

A class may read a key that its config class does not declare (``getattr(config, "head_dim", …)``): such a key was
not varied when the blueprint was inferred, so what it does is not known, and nothing can be promised. The same holds
for a value of a key of which the blueprint follows some alone (``Kind.shown``).
"""

from __future__ import annotations

from collections.abc import Mapping

from dara_lint.blueprints.compose import DEEPEST, Library
from dara_lint.blueprints.fields import claims
from dara_lint.blueprints.shown import told
from dara_lint.blueprints.spellings import STRONG
from dara_lint.blueprints.suggest import value_at
from dara_lint.model import Json

DRAFT = "draft_vocab_size"
"""The vocabulary of a head that drafts for another model (EAGLE-3), under that model's class."""
SHAPING = frozenset(
    (DRAFT, *(key for name in ("head_dim", "experts", "expert_size", "shared_experts") for key in STRONG[name]))
)
"""Keys that shape weights wherever a class reads them."""
BACKBONE = "backbone"
TIMM = (BACKBONE, "architecture")
"""Keys that name a model of timm; a blueprint was shown the default one alone."""


def unheard(
    config: Mapping[str, Json], library: Library, depth: int = DEEPEST, usual: frozenset[str] = frozenset()
) -> str:
    """The first such key with a value that is not the usual one; empty when there is none.

    ``usual`` are the models of timm that the configs around this one have by default."""
    model_type = config.get("model_type")
    kind = library.kind(model_type) if isinstance(model_type, str) else None
    if kind is not None:
        usual |= _named(kind.defaults)
        for key in TIMM:
            name = config.get(key)
            if isinstance(name, str) and (key == BACKBONE or key in kind.defaults) and name not in usual:
                return key
        given = {kind.aliases.get(key, key): value for key, value in config.items()}
        for key, known in kind.shown.items():
            value = value_at(given, key)
            if value is not None and not told(value, known):
                return key
        undeclared = SHAPING & config.keys() - kind.defaults.keys() - kind.aliases.keys()
        harmless = _usual(config) if undeclared else frozenset()
        for key in sorted(undeclared):
            value = config[key]
            if not isinstance(value, dict | list) and value not in harmless:
                return key
    for key, value in config.items():
        if depth and isinstance(value, dict):
            default = kind.defaults.get(key) if kind else None
            if isinstance(default, dict) and value.get("model_type", model_type) == model_type:
                value = {**value, "model_type": default.get("model_type")}  # noqa: PLW2901 - 4.57 says the whole's type
            if found := unheard(value, library, depth - 1, usual):
                return found
    return ""


def _usual(config: Mapping[str, Json]) -> frozenset[Json]:
    """Values that say nothing: none at all, and the width of a head that follows from the model's."""
    claim = claims(config)
    if claim.heads and claim.hidden_size and not claim.hidden_size.value % claim.heads.value:
        return frozenset({None, 0, claim.hidden_size.value // claim.heads.value})
    return frozenset({None, 0})


def _named(defaults: Mapping[str, Json], depth: int = DEEPEST) -> frozenset[str]:
    """The models of timm that a type has by default, in its own config or in those nested in it."""
    found = frozenset(name for key in TIMM if isinstance(name := defaults.get(key), str))
    for value in defaults.values() if depth else ():
        if isinstance(value, dict):
            found |= _named(value, depth - 1)
    return found
