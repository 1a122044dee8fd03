"""Tensors that are no parameters: a quantiser's bookkeeping, and what torch calls buffers.

Buffers are masks, positions, rotary frequencies and the running statistics of batch normalisation:
``Module.num_parameters`` of transformers leaves them out, the hub's counter does not.
"""

from __future__ import annotations

from collections.abc import Mapping

from dara_lint.model import Tensor
from dara_lint.recognize.patterns import remembered

INTEGERS = frozenset({"U8", "I8", "U16", "I16", "U32", "I32"})
"""Dtypes that can hold packed weights."""

_is_named_buffer = remembered(
    r"(?:^|[._/])(?:position_ids|inv_freq|original_inv_freq|masked_bias|num_batches_tracked|running_mean|running_var"
    r"|relative_position_index|relative_coords_table|attn_mask|causal_mask|cos_cached|sin_cached|cos_cache|sin_cache"
    r"|rope_freqs\.weight|rope_factors_(?:long|short)\.weight|_float_tensor|freqs_cis|token_type_ids"
    r"|embeddings\.position_ids|initialized)$"
)
ROPE_WEIGHTS = ("rope_freqs.weight", "rope_factors_long.weight", "rope_factors_short.weight")
"""Buffers that GGUF calls weights; of other weights nothing need be asked."""
_is_named_mask = remembered(r"(?:^|[._])(?:attn|attention)(?:\.attention)?\.bias$")
_is_bitsandbytes = remembered(
    r"\.(?:absmax|quant_map|nested_absmax|nested_quant_map|SCB|weight_format|quant_state\.bitsandbytes__\w+)$"
)
_BESIDE_WEIGHT = frozenset(
    {
        "weight_scale", "weight_scale_inv", "weight_scale_2", "weight_global_scale", "weight_zero_point",
        "weight_shape", "weight_g_idx", "input_scale", "input_global_scale", "input_zero_point", "output_scale",
        "scale_inv", "act_scale", "weight_scales", "pre_quant_scale",
    }
)  # fmt: skip
_is_cache_scale = remembered(r"\.(?:[kqv]|prob|kv|[kv]_proj\.(?:k|v|output))_(?:scale|zero_point)$")
_BESIDE_QWEIGHT = frozenset({"qzeros", "scales", "g_idx", "perm", "workspace"})
_BESIDE_HQQ = frozenset(
    {
        "scale", "zero", "nbits", "group_size", "axis", "shape", "packing", "view_as_float", "optimize",
        "channel_wise", "round_zero", "unpack_view_dtype", "compute_dtype", "quant_scale", "quant_zero",
        "encoded_state_dict", "stores_quant_config", "offload_meta",
    }
)  # fmt: skip
_NEVER = frozenset({"I64", "U64", "BOOL", "STRING"})


def is_buffer(tensor: Tensor) -> bool:
    """Not trained: by its name, by a dtype that holds no weights, or a causal mask by its shape."""
    if tensor.dtype in _NEVER:
        return True
    name = tensor.name
    if name.endswith(".weight") and not name.endswith(ROPE_WEIGHTS):
        return False
    return _is_named_buffer(name) or _is_mask(tensor)


def _is_mask(tensor: Tensor) -> bool:
    """The causal mask that GPT-2, GPT-NeoX and GPT-J used to store: 1 × 1 × positions × positions."""
    shape = tensor.shape
    return len(shape) == 4 and shape[:2] == (1, 1) and shape[2] == shape[3] and _is_named_mask(tensor.name)


def is_bookkeeping(tensor: Tensor, byname: Mapping[str, Tensor]) -> bool:
    """Scales, zero points and the like of a packed tensor that stands beside it."""
    name = tensor.name
    module, _, last = name.rpartition(".")
    if tensor.dtype == "F8_E8M0":
        return True
    if last in {"weight", "bias"}:  # most tensors, and the ends of none of those below
        return False
    scale = last in _BESIDE_WEIGHT and last != "output_scale"  # no end of the next two
    if not scale and (_is_bitsandbytes(name) or _is_cache_scale(name)):
        return True
    if last in _BESIDE_WEIGHT:
        return f"{module}.weight" in byname or f"{module}.weight_packed" in byname or tensor.elements == 1
    if last in _BESIDE_QWEIGHT and f"{module}.qweight" in byname:
        return True
    if last in {"scales", "biases"} and is_packed_mlx(module, byname):
        return last == "scales" or tensor.dtype == byname[f"{module}.scales"].dtype
    if last in _BESIDE_HQQ and f"{module}.W_q" in byname:
        return True
    if last in {"codebooks", "scales"} and f"{module}.codes" in byname:
        return True
    if last == "scale" and (weight := byname.get(f"{module}.weight")):
        return weight.dtype in INTEGERS or weight.dtype.startswith("F8_")
    if last in {"_scale", "_shift"} and (f"{module}._data" in byname or f"{module}._data._data" in byname):
        return True
    for suffix, base in (("_scales", "_blocks"), ("_scale", ""), ("_scale_inv", ""), ("_scale_2", "")):
        if last.endswith(suffix) and (packed := byname.get(name.removesuffix(suffix) + base)):
            return packed.dtype in INTEGERS or packed.dtype.startswith(("F8_", "F4"))
    return False


def is_packed_mlx(module: str, byname: Mapping[str, Tensor]) -> bool:
    """mlx packs a module's weight into U32 and stores its scales beside it."""
    weight = byname.get(f"{module}.weight")
    return weight is not None and weight.dtype == "U32" and f"{module}.scales" in byname
