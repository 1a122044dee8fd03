"""The zoo of diffusers: the same questions as ``training.zoo`` answers of transformers, for diffusers' models.

``settle()`` puts these answers in the place of transformers' own, so that everything else of ``training`` works as it
is. A model type is ``diffusers.`` and the class's name; a config.json is what the constructor takes.
"""

from __future__ import annotations

import copy
import functools
import importlib
import inspect
import re
import warnings
from typing import Any

import torch

from training import choices, diffusers_stages, zoo
from training.diffusers_seeds import SEEDS

LIBRARY = "diffusers."

IGNORED = re.compile(
    r"^_|^model_type$|dropout|_eps$|epsilon|^act_fn$|scaling_factor|shift_factor|latents_(mean|std)|force_upcast|_scale$"
    r"|(?<!down)scale_factor|theta|^resnet_time_scale_shift$|^norm_num_groups$|^sample_size$|^center_input|^dual_cross_attention$"
    r"|^flip_sin|^freq_shift|^downsample_padding|^resnet_skip|^class_embeddings_concat$|^time_embedding_|^timestep_post_act$|^conv_(in|out)_kernel$"
    r"|^use_(slicing|tiling)$|^sample_(min|tile|size_)|momentum|^gradient|^num_train_timesteps$"
)
"""Arguments that no tensor depends on, or that no config of a person holds."""

RARE = re.compile(
    r"^(only_cross_attention|class_embed_type|attention_type|encoder_hid_dim|num_class_embeds|cross_attention_norm"
    r"|mid_block_only_cross_attention|mid_block_type|addition_embed_type_num_heads|attention_head_dim"
    r"|num_attention_heads|encoder_hid_dim_type|conditioning_channels|global_pool_conditions|reverse_transformer)"
)
"""Arguments of the classes of many kinds of blocks that few published configs give: they are not varied, so that
configs which give them promise nothing. Numbers of heads shape nothing where they divide the widths."""

DEEP = re.compile(zoo.DEPTH.pattern + r"|layers_per_block|num_.*blocks?|num_.*layers.*|depth_.*|n_layers")
"""Arguments that say how often something repeats."""


class Config:
    """A config.json of one class, held as ``training`` holds transformers' config objects."""

    def __init__(self, raw: dict[str, Any]) -> None:
        """``raw`` is the file's content."""
        self.raw = raw
        self.model: Any = None

    def to_dict(self) -> dict[str, Any]:
        """The content itself: diffusers derives nothing before the model is built."""
        return self.raw


@functools.cache
def _library() -> Any:
    zoo._prepare()  # noqa: SLF001 - the same preparation
    return importlib.import_module("diffusers")


@functools.cache
def pairs() -> tuple[tuple[str, str], ...]:
    """Every model class that diffusers exports and that has a config of its own, sorted."""
    library = _library()
    found = []
    for name in dir(library):
        try:
            cls = getattr(library, name)
        except (ImportError, RuntimeError, AttributeError):
            continue
        model = inspect.isclass(cls) and issubclass(cls, library.ModelMixin) and issubclass(cls, library.ConfigMixin)
        if model and cls is not library.ModelMixin and _takes(cls):
            found.append((f"{LIBRARY}{name}", name))
    return tuple(sorted(set(found)))


def _takes(cls: Any) -> bool:
    """Whether the constructor names what it takes (a wrapper around several models does not)."""
    names = [name for name in inspect.signature(cls.__init__).parameters if name != "self"]
    return bool(names) and "Multi" not in cls.__name__


def model_class(_model_type: str, class_name: str) -> Any:
    """The class of that name. Raises AttributeError."""
    return getattr(_library(), class_name)


def config_class(model_type: str) -> Any:
    """A stand-in for a config class: diffusers has none, and no other spellings of keys."""
    model_class(model_type, model_type.removeprefix(LIBRARY))
    return Config


HELD: dict[str, Any] = {}
"""Arguments that have one value only while a class is studied (``diffusers_pins``)."""


def hold(values: dict[str, Any]) -> None:
    """Hold these arguments, and no others, at these values."""
    HELD.clear()
    HELD.update(values)
    zoo._small.cache_clear()  # noqa: SLF001 - what it found may not be held


def build_config(raw: dict[str, Any]) -> Config:
    """The config of a config.json's content. Raises ValueError when it is not what is held."""
    if any(raw.get(key) != value for key, value in HELD.items()):
        raise ValueError("an argument is held at another value")
    return Config(copy.deepcopy(raw))


def resolved(config: Config) -> dict[str, Any]:
    """What the config says, nulls as the model's attributes of that name have them (``out_channels``)."""
    out = copy.deepcopy(config.raw)
    nulls = [key for key, value in out.items() if value is None]
    if nulls:
        model = build(config, str(out["model_type"]).removeprefix(LIBRARY))
        for key in nulls:
            value = model.__dict__.get(key)
            if isinstance(value, int) and not isinstance(value, bool):
                out[key] = value
    return out


@functools.cache
def _defaults(model_type: str) -> dict[str, Any]:
    cls = model_class(model_type, model_type.removeprefix(LIBRARY))
    raw: dict[str, Any] = {"model_type": model_type}
    for name, parameter in inspect.signature(cls.__init__).parameters.items():
        if name == "self" or parameter.kind in {parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL}:
            continue
        value = None if parameter.default is parameter.empty else parameter.default
        try:
            raw[name] = zoo._plain(value)  # noqa: SLF001 - the same JSON
        except TypeError:
            raw[name] = None
    full = {**raw, **_staged(raw), **SEEDS.get(cls.__name__, {})}
    depth, widths = full.get("transformer_layers_per_block"), full.get("block_out_channels")
    if isinstance(depth, int) and isinstance(widths, list):
        full["transformer_layers_per_block"] = [depth] * len(widths)
    return full


def _staged(raw: dict[str, Any]) -> dict[str, Any]:
    """Four stages where the constructor's default is a toy of one: no published model has one, and of one stage
    nothing is learnt about the others."""
    down, up = raw.get("down_block_types"), raw.get("up_block_types")
    if not (isinstance(down, list) and len(down) == 1 and isinstance(up, list) and len(up) == 1):
        return {}
    return {"down_block_types": down * 4, "up_block_types": up * 4, "block_out_channels": [128, 256, 384, 512]}


def defaults(model_type: str, _class_name: str = "") -> dict[str, Any]:
    """A config.json with every argument at its default."""
    return copy.deepcopy(_defaults(model_type))


def build(config: Config, class_name: str, seconds: float = 20.0) -> Any:
    """The model on the meta device. Raises BuildTimeoutError, or whatever the class raises."""
    if config.model is not None:
        return config.model
    cls = model_class("", class_name)
    given = {key: value for key, value in config.raw.items() if key != "model_type"}
    with zoo._Alarm(seconds), warnings.catch_warnings(), torch.device("meta"):  # noqa: SLF001
        warnings.simplefilter("ignore")
        config.model = cls.from_config(given)
    return config.model


def saved(model: Any) -> zoo.Tensors:
    """The tensors that ``save_pretrained`` writes: the state dict, one of tensors that are the same object."""
    owners = dict(model.named_parameters(remove_duplicate=False)) | dict(model.named_buffers(remove_duplicate=False))
    seen: set[int] = set()
    out: zoo.Tensors = {}
    for name, value in model.state_dict().items():
        mark = id(owners.get(name, value))
        if isinstance(value, torch.Tensor) and mark not in seen:
            seen.add(mark)
            out[name] = (tuple(value.shape), zoo.dtype_of(value))
    return out


WORDS = {"addition_embed_type": ("text_time",)}
"""Of what a few arguments are compared with, the words that published configs give."""

_COMPARED = re.compile(r"\b(\w+)\s*(?:==|!=)\s*[\"']([\w\-./]+)[\"']|\b(\w+)\s+(?:not\s+)?in\s+[\[({]([^\])}]*)[\])}]")


@functools.cache
def string_choices(model_type: str, class_name: str) -> dict[str, tuple[str, ...]]:
    """Argument → the strings that the class's module compares it with."""
    source = inspect.getsource(importlib.import_module(model_class(model_type, class_name).__module__))
    found: dict[str, dict[str, None]] = {}
    for match in _COMPARED.finditer(source):
        name, words = (match[1], [match[2]]) if match[1] else (match[3], re.findall(r"[\"']([\w\-./]+)[\"']", match[4]))
        found.setdefault(name, {}).update(dict.fromkeys(words))
    return {name: tuple(words) for name, words in found.items()} | WORDS


_PLAIN_ALTERNATIVES = choices.alternatives


def alternatives(name: str, value: Any, full: Any, words: tuple[str, ...]) -> list[Any]:
    """First every item of a list another way: of items that are equal nothing else tells which one counts."""
    others = _PLAIN_ALTERNATIVES(name, value, full, words)
    whole = isinstance(value, list) and all(type(item) is int for item in value)
    if whole and len(set(value)) < len(value):
        rising = [item + place for place, item in enumerate(value)]
        return [rising, [item + (2 * place + 1) % (len(value) + 1) for place, item in enumerate(value)], *others]
    return others


def optional(_model_type: str, _class_name: str) -> tuple[str, ...]:
    """None: a constructor names all that it takes."""
    return ()


def nullable(raw: dict[str, Any], path: zoo.Path) -> bool:
    """Whether the constructor says that an argument may be null."""
    cls = model_class("", str(raw["model_type"]).removeprefix(LIBRARY))
    parameter = inspect.signature(cls.__init__).parameters.get(str(path[0]))
    return parameter is not None and ("None" in str(parameter.annotation) or "Optional" in str(parameter.annotation))


class _Depth:
    """Looks like ``zoo.DEPTH``: what is held at its usual value is not made shallow."""

    def search(self, name: str) -> bool:
        """Whether an argument says how often something repeats, and may say otherwise."""
        return bool(DEEP.search(name)) and name not in HELD


class _Ignored:
    """Looks like ``zoo.IGNORED``; while a class of many kinds of blocks is studied it knows more."""

    blocks = False

    def search(self, name: str) -> bool:
        """Whether an argument is not varied."""
        return bool(IGNORED.search(name) or (self.blocks and RARE.search(name)))


IGNORING = _Ignored()


def settle() -> None:
    """Let ``training`` ask diffusers instead of transformers."""
    mine = (pairs, model_class, config_class, build_config, resolved, defaults, build, saved)
    for function in mine:
        setattr(zoo, function.__name__, function)
    zoo.IGNORED, zoo.DEPTH = IGNORING, _Depth()  # type: ignore[assignment]
    diffusers_stages.settle()
    for other in (string_choices, optional, nullable, alternatives):
        for module in map(importlib.import_module, ("training.choices", "training.changes", "training.build")):
            if hasattr(module, other.__name__):
                setattr(module, other.__name__, other)
