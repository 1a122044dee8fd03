"""Weight files put together: what real repositories hold, rebuilt by hand."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dara_lint.model import Checkpoint, Index, LfsPointer, WeightFile
from dara_lint.readers.checkpoints import SPLIT_LIMIT, assemble
from dara_lint.readers.weights import FORMATS

POINTER = LfsPointer("0" * 64, 135)


def _files(*paths: str) -> list[WeightFile]:
    return [WeightFile(path, FORMATS[path.rpartition(".")[2].lower()], 9) for path in paths]


def _index(path: str, shards: Iterable[str]) -> Index:
    return Index(path, {f"layer.{at}": shard for at, shard in enumerate(shards)})


def _outline(checkpoints: Iterable[Checkpoint]) -> list[tuple[str, list[str], list[str]]]:
    return [
        (checkpoint.path, [file.path for file in checkpoint.files], list(checkpoint.missing))
        for checkpoint in checkpoints
    ]


def _shards(stem: str, numbers: Iterable[int], total: str, suffix: str = "safetensors") -> list[str]:
    return [f"{stem}-{number:05d}-of-{total}.{suffix}" for number in numbers]


def _assemble(
    paths: Iterable[str], indexes: Iterable[Index] = (), part: str = "", others: Iterable[str] = ()
) -> tuple[Checkpoint, ...]:
    files, indexes = _files(*paths), list(indexes)
    present = [*(file.path for file in files), *(index.path for index in indexes), *others]
    return assemble(part, files, indexes, present)


def test_an_index_takes_its_shards_whatever_the_width_of_their_numbers() -> None:
    shards = _shards("model", range(1, 9), "000008")
    found = _assemble(shards, [_index("model.safetensors.index.json", shards)])
    assert _outline(found) == [("model.safetensors.index.json", shards, [])]
    assert found[0].format == "safetensors"


def test_shards_that_the_folder_lacks_are_missing() -> None:
    shards = _shards("model", range(1, 6), "00005")
    found = _assemble(shards[4:], [_index("model.safetensors.index.json", shards)])
    assert _outline(found) == [("model.safetensors.index.json", shards[4:], shards[:4])]


def test_a_shard_that_is_there_but_is_no_weights_is_not_missing() -> None:
    shards = _shards("model", (1, 2), "00002")
    found = _assemble(shards[:1], [_index("model.safetensors.index.json", shards)], others=shards[1:])
    assert _outline(found) == [("model.safetensors.index.json", shards[:1], [])]


def test_an_index_without_any_shard_is_a_checkpoint() -> None:
    shards = _shards("pytorch_model", range(1, 5), "00004", "bin")
    found = _assemble([], [_index("pytorch_model.bin.index.json", shards)])
    assert _outline(found) == [("pytorch_model.bin.index.json", [], shards)]
    assert found[0].format == "pytorch"
    assert not found[0].complete
    assert len(found[0].tensor_names) == 4


def test_two_formats_beside_each_other_are_two_checkpoints() -> None:
    safe, torch = _shards("model", (1, 2), "00002"), _shards("pytorch_model", (1, 2), "00002", "bin")
    indexes = [_index("pytorch_model.bin.index.json", torch), _index("model.safetensors.index.json", safe)]
    assert _outline(_assemble([*torch, *safe], indexes)) == [
        ("model.safetensors.index.json", safe, []),
        ("pytorch_model.bin.index.json", torch, []),
    ]


def test_paths_below_the_root() -> None:
    shards = _shards("model", (1, 2), "00002")
    paths = [f"text_encoder/{shard}" for shard in shards]
    index = _index("text_encoder/model.safetensors.index.json", shards)
    assert _outline(_assemble(paths[:1], [index], "text_encoder")) == [
        ("text_encoder/model.safetensors.index.json", paths[:1], paths[1:])
    ]


def test_an_index_that_is_a_pointer_takes_the_files_of_its_stem() -> None:
    shards = _shards("pytorch_model", range(1, 8), "00007", "bin")
    index = Index("pytorch_model.bin.index.json", pointer=POINTER)
    assert _outline(_assemble([*shards, "other.bin"], [index])) == [
        ("other.bin", ["other.bin"], []),
        ("pytorch_model.bin.index.json", shards, []),
    ]
    assert _outline(_assemble(shards[:6], [index])) == [("pytorch_model.bin.index.json", shards[:6], shards[6:])]


def test_shards_without_an_index() -> None:
    shards = _shards("model", (1, 3, 5), "00005")
    missing = _shards("model", (2, 4), "00005")
    assert _outline(_assemble(shards)) == [(shards[0], shards, missing)]


def test_a_foreign_shard_stands_on_its_own() -> None:
    shards = _shards("model", (1, 2), "00002")
    foreign = _shards("model", (1, 2, 3), "00003")
    found = _assemble([*shards, foreign[2]], [_index("model.safetensors.index.json", shards)])
    assert _outline(found) == [
        (foreign[2], [foreign[2]], foreign[:2]),
        ("model.safetensors.index.json", shards, []),
    ]
    fourth = _shards("model", (3,), "00003")
    found = _assemble(foreign, [_index("model.safetensors.index.json", foreign[:2])])
    assert _outline(found) == [
        (fourth[0], fourth, []),
        ("model.safetensors.index.json", foreign[:2], []),
    ]


def test_a_single_file_beside_shards_is_its_own_checkpoint() -> None:
    shards = _shards("model", (1, 2), "00002")
    found = _assemble([*shards, "consolidated.safetensors"], [_index("model.safetensors.index.json", shards)])
    assert _outline(found) == [
        ("consolidated.safetensors", ["consolidated.safetensors"], []),
        ("model.safetensors.index.json", shards, []),
    ]


@pytest.mark.parametrize("name", ["model.fp16-{}-of-00002.safetensors", "model-{}-of-00002.fp16.safetensors"])
def test_shards_of_a_variant(name: str) -> None:
    plain = _shards("model", (1, 2), "00002")
    shards = [name.format("00001"), name.format("00002")]
    found = _assemble([*plain, *shards])
    assert _outline(found) == [(plain[0], plain, []), (shards[0], shards, [])]
    assert [checkpoint.variant for checkpoint in found] == ["", "fp16"]


def test_splits_of_other_widths_are_other_splits() -> None:
    paths = ["a-1-of-3.bin", "a-2-of-3.bin", "a-3-of-3.bin", "a-1-of-03.bin"]
    assert _outline(_assemble(paths)) == [
        ("a-1-of-03.bin", ["a-1-of-03.bin"], ["a-2-of-03.bin", "a-3-of-03.bin"]),
        ("a-1-of-3.bin", paths[:3], []),
    ]


def test_parts_come_in_the_order_of_their_numbers() -> None:
    paths = [f"a-{number}-of-11.bin" for number in range(2, 12)]
    assert _outline(_assemble(paths)) == [("a-2-of-11.bin", paths, ["a-1-of-11.bin"])]


def test_counting_from_zero() -> None:
    shards = _shards("model", (0, 2), "00003")
    assert _outline(_assemble(shards)) == [(shards[0], shards, _shards("model", (1,), "00003"))]


def test_split_gguf_and_other_gguf_beside_it() -> None:
    split = _shards("llama-Q4_K_M", (1, 2), "00003", "gguf")
    assert _outline(_assemble([*split, "llama-Q8_0.gguf"])) == [
        (split[0], split, _shards("llama-Q4_K_M", (3,), "00003", "gguf")),
        ("llama-Q8_0.gguf", ["llama-Q8_0.gguf"], []),
    ]


def test_ranks_of_one_model() -> None:
    paths = ["consolidated.00.pth", "consolidated.01.pth", "consolidated.03.pth"]
    assert _outline(_assemble(paths)) == [(paths[0], paths, ["consolidated.02.pth"])]


@pytest.mark.parametrize(
    ("name", "variant"),
    [
        ("model.safetensors", ""),
        ("model.fp16.safetensors", "fp16"),
        ("pytorch_model.fp16.bin", "fp16"),
        ("diffusion_pytorch_model.non_ema.bin", "non_ema"),
        ("model_quantized.onnx", "quantized"),
        ("model_quantized.firefox.onnx", "quantized.firefox"),
        ("model_O4.onnx", "O4"),
        ("model_qint8_avx512_vnni.onnx", "qint8_avx512_vnni"),
        ("decoder_model_merged_q4f16.onnx", "q4f16"),
        ("decoder_model.onnx", ""),
        ("decoder_with_past_model.onnx", ""),
        ("decoder_model_merged.onnx", ""),
        ("stage_b_bf16.safetensors", "bf16"),
        ("stage_b.safetensors", ""),
        ("gptq_model-4bit-128g.safetensors", ""),
        ("v1-5-pruned-emaonly.ckpt", ""),
        ("Copy of model.safetensors", "copy"),
        ("model (1).safetensors", "copy"),
        ("model - Copy.safetensors", "copy"),
        ("model copy.safetensors", "copy"),
        ("photocopy.safetensors", ""),
    ],
)
def test_variants(name: str, variant: str) -> None:
    assert [checkpoint.variant for checkpoint in _assemble([name])] == [variant]


def test_the_variant_of_an_index() -> None:
    for path in ("model.safetensors.index.fp16.json", "model.fp16.safetensors.index.json"):
        found = _assemble([], [_index(path, ["model.fp16-00001-of-00001.safetensors"])])
        assert [(checkpoint.variant, checkpoint.format) for checkpoint in found] == [("fp16", "safetensors")]


def test_the_usual_file_comes_before_its_variants() -> None:
    found = _assemble(["model.fp16.safetensors", "pytorch_model.bin", "model.safetensors"])
    assert [checkpoint.path for checkpoint in found] == [
        "model.safetensors", "pytorch_model.bin", "model.fp16.safetensors",
    ]  # fmt: skip


def test_a_number_that_counts_nothing_promises_nothing() -> None:
    name = f"model-00001-of-{SPLIT_LIMIT + 1}.safetensors"
    assert _outline(_assemble([name])) == [(name, [name], [])]


def test_an_index_that_names_files_outside_of_its_folder() -> None:
    found = _assemble(["x/model.safetensors"], [_index("x/model.safetensors.index.json", ["../../etc/passwd"])], "x")
    assert _outline(found) == [
        ("x/model.safetensors", ["x/model.safetensors"], []),
        ("x/model.safetensors.index.json", [], ["x/../../etc/passwd"]),
    ]


NAMES = st.lists(
    st.one_of(
        st.sampled_from(["model.safetensors", "model (1).bin", "consolidated.00.pth", "consolidated.07.pth"]),
        st.builds(
            "{}-{}-of-{}.{}".format,
            st.sampled_from(["model", "a-b", "x.fp16"]),
            st.integers(0, 12),
            st.integers(0, 12),
            st.sampled_from(["safetensors", "bin", "gguf"]),
        ),
    ),
    unique=True,
    max_size=8,
)


@settings(deadline=None, max_examples=200)
@given(names=NAMES, named=NAMES)
def test_each_file_is_in_one_checkpoint_and_no_file_is_missing(names: list[str], named: list[str]) -> None:
    indexes = [_index("model.safetensors.index.json", named)] if named else []
    found = _assemble(names, indexes)
    held = [file.path for checkpoint in found for file in checkpoint.files]
    assert sorted(held) == sorted(names)
    assert not {path for checkpoint in found for path in checkpoint.missing} & set(names)
