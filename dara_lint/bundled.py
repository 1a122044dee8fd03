"""Files that ship inside the package, read when they are first needed.

``importlib.resources`` does the same for 10 ms of imports (zipfile, tempfile, pathlib), a twentieth of a whole run.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from importlib.abc import ResourceLoader


def read(package: str, *path: str) -> bytes:
    """The bytes of a file below an imported package, wherever its loader keeps it. Raises OSError."""
    spec = sys.modules[package].__spec__
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"{package} was not imported from files")
    return cast("ResourceLoader", spec.loader).get_data(os.path.join(os.path.dirname(spec.origin), *path))
