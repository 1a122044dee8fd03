"""A checkpoint's tensors against what its config promises."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dara_lint.blueprints import bundle
from dara_lint.blueprints.differ import HEAD, Difference, arrange, tolerates
from dara_lint.blueprints.evidence import TOLERATED, Evidence, Shape, arranged, learnt
from dara_lint.blueprints.expectation import Expectation
from dara_lint.blueprints.explain import Cause, explained
from dara_lint.blueprints.further import without_further
from dara_lint.facts import fact
from dara_lint.model import Tensor


@fact
class Comparison:
    """What agrees and what does not.

    ``matched`` counts tensors with the promised name and shape, of ``promised``; ``stored`` are all that are
    there. ``causes`` are the keys that explain differences, ``unexplained`` the differences that no key explains;
    ``strange`` the stored names that the class has under no config at all, heads in ``strange_heads``.
    """

    expectation: Expectation
    evidence: Evidence
    promised: int
    stored: int
    matched: int
    causes: tuple[Cause, ...]
    unexplained: tuple[Difference, ...]
    strange: tuple[str, ...]
    strange_heads: tuple[str, ...]
    differences: tuple[Difference, ...] = ()
    """Every difference from what the config promises as it stands, whatever explains it."""

    @property
    def agrees(self) -> bool:
        """Whether nothing differs but what every loader tolerates."""
        return not (self.causes or self.unexplained or self.strange or self.strange_heads)

    @property
    def findings(self) -> int:
        """How many findings the rules make of it: one per cause, one per kind and place of what is left."""
        groups = {(each.kind, each.head) for each in self.unexplained}
        groups |= {("unexpected", False)} if self.strange else set()
        groups |= {("unexpected", True)} if self.strange_heads else set()
        return len(self.causes) + len(groups)

    def of(self, kind: str, *, head: bool) -> tuple[Difference, ...]:
        """The unexplained differences of a kind, in the body or in the head."""
        return tuple(each for each in self.unexplained if each.kind == kind and each.head is head)


def compare(tensors: Sequence[Tensor], expectation: Expectation) -> Comparison:
    """Hold all of a checkpoint's tensors against an expectation."""
    return compare_shapes({tensor.name: tensor.shape for tensor in tensors}, expectation)


def compare_names(names: Iterable[str], expectation: Expectation) -> Comparison:
    """Hold the names of an index against an expectation; shapes are unknown and never differ."""
    return compare_shapes(dict.fromkeys(names), expectation)


def compare_shapes(shapes: Mapping[str, Shape], expectation: Expectation) -> Comparison:
    """As ``compare``, from names and shapes (None where unknown)."""
    shapes = without_further(shapes, expectation.config)
    evidence = arranged(shapes, expectation)
    layout = arrange(evidence, expectation.parts)
    causes, left, differences = explained(expectation, layout, bundle.LIBRARY)
    wrong = sum(each.times for each in differences if each.kind != "unexpected")
    older = expectation.parts[0].unit.older
    left = [each for each in left if each.kind != "unexpected" or not tolerates(older, each.name)]
    strange = [name for name in layout.strange if not TOLERATED.search(name) and not tolerates(older, name)]
    if activation := learnt(expectation.config):  # blueprints are of activations that have no tensors
        strange = [name for name in strange if not activation.search(evidence.stored(name))]
    heads = [name for name in strange if HEAD.search(name)]
    return Comparison(
        expectation,
        evidence,
        expectation.count,
        len(shapes),
        max(0, expectation.count - wrong),
        tuple(causes),
        tuple(left),
        tuple(name for name in strange if not HEAD.search(name)),
        tuple(heads),
        tuple(differences),
    )
