"""The name says a file format or framework that no file of the repository has.

``-GGUF``, ``-ONNX`` or ``-MLX`` in a name tells people which program loads the model. When the repository
holds weights (or the index of weights) in other formats only, that program finds nothing to load.

Nothing is said when the repository holds no weights at all.

Example: ``Llama3-GGuf`` that holds ``model.safetensors.index.json`` and no ``.gguf`` file.

How to mend: add the files, or drop the format from the name.

Source: the formats' file suffixes; for MLX, the ``quantization`` table that mlx-lm writes into config.json and
the ``format`` that it writes into safetensors metadata.
"""

from __future__ import annotations

from collections.abc import Iterator

from dara_lint import names
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import ModelRepo
from dara_lint.names import Element
from dara_lint.rules.subject import name_place
from dara_lint.settings import Settings

_FILES = {"gguf": (".gguf",), "onnx": (".onnx",), "safetensors": (".safetensors", ".safetensors.index.json")}
"""What a repository that is named after the format has at least one of."""


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold each format of the name to the files."""
    if repo.name is None or not repo.checkpoints:
        return
    held = sorted({checkpoint.format for checkpoint in repo.checkpoints})
    for segment in names.parse(repo.name).of(Element.format):
        word = segment.normal.partition(":")[0]
        suffixes = _FILES.get(word)
        if suffixes and segment.normal == word and segment.confidence >= 0.8:
            lower = [path.lower() for path in repo.files]
            if not any(path.endswith(suffixes) for path in lower):
                yield Hit(
                    name_place(repo),
                    f"the name says {segment.text}, but the repository holds {' and '.join(held)} only",
                    found=f"{word} {' '.join(held)}",
                    help=f"add the {word} files, or drop {segment.text} from the name",
                )


RULE = Rule(
    "architecture/format", "the name says a format that no file has", Severity.WARNING, 0.92, check, __doc__ or ""
)
