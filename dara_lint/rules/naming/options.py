"""What the naming rules can be told in a settings file."""

from __future__ import annotations

from collections.abc import Mapping

from dara_lint.finding import Hit, Severity
from dara_lint.model import Json, ModelRepo
from dara_lint.rules.subject import name_place


def words(value: Json) -> tuple[str, ...] | None:
    """A list of words, a single word standing for itself; None when it is anything else, or empty."""
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list) or not given or not all(isinstance(item, str) and item.strip() for item in given):
        return None
    return tuple(str(item).strip() for item in given)


def severity(options: Mapping[str, Json], default: Severity) -> Severity:
    """The option ``severity``, or the default when it is none of error, warning and note."""
    value = options.get("severity")
    return Severity(value) if isinstance(value, str) and value in set(Severity) else default


def wrong_option(repo: ModelRepo, rule: str, option: str, expected: str) -> Hit:
    """A finding about the settings themselves: an option that cannot be used must not pass in silence."""
    return Hit(
        name_place(repo),
        f"the settings of {rule} cannot be used: {option} is {expected}",
        found=f"{rule} {option}",
        help=f"correct {option} under rules: {rule} in the settings file",
        severity=Severity.ERROR,
        confidence=1.0,
    )
