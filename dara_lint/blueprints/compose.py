"""From a config.json to the parts of its model: units with the fields they read, under their prefixes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from dara_lint.blueprints.arithmetic import UnknownValueError
from dara_lint.blueprints.expression import holds
from dara_lint.blueprints.unit import Pattern, Unit, flattened, with_derived
from dara_lint.model import Json

DEEPEST = 5
"""How deep references may nest."""

STAGE = re.compile(r"stem|stage[0-9]{1,4}")

BLOCKS, HYBRID = "layers_block_type", "hybrid_override_pattern"
"""A hybrid's kinds of layers as a list, and as Nemotron-H's files say them, in letters."""
LETTERS: Mapping[str, Json] = {"M": "linear_attention", "*": "full_attention", "-": "mlp", "E": "moe"}
KINDS = frozenset({BLOCKS, "layer_types"})
LEGACY: Mapping[Json, Json] = {
    "mamba": "linear_attention",
    "attention": "full_attention",
    "deepseek_sparse_attention": "indexed_attention",
    "qwen_sparse_attention": "indexed_attention",
}
"""Kinds of layers as older versions name them (transformers 5.24, ``remap_legacy_layer_types``)."""


class Kind(NamedTuple):
    """What is known of a model type: every field's default, other spellings of keys, the class of each role.

    ``aliases`` maps a spelling that the config class also accepts to the key that it stores. ``roles`` maps
    ``base`` and ``causal`` to the classes that ``AutoModel`` and ``AutoModelForCausalLM`` would choose, and
    ``flat`` to the nested config that takes keys from the top level where it is not given itself. ``shown`` has the
    keys of which blueprints follow some values alone, with these (``blueprints.shown``).
    """

    model_type: str
    defaults: Mapping[str, Json]
    aliases: Mapping[str, str]
    roles: Mapping[str, str]
    shown: Mapping[str, frozenset[Json]] = {}


class Library(NamedTuple):
    """Where kinds and units come from; each gives None for what it does not know."""

    kind: Callable[[str], Kind | None]
    unit: Callable[[str, str], Unit | None]


class Part(NamedTuple):
    """A unit in a model: where its names stand, the fields it reads, the path of its config in the whole."""

    unit: Unit
    prefix: str
    fields: Mapping[str, Json]
    """The config at ``path``, flattened, nulls derived."""
    raw: Mapping[str, Json]
    """The same with nulls as they are."""
    path: str
    without: tuple[str, ...]

    def patterns(self) -> Iterator[Pattern]:
        """The unit's patterns but for those that this model leaves out."""
        for pattern in self.unit.patterns:
            if not left_out(pattern.name, self.without):
                yield pattern


def left_out(name: str, without: tuple[str, ...]) -> bool:
    """Whether a name has one of these beginnings, or (``*.running_mean``) one of these endings."""
    return name.startswith(without) or any(each[0:1] == "*" and name.endswith(each[1:]) for each in without)


def completed(config: Mapping[str, Json], library: Library, depth: int = 0) -> dict[str, Json]:
    """The config with the defaults of its type for every key that it leaves out, also in nested configs."""
    model_type = config.get("model_type")
    kind = library.kind(model_type) if isinstance(model_type, str) else None
    if kind is None:
        return dict(config)
    given = {kind.aliases.get(key, key): value for key, value in config.items() if key not in kind.defaults}
    given |= {key: value for key, value in config.items() if key in kind.defaults}
    if "out_indices" in kind.defaults and given.get("out_indices") is None:
        given |= _places(given.get("out_features"))
    if BLOCKS in kind.defaults and given.get(BLOCKS) is None:
        given |= _blocks(given.get(HYBRID))
    for key in KINDS & given.keys():
        given[key] = _renamed(given[key])
    flat = kind.roles.get("flat", "")
    nested = kind.defaults.get(flat)
    if flat and flat not in given and isinstance(nested, dict):
        given[flat] = {
            "model_type": nested.get("model_type"),
            **{key: value for key, value in given.items() if key not in kind.defaults and not isinstance(value, dict)},
        }
        inner = given[flat]
        if isinstance(inner, dict):
            inner["model_type"] = nested.get("model_type")
    return _filled(given, kind.defaults, library, depth)


def _places(stages: Json) -> dict[str, Json]:
    """``out_indices`` of the stages that ``out_features`` names, as every backbone numbers them."""
    if not isinstance(stages, list) or not all(isinstance(stage, str) and STAGE.fullmatch(stage) for stage in stages):
        return {}
    return {"out_indices": [int(str(stage).removeprefix("stage").replace("stem", "0")) for stage in stages]}


def _blocks(letters: Json) -> dict[str, Json]:
    """The blocks of a hybrid's layers that its file says in letters, as Nemotron-H's config class reads them."""
    if not isinstance(letters, str) or not LETTERS.keys() >= set(letters):
        return {}
    return {BLOCKS: [LETTERS[letter] for letter in letters]}


def _renamed(kinds: Json) -> Json:
    """A list of kinds of layers in the words of the newest version."""
    if not isinstance(kinds, list):
        return kinds
    return [LEGACY.get(kind, kind) if isinstance(kind, str) else kind for kind in kinds]


def _filled(given: Mapping[str, Json], defaults: Mapping[str, Json], library: Library, depth: int) -> dict[str, Json]:
    out: dict[str, Json] = dict(given)
    for key, default in defaults.items():
        mine = out.get(key)
        if not isinstance(default, dict) or depth > DEEPEST:
            if key not in out:
                out[key] = default
        elif mine is None:
            out[key] = completed(default, library, depth + 1)
        elif isinstance(mine, dict):
            named = {"model_type": default.get("model_type"), **mine}
            if named["model_type"] == given.get("model_type"):
                named["model_type"] = default.get("model_type")  # 4.57 writes the whole model's type into towers
            known = library.kind(str(named["model_type"])) is not None
            out[key] = completed(named, library, depth + 1) if known else _filled(mine, default, library, depth + 1)
    return out


def labels(config: Mapping[str, Json]) -> Json:
    """The number of labels that a config means: the length of ``id2label``, or ``num_labels``, or 2."""
    names = config.get("id2label")
    if isinstance(names, dict):
        return len(names)
    return config.get("num_labels", 2)


def parts(
    config: Mapping[str, Json],
    architecture: str,
    library: Library,
    prefix: str = "",
    path: str = "",
    without: tuple[str, ...] = (),
    depth: int = 0,
) -> Iterator[Part]:
    """The parts of the model of that class; ``config`` is completed. Raises UnknownValueError."""
    model_type = config.get("model_type")
    unit = library.unit(model_type, architecture) if isinstance(model_type, str) else None
    if unit is None or depth > DEEPEST:
        raise UnknownValueError(f"`{architecture}` is not known")
    fields = flattened({**config, "num_labels": labels(config)})
    yield Part(unit, prefix, with_derived(unit, fields), fields, path, without)
    for reference in unit.references:
        inner = _at(config, reference.path)
        if not reference.path:
            inner = {**inner, "model_type": reference.model_type}
        chosen = _role(inner, reference.model_type, reference.architecture, library)
        place = ".".join(filter(None, (path, reference.path)))
        deeper = tuple(
            name.removeprefix(reference.prefix) for name in without if name.startswith((reference.prefix, "*"))
        )
        left = reference.without if reference.when is None or holds(reference.when, fields) else ()
        yield from parts(inner, chosen, library, prefix + reference.prefix, place, (*left, *deeper), depth + 1)


def _at(config: Mapping[str, Json], path: str) -> Mapping[str, Json]:
    here: Json = dict(config)
    for key in path.split(".") if path else ():
        here = here.get(key) if isinstance(here, dict) else None
    if not isinstance(here, dict):
        raise UnknownValueError(f"`{path}` is no config")
    return here


def _role(config: Mapping[str, Json], model_type: str, architecture: str, library: Library) -> str:
    """The class that stands in a reference's place when the nested config is of another type."""
    actual = config.get("model_type", model_type)
    if actual == model_type:
        return architecture
    mine, other = library.kind(model_type), library.kind(str(actual))
    if mine is not None and other is not None:
        for role, name in mine.roles.items():
            if name == architecture and role in other.roles:
                return other.roles[role]
    raise UnknownValueError(f"no class of `{actual}` is known to take the place of `{architecture}`")
