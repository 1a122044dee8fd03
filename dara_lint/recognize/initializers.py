"""From an ONNX graph's initializers to parameters: weights apart from shapes, scales and zero points.

Which is which is read from the nodes that consume them (ONNX 1.23 and the ``com.microsoft`` operators of ONNX
Runtime 1.24), so that a scale called ``x`` is a scale all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dara_lint.model import Graph, Node, Tensor
from dara_lint.recognize.bookkeeping import INTEGERS, is_buffer
from dara_lint.recognize.packing import Stored

MAX_GRAPHS = 64
"""Subgraphs inside subgraphs that are followed."""

_SCALES: Mapping[str, frozenset[int]] = {
    # inputs, by position, that are scales, zero points or lookups of another input
    "DequantizeLinear": frozenset({1, 2}),
    "QuantizeLinear": frozenset({1, 2}),
    "QLinearConv": frozenset({1, 2, 4, 5, 6, 7}),
    "QLinearMatMul": frozenset({1, 2, 4, 5, 6, 7}),
    "QGemm": frozenset({1, 2, 4, 5, 7, 8}),
    "QAttention": frozenset({3, 4, 6, 7}),
    "MatMulInteger": frozenset({2, 3}),
    "ConvInteger": frozenset({2, 3}),
    "DynamicQuantizeMatMul": frozenset({2, 3}),
    "MatMulIntegerToFloat": frozenset({2, 3, 4, 5}),
    "MatMulNBits": frozenset({2, 3, 4}),
    "MatMulBnb4": frozenset({2}),
    "GatherBlockQuantized": frozenset({2, 3}),
    "Reshape": frozenset({1}),
    "Expand": frozenset({1}),
    "Slice": frozenset({1, 2, 3, 4}),
    "Resize": frozenset({1, 2, 3}),
    "Pad": frozenset({1, 2, 3}),
    "Clip": frozenset({1, 2}),
}
_PACKED = frozenset({"MatMulNBits", "MatMulBnb4"})


def initializers(tensors: Sequence[Tensor], graph: Graph) -> Iterator[Stored]:
    """What each initializer is and how many parameters it holds, in the given order. Never raises."""
    scales: set[str] = set()
    packed: dict[str, int] = {}
    for node in _nodes(graph):
        for position in _SCALES.get(node.op, ()):
            if position < len(node.inputs):
                scales.add(node.inputs[position])
        if node.op in _PACKED and len(node.inputs) > 1:
            k, n = node.attributes.get("K"), node.attributes.get("N")
            if isinstance(k, int) and isinstance(n, int) and k > 0 and n > 0:
                packed[node.inputs[1]] = k * n
        if node.op == "GatherBlockQuantized" and node.inputs and node.attributes.get("bits") == 4:
            packed[node.inputs[0]] = 0
    for tensor in tensors:
        yield _stored(tensor, scales, packed)


def _stored(tensor: Tensor, scales: set[str], packed: Mapping[str, int]) -> Stored:
    if tensor.name in scales:
        return Stored(tensor, 0, "bookkeeping")
    if tensor.name in packed:
        # four-bit tables of GatherBlockQuantized are two to a byte unless the dtype says otherwise
        halves = 2 if tensor.dtype in {"U8", "I8"} else 1
        return Stored(tensor, packed[tensor.name] or halves * tensor.elements, "weight")
    if is_buffer(tensor) or tensor.elements <= 1:
        return Stored(tensor, 0, "buffer")
    if tensor.dtype in INTEGERS and (len(tensor.shape) < 2 or tensor.dtype not in {"U8", "I8"}):
        return Stored(tensor, 0, "buffer")
    return Stored(tensor, tensor.elements, "weight")


def _nodes(graph: Graph) -> Iterator[Node]:
    """Nodes of the graph, its functions and its subgraphs (to a bounded depth)."""
    waiting = [(node, 0) for node in graph.nodes]
    waiting += [(node, 0) for function in graph.functions for node in function.nodes]
    while waiting:
        node, depth = waiting.pop()
        yield node
        if depth < MAX_GRAPHS:
            waiting += [(inner, depth + 1) for subgraph in node.subgraphs for inner in subgraph.nodes]
