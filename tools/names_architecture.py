"""Measure what names claim of the architecture: ``python tools/names_architecture.py ../shared/data``.

Needs transformers (any version that lists its classes; no torch). The true class of each name in
``name_registry.jsonl`` and ``name_architecture.jsonl`` is turned into its model type; classes that only exist as
remote code are in ``REMOTE``. Printed: names that claim an architecture and the share of them whose true type is
allowed; false contradictions as a share of all names; and, with true classes swapped at random between names of
different types, the share that is found.
"""

from __future__ import annotations

import argparse
import ast
import importlib.util
import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from dara_lint.names import Element, architecture_claim, parse

REMOTE = {
    "RWForCausalLM": "RefinedWebModel", "QWenLMHeadModel": "qwen", "ChatGLMModel": "chatglm",
    "ChatGLMForConditionalGeneration": "chatglm", "InternLM2ForCausalLM": "internlm2",
    "InternLMForCausalLM": "internlm", "InternLM2ForRewardModel": "internlm2", "BaiChuanForCausalLM": "baichuan",
    "BaichuanForCausalLM": "baichuan", "InternVLChatModel": "internvl_chat", "MiniCPMForCausalLM": "minicpm",
    "MiniCPMV": "minicpmv", "MiniCPMO": "minicpmo", "TelechatForCausalLM": "telechat",
    "TeleChatForCausalLM": "telechat", "TeleChat2ForCausalLM": "telechat", "XverseForCausalLM": "xverse",
    "YuanForCausalLM": "yuan", "LlavaLlamaForCausalLM": "llava_llama", "LlavaMistralForCausalLM": "llava_mistral",
    "LlavaQwenForCausalLM": "llava_qwen", "CogVLMForCausalLM": "cogvlm2",
    "InternLMXComposer2ForCausalLM": "internlmxcomposer2", "DeepseekForCausalLM": "deepseek",
    "OrionForCausalLM": "orion", "MPTForCausalLM": "mpt", "DeciLMForCausalLM": "deci",
    "AquilaForCausalLM": "aquila", "DeciCoderForCausalLM": "deci", "GPTRefactForCausalLM": "gpt_refact",
    "CodeShellForCausalLM": "codeshell", "MultiModalityCausalLM": "multi_modality", "ExaoneForCausalLM": "exaone",
    "KimiVLForConditionalGeneration": "kimi_vl", "BloomModel": "bloom",
    "StableLMEpochForCausalLM": "stablelm_epoch", "YiForCausalLM": "Yi", "MistralModel": "mistral",
    "BlueLMForCausalLM": "bluelm", "InternLM3ForCausalLM": "internlm3", "NewModel": "new",
    "NomicBertModel": "nomic_bert", "DeepseekVLV2ForCausalLM": "deepseek_vl_v2",
    "XComposer2ForCausalLM": "internlmxcomposer2", "Phi3SmallForCausalLM": "phi3small",
    "Phi3VForCausalLM": "phi3_v", "Phi4MMForCausalLM": "phi4mm",
    "MixFormerSequentialForCausalLM": "mixformer-sequential", "GPTJX": "gptj", "JinaBertForMaskedLM": "bert",
    "MolmoForCausalLM": "molmo", "KimiK2ForCausalLM": "kimi_k2", "LlavaQwen2ForCausalLM": "llava_qwen2",
    "OVISForConditionalGeneration": "ovis",
}  # fmt: skip
"""Classes of remote code and the ``model_type`` that their configs carry."""


class Record(NamedTuple):
    """A name, its family's model types (one class can serve several), the class."""

    name: str
    types: frozenset[str]
    architecture: str


def class_types() -> dict[str, set[str]]:
    """Class name → model types: REMOTE, and every pair of names in the source of transformers' ``modeling_auto``.

    The source is read and not imported, since importing it takes torch. Raises SystemExit without transformers.
    """
    found: dict[str, set[str]] = {name: {kind} for name, kind in REMOTE.items()}
    spec = importlib.util.find_spec("transformers")
    if spec is None or spec.origin is None:
        raise SystemExit("transformers is not installed")
    source = Path(spec.origin).parent / "models" / "auto" / "modeling_auto.py"
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Tuple) and len(node.elts) == 2:
            words = [leaf.value for leaf in ast.walk(node) if isinstance(leaf, ast.Constant)]
            kind = node.elts[0].value if isinstance(node.elts[0], ast.Constant) else None
            if isinstance(kind, str):
                for name in words:
                    if isinstance(name, str) and name != kind:
                        found.setdefault(name, set()).add(kind)
    return found


def records(data: Path) -> Iterator[Record]:
    """Every name whose class has a known model type; timm's class names are its model names and are left out."""
    types = class_types()
    unknown = Counter[str]()
    seen: set[str] = set()
    for stem in ("name_registry", "name_architecture"):
        for line in (data / f"{stem}.jsonl").read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            classes = (
                record.get("architectures") or [record["architecture"]]
                if "architecture" in record or record.get("architectures")
                else []
            )
            if record["name"] in seen or not classes:
                continue
            seen.add(record["name"])
            known = {kind for name in classes for kind in types.get(name, ())}
            if known:
                yield Record(record["name"], frozenset(known), classes[0])
            elif classes[0][0].isupper():
                unknown.update(classes[:1])
    print(f"classes without a model type: {unknown.total()} names, most often {unknown.most_common(12)}")


def main() -> None:
    """Print the figures; ``--wrong N`` lists false contradictions and swaps that were not found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--wrong", type=int, default=0)
    arguments = parser.parse_args()
    known = list(records(arguments.data))
    claims = {record.name: architecture_claim(parse(record.name)) for record in known}
    carries = carriers(known)
    claimed = [record for record in known if claims[record.name]]
    false = [record for record in claimed if not claims[record.name] & record.types]
    print(f"{len(known)} names with a true type, {len(carries)} carry an architecture, {len(claimed)} claim one")
    print(f"right family of those that claim one: {1 - len(false) / len(claimed):.4f}")
    print(f"false contradictions: {len(false)} of {len(known)} names = {len(false) / len(known):.4%}")
    for record in false[: arguments.wrong]:
        print(f"   {record.name}: {record.architecture}, claims {', '.join(sorted(claims[record.name]))}")
    swaps(known, claims, carries, arguments.wrong)
    silent = Counter(
        "+".join(segment.normal for segment in parse(record.name).of(Element.architecture) if segment.confidence >= 0.7)
        for record in known
        if record.name in carries and not claims[record.name]
    )
    print(f"carry one and claim none: {silent.most_common(60)}")


def carriers(known: list[Record]) -> set[str]:
    """The names that carry an architecture which was not only guessed."""
    return {
        record.name
        for record in known
        if any(segment.confidence >= 0.7 for segment in parse(record.name).of(Element.architecture))
    }


def swapped(known: list[Record]) -> dict[str, Record]:
    """For each name one record of another type, at random."""
    draw = random.Random(7)  # noqa: S311 - a sample, no secret
    others: dict[str, Record] = {}
    for record in known:
        other = draw.choice(known)
        while other.types & record.types:
            other = draw.choice(known)
        others[record.name] = other
    return others


def swaps(known: list[Record], claims: dict[str, frozenset[str]], carries: set[str], wrong: int) -> None:
    """Give each name another one's class, of another type, and count what is found."""
    others = swapped(known)
    found = total = of_claims = 0
    lines = []
    for record in known:
        other = others[record.name]
        if record.name not in carries:
            continue
        total += 1
        claim = claims[record.name]
        caught = bool(claim) and not claim & other.types
        found += caught
        of_claims += bool(claim)
        if claim and not caught:
            lines.append(f"{record.name} as {other.architecture}: allowed")
    shares = f"{found / total:.4f} of {total} names that carry an architecture, {found / of_claims:.4f} of {of_claims}"
    print(f"swapped: found {shares} that claim one")
    for line in lines[:wrong]:
        print("   " + line)


if __name__ == "__main__":
    main()
