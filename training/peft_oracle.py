"""Adapters as PEFT itself makes them, held to the rule: as they are, and with one thing changed at a time.

    python -m training.peft_oracle peft.json

Small models of transformers' classes on the meta device; every kind of adapter that PEFT has a default for.
"""

from __future__ import annotations

import argparse
import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from dara_lint.finding import Hit
from dara_lint.model import Checkpoint, Document, ModelRepo, Part, Tensor, WeightFile
from dara_lint.rules.architecture.adapter_tensors import check
from dara_lint.settings import Settings
from training import zoo

BASES = (
    ("llama", "LlamaForCausalLM"), ("mistral", "MistralForCausalLM"), ("qwen2", "Qwen2ForCausalLM"),
    ("gemma2", "Gemma2ForCausalLM"), ("gpt2", "GPT2LMHeadModel"), ("gpt_neox", "GPTNeoXForCausalLM"),
    ("opt", "OPTForCausalLM"), ("bloom", "BloomForCausalLM"), ("phi", "PhiForCausalLM"), ("phi3", "Phi3ForCausalLM"),
    ("t5", "T5ForConditionalGeneration"), ("bert", "BertForSequenceClassification"),
    ("roberta", "RobertaForSequenceClassification"), ("distilbert", "DistilBertForSequenceClassification"),
    ("vit", "ViTForImageClassification"), ("whisper", "WhisperForConditionalGeneration"),
    ("qwen2_moe", "Qwen2MoeForCausalLM"), ("deberta-v2", "DebertaV2ForSequenceClassification"),
)  # fmt: skip


TARGETS = {
    "phi3": ["qkv_proj", "o_proj"], "distilbert": ["q_lin", "v_lin"], "vit": ["query", "value"],
    "whisper": ["q_proj", "v_proj"], "qwen2_moe": ["q_proj", "k_proj", "v_proj", "o_proj"],
}  # fmt: skip
"""Targets of bases for which PEFT has no default."""

TINY = {
    "hidden_size": 64, "intermediate_size": 128, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16,
    "vocab_size": 500, "n_embd": 64, "n_head": 4, "d_model": 64, "encoder_attention_heads": 4,
    "decoder_attention_heads": 4, "encoder_ffn_dim": 128, "decoder_ffn_dim": 128, "d_kv": 16, "num_heads": 4,
    "d_ff": 128, "ffn_dim": 128, "word_embed_proj_dim": 64, "max_position_embeddings": 64, "n_positions": 64,
}  # fmt: skip
"""Sizes at which a base is built with numbers, since prompts start from those of its embeddings."""


def configs(class_name: str) -> Iterator[tuple[str, Any]]:
    """Adapter configs by a name of what they try."""
    import peft

    task = (
        "SEQ_CLS" if "Classification" in class_name else "SEQ_2_SEQ_LM" if "Conditional" in class_name else "CAUSAL_LM"
    )
    plain = {} if "Image" in class_name else {"task_type": task}
    yield "lora", peft.LoraConfig(r=8, **plain)
    yield "lora everywhere", peft.LoraConfig(r=16, target_modules="all-linear", **plain)
    yield "dora", peft.LoraConfig(r=4, use_dora=True, **plain)
    yield "lora in some layers", peft.LoraConfig(r=4, layers_to_transform=[1], **plain)
    yield "lora with biases", peft.LoraConfig(r=4, bias="lora_only", **plain)
    yield "rslora", peft.LoraConfig(r=4, use_rslora=True, rank_pattern={"q_proj": 8}, **plain)
    for name in ("IA3Config", "LoHaConfig", "LoKrConfig", "AdaLoraConfig", "VeraConfig", "OFTConfig", "LNTuningConfig"):
        extra = {"total_step": 100} if name == "AdaLoraConfig" else {}
        yield name, getattr(peft, name)(**extra, **plain)
    if plain:
        yield "prompt", peft.PromptTuningConfig(num_virtual_tokens=10, **plain)
        yield "p-tuning", peft.PromptEncoderConfig(num_virtual_tokens=12, encoder_hidden_size=32, **plain)
        yield "prefix", peft.PrefixTuningConfig(num_virtual_tokens=7, **plain)


def adapter(model_type: str, class_name: str, config: Any) -> tuple[dict[str, Any], dict[str, Any], list[Tensor]]:
    """The base's config.json, the adapter_config.json and the tensors that PEFT would save. Raises what PEFT raises."""
    import peft

    raw = zoo.small(model_type, class_name)
    if config.is_prompt_learning:
        raw |= {key: value for key, value in TINY.items() if isinstance(raw.get(key), int)}
    elif model_type in TARGETS and hasattr(config, "target_modules") and config.target_modules is None:
        config.target_modules = set(TARGETS[model_type])
        if config.peft_type == "IA3":
            config.feedforward_modules = set()
    base = zoo.build_config(raw)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if config.is_prompt_learning:
            built = zoo.model_class(model_type, class_name)(base)
            model = peft.get_peft_model(built, config)
        else:
            with torch.device("meta"):
                model = peft.get_peft_model(zoo.build(base, class_name), config)
        state = peft.get_peft_model_state_dict(model, save_embedding_layers=False)
    table = json.loads(json.dumps(model.peft_config["default"].to_dict(), default=_plain))
    tensors = [Tensor(name, tuple(value.shape), "F32", 0, "adapter_model.safetensors") for name, value in state.items()]
    return {**zoo.resolved(base), "architectures": [class_name]}, table, tensors


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, (set, frozenset)) else getattr(value, "value", str(value))


def said(base: dict[str, Any], table: dict[str, Any], tensors: list[Tensor]) -> list[str]:
    """Messages of the rule on such an adapter."""
    file = WeightFile("adapter_model.safetensors", "safetensors", 1, tensors=tuple(tensors))
    documents = {
        "config.json": Document("config.json", base),
        "adapter_config.json": Document("adapter_config.json", table),
    }
    part = Part("", documents, (Checkpoint("", "safetensors", (file,)),))
    return [hit.message for hit in check(ModelRepo("", parts=(part,)), Settings()) if isinstance(hit, Hit)]


def mutations(base: dict[str, Any], table: dict[str, Any], tensors: list[Tensor]) -> Iterator[tuple[str, list[str]]]:
    """What the rule says of the same adapter with one thing changed."""
    kind = table["peft_type"]
    yield "peft_type", said(base, {**table, "peft_type": "IA3" if kind != "IA3" else "LORA"}, tensors)
    targets = table.get("target_modules")
    if kind in {"LORA", "ADALORA"} and isinstance(targets, list):
        for left in targets:
            rest = [each for each in targets if each != left] or ["nothing"]
            if any(f".{left}." in tensor.name for tensor in tensors):
                yield "target_modules", said(base, {**table, "target_modules": rest}, tensors)
    if kind == "LORA":
        yield "use_dora", said(base, {**table, "use_dora": not table["use_dora"]}, tensors)
        if table.get("layers_to_transform"):
            yield "layers_to_transform", said(base, {**table, "layers_to_transform": [0]}, tensors)
        lost = [tensor for tensor in tensors if "lora_B" not in tensor.name or tensor is tensors[-1]]
        yield "lora_B lost", said(base, table, lost)
        last = max((tensor.name.partition(".lora_")[0] for tensor in tensors if ".lora_A" in tensor.name), default="")
        if len({tensor.name.partition(".lora_")[0] for tensor in tensors}) > 2:
            yield "module lost", said(base, table, [each for each in tensors if not each.name.startswith(f"{last}.")])
        for key in ("hidden_size", "d_model", "n_embd", "dim"):
            if isinstance(base.get(key), int):
                yield "base", said({**base, key: base[key] * 2}, table, tensors)
    if kind in {"PROMPT_TUNING", "P_TUNING", "PREFIX_TUNING"}:
        for key in ("num_virtual_tokens", "token_dim", *(("num_layers",) if kind == "PREFIX_TUNING" else ())):
            if isinstance(table.get(key), int):
                yield key, said(base, {**table, key: table[key] * 2}, tensors)


def main() -> None:
    """Try every base with every kind of adapter."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    zoo.pairs()
    records = []
    for model_type, class_name in BASES:
        for name, config in configs(class_name):
            record: dict[str, Any] = {"class": class_name, "adapter": name}
            try:
                made = adapter(model_type, class_name, config)
            except Exception as problem:  # noqa: BLE001 - PEFT may refuse a base in any way it likes
                records.append(record | {"refused": f"{type(problem).__name__}: {str(problem)[:100]}"})
                continue
            record |= {"tensors": len(made[2]), "said": said(*made)}
            record["mutations"] = [[change, len(found)] for change, found in mutations(*made)]
            records.append(record)
        print(class_name, flush=True)
    options.out.write_text(json.dumps(records))


if __name__ == "__main__":
    main()
