"""ONNX graphs by their operators: the same whoever exported, optimised or quantised them."""

from __future__ import annotations

import json

from dara_lint.model import Checkpoint, Graph, Node, Tensor, Value, WeightFile
from dara_lint.recognize import exports
from dara_lint.recognize.operator_table import ALIKE, FAR, LEAST, Table, known
from dara_lint.recognize.operators import operators, runs
from training.recognise_onnx import graph_of, raw_of

Steps = list[tuple[str, list[str], str]]


class Drawing:
    """A graph while it is drawn."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.tensors: list[Tensor] = []

    def weight(self, *shape: int, dtype: str = "F32", name: str = "") -> str:
        name = name or f"onnx::MatMul_{len(self.tensors)}"
        self.tensors.append(Tensor(name, shape, dtype, 4))
        return name

    def node(self, op: str, *inputs: str, domain: str = "") -> str:
        name = f"v{len(self.nodes)}"
        self.nodes.append(Node(op, domain, "", inputs, (name,)))
        return name

    def constant(self) -> str:
        return self.node("Constant")

    def said(self, output: str) -> list[str]:
        return operators(self.graph(output), self.tensors)

    def graph(self, output: str) -> Graph:
        return Graph(nodes=tuple(self.nodes), outputs=(Value(output, "F32", None),))


def normed(draw: Drawing, x: str, *, composed: bool = False) -> str:
    if not composed:
        return draw.node("LayerNormalization", x, draw.weight(8), draw.weight(8))
    centred = draw.node("Sub", x, draw.node("ReduceMean", x))
    mean = draw.node("ReduceMean", draw.node("Pow", centred, draw.constant()))
    root = draw.node("Sqrt", draw.node("Add", mean, draw.constant()))
    scaled = draw.node("Mul", draw.node("Div", centred, root), draw.weight(8))
    return draw.node("Add", scaled, draw.weight(8))


def linear(draw: Drawing, x: str, *, quantised: bool = False) -> str:
    if not quantised:
        return draw.node("Add", draw.node("MatMul", x, draw.weight(8, 8)), draw.weight(8))
    values = draw.node("DynamicQuantizeLinear", x)
    scale = draw.node("Mul", draw.constant(), draw.weight(8, name=f"s{len(draw.nodes)}_scale"))
    whole = draw.node("Cast", draw.node("MatMulInteger", values, draw.weight(8, 8, dtype="I8")))
    return draw.node("Add", draw.node("Mul", whole, scale), draw.weight(8))


def bert(*, layers: int = 2, composed: bool = False, quantised: bool = False, masked: bool = False) -> Drawing:
    """BertModel without its pooler, as torch's exporters draw it."""
    draw = Drawing()
    words = draw.node("Gather", draw.weight(100, 8), "input_ids")
    types = draw.node("Gather", draw.weight(2, 8), "token_type_ids")
    both = draw.node("Add", words, types)
    x = normed(
        draw, draw.node("Add", both, draw.node("Gather", draw.weight(32, 8), draw.constant())), composed=composed
    )
    for _ in range(layers):
        query, key, value = (draw.node("Reshape", linear(draw, x, quantised=quantised)) for _ in range(3))
        scores = draw.node("MatMul", query, draw.node("Transpose", key))
        scores = draw.node("Div", scores, draw.constant())
        if masked:
            scores = draw.node("Add", scores, draw.node("Unsqueeze", "attention_mask"))
        seen = draw.node("MatMul", draw.node("Softmax", scores), value)
        x = normed(
            draw, draw.node("Add", linear(draw, draw.node("Reshape", seen), quantised=quantised), x), composed=composed
        )
        wide = linear(draw, x, quantised=quantised)
        erf = draw.node("Add", draw.node("Erf", draw.node("Div", wide, draw.constant())), draw.constant())
        wide = draw.node("Mul", draw.node("Mul", wide, erf), draw.constant())
        x = normed(draw, draw.node("Add", linear(draw, wide, quantised=quantised), x), composed=composed)
    draw.node("Identity", x)
    return draw


def said(draw: Drawing) -> list[str]:
    return draw.said(draw.nodes[-1].outputs[0])


PLAIN = said(bert())


def test_what_is_left_is_the_model() -> None:
    assert PLAIN[:6] == ["Add", "Add", "LayerNormalization", "MatMul", "Add", "MatMul"]
    assert PLAIN.count("Softmax") == PLAIN.count("Gelu") == 2
    assert "Reshape" not in PLAIN
    assert "Div" not in PLAIN


def test_composed_norms_masks_and_quantisers_leave_no_trace() -> None:
    assert said(bert(composed=True)) == PLAIN
    assert said(bert(masked=True)) == PLAIN
    assert said(bert(quantised=True)) == PLAIN
    assert said(bert(composed=True, masked=True, quantised=True)) == PLAIN


def test_what_one_exporter_computes_from_weights_another_stores() -> None:
    """Positions, and the relative ones of mpnet and deberta: a table looked up by what no input changes."""

    def attention(*, folded: bool, heads: int) -> list[str]:
        draw = Drawing()
        scores = draw.node("MatMul", draw.node("Gather", draw.weight(100, 8), "input_ids"), draw.weight(8, 8))
        if folded:
            bias = draw.weight(1, heads, 8, 8)
        else:
            where = draw.node("Range", draw.constant(), draw.node("Shape", "input_ids"))
            table = draw.node("LayerNormalization", draw.weight(32, heads), draw.weight(heads), draw.weight(heads))
            bias = draw.node("Unsqueeze", draw.node("Transpose", draw.node("Gather", table, where)))
        return draw.said(draw.node("Softmax", draw.node("Add", scores, bias)))

    learned = ["MatMul", "Add", "Softmax"]
    assert attention(folded=False, heads=4) == attention(folded=True, heads=4) == learned
    assert attention(folded=True, heads=1) == ["MatMul", "Softmax"], "one matrix for all heads is a mask"


def test_what_a_subgraph_gives_may_change() -> None:
    draw = Drawing()
    draw.nodes.append(Node("If", "", "", (draw.constant(),), ("chosen",), subgraphs=(Graph(),)))
    assert draw.said(draw.node("Conv", "chosen", draw.weight(8, 8, 3))) == ["Conv"]


def test_a_graph_of_the_corpus_says_what_it_said() -> None:
    draw = bert(masked=True)
    graph = draw.graph(draw.nodes[-1].outputs[0])
    written = json.loads(json.dumps(raw_of(graph, draw.tensors)))
    assert operators(*graph_of(written)) == PLAIN


def test_nodes_that_no_output_needs_do_not_count() -> None:
    draw = bert()
    output = draw.nodes[-1].outputs[0]
    draw.node("Conv", draw.nodes[0].outputs[0], draw.weight(8, 8, 3))
    assert draw.said(output) == PLAIN


def test_depth_changes_no_runs_and_an_empty_graph_says_nothing() -> None:
    assert runs(said(bert(layers=5))) == runs(PLAIN)
    assert operators(Graph(), ()) == []


def test_a_cycle_or_a_loop_of_names_ends() -> None:
    node = Node("Add", "", "", ("a", "a"), ("a",))
    graph = Graph(nodes=(node,) * 50, outputs=(Value("a", "F32", None),))
    assert operators(graph, (Tensor("a", (8,), "F32", 0),)) == []


def test_likeness_is_one_for_the_same_runs_and_low_for_others() -> None:
    other = ["Conv", "Relu", "Conv", "Relu", "GlobalAveragePool", "MatMul", "Add"]
    table = Table([("bert", runs(PLAIN)), ("resnet", runs(other))])
    found = dict(table.alike(PLAIN))
    assert round(found["bert"], 6) == 1.0
    assert found["resnet"] < FAR
    assert [each.label for each in known(table.alike(PLAIN))] == ["bert"]
    assert known(table.alike(["LSTM", "Squeeze", "MatMul"])) == []


def checkpoint(draw: Drawing) -> Checkpoint:
    graph = draw.graph(draw.nodes[-1].outputs[0])
    file = WeightFile("model.onnx", "onnx", 1, tensors=tuple(draw.tensors), graph=graph)
    return Checkpoint("model.onnx", "onnx", files=(file,))


def test_a_graph_without_names_is_known_by_its_operators() -> None:
    found = exports.recognized(checkpoint(bert(layers=4, composed=True, quantised=True)), "bert")
    assert found.verdict == "possible"
    assert {"bert", "electra"} <= set(found.model_types)


def test_a_foreign_claim_is_ruled_out_and_says_by_what() -> None:
    found = exports.recognized(checkpoint(bert()), "qwen2")
    assert found.verdict == "impossible"
    assert any("no RMSNormalization" in each for each in found.reasons)
    assert any("LayerNormalization" in each for each in found.reasons if each.startswith("there is"))


def test_a_claim_that_no_export_is_known_of_is_not_judged() -> None:
    assert exports.recognized(checkpoint(bert()), "acme_secret").verdict == "unknown"


def test_a_small_or_strange_graph_is_not_judged() -> None:
    few = Drawing()
    few.node("MatMul", "x", few.weight(8, 8))
    assert not exports.recognized(checkpoint(few), "bert").known
    strange = Drawing()
    x = "x"
    for _ in range(LEAST + 5):
        x = strange.node("LSTM", x, strange.weight(8, 8))
    found = exports.recognized(checkpoint(strange), "bert")
    assert not found.known
    assert found.verdict != "impossible"
    assert ALIKE > FAR
