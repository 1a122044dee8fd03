"""Renamed words find what they stand for."""

from __future__ import annotations

from dara_lint.recognize.alignment import align
from dara_lint.recognize.evidence import of_tensors
from dara_lint.recognize.profiles import Build, Profile

NAMES = (
    "model.embed_tokens.weight", "model.layers.*.mlp.down_proj.weight", "model.layers.*.mlp.up_proj.weight",
    "model.layers.*.self_attn.k_proj.weight", "model.layers.*.self_attn.q_proj.bias",
    "model.layers.*.self_attn.q_proj.weight", "model.norm.weight",
)  # fmt: skip
PROFILE = Profile("acme", "test", NAMES, "2222121", (Build(("Acme",), "4444244"),))


def seen(*swaps: tuple[str, str]) -> tuple[float, float]:
    names = [name.replace("*", str(layer)) for name in NAMES for layer in range(2)]
    for old, new in swaps:
        names = [name.replace(old, new) for name in names]
    ranks = {name: 1 if "norm" in name or "bias" in name else 2 for name in names}
    return align(of_tensors((name, (8,) * ranks[name], "") for name in dict.fromkeys(names)), PROFILE, 0)


def test_names_as_they_are_are_explained() -> None:
    assert seen() == (1.0, 1.0)


def test_renamed_words_are_found_by_their_places() -> None:
    assert seen(("self_attn", "wombat"), ("mlp", "yak")) == (1.0, 1.0)
    assert seen(("q_proj", "emu"), ("layers", "gnu"), ("embed_tokens", "ibex")) == (1.0, 1.0)


def test_another_make_up_stays_unexplained() -> None:
    explained, present = align(
        of_tensors((f"a{number}.b.{number}.c.d.e.f.weight", (8, 8), "") for number in range(9)), PROFILE, 0
    )
    assert explained == 0.0
    assert present == 0.0


def test_no_names_no_shares() -> None:
    assert align(of_tensors([]), PROFILE, 0) == (0.0, 0.0)
