from __future__ import annotations

import tracemalloc
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx as oracle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto, helper

from dara_lint.model import BITS, Graph, LfsPointer, Node, Value, WeightFile
from dara_lint.readers import onnx
from dara_lint.readers.onnx_graph import DEPTH, SMALL
from dara_lint.readers.onnx_tensor import DTYPES, FACTS, resolve
from dara_lint.readers.source import Entry, Source


def read(path: Path, name: str = "onnx/model.onnx") -> WeightFile:
    return onnx.read(Entry(name, str(path), path.stat().st_size))


def read_bytes(tmp_path: Path, data: bytes) -> WeightFile:
    path = tmp_path / "m.onnx"
    path.write_bytes(data)
    return read(path)


def read_model(tmp_path: Path, model: ModelProto) -> WeightFile:
    return read_bytes(tmp_path, model.SerializeToString())


# what the onnx package sees, as our facts


def varints(numbers: Iterable[int]) -> int:
    return sum(max(1, -(-(number & (2**64 - 1)).bit_length() // 7)) for number in numbers)


def row(tensor: TensorProto, name: str = "", dims: Iterable[int] | None = None) -> Any:
    dims = tuple(tensor.dims if dims is None else dims)
    name = name or tensor.name
    if oracle.external_data_helper.uses_external_data(tensor):
        return (name, dims, DTYPES[tensor.data_type], int(np.prod(dims) * BITS[DTYPES[tensor.data_type]] // 8))
    nbytes = (
        len(tensor.raw_data)
        + 4 * len(tensor.float_data)
        + 8 * len(tensor.double_data)
        + sum(map(len, tensor.string_data))
        + varints([*tensor.int32_data, *tensor.int64_data, *tensor.uint64_data])
    )
    return (name, dims, DTYPES[tensor.data_type], nbytes)


def rows(nodes: Iterable[NodeProto], graph: GraphProto | None) -> Iterator[Any]:
    for node in nodes:
        for attribute in node.attribute:
            for inner in [attribute.g] if attribute.HasField("g") else attribute.graphs:
                yield from rows(inner.node, inner)
            if node.op_type == "Constant" and attribute.name in ("value", "sparse_value"):
                tensor, dims = attribute.t, attribute.t.dims
                nbytes = 0
                if attribute.name == "sparse_value":
                    tensor, dims = attribute.sparse_tensor.values, attribute.sparse_tensor.dims
                    nbytes = row(attribute.sparse_tensor.indices)[3]
                dtype = DTYPES[tensor.data_type]
                if np.prod(dims, dtype=object) >= SMALL or (dims and dtype.startswith(("F", "BF"))):
                    found = row(tensor, node.output[0], dims)
                    yield (*found[:3], found[3] + nbytes)
    if graph is not None:
        for tensor in graph.initializer:
            yield row(tensor)
        for sparse in graph.sparse_initializer:
            found = row(sparse.values, dims=sparse.dims)
            yield (*found[:3], found[3] + row(sparse.indices)[3])


def attribute_value(attribute: AttributeProto) -> Any:
    value = helper.get_attribute_value(attribute)
    if attribute.type in (AttributeProto.FLOAT, AttributeProto.INT):
        return value
    if attribute.type == AttributeProto.STRING:
        return value.decode() if len(value) <= 4096 else None
    if attribute.type in (AttributeProto.FLOATS, AttributeProto.INTS) and len(value) <= SMALL:
        return tuple(value)
    if attribute.type == AttributeProto.STRINGS and len(value) <= SMALL:
        return tuple(item.decode() for item in value)
    return None


def node_facts(node: NodeProto) -> Node:
    values = {attribute.name: attribute_value(attribute) for attribute in node.attribute if not attribute.ref_attr_name}
    graphs = [graph for attribute in node.attribute for graph in attribute.graphs]
    graphs += [attribute.g for attribute in node.attribute if attribute.HasField("g")]
    return Node(
        node.op_type,
        node.domain,
        node.name,
        tuple(node.input),
        tuple(node.output),
        {name: value for name, value in values.items() if value is not None},
        tuple(graph_facts(graph) for graph in graphs),
    )


def value_facts(value: ValueInfoProto) -> Value:
    kind = value.type.WhichOneof("value")
    if kind not in ("tensor_type", "sparse_tensor_type"):
        return Value(value.name, "", None)
    tensor = getattr(value.type, kind)
    if not tensor.HasField("shape"):
        return Value(value.name, DTYPES[tensor.elem_type], None)
    shape = [
        (dim.dim_value if dim.dim_value >= 0 else None) if dim.HasField("dim_value") else (dim.dim_param or None)
        for dim in tensor.shape.dim
    ]
    return Value(value.name, DTYPES[tensor.elem_type], tuple(shape))


def graph_facts(graph: GraphProto) -> Graph:
    return Graph(
        graph.name,
        tuple(map(node_facts, graph.node)),
        tuple(map(value_facts, graph.input)),
        tuple(map(value_facts, graph.output)),
    )


def same(found: WeightFile, model: ModelProto) -> None:
    expected = graph_facts(model.graph)
    graph = found.graph
    assert graph is not None, found.problems
    assert found.tensors is not None
    assert (graph.name, graph.inputs, graph.outputs) == (expected.name, expected.inputs, expected.outputs)
    # repr, for an attribute may be NaN
    assert repr(graph.nodes) == repr(expected.nodes)
    assert graph.opsets == {entry.domain: entry.version for entry in model.opset_import}
    assert graph.ir_version == model.ir_version
    assert graph.producer == " ".join(filter(None, [model.producer_name, model.producer_version]))
    assert [(f.name, f.domain) for f in graph.functions] == [(f.name, f.domain) for f in model.functions]
    assert repr([f.nodes for f in graph.functions]) == repr([tuple(map(node_facts, f.node)) for f in model.functions])
    assert found.metadata == {entry.key: entry.value for entry in model.metadata_props}
    inner = [row for function in model.functions for row in rows(function.node, None)]
    tensors = [(t.name, t.shape, t.dtype, t.nbytes) for t in found.tensors]
    assert sorted(tensors) == sorted([*rows(model.graph.node, model.graph), *inner])


def package_models() -> list[Path]:
    folder = Path(oracle.__file__).parent
    return sorted(folder.rglob("*.onnx"))


def test_every_model_file_of_the_onnx_package() -> None:
    paths = package_models()
    assert len(paths) > 100
    for path in paths:
        found = read(path)
        assert found.problems == (), path
        same(found, oracle.load(path, load_external_data=False))


def test_every_model_that_the_onnx_package_generates(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package computes infinities and overflows on purpose
        from onnx.backend.test.case.node import collect_testcases

        models = [case.model for case in collect_testcases(None) if case.model is not None]
    assert len(models) > 1000
    for model in models:
        found = read_model(tmp_path, model)
        assert found.problems == (), model.graph.name
        same(found, model)


def test_dtypes_are_those_of_the_onnx_package() -> None:
    words = {
        "FLOAT": "F32",
        "DOUBLE": "F64",
        "COMPLEX64": "C64",
        "COMPLEX128": "C128",
        "BFLOAT16": "BF16",
        "FLOAT4E2M1": "F4",
    }
    assert len(DTYPES) == max(TensorProto.DataType.values()) + 1
    for code, name in enumerate(DTYPES[1:], 1):
        theirs = TensorProto.DataType.Name(code)
        short = theirs.replace("FLOAT", "F").replace("UINT", "U").replace("INT", "I").replace("FN", "")
        plain = words.get(theirs) or (theirs if theirs in ("STRING", "BOOL") else short)
        assert name.replace("_", "") == plain.replace("UZ", "FNUZ"), theirs


@pytest.mark.parametrize("code", [code for code in range(1, len(DTYPES)) if DTYPES[code] != "STRING"])
def test_every_dtype_is_sized(tmp_path: Path, code: int) -> None:
    if code >= TensorProto.UINT4 or "FLOAT8" in TensorProto.DataType.Name(code):
        array = np.zeros((3, 5), np.float32).astype(helper.tensor_dtype_to_np_dtype(code))
    else:
        array = np.zeros((3, 5), helper.tensor_dtype_to_np_dtype(code))
    for tensor in (
        oracle.numpy_helper.from_array(array, "w"),
        helper.make_tensor("w", code, (3, 5), [0] * 15),
    ):
        model = helper.make_model(helper.make_graph([], "g", [], [], [tensor]))
        found = read_model(tmp_path, model)
        assert found.problems == ()
        same(found, model)
        tensor.dims[0] = 4000
        assert read_model(tmp_path, helper.make_model(helper.make_graph([], "g", [], [], [tensor]))).problems


def model_of(*tensors: TensorProto, nodes: Iterable[NodeProto] = ()) -> ModelProto:
    return helper.make_model(helper.make_graph(list(nodes), "g", [], [], list(tensors)))


def weight(name: str = "w", shape: tuple[int, ...] = (4, 8)) -> TensorProto:
    return oracle.numpy_helper.from_array(np.zeros(shape, np.float32), name)


def outside(**entries: str) -> TensorProto:
    tensor = TensorProto(name="w", dims=[4, 8], data_type=TensorProto.FLOAT, data_location=TensorProto.EXTERNAL)
    for key, value in entries.items():
        tensor.external_data.add(key=key, value=value)
    return tensor


def test_external_data(tmp_path: Path) -> None:
    model = model_of(outside(location="./data/w.bin", offset="0", length="128"), weight("inline"))
    found = read_model(tmp_path, model)
    same(found, model)
    assert found.problems == ()
    assert found.external == ("onnx/data/w.bin",)
    assert found.tensors is not None
    assert found.tensors[0] == ("w", (4, 8), "F32", 128, "onnx/data/w.bin")


@pytest.mark.parametrize(
    "location", ["", "..", "../w.bin", "a/../../w.bin", "/etc/passwd", "C:/w.bin", "a\\..\\w", "a\nb", "."]
)
def test_external_data_stays_in_the_folder(tmp_path: Path, location: str) -> None:
    found = read_model(tmp_path, model_of(outside(location=location)))
    assert found.external == ()
    assert found.tensors is not None
    assert found.tensors[0] == ("w", (4, 8), "F32", 128, "")
    assert [(p.kind, p.at.pointer) for p in found.problems] == [("malformed", "w")]
    assert "no path inside the model's folder" in found.problems[0].reason
    assert found.problems[0].reason.isprintable()


def test_external_lengths_are_checked(tmp_path: Path) -> None:
    for length in ("127", "-1", "9" * 30, "many"):
        found = read_model(tmp_path, model_of(outside(location="w.bin", length=length)))
        assert "needs 128 bytes" in found.problems[0].reason
    assert resolve("", "w.bin") == "w.bin"


def constant(name: str, array: np.ndarray[Any, Any]) -> NodeProto:
    return helper.make_node("Constant", [], [name], value=oracle.numpy_helper.from_array(array))


def test_weights_of_constants_are_tensors_and_shapes_are_not(tmp_path: Path) -> None:
    nodes = [
        constant("floats", np.zeros((3,), np.float32)),
        constant("scalar", np.zeros((), np.float32)),
        constant("shape", np.zeros((4,), np.int64)),
        constant("packed", np.zeros((16, 4), np.uint8)),
        helper.make_node("ConstantOfShape", ["shape"], ["zeros"], value=weight("v", (1,))),
    ]
    branch = helper.make_graph([constant("inner", np.zeros((2, 2), np.float16))], "then", [], [], [weight("b")])
    nodes.append(helper.make_node("If", ["c"], ["y"], then_branch=branch, else_branch=GraphProto(name="else")))
    model = model_of(weight("w"), nodes=nodes)
    found = read_model(tmp_path, model)
    same(found, model)
    assert found.tensors is not None
    assert [tensor.name for tensor in found.tensors] == ["floats", "packed", "inner", "b", "w"]
    assert found.graph is not None
    assert [graph.name for graph in found.graph.nodes[-1].subgraphs] == ["else", "then"]


def test_sparse_initializers_have_their_dense_shape(tmp_path: Path) -> None:
    values = oracle.numpy_helper.from_array(np.ones(3, np.float32), "s")
    indices = oracle.numpy_helper.from_array(np.arange(3), "i")
    model = model_of()
    model.graph.sparse_initializer.add(values=values, indices=indices, dims=[10, 10])
    found = read_model(tmp_path, model)
    assert found.problems == ()
    assert found.tensors is not None
    assert found.tensors[0][:4] == ("s", (10, 10), "F32", 12 + 24)
    model.graph.sparse_initializer[0].dims[:] = [2]
    assert "3 values in a shape of 2 elements" in read_model(tmp_path, model).problems[0].reason


def test_functions_metadata_and_long_attributes(tmp_path: Path) -> None:
    node = helper.make_node("Scale", ["x"], ["y"], domain="here", table=[1.5] * (SMALL + 1), axis=-1, mode="é")
    body = helper.make_node("Mul", ["x", "x"], ["y"])
    function = helper.make_function("here", "Scale", ["x"], ["y"], [body], [helper.make_opsetid("", 20)])
    model = model_of(nodes=[node])
    model.functions.append(function)
    model.producer_name, model.producer_version = "pytorch", "2.9"
    model.metadata_props.add(key="vocabulary", value="x" * 70_000)
    model.metadata_props.add(key="task", value="detect")
    found = read_model(tmp_path, model)
    assert found.metadata == {"vocabulary": {"length": 70_000}, "task": "detect"}
    assert found.graph is not None
    assert found.graph.nodes[0].attributes == {"axis": -1, "mode": "é"}
    assert found.graph.producer == "pytorch 2.9"
    assert [(f.name, f.domain, f.nodes[0].op) for f in found.graph.functions] == [("Scale", "here", "Mul")]


def test_what_proto3_leaves_out_is_zero(tmp_path: Path) -> None:
    node = NodeProto(op_type="Softmax", attribute=[AttributeProto(name="axis", type=AttributeProto.INT)])
    found = read_model(tmp_path, model_of(nodes=[node]))
    assert found.graph is not None
    assert found.graph.nodes[0].attributes == {"axis": 0}


def test_a_pointer_keeps_its_size() -> None:
    pointer = LfsPointer("a" * 64, 12_345)
    found = onnx.read(Entry("m.onnx", "/nowhere", 130, pointer))
    assert (found.size, found.tensors, found.pointer, found.problems) == (12_345, None, pointer, ())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<!DOCTYPE html><html></html>",
        b'{"error": "Repository not found"}',
        b"placeholder\n",
        b"PK\x03\x04" + bytes(100),
        bytes(1000),
        b"\x89PNG\r\n\x1a\n" + bytes(50),
        b"\x08\x0a",
        b"\x3a\xff\xff\xff\xff\x0f",
    ],
)
def test_other_files_are_no_onnx_files(tmp_path: Path, data: bytes) -> None:
    found = read_bytes(tmp_path, data)
    assert (found.graph, found.tensors) == (None, None)
    assert [problem.kind for problem in found.problems] == ["unreadable"]
    assert found.problems[0].reason.startswith("no ONNX file, it begins with" if data else "empty file")
    assert found.problems[0].reason.isprintable()


def test_a_truncated_model_is_unreadable(tmp_path: Path) -> None:
    data = model_of(weight("w", (64, 64))).SerializeToString()
    found = read_bytes(tmp_path, data[:-100])
    assert found.tensors is None
    assert [problem.kind for problem in found.problems] == ["unreadable"]


def test_lying_tensors_are_reported(tmp_path: Path) -> None:
    short, empty, untyped, newer = weight("short"), weight("empty"), weight("untyped"), weight("newer")
    short.dims[0] = 1 << 40
    empty.ClearField("raw_data")
    untyped.ClearField("data_type")
    newer.data_type = 99
    found = read_model(tmp_path, model_of(short, empty, untyped, newer, weight("twice"), weight("twice")))
    assert {problem.at.pointer: problem.reason for problem in found.problems} == {
        "short": "shape [1099511627776, 8] of F32 needs 35,184,372,088,832 bytes, 128 are stored",
        "empty": "no data for 32 elements",
        "untyped": "tensor without element type",
        "newer": "unknown element type 99",
        "twice": "initializer given twice, the later one counts",
    }
    assert found.tensors is not None
    assert [tensor.name for tensor in found.tensors] == ["short", "empty", "untyped", "newer", "twice"]
    assert [problem.kind for problem in found.problems] == ["malformed"] * 3 + ["tolerated"] * 2


def test_problems_are_limited(tmp_path: Path) -> None:
    tensors = [weight(f"w{n}") for n in range(100)]
    for tensor in tensors:
        tensor.dims[0] = 5
    assert len(read_model(tmp_path, model_of(*tensors)).problems) == 20


def test_negative_dimensions_and_high_ranks_are_unreadable(tmp_path: Path) -> None:
    for dims in ([-1, 8], [1] * 65):
        tensor = TensorProto(name="w", dims=dims, data_type=1)
        assert read_model(tmp_path, model_of(tensor)).tensors is None


def varint(value: int) -> bytes:
    data = bytearray()
    while value > 0x7F:
        data.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*data, value])


def length_field(number: int, payload: bytes) -> bytes:
    return bytes([number << 3 | 2]) + varint(len(payload)) + payload


def test_nested_graphs_are_limited(tmp_path: Path) -> None:
    graph = b""
    for depth in range(500):
        graph = length_field(1, length_field(5, length_field(6, graph)))
        found = read_bytes(tmp_path, length_field(7, graph)) if depth in (DEPTH - 1, DEPTH, 499) else None
        if found is not None:
            assert (found.graph is None) == (depth >= DEPTH)


def test_facts_and_names_are_limited(tmp_path: Path) -> None:
    found = read_bytes(tmp_path, length_field(7, b"\x0a\x00" * (FACTS + 1)))
    assert "more than the 200,000 nodes" in found.problems[0].reason
    found = read_bytes(tmp_path, length_field(7, length_field(2, b"x" * 5000)))
    assert "a name of 5,000 bytes" in found.problems[0].reason


def sparse_model(path: Path, layers: int, payload: int) -> int:
    """Write a model of ``layers`` MatMuls with inline weights of ``payload`` zeros; the bytes of its graph."""
    names = [f"model.layers.{n}.self_attn.q_proj.weight" for n in range(layers)]
    nodes = [
        helper.make_node("MatMul", [f"/layer.{n}/x", name], [f"/layer.{n}/y"], f"/layer.{n}/attention/MatMul")
        for n, name in enumerate(names)
        for _ in range(20)
    ]
    head = helper.make_graph(nodes, "main", [], []).SerializeToString()
    tensors = []
    for name in names:
        tensor = TensorProto(name=name, dims=[payload // 4096, 1024], data_type=TensorProto.FLOAT)
        body = tensor.SerializeToString() + b"\x4a" + varint(payload)
        tensors.append(b"\x2a" + varint(len(body) + payload) + body)
    size = len(head) + sum(map(len, tensors)) + layers * payload
    with path.open("wb") as file:
        file.write(b"\x08\x0a\x3a" + varint(size) + head)
        for data in tensors:
            file.write(data)
            file.seek(payload, 1)
        file.truncate(file.tell())
    return path.stat().st_size - layers * payload


def test_weights_cost_neither_reading_nor_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[int] = []

    class Counted(Source):
        def read(self, offset: int, length: int) -> bytes:
            reads.append(length)
            return super().read(offset, length)

    path = tmp_path / "big.onnx"
    graph = sparse_model(path, layers=64, payload=1 << 24)
    monkeypatch.setattr(onnx, "Source", Counted)
    tracemalloc.start()
    found = read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.problems == ()
    assert found.tensors is not None
    assert sum(tensor.nbytes for tensor in found.tensors) == 1 << 30
    assert found.graph is not None
    assert len(found.graph.nodes) == 64 * 20
    assert sum(reads) <= graph * 1.01
    assert peak < 4 << 20


def test_missing_files_and_folders_are_reported(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.onnx"):
        assert onnx.read(Entry("m.onnx", str(path), 1)).problems


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("onnx") / "m.onnx"


def _valid() -> bytes:
    branch = helper.make_graph([constant("inner", np.zeros((2, 2), np.float16))], "then", [], [], [weight("b")])
    nodes = [
        helper.make_node("If", ["c"], ["y"], then_branch=branch),
        helper.make_node("Conv", ["x", "w"], ["z"], pads=[1, 1], alpha=0.5, mode="same"),
    ]
    value = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 3, None])
    model = helper.make_model(helper.make_graph(nodes, "g", [value], [value], [weight(), outside(location="d")]))
    model.metadata_props.add(key="k", value="v")
    data: bytes = model.SerializeToString()
    return data


VALID = _valid()


@settings(deadline=None, max_examples=200)
@given(data=st.binary(max_size=400))
def test_any_bytes_give_facts_or_problems(place: Path, data: bytes) -> None:
    for prefix in (b"", b"\x08\x0a", length_field(7, data)):
        place.write_bytes(prefix + data)
        found = read(place)
        assert found.tensors is not None or len(found.problems) == 1


@settings(deadline=None, max_examples=200)
@given(
    edits=st.lists(st.tuples(st.integers(0, len(VALID) - 1), st.integers(0, 255)), max_size=4),
    cut=st.integers(0, len(VALID)),
)
def test_mutated_files_give_facts_or_problems(place: Path, edits: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(VALID)
    for at, byte in edits:
        data[at] = byte
    place.write_bytes(bytes(data[: cut if cut % 2 else None]))
    found = read(place)
    assert found.tensors is not None or len(found.problems) == 1
