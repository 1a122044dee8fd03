"""ONNX files: the graph and what its tensors are, never the tensors' numbers.

The file is walked on the wire (``protobuf``) and its weights are seeked over, so a file of 2 GB costs its
graph only. Source: onnx 1.23, ``onnx.proto`` (ModelProto).
"""

from __future__ import annotations

from dara_lint.facts import replace
from dara_lint.model import Function, Json, WeightFile
from dara_lint.readers.onnx_graph import Draft, finish, read_function, read_graph
from dara_lint.readers.onnx_tensor import NAME, Reading
from dara_lint.readers.protobuf import BYTES, VARINT, Wire, pairs, signed
from dara_lint.readers.source import Entry, MalformedError, Source, refused

PROPERTIES = 4_096
LONG = 1 << 16
"""Bytes of a metadata property beyond which only its length is kept."""


def read(entry: Entry) -> WeightFile:
    """The graph, tensors and metadata of an ONNX file. Never raises.

    ``tensors`` are the initializers of the graph and its subgraphs (a sparse one with its dense shape) and
    the weights that Constant nodes hold, named by the node's output. ``nbytes`` counts the bytes of the
    data fields: for external data what shape and dtype need. ``external`` are the files of external data,
    relative to the root. Inputs of old models (IR below 4) repeat the initializers, as the file does.
    """
    if entry.pointer is not None:
        return WeightFile(entry.path, "onnx", entry.pointer.size, pointer=entry.pointer)
    try:
        with Source(entry) as source:
            return _read_model(entry, source)
    except (MalformedError, OSError) as error:
        return WeightFile(entry.path, "onnx", entry.size, problems=(refused(entry.path, error),))


def _read_model(entry: Entry, source: Source) -> WeightFile:
    if not source.size:
        raise MalformedError("empty file")
    wire = Wire(source)
    reading = Reading(wire, entry.path, entry.folder)
    draft: Draft | None = None
    producer = {2: "", 3: ""}
    ir_version = 0
    opsets: dict[str, int] = {}
    functions: list[Function] = []
    metadata: dict[str, Json] = {}
    try:
        for number, kind, value in wire.fields(source.size):
            if number == 1 and kind == VARINT:
                ir_version = signed(value)
            elif kind != BYTES:
                continue
            elif number in producer:
                producer[number] = wire.text(value, NAME)
            elif number == 7:
                draft = draft or Draft()
                read_graph(reading, value, draft)
            elif number == 8:
                domain, version = _opset(wire, value)
                if len(opsets) < PROPERTIES:
                    opsets[domain] = version
            elif number == 14 and len(metadata) < PROPERTIES:
                key, text = pairs(wire, value, LONG)
                metadata[key] = text if isinstance(text, str) else {"length": text}
            elif number == 25:
                functions.append(read_function(reading, value))
    except MalformedError as error:
        if draft is None:
            raise MalformedError(_foreign(source)) from error
        raise
    if draft is None:
        raise MalformedError(_foreign(source))
    graph = replace(
        finish(reading, draft),
        opsets=opsets,
        functions=tuple(functions),
        producer=" ".join(filter(None, producer.values())),
        ir_version=ir_version,
    )
    return WeightFile(
        entry.path,
        "onnx",
        source.size,
        tensors=tuple(reading.tensors),
        metadata=metadata,
        graph=graph,
        external=tuple(reading.external),
        problems=tuple(reading.problems),
    )


def _opset(wire: Wire, length: int) -> tuple[str, int]:
    """The domain and version of an OperatorSetIdProto."""
    domain, version = "", 0
    for number, kind, value in wire.fields(wire.at + length):
        if number == 1 and kind == BYTES:
            domain = wire.text(value, NAME)
        elif number == 2 and kind == VARINT:
            version = signed(value)
    return domain, version


def _foreign(source: Source) -> str:
    head = source.read(0, min(source.size, 16))
    return f"no ONNX file, it begins with {ascii(head)[1:]}"
