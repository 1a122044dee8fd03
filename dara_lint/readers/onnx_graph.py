"""Nodes, values and graphs of an ONNX file.

Source: onnx 1.23, ``onnx.proto`` (NodeProto, AttributeProto, GraphProto, FunctionProto, ValueInfoProto).
"""

from __future__ import annotations

from typing import Any

from dara_lint.facts import field, record
from dara_lint.model import Attribute, Function, Graph, Node, Tensor, Value
from dara_lint.readers.onnx_tensor import NAME, RANK, Reading, dtype_name, read_sparse, read_tensor
from dara_lint.readers.protobuf import BYTES, FIXED32, VARINT, integers, real, signed
from dara_lint.readers.source import LimitError, MalformedError

DEPTH = 24
"""Graphs within graphs."""
SMALL = 64
"""Elements of a list attribute, and of a Constant of integers, below which it is kept, or is no weight."""

_EMPTY: dict[int, Attribute] = {1: 0.0, 2: 0, 3: "", 6: (), 7: (), 8: ()}
"""Values of ``AttributeType`` that proto3 writers leave out."""
_LISTS = {7: 6, 8: 7, 9: 8}
"""Field number of a list attribute to its type."""


@record
class Draft:
    """A graph while it is read. Protobuf merges repeated messages, so one draft takes several."""

    name: str = ""
    nodes: list[Node] = field(default_factory=list)
    inputs: list[Value] = field(default_factory=list)
    outputs: list[Value] = field(default_factory=list)
    tensors: dict[str, Tensor] = field(default_factory=dict)
    nameless: list[Tensor] = field(default_factory=list)


def read_graph(reading: Reading, length: int, draft: Draft, depth: int = 0) -> None:
    """Add the GraphProto at the wire's place to ``draft``. Raises MalformedError."""
    if depth > DEPTH:
        raise LimitError(f"graphs nested deeper than {DEPTH}")
    wire = reading.wire
    for number, kind, value in wire.fields(wire.at + length):
        if kind != BYTES:
            continue
        if number == 1:
            draft.nodes.append(read_node(reading, value, depth))
        elif number == 2:
            draft.name = wire.text(value, NAME)
        elif number in (5, 15):
            tensor = read_tensor(reading, value) if number == 5 else read_sparse(reading, value)
            if not tensor.name:
                draft.nameless.append(tensor)
            elif draft.tensors.pop(tensor.name, None) is not None:
                reading.report(tensor.name, "initializer given twice, the later one counts", "tolerated")
            if tensor.name:
                draft.tensors[tensor.name] = tensor
        elif number == 11:
            draft.inputs.append(read_value(reading, value))
        elif number == 12:
            draft.outputs.append(read_value(reading, value))


def finish(reading: Reading, draft: Draft) -> Graph:
    """The graph of a draft; its initializers go to the file's tensors."""
    reading.tensors.extend(draft.tensors.values())
    reading.tensors.extend(draft.nameless)
    return Graph(draft.name, tuple(draft.nodes), tuple(draft.inputs), tuple(draft.outputs))


def read_function(reading: Reading, length: int) -> Function:
    """The FunctionProto at the wire's place. Raises MalformedError."""
    wire = reading.wire
    reading.count()
    name = domain = ""
    nodes = []
    for number, kind, value in wire.fields(wire.at + length):
        if kind != BYTES:
            continue
        if number == 1:
            name = wire.text(value, NAME)
        elif number == 10:
            domain = wire.text(value, NAME)
        elif number == 7:
            nodes.append(read_node(reading, value, 0))
    return Function(name, domain, tuple(nodes))


def read_node(reading: Reading, length: int, depth: int) -> Node:
    """The NodeProto at the wire's place, with its subgraphs; a Constant's weights become a tensor.

    A Constant holds a weight when it is an array of floats, or has ``SMALL`` elements or more: the rest are
    shapes, axes and scalars. The tensor is named by the node's output. Raises MalformedError.
    """
    wire = reading.wire
    reading.count()
    names = {3: "", 4: "", 7: ""}
    inputs: list[str] = []
    outputs: list[str] = []
    attributes: dict[str, Attribute] = {}
    subgraphs: list[Graph] = []
    constants: list[Tensor] = []
    for number, kind, value in wire.fields(wire.at + length):
        if kind != BYTES:
            continue
        if number == 5:
            name, attribute = _read_attribute(reading, value, depth, subgraphs, constants)
            if attribute is not None:
                attributes[name] = attribute
        elif number == 1:
            inputs.append(wire.text(value, NAME))
        elif number == 2:
            outputs.append(wire.text(value, NAME))
        elif number in names:
            names[number] = wire.text(value, NAME)
    if names[4] == "Constant" and outputs:
        reading.tensors.extend(
            tensor._replace(name=outputs[0])
            for tensor in constants[:1]
            if tensor.elements >= SMALL or (tensor.shape and tensor.dtype.startswith(("F", "BF")))
        )
    return Node(names[4], names[7], names[3], tuple(inputs), tuple(outputs), attributes, tuple(subgraphs))


def _read_attribute(
    reading: Reading, length: int, depth: int, subgraphs: list[Graph], constants: list[Tensor]
) -> tuple[str, Attribute | None]:
    """The name and small value of an AttributeProto; graphs and tensors go to the lists given."""
    wire = reading.wire
    name, declared = "", 0
    single: dict[int, Attribute] = {}
    lists: dict[int, list[Any]] = {}
    draft: Draft | None = None
    for number, kind, value in wire.fields(wire.at + length):
        if number == 1 and kind == BYTES:
            name = wire.text(value, NAME)
        elif number == 20 and kind == VARINT:
            declared = value
        elif number == 2 and kind == FIXED32:
            single[1] = real(value)
        elif number == 3 and kind == VARINT:
            single[2] = signed(value)
        elif number == 4 and kind == BYTES and value <= NAME:
            single[3] = wire.text(value, NAME)
        elif number in _LISTS:
            part = _items(reading, number, kind, value)
            known = lists.setdefault(_LISTS[number], [])
            if part is None or len(known) + len(part) > SMALL:
                return name, None  # a tree ensemble's tables: the rest of the attribute is skipped
            known.extend(part)
        elif number in (5, 22) and kind == BYTES:
            constants.append(read_tensor(reading, value) if number == 5 else read_sparse(reading, value))
        elif number == 6 and kind == BYTES:
            draft = draft or Draft()
            read_graph(reading, value, draft, depth + 1)
        elif number == 11 and kind == BYTES:
            reading.count()
            member = Draft()
            read_graph(reading, value, member, depth + 1)
            subgraphs.append(finish(reading, member))
    if draft is not None:
        subgraphs.append(finish(reading, draft))
    single.update({kind: tuple(items) for kind, items in lists.items()})
    if declared:
        return name, single.get(declared, _EMPTY.get(declared))
    return name, next(iter(single.values()), None)


def _items(reading: Reading, number: int, kind: int, value: int) -> list[int] | list[float] | list[str] | None:
    """What one occurrence of a list field holds; None when that is too much."""
    wire = reading.wire
    if number == 9:
        return [wire.text(value, NAME)] if kind == BYTES and value <= NAME else None
    if number == 8:
        return integers(wire, kind, value, SMALL) if kind in (VARINT, BYTES) else None
    if kind == FIXED32:
        return [real(value)]
    if kind != BYTES or value > 4 * SMALL or value % 4:
        return None
    data = wire.take(value)
    return [real(int.from_bytes(data[at : at + 4], "little")) for at in range(0, value, 4)]


def read_value(reading: Reading, length: int) -> Value:
    """The ValueInfoProto at the wire's place; a dimension below zero is unknown. Raises MalformedError."""
    wire = reading.wire
    reading.count()
    name, code = "", 0
    shape: list[int | str | None] | None = None
    for number, kind, value in wire.fields(wire.at + length):
        if number == 1 and kind == BYTES:
            name = wire.text(value, NAME)
        elif number == 2 and kind == BYTES:
            for choice, _, size in wire.fields(wire.at + value):
                if choice not in (1, 8):  # a sequence, map, optional or opaque value
                    continue
                for part, form, item in wire.fields(wire.at + size):
                    if part == 1 and form == VARINT:
                        code = signed(item)
                    elif part == 2 and form == BYTES:
                        shape = _shape(reading, item)
    return Value(name, dtype_name(code), None if shape is None else tuple(shape))


def _shape(reading: Reading, length: int) -> list[int | str | None]:
    """The dimensions of a TensorShapeProto."""
    wire = reading.wire
    shape: list[int | str | None] = []
    for number, kind, size in wire.fields(wire.at + length):
        if number != 1 or kind != BYTES:
            continue
        dimension: int | str | None = None
        for choice, form, value in wire.fields(wire.at + size):
            if choice == 1 and form == VARINT:
                dimension = signed(value) if value >> 63 == 0 else None
            elif choice == 2 and form == BYTES:
                dimension = wire.text(value, NAME) or None
        if len(shape) >= RANK:
            raise MalformedError(f"a value of more than {RANK} dimensions at byte {wire.at:,}")
        shape.append(dimension)
    return shape
