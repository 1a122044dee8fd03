"""One architecture's ``load_arch_tensors`` run through without values: every tensor that it creates, and when."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dara_lint.blueprints.expression import Expression
from training.gguf_arithmetic import Reader, folded, simple, truth
from training.gguf_cpp import Branch, Call, Let, Loop, Statement, UnknownError, closing, split, statements
from training.gguf_source import Source, body

LOCALS: dict[str, Expression] = {
    "n_layer": "block_count", "n_layer_all": "block_count", "n_layer_nextn": 0, "n_head": "attention.head_count",
    "n_head_kv": "attention.head_count_kv", "n_embd": "embedding_length", "n_ff": "feed_forward_length",
    "n_embd_k_gqa": ["*", "attention.key_length", "attention.head_count_kv"],
    "n_embd_v_gqa": ["*", "attention.value_length", "attention.head_count_kv"],
    "n_embd_gqa": ["*", "attention.value_length", "attention.head_count_kv"],
    "n_embd_head_k": "attention.key_length", "n_embd_head_v": "attention.value_length",
    "n_vocab": "tokens", "n_token_types": "token_types", "n_rot": "rope.dimension_count",
    "n_expert": "expert_count", "n_expert_used": "expert_used_count", "n_ctx_train": "context_length",
}  # fmt: skip
"""``LLAMA_LOAD_LOCALS`` of llama-model.h, and the members of ``hparams`` of the same names."""

METHODS: dict[str, Expression] = {
    "is_mla": ["and", ["<", 0, "attention.key_length_mla"], ["<", 0, "attention.value_length_mla"]],
    "n_embd_head_k_mla": [
        "if", ["<", 0, "attention.key_length_mla"], "attention.key_length_mla", "attention.key_length",
    ],
    "n_embd_head_v_mla": [
        "if", ["<", 0, "attention.value_length_mla"], "attention.value_length_mla", "attention.value_length",
    ],
    "n_embd_out": "embedding_length_out",
    "n_cls_out": "labels",
}  # fmt: skip
"""Methods of ``llama_hparams`` that give a number for every layer alike."""

FUSED = {
    "create_tensor_qkv": ("ATTN_QKV", ("ATTN_Q", "ATTN_K", "ATTN_V")),
    "create_tensor_gate_up_exps": ("FFN_GATE_UP_EXPS", ("FFN_GATE_EXPS", "FFN_UP_EXPS")),
}
"""Functions that take one tensor, or those that it is fused of."""


@dataclass
class Made:
    """Where one tensor is created: under which condition (None: always), with which dimensions, needed or not."""

    count: Expression | None
    dims: list[Expression | None]
    condition: Expression | None
    optional: bool


class Translator:
    """Runs through one architecture's function and notes every tensor that it creates."""

    def __init__(self, source: Source, case: str) -> None:
        """``case`` is the name of the architecture after ``LLM_ARCH_``."""
        self.source, self.case = source, case
        self.name = source.owner(source.classes[case])
        own, assigned = source.own_members(self.name)
        self.members = {**source.members, **own}
        self.assigned = assigned
        self.symbols: dict[str, Expression | None] = dict(LOCALS)
        self.indices: list[str] = []
        self.made: dict[str, list[Made]] = {}

    def run(self) -> dict[str, list[Made]]:
        """Every tensor name (``{}`` for the block) with the places that create it. Raises UnknownError."""
        text = body(self.source.files.get(self.name, ""), self.name, "load_arch_tensors")
        if not text:
            raise UnknownError("no function")
        self._walk(statements(text), None, None, optional=False)
        return self.made

    def symbol(self, name: str) -> Expression:
        """The expression of a name in this function. Raises UnknownError."""
        if name in self.indices:
            return ["i", self.indices.index(name)]
        if name in self.symbols:
            found = self.symbols[name]
            if found is None:
                raise UnknownError(name)
            return found
        if name == "arch" or name.startswith("LLM_ARCH_"):
            return 1 if name in {f"LLM_ARCH_{self.case}", "arch"} else -1
        member = re.fullmatch(r"(?:this\.)?hparams\.(\w+)", name)
        return self._member(member[1]) if member else self._unknown(name)

    def _member(self, name: str) -> Expression:
        """What ``hparams.name`` or ``hparams.name()`` is: arrays are read as one number for all layers."""
        spellings = [name, f"{name}_arr", f"{name}_impl"]
        if name in METHODS:
            return METHODS[name]
        if any(spelling in self.assigned for spelling in spellings):
            return self._unknown(name)
        if name.removesuffix("_arr") in LOCALS:
            return LOCALS[name.removesuffix("_arr")]
        for spelling in spellings:
            if spelling in self.members:
                return self.members[spelling]
        if name in self.source.defaults:
            return self.source.defaults[name]
        return self._unknown(name)

    def _unknown(self, name: str) -> Expression:
        raise UnknownError(name)

    def read(self, text: str) -> Expression:
        """A C++ expression. Raises UnknownError."""
        return Reader(text, self.symbol).read()

    def _walk(
        self, found: tuple[Statement, ...], count: Expression | None, condition: Expression | None, *, optional: bool
    ) -> None:
        for each in found:
            if isinstance(each, Let):
                self._let(each)
            elif isinstance(each, Loop):
                self.indices.append(each.variable)
                self._walk(each.body, self.read(each.limit), condition, optional=optional)
                self.indices.pop()
            elif isinstance(each, Branch):
                self._branch(each, count, condition, optional=optional)
            else:
                self._create(each, count, condition, optional=optional)

    def _let(self, each: Let) -> None:
        if each.name in {"trunk_only", "mtp_only"}:
            self.symbols[each.name] = 0
            return
        try:
            self.symbols[each.name] = self.read(each.value.replace("TENSOR_NOT_REQUIRED", "1"))
        except UnknownError:
            self.symbols[each.name] = None

    def _branch(self, each: Branch, count: Expression | None, condition: Expression | None, *, optional: bool) -> None:
        if re.search(r"output\s*==\s*(NULL|nullptr)|!\s*output\b", each.condition):
            return  # the head is the embedding: nothing else is read
        try:
            mine = folded(truth(self.read(each.condition)))
        except UnknownError:
            self._walk(each.then, count, condition, optional=True)
            self._walk(each.otherwise, count, condition, optional=True)
            return
        for inside, here in ((each.then, mine), (each.otherwise, folded(["not", mine]))):
            if here is not False:
                both = condition if here is True else here if condition is None else ["and", condition, here]
                self._walk(inside, count, both, optional=optional)

    def _create(self, call: Call, count: Expression | None, condition: Expression | None, *, optional: bool) -> None:
        if call.name in FUSED:
            self._fused(call, count, condition, optional=optional)
        elif call.name == "create_tensor" and call.arguments[0].startswith("tn("):
            name = self._named(call.arguments[0])
            flags = call.arguments[2] if len(call.arguments) > 2 else "0"
            if "TENSOR_DUPLICATED" in flags and "i != 0" not in flags:
                return
            sizes = call.arguments[1].strip().removeprefix("{").removesuffix("}")
            self._add(name, count, split(sizes), condition, optional=optional or not self._needed(flags))
        else:
            raise UnknownError(call.name)

    def _needed(self, flags: str) -> bool:
        try:
            return simple(self.read(flags.replace("TENSOR_NOT_REQUIRED", "1"))) == 0
        except UnknownError:
            return False

    def _named(self, text: str) -> str:
        inside = split(text[3 : closing(text, 2, "()")])
        stem = self.source.tensors.get(inside[0].removeprefix("LLM_TENSOR_"))
        if stem is None or stem.count("%d") > 1:
            raise UnknownError(inside[0])
        suffix = next((part.strip('"') for part in inside[1:] if part.startswith('"')), "")
        name = stem + (f".{suffix}" if suffix else "")
        if "%d" not in name:
            return name
        place = inside[-1]
        if place.isdigit():
            return name.replace("%d", place)
        if place not in self.indices:
            raise UnknownError(f"block {place}")
        return name.replace("%d", "{}")

    def _add(
        self,
        name: str,
        count: Expression | None,
        sizes: list[str],
        condition: Expression | None,
        *,
        optional: bool,
    ) -> None:
        dims: list[Expression | None] = []
        for text in reversed(sizes):
            try:
                dims.append(simple(self.read(text)) if text else 1)
            except UnknownError:
                dims.append(None)
        self.made.setdefault(name, []).append(Made(count if "{}" in name else None, dims, condition, optional))

    def _fused(self, call: Call, count: Expression | None, condition: Expression | None, *, optional: bool) -> None:
        whole, pieces = FUSED[call.name]
        optional = optional or not self._needed(call.arguments[-1])
        sizes = list(call.arguments[2:-1])
        names = [self.source.tensors[piece].replace("%d", "{}") for piece in (whole, *pieces)]
        there: Expression = ["true", f"has.{names[0]}.weight"]
        for name, place in zip(names, range(-1, 3), strict=False):
            mine: Expression = there if place < 0 else ["not", there]
            both = mine if condition is None else ["and", condition, mine]
            if call.name == "create_tensor_qkv":
                rows = f"({' + '.join(sizes[1:])})" if place < 0 else sizes[1 + place]
                shape = [sizes[0], rows]
                self._add(f"{name}.bias", count, [rows], condition, optional=True)
            else:
                shape = [sizes[0], f"({sizes[1]}) * 2" if place < 0 else sizes[1], sizes[2]]
            self._add(f"{name}.weight", count, shape, both, optional=optional)
