"""All rules, in the order in which they are documented. A rule is a module with a ``RULE``."""

from __future__ import annotations

from dara_lint.finding import Rule
from dara_lint.rules.repository import missing_shards, no_name, unreadable_file, weights_are_pointers

RULES: tuple[Rule, ...] = (
    # repository
    unreadable_file.RULE,
    missing_shards.RULE,
    weights_are_pointers.RULE,
    no_name.RULE,
    # architecture
    # naming
)
"""Every rule there is."""
