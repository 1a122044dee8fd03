"""Which answers are right: by the names of the whole sample, and by what the evidence still shows.

“eq” by names: types (classes) that share the masked names of the whole sample. Where only a part of it is shown, or no
names at all, other types show the same, and nothing could tell them apart: by what is shown, every type counts that
has some sample whose names hold all of those shown, or without names, some sample whose shapes give the same sentence.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from dara_lint.recognize.evidence import Evidence
from dara_lint.recognize.normalize import is_stale, masked, plain
from dara_lint.recognize.sentences import Vocabulary, words
from training.recognise_data import Sample
from training.recognise_split import PARTIAL, Split, changed

Labels = tuple[set[str], set[str]]
"""Types and classes."""


class Equals:
    """The sets of equals of a split."""

    def __init__(self, chosen: Split) -> None:
        self._chosen = chosen
        self._signatures = list(chosen.types)
        self._having: dict[str, set[int]] = defaultdict(set)
        for number, signature in enumerate(self._signatures):
            for pattern in signature:
                self._having[pattern].add(number)
        self._vocabulary = Vocabulary()
        self._saying: dict[str, list[Sample]] = defaultdict(list)
        for sample in chosen.samples:
            self._saying[self.sentence(sample)].append(sample)

    def sentence(self, sample: Sample) -> str:
        """The sentence of a sample's shapes."""
        return self._vocabulary.sentence(words([shape for _, shape in sample.tensors if shape is not None]))

    def classes(self, label: str) -> tuple[str, ...]:
        """The classes of a type."""
        return tuple(sorted({each.name for each in self._chosen.samples if each.label == label}))

    def named(self, sample: Sample) -> Labels:
        """The equals by the names of the whole sample."""
        return self._chosen.types[sample.signature], self._chosen.classes[sample.signature]

    def shown(self, kind: str, sample: Sample, evidence: Evidence) -> Labels | None:
        """The equals by what that kind of evidence shows; None for kinds that change names."""
        if kind == "nameless":
            return self._union(each.signature for each in self._saying[self.sentence(sample)])
        if kind not in PARTIAL:
            return None
        having = [self._having.get(pattern, set()) for pattern in evidence.full]
        common = set.intersection(*sorted(having, key=len)) if having else set()
        types, classes = self._union(self._signatures[number] for number in common)
        return types | self.named(sample)[0], classes | self.named(sample)[1]

    def ceiling(self, asked: Iterable[Sample]) -> tuple[int, int, int]:
        """Without names: for how many of those asked the one best answer to their sentence is right by names (type,
        class), were it known; and how many were asked."""
        best: dict[str, tuple[str, str]] = {}
        types = classes = total = 0
        for sample in asked:
            sentence = self.sentence(sample)
            if sentence not in best:
                counted: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
                for each in self._saying[sentence]:
                    for counter, labels in zip(counted, self.named(each), strict=True):
                        counter.update(labels)
                best[sentence] = (counted[0].most_common(1)[0][0], counted[1].most_common(1)[0][0])
            label, name = best[sentence]
            types += label in self.named(sample)[0]
            classes += name in self.named(sample)[1]
            total += 1
        return types, classes, total

    def ceiling_of_runs(self, asked: Iterable[Sample]) -> tuple[int, int, int]:
        """The same of runs of tensors: by the one best answer to the names that a run shows, were it known how often
        each sample of the corpus has a run that shows them."""
        types = classes = total = 0
        for sample in asked:
            if (evidence := changed(sample, "shard")) is None:
                continue
            own = self.named(sample)
            counted: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
            for each in self._chosen.samples:
                if evidence.full <= each.signature and (share := showing(_patterns(each), evidence.full)):
                    for counter, labels in zip(counted, self.named(each), strict=True):
                        counter.update(dict.fromkeys(labels, share))
            best = [max(counter, key=lambda label: (counter[label], label), default="") for counter in counted]
            types += not best[0] or best[0] in own[0]  # where a part is read otherwise than the whole, it shows itself
            classes += not best[1] or best[1] in own[1]
            total += 1
        return types, classes, total

    def _union(self, signatures: Iterable[frozenset[str]]) -> Labels:
        types: set[str] = set()
        classes: set[str] = set()
        for signature in signatures:
            types |= self._chosen.types[signature]
            classes |= self._chosen.classes[signature]
        return types, classes


def _patterns(sample: Sample) -> list[str]:
    """The masked names of its tensors, in order."""
    names = [(plain(name), shape) for name, shape in sample.tensors]
    return [masked(name) for name, shape in names if not is_stale(name, shape)]


def showing(patterns: Sequence[str], shown: frozenset[str], share: float = 0.3) -> float:
    """How many of all runs of that share of the tensors show these patterns and no others, as a share of them."""
    size = max(1, round(len(patterns) * share))
    inside: Counter[str] = Counter()
    strange = good = 0
    for at, pattern in enumerate(patterns):
        inside[pattern] += 1
        strange += pattern not in shown
        if at >= size:
            gone = patterns[at - size]
            inside[gone] -= 1
            strange -= gone not in shown
            if not inside[gone]:
                del inside[gone]
        good += at >= size - 1 and not strange and len(inside) == len(shown)
    return good / (len(patterns) - size + 1) if patterns else 0.0
