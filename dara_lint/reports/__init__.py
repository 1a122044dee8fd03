"""Report formats: from a ``Report`` to text. Nothing here prints or opens a file; the command line does.

To add a format: one module with ``render(report, view) -> str``, one line in ``FORMATS``, one golden file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from types import MappingProxyType
from typing import cast

from dara_lint.finding import Report
from dara_lint.reports.view import PLAIN, View

Render = Callable[[Report, View], str]


def _render(module: str, report: Report, view: View = PLAIN) -> str:
    return cast("Render", import_module(f"dara_lint.reports.{module}").render)(report, view)


FORMATS: Mapping[str, Render] = MappingProxyType(
    {
        "text": partial(_render, "text"),
        "github": partial(_render, "github"),
        "json": partial(_render, "json_v1"),
        "sarif": partial(_render, "sarif"),
        "markdown": partial(_render, "markdown"),
        "gitlab": partial(_render, "gitlab"),
        "junit": partial(_render, "junit"),
    }
)
"""Format name → renderer; a renderer's module is imported when it is first called."""

__all__ = ["FORMATS", "PLAIN", "Render", "View"]
