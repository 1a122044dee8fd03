"""dara-lint: the linter for model repositories."""

__version__ = "0.1.0"
