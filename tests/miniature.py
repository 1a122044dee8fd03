"""Miniature model repositories for tests: a folder of texts, with weights described instead of stored.

A case folder may hold ``NAME.recipe.yaml`` for a weight file ``NAME``. It is built as a sparse file with a
true header and no numbers::

    dtype: BF16                                   # for the tensors that name none
    metadata: {format: pt}                        # safetensors metadata, GGUF key-values
    tensors:
      model.embed_tokens.weight: [32000, 2048]
      model.layers.{0..21}.mlp.up_proj.weight: [5632, 2048]
      model.layers.0.qweight: {shape: [256, 2048], dtype: I32}

``NAME.safetensors``, ``NAME.gguf`` and ``NAME.onnx`` are known; for ONNX, ``nodes`` is a list of ``[op,
inputs, outputs]`` and ``inputs``/``outputs`` map names to ``[dtype, shape]``. ``_github``, ``_git`` and
``_gitignore`` stand for the names with a dot.
"""

from __future__ import annotations

import itertools
import json
import re
import shutil
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from dara_lint.model import BITS

_RANGE = re.compile(r"\{(\d+)\.\.(\d+)\}")
_RENAMED = {"_github": ".github", "_git": ".git", "_gitignore": ".gitignore"}


def build(case: Path, target: Path) -> Path:
    """Copy the case folder to ``target`` and build the weights that its recipes describe."""
    shutil.copytree(case, target, ignore=shutil.ignore_patterns("expected.txt"))
    for path in sorted(target.rglob("*"), reverse=True):
        if path.name in _RENAMED:
            path.rename(path.with_name(_RENAMED[path.name]))
        elif path.name.endswith(".recipe.yaml"):
            recipe = yaml.safe_load(path.read_text("utf-8"))
            write(path.with_name(path.name.removesuffix(".recipe.yaml")), recipe)
            path.unlink()
    return target


def write(path: Path, recipe: Mapping[str, Any]) -> None:
    """Write the weight file ``path`` as ``recipe`` describes it."""
    {".safetensors": _safetensors, ".gguf": _gguf, ".onnx": _onnx}[path.suffix](path, recipe)


def tensors(recipe: Mapping[str, Any]) -> Iterator[tuple[str, list[int], str]]:
    """Name, shape and dtype of each tensor, with ``{0..21}`` expanded."""
    default = recipe.get("dtype", "F32")
    for pattern, value in recipe.get("tensors", {}).items():
        shape, dtype = (value["shape"], value.get("dtype", default)) if isinstance(value, dict) else (value, default)
        pieces = _RANGE.split(pattern)
        ranges = [range(int(a), int(b) + 1) for a, b in zip(pieces[1::3], pieces[2::3], strict=True)]
        for numbers in itertools.product(*ranges):
            name = pieces[0] + "".join(f"{n}{text}" for n, text in zip(numbers, pieces[3::3], strict=True))
            yield name, list(shape), dtype


def _product(shape: list[int]) -> int:
    count = 1
    for dimension in shape:
        count *= dimension
    return count


def _safetensors(path: Path, recipe: Mapping[str, Any]) -> None:
    header: dict[str, Any] = {"__metadata__": recipe["metadata"]} if "metadata" in recipe else {}
    end = 0
    for name, shape, dtype in tensors(recipe):
        begin, end = end, end + int(_product(shape) * BITS[dtype] // 8)
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as stream:
        stream.write(struct.pack("<Q", len(text)) + text)
        stream.truncate(8 + len(text) + end)


def _gguf(path: Path, recipe: Mapping[str, Any]) -> None:
    from gguf import GGML_QUANT_SIZES, GGMLQuantizationType

    def text(value: str) -> bytes:
        return struct.pack("<Q", len(value.encode())) + value.encode()

    def scalar(value: object) -> bytes:
        match value:
            case bool():
                return struct.pack("<I?", 7, value)
            case int():
                return struct.pack("<II", 4, value)
            case float():
                return struct.pack("<If", 6, value)
        return struct.pack("<I", 8) + text(str(value))

    metadata = {"general.architecture": "llama", **recipe.get("metadata", {})}
    infos, offset = [], 0
    for name, shape, dtype in tensors(recipe):
        kind = GGMLQuantizationType[dtype]
        block, size = GGML_QUANT_SIZES[kind]
        dimensions = struct.pack(f"<I{len(shape)}Q", len(shape), *reversed(shape))
        infos.append(text(name) + dimensions + struct.pack("<IQ", kind.value, offset))
        offset += _product(shape) // block * size
        offset += -offset % 32
    head = struct.pack("<4sIQQ", b"GGUF", 3, len(infos), len(metadata))
    head += b"".join(text(key) + scalar(value) for key, value in metadata.items()) + b"".join(infos)
    head += b"\0" * (-len(head) % 32)
    with path.open("wb") as stream:
        stream.write(head)
        stream.truncate(len(head) + offset)


def _onnx(path: Path, recipe: Mapping[str, Any]) -> None:
    import onnx

    kinds = {"F32": 1, "U8": 2, "I8": 3, "I32": 6, "I64": 7, "BOOL": 9, "F16": 10, "F64": 11, "BF16": 16}

    def values(table: Mapping[str, Any]) -> list[Any]:
        return [onnx.helper.make_tensor_value_info(name, kinds[d], shape) for name, (d, shape) in table.items()]

    initializers = []
    for name, shape, dtype in tensors(recipe):
        tensor = onnx.TensorProto(name=name, data_type=kinds[dtype], dims=shape)
        tensor.raw_data = bytes(int(_product(shape) * BITS[dtype] // 8))
        initializers.append(tensor)
    nodes = [onnx.helper.make_node(op, inputs, outputs) for op, inputs, outputs in recipe.get("nodes", [])]
    graph = onnx.helper.make_graph(
        nodes, "main", values(recipe.get("inputs", {})), values(recipe.get("outputs", {})), initializers
    )
    model = onnx.helper.make_model(graph, producer_name=recipe.get("producer", "pytorch"))
    onnx.helper.set_model_props(model, {key: str(value) for key, value in recipe.get("metadata", {}).items()})
    path.write_bytes(model.SerializeToString())
