"""Which files are weights: by name, by first bytes, by what stands beside them."""

from __future__ import annotations

import json
import pickle
import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dara_lint.model import LfsPointer
from dara_lint.readers import weights
from dara_lint.readers.source import Entry

HEADER = json.dumps({"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
SAFETENSORS = struct.pack("<Q", len(HEADER)) + HEADER + bytes(4)
HDF5 = b"\x89HDF\r\n\x1a\n" + bytes(600)


def _entry(folder: Path, name: str, content: bytes) -> Entry:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return Entry(name, str(path), len(content))


@pytest.mark.parametrize(
    "path",
    [
        "model.safetensors", "gptq_model-4bit-128g.safetensors", "a/b/Copy of model.safetensors", "x.GGUF",
        "onnx/model_quantized.onnx", "pytorch_model.bin", "pytorch_model-00001-of-00002.bin", "adapter_model.bin",
        "unet/diffusion_pytorch_model.non_ema.bin", "2_Dense/pytorch_model.bin", "learned_embeds.bin",
        "v1-5-pruned.ckpt", "model.pth", "consolidated.00.pth", "best.pt", "epoch_3.bin", "tf_model.h5",
        "model.keras", "flax_model.msgpack", "model.tflite", "mp_rank_00_model_states.pt", "optimus-7b.pt",
        "encodec_32khz.pt",
    ],
)  # fmt: skip
def test_names_of_weights(path: str) -> None:
    assert weights.is_weights_name(path)


@pytest.mark.parametrize(
    "path",
    [
        "training_args.bin", "training_args (1).bin", "optimizer.pt", "optimizer.bin", "optimizer_0.bin", "optim.pt",
        "scheduler.pt", "lr_scheduler.bin", "scaler.pt", "rng_state.pth", "rng_state_0.pth", "random_states_0.pt",
        "zero_pp_rank_0_mp_rank_00_optim_states.pt", "tokenizer.bin", "vocab.bin", "tokenizer.model",
        "openvino/openvino_model.bin", "openvino_model_qint8_quantized.bin", "group1-shard1of4.bin",
        "coreml/x.mlpackage/Data/com.apple.CoreML/weights/weight.bin", "data.msgpack", "train.h5",
        "spiece.model", "model.onnx_data", "model_optimizer.pt",
        "model.lr_scheduler.bin", "firmware.bin", "README.md", "model", ".bin", "model.npz", "",
    ],
)  # fmt: skip
def test_names_of_other_things(path: str) -> None:
    assert not weights.is_weights_name(path)


def test_a_pointer_gives_its_size(tmp_path: Path) -> None:
    pointer = LfsPointer("0" * 64, 13_000_000_000)
    entry = Entry("model.safetensors", str(tmp_path / "none"), 135, pointer)
    file = weights.read(entry)
    assert file is not None
    assert (file.format, file.size, file.pointer, file.tensors) == (
        "safetensors", 13_000_000_000, pointer, None,
    )  # fmt: skip
    assert weights.read(Entry("training_args.bin", "", 129, pointer)) is None


@pytest.mark.parametrize(
    ("name", "content", "form", "count"),
    [
        ("model.safetensors", SAFETENSORS, "safetensors", 1),
        ("pytorch_model.bin", SAFETENSORS, "safetensors", 1),
        ("model.pt", pickle.dumps({"a": 1}), "pytorch", 0),
        ("pytorch_model.bin", b"cposix\nsystem\n(S'true'\ntR.", "pytorch", 0),
        ("tf_model.h5", HDF5, "h5", None),
        ("model.bin", HDF5, "h5", None),
        ("tf_model.h5", bytes(512) + HDF5, "h5", None),
        ("model.keras", b"PK\x03\x04" + bytes(90), "h5", None),
        ("flax_model.msgpack", b"\x82\xa1x" + bytes(20), "msgpack", None),
        ("model.tflite", b"\x1c\0\0\0TFL3" + bytes(20), "tflite", None),
    ],
)
def test_bytes_decide(tmp_path: Path, name: str, content: bytes, form: str, count: int | None) -> None:
    file = weights.read(_entry(tmp_path, name, content))
    assert file is not None
    assert file.format == form
    assert file.problems == ()
    assert (None if file.tensors is None else len(file.tensors)) == count


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("pytorch_model.bin", b"placeholder, see the hub\n", "text (`placeholder, see the hub`), a checkpoint"),
        ("model.bin", b"git lfs pull me\n", "text (`git lfs pull me`), a checkpoint"),
        ("pytorch_model.bin", b"", "the file is empty"),
        ("model.safetensors", b"", "the file is empty"),
        ("model.safetensors", b"<html><body>401</body></html>", "text (`<html><body>401</body></html>`)"),
        ("model.onnx", b"Entry not found", "text (`Entry not found`)"),
        ("model.safetensors", b"PK\x03\x04" + bytes(90), "a zip archive, as torch.save writes it, the suffix says"),
        ("model.safetensors", b"GGUF" + bytes(90), "a GGUF file, the suffix says safetensors"),
        ("tf_model.h5", b"\0\1\2\3" + bytes(90), "not those of a h5 file"),
        ("model.tflite", b"\0\1\2\3" + bytes(90), "not those of a tflite file"),
        ("flax_model.msgpack", b"\1\1\2\3" + bytes(90), "not those of a msgpack file"),
        ("pytorch_model.bin", b"\x17\x99\x12" + bytes(90), "neither a zip archive nor a pickle"),
        ("best.pt", b"\x80\x02}", "the pickle ends before"),
    ],
)
def test_what_should_be_weights_and_is_not(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    file = weights.read(_entry(tmp_path, name, content))
    assert file is not None
    assert file.tensors is None
    assert [problem.kind for problem in file.problems] == ["unreadable"]
    assert reason in file.problems[0].reason


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ggml-model-q4_0.bin", b"tjgg\1\0\0\0" + bytes(90)),
        ("model.bin", b"\6\0\0\0\x10\0WhisperSpec" + bytes(90)),
        ("translations.pt", "Olá, mundo\n".encode()),
        ("mindspore_model.ckpt", b"\n\x1f\n\x08x.weight" + bytes(90)),
    ],
)
def test_what_is_none_under_a_name_that_torch_does_not_own(tmp_path: Path, name: str, content: bytes) -> None:
    assert weights.read(_entry(tmp_path, name, content)) is None


def test_a_bin_beside_an_xml_is_openvino(tmp_path: Path) -> None:
    entry = _entry(tmp_path, "decoder_model.bin", bytes(90))
    (tmp_path / "decoder_model.xml").write_text("<net/>")
    assert weights.read(entry) is None


def test_a_file_that_went_away_is_a_problem(tmp_path: Path) -> None:
    file = weights.read(Entry("model.safetensors", str(tmp_path / "none"), 3))
    assert file is not None
    assert [problem.kind for problem in file.problems] == ["unreadable"]


def test_text_in_a_problem_is_short_and_on_one_line(tmp_path: Path) -> None:
    file = weights.read(_entry(tmp_path, "pytorch_model.bin", b"x" * 200 + b"\nsecond"))
    assert file is not None
    assert len(file.problems[0].reason) < 140
    assert "second" not in file.problems[0].reason


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(
        ["model.safetensors", "pytorch_model.bin", "x.pt", "m.h5", "m.keras", "model.msgpack", "m.tflite", "m.onnx",
         "m.gguf"]
    ),
    head=st.sampled_from([b"", b"GGUF", b"PK\x03\x04", b"\x80\x02", b"\x89HDF\r\n\x1a\n", b"\x08\x07", b"\x10"]),
    rest=st.binary(max_size=64),
)  # fmt: skip
def test_any_bytes_under_any_name(tmp_path: Path, name: str, head: bytes, rest: bytes) -> None:
    file = weights.read(_entry(tmp_path, name, head + rest))
    if file is None:
        assert name == "x.pt"
    elif file.format in {"safetensors", "pytorch", "onnx", "gguf"}:
        assert (file.tensors is not None) or file.problems
