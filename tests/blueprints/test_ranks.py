"""A name that has one rank in some configs and another in others, judged without a stumble."""

from __future__ import annotations

from dara_lint.blueprints.compose import Part
from dara_lint.blueprints.differ import Difference
from dara_lint.blueprints.suggest import suggestions
from dara_lint.blueprints.unit import Pattern, Unit
from dara_lint.model import Json


def test_a_promise_of_another_rank_suggests_no_size() -> None:
    fields: dict[str, Json] = {"hidden_size": 8, "groups": 1}
    pattern = Pattern("dense.weight", (), ("hidden_size", "hidden_size"))
    part = Part(Unit("made", "Made", (pattern,)), "", fields, fields, "", ())
    stacked = Difference("shape", part, pattern, (), 1, (2, 8, 16), (2, 8, 8), ((),))
    plain = stacked._replace(found=(8, 16), promised=(8, 8))
    assert list(suggestions([stacked], fields, {})) == []
    assert ("hidden_size", 16) in list(suggestions([plain], fields, {}))
