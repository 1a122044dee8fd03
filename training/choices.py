"""Other values that a field of a config could have."""

from __future__ import annotations

import ast
import contextlib
import functools
import importlib
import inspect
import re
from typing import Any

from training import zoo

_COMPARED = re.compile(
    r"(?:config|self)\.(\w+)(?:\.lower\(\))?\s*(?:==|!=)\s*[\"']([\w\-./]+)[\"']"
    r"|(?:config|self)\.(\w+)\s*(?:not\s+)?in\s*[\[({]([^\])}]*)[\])}]"
    r"|[\"']([\w\-./]+)[\"'] (?:not )?in (?:config|self)\.(\w+)"
)
_SWITCHED = re.compile(
    r"\b(?:if|and|or) (?:not )?(?:self\.|config\.)+(\w+)(?: (?:>|!=) 0(?:\.0*)?)?(?=:| else\b| and\b| or\b|$)",
    re.MULTILINE,
)

WORDS: dict[str, tuple[str, ...]] = {
    "feed_forward_proj": ("gated-gelu", "relu"),
    "position_embedding_type": ("relative_key", "relative_key_query"),
    "norm_rel_ebd": ("layer_norm", "none"),
    "global_padding": ("same", "valid"),
}
"""Strings that config classes take apart themselves."""


@functools.cache
def string_choices(model_type: str, class_name: str) -> dict[str, tuple[str, ...]]:
    """Field name → the strings that the class's source compares it with."""
    found: dict[str, dict[str, None]] = {name: dict.fromkeys(words) for name, words in WORDS.items()}
    modules = [
        zoo.model_class(model_type, class_name).__module__,
        type(zoo.build_config(zoo.defaults(model_type, class_name))).__module__,
    ]
    for module in modules:
        try:
            source = inspect.getsource(importlib.import_module(module))
        except (OSError, TypeError):
            continue
        for match in _COMPARED.finditer(source):
            if match[1]:
                found.setdefault(match[1], {})[match[2]] = None
            elif match[5]:
                found.setdefault(match[6], {})[match[5]] = None
            elif match[3]:
                for word in re.findall(r"[\"']([\w\-./]+)[\"']", match[4]):
                    found.setdefault(match[3], {})[word] = None
    config = zoo.config_class(model_type)
    for name in zoo.defaults(model_type, class_name):
        listed = getattr(config, f"{name}s", None)  # layer_types = ["basic", "bottleneck"] beside layer_type
        if isinstance(listed, (list, tuple)) and all(isinstance(word, str) for word in listed):
            found[name] = dict.fromkeys([*found.get(name, ()), *listed])
    return {name: tuple(words) for name, words in found.items()}


_OPTIONAL = re.compile(r"getattr\((?:self\.)?config,\s*[\"'](\w+)[\"']|hasattr\((?:self\.)?config,\s*[\"'](\w+)[\"']")


@functools.cache
def optional(model_type: str, class_name: str) -> tuple[str, ...]:
    """Keys that the class asks for with ``getattr`` though its config class has no such field (``head_dim``)."""
    raw = zoo.defaults(model_type, class_name)
    try:
        source = inspect.getsource(importlib.import_module(zoo.model_class(model_type, class_name).__module__))
    except (OSError, TypeError):
        return ()
    found = dict.fromkeys(match[1] or match[2] for match in _OPTIONAL.finditer(source))
    config = zoo.build_config(raw)
    return tuple(name for name in found if name not in raw and name not in config.__dict__ and not name.startswith("_"))


_KEYWORD = re.compile(
    r"kwargs(?:\.(?:pop|get|setdefault))?[(\[]\s*[\"'](\w+)[\"'](?:,\s*([^()\[\]{}\n]+?)\))?"
    r"|[\"'](\w+)[\"'] in kwargs"
)


@functools.cache
def keywords(model_type: str) -> dict[str, Any]:
    """Keys that the source of a type's config takes though it declares no such field (``block_ff_dim``, the older
    spelling of a width), each with what it is taken for where it is absent."""
    known = zoo.defaults(model_type)
    found: dict[str, Any] = {}
    try:
        source = inspect.getsource(importlib.import_module(zoo.config_class(model_type).__module__))
    except (OSError, TypeError):
        return found
    for match in _KEYWORD.finditer(source):
        key = match[1] or match[3]
        if key not in known:
            found.setdefault(key, None)
            with contextlib.suppress(ValueError, SyntaxError):  # it is worked out from other fields
                found[key] = ast.literal_eval(match[2] or "None")
    return found


PROBES = (96, False, True, 0.5)
"""Values by which a further spelling of a field is found out."""


def spellings(model_type: str) -> dict[str, str]:
    """Such keys that set one declared field, with that field."""
    raw = zoo.defaults(model_type)
    plain = zoo.resolved(zoo.build_config(raw))
    found = {
        key: key.removesuffix("_dict")
        for key in keywords(model_type)
        if isinstance(raw.get(key.removesuffix("_dict")), dict)
    }
    for key in keywords(model_type):
        for value in PROBES:
            with contextlib.suppress(Exception):  # a value that does not fit is refused in any way the class likes
                full = zoo.resolved(zoo.build_config({**raw, key: value})) | {key: None}
                same = [field for field in raw if full.get(field) == value != plain.get(field)]
                direct = [zoo.resolved(zoo.build_config({**raw, field: value})) | {key: None} for field in same]
                if full in direct:
                    found[key] = same[direct.index(full)]
                    break
    return found


@functools.cache
def switched(model_type: str, class_name: str) -> frozenset[str]:
    """Fields that the class's source asks whether they are anything at all (``if config.extra_size > 0``)."""
    try:
        source = inspect.getsource(importlib.import_module(zoo.model_class(model_type, class_name).__module__))
    except (OSError, TypeError):
        return frozenset()
    return frozenset(_SWITCHED.findall(source))


def nullable(raw: dict[str, Any], path: zoo.Path) -> bool:
    """Whether the config class says that a field may be null (``int | None``)."""
    owner = zoo.get(raw, path[:-1]) if len(path) > 1 else raw
    model_type = owner.get("model_type") if isinstance(owner, dict) else None
    if not isinstance(model_type, str):
        return False
    with contextlib.suppress(KeyError, ValueError):
        fields = getattr(zoo.config_class(model_type), "__dataclass_fields__", {})
        return path[-1] in fields and "None" in str(fields[path[-1]].type)
    return False


def _integers(name: str, value: int) -> list[Any]:
    if zoo.DEPTH.search(name):
        near = [value + 1, value + 2, value - 1, value + 3, value * 2]
    elif value > 4096 or "vocab" in name:
        near = [value + 7, value * 2, value * 3, value + 64, value // 2]
    elif value > 16:
        near = [value * 2, value * 3, value // 2, value * 5, value // 4, value + 1, value * 3 // 2, value - 1]
        if "heads" in name:
            near.insert(1, value + 1)  # where a width need not be a multiple of the heads, it shows
    else:
        near = [value + 1, value * 2, value // 2, value + 2, value * 3, value - 1, 1, 4, 0]
    if "factor" in name and value > 1:
        near = [value * 2, value // 2, *near]  # it may be cut to a power of 2
    return [other for other in dict.fromkeys(near) if other >= 0 and other != value]


def _lists(name: str, value: list[Any]) -> list[Any]:
    out: list[Any] = []
    if not value:
        return [[0], [1], [0, 2]]
    if value and all(isinstance(item, int) and not isinstance(item, bool) for item in value):
        out = [[item * 2 for item in value]]
        for factor in (2, 3):
            for place in range(min(len(value), 5)):
                out.append([item * factor if at == place else item for at, item in enumerate(value)])
        out += [[*value, value[-1]], value[:-1], [*value, value[-1], value[-1]]]
        if "depth" in name or "layers" in name or "blocks" in name:
            out = [
                [item + step if at == place else item for at, item in enumerate(value)]
                for step in (1, -1)
                for place in range(len(value))
                if value[place] + step > 0
            ] + out
    elif value and all(isinstance(item, float) for item in value):
        for place in range(min(len(value), 4)):
            out += [[item * by if at == place else item for at, item in enumerate(value)] for by in (2, 0.5)]
        out += [value[:-1], [*value, value[-1]]]
    elif value and all(isinstance(item, bool) for item in value):
        for place in range(min(len(value), 4)):
            out.append([not item if at == place else item for at, item in enumerate(value)])
    elif value and all(isinstance(item, str) for item in value):
        words = sorted(set(value))
        for place in range(min(len(value), 5)):
            for word in words:
                if word != value[place]:
                    out.append([word if at == place else item for at, item in enumerate(value)])
        out += [value[:-1], value[1:], [value[0]] * len(value)]
    return [other for other in out if other]


def alternatives(name: str, value: Any, full: Any, words: tuple[str, ...]) -> list[Any]:
    """Other values to try for a field, likely ones first; ``full`` is what the class makes of a null."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return _integers(name, value)
    if isinstance(value, float):
        other = [value * 2, value / 2, value * 3, value + 0.5] if 0.01 < value < 100 else []
        return [0.0, *other] if 0 < value < 1 else [*other, 0.1] if not value else other
    if isinstance(value, str):
        return [word for word in words if word != value][:6]
    if isinstance(value, list):
        return _lists(name, value)
    if value is None:
        if isinstance(full, bool):
            return [not full]
        if isinstance(full, int):
            return [other for other in (full * 2, full // 2, full // 4, full + 1, full * 3) if other > 0]
        if isinstance(full, list):
            return _lists(name, full)
        small = [2, 64, 1, 4, 16] if re.match(r"num_|n_", name) else [16, 48, 64, 2, 1]
        return [*words[:3], *small, True]
    return []
