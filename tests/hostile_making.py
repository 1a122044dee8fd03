"""Whole repositories for the fuzzer: honest ones of every kind, taken apart, changed, mixed and written down."""

from __future__ import annotations

import json
import os
import pickle
import random
import struct
import tempfile
import zipfile
from collections import OrderedDict
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from dara_lint.model import Json
from tests import hostile_shapes as shapes
from tests import hostile_values as odd
from tests import miniature
from tests.cases import CASES


class Piece(NamedTuple):
    """A file before it is written: what it is (``json``, ``card``, ``safetensors``, ``raw``) and what it holds."""

    kind: str
    content: Any


Shape = dict[str, Piece]


@cache
def bases() -> tuple[Shape, ...]:
    """Every case of the rules and a repository of many blueprints' own tensors, taken apart."""
    from dara_lint.blueprints import bundle, expect

    found = [taken_apart(case) for case in sorted(CASES.glob("*/*/*")) if case.is_dir()]
    for kind in bundle.model_types():
        for name in bundle.architectures(kind)[:2]:
            bundled = bundle.kind(kind)
            config: dict[str, Json] = {
                **(bundled.defaults if bundled else {}),
                "model_type": kind,
                "architectures": [name],
            }
            shape = {"config.json": Piece("json", config)}
            promise = expect(config)
            if promise and promise.count < 1500:
                tensors = {t.name: {"dtype": "F16", "shape": [n or 1 for n in t.shape]} for t in promise.tensors}
                shape["model.safetensors"] = Piece("safetensors", tensors)
            found.append(shape)
    found.append({"model_index.json": Piece("json", shapes.PIPELINE)})
    found.append({"config.json": Piece("json", shapes.COMPOSED)})
    return tuple(found)


def taken_apart(folder: Path, most: int = 1 << 20) -> Shape:
    """A repository on disk as pieces; files of weights that are large are cut."""
    shape: Shape = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())[:200]:
        name = path.relative_to(folder).as_posix()
        if name.endswith(".recipe.yaml"):
            recipe = yaml.safe_load(path.read_text("utf-8"))
            shape[name.removesuffix(".recipe.yaml")] = _built(Path(name.removesuffix(".recipe.yaml")).name, recipe)
            continue
        with path.open("rb") as stream:
            raw = stream.read(most)
        shape[name] = _card(raw) if path.name.lower() == "readme.md" else _document(name, raw)
    return shape


def _document(name: str, raw: bytes) -> Piece:
    try:
        return Piece("json", json.loads(raw)) if name.endswith(".json") else Piece("raw", raw)
    except (ValueError, RecursionError):
        return Piece("raw", raw)


def _card(raw: bytes) -> Piece:
    text = raw.decode("utf-8", "replace")
    head, mark, body = text.removeprefix("---\n").partition("\n---\n") if text.startswith("---\n") else ("", "", text)
    try:
        front = yaml.safe_load(head) if mark else None
    except (yaml.YAMLError, ValueError):
        front = None
    return Piece("card", (front if isinstance(front, dict) else {}, body if mark else text))


def _built(name: str, recipe: dict[str, Any]) -> Piece:
    if name.endswith(".safetensors"):
        header: dict[str, Any] = {n: {"dtype": d, "shape": s} for n, s, d in miniature.tensors(recipe)}
        return Piece("safetensors", header | ({"__metadata__": recipe["metadata"]} if "metadata" in recipe else {}))
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch, name)
        miniature.write(path, recipe)
        with path.open("rb") as stream:
            return Piece("raw", stream.read(1 << 20))


def made(chance: random.Random, known: tuple[Shape, ...]) -> dict[str, bytes]:
    """A repository: one that is known, changed, with pieces of others and odd ones put in."""
    shape = dict(chance.choice(known))
    for _ in range(chance.choice((0, 0, 1, 2))):
        shape |= chance.choice(known)
    if chance.random() < 0.5:
        shape["README.md"] = Piece("card", (shapes.FRONT, shapes.BODY))
    if chance.random() < 0.2:
        shape["adapter_config.json"] = Piece("json", shapes.ADAPTER)
        shape["adapter_model.safetensors"] = Piece("safetensors", _adapter())
    if chance.random() < 0.1:
        shape["pytorch_model.bin"] = Piece("raw", pickled(chance))
    configs = [piece.content for piece in shape.values() if piece.kind == "json"]
    if configs and chance.random() < 0.3:
        config: Any = next((p.content for n, p in shape.items() if n == "config.json" and p.kind == "json"), {})
        if isinstance(config, dict):
            shape["config.json"] = Piece("json", config | {"quantization_config": chance.choice(shapes.QUANTIZED)})
    if chance.random() < 0.2:
        shape |= _indexed(shape, chance)
    if chance.random() < 0.03:
        shape |= crowd(chance)
    return {_path(name, chance): _changed(piece, chance, configs) for name, piece in shape.items()}


def _adapter() -> dict[str, Any]:
    return {
        f"base_model.model.model.layers.{n}.self_attn.q_proj.lora_{side}.weight": {"dtype": "F32", "shape": shape}
        for n in range(4)
        for side, shape in (("A", [8, 64]), ("B", [64, 8]))
    }


def _indexed(shape: Shape, chance: random.Random) -> Shape:
    """The index of a checkpoint, and the shards that it names or not."""
    header = next((piece.content for piece in shape.values() if piece.kind == "safetensors"), shapes.STATE)
    names = [name for name in header if name != "__metadata__"] if isinstance(header, dict) else []
    shards = chance.choice((1, 2, 5))
    of = {name: f"model-{number % shards + 1:05d}-of-{shards:05d}.safetensors" for number, name in enumerate(names)}
    index = Piece("json", {"metadata": {"total_size": 123456}, "weight_map": of})
    parts = {file: {n: header[n] for n in names if of[n] == file} for file in set(of.values()) if chance.random() < 0.8}
    return {"model.safetensors.index.json": index} | {f: Piece("safetensors", h) for f, h in sorted(parts.items())}


def crowd(chance: random.Random) -> Shape:
    """Thousands of something: folders, shards, tensors of one file, tensors with odd names."""
    kind = chance.randrange(5)
    many = chance.choice((600, 3000))
    piece = Piece("json", {"model_type": "bert", "hidden_size": 8})
    if kind == 0:
        one = {"config.json": piece} if chance.random() < 0.5 else {}  # one model of many parts, or many models
        return one | {f"p{number}/config.json": piece for number in range(many)}
    if kind == 1:
        tensor = {"dtype": "F32", "shape": [2]}
        shards = (f"model-{n:05d}-of-{many:05d}.safetensors" for n in range(many))
        return {shard: Piece("safetensors", {f"{shard}.weight": tensor}) for shard in shards}
    if kind == 2:
        stem = chance.choice(
            ("model.layers.{}.mlp.weight", "{}", "a.{}.b.{}.c", "experts.{}.w1", "é{}\n", "x_{}.lora_A")
        )
        tensors = {stem.replace("{}", str(n)): {"dtype": "F32", "shape": [n % 9, 3]} for n in range(many * 8)}
        return {"model.safetensors": Piece("safetensors", tensors)}
    if kind == 3:
        return {"config.json": piece} | {"/".join(["d"] * 60) + f"/{n}/config.json": piece for n in range(20)}
    numbers = range(many)
    front = {
        "language": [f"x{n}" for n in numbers],
        "tags": ["7b"] * many,
        "base_model": [f"a/b-{n}b" for n in numbers],
    }
    return {"config.json": piece, "README.md": Piece("card", (front, shapes.BODY * many))}


def _changed(piece: Piece, chance: random.Random, others: list[Any]) -> bytes:
    times = chance.choice((0, 0, 1, 1, 2, 4, 12))
    if piece.kind == "json":
        return odd.written(odd.mutated(piece.content, chance, times, others), chance)
    if piece.kind == "safetensors":
        return header(odd.mutated(piece.content, chance, times, others), chance)
    if piece.kind == "card":
        front, body = piece.content
        front = odd.mutated(front, chance, times, others)
        for _ in range(times // 3):
            body = odd.spliced(body, chance)
        table = front if isinstance(front, dict) else {"tags": front}
        lines = [f"{json.dumps(key)}: {json.dumps(table[key])}" for key in table]
        text = "\n".join(["---", *lines, "---", body]).encode("utf-8", "surrogatepass")
        return odd.damaged(text, chance) if chance.random() < 0.05 else text
    raw: bytes = piece.content
    return odd.damaged(raw, chance) if times else raw


def header(table: Any, chance: random.Random) -> bytes:
    """A safetensors file of that header; offsets are set where shapes are sane, and not always then."""
    end = 0
    offsets = chance.random() < 0.95
    for entry in table.values() if isinstance(table, dict) and offsets else ():
        shape = entry.get("shape") if isinstance(entry, dict) else None
        if not isinstance(shape, list) or not all(isinstance(number, int) and number >= 0 for number in shape):
            continue
        if "data_offsets" not in entry:
            size = 4 if entry.get("dtype") == "F32" else 2
            for number in shape:
                size = min(size * number, 1 << 60)
            entry["data_offsets"] = [end, end + size]
            end += size
    text = odd.written(table, chance)
    length = len(text) if chance.random() < 0.98 else chance.choice((0, 1, 1 << 40, max(0, len(text) - 1)))
    return struct.pack("<Q", length) + text + bytes(min(end, 4096))


def pickled(chance: random.Random) -> bytes:
    """A pickle of plain things, or a zip archive with one in it, as torch.save writes them."""
    content = odd.mutated({"state_dict": dict.fromkeys(shapes.STATE, 1), "epoch": 1}, chance, 2)
    held = OrderedDict(content) if isinstance(content, dict) else content
    raw = pickle.dumps(held, protocol=chance.choice((0, 2, 4)))
    if chance.random() < 0.5:
        return odd.damaged(raw, chance)
    with tempfile.TemporaryFile() as stream:
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("archive/data.pkl", raw)
            archive.writestr("archive/data/0", bytes(64))
        stream.seek(0)
        return odd.damaged(stream.read(), chance) if chance.random() < 0.3 else stream.read()


def _path(name: str, chance: random.Random) -> str:
    """The path, seldom below another folder or under an odd name."""
    draw = chance.random()
    if draw < 0.96:
        return name
    piece = chance.choice(
        ("unet", "onnx", "checkpoint-5", "a\nb", "\udcff\udc80", "::error::x", "\x1b[31m", "%0A", "é" * 40, "-", " ")
    )
    return f"{piece}/{name}" if draw < 0.99 else f"{name}{piece}".replace("/", "_") + os.path.splitext(name)[1]


def write(root: Path, shape: dict[str, bytes]) -> None:
    """Write what can be written: a name that the file system refuses is left out."""
    root.mkdir(parents=True, exist_ok=True)
    for name, content in shape.items():
        try:
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except (OSError, ValueError):
            continue
