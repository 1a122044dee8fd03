"""Configs that teach: which fields shape a class's tensors, and what its tensors are under many configs.

Each field is changed on its own around a base (so that its effect is known), then many fields at once (so that
fields that happen to be equal come apart). Values are kept only when the class builds with them.
"""

from __future__ import annotations

import time

from training import zoo
from training.changes import doubled, drawn, flags_together, levelled, lists_together, singles, stages_chosen
from training.enrich import deeper, followed, rare, scarce_flags, unlocked
from training.references import held
from training.sampling import Builder, Sample, Samples


def collect(
    model_type: str, class_name: str, seed: int = 1, seconds: float = 60.0, like: Samples | None = None
) -> Samples:
    """Everything that inference needs to know of one class. Raises what building its smallest config raises.

    ``like`` are the samples of the type's base class: a task class then tries the values that built there.
    """
    began = time.process_time()
    builder = Builder(model_type, class_name)
    base = builder.sample(zoo.small(model_type, class_name))
    if base is None:
        zoo.tensors(zoo.small(model_type, class_name), class_name)
        raise ValueError("the smallest config gives no usable tensors")
    out = Samples(model_type, class_name, base)
    if like is None:
        singles(builder, out, began + seconds * 0.5, held(base.raw, class_name))
        doubled(builder, out, began + seconds * 0.55)
        unlocked(builder, out, began + seconds * 0.6)
        flags_together(builder, out, began + seconds * 0.6)
        lists_together(builder, out, began + seconds * 0.6)
        levelled(builder, out, began + seconds * 0.62)
    else:
        followed(builder, out, like, seed, began + seconds * 0.5)
    stages_chosen(builder, out, began + seconds * 0.65)
    deeper(builder, out, seed, began + seconds * 0.65)
    out.joint += drawn(builder, out, 32 if like is None else 6, seed, began + seconds * 0.8)
    out.joint += otherwise(builder, 8 if like is None else 4, seed + 500)
    if like is None:
        scarce_flags(builder, out, seed, began + seconds * 0.85, 7)
        rare(builder, out, seed, began + seconds * 0.9)
    out.unseen = list(drawn(builder, out, 12 if like is None else 6, seed + 1000, began + seconds))
    out.unseen += otherwise(builder, 6 if like is None else 4, seed)
    whole = builder.sample(zoo.defaults(model_type, class_name))
    if whole is not None:
        out.unseen.append(whole)  # as deep and wide as the class is by default: what was learnt must reach there
    out.builds, out.seconds = builder.count, time.process_time() - began
    return out


def otherwise(builder: Builder, n: int, seed: int) -> list[Sample]:
    """Samples of another making: any field may differ, not only those that were seen to shape tensors."""
    raws = zoo.configs(builder.model_type, builder.class_name, n, seed)
    return [sample for raw in raws if (sample := builder.sample(raw)) is not None]


def more(samples: Samples, n: int, seed: int, seconds: float = 20.0) -> list[Sample]:
    """Further unseen samples, of another seed."""
    builder = Builder(samples.model_type, samples.class_name)
    return [
        *drawn(builder, samples, n, seed, time.process_time() + seconds),
        *otherwise(builder, n // 2, seed),
    ]
