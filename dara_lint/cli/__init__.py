"""The command line: arguments, exit codes, and the only place that prints."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status: 0 clean, 1 findings, 2 usage or a bug, 3 no model."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given == ["--version"]:
        from dara_lint import __version__

        print(f"dara-lint {__version__}")
        return 0
    import gc

    # facts are immutable and hold no cycles, so looking for garbage every few hundred objects finds none: 15 ms less
    gc.set_threshold(100_000, 20, 20)
    from dara_lint.cli.verbs import run

    return run(given)
