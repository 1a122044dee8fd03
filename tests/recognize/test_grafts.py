"""A body that a type is known to have, under another head, behind another prefix, or as a part of something else."""

from __future__ import annotations

import pytest

from dara_lint.recognize import bundled_atlas
from dara_lint.recognize.distances import Scales, measure
from dara_lint.recognize.evidence import Evidence, of_tensors, parts
from dara_lint.recognize.grafts import graft, tally
from dara_lint.recognize.kinship import FEATURES, features, kinship
from dara_lint.recognize.profiles import Build, Profile
from tests.recognize.test_recognizer import llama
from training.recognise_kinship import weights

BODY = ("embed.weight", "layers.0.q.bias", "layers.0.q.weight", "layers.0.v.bias", "layers.0.v.weight", "norm.weight")
PATTERNS = (
    "acme.embed.weight", "acme.layers.*.q.bias", "acme.layers.*.q.weight", "acme.layers.*.v.bias",
    "acme.layers.*.v.weight", "acme.norm.weight", "cls.bias", "cls.weight",
)  # fmt: skip
PROFILE = Profile("acme", "transformers", PATTERNS, "21212112", (Build(("AcmeForMaskedLM",), "42424444", "AA"),))


def told(*names: str, behind: str = "", rank: int | None = None) -> Evidence:
    return of_tensors([(behind + name, None if rank is None else (8,) * rank, "") for name in names])


def laid(*names: str, behind: str = "", rank: int | None = None) -> tuple[int, ...] | None:
    return graft(told(*names, behind=behind, rank=rank), PROFILE)


def test_the_class_itself_differs_in_nothing() -> None:
    assert laid(*(f"acme.{name}" for name in BODY), "cls.bias", "cls.weight") == (0, 0, False)


def test_the_base_model_of_a_known_class_is_a_part_of_it() -> None:
    assert laid(*BODY) == laid(*BODY, behind="acme.") == (0, 0, False)
    assert laid(*BODY, behind="inner.model.") == (0, 0, True)


def test_another_head_stands_outside() -> None:
    assert laid(*(f"acme.{name}" for name in BODY), "qa.weight") == (0, 1, False)
    assert laid(*(f"model.{name}" for name in BODY), "qa.weight") == (0, 1, True)
    assert laid(*BODY, "qa.weight") == (0, 1, False)


def test_what_layers_lack_have_too_much_or_have_torn_counts() -> None:
    assert laid(*BODY[:-1]) == (1, 0, False)
    assert laid(*BODY, "layers.0.k.weight") == (1, 0, False)
    assert laid(*(name for name in BODY if name != "layers.0.v.weight")) == (1, 0, False)
    assert laid(*(name for name in BODY if "bias" not in name)) == (0, 0, False)
    assert laid(*(name for name in BODY if name != "layers.0.v.bias")) == (1, 0, False)


def test_an_index_within_a_leading_word_is_no_prefix() -> None:
    """``ln_1.weight`` of GPT-2: what is left out was counted twice, and a number of patterns below none."""
    words = [f"ln_{at}.{kind}" for at in (1, 2) for kind in ("weight", "bias")]
    profile = Profile("acme", "transformers", ("ln_*.bias", "ln_*.weight"), "11", (Build(("Acme",), "44"),))
    assert graft(told(*words), profile) == (0, 0, False)
    assert graft(told(*words, "head.weight"), profile) == (0, 1, False)
    assert [front for front, _ in parts("model.ln_*.weight")] == ["", "model."]
    assert [front for front, _ in parts("model.layers.*.weight")] == ["", "model."]


def test_ranks_count_where_they_are_known() -> None:
    matrices = [name for name in BODY if name.endswith(("embed.weight", "q.weight", "v.weight"))]
    assert laid(*matrices, rank=2) == (1, 0, False)
    assert laid(*matrices, rank=3) == (4, 0, False)


def test_what_shares_less_than_half_is_not_laid() -> None:
    assert laid("embed.weight", "blocks.0.wq.weight", "blocks.0.wk.weight", "head.weight") is None


def test_patterns_are_counted_by_core_wherever_they_stand() -> None:
    assert tally(told(*BODY, behind="inner."), PROFILE) == (0, 0)
    twice = told(*(f"{tower}.{name}" for tower in ("text", "image") for name in BODY))
    assert tally(twice, PROFILE) == (0, 4)
    assert tally(told("layers.0.q.weight", "layers.0.q.bias"), PROFILE) == (1, 0)


def test_the_type_whose_body_it_is_comes_first_whatever_the_head() -> None:
    """A head of one type on the body of another, which its matcher takes for the former."""
    atlas = bundled_atlas.atlas()
    head = [("qa_outputs.weight", (2, 64), ""), ("qa_outputs.bias", (2,), "")]
    evidence = of_tensors(
        [(f"transformer.{name}", shape, dtype) for name, shape, dtype in llama(prefix="")[:-1]] + head
    )
    measured = [
        measure(Scales(evidence, atlas.weigh), atlas.profile(number), 0)
        for label in ("llama", "gpt2")
        for number in atlas.find(label)
    ]
    rows = [dict(zip(FEATURES, features(evidence, each), strict=True)) for each in measured]
    assert [row["no_graft"] for row in rows] == [0.0, 1.0]
    assert kinship(evidence, measured, bundled_atlas.kin())[0] > kinship(evidence, measured, bundled_atlas.kin())[1]


def test_every_feature_has_a_weight() -> None:
    assert tuple(bundled_atlas.kin()) == FEATURES


def test_weights_are_learnt_from_which_candidate_is_right() -> None:
    pytest.importorskip("torch")

    def row(**told: float) -> list[float]:
        return [told.get(feature, 0.0) for feature in FEATURES]

    seen = [
        ([row(named=1.0), row(moved=1.0), row()], [True, False, False]),
        ([row(), row(named=1.0)], [False, True]),
        ([row(moved=1.0), row()], [False, True]),
    ]
    found = weights(seen)
    assert found["named"] > 0 > found["moved"]
    assert found["sizes"] == 0
