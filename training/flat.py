"""Types whose nested config may be written flat: keys of the text model at the top level, as older files do."""

from __future__ import annotations

import contextlib
from typing import Any

from training import zoo


def flat_key(model_type: str, defaults: dict[str, Any]) -> str:
    """The nested config that takes keys from the top level when it is not given itself, or ""."""
    for key, nested in defaults.items():
        if not isinstance(nested, dict) or "model_type" not in nested:
            continue
        for name, value in nested.items():
            if not isinstance(value, int) or isinstance(value, bool) or value < 8 or name in defaults:
                continue
            with contextlib.suppress(Exception):
                config = zoo.config_class(model_type).from_dict({"model_type": model_type, name: value * 2})
                if getattr(getattr(config, key), name, None) == value * 2:
                    return key
            break
    return ""
