"""What a configuration says about quantisation: the method, the bits, the group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dara_lint.facts import fact, field
from dara_lint.model import Json


@fact
class Quantization:
    """A claim of quantised weights, and the JSON pointer of the object that makes it.

    ``method`` is lower case, as transformers spells ``quant_method`` (``gptq``, ``awq``, ``bitsandbytes``,
    ``compressed-tensors``, ``fp8``, ``mxfp4``, …), or ``mlx``, ``nvfp4``. ``bits`` are those of one weight,
    None when they are not said or differ by module. ``modules`` gives the bits of modules that have their
    own (None: not quantised), ``expert_bits`` those of routed experts.
    """

    method: str
    bits: int | None = None
    group_size: int | None = None
    pointer: str = ""
    modules: Mapping[str, int | None] = field(default_factory=dict)
    expert_bits: int | None = None

    def bits_of(self, module: str) -> int | None:
        """Bits of the weights of one module; None when unknown or not quantised."""
        return self.modules.get(module, self.bits)


_FIXED: Mapping[str, int] = {
    # methods whose name says the bits
    "fp8": 8, "fbgemm_fp8": 8, "mxfp8": 8, "mxfp4": 4, "fp_quant": 4, "nvfp4": 4, "eetq": 8, "bitnet": 2,
}  # fmt: skip
_WORDS: tuple[tuple[str, int], ...] = (
    ("nvfp4", 4), ("mxfp4", 4), ("fp4", 4), ("nf4", 4), ("int4", 4), ("w4", 4), ("int2", 2), ("int3", 3),
    ("fp8", 8), ("float8", 8), ("int8", 8), ("w8", 8),
)  # fmt: skip
_MLX_BITS = frozenset({2, 3, 4, 5, 6, 8})
_MLX_MODES = {"affine": 4, "mxfp4": 4, "nvfp4": 4, "mxfp8": 8}


def quantization(config: Mapping[str, Json]) -> Quantization | None:
    """The quantisation that a ``config.json`` declares, at its root or for its language model."""
    for holder, prefix in _holders(config):
        for key in ("quantization", "quantization_config", "compression_config"):
            table = holder.get(key)
            if isinstance(table, dict) and (found := _read(table, f"{prefix}/{key}", mlx=key != "compression_config")):
                return found
    return None


def quantize_config(table: Mapping[str, Json]) -> Quantization | None:
    """The quantisation of a ``quantize_config.json`` (AutoGPTQ), ``quant_config.json`` (AutoAWQ) or
    ``hf_quant_config.json`` (ModelOpt). The file of the same name that transformers.js writes is none."""
    modelopt = table.get("quantization")
    if isinstance(modelopt, dict) and isinstance(modelopt.get("quant_algo"), str):
        return _read({**modelopt, "quant_method": "modelopt"}, "/quantization", mlx=False)
    if "w_bit" in table:
        return Quantization("awq", _positive(table.get("w_bit")), _group(table.get("q_group_size")), "")
    if "bits" in table and ("group_size" in table or "desc_act" in table or "quant_method" in table):
        method = table.get("quant_method")
        return _read({**table, "quant_method": method if isinstance(method, str) else "gptq"}, "", mlx=False)
    return None


def _holders(config: Mapping[str, Json]) -> Iterator[tuple[Mapping[str, Json], str]]:
    yield config, ""
    for key in ("text_config", "llm_config", "language_config"):
        nested = config.get(key)
        if isinstance(nested, dict):
            yield nested, f"/{key}"


def _read(table: Mapping[str, Json], pointer: str, *, mlx: bool) -> Quantization | None:
    method = table.get("quant_method")
    if method is None and {"damp_percent", "desc_act", "true_sequential"} & table.keys():
        method = "gptq"
    if method is None and mlx and "load_in_4bit" not in table:
        return _mlx(table, pointer)
    if not isinstance(method, str):
        loads = _bits("bitsandbytes", table)
        return Quantization("bitsandbytes", loads, pointer=pointer) if loads else None
    name = method.lower().replace("_", "-") if "compressed" in method.lower() else method.lower()
    bits = _bits(name, table)
    algorithm = table.get("quant_algo")
    if name == "modelopt" and isinstance(algorithm, str):
        name = "nvfp4" if "nvfp4" in algorithm.lower() else "fp8" if "fp8" in algorithm.lower() else name
        bits = bits if bits is not None else _worded(algorithm)
    experts = table.get("expert_dtype", table.get("store_dtype"))
    return Quantization(
        name,
        bits,
        _group(table.get("group_size")),
        pointer,
        modules=_modules(table),
        expert_bits=_worded(experts) if isinstance(experts, str) else None,
    )


def _bits(method: str, table: Mapping[str, Json]) -> int | None:
    for key in ("bits", "w_bit", "nbits", "weight_bits"):
        if (bits := _positive(table.get(key))) is not None:
            return bits
    if method == "bitsandbytes":
        four = table.get("load_in_4bit") is True or table.get("_load_in_4bit") is True
        eight = table.get("load_in_8bit") is True or table.get("_load_in_8bit") is True
        return 4 if four and not eight else 8 if eight and not four else None
    nested = table.get("quant_config")
    if isinstance(nested, dict) and isinstance(weights := nested.get("weight_quant_params"), dict):
        return _positive(weights.get("nbits"))
    groups = table.get("config_groups")
    if isinstance(groups, dict):
        found = {_group_bits(group) for group in groups.values()}
        if len(found) == 1 and (only := found.pop()) is not None:
            return only
        return None
    for key in ("format", "weights", "quant_type", "fmt"):
        value = table.get(key)
        if isinstance(value, str) and (bits := _worded(value)) is not None:
            return bits
    return _FIXED.get(method)


def _group_bits(group: Json) -> int | None:
    weights = group.get("weights") if isinstance(group, dict) else None
    return _positive(weights.get("num_bits")) if isinstance(weights, dict) else None


def _modules(table: Mapping[str, Json]) -> dict[str, int | None]:
    """Overrides by module name: ``false`` or an object with ``bits`` (mlx-lm writes them beside the rest)."""
    found: dict[str, int | None] = {}
    for key, value in table.items():
        if value is False and "." in key:
            found[key] = None
        elif isinstance(value, dict) and key != "config_groups":
            bits = _positive(value.get("bits"))
            mode = value.get("mode")
            if bits is None and isinstance(mode, str):
                bits = _MLX_MODES.get(mode.lower())
            if bits is not None:
                found[key] = int(bits)
    return found


def _mlx(table: Mapping[str, Json], pointer: str) -> Quantization | None:
    """mlx-lm writes no method: a mode it knows, or bits with a group, is what marks its tables."""
    mode = table.get("mode", "affine")
    if not isinstance(mode, str) or mode.lower() not in _MLX_MODES:
        return None
    modules = _modules(table)
    bits = _positive(table.get("bits"))
    if bits is None and "mode" in table:
        bits = _MLX_MODES[mode.lower()]
    if (bits is None or bits not in _MLX_BITS or "group_size" not in table) and not modules:
        return None
    return Quantization("mlx", bits, _group(table.get("group_size")), pointer, modules)


def _worded(text: str) -> int | None:
    lowered = text.lower()
    return next((bits for word, bits in _WORDS if word in lowered), None)


def _positive(value: Json) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 < value <= 64 else None


def _group(value: Json) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= 1 << 20 else None
