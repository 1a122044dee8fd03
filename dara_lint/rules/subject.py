"""What of a repository its name and its card speak of."""

from __future__ import annotations

from collections.abc import Iterator

from dara_lint.blueprints.fields import Claims, claims_of
from dara_lint.model import Checkpoint, Document, Location, ModelRepo, Part
from dara_lint.remember import by_identity


def main_part(repo: ModelRepo) -> Part | None:
    """The part that the name speaks of: the root, or the only folder with a model in it.

    None for a pipeline of components (diffusers, and folders of equals), of which no single one is meant.
    """
    root = repo.root
    if "model_index.json" in root.documents:
        return None
    if root.config or root.adapter or root.checkpoints:
        return root
    inner = [part for part in repo.parts if part.config or part.adapter]
    return inner[0] if len(inner) == 1 else None


@by_identity
def main_config(repo: ModelRepo) -> tuple[Document, Claims] | None:
    """The configuration that the name speaks of, with its claims; None when there is none to hold it to.

    An adapter's folder may hold the configuration of its base; it is the adapter that is named then, but
    the base's architecture and size are what such a name says, so its configuration counts.
    """
    part = main_part(repo)
    config = part.config if part else None
    if config is None or config.pointer or not config.table:
        return None
    return config, claims_of(config)


def is_transformers(checkpoint: Checkpoint) -> bool:
    """Whether a config.json beside it describes this checkpoint, as transformers saves the two.

    A diffusers component says its class in ``_class_name``; its weights may lie in a root of flattened folders.
    ``model.bin`` is what CTranslate2 and fastText write.
    """
    name = checkpoint.path.rpartition("/")[2]
    other = name == "model.bin" or name.startswith("diffusion_pytorch_model")
    return checkpoint.format in {"safetensors", "pytorch"} and not other


def is_adapter(repo: ModelRepo) -> bool:
    """Whether the repository holds an adapter and no full weights of its own."""
    part = main_part(repo)
    if part is None or part.adapter is None:
        return False
    return all("adapter" in checkpoint.path.rpartition("/")[2].lower() for checkpoint in part.checkpoints)


def name_place(repo: ModelRepo) -> Location:
    """Where a finding about the name itself stands: where the name is said, or else the line that comes closest to
    it: the card's title, the key of a config that says what the model is, the first line of the card's text."""
    if repo.names and repo.names[0].at:
        return repo.names[0].at
    card = repo.card if repo.card and not repo.card.pointer else None
    if card and card.title:
        return Location(card.path, line=card.title.line)
    part = main_part(repo) or repo.root
    for document, key in _telling(part):
        if document and key in document.table:
            return Location(document.path, f"/{key}")
    if card:
        text = (number for number, line in enumerate(card.lines, 1) if number >= card.body_line and line.strip())
        return Location(card.path, line=next(text, 1))
    texts = [path for path in repo.files if path.endswith((".json", ".md"))]
    return Location(texts[0] if texts else repo.files[0] if repo.files else "")


def _telling(part: Part) -> Iterator[tuple[Document | None, str]]:
    """Keys that say what a model is, the surest first."""
    for key in ("model_type", "architectures", "_class_name", "_name_or_path"):
        yield part.config, key
    for key in ("base_model_name_or_path", "peft_type"):
        yield part.adapter, key
    yield part.documents.get("model_index.json"), "_class_name"
