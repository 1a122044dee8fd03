"""Units and kinds as JSON, for the files between inference and bundle."""

from __future__ import annotations

from typing import Any

from dara_lint.blueprints.compose import Kind
from dara_lint.blueprints.unit import Derived, Pattern, Reference, Unit


def unit_to_json(unit: Unit) -> dict[str, Any]:
    """A unit's patterns, references and derived fields."""
    return {
        "patterns": [list(pattern) for pattern in unit.patterns],
        "references": [list(each if each.when is not None else each[:-1]) for each in unit.references],
        "derived": [list(rule) for rule in unit.derived],
    }


def unit_from_json(model_type: str, record: dict[str, Any]) -> Unit:
    """The unit that ``unit_to_json`` wrote."""
    return Unit(
        model_type,
        record["class"],
        tuple(
            Pattern(name, tuple(counts), tuple(dims), condition, dtype)
            for name, counts, dims, condition, dtype in record["patterns"]
        ),
        tuple(
            Reference(prefix, kind, name, path, tuple(without), *when)
            for prefix, kind, name, path, without, *when in record["references"]
        ),
        tuple(
            Derived(field, value, items, tuple((condition, word) for condition, word in words))
            for field, value, items, words in record["derived"]
        ),
        record.get("exact") == record.get("unseen") and bool(record.get("unseen")),
    )


def kind_to_json(kind: Kind) -> dict[str, Any]:
    """A kind's defaults, aliases and roles."""
    return {"defaults": kind.defaults, "aliases": dict(kind.aliases), "roles": dict(kind.roles)}


def kind_from_json(record: dict[str, Any]) -> Kind:
    """The kind that ``kind_to_json`` wrote."""
    return Kind(record["type"], record.get("defaults", {}), record.get("aliases", {}), record.get("roles", {}))
