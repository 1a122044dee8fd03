"""PEFT adapters: what an ``adapter_config.json`` promises of the tensors beside it, alone and over its base.

Source: PEFT 0.21: ``PEFT_TYPE_TO_PREFIX_MAPPING``, ``check_target_module_exists``, ``get_peft_model_state_dict``, the
layers of ``tuners``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from dara_lint.model import Json, Tensor

MARKS: Mapping[str, str] = {
    "LORA": "lora_", "ADALORA": "lora_", "IA3": "ia3_", "LOHA": "hada_", "LOKR": "lokr_", "OFT": "oft_",
    "BOFT": "boft_", "VERA": "vera_lambda_", "PVERA": "pvera_lambda_", "LN_TUNING": "ln_tuning_", "VBLORA": "vblora_",
    "HRA": "hra_", "FOURIERFT": "fourierft_", "ROAD": "road_", "SHIRA": "shira_", "C3A": "c3a_", "MISS": "miss_",
    "RANDLORA": "randlora_", "DELORA": "delora_", "GRALORA": "gralora_", "WAVEFT": "waveft_",
    "PROMPT_TUNING": "prompt_embeddings", "P_TUNING": "prompt_embeddings", "PREFIX_TUNING": "prompt_embeddings",
    "MULTITASK_PROMPT_TUNING": "prompt_embeddings", "ADAPTION_PROMPT": "adaption_",
}  # fmt: skip
"""Kind of adapter → how the names of its tensors begin, after the module that they adapt."""

PROMPTS = frozenset({"PROMPT_TUNING", "P_TUNING", "PREFIX_TUNING"})
_OUTER = ("base_model.model.", "base_model.")
_ROLES = ("lora_embedding_A", "lora_embedding_B", "lora_magnitude_vector", "lora_A", "lora_B", "ia3_l")


class Adapted(NamedTuple):
    """One module of the base and the shapes of the tensors that adapt it, by role (``lora_A``, …)."""

    module: str
    roles: Mapping[str, tuple[int, ...]]


def mark_of(tensors: Iterable[Tensor]) -> frozenset[str]:
    """Which of the marks the tensors bear."""
    marks = set(MARKS.values())
    return frozenset(
        mark for tensor in tensors for mark in marks if any(part.startswith(mark) for part in tensor.name.split("."))
    )


def kinds_of(mark: str) -> list[str]:
    """The kinds of adapter whose tensors bear a mark."""
    return [kind for kind, own in MARKS.items() if own == mark]


def adapted(tensors: Iterable[Tensor]) -> tuple[Adapted, ...]:
    """The modules that LoRA or IA3 tensors adapt, named as the base names them."""
    found: dict[str, dict[str, tuple[int, ...]]] = {}
    for tensor in tensors:
        pieces = tensor.name.split(".")
        for at, piece in enumerate(pieces):
            if piece in _ROLES:
                module = ".".join(pieces[:at])
                for outer in _OUTER:
                    if module.startswith(outer):
                        module = module.removeprefix(outer)
                        break
                found.setdefault(module, {})[piece] = tensor.shape
                break
    return tuple(Adapted(module, roles) for module, roles in found.items())


def targeted(module: str, table: Mapping[str, Json]) -> bool | None:
    """Whether the config targets a module; None where that is not said as a list of names."""
    targets = table.get("target_modules")
    if not isinstance(targets, list) or table.get("target_parameters") or not targets:
        return None
    return any(isinstance(each, str) and (module == each or module.endswith(f".{each}")) for each in targets)


def layer_of(module: str) -> int | None:
    """The first index that stands as a segment of its own, as PEFT reads a layer's."""
    pieces = module.split(".")
    return next((int(piece) for piece in pieces[2:] if piece.isdigit() and len(piece) < 7), None)


def layers(table: Mapping[str, Json]) -> frozenset[int] | None:
    """``layers_to_transform`` where it decides (``layers_pattern`` left to its default), else None."""
    value = table.get("layers_to_transform")
    if table.get("layers_pattern") or value in (None, []):
        return None
    numbers = value if isinstance(value, list) else [value]
    if not all(isinstance(number, int) and not isinstance(number, bool) for number in numbers):
        return None
    return frozenset(number for number in numbers if isinstance(number, int))


def prompt(table: Mapping[str, Json]) -> tuple[tuple[int, ...], tuple[str, ...]] | None:
    """The shape of ``prompt_embeddings`` and the config key of each dimension, or None when it is not said."""
    kind = table.get("peft_type")
    rows, width = (_whole(table.get(key)) for key in ("num_virtual_tokens", "token_dim"))
    if kind not in PROMPTS or rows is None or width is None:
        return None
    if kind == "PREFIX_TUNING":
        depth = _whole(table.get("num_layers"))
        return ((rows, depth * 2 * width), ("num_virtual_tokens", "num_layers")) if depth else None
    return (rows * (_whole(table.get("num_transformer_submodules")) or 1), width), ("num_virtual_tokens", "token_dim")


def fits_base(roles: Mapping[str, tuple[int, ...]], base: Sequence[int | None]) -> bool:
    """Whether an adapter's matrices can stand beside a base weight of two dimensions, either way round."""
    first, last = roles.get("lora_A"), roles.get("lora_B")
    if first is None or last is None or len(first) != 2 or len(last) != 2 or len(base) != 2 or None in base:
        return True
    return (last[0], first[1]) in {(base[0], base[1]), (base[1], base[0])}


def _whole(value: Json) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1 << 24 else None
