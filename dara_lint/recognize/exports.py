"""What an ONNX graph is an export of: by the names that exporters keep, or where these say nothing by its operators."""

from __future__ import annotations

from collections.abc import Sequence

from dara_lint.model import Checkpoint
from dara_lint.recognize import operator_table
from dara_lint.recognize.onnx_names import of_graph
from dara_lint.recognize.operator_table import FAR, known
from dara_lint.recognize.popular import rank
from dara_lint.recognize.recognition import Candidate, Recognition
from dara_lint.recognize.recognizer import recognize

LIBRARY = "onnx"
"""The library of candidates that operators name."""
EXPORTED = 0.9
"""The probability of a set that operators name (``docs/recogniser.md``)."""
MOST_KINDS = 3


def recognized(checkpoint: Checkpoint, claimed: str | None = None, learned: Sequence[object] = ()) -> Recognition:
    """What an ONNX checkpoint can be, and whether it can be ``claimed``."""
    names = of_graph(checkpoint)
    found = recognize(names, claimed, learned) if names else Recognition(abstains="names of the graph tell too little")
    return found if found.known else _by_operators(checkpoint, claimed) or found


def _by_operators(checkpoint: Checkpoint, claimed: str | None) -> Recognition | None:
    """The families whose exports have operators like these; None where no known family is like enough.

    A claimed family is ruled out where none of its exports is near and operators differ in kind, not in order alone.
    """
    said = operator_table.said(checkpoint)
    found = operator_table.table().alike(said) if said else []
    named = sorted((each.label for each in known(found)), key=lambda label: (rank(label), label))
    if not named:
        return None
    candidates = tuple(Candidate(label, LIBRARY, EXPORTED, ()) for label in named)
    if claimed in named:
        return Recognition(candidates, "possible", claimed_probability=EXPORTED)
    reasons = _reasons(frozenset(said), claimed) if claimed and dict(found).get(claimed, 0.0) < FAR else ()
    return Recognition(candidates, "impossible" if reasons else "unknown", reasons)


def _reasons(kinds: frozenset[str], claimed: str) -> tuple[str, ...]:
    """The rarest kinds of operators that exports of the claimed family have and the graph lacks, and the other way
    round."""
    table = operator_table.table()
    always, ever = table.kinds(claimed)

    def rarest(found: frozenset[str]) -> list[str]:
        return sorted(found - {"^", "$"}, key=lambda kind: (-table.weight(kind), kind))[:MOST_KINDS]

    lacking, strange = rarest(always - kinds), rarest(kinds - ever) if ever else []
    found = ["no " + ", no ".join(lacking)] if lacking else []
    return (*found, *([f"there is {' and '.join(strange)}"] if strange else []))
