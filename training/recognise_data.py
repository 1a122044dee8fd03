"""The corpus as the recogniser sees it: samples, and the ways in which evidence is partial or odd."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from dara_lint.recognize.evidence import Evidence, of_tensors

Named = list[tuple[str, tuple[int, ...] | None]]


@dataclass(frozen=True)
class Sample:
    """A synthetic checkpoint: library, its version, model type, class, number of the size, tensors in order."""

    library: str
    version: str
    label: str
    name: str
    number: int
    tensors: Named

    @cached_property
    def evidence(self) -> Evidence:
        """Its evidence, whole and clean."""
        return evidence(self.tensors)

    @cached_property
    def signature(self) -> frozenset[str]:
        """Its masked patterns: samples that share them cannot be told apart by names."""
        return self.evidence.full


def evidence(tensors: Named, *, whole: bool = True) -> Evidence:
    """Evidence of named shapes."""
    return of_tensors(((name, shape, "") for name, shape in tensors), whole=whole)


def load(folder: Path, version: str) -> Iterator[Sample]:
    """The samples of one version (``5.23.0``, ``diffusers-0.42.1``) of the corpus in ``folder``."""
    library = version.rpartition("-")[0] or "transformers"
    for path in sorted((folder / version).glob("*.jsonl.gz")):
        with gzip.open(path, "rt") as file:
            for line in file:
                row = json.loads(line)
                tensors: Named = [(name, tuple(shape)) for name, shape in row["tensors"]]
                yield Sample(library, version, row["type"], row["class"], row["sample"], tensors)


def shard(tensors: Named, chance: random.Random, share: float = 0.3) -> Named:
    """A run of about that share of the tensors, as a shard holds them."""
    size = max(1, round(len(tensors) * share))
    start = chance.randrange(len(tensors) - size + 1)
    return tensors[start : start + size]


def scattered(tensors: Named, chance: random.Random, share: float = 0.3) -> Named:
    """That share of the tensors, drawn singly."""
    size = max(1, round(len(tensors) * share))
    return [tensors[at] for at in sorted(chance.sample(range(len(tensors)), size))]


def _word(chance: random.Random) -> str:
    return "".join(chance.choice("abcdefghijklmnoprstuvw") for _ in range(chance.randint(3, 9)))


def renamed(tensors: Named, chance: random.Random, share: float = 0.4) -> Named:
    """That share of the distinct segments (indices apart) under other words, the same one each time."""
    words = sorted({segment for name, _ in tensors for segment in name.split(".") if not segment.isdigit()})
    other = {word: _word(chance) if chance.random() < share else word for word in words}
    return [(".".join(other.get(segment, segment) for segment in name.split(".")), shape) for name, shape in tensors]


def prefixed(tensors: Named, chance: random.Random) -> Named:
    """All names behind one or two unknown segments."""
    front = ".".join(_word(chance) for _ in range(chance.randint(1, 2)))
    return [(f"{front}.{name}", shape) for name, shape in tensors]


def sentence(tensors: Named, chance: random.Random) -> Named:
    """The transformer among the modules of a SentenceTransformer, as its state dict or an export of it has them."""
    front = chance.choice(("0.auto_model.", "model.0.auto_model.", "0.model."))
    return [(front + name, shape) for name, shape in tensors]


def stripped(tensors: Named, _: random.Random) -> Named:
    """The first segment taken away where there is one to take."""
    return [(name.split(".", 1)[1] if name.count(".") > 1 else name, shape) for name, shape in tensors]


def nameless(tensors: Named, _: random.Random) -> Named:
    """No names: shapes and their order alone."""
    return [(f"t{number}", shape) for number, (_, shape) in enumerate(tensors)]


def shapeless(tensors: Named, _: random.Random) -> Named:
    """Names alone, as an index tells them."""
    return [(name, None) for name, _ in tensors]


TARGETS = (
    ("q_proj", "v_proj"), ("q_proj", "k_proj", "v_proj", "o_proj"),
    ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"),
    ("query", "value"), ("query", "key", "value", "dense"), ("query_key_value",), ("c_attn",),
    ("c_attn", "c_proj", "c_fc"),
    ("q", "v"), ("q", "k", "v", "o", "wi", "wo", "wi_0", "wi_1"), ("qkv_proj", "o_proj"), ("Wqkv", "out_proj"),
    ("in_proj", "out_proj"), ("q_lin", "v_lin"), ("qkv",), ("to_q", "to_k", "to_v", "to_out.0"), ("fc1", "fc2"),
    ("query_proj", "value_proj"), ("att_proj",), ("wq", "wv"), ("x_proj", "in_proj"), ("out_proj", "q_proj"),
)  # fmt: skip
"""The target modules that PEFT adapts by default, by family (``peft/utils/constants.py``), and usual ones."""


def adapter(tensors: Named, chance: random.Random) -> Named | None:
    """A LoRA adapter over usual target modules, as PEFT saves it; None when the model has none of them."""
    sizes = {name: shape for name, shape in tensors if name.endswith(".weight") and shape and len(shape) == 2}
    modules = {name.removesuffix(".weight"): shape for name, shape in sizes.items()}
    fitting = [
        chosen
        for targets in TARGETS
        if (chosen := [module for module in modules if module.endswith(tuple(f".{target}" for target in targets))])
    ]
    if not fitting and re.search(r"\d", "".join(modules)):  # "all-linear": every linear module of a layer
        chosen = [module for module in modules if re.search(r"\.\d+\.", module)]
        fitting = [chosen] if chosen else []
    if not fitting:
        return None
    rank = chance.choice([4, 8, 16, 32, 64])
    out: Named = []
    for module in chance.choice(fitting):
        rows, columns = modules[module]  # two dimensions, as chosen above
        out += [
            (f"base_model.model.{module}.lora_A.weight", (rank, columns)),
            (f"base_model.model.{module}.lora_B.weight", (rows, rank)),
        ]
    return out


def packed(tensors: Named, chance: random.Random) -> Named | None:
    """Layers' matrices packed as one of five quantisers stores them; None when there are none.

    GPTQ and AWQ (AutoGPTQ, AutoAWQ: 4 bits, groups of 128), FP8 with block scales (transformers), bitsandbytes NF4,
    compressed-tensors (vLLM).
    """
    method = chance.choice(("gptq", "awq", "fp8", "nf4", "compressed-tensors"))
    out: Named = []
    changed = False
    for name, shape in tensors:
        if not (
            shape and len(shape) == 2 and name.endswith(".weight") and re.search(r"\.\d+\.", name) and min(shape) > 8
        ):
            out.append((name, shape))
            continue
        changed = True
        module = name.removesuffix(".weight")
        rows, columns = shape
        groups = max(1, columns // 128)
        if method == "gptq":
            out += [
                (f"{module}.qweight", (columns // 8, rows)), (f"{module}.qzeros", (groups, rows // 8)),
                (f"{module}.scales", (groups, rows)), (f"{module}.g_idx", (columns,)),
            ]  # fmt: skip
        elif method == "awq":
            out += [
                (f"{module}.qweight", (columns, rows // 8)), (f"{module}.qzeros", (groups, rows // 8)),
                (f"{module}.scales", (groups, rows)),
            ]  # fmt: skip
        elif method == "fp8":
            out += [(name, shape), (f"{name}_scale_inv", (-(-rows // 128), -(-columns // 128)))]
        elif method == "nf4":
            out += [
                (name, (rows * columns // 2, 1)), (f"{name}.absmax", (rows * columns // 64,)),
                (f"{name}.quant_map", (16,)), (f"{name}.quant_state.bitsandbytes__nf4", (90,)),
            ]  # fmt: skip
        else:
            out += [
                (f"{module}.weight_packed", (rows, columns // 8)), (f"{module}.weight_scale", (rows, groups)),
                (f"{module}.weight_shape", (2,)),
            ]  # fmt: skip
    return out if changed else None


def first(samples: Iterable[Sample], most: int, seed: int) -> list[Sample]:
    """At most that many samples, drawn with a seed."""
    everything = list(samples)
    random.Random(seed).shuffle(everything)
    return everything[:most]
