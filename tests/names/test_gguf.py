"""The names of gguf-py's own test of names, and gguf-py itself as an oracle.

``NAMES`` are all names of ``gguf-py/tests/test_metadata.py`` (llama.cpp, MIT; read in the sdist of llama-cpp-python
0.3.36, which vendors llama.cpp; the sdist of gguf itself carries no tests). Beside each stands what the test expects of
owner, size label and version, wherever that is no matter of taste; what gguf-py calls base name and fine-tune has no
counterpart here. Where our answer is another, ``TASTE`` says why.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest
from gguf import Metadata

from dara_lint.names import Element, parse


class Expected(NamedTuple):
    """Owner, size label (our normal form), version and task words that the test of gguf-py expects."""

    owner: str | None = None
    size: str = ""
    version: str = ""
    tasks: tuple[str, ...] = ()


B = 10**9
NAMES: dict[str, Expected] = {
    "Mistral/Mixtral-8x7B-Instruct-v0.1": Expected("Mistral", f"8x{7 * B}", "v0.1", ("Instruct",)),
    "Mixtral-8x7B-Instruct-v0.1": Expected(None, f"8x{7 * B}", "v0.1", ("Instruct",)),
    "Mixtral-8x7B-Instruct": Expected(None, f"8x{7 * B}", "", ("Instruct",)),
    "Mixtral-8x7B-v0.1": Expected(None, f"8x{7 * B}", "v0.1"),
    "Mixtral-8x7B": Expected(None, f"8x{7 * B}"),
    "Mixtral-v0.1": Expected(None, "", "v0.1"),
    "Mixtral": Expected(),
    "NousResearch/Meta-Llama-3-8B": Expected("NousResearch", str(8 * B)),
    "Qwen1.5-MoE-A2.7B-Chat": Expected(None, "A2700000000", "", ("Chat",)),
    "Qwen2-57B-A14B-Instruct": Expected(None, f"{57 * B}-A{14 * B}", "", ("Instruct",)),
    "microsoft/Phi-3-mini-4k-instruct": Expected("microsoft", "mini", "", ("instruct",)),
    "delphi-suite/stories-llama2-50k": Expected("delphi-suite", "50000"),
    "DeepSeek-Coder-V2-Lite-Instruct": Expected(None, "", "", ("Instruct",)),
    "crestf411/daybreak-kunoichi-2dpo-7b": Expected("crestf411", str(7 * B)),
    "Qwen2-0.5B-Instruct": Expected(None, "500000000", "", ("Instruct",)),
    "smallcloudai/Refact-1_6B-fim": Expected("smallcloudai", "1600000000", "", ("fim",)),
    "UCLA-AGI/Gemma-2-9B-It-SPPO-Iter3": Expected("UCLA-AGI", str(9 * B), "Iter3", ("It",)),
    "NousResearch/Hermes-2-Theta-Llama-3-8B": Expected("NousResearch", str(8 * B)),
    "SeaLLMs/SeaLLMs-v3-7B-Chat": Expected("SeaLLMs", str(7 * B), "", ("Chat",)),
    "internlm/internlm2_5-7b-chat-1m": Expected("internlm", str(7 * B), "", ("chat",)),
    "pszemraj/jamba-900M-v0.13-KIx2": Expected("pszemraj", "900000000", "v0.13"),
    "state-spaces/mamba-2.8b-hf": Expected("state-spaces", "2800000000"),
    "abacaj/llama-161M-100B": Expected("abacaj", "161000000"),
    "SparseLLM/relu-100B": Expected("SparseLLM"),
    "bigscience/bloom-7b1-petals": Expected("bigscience", "7100000000"),
    "MaziyarPanahi/GreenNode-mini-7B-multilingual-v1olet-Mistral-7B-Instruct-v0.1": Expected(
        "MaziyarPanahi", str(7 * B), "v0.1", ("Instruct",)
    ),
    "mistralai/Mistral-Nemo-Instruct-2407": Expected("mistralai", "", "2407", ("Instruct",)),
    "deepseek-ai/DeepSeek-V2-Chat-0628": Expected("deepseek-ai", "", "0628", ("Chat",)),
    "OpenGVLab/Mini-InternVL-Chat-2B-V1-5": Expected("OpenGVLab", str(2 * B), "V1-5", ("Chat",)),
    "jondurbin/bagel-dpo-2.8b-v0.2": Expected("jondurbin", "2800000000", "v0.2"),
    "voxmenthe/SFR-Iterative-DPO-LLaMA-3-8B-R-unquantized": Expected("voxmenthe", str(8 * B)),
    "microsoft/Florence-2-base": Expected("microsoft"),
    "mistralai/-Mistral--Nemo-Base-2407-": Expected("mistralai", "", "2407"),
    "Llama-3-Instruct-abliteration-LoRA-8B": Expected(None, str(8 * B), "", ("Instruct",)),
    "hermes-2-pro-llama-3-8b-DPO": Expected(None, str(8 * B)),
}

TASTE = {
    "microsoft/Phi-3-mini-4k-instruct": "`mini` is a size word here, no count",
    "delphi-suite/stories-llama2-50k": "gguf-py is told the true count; without it `50k` is a context more often",
    "UCLA-AGI/Gemma-2-9B-It-SPPO-Iter3": "a round of the training, a characteristic of the run",
}
"""Names for which our answer on the size or the version is another, and why."""


def sizes(name: str) -> set[str]:
    """The normal forms of the parameters in a name, a size that is said twice once."""
    return {segment.normal for segment in parse(name).of(Element.parameters)}


@pytest.mark.parametrize("name", NAMES)
def test_owner(name: str) -> None:
    assert parse(name).owner == NAMES[name].owner


@pytest.mark.parametrize(
    "name", sorted(NAMES.keys() - {"microsoft/Phi-3-mini-4k-instruct", "delphi-suite/stories-llama2-50k"})
)
def test_size(name: str) -> None:
    assert sizes(name) == ({NAMES[name].size} - {""})


@pytest.mark.parametrize("name", sorted(name for name, expected in NAMES.items() if expected.version))
def test_version(name: str) -> None:
    versions = [segment.text for segment in parse(name).of(Element.version)]
    assert (NAMES[name].version in versions) is (name not in TASTE)


@pytest.mark.parametrize("name", sorted(name for name, expected in NAMES.items() if expected.tasks))
def test_fine_tune(name: str) -> None:
    tasks = [segment.text for segment in parse(name).of(Element.task)]
    assert set(NAMES[name].tasks) <= set(tasks)


def test_matters_of_taste_are_read() -> None:
    assert [s.normal for s in parse("microsoft/Phi-3-mini-4k-instruct").of(Element.size)] == ["mini"]
    assert [s.normal for s in parse("stories-llama2-50k").of(Element.characteristic)] == ["context=50000"]
    assert [s.normal for s in parse("Gemma-2-9B-It-SPPO-Iter3").of(Element.characteristic)] == ["steps=3"]
    assert TASTE.keys() <= NAMES.keys()


FURTHER = (
    "internlm/internlm2-chat-20b", "google/gemma-2-27b-it", "LLaMA-Pro-8B", "Salesforce/xgen-7b-8k-base",
    "EleutherAI/pythia-1.4b-deduped", "HuggingFaceTB/SmolLM-360M-Instruct", "internlm/internlm2_5-1_8b-chat",
    "EuroLLM/EuroLLM-1.7B-Instruct", "bigscience/bloom-560m", "tiiuae/falcon-40b", "Yarn-Llama-2-7b-128k",
    "stabilityai/stablelm-2-1_6b-chat", "ibm-granite/granite-3.0-1b-a400m-instruct", "mistralai/Mixtral-8x22B-v0.1",
    "gradientai/Llama-3-8B-Instruct-262k", "TinyLlama/TinyLlama-1.1B-Chat-v1.0",
)  # fmt: skip
"""Names that the test does not hold, with gguf-py as installed for an oracle."""

UNIT = {"K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}
NO_COUNT = frozenset({"8K", "128K", "4K", "262K"})
"""Context lengths, which gguf-py takes for sizes when it is not told the true number of parameters."""


def normal(label: str) -> str:
    """gguf-py's label in our normal form: ``8x7B``, ``A2.7B``, ``7.1B``."""
    match = re.fullmatch(r"(?:(\d+)x)?(A?)([\d.]+)([KMBT])", label)
    assert match is not None, label
    count = round(float(match[3]) * UNIT[match[4]])
    return f"{match[1]}x{count}" if match[1] else f"{match[2]}{count}"


@pytest.mark.parametrize("name", FURTHER)
def test_sizes_are_gguf_pys(name: str) -> None:
    size = Metadata.get_model_id_components(name)[5]
    numbers = [part for part in (size or "").split("-") if re.search(r"\d", part) and part.upper() not in NO_COUNT]
    ours = "-".join(segment.normal for segment in parse(name).of(Element.parameters))
    assert ours == "-".join(normal(part.upper().replace("X", "x")) for part in numbers)
