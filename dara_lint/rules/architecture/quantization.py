"""The quantisation that the name or the config says is not how the weights are stored.

``-GPTQ``, ``-4bit`` or ``-q6k`` in a name tells people how much memory the model needs and which program
loads it; ``quantization_config`` tells the loader how to unpack. Checked are

* a name that says a quantisation, over weights that are all plain floats;
* a name that says GPTQ, AWQ or bitsandbytes, or a number of bits, against the config's method and bits;
* a GGUF type in the name against the types inside the ``.gguf`` files;
* a config that says the weights are packed, over plain weights, and packed weights that no config declares.

Weights are read by their headers; without headers by the tensor names of an index, or by the bytes that they
take for the parameters that the config promises. Nothing is said about adapters, whose names speak of their
base, nor about names that say ``unquantized`` or ``qat`` (weights trained to be quantised later).

Example: ``sakura-14b-q6k`` that holds 29.5 GB of 16-bit safetensors and no ``.gguf`` file.

How to mend: rename the repository, add the quantised files, or write the ``quantization_config`` that belongs
to the weights.

Source: file layouts of AutoGPTQ, AutoAWQ, bitsandbytes, compressed-tensors, mlx-lm and llama.cpp, as in
``dara_lint.recognize``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dara_lint import names
from dara_lint.blueprints.fields import Claims, claims_of
from dara_lint.blueprints.quantization import Quantization
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Checkpoint, Location, ModelRepo, Part
from dara_lint.names import Element, Segment
from dara_lint.recognize.repository import is_adapter_file, quantizer
from dara_lint.recognize.scheme import PLAIN, Scheme, scheme
from dara_lint.rules.quantised import BITS, METHODS, gguf_type, says_quantised
from dara_lint.rules.subject import is_adapter, main_part, name_place
from dara_lint.settings import Settings

_OWN_FILES = frozenset(
    {
        "ct2", "ov", "openvino", "mlc", "tensorrt", "coreml", "tflite", "rkllm", "mnn", "ncnn", "qnn", "onnx", "exl2",
        "exl3", "llamafile", "paddle", "mindspore", "web",
    }
)  # fmt: skip
"""Frameworks that keep quantised weights in files that are not read for it."""
_LATER = re.compile(r"(?i)unquant|dequant|(?:^|[^a-z])qat(?:[^a-z]|$)|16[-_]?bit|(?:^|[^a-z])(?:fp|bf)16(?:[^0-9]|$)")
_PACKERS = frozenset({"gptq", "awq", "bitsandbytes", "compressed-tensors"})
_UNSAID = frozenset({"gptq", "awq", "bitsandbytes", "compressed-tensors", "mlx", "mxfp4", "hqq", "aqlm"})


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold the name to all weights, and each config to the weights beside it."""
    for part in repo.parts:
        yield from _config(part)
    main = main_part(repo)
    if repo.name is None or main is None or is_adapter(repo) or _LATER.search(repo.name):
        return
    words = [s for s in names.parse(repo.name).of(Element.format) if s.confidence >= 0.8]
    said = [word for word in words if says_quantised(word)]
    if not said or any(word.normal in _OWN_FILES for word in words):
        return
    claim = claims_of(main.config) if main.config else None
    declared = (claim.quantization if claim else None) or quantizer(main)
    found = [scheme(checkpoint, claim) for checkpoint in _weights(repo)]
    plain = [item for item in found if item and item.method == PLAIN]
    if declared is None and found and len(plain) == len(found):
        yield _nothing(repo, said)
    elif declared:
        yield from _differs(said, declared, main)
    yield from _types(repo, said)


def _weights(repo: ModelRepo) -> list[Checkpoint]:
    return [checkpoint for checkpoint in repo.checkpoints if not is_adapter_file(checkpoint)]


def _nothing(repo: ModelRepo, said: Sequence[Segment]) -> Hit:
    text = "-".join(word.text for word in said)
    return Hit(
        name_place(repo),
        f"the name says {text}, but the weights are plain floats, and no config declares a quantisation",
        found=f"{text} plain",
        help=f"add the quantised files, or drop {text} from the name",
        severity=Severity.WARNING,
    )


def _differs(said: Sequence[Segment], declared: Quantization, part: Part) -> Iterator[Hit]:
    """The method and the bits of the name against those that a file declares."""
    if part.config is None or not declared.pointer:
        return
    at = Location(part.config.path, declared.pointer)
    methods = {METHODS[word.normal]: word.text for word in said if word.normal in METHODS}
    if len(methods) == 1 and declared.method in METHODS.values() and declared.method not in methods:
        (text,) = methods.values()
        yield Hit(
            at,
            f"the name says {text}, the config quantises by {declared.method}",
            found=f"{text} {declared.method}",
            help="rename the repository after the method of its config",
        )
    bits = {BITS[word.normal]: word.text for word in said if word.normal in BITS}
    if len(bits) == 1 and declared.bits and declared.bits not in bits and not declared.modules:
        ((_, text),) = bits.items()
        yield Hit(
            at,
            f"the name says {text}, the config says {declared.bits} bits",
            found=f"{text} {declared.bits}",
            help="rename the repository after the bits of its config",
        )


def _types(repo: ModelRepo, said: Sequence[Segment]) -> Iterator[Hit]:
    """The name's only GGUF type against the types inside all ``.gguf`` files."""
    wanted = {name: word for word in said if (name := gguf_type(word))}
    files = [checkpoint for checkpoint in repo.checkpoints if checkpoint.format == "gguf"]
    if len(wanted) != 1 or not files or not all(checkpoint.complete for checkpoint in files):
        return
    ((name, word),) = wanted.items()
    if any(name.lower() in checkpoint.path.lower() for checkpoint in files):
        return
    held = [found.dtype for checkpoint in files if (found := scheme(checkpoint)) and found.dtype]
    digits = [re.search(r"\d+", dtype) for dtype in held]
    bits = int(name.lstrip("IQ")[0])
    near = any(digit and abs(int(digit[0]) - bits) <= 1 for digit in digits)
    if len(held) == len(files) and not near:
        kinds = ", ".join(sorted(set(held)))
        yield Hit(
            name_place(repo),
            f"the name says {word.text}, the weights of {files[0].path} are {kinds}",
            found=f"{name} {kinds}",
            help="rename the repository after the type inside, or add the file that the name promises",
        )


def _config(part: Part) -> Iterator[Hit]:
    """One config against the weights beside it, when those are certain: by tensors or by all their names."""
    if part.config is None or part.adapter or not part.config.table:
        return
    claim = claims_of(part.config)
    found = [
        (checkpoint, read)
        for checkpoint in part.checkpoints
        if checkpoint.format in {"safetensors", "pytorch"} and not checkpoint.variant
        if (read := scheme(checkpoint, claim))
    ]
    if not found:
        return
    checkpoint, held = found[0]
    if claim.quantization:
        yield from _unpacked(part.config.path, claim, checkpoint, held)
    elif held.by != "bytes" and held.method in _UNSAID and quantizer(part) is None:
        key = claim.model_type or claim.architectures
        yield Hit(
            Location(part.config.path, key.pointer if key else None, line=None if key else 1),
            f"the weights are packed by {held.method}, the config has no quantization_config",
            found=held.method,
            help="add the quantization_config that belongs to these weights, without it they do not load",
            severity=Severity.WARNING,
            related=(Location(checkpoint.path),),
        )


def _unpacked(path: str, claim: Claims, checkpoint: Checkpoint, held: Scheme) -> Iterator[Hit]:
    declared = claim.quantization
    if declared is None or declared.method not in _PACKERS or held.method != PLAIN or held.by != "tensors":
        return
    yield Hit(
        Location(path, declared.pointer),
        f"the config says the weights are packed by {declared.method}, but they are plain {held.dtype or 'floats'}",
        found=f"{declared.method} {held.dtype}",
        help="remove the quantization_config, or upload the packed weights",
        severity=Severity.WARNING,
        related=(Location(checkpoint.path),),
    )


RULE = Rule(
    "architecture/quantization",
    "quantisation of name, config and weights disagree",
    Severity.WARNING,
    0.92,
    check,
    __doc__ or "",
)
