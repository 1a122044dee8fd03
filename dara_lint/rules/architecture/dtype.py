"""The dtype in the name or in the config is not that of the weights.

``-fp16`` halves the memory that ``-fp32`` takes, and ``bf16`` has another range than ``fp16``. The weights'
dtype is the one that holds at least nine tenths of their parameters, by their headers; without headers, 16 and
32 bits are told apart by the bytes that the config's parameters take. Any copy of that dtype in the repository
makes the name right. Quantised weights and adapters are left alone.

A ``torch_dtype`` that differs from the weights' is a note: they load, and are converted. It may be that of a variant
beside them (``model.fp16.safetensors``).

Example: ``llama-7b-fp16`` whose weights are F32.

How to mend: rename the repository, convert the weights, or write their dtype into config.json.

Source: ``torch_dtype`` (``dtype`` from transformers 4.56) as transformers writes it.
"""

from __future__ import annotations

from collections.abc import Iterator

from dara_lint import names
from dara_lint.blueprints.fields import Claims, claims_of
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Checkpoint, Location, ModelRepo, Part
from dara_lint.names import Element
from dara_lint.recognize.expectation import expected, is_certain
from dara_lint.recognize.packing import stored
from dara_lint.recognize.repository import is_adapter_file, quantizer
from dara_lint.recognize.weighing import weigh
from dara_lint.rules.quantised import says_quantised
from dara_lint.rules.sized import measured
from dara_lint.rules.subject import is_adapter, is_transformers, main_part, name_place
from dara_lint.rules.thresholds import DTYPE_MAJORITY
from dara_lint.settings import Settings

WORDS = {"fp16": "F16", "bf16": "BF16", "fp32": "F32"}
"""Words of a name, to dtypes."""
SPELLED = {"F16": "float16", "BF16": "bfloat16", "F32": "float32"}
"""Dtypes as configurations write them."""


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold the name to every copy of the weights, and each config to the weights beside it."""
    named = list(_name(repo))
    yield from named
    main = main_part(repo) if named else None
    for part in repo.parts:
        if part is not main:  # where the name is wrong, a config that says the same is the same mistake
            yield from _config(part, repo)


def _name(repo: ModelRepo) -> Iterator[Hit]:
    main = main_part(repo)
    if repo.name is None or main is None or is_adapter(repo):
        return
    words = [s for s in names.parse(repo.name).of(Element.format) if s.confidence >= 0.8]
    said = {WORDS[word.normal]: word.text for word in words if word.normal in WORDS}
    if len(said) != 1 or any(says_quantised(word) for word in words):
        return
    ((wanted, text),) = said.items()
    claim = claims_of(main.config) if main.config else None
    if claim and (claim.quantization or quantizer(main)):
        return
    held = [_held(checkpoint, claim, repo) for checkpoint in repo.checkpoints if not is_adapter_file(checkpoint)]
    if held and all(held) and not any(dtype and _agrees(wanted, dtype) for dtype in held):
        shown = " and ".join(sorted({_spelled(dtype) for dtype in held if dtype}))
        yield Hit(
            name_place(repo),
            f"the name says {text}, the weights are {shown}",
            found=f"{wanted} {shown}",
            help="rename the repository, or convert the weights",
        )
    elif not held and claim and claim.dtype and claim.dtype.value != wanted and main.config:
        yield Hit(
            Location(main.config.path, claim.dtype.pointer),
            f"the name says {text}, the config {_spelled(claim.dtype.value)}",
            found=f"{wanted} {claim.dtype.value}",
            help="rename the repository, or correct the config",
            confidence=0.8,
        )


def _spelled(dtype: str) -> str:
    return SPELLED.get(dtype, dtype)


def _agrees(wanted: str, held: str) -> bool:
    return held == wanted or (held == "16 bits" and wanted in {"F16", "BF16"})


def _held(checkpoint: Checkpoint, claim: Claims | None, repo: ModelRepo) -> str | None:
    """The dtype of the weights, ``16 bits`` where bytes do not say which, None when unknown or packed."""
    if checkpoint.complete and checkpoint.tensors:
        if checkpoint.format == "onnx":
            return None
        totals: dict[str, int] = {}
        for part in stored(checkpoint.tensors):
            totals[part.tensor.dtype] = totals.get(part.tensor.dtype, 0) + part.parameters
        total = sum(totals.values())
        most = max(totals, key=lambda dtype: totals[dtype], default="")
        return most if total and totals[most] >= DTYPE_MAJORITY * total else None
    if known := next((each for each in measured(repo) if each.checkpoint is checkpoint), None):
        fitting = [width for width in (2, 4) if known.exact(width)]
        return {2: "16 bits", 4: "F32"}[fitting[0]] if len(fitting) == 1 else None
    promise = expected(claim) if claim and is_certain(claim) else None
    if promise is None or checkpoint.format not in {"safetensors", "pytorch"}:
        return None
    if promise.total.high > 1.1 * promise.total.low:
        return None
    weighed = weigh(checkpoint, claim)
    bits = 8 * weighed.nbytes / promise.total.low if weighed.nbytes else 0
    return "16 bits" if 14 <= bits <= 18 else "F32" if 29 <= bits <= 36 else None


def _config(part: Part, repo: ModelRepo) -> Iterator[Hit]:
    if part.config is None or part.adapter or not part.config.table:
        return
    claim = claims_of(part.config)
    if claim.dtype is None or claim.quantization or quantizer(part):
        return
    if any(inner.dtype and inner.dtype.value != claim.dtype.value for inner in claim.components.values()):
        return
    held = {
        dtype: checkpoint
        for checkpoint in part.checkpoints
        if is_transformers(checkpoint) and not checkpoint.variant
        if not is_adapter_file(checkpoint) and (dtype := _held(checkpoint, claim, repo))
    }
    variants = {WORDS.get(checkpoint.variant) for checkpoint in part.checkpoints}
    if len(held) == 1 and claim.dtype.value not in variants:
        ((dtype, checkpoint),) = held.items()
        if dtype in {*SPELLED, "16 bits"} and not _agrees(claim.dtype.value, dtype):
            yield Hit(
                Location(part.config.path, claim.dtype.pointer),
                f"the config says {_spelled(claim.dtype.value)}, the weights are {_spelled(dtype)}",
                found=f"{claim.dtype.value} {dtype}",
                help=f"write {_spelled(dtype)} here, or convert the weights"
                if dtype in SPELLED
                else "write float16 or bfloat16 here, or convert the weights",
                severity=Severity.NOTE,
                related=(Location(checkpoint.path),),
            )


RULE = Rule(
    "architecture/dtype",
    "the dtype of name or config is not that of the weights",
    Severity.WARNING,
    0.9,
    check,
    __doc__ or "",
)
