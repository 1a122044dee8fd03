"""Packed and scaled weights -> the weights that the model holds, by name and shape.

Spellings: GPTQ and AWQ (AutoGPTQ, AutoAWQ), bitsandbytes 0.4x, FP8 (transformers, vLLM), compressed-tensors,
MXFP4 (gpt-oss), MLX, quanto, HQQ. ``counting`` weighs them; here only names and shapes matter.
"""

from __future__ import annotations

from collections.abc import Mapping

Shape = tuple[int, ...] | None

_CARRIERS = {
    "qweight": "packed", "weight_packed": "compressed-tensors", "W_q": "hqq", "_data": "quanto",
    "weight_q": "packed", "_packed_params": "torch",
}  # fmt: skip
"""Last segments that carry a weight under another name, and the scheme that writes it."""

_COMPANIONS = frozenset(
    {
        "qzeros", "scales", "g_idx", "perm", "workspace", "SCB", "weight_format", "absmax", "quant_map",
        "nested_absmax", "nested_quant_map", "weight_scale_inv", "weight_scale", "weight_scale_2",
        "weight_zero_point", "weight_shape", "weight_g_idx", "weight_global_scale", "input_scale",
        "input_global_scale", "output_scale", "input_zero_point", "input_activation_scale", "k_scale",
        "v_scale", "q_scale", "prob_output_scale", "_scale", "_shift", "qscale", "weight_scales",
        "weights_scaling_factor",
        "activation_scaling_factor", "meta", "s_channel", "s_group",
    }
)  # fmt: skip
"""Last segments that only say how to unpack another tensor of the same module."""

_BESIDE_WEIGHT = frozenset({"biases", "scales", "scale", "zero_point", "meta", "perm"})
"""Companions whose word is common elsewhere: they count as such only beside a ``weight`` of their module."""


_USUAL = (".weight", ".bias")
"""The ends of most names, and of none that has to do with packing."""
_WORDS = frozenset({"U8", "U32"})
"""Dtypes in which some schemes keep a ``weight`` packed."""


def unpacked(tensors: Mapping[str, Shape], dtypes: Mapping[str, str]) -> tuple[dict[str, Shape], str]:
    """Tensors as the model holds them, in order, and the scheme they were packed with ("" when none)."""
    found: dict[str, Shape] = {}
    scheme = ""
    for name, shape in tensors.items():
        if name.endswith(_USUAL) and ".quant_state." not in name:
            packs = shape is not None and dtypes.get(name) in _WORDS
            found[name] = _plain_shape(tensors, dtypes, name, shape) if packs and shape is not None else shape
            continue
        module, _, last = name.rpartition(".")
        if last.startswith("bitsandbytes__") or ".quant_state." in name:
            scheme = "bitsandbytes"
            continue
        if last in _CARRIERS:
            scheme = _CARRIERS[last]
            stem = module if last == "_data" else f"{module}.weight"
            found[stem] = _packed_shape(tensors, module, last, shape)
            continue
        if last.endswith("_blocks") and f"{module}.{last[:-7]}_scales" in tensors:
            scheme = "mxfp4"
            found[name[:-7]] = (
                None if shape is None or len(shape) < 4 else (shape[0], shape[1], shape[2] * shape[3] * 2)
            )
            continue
        if last.endswith("_scales") and f"{name[:-7]}_blocks" in tensors:
            continue
        if _is_companion(tensors, name, module, last):
            scheme = scheme or _scheme(last)
            continue
        found[name] = None if shape is None else _plain_shape(tensors, dtypes, name, shape)
    return found, scheme


def _is_companion(tensors: Mapping[str, Shape], name: str, module: str, last: str) -> bool:
    if last in _BESIDE_WEIGHT:
        return f"{module}.weight" in tensors or f"{module}.qweight" in tensors or f"{module}.W_q" in tensors
    if last in _COMPANIONS:
        return True
    return last.endswith(("_scale_inv", "_scale")) and name[: name.rindex("_scale")] in tensors


def _scheme(last: str) -> str:
    if last in {"absmax", "quant_map", "nested_absmax", "nested_quant_map", "SCB", "weight_format"}:
        return "bitsandbytes"
    if last in {"scales", "biases"}:
        return "mlx"
    return "fp8" if "scale" in last else "packed"


def _packed_shape(tensors: Mapping[str, Shape], module: str, last: str, shape: Shape) -> Shape:
    """The shape [out, in] of what a carrier packs, as far as its companions tell it."""
    if shape is None or len(shape) != 2:
        return shape if shape and last == "_data" else None
    if last == "_data":
        return shape
    if last == "weight_packed":
        scale = tensors.get(f"{module}.weight_scale")
        if scale and len(scale) == 2 and scale[1] > 1:
            per = next((size for size in (128, 64, 32, 16) if (scale[1] * size) % shape[1] == 0), 0)
            return (shape[0], scale[1] * per) if per else None
        return (shape[0], shape[1] * 8)
    order, scales = tensors.get(f"{module}.g_idx"), tensors.get(f"{module}.scales")
    if not scales or len(scales) != 2:
        return None
    outs = scales[1]
    if shape[1] == outs:  # GPTQ packs along the inputs
        return (outs, order[0] if order else shape[0] * 8)
    return (outs, shape[0])  # AWQ packs along the outputs


def _plain_shape(tensors: Mapping[str, Shape], dtypes: Mapping[str, str], name: str, shape: tuple[int, ...]) -> Shape:
    """Undo the packing of schemes that keep the name ``weight``: bitsandbytes 4-bit, MLX."""
    dtype = dtypes.get(name, "")
    module = name.rpartition(".")[0]
    if dtype == "U8" and len(shape) == 2 and shape[1] == 1:
        return None  # two values a byte in one column: only the quantisation state tells the shape
    scales = tensors.get(f"{module}.scales")
    if dtype == "U32" and len(shape) == 2 and scales and len(scales) == 2:
        groups = scales[1]
        per = next((size for size in (64, 32, 128) if shape[1] * 32 % (groups * size) == 0), 0)
        return (shape[0], groups * per) if per else None
    return shape
