"""Stored tensors, arranged so that a pattern finds its own, under the prefix that the class expects."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from dara_lint.blueprints.compose import Part
from dara_lint.blueprints.expectation import Expectation
from dara_lint.blueprints.unit import MANY, Pattern
from dara_lint.facts import fact, field
from dara_lint.model import Json, Tensor

Shape = tuple[int, ...] | None
"""A stored shape, or None where only the name is known (an index without its shards)."""

_DIGITS = re.compile(r"\d+")
_NUMBERS = re.compile(r"(\d+)")
_MARKS = re.compile(r"\d+|\{\}")

FURTHER = re.compile(r"(^|\.)mtp(_[a-z_]+)?\.")
"""Modules that predict further tokens."""
TOLERATED = re.compile(
    r"(^|\.)(rotary_emb\.inv_freq|inv_freq|position_ids|token_type_ids|relative_position_index|num_batches_tracked"
    r"|masked_bias|attn\.bias|attention\.bias|attention_mask|causal_mask|triangular_mask|version|embed_positions\._float_tensor"
    r"|relative_coords_table|rotary_emb\.(cos|sin)_cached|weights|lambda_reparam_eps|masked_spec_embed)$"
    r"|(^|\.)embed_positions\.weights?$|(^|\.)(rotary_pos_emb|alibi|pooler|visual_projection_head)\.|(^|\.)_float_tensor$"
    rf"|EncDecAttention\.relative_attention_bias\.weight$|{FURTHER.pattern}"
)
"""What older versions wrote and newer ones neither write nor miss: buffers (transformers 4.x), and poolers and
modules that predict further tokens, which transformers drops in silence where the class has none, and a bias of T5's
first files (``_keys_to_ignore_on_load_unexpected``); and the vector that masks audio, which 4.11 wrote whatever a
config says."""

ACTIVATIONS = {"prelu": "weight", "xielu": "alpha_p|alpha_n|beta|eps"}
"""Activations that are learnt, and the tensors of each (``transformers.activations.ACT2CLS``)."""

RENAMED = (
    (".gamma", ".weight"),
    (".beta", ".bias"),
    (".weight_g", ".parametrizations.weight.original0"),
    (".weight_v", ".parametrizations.weight.original1"),
)
"""Old endings and what they are now (``_load_state_dict`` of transformers 4.x)."""


def learnt(config: Mapping[str, Json]) -> re.Pattern[str] | None:
    """The tensors of the activations that a config, or a part of it, names; None when none is learnt."""
    tables = (config, *(inner for inner in config.values() if isinstance(inner, dict)))
    words = {value for table in tables for key, value in table.items() if "act" in key and isinstance(value, str)}
    tensors = [ACTIVATIONS[word] for word in sorted(words & ACTIVATIONS.keys())]
    return re.compile(rf"act\w*\.({'|'.join(tensors)})$") if tensors else None


@fact
class Evidence:
    """Names and shapes as the class would name them; ``origin`` gives the stored name where it differs."""

    shapes: Mapping[str, Shape]
    origin: Mapping[str, str]
    coarse: Mapping[str, dict[tuple[int, ...], Shape]] = field(repr=False)

    def stored(self, name: str) -> str:
        """The name in the file."""
        return self.origin.get(name, name)

    def places(self, prefix: str, pattern: Pattern) -> dict[tuple[int, ...], Shape]:
        """The indices at which a pattern's tensors are stored, with their shapes."""
        name = prefix + pattern.name
        marks = _MARKS.findall(name)
        found = self.coarse.get(_MARKS.sub("#", name))
        if not found:
            return {}
        literal = [(at, int(mark)) for at, mark in enumerate(marks) if mark != "{}"]
        if not literal:
            return found
        free = [at for at, mark in enumerate(marks) if mark == "{}"]
        return {
            tuple(numbers[at] for at in free): shape
            for numbers, shape in found.items()
            if all(numbers[at] == value for at, value in literal)
        }


def _coarse(name: str) -> str:
    return _DIGITS.sub("#", name)


class _Split(NamedTuple):
    """A name with its numbers masked, and these."""

    coarse: str
    numbers: tuple[int, ...]


def _split(name: str) -> _Split:
    # a name with the mask in it is none that any class has: it must not be taken for one with a number there
    pieces = _NUMBERS.split(name.replace("#", "##"))
    return _Split("#".join(pieces[::2]), tuple([int(text[:9]) for text in pieces[1::2]]))


def _arranged(shapes: dict[str, Shape], origin: dict[str, str], split: Mapping[str, _Split]) -> Evidence:
    coarse: dict[str, dict[tuple[int, ...], Shape]] = {}
    for name, shape in shapes.items():
        masked, numbers = split.get(name) or _split(name)
        coarse.setdefault(masked, {})[numbers] = shape
    return Evidence(shapes, origin, coarse)


def _promised(parts: Iterable[Part]) -> set[str]:
    return {_MARKS.sub("#", part.prefix + pattern.name) for part in parts for pattern in part.patterns()}


def evidence(tensors: Iterable[Tensor], expectation: Expectation) -> Evidence:
    """The tensors under the names that the class gives them.

    A checkpoint of the base class lacks the prefix of a task class, one of a task class has one that the base
    class lacks, and old ones spell LayerNorm's parameters gamma and beta; transformers loads them all.
    """
    return arranged({tensor.name: tensor.shape for tensor in tensors}, expectation)


def arranged(shapes: Mapping[str, Shape], expectation: Expectation) -> Evidence:
    """As ``evidence``, from names and shapes."""
    wanted = _promised(expectation.parts)
    shapes = _unfused(shapes, wanted)
    endings = {name.rpartition(".")[2] for name in wanted}
    # unless the class itself has tensors that end so
    old_endings = tuple((old, new) for old, new in RENAMED if old[1:] not in endings)
    renamed = _modernised(shapes, old_endings)
    split = {new: _split(new) for new in map(renamed.get, shapes, shapes)}
    own = Counter([split[renamed.get(name, name)].coarse for name in shapes])
    best, most = "", sum(times for name, times in own.items() if name in wanted)
    for change in _changes(own, wanted, expectation):
        score = sum(times for name, times in own.items() if _moved(name, change, wanted) in wanted)
        if score > most:
            best, most = change, score
    out: dict[str, Shape] = {}
    origin: dict[str, str] = {}
    moves = _relocated({_moved(name, best, wanted) for name in own}, expectation.parts)
    for name, shape in shapes.items():
        new = renamed.get(name, name)
        if best and _moved(coarse := split[new].coarse, best, wanted) != coarse:
            new = best[1:] + new if best[0] == "+" else new.removeprefix(best[1:])
        if moves:
            new = _placed(new, moves, wanted)
        out[new] = shape
        if new != name:
            origin[new] = name
    return _arranged(out, origin, split)


def _relocated(stored: set[str], parts: Iterable[Part]) -> list[tuple[str, str, set[str]]]:
    """Parts that stand under another prefix than promised: (there, promised, their coarse names).

    Versions of transformers have moved towers about (``vision_tower.vision_model.`` lost its second half).
    """
    moves: list[tuple[str, str, set[str]]] = []
    taken = {part.prefix for part in parts}
    for part in parts:
        rests = {_MARKS.sub("#", pattern.name) for pattern in part.patterns()}
        if not part.prefix or len(rests) < 4 or sum(part.prefix + rest in stored for rest in rests) * 4 > len(rests):
            continue
        longest = max(rests, key=len)
        found = {name.removesuffix(longest) for name in stored if name.endswith("." + longest)}
        scored = [(sum(prefix + rest in stored for rest in rests), prefix) for prefix in found - taken]
        best = max(scored, default=(0, ""))
        if best[0] * 10 >= 6 * len(rests):
            moves.append((best[1], part.prefix, rests))
    return moves


def _placed(name: str, moves: list[tuple[str, str, set[str]]], wanted: set[str]) -> str:
    """The name under the promised prefix of the part that it belongs to."""
    coarse = _coarse(name)
    if coarse not in wanted:
        for there, promised, rests in moves:
            if coarse.startswith(there) and coarse.removeprefix(there) in rests:
                return promised + name.removeprefix(there)
    return name


def _unfused(shapes: Mapping[str, Shape], wanted: set[str]) -> Mapping[str, Shape]:
    """Experts one by one where they are stored as one tensor, as transformers 5 keeps them in memory.

    ``experts.gate_up_proj`` is (experts, 2 · width, hidden), ``experts.down_proj`` (experts, hidden, width).
    """
    fused = [name for name in shapes if name.endswith((".experts.gate_up_proj", ".experts.down_proj"))]
    if not fused or not any(name.endswith(".experts.#.down_proj.weight") for name in wanted):
        return shapes
    out = {name: shape for name, shape in shapes.items() if name not in fused}
    for name in fused:
        shape = shapes[name]
        stem, _, last = name.rpartition(".")
        if shape is None or len(shape) != 3 or not 0 < shape[0] <= MANY // max(1, len(fused)) or shape[1] % 2:
            out[name] = shape
            continue
        for index in range(shape[0]):
            if last == "down_proj":
                out[f"{stem}.{index}.down_proj.weight"] = shape[1:]
            else:
                half = (shape[1] // 2, shape[2])
                out[f"{stem}.{index}.gate_proj.weight"] = half
                out[f"{stem}.{index}.up_proj.weight"] = half
    return out


def _modernised(names: Iterable[str], renamed: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Names with an old ending, with it replaced."""
    endings = tuple(old for old, _ in renamed)
    found = {}
    for name in names:
        if name.endswith(endings):
            old, new = next(pair for pair in renamed if name.endswith(pair[0]))
            found[name] = name.removesuffix(old) + new
    return found


def _moved(name: str, change: str, wanted: set[str]) -> str:
    """A coarse name with a prefix added (``+``) or taken away (``-``), unless it is promised as it is."""
    if not change or name in wanted:
        return name
    if change[0] == "+":
        return change[1:] + name if change[1:] + name in wanted else name
    return name.removeprefix(change[1:])


def _changes(own: Counter[str], wanted: set[str], expectation: Expectation) -> list[str]:
    prefixes = {part.prefix for part in expectation.parts if part.prefix}
    starts = {name.partition(".")[0] + "." for name in wanted if "#" not in name.partition(".")[0]}
    found = [f"+{prefix}" for prefix in sorted(prefixes | starts)]
    outer: Counter[str] = Counter()
    for name, times in own.items():
        pieces = name.split(".")
        for length in (1, 2):
            if len(pieces) > length:
                outer[".".join(pieces[:length]) + "."] += times
    return found + [f"-{prefix}" for prefix, _ in outer.most_common(6)]
