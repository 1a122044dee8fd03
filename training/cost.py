"""What the blueprints cost: size, loading, expecting, linting with and without them. All measured in this process."""

from __future__ import annotations

import contextlib
import gc
import json
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from dara_lint.blueprints import bundle, expect
from dara_lint.blueprints.arithmetic import UnknownValueError
from dara_lint.blueprints.compose import Part, completed, parts
from dara_lint.engine import run
from dara_lint.model import BITS, Json
from dara_lint.settings import Settings

ROUNDS = 3
BIG: dict[str, Json] = {"model_type": "mixtral", "architectures": ["MixtralForCausalLM"]}
LLAMA: dict[str, Json] = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "hidden_size": 2048,
    "intermediate_size": 5632,
    "num_attention_heads": 32,
    "num_hidden_layers": 33,
    "num_key_value_heads": 4,
    "vocab_size": 32000,
    "tie_word_embeddings": False,
    "torch_dtype": "bfloat16",
}
"""A decoder of 300 tensors."""


def cost() -> dict[str, str]:
    """Every figure, by what it says."""
    folder = Path(bundle.__file__).parent
    sizes = {file.name: file.stat().st_size for file in sorted(folder.glob("*.bin"))}
    out = {"size of the bundle of transformers": f"{sizes.pop(bundle.FILE):,} bytes"}
    if sizes:
        others = ", ".join(f"{name} {size:,}" for name, size in sizes.items())
        out["size of the others"] = f"{others}; {sum(sizes.values()):,} bytes"
    out |= _loading()
    for tensors, layers, experts in ((1_000, 32, 8), (45_000, 58, 256)):
        config: dict[str, Json] = {**BIG, "num_hidden_layers": layers, "num_local_experts": experts}
        first, expectation = _timed(lambda config=config: expect(config))  # type: ignore[misc]
        if expectation is not None:
            names, count = _timed(lambda found=expectation: sum(1 for _ in found.tensors))  # type: ignore[misc]
            out[f"expecting about {tensors:,} tensors"] = f"{first:.1f} ms; naming all {count:,} of them {names:.1f} ms"
    return out | _memory() | _lint()


def _timed(work: Callable[[], object]) -> tuple[float, object]:
    """Median milliseconds of processor time over some rounds, and what the last gave."""
    times = []
    result: object = None
    for _ in range(ROUNDS):
        gc.collect()
        began = time.process_time_ns()
        result = work()
        times.append((time.process_time_ns() - began) / 1e6)
    return statistics.median(times), result


def _loading() -> dict[str, str]:
    """A type with all its classes from a bundle of which nothing was read; one class with all that it refers to."""
    one: list[tuple[float, str]] = []
    whole: list[tuple[float, str]] = []
    opening = 0.0
    for model_type in bundle.model_types():
        gc.collect()
        classes = bundle.architectures(model_type)
        alone = [_fresh(lambda name=model_type: bundle.architectures(name)) for _ in range(ROUNDS)]  # type: ignore[misc]
        both = [_fresh(lambda pair=(model_type, classes[-1]): _loaded(*pair)) for _ in range(ROUNDS)]  # type: ignore[misc]
        opening = statistics.median(first for first, _ in alone)
        one.append((statistics.median(took for _, took in alone), model_type))
        whole.append((statistics.median(took for _, took in both), f"{classes[-1]} of {model_type}"))
    return {
        "opening the bundle": f"{opening:.1f} ms",
        "loading one type": _spread(one),
        "loading one class with all that it refers to": _spread(whole),
    }


def _loaded(model_type: str, architecture: str) -> list[Part]:
    """The parts of a class under its default config."""
    with contextlib.suppress(UnknownValueError):
        full = completed({"model_type": model_type}, bundle.LIBRARY)
        return list(parts(full, architecture, bundle.LIBRARY))
    return []


def _fresh(work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds of processor time to open the bundle, and then for the work."""
    bundle._bundle.cache_clear()  # noqa: SLF001 - what a fresh process has
    began = time.process_time_ns()
    bundle.model_types()
    opened = time.process_time_ns()
    work()
    return (opened - began) / 1e6, (time.process_time_ns() - opened) / 1e6


def _spread(times: list[tuple[float, str]]) -> str:
    worst, name = max(times)
    return f"{statistics.median(took for took, _ in times):.2f} ms at the median, {worst:.2f} ms at most ({name})"


def _memory() -> dict[str, str]:
    bundle._bundle.cache_clear()  # noqa: SLF001
    tracemalloc.start()
    expect(BIG)
    opened = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    expect(BIG)
    again = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    return {"memory while opening and expecting": f"{opened / 1e6:.1f} MB; once open, {again / 1e3:.0f} kB"}


def _lint() -> dict[str, str]:
    """A whole lint of a repository of 300 tensors, with the blueprints and with a bundle that knows nothing."""
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "llama"
        root.mkdir()
        (root / "config.json").write_text(json.dumps(LLAMA, indent=2), "utf-8")
        count = _safetensors(root / "model.safetensors")

        def lint() -> object:
            return run([str(root)], lambda _: Settings(name="acme/llama-1.5b"))

        lint()
        took, _ = _timed(lint)
        with patch.object(bundle, "_of", lambda _: None):
            without, _ = _timed(lint)
    return {f"whole lint of {count} tensors": f"{took:.1f} ms; without blueprints {without:.1f} ms"}


def _safetensors(path: Path) -> int:
    """A sparse file of the tensors that ``LLAMA`` promises; how many they are."""
    header: dict[str, Json] = {}
    end = 0
    expectation = expect(LLAMA)
    for tensor in expectation.tensors if expectation else ():
        shape = [size or 0 for size in tensor.shape]
        begin, size = end, int(BITS["BF16"] // 8)
        for dimension in shape:
            size *= dimension
        end += size
        header[tensor.name] = {"dtype": "BF16", "shape": [*shape], "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    with path.open("wb") as stream:
        stream.write(len(text).to_bytes(8, "little") + text)
        stream.truncate(8 + len(text) + end)
    return len(header)
