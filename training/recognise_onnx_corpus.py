"""Exports small models of many families to ONNX and keeps their graphs.

    python -m training.recognise_onnx_corpus OUT.jsonl.gz [--only TYPE …]

Each line is ``{"type", "class", "exporter", "attention", "depth", "dynamic", "graph"}``, the graph as
``recognise_onnx`` reads it: what ``operators`` asks of it and no more. Several depths, two attention implementations,
the legacy and the dynamo exporter, fixed and dynamic axes. Needs onnx and onnxscript beside torch and transformers.
Families that do not export are left out, and said.
"""

from __future__ import annotations

import argparse
import copy
import gzip
import json
import tempfile
import time
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from dara_lint.readers import onnx
from dara_lint.readers.source import Entry
from training import zoo
from training.recognise_onnx import raw_of

TEXT = """
albert bert big_bird bloom camembert codegen convbert ctrl deberta deberta-v2 distilbert electra ernie falcon fnet
funnel gemma gemma2 gpt2 gpt_bigcode gpt_neo gpt_neox gptj granite ibert layoutlm llama longformer megatron-bert
mistral mobilebert modernbert mpnet mpt nystromformer olmo olmo2 opt phi phi3 qwen2 qwen3 rembert roberta roformer
squeezebert stablelm starcoder2 xlm xlm-roberta xlnet yoso cohere glm helium persimmon
arcee biogpt cohere2 data2vec-text ernie4_5 esm exaone4 gemma3_text glm4 hunyuan_v1_dense nemotron openai-gpt
roberta-prelayernorm roc_bert seed_oss smollm3 splinter xglm xmod modernbert-decoder clip_text_model
siglip_text_model bert-generation gpt_neox_japanese jais2 olmo3 apertus
""".split()  # noqa: SIM905 - a list of words is read more easily
IMAGE = """
beit bit convnext convnextv2 cvt data2vec-vision deit dinov2 efficientnet focalnet mobilenet_v1 mobilenet_v2
mobilevit poolformer pvt regnet resnet segformer swin swinv2 van vit vit_mae vit_msn levit
dinov2_with_registers dinov3_vit hiera ijepa mobilevitv2 pvt_v2 siglip_vision_model clip_vision_model
siglip2_vision_model blip_vision_model aimv2_vision_model dinov3_convnext swiftformer textnet donut-swin yolos glpn
""".split()  # noqa: SIM905
SPEECH = (
    "wav2vec2", "hubert", "wavlm", "unispeech", "sew", "audio-spectrogram-transformer", "data2vec-audio",
    "unispeech-sat", "wav2vec2-conformer", "sew-d",
)  # fmt: skip
PLAN = (
    ("legacy", "eager", 2, False), ("legacy", "eager", 3, False), ("legacy", "sdpa", 2, False),
    ("legacy", "sdpa", 4, True), ("dynamo", "sdpa", 2, False), ("dynamo", "eager", 3, False),
)  # fmt: skip
"""Exporter, attention implementation, depth, and whether axes are dynamic (text alone)."""


class Plain(torch.nn.Module):  # type: ignore[misc]
    """A model that takes its arguments in order and gives its first output."""

    def __init__(self, model: torch.nn.Module, arguments: Sequence[str]) -> None:
        super().__init__()
        self.model = model
        self.arguments = arguments

    def forward(self, *values: torch.Tensor) -> torch.Tensor:
        """The first output."""
        out: torch.Tensor = self.model(**dict(zip(self.arguments, values, strict=True)), return_dict=False)[0]
        return out


SECONDS = 60.0

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


def exported(
    model_type: str,
    class_name: str,
    exporter: str,
    attention: str,
    depth: int,
    dynamic: bool,  # noqa: FBT001
) -> dict[str, Any]:
    """One line. Raises whatever building or exporting raises."""
    raw = zoo.defaults(model_type)
    narrow = shrunk(raw, depth, narrow=True)
    config = zoo.build_config(narrow if zoo.builds(narrow, class_name) else shrunk(raw, depth, narrow=False))
    config._attn_implementation = attention  # noqa: SLF001 - what from_pretrained sets
    config.use_cache = False
    model = zoo.model_class(model_type, class_name)(config).eval()
    for parameter in model.parameters():  # exporters take out what adds zeros or multiplies by ones
        torch.nn.init.normal_(parameter)
    if model_type in IMAGE:
        size = getattr(config, "image_size", 224)
        value, argument = torch.zeros(1, 3, *([size] * 2 if isinstance(size, int) else size)), "pixel_values"
    elif model_type in SPEECH:
        value, argument = torch.zeros(1, 4000), "input_values"
        if model_type.startswith("audio"):
            value = torch.zeros(1, config.max_length, config.num_mel_bins)
    else:
        value, argument = torch.ones(1, 16, dtype=torch.long), "input_ids"
    values: tuple[torch.Tensor, ...] = (value,)
    arguments = [argument]
    if argument == "input_ids":
        values, arguments = (value, torch.ones_like(value)), [argument, "attention_mask"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "m.onnx")
        plain = Plain(model, arguments)
        if exporter == "dynamo":
            torch.onnx.export(plain, values, str(path), dynamo=True, verbose=False)
        else:
            axes = {name: {0: "batch", 1: "length"} for name in arguments} if dynamic else None
            torch.onnx.export(
                plain, values, str(path), dynamo=False, opset_version=14 if dynamic else 17,
                input_names=arguments, dynamic_axes=axes,
            )  # fmt: skip
        read = onnx.read(Entry("m.onnx", str(path), path.stat().st_size))
    if read.graph is None or read.tensors is None:
        raise ValueError(str(read.problems))
    return {
        "type": model_type, "class": class_name, "exporter": exporter, "attention": attention, "depth": depth,
        "dynamic": dynamic, "graph": raw_of(read.graph, read.tensors),
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
    with gzip.open(arguments.out, "at") as file:
        for model_type, classes in base.items():
            if not classes or (arguments.only and model_type not in arguments.only):
                continue
            for exporter, attention, depth, dynamic in PLAN:
                if dynamic and model_type not in TEXT:
                    continue
                try:
                    with zoo._Alarm(SECONDS):  # noqa: SLF001
                        row = exported(model_type, classes[0], exporter, attention, depth, dynamic)
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
