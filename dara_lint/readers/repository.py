"""A root's files → one ``ModelRepo``: which are read, with which reader, and what they belong to."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from dara_lint.facts import replace
from dara_lint.model import Card, Document, GitTag, Index, Location, ModelRepo, NameSource, Part, ReadError, WeightFile
from dara_lint.readers import called, card, checkpoints, jsonfile, listing, marks, profiles, weights
from dara_lint.readers.source import Entry

DOCUMENTS = frozenset(
    {
        "config.json",
        "generation_config.json",
        "tokenizer_config.json",
        "special_tokens_map.json",
        "added_tokens.json",
        "preprocessor_config.json",
        "processor_config.json",
        "adapter_config.json",
        "quantize_config.json",
        "quant_config.json",
        "model_index.json",
        "modules.json",
        "config_sentence_transformers.json",
        "sentence_bert_config.json",
        "scheduler_config.json",
        "params.json",
        "open_clip_config.json",
        "configuration.json",
    }
)
"""The JSON files that say something of a model. Vocabularies (tokenizer.json, vocab.json) are left alone."""
MOST_PARTS = 500
MOST_READ = 5_000
"""More folders and weight files than these are not read; what was left out is a ``ReadError``."""


def read(location: str, path: str, files: Sequence[str], given: Iterable[NameSource] = (), top: str = "") -> ModelRepo:
    """Read the root at ``location`` (shown to people as ``path``) with its ``files`` (relative, ``/``).

    ``given`` are names that a person gave (a flag, settings); they come before those that are found. ``top``
    is the folder that was searched, above which no folder's name counts.
    Never raises for what a file holds.
    """
    folders: dict[str, list[str]] = {"": []}
    for file in files:
        folders.setdefault(file.rpartition("/")[0], []).append(file)
    problems: list[ReadError] = []
    parts: list[Part] = []
    budget = MOST_READ
    for folder, inside in sorted(folders.items()):
        wanted = [file for file in inside if _wanted(file)]
        if not wanted and folder:
            continue
        if len(parts) >= MOST_PARTS or budget <= 0:
            problems.append(
                ReadError(Location(folder), "too many folders and weight files, the rest was not read", "tolerated")
            )
            break
        budget -= len(wanted)
        parts.append(_part(location, folder, wanted[:MOST_READ], files, problems))
    shown = _card(location, files, parts, problems)
    repo = ModelRepo(path, (), shown, tuple(parts), tuple(files), tuple(problems))
    names = (*given, *called.names(location, top or location, repo))
    return replace(repo, names=names, profiles=profiles.near(location), tags=_tags(location))


def _tags(location: str) -> tuple[GitTag, ...]:
    if not os.path.lexists(os.path.join(location, ".git")):
        return ()
    from dara_lint.readers import tags

    return tags.near(location)


def _wanted(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name in DOCUMENTS or marks.is_index_name(name) or weights.is_weights_name(name)


def _part(location: str, folder: str, wanted: Sequence[str], files: Sequence[str], problems: list[ReadError]) -> Part:
    documents: dict[str, Document] = {}
    indexes: list[Index] = []
    found: list[WeightFile] = []
    for path in wanted:
        entry = listing.entry(location, path)
        if isinstance(entry, ReadError):
            problems.append(entry)
        elif entry.name in DOCUMENTS:
            documents[entry.name] = jsonfile.read(entry)
        elif marks.is_index_name(entry.name):
            indexes.append(jsonfile.read_index(entry))
        elif file := weights.read(entry):
            found.append(file)
    return Part(folder, documents, checkpoints.assemble(folder, found, indexes, files))


def _card(location: str, files: Sequence[str], parts: Sequence[Part], problems: list[ReadError]) -> Card | None:
    """The root's README.md; without one, that of the only folder that holds a model."""
    readmes = {path.lower(): path for path in files if path.lower().rpartition("/")[2] == "readme.md"}
    with_model = [part.path for part in parts if part.checkpoints or part.config or part.adapter]
    path = readmes.get("readme.md")
    if path is None and len(with_model) == 1:
        path = readmes.get(f"{with_model[0]}/readme.md".lower())
    if path is None:
        return None
    entry = listing.entry(location, path)
    if isinstance(entry, Entry):
        return card.read(entry)
    problems.append(entry)
    return None
