"""Exports small models of many families to ONNX and keeps their operators.

    python -m training.recognise_onnx_corpus OUT.jsonl [--only TYPE …]

Each line is ``{"type", "class", "depth", "attention", "exporter", "ops", "initializers"}``: operator types in the
graph's order and names of initializers. Two depths, two attention implementations, the legacy and the dynamo
exporter. Needs onnx and onnxscript beside torch and transformers. Families that do not export are left out, and said.
"""

from __future__ import annotations

import argparse
import copy
import json
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

import torch

from training import zoo

TEXT = """
albert bert big_bird bloom camembert codegen convbert ctrl deberta deberta-v2 distilbert electra ernie falcon fnet
funnel gemma gemma2 gpt2 gpt_bigcode gpt_neo gpt_neox gptj granite ibert layoutlm llama longformer megatron-bert
mistral mobilebert modernbert mpnet mpt nystromformer olmo olmo2 opt phi phi3 qwen2 qwen3 rembert roberta roformer
squeezebert stablelm starcoder2 xlm xlm-roberta xlnet yoso cohere glm helium persimmon
""".split()  # noqa: SIM905 - a list of words is read more easily
IMAGE = """
beit bit convnext convnextv2 cvt data2vec-vision deit dinov2 efficientnet focalnet mobilenet_v1 mobilenet_v2
mobilevit poolformer pvt regnet resnet segformer swin swinv2 van vit vit_mae vit_msn levit
""".split()  # noqa: SIM905
SPEECH = ("wav2vec2", "hubert", "wavlm", "unispeech", "sew", "audio-spectrogram-transformer")


class Plain(torch.nn.Module):  # type: ignore[misc]
    """A model that takes one tensor and gives its first output."""

    def __init__(self, model: torch.nn.Module, argument: str) -> None:
        super().__init__()
        self.model = model
        self.argument = argument

    def forward(self, value: torch.Tensor) -> torch.Tensor:
        """The first output."""
        out: torch.Tensor = self.model(**{self.argument: value}, return_dict=False)[0]
        return out


NARROW = {
    "hidden_size": 64, "d_model": 64, "n_embd": 64, "dim": 64, "emb_dim": 64, "embedding_size": 64,
    "num_attention_heads": 4, "n_head": 4, "n_heads": 4, "num_heads": 4, "num_key_value_heads": 4,
    "num_kv_heads": 4, "intermediate_size": 128, "hidden_dim": 128, "ffn_dim": 128, "ffn_hidden_size": 128,
    "d_inner": 128, "d_head": 16, "head_dim": 16, "d_ff": 128, "word_embed_proj_dim": 64, "n_inner": 128,
    "rotary_dim": 8,
}  # fmt: skip
"""Widths that most classes agree with."""


def shrunk(raw: dict[str, Any], depth: int, *, narrow: bool) -> dict[str, Any]:
    """A small config: few layers, few words, and narrow where asked for."""
    small = copy.deepcopy(raw)
    for path, value in zoo.leaves(raw):
        name = str(path[-1])
        if isinstance(value, bool) or not isinstance(value, int):
            continue
        if zoo.DEPTH.search(name) and value > 1:
            small = zoo.put(small, path, depth)
        elif "vocab" in name and value > 1000:
            small = zoo.put(small, path, 1000)
        elif narrow and name in NARROW:
            small = zoo.put(small, path, NARROW[name])
    return small


def exported(model_type: str, class_name: str, depth: int, attention: str, exporter: str) -> dict[str, Any]:
    """One line. Raises whatever building or exporting raises."""
    import onnx

    raw = zoo.defaults(model_type)
    narrow = shrunk(raw, depth, narrow=True)
    config = zoo.build_config(narrow if zoo.builds(narrow, class_name) else shrunk(raw, depth, narrow=False))
    config._attn_implementation = attention  # noqa: SLF001 - what from_pretrained sets
    config.use_cache = False
    model = zoo.model_class(model_type, class_name)(config).eval()
    if model_type in IMAGE:
        size = getattr(config, "image_size", 224)
        value, argument = torch.zeros(1, 3, *([size] * 2 if isinstance(size, int) else size)), "pixel_values"
    elif model_type in SPEECH:
        value, argument = torch.zeros(1, 4000), "input_values"
        if model_type.startswith("audio"):
            value = torch.zeros(1, config.max_length, config.num_mel_bins)
    else:
        value, argument = torch.ones(1, 16, dtype=torch.long), "input_ids"
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/m.onnx"
        if exporter == "dynamo":
            torch.onnx.export(Plain(model, argument), (value,), path, dynamo=True, verbose=False)
        else:
            torch.onnx.export(Plain(model, argument), (value,), path, dynamo=False, opset_version=17)
        graph = onnx.load(path, load_external_data=False).graph
    return {
        "type": model_type, "class": class_name, "depth": depth, "attention": attention, "exporter": exporter,
        "ops": [node.op_type for node in graph.node], "initializers": [each.name for each in graph.initializer][:400],
    }  # fmt: skip


def main() -> None:
    """Export what is not there yet."""
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", nargs="*")
    arguments = parser.parse_args()
    zoo._prepare()  # noqa: SLF001
    start = time.time()
    base = {
        name: sorted((each for kind, each in zoo.pairs() if kind == name and each.endswith("Model")), key=len)
        for name in (*TEXT, *IMAGE, *SPEECH)
    }
    plan = [("legacy", "eager", 2), ("legacy", "eager", 3), ("legacy", "sdpa", 2), ("dynamo", "sdpa", 2)]
    with arguments.out.open("a") as file:
        for model_type, classes in base.items():
            if not classes or (arguments.only and model_type not in arguments.only):
                continue
            for exporter, attention, depth in plan:
                try:
                    with zoo._Alarm(25):  # noqa: SLF001
                        row = exported(model_type, classes[0], depth, attention, exporter)
                except Exception as error:  # noqa: BLE001 - whatever a model or an exporter raises
                    print(
                        f"{model_type} {exporter} {attention}: {type(error).__name__} {str(error)[:80]!r}", flush=True
                    )
                    continue
                file.write(json.dumps(row) + "\n")
                file.flush()
            print(f"{time.time() - start:6.0f} s {model_type}", flush=True)


if __name__ == "__main__":
    main()
