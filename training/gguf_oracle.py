"""What llama.cpp's own converter makes of transformers' models, and what its own loader says of it: the oracle of GGUF.

Nothing is downloaded and no number made: the converter runs over tensors without data, its writer writes files with
holes, and each is held to the blueprints and given to the loader, as it is and with one thing changed at a time
(a number of the metadata, a tensor left out, a tensor of another width).

    python -m training.gguf_oracle LLAMA_CPP LOADS oracle.jsonl [--configs 1] [--only Llama]

LOADS is ``training/gguf_loads.c`` compiled against llama.cpp: it says of each path on its input whether it loads.
"""

from __future__ import annotations

import argparse
import copy
import dataclasses
import importlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dara_lint.finding import Hit
from dara_lint.model import ModelRepo, Part
from dara_lint.readers import checkpoints, gguf, listing
from dara_lint.readers.source import Entry
from dara_lint.rules.architecture.gguf_metadata import check
from dara_lint.settings import Settings
from training import zoo


def converted(folder: Path, raw: dict[str, Any], class_name: str, tensors: zoo.Tensors) -> Any:
    """The converter's writer, with the metadata and the tensors that it would write. Raises what they raise."""
    import gguf as library
    import torch

    conversion = importlib.import_module("conversion")
    lazy_tensor = conversion.LazyTorchTensor

    def lazy(shape: tuple[int, ...]) -> Any:
        meta = lazy_tensor.meta_with_dtype_and_shape(torch.float32, shape)
        return lazy_tensor(meta=meta, args=(), func=lambda: None)

    def index(self: Any, **_: Any) -> dict[str, Any]:
        found = ((name, lambda shape=shape: lazy(shape)) for name, (shape, _) in tensors.items())
        return dict(kept for item in found if (kept := self.filter_tensors(item)) is not None)

    def vocabulary(self: Any) -> None:
        self.gguf_writer.add_tokenizer_model("no_vocab")
        if f"{self.gguf_writer.arch}.vocab_size" not in self.gguf_writer.kv_data[0]:
            self.gguf_writer.add_vocab_size(int(self.hparams.get("vocab_size", 1000)))
        if self.hparams.get("type_vocab_size"):
            self.gguf_writer.add_token_type_count(self.hparams["type_vocab_size"])

    labels = {str(number): f"LABEL_{number}" for number in range(int(raw.get("num_labels", 2)))}
    hparams = {**raw, "architectures": [class_name], "id2label": labels}
    (folder / "config.json").write_text(json.dumps(hparams))
    kind = conversion.get_model_class(class_name)
    mine = type("Mine", (kind,), {"model_arch": kind.model_arch, "index_tensors": index, "set_vocab": vocabulary})
    model = mine(folder, library.LlamaFileType.ALL_F32, folder / "out.gguf", hparams=hparams)
    model.prepare_tensors()
    model.prepare_metadata(vocab_only=False)
    return model.gguf_writer


def written(writer: Any, path: Path) -> None:
    """Write the header, and as many bytes of nothing as the tensors take."""
    from gguf.gguf_writer import WriterState

    writer.path, writer.fout, writer.state = path, None, WriterState.NO_FILE
    writer.write_header_to_file(path)
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    for stream in writer.fout:
        end = -(-stream.tell() // 32) * 32
        stream.truncate(end + sum(-(-info.nbytes // 32) * 32 for info in writer.tensors[0].values()))
        stream.close()
    writer.fout = None


def variants(writer: Any) -> Iterator[tuple[str, Any]]:
    """The writer as it is (``""``), then with one thing changed."""
    yield "", writer
    values, tensors = writer.kv_data[0], writer.tensors[0]
    for key, value in list(values.items()):
        number = value.value
        if (
            "INT" in value.type.name
            and key.startswith(f"{writer.arch}.")
            and isinstance(number, int)
            and not isinstance(number, bool)
            and number > 0
        ):
            other = copy.copy(writer)
            less = number * 2 if number < 16 else number - number // 4
            other.kv_data = [{**values, key: dataclasses.replace(value, value=less)}]
            yield key.removeprefix(f"{writer.arch}."), other
    names = [name for name, info in tensors.items() if info.shape and info.shape[-1]]
    for name in (names[0], names[len(names) // 2], names[-1]):
        other = copy.copy(writer)
        other.tensors = [{each: info for each, info in tensors.items() if each != name}]
        yield f"without {name}", other
        info = tensors[name]
        shape = (*info.shape[:-1], info.shape[-1] + 32)
        other = copy.copy(writer)
        wider = dataclasses.replace(info, shape=shape, nbytes=info.nbytes // info.shape[-1] * shape[-1])
        other.tensors = [{**tensors, name: wider}]
        yield f"wider {name}", other


def said(path: Path) -> tuple[list[str], list[str]]:
    """Messages of what the rule finds in the file, and why it abstains."""
    entry = listing.entry(str(path.parent), path.name)
    assert isinstance(entry, Entry)
    found = checkpoints.assemble("", [gguf.read(entry)], [], [path.name])
    out = list(check(ModelRepo("", parts=(Part("", checkpoints=found),)), Settings()))
    return [hit.message for hit in out if isinstance(hit, Hit)], [
        skip.reason for skip in out if not isinstance(skip, Hit)
    ]


def loads(program: Path, paths: list[Path]) -> dict[str, tuple[bool, str]]:
    """Whether llama.cpp loads each file, and why not."""
    lines = "".join(f"{path}\n" for path in paths)
    done = subprocess.run([program, backends(program)], input=lines, capture_output=True, text=True, check=True)
    out = {}
    for line in done.stdout.splitlines():
        good, name, reason = (*line.split(" ", 2), "")[:3]
        out[name] = (good == "1", reason)
    return out


def backends(program: Path) -> str:
    """The folder of the backends: beside the program, or the program's own folder."""
    return str(program.resolve().parent)


def judged(writer: Any, folder: Path, program: Path) -> list[dict[str, Any]]:
    """One record for each variant: what was changed, what the loader says, what the rule says."""
    paths: dict[str, Path] = {}
    for number, (change, made) in enumerate(variants(writer)):
        paths[change] = folder / f"{number}.gguf"
        written(made, paths[change])
    answers = loads(program, list(paths.values()))
    out = []
    for change, path in paths.items():
        good, reason = answers.get(str(path), (False, "no answer"))
        hits, skips = said(path)
        out.append({"change": change, "loads": good, "reason": reason, "hits": hits, "skips": skips})
        path.unlink()
    return out


def main() -> None:
    """Convert every class that both know, and add a line for each config to OUT; what is there already is skipped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("llama", type=Path)
    parser.add_argument("loads", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--configs", type=int, default=1, help="varied configs of each class beside its default")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    sys.path[:0] = [str(options.llama), str(options.llama / "gguf-py")]
    pairs = zoo.pairs()
    convertible = importlib.import_module("conversion").TEXT_MODEL_MAP
    done = options.out.read_text().splitlines() if options.out.exists() else []
    known = {(each["type"], each["class"], each["config"]) for each in map(json.loads, done)}
    for model_type, class_name in pairs:
        if class_name not in convertible or options.only not in class_name:
            continue
        for number, raw in enumerate(_configs(model_type, class_name, options.configs)):
            record: dict[str, Any] = {"type": model_type, "class": class_name, "config": number}
            if tuple(record.values()) in known:
                continue
            with tempfile.TemporaryDirectory() as folder:
                try:
                    tensors = zoo.tensors(raw, class_name)
                    writer = converted(Path(folder), zoo.resolved(zoo.build_config(raw)), class_name, tensors)
                    written(writer, Path(folder) / "trial.gguf")
                    record |= {"architecture": writer.arch, "variants": judged(writer, Path(folder), options.loads)}
                except Exception as problem:  # noqa: BLE001 - a converter may refuse in any way it likes
                    record["refused"] = f"{type(problem).__name__}: {str(problem)[:120]}"
            with options.out.open("a") as stream:
                stream.write(json.dumps(record) + "\n")


def _configs(model_type: str, class_name: str, number: int) -> Iterator[dict[str, Any]]:
    yield zoo.small(model_type, class_name)
    yield from zoo.configs(model_type, class_name, number, 7)


if __name__ == "__main__":
    main()
