"""Parameters of whole checkpoints, in each way that a name may put them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dara_lint.blueprints.fields import claims
from dara_lint.model import BITS, Graph, Node, Tensor
from dara_lint.recognize.counting import Counted, count


def checkpoint(shapes: Mapping[str, tuple[int, ...]], dtype: str = "BF16") -> list[Tensor]:
    made = [Tensor(name, shape, dtype, 0) for name, shape in shapes.items()]
    return [tensor._replace(nbytes=int(tensor.elements * BITS[dtype] // 8)) for tensor in made]


def counted(shapes: Mapping[str, tuple[int, ...]], **config: Any) -> Counted:
    return count(checkpoint(shapes), claims(config))


TINY = {"model.embed_tokens.weight": (100, 8), "model.layers.0.mlp.up_proj.weight": (32, 8), "lm_head.weight": (100, 8)}


def test_a_head_stored_beside_its_embedding_is_counted_once_when_tied() -> None:
    tied = counted(TINY, tie_word_embeddings=True)
    assert (tied.total, tied.tied, tied.head) == (800 + 256, 800, 0)
    own = counted(TINY, tie_word_embeddings=False)
    assert (own.total, own.tied, own.head) == (1600 + 256, 0, 800)
    assert own.readings == {"all parameters": 1856, "without embeddings": 256, "with one embedding": 1056}


def test_a_shared_table_stored_thrice_is_counted_once() -> None:
    t5 = counted(
        {
            "shared.weight": (100, 8),
            "encoder.embed_tokens.weight": (100, 8),
            "decoder.embed_tokens.weight": (100, 8),
            "encoder.block.0.layer.0.SelfAttention.q.weight": (8, 8),
        }
    )
    assert (t5.total, t5.tied, t5.embedding) == (864, 1600, 800)


def test_experts_give_active_parameters() -> None:
    shapes = {"model.embed_tokens.weight": (10, 4)}
    shapes |= {f"model.layers.0.block_sparse_moe.experts.{number}.w1.weight": (4, 4) for number in range(8)}
    shapes |= {"model.layers.0.mlp.shared_experts.up_proj.weight": (4, 4)}
    mixture = counted(shapes, num_local_experts=8, num_experts_per_tok=2)
    assert (mixture.total, mixture.experts, mixture.active) == (40 + 128 + 16, 128, 40 + 32 + 16)
    assert counted(shapes).active is None
    assert counted(shapes, num_experts_per_tok=9).active is None


def test_stacked_experts() -> None:
    mixture = counted(
        {"model.layers.0.mlp.experts.gate_up_proj": (4, 8, 8), "model.layers.0.mlp.router.weight": (4, 8)},
        num_experts_per_tok=1,
    )
    assert (mixture.total, mixture.active) == (288, 32 + 64)


def test_towers_and_embeddings_of_each_layer_are_told_apart() -> None:
    model = counted(
        {
            "model.language_model.embed_tokens.weight": (10, 4),
            "model.language_model.embed_tokens_per_layer.weight": (10, 16),
            "model.language_model.layers.0.mlp.up_proj.weight": (8, 4),
            "model.vision_tower.encoder.layers.0.fc1.weight": (4, 4),
            "model.multi_modal_projector.linear.weight": (4, 4),
        }
    )
    assert (model.total, model.towers, model.per_layer) == (264, 32, 160)
    assert model.readings["the language model"] == 232
    assert model.readings["effective"] == 72
    assert model.readings["without embeddings"] == 32


def test_an_adapter_is_one() -> None:
    lora = "base_model.model.model.layers.0.self_attn.q_proj.lora_{}.weight"
    adapter = counted({lora.format("A"): (8, 64), lora.format("B"): (64, 8)})
    assert (adapter.kind, adapter.total) == ("adapter", 1024)
    assert counted(TINY).kind == "model"


def test_states_of_the_optimizer_and_averaged_copies_are_left_out() -> None:
    assert counted({"optimizer.state.0": (9, 9), "model_ema.w": (2, 2), "model.diffusion_model.w": (2, 2)}).total == 4


def test_dtypes_and_bytes() -> None:
    mixed = count([*checkpoint({"a": (4, 4)}, "F32"), *checkpoint({"b": (8, 8)}, "F16")])
    assert mixed.dtypes == {"F16": 64, "F32": 16}
    assert mixed.nbytes == 64 + 128
    assert mixed.exact


def test_unexplained_integers_make_the_count_inexact() -> None:
    assert not count(checkpoint({"a.weight": (4, 4)}, "U8")).exact


def test_initializers_of_a_graph() -> None:
    tensors = [
        Tensor("w", (64, 32), "I8", 2048),
        Tensor("w_scale", (32,), "F32", 128),
        Tensor("w_zero", (32,), "I8", 32),
        Tensor("packed", (64, 4, 16), "U8", 4096),
        Tensor("s", (256,), "F32", 1024),
        Tensor("shape", (4,), "I64", 32),
        Tensor("sizes", (4,), "F32", 16),
        Tensor("half", (), "F32", 4),
        Tensor("bias", (64,), "F32", 256),
        Tensor("table", (10, 8), "U8", 80),
    ]
    inner = Graph(nodes=(Node("Resize", "", "", ("x", "", "sizes"), ("y",)),))
    graph = Graph(
        nodes=(
            Node("DequantizeLinear", "", "", ("w", "w_scale", "w_zero"), ("d",)),
            Node("MatMulNBits", "com.microsoft", "", ("x", "packed", "s"), ("y",), {"K": 128, "N": 64, "bits": 4}),
            Node("GatherBlockQuantized", "com.microsoft", "", ("table", "ids", "t"), ("z",), {"bits": 4}),
            Node("If", "", "", ("c",), ("o",), {}, (inner,)),
        )
    )
    found = count(tensors, graph=graph)
    assert found.total == 64 * 32 + 128 * 64 + 64 + 160
    assert found.dtypes == {"U8": 128 * 64 + 160, "I8": 2048, "F32": 64}
