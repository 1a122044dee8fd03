"""The zoo: every (model type, class) that transformers' auto mappings name, built on the meta device.

``pairs()`` lists them, ``defaults(model_type)`` gives a config.json as a person could write it (fields left at
null stay null), ``configs(model_type, class_name, n, seed)`` varied ones that build, and
``tensors(config, class_name)`` the tensors as ``save_pretrained`` would write them. Nothing is downloaded and no
number of a weight is ever made. Works with transformers 4.36 and newer; which version is that of the
environment that runs it.
"""

from __future__ import annotations

import contextlib
import copy
import functools
import importlib
import logging
import random
import re
import signal
import warnings
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from training.seeds import CLASS_SEEDS, SAMPLED, SEEDS

Path = tuple[str | int, ...]
Shape = tuple[int, ...]
Tensors = dict[str, tuple[Shape, str]]

DTYPES = {
    "float64": "F64", "float32": "F32", "float16": "F16", "bfloat16": "BF16", "int64": "I64", "int32": "I32",
    "int16": "I16", "int8": "I8", "uint8": "U8", "bool": "BOOL", "complex64": "C64", "complex128": "C128",
}  # fmt: skip
"""torch's name of a dtype → that of safetensors."""

DEPTH = re.compile(
    r"(layers?|depth|n_layer|blocks?|num_encoder_blocks|layers_num|num_hidden_groups|_depths?)$|^(num|n)_.*layers"
)
"""Fields that say how often something repeats: the only ones that make a model slow to build."""

EXPERTS = re.compile(r"(num|n|moe_num)_(routed_|local_)?experts$")
"""Fields that count experts, of which checkpoints hold one tensor each."""

IGNORED = re.compile(
    r"(_token_id|_token_index|_token_ids?|token_idx)$|dropout|drop_path|_eps$|epsilon|initializer|^_(?!remove)|^transformers_version$"
    r"|^torch_dtype$|^dtype$|^return_dict$|^output_(\w+_)?(attentions|logits|states|past|scores)$|^use_cache$|^architectures$|^chunk_size_feed_forward$|^id2label$"
    r"|^label2id$|^problem_type$|^is_encoder_decoder$|^model_type$|^auto_map$|^pruned_heads$|^tokenizer_class$|^prefix$"
    r"|^task_specific_params$|^finetuning_task$|^torchscript$|^use_bfloat16$|^tf_legacy_loss$|^cross_attention_hidden_size$"
    r"|^min_length$|^num_beam|^temperature$|^top_[kp]$|^typical_p$|penalty$|^do_sample$|^early_stopping$|^bad_words|^num_return"
    r"|^no_repeat|^encoder_no_repeat|^diversity|^remove_invalid|^exponential_decay|^suppress|^begin_suppress|^forced_|rope_theta"
    r"|router_aux|aux_loss|_loss|loss_(?!weighting)|_std$|_range$|_act$|(?<!classifier_)activation"
)
"""Fields that no tensor depends on in any class seen, or that a config file of a person never sets by hand."""


class BuildTimeoutError(Exception):
    """A config that takes too long to build."""


@functools.cache
def _prepare() -> None:
    """Quiet transformers, and let it do without what only a forward pass needs."""
    import torch

    from training import stand_ins

    warnings.simplefilter("ignore")
    stand_ins.prepare()
    import transformers

    transformers.logging.set_verbosity(50)
    logging.disable(logging.CRITICAL)
    transformers.PretrainedConfig.__repr__ = lambda self: type(self).__name__
    for name in dir(torch.nn.init):
        if name.endswith("_") and not name.startswith("_"):
            setattr(torch.nn.init, name, _untouched)
    setattr(re, "_MAXCACHE", 1 << 14)  # noqa: B010 - transformers compiles a pattern for every tensor it saves


def _untouched(tensor: Any, *_args: Any, **_kwargs: Any) -> Any:
    """What every initialiser does on the meta device, only faster."""
    return tensor


@functools.cache
def pairs() -> tuple[tuple[str, str], ...]:
    """Every (model type, class name) of the auto mappings of models, sorted."""
    _prepare()
    modeling = importlib.import_module("transformers.models.auto.modeling_auto")
    found = set()
    for name in dir(modeling):
        if name.endswith("_MAPPING_NAMES") and name != "CONFIG_MAPPING_NAMES":
            for model_type, classes in getattr(modeling, name).items():
                found |= {(model_type, each) for each in ([classes] if isinstance(classes, str) else classes) if each}
    return tuple(sorted(found))


def config_class(model_type: str) -> Any:
    """The config class of a model type. Raises KeyError."""
    _prepare()
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING

    return _filled(CONFIG_MAPPING[model_type])


def model_class(model_type: str, class_name: str) -> Any:
    """The model class of that name. Raises AttributeError or ImportError (a missing dependency)."""
    _prepare()
    import transformers

    found = getattr(transformers, class_name, None)
    if found is None:
        from transformers.models.auto.configuration_auto import model_type_to_module_name

        module = model_type_to_module_name(model_type)
        found = getattr(importlib.import_module(f"transformers.models.{module}.modeling_{module}"), class_name)
    return _filled(found)


def _filled(found: Any) -> Any:
    """The class, with what its module lacks here."""
    from training import stand_ins

    stand_ins.fill(importlib.import_module(found.__module__))
    return found


def build_config(raw: dict[str, Any]) -> Any:
    """The config object of a config.json's content. Raises whatever the config class raises.

    A null for what the class makes of other fields, and does not take itself, means that it is left to the class.
    """
    return config_class(raw["model_type"]).from_dict(given(copy.deepcopy(raw)))


def given(raw: dict[str, Any]) -> dict[str, Any]:
    """A config.json as it is written: without the nulls that are left to the class."""
    own = _taken(raw.get("model_type"))
    out: dict[str, Any] = {}
    for key, value in raw.items():
        if isinstance(value, dict):
            out[key] = given(value)
        elif value is not None or not own or key in own:
            out[key] = value
    return _agreed(out)


def _agreed(raw: dict[str, Any]) -> dict[str, Any]:
    """GPT-Neo's kinds of attention, which its config lists layer by layer, for as many layers as it has."""
    if raw.get("model_type") == "gpt_neo" and isinstance(layers := raw.get("num_layers"), int):
        raw.pop("attention_layers", None)
        raw["attention_types"] = [[["global"], layers]]
    return raw


@functools.cache
def _taken(model_type: Any) -> frozenset[str]:
    """The fields that the config class of a type takes; empty where that is not known."""
    with contextlib.suppress(Exception):  # a config class may refuse to be made in any way it likes
        return frozenset(_own_defaults(config_class(model_type)()))
    return frozenset()


def takes(raw: dict[str, Any], path: Path) -> bool:
    """Whether the config class that a field belongs to takes it, as far as its signature says."""
    own = _taken(get(raw, path[:-1]).get("model_type"))
    return not own or path[-1] in own


def _plain(value: Any) -> Any:
    """JSON of a config's value; raises TypeError for what is none."""
    if isinstance(value, (bool, int, float, str)) or value is None:
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if type(value).__name__ == "dtype":
        return str(value).removeprefix("torch.")
    raise TypeError(type(value).__name__)


def resolved(config: Any) -> dict[str, Any]:
    """What ``config.to_dict()`` says, as JSON: nulls that the class derives are filled in."""
    out = {}
    for key, value in config.to_dict().items():
        try:
            out[key] = _plain(value)
        except TypeError:
            continue
    return out


def _own_defaults(config: Any) -> dict[str, Any]:
    """The constructor's defaults of a config object's class, as JSON (null where null is the default)."""
    import dataclasses
    import inspect

    cls = type(config)
    own: dict[str, Any] = {}
    if dataclasses.is_dataclass(cls) and "__init__" not in cls.__dict__:
        for field in dataclasses.fields(cls):
            if field.default is not dataclasses.MISSING:
                own[field.name] = field.default
            elif field.default_factory is not dataclasses.MISSING:
                own[field.name] = field.default_factory()
    else:
        for name, parameter in inspect.signature(cls.__init__).parameters.items():
            if parameter.default is not inspect.Parameter.empty:
                own[name] = parameter.default
    return own


def raw_of(config: Any, *, top: bool = True, plain: bool = False) -> dict[str, Any]:
    """A config.json that makes this config object, with what the class derives left at its default.

    ``plain``: with the constructor's own numbers, of a class that alters what it is given (twice as many layers)."""
    actual = resolved(config)
    own = _own_defaults(config)
    out: dict[str, Any] = {}
    for key in dict.fromkeys((*own, *actual)):
        attribute = config.__dict__.get(key)
        if hasattr(attribute, "to_dict") and hasattr(type(attribute), "model_type"):
            out[key] = raw_of(attribute, top=False, plain=plain)
            continue
        chosen = key in _STAGES and _layered(config)
        if (key in own and own[key] is None) or (own and key not in own and (chosen or _made(key, attribute))):
            out[key] = None
            continue
        value = own[key] if plain and key in own else actual.get(key, own.get(key))
        try:
            out[key] = _plain(value)
        except TypeError:
            continue
    if getattr(type(config), "model_type", ""):
        out["model_type"] = type(config).model_type
    for key in ("transformers_version", "architectures", "_name_or_path", "id2label", "label2id", "kwargs"):
        out.pop(key, None)
    if top:
        out.setdefault("num_labels", 2)
    return out


_STAGES = frozenset({"out_features", "out_indices"})


def _layered(config: Any) -> bool:
    """Whether each layer of a backbone is a stage, so that the stages it gives by default follow from its depth.

    A backbone of a few stages of layers has as many as published ones have: there they are said.
    """
    stages, depth = config.__dict__.get("stage_names"), config.__dict__.get("num_hidden_layers")
    return (
        isinstance(stages, list)
        and isinstance(depth, int)
        and len(stages) == depth + 1
        and "depths" not in config.__dict__
    )


def _made(key: str, value: Any) -> bool:
    """Whether an attribute that the class does not take is something that it makes of other fields."""
    return key == "per_layer_config" or (key != "num_labels" and isinstance(value, (int, float, str, list, tuple)))


@functools.cache
def _defaults(model_type: str, class_name: str) -> dict[str, Any]:
    cls = config_class(model_type)
    seed = _over(SEEDS.get(model_type, {}), CLASS_SEEDS.get(class_name, {}))
    config = cls.from_dict({"model_type": model_type, **copy.deepcopy(seed)}) if seed else cls()
    for plain in (False, True):
        raw = {**_over(raw_of(config, plain=plain), seed), "model_type": model_type}
        with contextlib.suppress(Exception):  # a config class may refuse its own nulls in any way it likes
            raw = placed(raw if plain else _told(raw, config), resolved(config))
            if not _differing(raw, config):
                return raw
    raw = _over(resolved(config), seed)
    for key in ("transformers_version", "architectures", "_name_or_path", "id2label", "label2id"):
        raw.pop(key, None)
    raw["model_type"] = model_type
    return raw


def _differing(raw: dict[str, Any], config: Any) -> dict[Path, Any]:
    """What the config object says and one made of ``raw`` says otherwise, at the deepest place that ``raw`` has.

    Raises what the config class raises."""
    said, made = resolved(config), resolved(build_config(raw))
    out: dict[Path, Any] = {}
    for path, value in leaves(said):
        ignored = value is None or path[-1] == "transformers_version" or {"id2label", "label2id"} & {*path}
        if ignored or _lookup(made, path) == value:
            continue
        place = path
        while len(place) > 1 and not isinstance(_lookup(raw, place[:-1]), dict):
            place = place[:-1]
        out[place] = _lookup(said, place)
    return out


def _told(raw: dict[str, Any], config: Any) -> dict[str, Any]:
    """``raw`` with what only the class that holds a nested config says of it (Voxtral's 8 key-value heads)."""
    for _ in range(3):
        for path, value in _differing(raw, config).items():
            if len(path) > 1:
                raw = put(raw, path, value)
    return raw


def placed(raw: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """``raw`` as it is written: with the places of the stages that it names, and kinds of layers that the class set."""
    for path, value in leaves(raw):
        beside, full = (*path[:-1], "out_indices"), _lookup(said, path)
        if path[-1] == "out_features" and value is not None and _lookup(raw, beside) is None:
            raw = put(raw, beside, _lookup(said, beside))
        if path[-1] == "layer_types" and isinstance(value, list) and isinstance(full, list) and value != full:
            raw = put(raw, path, full)
    return raw


def _lookup(tree: Any, path: Path) -> Any:
    for step in path:
        tree = tree.get(step) if isinstance(tree, dict) else None
    return tree


def _over(raw: dict[str, Any], seed: dict[str, Any]) -> dict[str, Any]:
    """``raw`` with what ``seed`` says written over it, object by object."""
    out = dict(raw)
    for key, value in seed.items():
        if isinstance(value, dict) and isinstance(out.get(key), dict):
            out[key] = _over(out[key], value)
        else:
            out[key] = copy.deepcopy(value)
    return out


@functools.cache
def base_class(model_type: str) -> str:
    """The class that ``AutoModel`` chooses for a type; empty for none."""
    from transformers.models.auto import modeling_auto

    name = modeling_auto.MODEL_MAPPING_NAMES.get(model_type, "")
    return name if isinstance(name, str) else str(name[0])


def defaults(model_type: str, class_name: str = "") -> dict[str, Any]:
    """A config.json with every field at its default, and what that class cannot be built without.

    Raises what the config class raises."""
    return copy.deepcopy(_defaults(model_type, class_name if class_name in CLASS_SEEDS else ""))


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every leaf of nested JSON objects with its path; a list is one leaf."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    else:
        yield path, value


def get(raw: Any, path: Path) -> Any:
    """The value at that path. Raises KeyError."""
    for step in path:
        raw = raw[step]
    return raw


def put(raw: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """A copy of ``raw`` with another value at that path."""
    out = copy.copy(raw)
    here: Any = out
    for step in path[:-1]:
        here[step] = copy.copy(here[step])
        here = here[step]
    here[path[-1]] = value
    return out


def merged(raw: dict[str, Any], changes: dict[Path, Any]) -> dict[str, Any]:
    """A copy of ``raw`` with every change made."""
    for path, value in changes.items():
        raw = put(raw, path, value)
    return raw


class _Alarm:
    """Raises BuildTimeoutError in the main thread after ``seconds`` of processor time, however busy the machine is."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __enter__(self) -> None:
        signal.signal(signal.SIGPROF, self._ring)
        signal.setitimer(signal.ITIMER_PROF, self.seconds)

    def __exit__(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)

    @staticmethod
    def _ring(*_: object) -> None:
        raise BuildTimeoutError


def build(config: Any, class_name: str, seconds: float = 20.0) -> Any:
    """The model on the meta device. Raises BuildTimeoutError, or whatever the class raises for that config."""
    import torch

    cls = model_class(type(config).model_type, class_name)
    config = _own_config(config, cls)
    with _Alarm(seconds), warnings.catch_warnings(), torch.device("meta"):
        warnings.simplefilter("ignore")
        return cls(config)


def _own_config(config: Any, cls: Any) -> Any:
    """The config itself, or the one nested in it that the class is made for, as the auto classes choose.

    A head that a repository keeps beside its model (JEV) has a config around the model's, made by ``DecisionMixin``.
    """
    wanted = getattr(cls, "config_class", None)
    if wanted is None or isinstance(config, wanted):
        return config
    if getattr(wanted, "extra_config_files", ()):
        inner = config.get_text_config()
        return wanted(text_config=config, hidden_size=inner.hidden_size)
    for value in list(config.__dict__.values()):
        if hasattr(value, "to_dict"):
            nested = _own_config(value, cls)
            if isinstance(nested, wanted):
                return nested
    return config


def _tied_patterns(model: Any) -> list[str]:
    declared: list[str] = []
    for module in model.modules():
        keys = getattr(module, "_tied_weights_keys", None)
        if keys:
            declared.extend(keys)
    return declared


def saved(model: Any) -> Tensors:
    """Shapes and dtypes of the tensors that ``save_pretrained`` writes for this model, in its order."""
    state = written(model)
    return {name: (tuple(value.shape), dtype_of(value)) for name, value in state.items()}


def dtype_of(tensor: Any) -> str:
    """A torch tensor's dtype as safetensors calls it."""
    return DTYPES.get(str(tensor.dtype).removeprefix("torch."), "F32")


def written(model: Any) -> dict[str, Any]:
    """The tensors that ``save_pretrained`` writes for this model, in its order.

    Non-persistent buffers are left out by ``state_dict``; of tied tensors one is kept, as transformers'
    ``remove_tied_weights_from_state_dict`` does; weights that the newest versions fuse in memory are written
    as their checkpoints hold them (``revert_weight_conversion``).
    """
    import torch

    state = {name: value for name, value in model.state_dict().items() if isinstance(value, torch.Tensor)}
    for name in getattr(model, "_keys_to_ignore_on_save", None) or ():
        state.pop(name, None)
    owners = dict(model.named_parameters(remove_duplicate=False)) | dict(model.named_buffers(remove_duplicate=False))
    groups: dict[int, list[str]] = defaultdict(list)
    for name in state:
        groups[id(owners.get(name, state[name]))].append(name)
    tied = [names for names in groups.values() if len(names) > 1]
    if tied:
        patterns = _tied_patterns(model)
        for names in tied:
            found = 0
            for name in sorted(names):
                if any(re.search(pattern, name) for pattern in patterns):
                    found += 1
                    if found < len(names):
                        state.pop(name)
            for name in [name for name in names if name in state][1:]:
                state.pop(name)
    try:
        from transformers.core_model_loading import revert_weight_conversion
    except ImportError:
        pass
    else:
        with torch.device("meta"):
            state = revert_weight_conversion(model, state)
    return {name: value for name, value in state.items() if "*" not in name}  # ESM's angles, one name for all layers


def tensors(raw: dict[str, Any] | Any, class_name: str, seconds: float = 20.0) -> Tensors:
    """Name → (row-major shape, dtype) for a config.json's content (or config object). Raises as ``build``."""
    config = build_config(raw) if isinstance(raw, dict) else raw
    return saved(build(config, class_name, seconds))


@functools.cache
def _small(model_type: str, class_name: str) -> dict[str, Any]:
    raw = _over(defaults(model_type, class_name), SAMPLED.get(model_type, {}))
    best, most = raw, -1
    fewer = {path: 8 for path, value in leaves(raw) if _counts(value, 8) and EXPERTS.search(str(path[-1]))}
    for depth in (3, 4, 6, 8, 12):
        shallow = {path: depth for path, value in leaves(raw) if _counts(value, depth) and DEPTH.search(str(path[-1]))}
        for changes in (shallow | fewer, shallow):
            candidate = merged(raw, changes)
            with contextlib.suppress(Exception):
                kinds = len({re.sub(r"\d+", "#", name) for name in tensors(candidate, class_name)})
                if kinds > most:
                    best, most = candidate, kinds
                break
    return best


def _counts(value: Any, floor: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > floor


def small(model_type: str, class_name: str) -> dict[str, Any]:
    """``defaults`` with few layers, so that a build takes milliseconds; as they are where that does not build."""
    return copy.deepcopy(_small(model_type, class_name))


def builds(raw: dict[str, Any], class_name: str) -> bool:
    """Whether the class can be built; a config that does not fit it fails in any way it likes."""
    with contextlib.suppress(Exception):
        return bool(tensors(raw, class_name))
    return False


def _jitter(name: str, value: Any, chance: random.Random) -> Any:
    """Another value that a field of that name and value could have; the same when there is none."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        if DEPTH.search(name):
            return max(1, value + chance.choice([-1, 1, 2, 3]))
        if value <= 0:
            return value
        if value > 4096 or "vocab" in name:
            return value + chance.randrange(1, 997)
        if value <= 8:
            return chance.choice([value + 1, value * 2, max(1, value // 2), value + 2])
        return chance.choice([value * 2, value * 3, max(1, value // 2), value * 3 // 2, value * 5])
    if isinstance(value, float) and value < 100:
        return 0.1 if not value else chance.choice([0.0, value * 2]) if 0 < value < 1 else value * 2
    return value


def varied(raw: dict[str, Any], chance: random.Random, share: float) -> dict[str, Any]:
    """``raw`` with about that share of its fields changed, flags more rarely."""
    changes: dict[Path, Any] = {}
    for path, value in leaves(raw):
        name = str(path[-1])
        if IGNORED.search(name) or chance.random() > (share / 3 if isinstance(value, bool) else share):
            continue
        other = _jitter(name, value, chance)
        if other != value:
            changes[path] = other
    return merged(raw, changes)


def configs(model_type: str, class_name: str, n: int, seed: int) -> Iterator[dict[str, Any]]:
    """``n`` varied config.json contents that build, few layers each; fewer when the class builds too rarely."""
    raw = small(model_type, class_name)
    chance = random.Random(f"{model_type}/{class_name}/{seed}")
    for _ in range(n):
        for attempt in range(8):
            candidate = varied(raw, chance, 0.4 / (1 + attempt)) if attempt < 7 else raw
            if builds(candidate, class_name):
                yield candidate
                break
