"""The tensors of a GGUF file are not those of the architecture that it states.

``general.architecture`` tells llama.cpp which tensors to look for. When most of a file's tensors bear names that the
stated architecture has not, loading fails (``wrong number of tensors``) or was never tried. The names are held to the
maps of the gguf package; the message says which architectures have all of them.

Nothing is said of architectures that gguf does not know, of names that no architecture has (files of newer versions),
of files with fewer than six distinct names, or when no architecture has all the names.

Example: ``general.architecture: bert`` above ``blk.0.ffn_gate.weight`` and ``output_norm.weight``.

How to mend: convert the model again with the converter of its architecture.

Source: gguf 0.19, ``MODEL_TENSORS`` and ``TENSOR_NAMES``; llama.cpp, ``llama-model-loader``.
"""

from __future__ import annotations

from collections.abc import Iterator

from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Location, ModelRepo
from dara_lint.settings import Settings

MOST_NAMED = 3
"""Tensors and architectures that the message names."""


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold the tensors of each GGUF file to what it states."""
    for checkpoint in repo.checkpoints:
        if checkpoint.format != "gguf" or not checkpoint.files:
            continue
        from dara_lint.recognize import gguf_names  # here, since few repositories hold such files

        first = checkpoint.files[0]
        stated = first.metadata.get("general.architecture")
        if not isinstance(stated, str) or not checkpoint.complete:
            continue
        found = gguf_names.held(stated, (tensor.name for tensor in checkpoint.tensors))
        if found is None or found.possible:
            continue
        shown = ", ".join(name.replace("*", "N") for name in found.strange[:MOST_NAMED])
        more = len(found.strange) - MOST_NAMED
        others = list(found.others[:MOST_NAMED])
        if len(found.others) > MOST_NAMED:
            others.append(f"{len(found.others) - MOST_NAMED} more")
        yield Hit(
            Location(first.path, "general.architecture"),
            f"{stated} has no {shown}{f' and {more} more of these names' if more > 0 else ''}: "
            f"these are tensors of {' or '.join(others)}",
            found=stated,
            help=f"convert the model again as {found.others[0]}, or put the weights of the {stated} model here",
        )


RULE = Rule(
    "architecture/gguf-architecture",
    "the tensors of a GGUF file are not those of the architecture it states",
    Severity.ERROR,
    0.95,
    check,
    __doc__ or "",
)
