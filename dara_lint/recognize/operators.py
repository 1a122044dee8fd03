"""An ONNX graph -> the operators that work on what weights made, in order, whoever exported it.

Exporters and optimisers differ in how they compute shapes, masks, scales and epsilons, spell norms and activations, and
fuse or split. None of that is left: only nodes behind a weight and an input count, what no input changes is as good as
stored, shuffling of shapes, lookups in weights and arithmetic with anything that no weight made fall away, and composed
and fused operators are spelled alike (ONNX 1.23, the ``com.microsoft`` operators of ONNX Runtime 1.24).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dara_lint.model import Graph, Node, Tensor

MOST_NODES = 20_000
"""Nodes that are looked at; the largest exports of one model have about ten thousand."""
LONGEST = 80
"""Characters of an operator's name; a longer one is none."""

MOST_TABLE = 3
"""Ranks of what is learned and added; a constant of more that is one matrix is a mask (relative positions have one for
each head)."""

_SHAPES = frozenset(
    {
        "Cast", "CastLike", "DequantizeLinear", "Dropout", "Expand", "Flatten", "Identity", "Pad", "QuantizeLinear",
        "Reciprocal", "Reshape", "Slice", "Split", "Squeeze", "Tile", "Transpose", "Unsqueeze",
    }
)  # fmt: skip
"""What changes form alone, or is the other half of a division."""
_ARITHMETIC = frozenset({"Add", "Clip", "Div", "Max", "Min", "Mul", "Pow", "Sub", "Where"})
_LOOKUPS = frozenset({"Gather", "GatherElements", "GatherND"})
_MEASURES = frozenset({"Shape", "Size"})
_TESTS = frozenset(
    {
        "And", "Cos", "Equal", "Greater", "GreaterOrEqual", "IsInf", "IsNaN", "Less", "LessOrEqual", "Not", "Or",
        "Shape", "Sin", "Size",
    }
)  # fmt: skip
"""What makes no data: tests, shapes, and the angles of rotary positions, which exporters compute or store."""
_ATTENTION = ("MatMul", "Softmax", "MatMul")
_SPELLED = {
    "Attention": ("MatMul", "Add") * 3 + _ATTENTION,
    "BiasGelu": ("Add", "Gelu"),
    "ConvInteger": ("Conv",),
    "DynamicQuantizeLinear": (),
    "DynamicQuantizeMatMul": ("MatMul",),
    "FastGelu": ("Gelu",),
    "FusedConv": ("Conv",),
    "FusedMatMul": ("MatMul",),
    "GatherElements": ("Gather",),
    "GatherND": ("Gather",),
    "Gemm": ("MatMul", "Add"),
    "GroupQueryAttention": _ATTENTION,
    "MatMulInteger": ("MatMul",),
    "MatMulIntegerToFloat": ("MatMul",),
    "MatMulNBits": ("MatMul",),
    "MultiHeadAttention": _ATTENTION,
    "QLinearConv": ("Conv",),
    "QLinearMatMul": ("MatMul",),
    "QuickGelu": ("Sigmoid", "Mul"),
    "SimplifiedLayerNormalization": ("RMSNormalization",),
    "SkipLayerNormalization": ("Add", "LayerNormalization"),
    "SkipSimplifiedLayerNormalization": ("Add", "RMSNormalization"),
    "Swish": ("Sigmoid", "Mul"),
}
_COMPOSED = (
    (" ReduceMean Sub ReduceMean Sqrt Div Mul Add ", " LayerNormalization "),
    (" ReduceMean Sub ReduceMean Sqrt Div ", " LayerNormalization "),
    (" ReduceMean Sqrt Mul Mul ", " RMSNormalization "),
    (" ReduceMean Sqrt Div Mul ", " RMSNormalization "),
    (" Erf Mul ", " Gelu "),
    (" Mul Mul Add Tanh Mul ", " Gelu "),
    (" Add Tanh Mul ", " Gelu "),
)


def operators(graph: Graph, tensors: Sequence[Tensor]) -> list[str]:
    """The operators of a graph as described above."""
    said = " ".join(each for node in _working(graph, tensors) for each in _spelled(node))
    said = f" {said} "
    for composed, single in _COMPOSED:
        while composed in said:
            said = said.replace(composed, single)
    return said.split()


def _spelled(node: Node) -> tuple[str, ...]:
    if node.op == "Attention" and not node.domain:
        return _ATTENTION
    return _SPELLED.get(node.op, (node.op,))


def _working(graph: Graph, tensors: Sequence[Tensor]) -> Iterator[Node]:
    """The nodes that do something to what weights made of the inputs."""
    weights = {tensor.name for tensor in tensors if _is_weight(tensor)}
    masks = {tensor.name for tensor in tensors if _is_mask(tensor.shape)}
    settled = _settled(graph, tensors)
    data: set[str] = set()
    for node in _wanted(graph):
        weighs = any(name in weights for name in node.inputs)
        if settled.issuperset(node.outputs):
            weights.update(node.outputs if weighs else ())
            continue
        inputs = node.inputs[:1] if node.op == "MatMulIntegerToFloat" else node.inputs
        made = sum(name in data for name in inputs)
        if not (made or weighs) or node.op in _TESTS or len(node.op) > LONGEST:
            continue
        if node.op in _LOOKUPS and not made:  # of positions and types of tokens some exports have them all, some none
            data.update(node.outputs)
            continue
        if node.op in _SHAPES or (node.op in _ARITHMETIC and not made):
            (data if made else weights).update(node.outputs)
            continue
        data.update(node.outputs[:1] if node.op == "DynamicQuantizeLinear" else node.outputs)
        if node.op in _ARITHMETIC and made == 1 and not any(name in weights and name not in masks for name in inputs):
            continue  # a mask, a scale, an epsilon
        yield node


def _settled(graph: Graph, tensors: Sequence[Tensor]) -> set[str]:
    """The names of what no input changes but for its shape: one exporter computes in the graph what another stores."""
    found = {"", *(tensor.name for tensor in tensors)}
    for node in graph.nodes[:MOST_NODES]:
        if node.op in _MEASURES or (found.issuperset(node.inputs) and not node.subgraphs):
            found.update(node.outputs)
    return found


def _wanted(graph: Graph) -> list[Node]:
    """The nodes that the outputs come from otherwise than through what makes no data."""
    wanted = {value.name for value in graph.outputs}
    found = []
    for node in reversed(graph.nodes[:MOST_NODES]):
        if wanted.isdisjoint(node.outputs) or node.op in _TESTS:
            continue
        found.append(node)
        wanted.update(node.inputs)
    return found[::-1]


def _is_mask(shape: Sequence[int]) -> bool:
    return len(shape) > MOST_TABLE and max(shape[:-2]) == 1 < shape[-2]


def _is_weight(tensor: Tensor) -> bool:
    if tensor.elements <= 1 or tensor.name.endswith(("_scale", "_zero_point")):
        return False
    return tensor.dtype.startswith(("F", "BF")) or (tensor.dtype in {"I8", "U8", "I4", "U4"} and len(tensor.shape) > 1)


def runs(said: Sequence[str]) -> frozenset[str]:
    """Runs of one to three operators, each once."""
    marked = ("^", *said, "$")
    return frozenset(" ".join(marked[at : at + size]) for size in (1, 2, 3) for at in range(len(marked) - size + 1))
