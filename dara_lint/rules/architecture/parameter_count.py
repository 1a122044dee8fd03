"""The number of parameters in the name is not that of the weights.

``7b`` in a name is what people choose a model and a machine by. The weights are counted from their headers:
packed weights unpacked (GPTQ, AWQ, bitsandbytes, compressed-tensors, MXFP4, mlx, GGUF), copies once, buffers
left out. Where headers are missing, the size of the LFS pointers or of the index stands in, held to the
configuration; where there are no weights, what the configuration promises: exactly where its class has a
blueprint, else within bounds, which make no error. A name that fits the config and not the bytes beside it is
left to ``architecture/config-parameters``.

A name is right when it fits any honest reading: all parameters, the language model without its towers,
without embeddings, active parameters of a mixture, effective ones. What remains is a note from 1.3 times too
large or too small, a warning from 1.5, an error from 1.9. Adapters are not held to their base's size, and
nothing is said where the evidence does not decide.

Example: ``bert-7b-v2`` holds 1.10 B parameters.

How to mend: rename the repository after what it holds, or upload the weights that the name promises.

Source: thresholds measured on 477 curated names of mteb and keras-hub; layouts of packed weights as in
``dara_lint.recognize.packing``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal

from dara_lint import names
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import ModelRepo
from dara_lint.names import Element, Name, Parameters, Segment
from dara_lint.recognize.expectation import Bounds
from dara_lint.recognize.structure import checkpoint_structure
from dara_lint.recognize.weighing import Weighed
from dara_lint.rules import thresholds
from dara_lint.rules.subject import main_config, name_place
from dara_lint.rules.weighed import promised_count, weighed
from dara_lint.rules.wording import parameters
from dara_lint.settings import Settings

Kind = Literal["total", "active"]

_DRAFT = re.compile(
    r"(?i)(?:^|[^a-z])(?:assistant|draft(?:er)?|speculator|eagle\d?|medusa|mtp|mmproj|projector|vae)(?:[^a-z]|$)"
)
"""Small models that are named after the large one that they help."""
_ELSE = re.compile(
    r"(?i)(?:^|[^a-z])(?:glove(?![a-z])|sd-?3(?:\.?5)?m(?![a-z0-9])|(?:chemberta|molformer|pubchem)[-_ ])"
)
"""Names whose number counts something else: tokens that GloVe read (6B), molecules (ChemBERTa-77M-MLM), or nothing
(``sd3m``, Stable Diffusion 3 Medium)."""


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold the parameters of the name to every reading of the weights."""
    if repo.name is None:
        return
    name = names.parse(repo.name)
    said = name.parameters
    if said is None or said.approximate or _ELSE.search(repo.name):
        return
    subject = main_config(repo)
    if said.experts and subject and not subject[1].moe:
        return  # a mixture that is none: architecture/experts says so
    size = weighed(repo)
    if size.bounds is None or size.kind == "adapter":
        yield Skip(size.path, size.reason or "an adapter, not the model")
        return
    segments = [segment for segment in name.of(Element.parameters) if segment.confidence >= 0.8]
    if not segments or sum(segment.normal.isdecimal() for segment in segments) > 1:
        return
    experts = subject[1].experts.value if subject and subject[1].experts else 0
    for kind, wanted in _wanted(said):
        if wanted.low > size.bounds.high and _DRAFT.search(repo.name):
            continue
        mixture = _mixture(experts, wanted.low) if kind == "total" and experts > 1 else None
        if mixture is None or _apart(mixture, size.bounds) >= thresholds.SIZE_NOTE:
            hits = list(_held_to(repo, name, segments, kind, wanted, size))
            yield from hits
            if hits:
                return  # of a mixture of another size the active parameters differ as well


def _wanted(said: Parameters) -> Iterator[tuple[Kind, Bounds]]:
    """The parameters that the name promises, in all or active."""
    if said.total is not None:
        yield "total", Bounds(said.total, said.total)
    elif said.experts and said.expert_size:
        yield "total", _mixture(said.experts, said.expert_size)
    if said.active is not None:
        yield "active", Bounds(said.active, said.active)


def _mixture(experts: int, size: int) -> Bounds:
    """What so many experts of one model's size come to, when they share its attention and embeddings."""
    whole = experts * size
    return Bounds(int(whole * thresholds.EXPERTS_LEAST), int(whole * thresholds.EXPERTS_MOST))


def _held_to(
    repo: ModelRepo, name: Name, segments: list[Segment], kind: Kind, wanted: Bounds, weighed: Weighed
) -> Iterator[Hit]:
    readings = _of_kind(weighed.readings, kind)
    weak = not weighed.exact and (weighed.basis == "config" or bool(weighed.reason))
    if weak and (counted := promised_count(repo)):
        promise = {key: Bounds(number, number) for key, number in counted.readings.items()}
        promised = _ratio(wanted, _of_kind(promise, kind))
        if promised < thresholds.SIZE_NOTE:
            return  # the name is the config's; that the bytes are not, architecture/config-parameters says
        weak = promised < thresholds.SIZE_ERROR
    severity = _severity(_ratio(wanted, readings), weak=weak)
    if severity is None:
        return
    size = weighed.total or (weighed.bounds.high if weighed.bounds else 0)
    text = "-".join(segment.text for segment in segments)
    verb = "promises" if weighed.basis == "config" else "hold"
    holder = "config" if weighed.basis == "config" else "weights"
    about = "" if weighed.exact else "about "
    what = "active parameters" if kind == "active" else "parameters"
    if kind == "active" and "active" in readings:
        size = readings["active"].high
    yield Hit(
        name_place(repo),
        f"the name says {text}, the {holder} {verb} {about}{parameters(size)} {what}{_shape(repo, kind, weighed)}",
        found=f"{text} {parameters(size)}",
        help=f"rename to {_renamed(name, segments[0], size)}, or upload the weights that the name promises"
        if kind == "total" and len(segments) == 1 and size >= 10**6
        else "correct the size in the name, or upload the weights that it promises",
        severity=severity,
        confidence=0.97 if weighed.exact else 0.9,
    )


def _of_kind(readings: Mapping[str, Bounds], kind: Kind) -> Mapping[str, Bounds]:
    """The readings that a number of that kind may mean."""
    if kind == "total":
        return readings
    return {key: value for key, value in readings.items() if key.startswith("active")}


def _ratio(wanted: Bounds, readings: Mapping[str, Bounds]) -> float:
    """How far the name is from the closest reading.

    Embeddings left out explain a name that fits without them; where it does not fit, they excuse nothing.
    """
    ratios = {key: _apart(wanted, reading) for key, reading in readings.items()}
    closest = min(ratios.values(), default=1.0)
    if closest < thresholds.SIZE_NOTE:
        return closest
    return min((ratio for key, ratio in ratios.items() if "embedding" not in key), default=closest)


def _apart(wanted: Bounds, found: Bounds) -> float:
    """How many times two bounds lie apart; 1.0 when they touch."""
    if wanted.low > found.high:
        return wanted.low / max(found.high, 1)
    return found.low / max(wanted.high, 1) if found.low > wanted.high else 1.0


def _severity(ratio: float, *, weak: bool) -> Severity | None:
    """By the thresholds; bounds of a configuration without weights, or bytes that it does not fit, are no error."""
    if ratio >= thresholds.SIZE_ERROR:
        return Severity.WARNING if weak else Severity.ERROR
    if ratio >= thresholds.SIZE_WARNING:
        return Severity.NOTE if weak else Severity.WARNING
    return Severity.NOTE if ratio >= thresholds.SIZE_NOTE else None


def _shape(repo: ModelRepo, kind: Kind, weighed: Weighed) -> str:
    """Layers and width in words, of the weights or else of the config: people know a size by them."""
    subject = main_config(repo)
    claim = subject[1] if subject else None
    if kind == "active":
        if claim is None or claim.experts is None or claim.experts_per_token is None:
            return ""
        return f" (config: {claim.experts_per_token.value} of {claim.experts.value} experts a token)"
    of_headers = weighed.exact and weighed.basis != "config"
    for checkpoint in repo.checkpoints if of_headers else ():
        if checkpoint.path == weighed.path:
            found = checkpoint_structure(checkpoint)
            if found.layers and found.hidden_size:
                return f" ({found.layers} layers of {found.hidden_size:,})"
    if of_headers or claim is None or claim.layers is None or claim.hidden_size is None:
        return ""
    return f" (config: {claim.layers.value} layers of {claim.hidden_size.value:,})"


def _renamed(name: Name, segment: Segment, size: int) -> str:
    """The name with the size that was counted, spelled as the old one was."""
    upper = segment.text[-1:].isupper()
    if size >= 10 * 10**9:
        shown = f"{size / 1e9:.0f}B"
    elif size >= 10**9:
        shown = f"{size / 1e9:.1f}B".replace(".0B", "B")
    else:
        shown = f"{round(size / 1e6)}M"
    shown = shown if upper else shown.lower()
    whole = name.text[: segment.start] + shown + name.text[segment.end :]
    return whole.rpartition("/")[2]


RULE = Rule(
    "architecture/parameter-count",
    "the size in the name is not that of the weights",
    Severity.ERROR,
    0.95,
    check,
    __doc__ or "",
)
