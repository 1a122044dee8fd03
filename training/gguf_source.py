"""What llama.cpp's source says by name: metadata keys, tensors, members of ``hparams``, classes of architectures."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from dara_lint.blueprints.expression import Expression
from training.gguf_cpp import closing, uncommented


@dataclass
class Source:
    """What the whole of llama.cpp's source says: names of keys and tensors, members of ``hparams``, classes."""

    folder: Path
    keys: dict[str, str] = field(default_factory=dict)
    tensors: dict[str, str] = field(default_factory=dict)
    architectures: dict[str, str] = field(default_factory=dict)
    members: dict[str, Expression] = field(default_factory=dict)
    defaults: dict[str, int] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    classes: dict[str, str] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        arch, model = (uncommented((self.folder / name).read_text()) for name in ("llama-arch.cpp", "llama-model.cpp"))
        self.keys = dict(re.findall(r"\{\s*LLM_KV_(\w+),\s*\"%s\.([^\"]+)\"", arch))
        self.tensors = dict(re.findall(r"\{\s*LLM_TENSOR_(\w+),\s*\"([^\"]+)\"", arch))
        self.architectures = dict(re.findall(r"\{\s*LLM_ARCH_(\w+),\s*\"([^\"]+)\"", arch))
        header = uncommented((self.folder / "llama-hparams.h").read_text())
        self.defaults = {name: int(value) for name, value in re.findall(r"u?int32_t\s+(\w+)\s*=\s*(-?\d+)\s*;", header)}
        self.members = self._read_keys(model)
        for case, name in re.findall(r"case LLM_ARCH_(\w+):\s*return new (\w+)\(", model):
            self.classes[case] = name
        shapes = uncommented((self.folder / "models" / "models.h").read_text())
        self.parents = dict(re.findall(r"struct (\w+) : public (\w+)", shapes))
        for path in sorted((self.folder / "models").glob("*.cpp")):
            text = uncommented(path.read_text())
            for name in re.findall(r"void (\w+)::load_arch_tensors", text):
                self.files[name] = text

    def _read_keys(self, text: str) -> dict[str, Expression]:
        found = re.findall(r"get_key(?:_or_arr)?\(\s*LLM_KV_(\w+),\s*hparams\.(\w+)", text)
        return {member: self.keys[key] for key, member in found if key in self.keys}

    def owner(self, name: str) -> str:
        """The class that defines ``load_arch_tensors`` for this one."""
        while name not in self.files and name in self.parents:
            name = self.parents[name]
        return name

    def own_members(self, name: str) -> tuple[dict[str, Expression], set[str]]:
        """Members that this class's ``load_arch_hparams`` reads from keys, and those that it sets some other way."""
        text = body(self.files.get(name, ""), name, "load_arch_hparams")
        assigned = set(re.findall(r"hparams\.(\w+)(?:\[[^\]]*\])?\s*=[^=]", text)) | set(
            re.findall(r"fill\(hparams\.(\w+)", text)
        )
        return self._read_keys(text), assigned


def body(text: str, name: str, function: str) -> str:
    """The text of a member function; empty when there is none."""
    found = re.search(rf"void {name}::{function}\([^)]*\)\s*\{{", text)
    return text[found.end() : closing(text, found.end() - 1)] if found else ""
