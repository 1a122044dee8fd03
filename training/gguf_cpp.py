"""The little C++ that llama.cpp's ``load_arch_tensors`` are written in, as a tree of statements.

No more than those functions use. What is not understood raises UnknownError, and whoever asked abstains.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple


class UnknownError(Exception):
    """Source that is not understood."""


class Call(NamedTuple):
    """``create_…(…)``: its name and the text of each argument."""

    name: str
    arguments: tuple[str, ...]


class Let(NamedTuple):
    """A local constant: name and the text of its value."""

    name: str
    value: str


class Loop(NamedTuple):
    """``for (… i = 0; i < count; ++i)``."""

    variable: str
    limit: str
    body: tuple[Statement, ...]


class Branch(NamedTuple):
    """``if (condition) … else …``."""

    condition: str
    then: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]


Statement = Call | Let | Loop | Branch


def uncommented(source: str) -> str:
    """The source without comments."""
    return re.sub(r"//[^\n]*|/\*.*?\*/", " ", source, flags=re.DOTALL)


def closing(source: str, at: int, pair: str = "{}") -> int:
    """The place of the bracket that closes the one at ``at``. Raises UnknownError."""
    depth = 0
    for place in range(at, len(source)):
        depth += (source[place] == pair[0]) - (source[place] == pair[1])
        if not depth:
            return place
    raise UnknownError("unbalanced")


def split(text: str) -> list[str]:
    """Arguments at the commas that stand outside of brackets."""
    out, depth, start = [], 0, 0
    for place, sign in enumerate(text):
        depth += (sign in "({[") - (sign in ")}]")
        if sign == "," and not depth:
            out.append(text[start:place].strip())
            start = place + 1
    return [*out, text[start:].strip()]


def statements(source: str) -> tuple[Statement, ...]:
    """The statements that make tensors or constants, in their nesting. Raises UnknownError."""
    return tuple(_statements(_inlined(source)))


_LAMBDA = re.compile(r"\bauto\s+(\w+)\s*=\s*\[[&=]\]\s*\(([^)]*)\)\s*(?:->\s*\w+\s*)?\{")


def _inlined(source: str) -> str:
    """The source with the bodies of its lambdas in the place of their calls."""
    while found := _LAMBDA.search(source):
        end = closing(source, found.end() - 1)
        inside, name = source[found.end() : end], found[1]
        parameters = [part.split()[-1].lstrip("&*") for part in split(found[2]) if part]
        source = source[: found.start()] + source[end + 1 :]
        if re.search(rf"\b{name}\b", inside):
            raise UnknownError("a lambda that calls itself")
        while call := re.search(rf"\b{name}\s*\(", source):
            last = closing(source, call.end() - 1, "()")
            text = inside
            for parameter, argument in zip(parameters, split(source[call.end() : last]), strict=False):
                text = re.sub(rf"\b{parameter}\b", f"({argument})" if " " in argument else argument, text)
            source = f"{source[: call.start()]}{{{text}}}{source[last + 1 :]}"
    return source


def _statements(source: str) -> Iterator[Statement]:
    at = 0
    while at < len(source):
        if source[at] in " \n\t;{}":
            at += 1
            continue
        head = re.compile(r"(if|for|while|switch)\b\s*(constexpr)?\s*\(").match(source, at)
        if head:
            end = closing(source, head.end() - 1, "()")
            inside = source[head.end() : end]
            body, at = _body(source, end + 1)
            if head[1] == "if":
                other = ""
                following = re.compile(r"\s*else\b").match(source, at)
                if following:
                    other, at = _body(source, following.end())
                yield Branch(inside, statements(body), statements(other))
            elif head[1] == "for":
                yield from _loop(inside, body)
            elif "create_tensor" in body:
                raise UnknownError(f"tensors in a {head[1]}")
            continue
        end = source.find(";", at)
        end = len(source) if end < 0 else end
        text = source[at:end]
        if "[&]" in text or "[=]" in text or "[this" in text:
            raise UnknownError("a lambda")
        at = end + 1
        yield from _simple(text.strip())


def _body(source: str, at: int) -> tuple[str, int]:
    """The statement or block that begins at ``at``, and where it ends."""
    while at < len(source) and source[at] in " \n\t":
        at += 1
    if source.startswith("{", at):
        end = closing(source, at)
        return source[at + 1 : end], end + 1
    head = re.compile(r"if\b\s*\(").match(source, at)
    if head:
        end = closing(source, head.end() - 1, "()")
        _, after = _body(source, end + 1)
        following = re.compile(r"\s*else\b").match(source, after)
        if following:
            _, after = _body(source, following.end())
        return source[at:after], after
    end = source.find(";", at)
    return source[at : end + 1], end + 1


_LOOP = re.compile(r"\s*(?:const\s+)?(?:int|uint32_t|int64_t|size_t)\s+(\w+)\s*=\s*(\w+)\s*;\s*\1\s*<\s*(.*?);")


def _loop(inside: str, body: str) -> Iterator[Loop]:
    """A loop from 0; one over the further blocks that draft tokens is left out, since such files are."""
    found = _LOOP.match(inside)
    if found and (found[2], found[3]) == ("n_layer", "n_layer_all"):
        return
    if found is None or found[2] != "0":
        raise UnknownError(f"a loop over {inside}")
    yield Loop(found[1], found[3], statements(body))


def _simple(text: str) -> Iterator[Statement]:
    made = re.search(r"\b(create_\w+)\s*\(", text)
    if made:
        end = closing(text, made.end() - 1, "()")
        yield Call(made[1], tuple(split(text[made.end() : end])))
        return
    constant = re.match(
        r"(?:const\s+)?(?:int|int64_t|uint32_t|int32_t|bool|auto|size_t)\s+(\w+)\s*=\s*(.*)$", text, re.DOTALL
    )
    if constant and "::" not in constant[2]:
        yield Let(constant[1], constant[2])
