"""What a repository is called: every name that something gives to it, the most trustworthy source first.

The order (after what a person gives): the hub id that a workflow pushes to, the git remote, the folder
unless it is generic, the card. What config.json, an adapter's base or GGUF metadata name is kept as a
fact behind them: it is a parent's name as often as the model's own.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from dara_lint.model import Card, Json, Location, ModelRepo, NameSource
from dara_lint.readers import listing
from dara_lint.readers.source import Entry, MalformedError, read_bounded

_GENERIC = re.compile(
    r"(?:(?:my|the|test|final|best|saved|trained|merged|new|tmp|temp|local|hf|base|lora|full)[-_ ]?)*"
    r"(?:models?|outputs?|out|results?|checkpoints?|ckpts?|weights?|adapters?|data|src|repo|repository|main|master"
    r"|tmp|temp|latest|final|best|lora|merged|export(?:ed)?|onnx|gguf|app|artifacts?|assets?|static|resources?|saved_models?|build|dist|runs?|workspace|work)"
    r"(?:[-_ ]?\d+)?"
    r"|checkpoint[-_]\d+|epoch[-_]?\d+|step[-_]?\d+|global_step\d+|[0-9a-f]{7,64}|",
    re.IGNORECASE,
)
"""Names of folders that name no model; a commit's hash is what a hub cache calls its snapshots."""
_NO_TITLE = re.compile(
    r"(?:model card(?: for model id)?|readme|overview|introduction|usage|about|description|license|model details?"
    r"|getting started|installation|table of contents|contents|abstract|summary|)",
    re.IGNORECASE,
)
"""First headings that name nothing: the hub's card template, and sections."""
_SEGMENT = r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}"
_ID = rf"({_SEGMENT}/{_SEGMENT})"
_PUSHES = re.compile(
    rf"(?:huggingface-cli|hf)\s+upload(?:-large-folder)?\s+[\"']?{_ID}"
    rf"|(?:hub_model_id|HF_REPO_ID|huggingface_repo|hub-model-id)\s*[:=]\s*[\"']?{_ID}"
    rf"|upload_folder\([^)]{{0,2000}}?repo_id\s*=\s*[\"']{_ID}"
    rf"|push_to_hub\(\s*[\"']{_ID}"
    rf"|git\s+push\s[^\n]{{0,500}}?huggingface\.co/{_ID}"
)
"""How a workflow names the hub id that it pushes to: the hub's command line, its client, a git push."""
_SECTION = re.compile(r'\[remote "([^"]+)"\]')
_OWNER_AND_NAME = re.compile(
    rf"(?!file:)(?:[\w.+-]+://|[\w.-]+@)[^/\s]*?[/:](?:\S*/)?({_SEGMENT}/{_SEGMENT}?)(?:\.git)?/?"
)
_LONGEST_URL = 500
"""Characters of a remote's address; what is longer is none, and would only cost time."""
_LIMIT = 512 * 1024
_WORKFLOW = 64 * 1024
"""Bytes of a configuration of git, and of a workflow, that are read."""


def names(location: str, top: str, repo: ModelRepo) -> tuple[NameSource, ...]:
    """The names that ``repo`` has, whose root is the folder ``location`` at or below ``top``; best source first."""
    return (
        *_workflow(location),
        *_remote_and_folder(os.path.realpath(location), os.path.realpath(top)),
        *(_card(repo.card) if repo.card else ()),
        *_documents(repo),
    )


def _workflow(location: str) -> Iterator[NameSource]:
    folder = os.path.join(location, ".github", "workflows")
    try:
        files = sorted(name for name in os.listdir(folder) if name.endswith((".yml", ".yaml")))[:50]
    except OSError:
        return
    found: dict[str, NameSource] = {}
    for name in files:
        path = f".github/workflows/{name}"
        text = _text(listing.entry(location, path), _WORKFLOW)
        for match in _PUSHES.finditer(text):
            hub_id = next(group for group in match.groups() if group)
            line = text.count("\n", 0, match.start()) + 1
            found.setdefault(hub_id, NameSource("workflow", hub_id, Location(path, line=line)))
    if len(found) == 1:  # several ids say that several models are pushed, not which one this is
        yield from found.values()


def _remote_and_folder(location: str, top: str) -> Iterator[NameSource]:
    folder = _folder(location, top)
    at_top = os.path.lexists(os.path.join(location, ".git"))
    own = folder is not None and folder[1] == location
    remote = _remote(location if at_top else _top(location)) if at_top or not own else None
    if remote:
        yield NameSource("remote", remote)
    if folder:
        yield NameSource("folder", _spelled(folder[0]))


def _folder(location: str, top: str) -> tuple[str, str] | None:
    """The name of the closest folder between ``location`` and ``top`` that is not generic, and that folder."""
    folder = location
    while True:
        parent, name = os.path.split(folder)
        cache = os.path.basename(os.path.dirname(parent))
        if os.path.basename(parent) == "snapshots" and cache.startswith("models--"):
            return cache, location
        if not _GENERIC.fullmatch(name):
            return name, folder
        if folder in {top, parent} or not folder.startswith(top):
            return None
        folder = parent


def _spelled(folder: str) -> str:
    """``owner/name`` of ``models--owner--name`` (a hub cache) and of ``owner__name`` (a mirror)."""
    if folder.startswith("models--"):
        return folder.removeprefix("models--").replace("--", "/", 1)
    owner, mark, name = folder.partition("__")
    return f"{owner}/{name}" if mark and owner and name else folder


def _top(location: str) -> str:
    folder = os.path.realpath(location)
    while not os.path.lexists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return ""
        folder = parent
    return folder


def _remote(top: str) -> str | None:
    """``owner/name`` of the remote ``origin`` (or the only one), read from git's own config file."""
    git = os.path.join(top, ".git")
    if not top:
        return None
    if os.path.isfile(git):  # a worktree or a submodule: a file that says where the folder is
        target = _plain(git).removeprefix("gitdir:").strip()
        git = os.path.normpath(os.path.join(top, target))
        common = _plain(os.path.join(git, "commondir")).strip()
        git = os.path.normpath(os.path.join(git, common)) if common else git
    urls = _remotes(_plain(os.path.join(git, "config")))
    url = urls.get("origin") or (next(iter(urls.values())) if len(urls) == 1 else "")
    match = _OWNER_AND_NAME.fullmatch(url) if len(url) <= _LONGEST_URL else None
    return match[1] if match else None


def _remotes(config: str) -> dict[str, str]:
    """The first address of each remote in a configuration of git (git-config(1), SYNTAX)."""
    urls: dict[str, str] = {}
    remote = ""
    for line in map(str.strip, config.splitlines()):
        if line.startswith("["):
            section = _SECTION.fullmatch(line)
            remote = section[1] if section else ""
        key, mark, value = line.partition("=")
        if remote and mark and key.strip() == "url":
            urls.setdefault(remote, value.strip())
    return urls


def _card(card: Card) -> Iterator[NameSource]:
    if card.title and not _NO_TITLE.fullmatch(card.title.text):
        yield NameSource("card", card.title.text, Location(card.path, line=card.title.line))
    entries = card.front.get("model-index")
    for number, entry in enumerate(entries if isinstance(entries, list) else ()):
        name = entry.get("name") if isinstance(entry, dict) else None
        if isinstance(name, str) and name:
            yield NameSource("model-index", name, Location(card.path, f"/model-index/{number}/name"))
    name = card.front.get("model_name")
    if isinstance(name, str) and name:
        yield NameSource("model-index", name, Location(card.path, "/model_name"))


def _documents(repo: ModelRepo) -> Iterator[NameSource]:
    for part in repo.parts:
        if part.config and _word(name := part.config.table.get("_name_or_path")):
            yield NameSource("config", str(name), Location(part.config.path, "/_name_or_path"))
        if part.adapter and _word(name := part.adapter.table.get("base_model_name_or_path")):
            yield NameSource("adapter", str(name), Location(part.adapter.path, "/base_model_name_or_path"))
        for checkpoint in part.checkpoints:
            for file in checkpoint.files[:1]:
                if file.format == "gguf" and _word(name := file.metadata.get("general.name")):
                    yield NameSource("gguf", str(name), Location(file.path, "general.name"))


def _word(value: Json) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _text(entry: object, limit: int) -> str:
    try:
        return read_bounded(entry, limit).decode("utf-8", "replace") if isinstance(entry, Entry) else ""
    except (OSError, MalformedError):
        return ""


def _plain(location: str) -> str:
    try:
        return _text(Entry("", location, 0), _LIMIT) if os.path.isfile(location) else ""
    except OSError:
        return ""
