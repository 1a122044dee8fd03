"""Who may see what: the split of the corpus, fixed by a seed, and the sets of equals.

Sizes 0 to 4, 10 to 15 and the samples of single flags make profiles, sizes 5 and 7 train the matcher, sizes 6, 8 and
9 validate (8, 9, 14 and 15 were tests before), sizes 16 and 17 test. Of the model types an eighth has no
profile (open set: half of it validates, half tests), another twelfth is seen by the matcher only, as evidence without a
profile. Of the types with several classes a fifth holds one class for the validation, a fifth for the test, a fifth for
the matcher.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from dara_lint.recognize.evidence import Evidence
from training import recognise_data as data
from training.recognise_data import Named, Sample

SEED = 20
SPLIT_SEED = 22
"""Another than before: types, classes and sizes of the test were then looked at three times."""
PROFILE, TRAIN = frozenset({0, 1, 2, 3, 4, 10, 11, 12, 13, 14, 15, 99}), frozenset({5, 7})
VALIDATE, TEST = frozenset({6, 8, 9}), frozenset({16, 17})
FLAGS = 100

KINDS: dict[str, Callable[[Named, random.Random], Named | None]] = {
    "shapeless": data.shapeless, "prefixed": data.prefixed, "stripped": data.stripped, "shard": data.shard,
    "scattered": data.scattered, "adapter": data.adapter, "renamed": data.renamed, "nameless": data.nameless,
    "packed": data.packed,
}  # fmt: skip
"""The ways in which evidence is partial or odd; ``clean`` is none of them."""
ASKED = {**KINDS, "sentence": data.sentence}
"""Those and a layout that is only asked for."""

PARTIAL = frozenset({"shard", "scattered", "adapter"})


@dataclass(frozen=True)
class Split:
    """The samples of the newest version and what of them is held back."""

    samples: Sequence[Sample]
    unseen_types: frozenset[str] = frozenset()
    matcher_types: frozenset[str] = frozenset()
    unseen_classes: frozenset[tuple[str, str]] = frozenset()
    matcher_classes: frozenset[tuple[str, str]] = frozenset()
    asked_types: frozenset[str] = frozenset()
    """Those of the unseen types that this part asks for."""
    asked_classes: frozenset[tuple[str, str]] = frozenset()
    types: dict[frozenset[str], set[str]] = field(default_factory=dict)
    classes: dict[frozenset[str], set[str]] = field(default_factory=dict)

    def held(self, sample: Sample) -> bool:
        """Whether no profile may be made of it."""
        key = (sample.label, sample.name)
        unseen = sample.label in self.unseen_types or sample.label in self.matcher_types
        return unseen or key in self.unseen_classes or key in self.matcher_classes

    def of(self, numbers: frozenset[int]) -> list[Sample]:
        """The samples of those sizes whose type and class are in the profiles."""
        return [sample for sample in self.samples if sample.number in numbers and not self.held(sample)]

    def profiled(self) -> list[Sample]:
        """The samples that profiles are made of."""
        return [
            sample
            for sample in self.samples
            if (sample.number in PROFILE or sample.number >= FLAGS) and not self.held(sample)
        ]

    def training(self) -> list[Sample]:
        """The samples that the matcher is trained on."""
        return [
            sample
            for sample in self.samples
            if sample.number in TRAIN
            and sample.label not in self.unseen_types
            and (sample.label, sample.name) not in self.unseen_classes
        ]


def split(
    samples: Sequence[Sample], everything: Iterable[Sample] = (), *, test: bool = False, seed: int = SPLIT_SEED
) -> Split:
    """The split of ``samples``; sets of equals count the signatures of ``everything`` (other versions), too."""
    chance = random.Random(seed)
    types = sorted({sample.label for sample in samples})
    chance.shuffle(types)
    eighth, twelfth = len(types) // 8, len(types) // 12
    unseen, matcher = types[:eighth], frozenset(types[eighth : eighth + twelfth])
    names: dict[str, set[str]] = defaultdict(set)
    for sample in samples:
        names[sample.label].add(sample.name)
    several = [each for each in types[eighth + twelfth :] if len(names[each]) > 1]
    chosen = [(each, chance.choice(sorted(names[each]))) for each in several]
    found = Split(
        samples,
        frozenset(unseen),
        matcher,
        frozenset(pair for at, pair in enumerate(chosen) if at % 5 < 2),
        frozenset(pair for at, pair in enumerate(chosen) if at % 5 == 2),
        frozenset(unseen[test::2]),
        frozenset(pair for at, pair in enumerate(chosen) if at % 5 == test),
    )
    for sample in (*samples, *everything):
        found.types.setdefault(sample.signature, set()).add(sample.label)
        found.classes.setdefault(sample.signature, set()).add(sample.name)
    return found


def changed(sample: Sample, kind: str) -> Evidence | None:
    """The sample's evidence in that kind of disorder, the same each time; None when it has none such."""
    if kind == "clean":
        return sample.evidence
    chance = random.Random(f"{kind}/{sample.label}/{sample.name}/{sample.number}/{SEED}")
    tensors = ASKED[kind](sample.tensors, chance)
    return None if tensors is None else data.evidence(tensors, whole=kind not in PARTIAL)
