"""Which answers the measurements of the recogniser count as right, and what the best of them could reach."""

from __future__ import annotations

import random

import pytest

from training import recognise_docs
from training.recognise_data import Sample, shard
from training.recognise_equals import Equals, showing
from training.recognise_split import Split, changed

LAYERS = [f"layers.{at}.{part}.weight" for at in range(8) for part in ("query", "key", "value", "output")]


def sample(label: str, name: str, names: list[str]) -> Sample:
    return Sample("transformers", "5.24.0", label, name, 5, [(each, (4, 4)) for each in names])


def split(*samples: Sample) -> Split:
    found = Split(samples)
    for each in samples:
        found.types.setdefault(each.signature, set()).add(each.label)
        found.classes.setdefault(each.signature, set()).add(each.name)
    return found


@pytest.mark.parametrize(
    ("patterns", "shown", "share"),
    [
        ("aaaaaaaaaa", "a", 1.0),
        ("abababababab", "ab", 1.0),
        ("abcabcabcabc", "ab", 0.0),  # four of twelve tensors, so that each run shows all three
        ("xxabxxabxxab", "x", 0.0),
        ("aaaabbbbcccc", "a", 1 / 9),
        ("aaaabbbbcccc", "ab", 3 / 9),
        ("", "a", 0.0),
    ],
)
def test_runs_that_show_these_names_and_no_others(patterns: str, shown: str, share: float) -> None:
    assert showing([*patterns], frozenset(shown)) == pytest.approx(share)


def test_a_run_from_the_middle_of_what_types_share_is_half_right_at_best() -> None:
    one = sample("one", "OneModel", ["embed.weight", *LAYERS])
    two = sample("two", "TwoModel", [*LAYERS, "norm.weight"])
    equals = Equals(split(one, two))
    evidence = [changed(each, "shard") for each in (one, two)]
    middle = frozenset({f"layers.*.{part}.weight" for part in ("query", "key", "value", "output")})
    assert [each.full == middle for each in evidence if each] == [True, True]
    assert equals.ceiling_of_runs([one, two]) == (1, 1, 2)


def test_types_with_all_names_alike_are_equals() -> None:
    one, two = sample("one", "OneModel", LAYERS), sample("two", "TwoModel", LAYERS)
    equals = Equals(split(one, two))
    assert equals.named(one) == ({"one", "two"}, {"OneModel", "TwoModel"})
    assert equals.ceiling_of_runs([one, two]) == (2, 2, 2)
    assert equals.ceiling([one, two]) == (2, 2, 2)


def test_a_shard_is_a_run() -> None:
    tensors = sample("one", "OneModel", LAYERS).tensors
    run = shard(tensors, random.Random(3))
    start = tensors.index(run[0])
    assert run == tensors[start : start + len(run)]


def test_the_page_says_what_was_measured() -> None:
    assert recognise_docs.TARGET.read_text("utf-8") == recognise_docs.page(), "python -m training.recognise_docs"
