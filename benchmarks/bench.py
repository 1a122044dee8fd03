"""What dara-lint costs, as ratios measured in one run (medians), beside the machine it ran on.

``python benchmarks/bench.py`` prints a Markdown table; ``--quick`` takes fewer rounds and copies. It needs the
development dependencies (onnx and safetensors are what it is compared with). Weights are sparse files: they
take no space on disk, and reading them would still cost their full size.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

PYTHON = [sys.executable, "-I"]
LINT = [*PYTHON, str(Path(sys.executable).with_name("dara-lint"))]
"""The command as a person runs it: the script that pip installs."""

PROBE = """
import json, resource, sys
sys.path.insert(0, {root!r})
{setup}
def counted():
    with open("/proc/self/io") as stream:
        return int(stream.readline().split()[1])
before, began = counted(), __import__("time").perf_counter()
{work}
seconds, read = __import__("time").perf_counter() - began, counted() - before
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({{"seconds": seconds, "read": read, "peak": peak}}))
"""
"""A process of its own that says what ``work`` took: seconds, bytes read (the kernel's count), peak memory."""


def seconds(command: Sequence[str], rounds: int) -> float:
    """Median wall time of ``command``, after one round that warms the file cache."""
    times = []
    for round_ in range(rounds + 1):
        began = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        if round_:
            times.append(time.perf_counter() - began)
    return statistics.median(times)


def probe(setup: str, work: str, rounds: int) -> dict[str, float]:
    """Medians of what ``work`` takes in a fresh process."""
    code = PROBE.format(root=str(ROOT), setup=setup, work=work)
    results: list[dict[str, float]] = [
        json.loads(subprocess.run([*PYTHON, "-c", code], capture_output=True, check=True, text=True).stdout)
        for _ in range(rounds)
    ]
    return {key: statistics.median(result[key] for result in results) for key in results[0]}


def big_safetensors(path: Path, size: int) -> int:
    """A sparse safetensors file of ``size`` bytes in 300 tensors. Returns the header's length."""
    each = size // 300 // 2 // 1024 * 1024
    header: dict[str, Any] = {
        f"model.layers.{i}.weight": {
            "dtype": "BF16",
            "shape": [each // 1024, 1024],
            "data_offsets": [i * each * 2, (i + 1) * each * 2],
        }
        for i in range(300)
    }
    text = json.dumps(header).encode()
    with path.open("wb") as stream:
        stream.write(struct.pack("<Q", len(text)) + text)
        stream.truncate(8 + len(text) + 300 * each * 2)
    return 8 + len(text)


def big_onnx(path: Path, size: int) -> int:
    """A sparse ONNX file with ``size`` bytes of inline weights in 300 tensors. Returns the graph's length."""
    import onnx

    each = size // 300 // 4 // 1024
    names = [f"model.layers.{i}.self_attn.q_proj.weight" for i in range(300)]
    nodes = [
        onnx.helper.make_node(
            "MatMul",
            [f"/model/layers.{i}/input_layernorm/output_0", names[i]],
            [f"/model/layers.{i + 1}/input_layernorm/output_0"],
            name=f"/model/layers.{i}/self_attn/q_proj/MatMul",
        )
        for i in range(300)
    ]
    graph = onnx.helper.make_graph(nodes, "main", [], [])
    body = graph.SerializeToString()
    pieces, length = [body], len(body)
    for i in range(300):
        tensor = onnx.TensorProto(name=names[i], data_type=1, dims=[each, 1024]).SerializeToString()
        raw = b"\x4a" + _varint(each * 4096)  # field 9, raw_data
        tensor_length = len(tensor) + len(raw) + each * 4096
        pieces.append(b"\x2a" + _varint(tensor_length) + tensor + raw)  # field 5, initializer
        length += len(pieces[-1]) + each * 4096
    with path.open("wb") as stream:
        stream.write(b"\x08\x0a" + b"\x42\x04\x0a\x00\x10\x15" + b"\x3a" + _varint(length) + pieces[0])
        for piece in pieces[1:]:
            stream.write(piece)
            stream.seek(each * 4096, os.SEEK_CUR)
        stream.truncate(stream.tell())
    return sum(len(piece) for piece in pieces)


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds and copies")
    quick = parser.parse_args().quick
    rounds, copies = (5, 100) if quick else (15, 1000)
    rows: list[tuple[str, str, str]] = []

    def row(what: str, value: str, goal: str) -> None:
        rows.append((what, value, goal))
        print(f"{what}: {value} ({goal})", file=sys.stderr)

    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        typical = folder / "llama-1.1b"
        _case(typical)
        nothing = seconds([*PYTHON, "-c", "pass"], rounds)
        version = seconds([*LINT, "--version"], rounds)
        row("`--version` against `python -c pass`", f"{version / nothing:.2f} x ({version * 1e3:.0f} ms)", "2.5 x")
        oracle = seconds([*PYTHON, "-c", "import onnx"], rounds)
        cold = seconds([*LINT, str(typical)], rounds)
        row("one repository, cold, against `import onnx`", f"{cold / oracle:.2f} x ({cold * 1e3:.0f} ms)", "1.5 x")
        _blueprints(typical, rounds, row)
        _files(folder, 3 if quick else 7, row)
        many = folder / "many"
        for number in range(copies):
            shutil.copytree(typical, many / f"m{number:04}" / "llama-1.1b", copy_function=_link)
        for jobs in (1, 2):
            took = seconds([*LINT, "--jobs", str(jobs), "--format", "json:/dev/null", str(many)], 3)
            row(
                f"{copies:,} repositories, `--jobs {jobs}`", f"{copies / took:.0f} a second", "100 a second with 2 jobs"
            )
    print(f"\n{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print("| what | measured | goal |\n|---|---|---|")
    for what, value, goal in rows:
        print(f"| {what} | {value} | {goal} |")


def _files(folder: Path, rounds: int, row: Callable[[str, str, str], None]) -> None:
    tensors, graph = folder / "model.safetensors", folder / "model.onnx"
    header, length = big_safetensors(tensors, 2 << 30), big_onnx(graph, 1 << 30)
    for path, needed, module, oracle, limit in (
        (tensors, header, "safetensors", "safetensors.safe_open({path!r}, 'np').keys()", header + 65_536),
        (graph, length, "onnx", "onnx.load({path!r})", length * 1.01),
    ):
        entry = f"Entry({path.name!r}, {str(path)!r}, {path.stat().st_size})"
        setup = f"from dara_lint.readers import {module} as reader\nfrom dara_lint.readers.source import Entry"
        ours = probe(setup, f"file = reader.read({entry})\nassert len(file.tensors) == 300", rounds)
        theirs = probe(f"import {module}", oracle.format(path=str(path)), min(rounds, 3))
        what = f"{path.stat().st_size / (1 << 30):.0f} GiB {module}"
        row(f"{what}: bytes read", f"{ours['read']:,.0f} of {needed:,} in header or graph", f"{limit:,.0f}")
        row(f"{what}: peak memory", f"{ours['peak'] / (1 << 20):.0f} MiB", "60 MiB")
        ratio = ours["seconds"] / theirs["seconds"]
        row(f"{what}: time against the format's own package", f"{ratio:.3f} x ({ours['seconds'] * 1e3:.1f} ms)", "-")


def _blueprints(repository: Path, rounds: int, row: Callable[[str, str, str], None]) -> None:
    """The same lint with the blueprints, and with a bundle that knows nothing; both warm."""
    setup = "\n".join(
        [
            "from dara_lint.blueprints import bundle",
            "from dara_lint.engine import run",
            "from dara_lint.settings import Settings",
            "{}",
            f"lint = lambda: run([{str(repository)!r}], lambda _: Settings())",
            "lint()",
        ]
    )
    ours = probe(setup.format(""), "lint()", rounds)
    without = probe(setup.format("bundle._of = lambda model_type: None"), "lint()", rounds)
    row(
        "one repository of 201 tensors, warm, with blueprints against without",
        f"{ours['seconds'] / without['seconds']:.2f} x ({ours['seconds'] * 1e3:.1f} ms)",
        "-",
    )
    memory = (ours["peak"] - without["peak"]) / (1 << 20)
    row("peak memory that blueprints add to that", f"{memory:.1f} MiB", "-")


def _case(target: Path) -> None:
    """A repository as most are: 201 tensors of a 1.1 B llama, its config, a card, a tokenizer's config."""
    from tests.miniature import build

    build(ROOT / "tests" / "cases" / "architecture" / "parameter-count" / "bad-bert-7b-v2", target)
    (target / "pytorch_model.bin").unlink()
    (target / ".dara-lint.yaml").write_text("name: acme/llama-1.1b\n", "utf-8")
    (target / "README.md").write_text("---\nlicense: apache-2.0\nlanguage: en\n---\n\n# llama-1.1b\n", "utf-8")
    (target / "tokenizer_config.json").write_text('{"model_max_length": 2048}\n', "utf-8")
    config = {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_size": 2048,
        "intermediate_size": 5632,
        "max_position_embeddings": 2048,
        "num_attention_heads": 32,
        "num_hidden_layers": 22,
        "num_key_value_heads": 4,
        "tie_word_embeddings": False,
        "torch_dtype": "bfloat16",
        "vocab_size": 32000,
    }
    (target / "config.json").write_text(json.dumps(config, indent=2), "utf-8")


def _link(source: str, target: str) -> None:
    """Copies share the weight file, which is sparse and would become full when copied."""
    if source.endswith(".safetensors"):
        os.link(source, target)
    else:
        shutil.copy(source, target)


if __name__ == "__main__":
    main()
