"""Quantised weights as the tensors that they stand for: names without the quantiser's, shapes unpacked.

Layouts: GPTQ and AWQ keep ``qweight`` as int32 words, (in · bits / 32, out) and (in, out · bits / 32), with
``scales``, ``qzeros``, ``g_idx``; compressed-tensors keeps ``weight_packed`` as (out, in · bits / 32); bitsandbytes
keeps the weight as bytes with ``absmax`` and ``quant_state``, or as int8 with ``SCB``; MLX keeps words in ``weight``
beside ``scales`` and ``biases``; FP8 keeps the shape and adds scales; MXFP4 splits into ``_blocks`` and ``_scales``.
Sources: AutoGPTQ 0.7, AutoAWQ 0.2, compressed-tensors 0.9, bitsandbytes 0.45, mlx-lm 0.20, transformers 5.23.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence

from dara_lint.blueprints.evidence import Shape
from dara_lint.model import Json, Tensor

METHODS = frozenset({"gptq", "awq", "bitsandbytes", "compressed-tensors", "fp8", "fbgemm_fp8", "mxfp4", "mlx"})
"""Values of ``quant_method`` whose layouts are known."""

_EXTRA = re.compile(
    r"\.(qzeros|g_idx|scales|weight_scale|weight_scale_inv|weight_scale_2|input_scale|output_scale|activation_scale_ub"
    r"|weight_zero_point|weight_shape|weight_g_idx|absmax|quant_map|nested_absmax|nested_quant_map|SCB|weight_format"
    r"|k_scale|v_scale|q_scale|kv_cache_scale)$|\.weight\.(absmax|quant_map|nested_absmax|nested_quant_map|quant_state\.\S+)$"
    r"|(?<=[a-z0-9])_scales$"
)
"""Tensors that a quantiser adds."""
_DIGITS = re.compile(r"\d+")


def method_of(config: Mapping[str, Json]) -> str:
    """The ``quant_method`` of a config; ``mlx`` for its ``quantization``, "" for none, "?" for one unnamed."""
    table = config.get("quantization_config")
    if isinstance(table, dict):
        if isinstance(config.get("quantization"), dict) and "quant_method" not in table:
            return "mlx"
        name = table.get("quant_method")
        if isinstance(name, str):
            return name
        return "bitsandbytes" if table.get("load_in_4bit") or table.get("load_in_8bit") else "?"
    return "mlx" if isinstance(config.get("quantization"), dict) else ""


def _bits(config: Mapping[str, Json]) -> int:
    table = config.get("quantization_config")
    value = table.get("bits", table.get("w_bit", 4)) if isinstance(table, dict) else 4
    return value if isinstance(value, int) and value in {2, 3, 4, 8} else 4


def unpacked(tensors: Sequence[Tensor], config: Mapping[str, Json], promised: Container[str] = ()) -> dict[str, Shape]:
    """Name → shape of the weights that the tensors stand for; None where packing hides the shape.

    A tensor whose name alone is known has an empty dtype and stays without a shape. ``promised`` are the names,
    numbers masked by ``#``, that the config promises: of the biases that GPTQ writes for every layer these count.
    """
    method, bits = method_of(config), _bits(config)
    names = {tensor.name for tensor in tensors}
    out: dict[str, Shape] = {}
    for tensor in tensors:
        name = tensor.name
        if _EXTRA.search(name) or (method == "mlx" and name.endswith(".biases")):
            continue
        known: Shape = tensor.shape if tensor.dtype else None
        if name.endswith(".qweight"):
            out[name.removesuffix("qweight") + "weight"] = _words(known, bits, first=method != "awq")
        elif name.endswith(".weight_packed"):
            out[name.removesuffix("_packed")] = None
        elif name.endswith("_blocks"):
            out[name.removesuffix("_blocks")] = None
        elif name.endswith(".weight") and (f"{name}.absmax" in names or name[:-6] + "scales" in names):
            out[name] = None
        elif name.endswith(".bias") and name[:-4] + "qweight" in names and method == "gptq":
            if _DIGITS.sub("#", name) in promised:  # quantisers write one whether the layer has one or not
                out[name] = known
        else:
            out[name] = known
    return out


def _words(shape: Shape, bits: int, *, first: bool) -> Shape:
    """(out, in) of a weight whose first or second dimension was packed into words of 32 bits."""
    if shape is None or len(shape) != 2:
        return None
    rows, columns = shape
    return (columns, rows * 32 // bits) if first else (columns * 32 // bits, rows)
