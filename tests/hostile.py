"""Repositories that mean harm: bombs, lies, things that would run, and names that would forge output."""

from __future__ import annotations

import json
import os
import pickle
import struct
import zipfile
from pathlib import Path
from typing import Any

FORGED = (
    "a\n::error file=x::forged\r\n##[error]forged\x1b[31mred\x1b]0;title\x07%0A::warning::x"
    "\u202egnp.\u2028[bold]b[/]|`<b>"
)
"""Starts a workflow command, colours a terminal, turns text around, closes a Markdown table cell."""


class Evil:
    """Unpickled, it would write a file that the test looks for."""

    def __init__(self, proof: Path) -> None:
        self.proof = proof

    def __reduce__(self) -> tuple[Any, tuple[str, ...]]:
        return os.system, (f"touch {self.proof}",)


def write(root: Path, size: int = 100_000) -> Path:
    """Write the repository below ``root`` and return the path of the proof that something of it ran.

    ``size`` is how deep and how long the bombs are.
    """
    proof = root.parent / "proof"
    root.mkdir(parents=True)
    _texts(root, size)
    _weights(root, proof, size)
    _paths(root)
    return proof


def _texts(root: Path, size: int) -> None:
    config = {
        "model_type": FORGED,
        "architectures": [FORGED, "LlamaForCausalLM"],
        "_name_or_path": FORGED,
        "num_hidden_layers": 10**400,
        "hidden_size": -1,
        "vocab_size": 1e308,
        "torch_dtype": FORGED,
        "quantization_config": {"quant_method": FORGED, "bits": "no"},
        "auto_map": {"AutoModel": "evil.py--Model"},
    }
    (root / "config.json").write_text(json.dumps(config), "utf-8")
    (root / "generation_config.json").write_text("[" * size, "utf-8")
    (root / "tokenizer_config.json").write_text('{"a":' * (size // 2) + "1" + "}" * (size // 2), "utf-8")
    (root / "preprocessor_config.json").write_bytes(b"\xff\xfe\x00\xd8" * 1000)
    (root / "adapter_config.json").write_text(json.dumps({"base_model_name_or_path": FORGED, "r": -1}), "utf-8")
    (root / "special_tokens_map.json").write_text("9" * size, "utf-8")
    bomb = "\n".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 30 if size > 10_000 else 5))
    card = (
        f"---\na0: &a0 x\n{bomb}\nbase_model: {json.dumps(FORGED)}\nb: !!python/object/apply:os.system ['true']\n---\n"
    )
    (root / "README.md").write_text(f"{card}# {FORGED}\n{'|' * (size // 2)}\n{'`' * (size // 2)}\n", "utf-8")
    (root / "evil.py").write_text("raise SystemExit('imported')\n", "utf-8")
    (root / ".dara-lint.yaml").write_text("ignore: []\n", "utf-8")
    shards = {FORGED: "../../../../etc/passwd", "b": "/etc/passwd", "c": FORGED, "d": "con.safetensors\0x"}
    (root / "model.safetensors.index.json").write_text(
        json.dumps({"weight_map": shards, "metadata": {"total_size": 10**300}}), "utf-8"
    )


def _weights(root: Path, proof: Path, size: int) -> None:
    (root / "a.bin").write_bytes(pickle.dumps({"x": Evil(proof)}))
    with zipfile.ZipFile(root / "b.pt", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(Evil(proof), protocol=2))
        archive.writestr("archive/data/0", bytes(1 << 24))
    (root / "c.safetensors").write_bytes(struct.pack("<Q", 1 << 60) + b"{}")
    header = json.dumps({FORGED: {"dtype": "F32", "shape": [1 << 40, 1 << 40], "data_offsets": [0, 4]}}).encode()
    (root / "d.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + b"\0\0\0\0")
    (root / "e.gguf").write_bytes(struct.pack("<4sIQQ", b"GGUF", 3, 1 << 62, 1 << 62) + b"\xff" * 64)
    (root / "f.onnx").write_bytes(b"\x3a\xff\xff\xff\xff\xff\xff\xff\xff\x7f" + b"\x0a" * 1000)
    (root / "g.onnx").write_bytes(b"\x3a\x02" * (size // 20))
    (root / "h.ckpt").write_bytes(b"(" * size * 2 + b".")
    (root / "i.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + b"\xff" * 100)


def _paths(root: Path) -> None:
    odd = root / "::error::x\x1b[31m\u202e\n##[error]y"
    odd.mkdir()
    (odd / "config.json").write_text('{"model_type": "bert",}', "utf-8")
    os.symlink("/etc/passwd", root / "quantize_config.json")
    os.symlink("/dev/zero", root / "j.safetensors")
    os.symlink(".", root / "loop")
    os.symlink("modules.json", root / "modules.json")
    os.mkfifo(root / "k.safetensors")
