"""Plain YAML scalars -> values, by the core schema of YAML 1.2."""

from __future__ import annotations

import re

from dara_lint.model import Json

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?[0-9]{1,4000}")
_OCTAL = re.compile(r"0o[0-7]{1,4000}")
_HEX = re.compile(r"0x[0-9a-fA-F]{1,4000}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]++|[0-9]++(?:\.[0-9]*+)?)(?:[eE][-+]?[0-9]++)?")
_INFINITE = re.compile(r"([-+]?)\.(?:inf|Inf|INF)")
_NANS = frozenset({".nan", ".NaN", ".NAN"})
_TAG = "tag:yaml.org,2002:"
_TEXTS = frozenset({_TAG + name for name in ("str", "timestamp", "binary")})
_TYPES = {_TAG + "null": type(None), _TAG + "bool": bool, _TAG + "int": int, _TAG + "float": float}

CONTAINERS = frozenset({_TAG + name for name in ("map", "seq", "set", "omap", "pairs")})
"""Tags of containers that say nothing which the syntax does not say."""


def resolve(text: str) -> Json:
    """The value of a plain scalar without a tag (YAML 1.2.2, section 10.3.2): what matches nothing is text."""
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if not text[0].isascii() or text[0].isalpha():
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _OCTAL.fullmatch(text) or _HEX.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return float(text)
    infinite = _INFINITE.fullmatch(text)
    if infinite:
        return float(infinite[1] + "inf")
    return float("nan") if text in _NANS else text


def tagged(text: str, tag: str) -> tuple[Json, bool]:
    """The value of a scalar with a tag, and whether the tag is one that is understood and fits."""
    if tag == "!" or tag in _TEXTS:
        return text, True
    value = resolve(text)
    wanted = _TYPES.get(tag)
    if wanted is float and type(value) is int:
        return (float(value), True) if len(text) < 300 else (value, True)
    return (value, True) if wanted is not None and type(value) is wanted else (None, False)
