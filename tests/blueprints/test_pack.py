"""Packing anew keeps what the bundle before knew of older versions, and its doubts about what is the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from training.pack import former, packed


def studied(folder: Path, size: int) -> Path:
    patterns: list[Any] = [["embed.weight", [], ["vocab_size", size], None, ""]]
    units = [{"class": "NightModel", "patterns": patterns, "references": [], "derived": []}]
    (folder / "night.json").write_text(json.dumps({"type": "night", "units": units}))
    return folder


def test_what_a_bundle_tolerates_and_doubts_is_kept(tmp_path: Path) -> None:
    patterns: list[Any] = [["embed.weight", [], ["vocab_size", 8], None, ""]]
    unit: list[Any] = ["NightModel", patterns, [], [], 0, ["missing gamma"]]
    bundle = packed({"night": [{"vocab_size": 7}, {}, {}, [unit]]}, "test")
    tolerated = {"night": {"NightModel": ["missing gamma"]}}
    assert former(bundle, studied(tmp_path, 8)) == (tolerated, {"night/NightModel"})
    assert former(bundle, studied(tmp_path, 9)) == (tolerated, set())  # studied anew: no doubt is left
