"""The terminal: how wide it is, and the help that is laid out for it."""

from __future__ import annotations

import argparse
import os
import sys

WIDE = 120
"""Cells of a line when no terminal says how wide it is."""


class Help(argparse.RawDescriptionHelpFormatter):
    """Help as wide as the terminal. argparse asks shutil for that with each argument, which costs 3 ms of imports."""

    def __init__(self, prog: str) -> None:
        """The formatter of the program ``prog``."""
        super().__init__(prog, width=columns() - 2)


def columns() -> int:
    """Cells of the terminal's line, by COLUMNS or the terminal itself."""
    given = os.environ.get("COLUMNS", "")
    if given.isdecimal() and int(given):
        return int(given)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns if sys.__stdout__ else WIDE
    except (AttributeError, ValueError, OSError):
        return WIDE
