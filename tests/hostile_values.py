"""Values that no reader expects, and how they get into documents: what the fuzzer changes repositories with."""

from __future__ import annotations

import ast
import copy
import json
import math
import random
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).resolve().parent.parent / "dara_lint"

ODD_TEXTS = (
    "", " ", "\0", "\n", "a\nb", "\ud800", "\udcff", "\udbff\udfff", "é" * 50, "\u202e\u2028", "\ufeff",
    "\x1b[31m", "::error::x", "../..", "/etc/passwd", "a/b", "7b", "8x7B", "llama", "bert-7b", "null", "true", "1e400",
    "-1", "0x10", "%0A", "[x](y)", "𝟕B", "٣b", "²", "ⅷ", "1" * 300, "-" * 300, "a" * 300, "7b-" * 1400, "{}",
    "{0}", "%s", "\\", "'", '"', "<b>",
    "|",
    "`", "int8", "float16", "torch.bfloat16", "Q4_K_M", "https://example.com/a", "İ", "ß", "ŉ", "\U0010ffff", "ﬀ" * 9,
)  # fmt: skip
ODD_NUMBERS = (
    0, 1, 2, -1, -(10**9), 7, 31, 1 << 31, 1 << 53, (1 << 53) + 1, 1 << 63, 1 << 64, 10**18, 10**30, 10**400,
    -(10**400), 0.0, -0.0, 0.1, 1.5, 1e15, 1e16, 1e308, -1e308, 5e-324, math.nan, math.inf, -math.inf, 200_000, 199_999,
    4096,
    50_000,
)  # fmt: skip


@cache
def known_keys() -> tuple[str, ...]:
    """Every word in the package's sources that can be a key: what its code reads, and names of models."""
    found: set[str] = set()
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 48:
                word = node.value
                if word.replace("_", "").replace("-", "").isalnum() and not word.isupper():
                    found.add(word)
    return tuple(sorted(found))


def value(chance: random.Random, depth: int = 0) -> Any:
    """A value of any kind, seldom a likely one."""
    kind = chance.randrange(12 if depth < 3 else 8)
    if kind < 2:
        return chance.choice((None, True, False))
    if kind < 5:
        return chance.choice(ODD_NUMBERS)
    if kind < 7:
        return chance.choice(ODD_TEXTS)
    if kind == 7:
        return chance.choice(known_keys())
    if kind < 10:
        return [value(chance, depth + 1) for _ in range(chance.choice((0, 1, 1, 2, 3, 40)))]
    return {chance.choice((*ODD_TEXTS, *known_keys())): value(chance, depth + 1) for _ in range(chance.randrange(4))}


def deep(chance: random.Random) -> Any:
    """A value that is nested deeper than any document, or longer."""
    kind = chance.randrange(4)
    if kind == 0:
        nested: Any = 1
        for _ in range(chance.choice((30, 200, 900))):
            nested = [nested] if chance.random() < 0.5 else {chance.choice(("text_config", "a", "decoder")): nested}
        return nested
    if kind == 1:
        return [chance.choice(ODD_NUMBERS)] * chance.choice((1000, 20_000))
    if kind == 2:
        return {f"{chance.choice(ODD_TEXTS)}{number}": number for number in range(chance.choice((1000, 8000)))}
    return chance.choice(("a", "-", "7b-", "é", "\\u0000", "| ", "[", "x_1.", "aA1")) * chance.choice((1000, 30_000))


def mutated(document: Any, chance: random.Random, times: int, others: Sequence[Any] = ()) -> Any:
    """A copy of a JSON-like document with ``times`` changes; ``others`` are documents to take values from."""
    made = copy.deepcopy(document)
    for _ in range(times):
        made = _changed(made, chance, others)
    return made


def _changed(document: Any, chance: random.Random, others: Sequence[Any]) -> Any:
    places = _places(document)
    if not places or chance.random() < 0.01:
        return value(chance)
    holder, key = chance.choice(places)
    kind = chance.randrange(11)
    if kind == 0:
        del holder[key]
    elif kind == 1 and isinstance(holder, dict):
        holder[chance.choice((*ODD_TEXTS, *known_keys()))] = holder.pop(key)
    elif kind == 2:
        other, there = chance.choice(places)
        holder[key], other[there] = copy.deepcopy(other[there]), copy.deepcopy(holder[key])
    elif kind == 3:
        holder[key] = [holder[key]] if chance.random() < 0.5 else {chance.choice(known_keys()): holder[key]}
    elif kind == 4 and others:
        taken = _places(chance.choice(others))
        if taken:
            source, name = chance.choice(taken)
            holder[name if isinstance(holder, dict) and isinstance(name, str) else key] = copy.deepcopy(source[name])
    elif kind in {5, 6} and isinstance(holder, dict):
        holder[chance.choice(known_keys())] = value(chance)
    elif kind == 7 and chance.random() < 0.15:
        holder[key] = deep(chance)
    elif kind == 8 and isinstance(holder[key], str):
        holder[key] = spliced(holder[key], chance)
    else:
        holder[key] = value(chance)
    return document


def _places(document: Any) -> list[tuple[Any, Any]]:
    """Every holder and key in a document, with a bound on how many."""
    found: list[tuple[Any, Any]] = []
    stack = [document]
    while stack and len(found) < 3000:
        holder = stack.pop()
        keys = list(holder) if isinstance(holder, dict) else range(len(holder)) if isinstance(holder, list) else ()
        for key in keys:
            found.append((holder, key))
            stack.append(holder[key])
    return found


def spliced(text: str, chance: random.Random) -> str:
    """Text with an odd piece in it, or without a piece, or with one again and again."""
    start, end = sorted(chance.randrange(len(text) + 1) for _ in range(2))
    kind = chance.randrange(4)
    if kind == 0:
        return text[:start] + text[end:]
    if kind == 1:
        return text[:start] + text[start:end] * chance.choice((2, 50)) + text[end:]
    return text[:start] + chance.choice(ODD_TEXTS) + text[start if kind == 2 else end :]


def written(document: Any, chance: random.Random) -> bytes:
    """A document as JSON text, now and then damaged as texts are."""
    text = json.dumps(document, ensure_ascii=chance.random() < 0.5, indent=chance.choice((None, 2, 2)))
    kind = chance.randrange(24)
    if kind == 0:
        text = spliced(text, chance)
    elif kind == 1:
        text = text[: chance.randrange(len(text) + 1)]
    elif kind == 2:
        text = f"<<<<<<< HEAD\n{text}\n=======\n{text[:-2]}\n>>>>>>> x\n"
    elif kind == 3:
        return text.encode(chance.choice(("utf-16", "utf-32", "utf-8-sig")), "surrogatepass")
    raw = text.encode("utf-8", "surrogatepass")
    return damaged(raw, chance) if kind == 4 else raw


def damaged(raw: bytes, chance: random.Random) -> bytes:
    """Bytes with a few of them changed, cut or repeated."""
    made = bytearray(raw)
    for _ in range(chance.choice((1, 1, 3, 20))):
        if not made:
            break
        at = chance.randrange(min(len(made), 1 << 16))
        kind = chance.randrange(5)
        if kind == 0:
            made[at] = chance.randrange(256)
        elif kind == 1:
            made[at : at + 8] = chance.choice((b"\xff" * 8, b"\0" * 8, b"\xff" * 7 + b"\x7f", b"\x7f" * 4))
        elif kind == 2:
            del made[at : at + chance.choice((1, 8, 100))]
        elif kind == 3:
            made[at:at] = made[at : at + chance.choice((1, 16, 300))]
        elif chance.random() < 0.2:
            del made[at:]
    return bytes(made)
