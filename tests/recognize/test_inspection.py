"""What ``inspect`` says where config or metadata are of another model than the weights."""

from __future__ import annotations

import json
from pathlib import Path

from dara_lint import engine
from dara_lint.recognize.inspection import Inspection, inspected
from dara_lint.settings import Settings
from tests.miniature import write

LLAMA = {
    "model.embed_tokens.weight": [1000, 64], "model.norm.weight": [64], "lm_head.weight": [1000, 64],
    **{
        f"model.layers.{{0..2}}.{part}.weight": shape
        for part, shape in {
            "input_layernorm": [64], "post_attention_layernorm": [64], "self_attn.q_proj": [64, 64],
            "self_attn.k_proj": [64, 64], "self_attn.v_proj": [64, 64], "self_attn.o_proj": [64, 64],
            "mlp.gate_proj": [128, 64], "mlp.up_proj": [128, 64], "mlp.down_proj": [64, 128],
        }.items()
    },
}  # fmt: skip
BERT = {
    "token_embd.weight": [100, 64], "token_types.weight": [2, 64], "position_embd.weight": [16, 64],
    "token_embd_norm.weight": [64],
    **{f"blk.{{0..1}}.{part}.weight": [64, 64] for part in ("attn_q", "attn_k", "attn_v", "attn_output_norm")},
}  # fmt: skip


def looked_at(folder: Path) -> Inspection:
    (repo,) = engine.read([str(folder)], lambda _: Settings(name="acme/own"))
    return inspected(repo)


def test_heads_are_those_of_a_config_that_can_be_of_the_weights(tmp_path: Path) -> None:
    write(tmp_path / "model.safetensors", {"dtype": "F16", "tensors": LLAMA})
    for model_type, heads in (("llama", 4), ("bert", None)):
        config = {"model_type": model_type, "hidden_size": 64, "num_attention_heads": 4}
        (tmp_path / "config.json").write_text(json.dumps(config), "utf-8")
        found = looked_at(tmp_path)
        assert found.heads == heads
        assert "llama" in [each.label for each in found.recognition.equals]


def test_a_gguf_file_is_believed_where_its_tensors_can_be_of_it(tmp_path: Path) -> None:
    for stated, named in (("bert", "bert"), ("acme", "acme"), ("llama", "bert")):
        recipe = {"dtype": "F16", "metadata": {"general.architecture": stated}, "tensors": BERT}
        write(tmp_path / "model.gguf", recipe)
        assert named in [each.label for each in looked_at(tmp_path).recognition.equals]
