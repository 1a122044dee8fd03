"""From the table of a settings file to values: every key known, every value of its kind, every reason given."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from dara_lint.cli import baseline
from dara_lint.cli.problem import UsageError, closest
from dara_lint.cli.settings_source import Layer
from dara_lint.facts import replace
from dara_lint.finding import Severity
from dara_lint.model import Json
from dara_lint.settings import Ignore, Settings

ALL = "all"
"""Selects every rule that is not in preview."""
FAIL_ON: Mapping[str, Severity | None] = {severity.value: severity for severity in Severity} | {"never": None}
"""What ``fail-on`` can say."""


class _Key(NamedTuple):
    """A key of a settings file: where it stands, and the rules that there are."""

    layer: Layer
    name: str
    known: Collection[str]

    def problem(self, expected: str, value: Json) -> UsageError:
        found = repr(value)
        return UsageError(
            f"{self.layer.path}: {self.name} is {expected}, found {found if len(found) < 80 else type(value).__name__}"
        )


def applied(settings: Settings, layer: Layer, known: Collection[str]) -> Settings:
    """The settings with what one file says laid over them. Raises UsageError."""
    for name, value in layer.table.items():
        if name == "extend":
            continue
        reader = KEYS.get(name)
        if reader is None:
            hint = closest(name, [*KEYS, "extend"])
            raise UsageError(f"{layer.path}: unknown key {name!r}{hint}")
        settings = reader(_Key(layer, name, known), value, settings)
    return settings


def selector(word: str, known: Collection[str], where: str) -> str:
    """A rule's id, a family or ``all``. Raises UsageError with the closest one that there is."""
    if word == ALL or word in known:
        return word
    raise UsageError(f"{where}: no rule and no family is called {word!r}{closest(word, known)}")


def confidence(value: Json, where: str) -> float:
    """A confidence from 0 to 1. Raises UsageError."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise UsageError(f"{where}: a confidence is a number from 0 to 1, found {value!r}")
    return float(value)


def _words(key: _Key, value: Json) -> tuple[str, ...]:
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list) or not all(isinstance(word, str) for word in given):
        raise key.problem("a list of words", value)
    return tuple(word for word in given if isinstance(word, str))


def _selectors(key: _Key, value: Json) -> tuple[str, ...]:
    where = f"{key.layer.path}: {key.name}"
    return tuple(selector(word, key.known, where) for word in _words(key, value))


def _text(key: _Key, value: Json) -> str:
    if not isinstance(value, str) or not value.strip():
        raise key.problem("a text", value)
    return value


def _name(key: _Key, value: Json, settings: Settings) -> Settings:
    return replace(settings, name=_text(key, value))


def _select(key: _Key, value: Json, settings: Settings) -> Settings:
    return replace(settings, select=_selectors(key, value))


def _extend_select(key: _Key, value: Json, settings: Settings) -> Settings:
    return replace(settings, select=(*(settings.select or (ALL,)), *_selectors(key, value)))


def _ignore(key: _Key, value: Json, settings: Settings) -> Settings:
    if isinstance(value, dict):
        value = [{"rule": rule, "reason": reason} for rule, reason in value.items()]
    if not isinstance(value, list):
        raise key.problem("a list of {rule, path, reason}, or a table of rule: reason", value)
    return replace(settings, ignore=(*settings.ignore, *(_one_ignore(key, item) for item in value)))


def _one_ignore(key: _Key, item: Json) -> Ignore:
    if not isinstance(item, dict):
        raise key.problem("a list of {rule, path, reason}, or a table of rule: reason", item)
    for name in item:
        if name not in {"rule", "path", "reason"}:
            raise UsageError(
                f"{key.layer.path}: unknown key {name!r} in ignore{closest(str(name), ('rule', 'path', 'reason'))}"
            )
    rule, reason = item.get("rule"), item.get("reason")
    if not isinstance(rule, str):
        raise key.problem("given for a rule: {rule, path, reason}", item)
    if not isinstance(reason, str) or not reason.strip():
        raise UsageError(f"{key.layer.path}: ignore of {rule!r} gives no reason, say why")
    path = item.get("path", "**")
    if not isinstance(path, str):
        raise key.problem("for a path, a glob", path)
    return Ignore(selector(rule, key.known, f"{key.layer.path}: ignore"), reason.strip(), path)


def _fail_on(key: _Key, value: Json, settings: Settings) -> Settings:
    if not isinstance(value, str) or value not in FAIL_ON:
        raise key.problem(f"one of {', '.join(FAIL_ON)}", value)
    return replace(settings, fail_on=FAIL_ON[value])


def _min_confidence(key: _Key, value: Json, settings: Settings) -> Settings:
    return replace(settings, min_confidence=confidence(value, f"{key.layer.path}: {key.name}"))


def _preview(key: _Key, value: Json, settings: Settings) -> Settings:
    if not isinstance(value, bool):
        raise key.problem("true or false", value)
    return replace(settings, preview=value)


def _exclude(key: _Key, value: Json, settings: Settings) -> Settings:
    return replace(settings, exclude=(*settings.exclude, *_words(key, value)))


def _baseline(key: _Key, value: Json, settings: Settings) -> Settings:
    return replace(settings, baseline=baseline.fingerprints(key.layer.target("baseline", _text(key, value))))


def _rules(key: _Key, value: Json, settings: Settings) -> Settings:
    if not isinstance(value, dict):
        raise key.problem("a table of rule: options", value)
    options: dict[str, Mapping[str, Json]] = dict(settings.options)
    for rule, given in ((str(rule), given) for rule, given in value.items()):
        if "/" not in rule or rule not in key.known:
            hint = closest(rule, [known for known in key.known if "/" in known])
            raise UsageError(f"{key.layer.path}: no rule is called {rule!r}{hint}")
        if not isinstance(given, dict) or not _is_json(given):
            raise key.problem(f"a table of options for {rule}", given)
        options[rule] = {**options.get(rule, {}), **given}
    return replace(settings, options=options)


def _is_json(value: object) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_json(item) for key, item in value.items())
    if isinstance(value, list):
        return all(map(_is_json, value))
    return value is None or isinstance(value, (bool, int, float, str))


KEYS: Mapping[str, Callable[[_Key, Json, Settings], Settings]] = {
    "name": _name,
    "select": _select,
    "ignore": _ignore,
    "fail-on": _fail_on,
    "min-confidence": _min_confidence,
    "preview": _preview,
    "exclude": _exclude,
    "baseline": _baseline,
    "rules": _rules,
    "extend-select": _extend_select,
}
"""Key → how it is laid over the settings."""
