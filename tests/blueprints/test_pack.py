"""Packing anew keeps what the bundle before knew of older versions, and its doubts about what is the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dara_lint.blueprints.bundle import Bundle
from training.pack import former, packed, restricted


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


def test_what_is_followed_of_a_key_is_kept() -> None:
    shared: list[Any] = [["vocab_size", 8], None, ""]
    units = [["NightModel", [[name, [], *shared] for name in ("a", "b")], [], [], 1], ["NightHead", [], [], [], 1]]
    data = packed({"night": [{"vocab_size": 7}, {}, {}, units]}, "test", {"night": {"words": ["a", None]}})
    assert restricted(data) == {"night": {"words": [None, "a"]}}
    there = Bundle(data).of("night")
    assert there is not None
    assert [each.name for each in there[1]["NightModel"].patterns] == ["a", "b"]
    assert there[1]["NightHead"].patterns == ()
