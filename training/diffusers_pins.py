"""Which arguments to hold at their usual values where the search does not follow what they do.

A blueprint of a class with such pins promises something only for configs that give them these values. What is pinned
is found, not listed: the arguments whose change alone changed what the search got wrong, those that say how the model
is built up (lists, depths, words, flags) before those that say how wide it is.
"""

from __future__ import annotations

import re
from typing import Any

from training import zoo
from training.sampling import Samples

ROUNDS = 3


def pins(record: dict[str, Any], samples: Samples, held: dict[str, Any], turn: int) -> dict[str, Any]:
    """The arguments to hold in the next turn with their values; those held already among them."""
    found = _implicated(record, samples)
    raw = samples.base.raw
    built = [name for name in found if zoo.DEPTH.search(name) or type(raw[name]) is not int]
    everything = list(dict.fromkeys(name.partition(".")[0] for name in samples.names))
    wanted = (built or found, found, everything)[turn]
    usual = zoo.defaults(str(raw["model_type"]), "")  # samples are shallow, published models are not
    return held | {name: usual[name] for name in (wanted or everything) if name in raw}


def _implicated(record: dict[str, Any], samples: Samples) -> list[str]:
    """Arguments whose change, alone or with one other, changed a tensor that the blueprint does not get right."""
    wrong = [failure.partition(" of ")[2].split("{}") for failure in record.get("failures", ())]
    wrong += [re.split(r"\d+", name.partition(": ")[0]) for name in record.get("wrong", ())]
    if not wrong:
        return []
    bad = re.compile("|".join(r"\d+".join(map(re.escape, parts)) for parts in wrong))
    out: dict[str, None] = {}
    before = {name: shape for name, shape in samples.base.tensors.items() if bad.match(name)}
    together = {tuple(change) for change in samples.together if len(change) == 2}
    pairs = [sample for sample in samples.joint if sample.changed in together]
    for sample in (*samples.singles, *pairs):
        after = {name: shape for name, shape in sample.tensors.items() if bad.match(name)}
        if after != before:
            own = [path for path in sample.changed if path not in samples.inert] or sample.changed
            out |= {str(path[0]): None for path in own}
    return list(out)
