"""Weight files of every format: told by name, then by their first bytes, and read by the format's reader.

What is no evidence, though its name looks like weights (``is_weights_name`` is false, ``read`` gives None):

| file | what it is |
|---|---|
| ``training_args.bin``, ``optimizer.pt``, ``scheduler.bin``, ``scaler.pt``, ``rng_state_0.pth``, ``random_states_0.pt``, ``*_optim_states.pt`` | state of a training |
| ``openvino_model.bin``, any ``.bin`` with an ``.xml`` of its name beside it | OpenVINO's numbers, without names or shapes |
| ``*.mlpackage/…/weight.bin``, ``*.mlmodelc/…`` | Core ML's numbers |
| ``group1-shard1of4.bin`` | TensorFlow.js's numbers |
| ``ggml-model.bin``, ``lid.176.bin``, CTranslate2's ``model.bin``, MindSpore's ``.ckpt``, … | neither zip nor pickle, under a name that torch does not own |
| ``tokenizer.bin``, ``vocab.bin``, ``train.h5``, ``data.msgpack`` | no weights by their names |
"""  # noqa: E501 - a table

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from dara_lint.model import Format, Location, ReadError, WeightFile
from dara_lint.readers.source import Entry, MalformedError, Source

FORMATS: Mapping[str, Format] = {
    "safetensors": "safetensors", "onnx": "onnx", "gguf": "gguf",
    "bin": "pytorch", "pt": "pytorch", "pth": "pytorch", "ckpt": "pytorch",
    "h5": "h5", "hdf5": "h5", "keras": "h5", "msgpack": "msgpack", "tflite": "tflite",
}  # fmt: skip
"""Suffix (lower case, without dot) → format that it stands for."""

_STATE = re.compile(
    r"training_args|train_args|optim(izer)?([._-]|s?$)|(lr_?)?scheduler|(grad_)?scaler([._-]|$)|rng_state"
    r"|random_states?|trainer_state|.*[._-](optimizer|(lr_)?scheduler|scaler|rng_state)$|.*_optim_states"
    r"|tokenizer|vocab|openvino|group\d+-shard\d+of\d+"
)
_TORCH = re.compile(r"(diffusion_|open_clip_)?pytorch_|adapter_model|pytorch_lora_weights|consolidated\.\d+$")
"""Stems that torch, transformers, diffusers and PEFT own: what is not theirs there is broken."""
_WEIGHTS = re.compile(
    r"model|adapter|lora|weight|consolidated|learned_embeds|unet|vae|clip|encoder|decoder|head|dense|projector"
    r"|control|checkpoint|ckpt|state|params|net([._-]|$)|epoch|step|best|last|final|-of-\d+$"
)
_DATA = re.compile(r"(^|[._-])(train|test|val|valid|validation|dataset|data|features|embeddings?)([._-]|$)")
_FOLDERS = (".mlpackage/", ".mlmodelc/", ".mlmodel/")
_HDF5 = b"\x89HDF\r\n\x1a\n"
_OTHER = (
    (b"PK\x03\x04", "a zip archive, as torch.save writes it"),
    (b"GGUF", "a GGUF file"),
    (_HDF5, "an HDF5 file"),
)


def is_weights_name(path: str) -> bool:
    """Whether a path, by its name alone, is that of weights. Cheap; ``read`` may still answer None."""
    stem, dot, suffix = path.rpartition("/")[2].lower().rpartition(".")
    form = FORMATS.get(suffix) if dot and stem else None
    if form is None or any(folder in path.lower() for folder in _FOLDERS):
        return False
    if form == "pytorch":
        return not _STATE.match(stem) and (suffix != "bin" or bool(_WEIGHTS.search(stem) or _TORCH.match(stem)))
    if form == "h5":
        return not _DATA.search(stem)
    return form != "msgpack" or "model" in stem or "flax" in stem


def read(entry: Entry) -> WeightFile | None:
    """What a file of weights holds, or None when it is none. Never raises.

    An LFS pointer gives its promised size and no tensors. Bytes of another format than the suffix says are
    read as what they are when a ``.bin``, ``.pt``, ``.pth`` or ``.ckpt`` holds them, and are a problem elsewhere.
    """
    if not is_weights_name(entry.path):
        return None
    stem, _, suffix = entry.name.lower().rpartition(".")
    form = FORMATS[suffix]
    if suffix == "bin" and os.path.exists(f"{entry.location[:-4]}.xml"):
        return None
    if entry.pointer:
        return WeightFile(entry.path, form, entry.pointer.size, pointer=entry.pointer)
    try:
        with Source(entry) as source:
            size = source.size
            head = source.read(0, min(size, 4096))
    except MalformedError as error:
        return _unread(entry, form, str(error))
    except OSError as error:
        return _unread(entry, form, error.strerror or "cannot be opened")
    if not size:
        return _unread(entry, form, "the file is empty, weights were expected: upload it again")
    if form == "pytorch":
        return _of_torch(entry, stem, head)
    if _is_text(head, size):
        return _unread(entry, form, f"text (`{_first_line(head)}`), weights were expected: upload the real file")
    if form not in {"safetensors", "onnx", "gguf"}:
        return _recognised(entry, form, suffix, head)
    file = _read_as(form, entry)
    if file.tensors is None and file.problems:
        other = next((words for magic, words in _OTHER if head.startswith(magic)), None)
        if other and not (form == "gguf" and head.startswith(b"GGUF")):
            return _unread(entry, form, f"the bytes are {other}, the suffix says {form}: rename or convert it")
    return file


def _read_as(form: Format, entry: Entry) -> WeightFile:
    """By the format's reader, of which most repositories need one: it is imported when it is used."""
    from importlib import import_module

    file: WeightFile = import_module(f"dara_lint.readers.{form}").read(entry)
    return file


def _of_torch(entry: Entry, stem: str, head: bytes) -> WeightFile | None:
    """A .bin, .pt, .pth or .ckpt: whatever its bytes say."""
    if head.startswith(b"GGUF"):
        return _read_as("gguf", entry)
    if head.startswith(_HDF5):
        return WeightFile(entry.path, "h5", entry.size)
    if head[8:9] == b"{" and 8 + int.from_bytes(head[:8], "little") <= entry.size:
        return _read_as("safetensors", entry)
    file = _read_as("pytorch", entry)
    if file.tensors is not None or file.imports:
        return file
    owned = bool(_TORCH.match(stem))
    if _is_text(head, entry.size):
        reason = f"text (`{_first_line(head)}`), a checkpoint was expected: upload the real file"
        return _unread(entry, "pytorch", reason) if owned or stem == "model" else None
    return file if owned or head.startswith((b"PK\x03\x04", b"\x80")) else None


def _recognised(entry: Entry, form: Format, suffix: str, head: bytes) -> WeightFile:
    """A format of which only the kind is told."""
    if form == "h5":  # the superblock may follow a user block of 512, 1024, … bytes
        good = any(head[at : at + 8] == _HDF5 for at in (0, 512, 1024, 2048))
        good = good or (suffix == "keras" and head.startswith(b"PK\x03\x04"))
    elif form == "tflite":
        good = head[4:8] == b"TFL3"
    else:
        good = head[:1] >= b"\x80" and (head[0] <= 0x8F or head[0] in {0xDE, 0xDF})
    if good:
        return WeightFile(entry.path, form, entry.size)
    return _unread(entry, form, f"the bytes are not those of a {suffix} file: upload it again")


def _unread(entry: Entry, form: Format, reason: str) -> WeightFile:
    return WeightFile(entry.path, form, entry.size, problems=(ReadError(Location(entry.path), reason),))


def _is_text(head: bytes, size: int) -> bool:
    """Small enough to be a note, and of printable characters alone."""
    if size > 1_000_000:
        return False
    try:
        text = head.decode() if len(head) == size else head.decode(errors="ignore")
    except UnicodeDecodeError:
        return False
    return bool(text) and all(letter.isprintable() or letter in "\r\n\t" for letter in text)


def _first_line(head: bytes) -> str:
    words = head.decode(errors="replace").strip().splitlines() or [""]
    return words[0] if len(words[0]) <= 60 else f"{words[0][:57]}…"
