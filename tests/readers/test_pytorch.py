"""The checkpoint reader: pickles written by hand and by the standard library, archives that lie, and torch itself
where it is installed."""

from __future__ import annotations

import io
import pickle
import random
import struct
import sys
import types
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dara_lint.model import WeightFile
from dara_lint.readers import pickle_stack, pytorch
from dara_lint.readers.source import Entry, Source

QUICK = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
NONE = b"N"


def _name(module: str, name: str) -> bytes:
    return f"c{module}\n{name}\n".encode()


def _text(words: str) -> bytes:
    raw = words.encode()
    return b"X" + struct.pack("<I", len(raw)) + raw


def _number(value: int) -> bytes:
    raw = value.to_bytes(16, "little", signed=True)
    return b"\x8a\x10" + raw


def _tuple(*items: bytes) -> bytes:
    return b"(" + b"".join(items) + b"t"


def _call(maker: bytes, *arguments: bytes) -> bytes:
    return maker + _tuple(*arguments) + b"R"


def _mapping(**items: bytes) -> bytes:
    return b"}(" + b"".join(_text(key) + value for key, value in items.items()) + b"u"


def _pickle(body: bytes) -> bytes:
    return b"\x80\x02" + body + b"."


def _storage(kind: str, key: str, count: int) -> bytes:
    parts = (_text("storage"), _name("torch", kind), _text(key), _text("cpu"), _number(count))
    return _tuple(*parts) + b"Q"


def _tensor(key: str, count: int, shape: tuple[int, ...], kind: str = "FloatStorage", offset: int = 0) -> bytes:
    strides: list[int] = []
    step = 1
    for size in reversed(shape):
        strides.insert(0, step)
        step *= size
    return _call(
        _name("torch._utils", "_rebuild_tensor_v2"),
        _storage(kind, key, count),
        _number(offset),
        _tuple(*map(_number, shape)),
        _tuple(*map(_number, strides)),
        b"\x89",
        _call(_name("collections", "OrderedDict")),
    )


def _zip(body: bytes, records: dict[str, int], method: int = zipfile.ZIP_STORED, **more: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("archive/data.pkl", _pickle(body))
        for key, size in records.items():
            archive.writestr(f"archive/data/{key}", bytes(size))
        for name, content in more.items():
            archive.writestr(f"archive/{name}.pkl", content)
    return buffer.getvalue()


def _legacy(body: bytes, storages: dict[str, tuple[int, int]]) -> bytes:
    keys = b"](" + b"".join(map(_text, storages)) + b"e"
    head = [_number(pytorch.MAGIC), _number(1001), _mapping(little_endian=b"\x88"), body, keys]
    data = b"".join(struct.pack("<q", count) + bytes(count * width) for count, width in storages.values())
    return b"".join(map(_pickle, head)) + data


def _read(folder: Path, content: bytes, name: str = "pytorch_model.bin") -> WeightFile:
    path = folder / name
    path.write_bytes(content)
    return pytorch.read(Entry(f"a/{name}", str(path), len(content)))


def _facts(file: WeightFile) -> list[tuple[str, tuple[int, ...], str, int]] | None:
    return None if file.tensors is None else [tensor[:4] for tensor in file.tensors]


STATE = _mapping(weight=_tensor("0", 12, (3, 4)), bias=_tensor("1", 3, (3,), "HalfStorage"))


@pytest.mark.parametrize("layout", ["zip", "deflated", "legacy"])
def test_tensors_of_each_layout(tmp_path: Path, layout: str) -> None:
    content = {
        "zip": _zip(STATE, {"0": 48, "1": 6}),
        "deflated": _zip(STATE, {"0": 48, "1": 6}, zipfile.ZIP_DEFLATED),
        "legacy": _legacy(STATE, {"0": (12, 4), "1": (3, 2)}),
    }[layout]
    file = _read(tmp_path, content)
    assert file.problems == ()
    assert _facts(file) == [("weight", (3, 4), "F32", 48), ("bias", (3,), "F16", 6)]
    assert file.metadata["layout"] == layout.replace("deflated", "zip")
    assert file.imports == (
        "torch._utils _rebuild_tensor_v2", "torch FloatStorage", "collections OrderedDict", "torch HalfStorage",
    )  # fmt: skip
    assert {tensor.file for tensor in file.tensors or ()} == {"a/pytorch_model.bin"}


@pytest.mark.parametrize(
    ("kind", "width", "dtype"),
    [
        ("DoubleStorage", 8, "F64"), ("BFloat16Storage", 2, "BF16"), ("LongStorage", 8, "I64"),
        ("IntStorage", 4, "I32"), ("ShortStorage", 2, "I16"), ("CharStorage", 1, "I8"), ("ByteStorage", 1, "U8"),
        ("BoolStorage", 1, "BOOL"), ("ComplexFloatStorage", 8, "C64"), ("QInt8Storage", 1, "I8"),
    ],
)  # fmt: skip
def test_dtype_of_each_storage(tmp_path: Path, kind: str, width: int, dtype: str) -> None:
    file = _read(tmp_path, _zip(_mapping(x=_tensor("0", 5, (5,), kind)), {"0": 5 * width}))
    assert file.problems == ()
    assert _facts(file) == [("x", (5,), dtype, 5 * width)]


@pytest.mark.parametrize(
    ("word", "shape", "dtype", "nbytes"),
    [
        ("float8_e4m3fn", (6,), "F8_E4M3", 6), ("float8_e5m2", (6,), "F8_E5M2", 6), ("uint16", (3,), "U16", 6),
        ("float8_e8m0fnu", (6,), "F8_E8M0", 6), ("float4_e2m1fn_x2", (12,), "F4", 6),
    ],
)  # fmt: skip
def test_untyped_storage_takes_the_dtype_that_is_given(
    tmp_path: Path, word: str, shape: tuple[int, ...], dtype: str, nbytes: int
) -> None:
    given_shape = 3 if dtype == "U16" else 6
    storage = (_text("storage"), _name("torch.storage", "UntypedStorage"), _text("0"), _text("cpu"), _number(6))
    tensor = _call(
        _name("torch._utils", "_rebuild_tensor_v3"), _tuple(*storage) + b"Q", _number(0),
        _tuple(_number(given_shape)), _tuple(_number(1)), b"\x89", b"}", _name("torch", word), b"}",
    )  # fmt: skip
    file = _read(tmp_path, _zip(_mapping(x=tensor), {"0": 6}))
    assert file.problems == ()
    assert _facts(file) == [("x", shape, dtype, nbytes)]


def test_shared_storage_is_counted_once_and_every_name_given(tmp_path: Path) -> None:
    body = _mapping(
        embed=_tensor("0", 12, (3, 4)), head=_tensor("0", 12, (3, 4)),
        q=_tensor("1", 8, (4,)), k=_tensor("1", 8, (4,), offset=4),
    )  # fmt: skip
    file = _read(tmp_path, _zip(body, {"0": 48, "1": 32}))
    assert [(name, nbytes) for name, _, _, nbytes in _facts(file) or ()] == [
        ("embed", 48), ("head", 0), ("q", 16), ("k", 16),
    ]  # fmt: skip


def test_parameters_wrappers_and_training_state(tmp_path: Path) -> None:
    parameter = _call(_name("torch._utils", "_rebuild_parameter"), _tensor("0", 2, (2,)), b"\x88", NONE)
    body = _mapping(
        state_dict=_mapping(weight=parameter),
        epoch=_number(3),
        optimizer_states=b"](" + _mapping(state=_mapping(exp_avg=_tensor("1", 2, (2,)))) + b"e",
    )
    file = _read(tmp_path, _zip(body, {"0": 8, "1": 8}))
    assert _facts(file) == [("state_dict.weight", (2,), "F32", 8)]
    assert file.metadata == {
        "layout": "zip", "root": "state_dict", "training_tensors": 1, "values": {"epoch": 3},
    }  # fmt: skip


def test_a_pickled_module_gives_the_names_of_its_state_dict(tmp_path: Path) -> None:
    def module(parameters: bytes, modules: bytes) -> bytes:
        state = _mapping(_parameters=parameters, _buffers=b"}", _modules=modules, training=b"\x88")
        return _name("net", "Net") + b")\x81" + state + b"b"

    inner = module(_mapping(weight=_tensor("0", 2, (2,)), bias=NONE), b"}")
    file = _read(tmp_path, _zip(module(b"}", _mapping(layer=inner)), {"0": 8}))
    assert _facts(file) == [("layer.weight", (2,), "F32", 8)]
    assert "net Net" in file.imports


def test_torchscript_is_recognised_and_all_its_pickles_are_searched_for_imports(tmp_path: Path) -> None:
    script = _name("__torch__", "Net") + b")\x81" + _mapping(weight=_tensor("0", 2, (2,))) + b"b"
    constants = _pickle(_tuple(_name("os", "system")))
    file = _read(tmp_path, _zip(script, {"0": 8}, constants=constants))
    assert _facts(file) == [("weight", (2,), "F32", 8)]
    assert file.metadata["layout"] == "torchscript"
    assert "os system" in file.imports


@pytest.mark.parametrize(
    ("body", "imported"),
    [
        (b"cposix\nsystem\n(S'true'\ntR.", "posix system"),
        (b"(S'true'\niposix\nsystem\n.", "posix system"),
        (b"(cposix\nsystem\nS'true'\no.", "posix system"),
        (_pickle(_text("posix") + _text("system") + b"\x93" + _tuple(_text("true")) + b"R"), "posix system"),
        (
            _pickle(_text("posix") + b"q\0000" + _text("system") + b"q\x010h\0h\x01\x93)R"), "posix system",
        ),
        (_pickle(_call(_name("a", "b")) + _text("c") + b"\x93"), "<computed> c"),
        (_pickle(b"\x82\x07"), "copyreg extension_7"),
        (b"cposix\nsystem\n(S'true'\ntR", "posix system"),
        (_pickle(_name("os", "system") + b"\xff"), "os system"),
    ],
)  # fmt: skip
def test_imports_are_found_however_they_are_written(tmp_path: Path, body: bytes, imported: str) -> None:
    assert imported in _read(tmp_path, body).imports


def test_a_pickle_without_tensors_is_no_error(tmp_path: Path) -> None:
    file = _read(tmp_path, pickle.dumps({"a": [1.5, {"b": OrderedDict(c=(1, 2, b"x"))}], "n": {1, 2}}))
    assert (file.tensors, file.problems) == ((), ())
    assert file.metadata["layout"] == "pickle"


@pytest.mark.parametrize("protocol", range(1, 6))
def test_the_standard_library_writes_what_is_read(
    tmp_path: Path, protocol: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    modules = {name: types.ModuleType(name) for name in ("torch", "torch._utils")}
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)

    def rebuild(*arguments: Any) -> None:
        raise AssertionError("called")

    rebuild.__module__, rebuild.__qualname__, rebuild.__name__ = "torch._utils", "_rebuild_tensor_v2", "x"
    modules["torch._utils"]._rebuild_tensor_v2 = rebuild  # type: ignore[attr-defined]
    kind = type("FloatStorage", (), {"__module__": "torch"})
    modules["torch"].FloatStorage = kind  # type: ignore[attr-defined]

    class Saved:
        def __init__(self, shape: tuple[int, ...]) -> None:
            self.shape = shape

        def __reduce__(self) -> tuple[Any, ...]:
            return rebuild, (kind(), 0, self.shape, (1,) * len(self.shape), False, OrderedDict())

    class Saver(pickle.Pickler):
        def persistent_id(self, value: Any) -> Any:
            return ("storage", kind, "0", "cpu", 600) if isinstance(value, kind) else None

    buffer = io.BytesIO()
    rank = Saved((2, 300))
    Saver(buffer, protocol).dump({"model": OrderedDict(a=rank, b=[Saved((7,)), Saved(())], c=rank), 5: "x"})
    file = _read(tmp_path, buffer.getvalue())
    assert file.problems == ()
    assert [fact[:3] for fact in _facts(file) or ()] == [
        ("model.a", (2, 300), "F32"), ("model.b.0", (7,), "F32"), ("model.b.1", (), "F32"),
        ("model.c", (2, 300), "F32"),
    ]  # fmt: skip
    assert {"torch._utils _rebuild_tensor_v2", "torch FloatStorage"} <= set(file.imports)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"Entry not found", "neither a zip archive nor a pickle"),
        (b"(just words", "neither a zip archive nor a pickle"),
        (b"\x80\x02}(X", "the pickle ends before it is complete"),
        (b"\x80\x02h\x07.", "memo that it never made"),
        (b"\x80\x02\x85.", "more from its stack than is there"),
        (b"\x80\x02\x8e" + struct.pack("<Q", 20_000_000_000) + b"x", "20,000,000,000 bytes goes past the end"),
        (b"\x80\x02\x8d" + struct.pack("<Q", 2**64 - 1) + b"x", "goes past the end"),
        (b"\x80\x02" + b"(" * 20_000 + b".", "nests deeper than 10,000"),
        (b"\x80\x02" + b"]" * 600_000 + b".", "more than 500,000 containers"),
        (b"PK\x03\x04" + bytes(60), "zip archive without its directory"),
        (b"PK\x03\x04" + bytes(5), "too short for a zip archive"),
        (_zip(STATE, {})[:-30], "zip archive without its directory"),
    ],
)
def test_what_is_no_checkpoint_leaves_nothing(tmp_path: Path, content: bytes, reason: str) -> None:
    file = _read(tmp_path, content)
    assert file.tensors is None
    assert [problem.kind for problem in file.problems] == ["unreadable"]
    assert reason in file.problems[0].reason


def test_a_zip_archive_of_something_else(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.npy", b"123")
    assert "without data.pkl" in _read(tmp_path, buffer.getvalue()).problems[0].reason


def test_a_deflated_bomb_is_not_unpacked(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", bytes(pytorch.UNPACKED_LIMIT + 1))
    file = _read(tmp_path, buffer.getvalue())
    assert "unpacks to more than" in file.problems[0].reason


@pytest.mark.parametrize(
    ("body", "records", "pointer", "reason"),
    [
        (STATE, {"0": 48}, None, "no record data/1, which holds 6 bytes"),
        (STATE, {"0": 40, "1": 6}, None, "record data/0 of the archive has 40 bytes, its tensors take 48"),
        (_mapping(x=_tensor("0", 4, (3, 4))), {"0": 16}, "x", "reaches to byte 48 of a storage of 16"),
    ],
)
def test_storages_that_lack_bytes(
    tmp_path: Path, body: bytes, records: dict[str, int], pointer: str | None, reason: str
) -> None:
    file = _read(tmp_path, _zip(body, records))
    assert file.tensors
    assert [(problem.kind, problem.at.pointer) for problem in file.problems] == [("malformed", pointer)]
    assert reason in file.problems[0].reason


def test_a_legacy_file_that_is_cut_off(tmp_path: Path) -> None:
    content = _legacy(STATE, {"0": (12, 4), "1": (3, 2)})
    file = _read(tmp_path, content[:-4])
    assert file.tensors
    assert "ends 4 bytes or more before its tensors do" in file.problems[0].reason


@pytest.mark.parametrize("shape", [(-1,), (2**62, 4), (2**70,)])
def test_shapes_that_mean_nothing_are_not_listed(tmp_path: Path, shape: tuple[int, ...]) -> None:
    file = _read(tmp_path, _zip(_mapping(x=_tensor("0", 4, shape), y=_tensor("0", 4, (4,))), {"0": 16}))
    assert [fact[0] for fact in _facts(file) or ()] == ["y"]
    assert file.metadata["tensors_not_listed"] == 1


def test_circles_and_doubling_end(tmp_path: Path) -> None:
    circle = b"}q\0(" + _text("a") + b"h\0" + _text("b") + b"h\0u"
    file = _read(tmp_path, _pickle(circle))
    assert "nest too deep" in file.problems[0].reason
    doubling = b"](K\x01K\x02eq\0" + b"".join(b"0](h%ch%ceq%c" % (at, at, at + 1) for at in range(60))
    file = _read(tmp_path, _pickle(doubling))
    assert file.tensors is None


def test_a_long_list_shared_by_many_is_looked_at_within_the_budget(tmp_path: Path) -> None:
    body = b"](" + b"K\x01" * 100_000 + b"eq\x000](" + b"h\0" * 100_000 + b"e"
    file = _read(tmp_path, _pickle(body))
    assert "too many" in file.problems[0].reason


def test_long_text_and_bytes_are_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    original = Source.read

    def spy(source: Source, offset: int, count: int) -> bytes:
        asked.append(count)
        return original(source, offset, count)

    monkeypatch.setattr(Source, "read", spy)
    body = _mapping(blob=b"B" + struct.pack("<I", 9_000_000) + bytes(9_000_000), x=_tensor("0", 1, ()))
    file = _read(tmp_path, _pickle(body))
    assert [fact[0] for fact in _facts(file) or ()] == ["x"]
    assert sum(asked) < 300_000


def test_steps_are_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pickle_stack, "STEP_LIMIT", 1000)
    file = _read(tmp_path, _pickle(b"N0" * 600))
    assert "more than 1,000 opcodes" in file.problems[0].reason


@QUICK
@given(content=st.binary(max_size=120), head=st.sampled_from([b"", b"\x80\x02", b"(", b"PK\x03\x04"]))
def test_any_bytes_give_facts_or_a_problem(tmp_path: Path, content: bytes, head: bytes) -> None:
    file = _read(tmp_path, head + content)
    assert (file.tensors is not None) or file.problems


@QUICK
@given(seed=st.integers(0, 2**32), legacy=st.booleans())
def test_mutated_checkpoints_never_raise(tmp_path: Path, seed: int, legacy: bool) -> None:  # noqa: FBT001
    chance = random.Random(seed)
    raw = bytearray(
        _legacy(STATE, {"0": (12, 4), "1": (3, 2)}) if legacy else _zip(STATE, {"0": 48, "1": 6}, extra=b"N.")
    )
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(raw))
        match chance.randrange(3):
            case 0:
                raw[at] = chance.randrange(256)
            case 1:
                del raw[at : at + chance.randrange(1, 40)]
            case _:
                raw[at:at] = bytes(chance.randrange(256) for _ in range(chance.randrange(1, 9)))
    file = _read(tmp_path, bytes(raw))
    assert (file.tensors is not None) or file.problems


@pytest.mark.parametrize("modern", [True, False])
def test_torch_itself_where_it_is_installed(tmp_path: Path, modern: bool) -> None:  # noqa: FBT001
    torch = pytest.importorskip("torch")
    base = torch.zeros(6, 4)
    state = {
        "tied": base, "head": base, "turned": base.t(), "half": torch.zeros(3, 5, dtype=torch.bfloat16),
        "parameter": torch.nn.Parameter(torch.zeros(2, 2)), "scalar": torch.tensor(1.0),
        "empty": torch.zeros(0, 4), "eight": torch.zeros(3, dtype=torch.float8_e4m3fn),
        "truth": torch.zeros(3, dtype=torch.bool), "wave": torch.zeros(2, dtype=torch.complex64),
        "spread": torch.zeros(1, 3).expand(5, 3), "slice": torch.zeros(9)[2:5], "few": torch.eye(3).to_sparse(),
    }  # fmt: skip
    module = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4))
    path = tmp_path / "x.pt"
    spelling = {"float32": "F32", "bfloat16": "BF16", "float8_e4m3fn": "F8_E4M3", "bool": "BOOL",
                "complex64": "C64", "int64": "I64"}  # fmt: skip
    for saved in (state, module.state_dict(), module):
        torch.save(saved, path, _use_new_zipfile_serialization=modern)
        expected = saved if isinstance(saved, dict) else saved.state_dict()
        file = pytorch.read(Entry("x.pt", str(path), path.stat().st_size))
        assert file.problems == ()
        assert {tensor.name: (tensor.shape, tensor.dtype) for tensor in file.tensors or ()} == {
            name: (tuple(tensor.shape), spelling[str(tensor.dtype).removeprefix("torch.")])
            for name, tensor in expected.items()
        }
