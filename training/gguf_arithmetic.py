"""Arithmetic and conditions of llama.cpp's C++ as expressions, and what is known of them without a value."""

from __future__ import annotations

import re
from collections.abc import Callable

from dara_lint.blueprints.expression import Expression
from training.gguf_cpp import UnknownError

_TOKEN = re.compile(
    r'"[^"]*"|[A-Za-z_][\w]*(?:(?:::|\.|->)[A-Za-z_]\w*)*|\d+|&&|\|\||[<>=!]=|->|[-+*/%<>!?:()\[\]{},;=&|]'
)
_CASTS = {"int", "int64_t", "uint32_t", "int32_t", "size_t", "float"}
_CALL_CASTS = re.compile(r"\b(?:static_cast|const_cast)<[^>]*>")


class Reader:
    """Reads one C++ expression; ``symbol`` gives the Expression of a name (with its call's brackets left out)."""

    def __init__(self, text: str, symbol: Callable[[str], Expression]) -> None:
        """Raises UnknownError for signs that no expression has."""
        self.tokens: list[str] = _TOKEN.findall(_CALL_CASTS.sub("", text))
        self.symbol = symbol
        self.at = 0

    def read(self) -> Expression:
        """The whole as an Expression or condition. Raises UnknownError."""
        found = self._choice()
        if self.at != len(self.tokens):
            raise UnknownError(f"`{self.tokens[self.at]}`")
        return found

    def _peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def _take(self, *tokens: str) -> str:
        found = self._peek()
        if found not in tokens:
            return ""
        self.at += 1
        return found

    def _choice(self) -> Expression:
        first = self._either()
        if not self._take("?"):
            return first
        then = self._choice()
        if not self._take(":"):
            raise UnknownError("half a choice")
        return ["if", truth(first), then, self._choice()]

    def _either(self) -> Expression:
        found = self._both()
        while self._take("||"):
            found = ["or", truth(found), truth(self._both())]
        return found

    def _both(self) -> Expression:
        found = self._compared()
        while self._take("&&"):
            found = ["and", truth(found), truth(self._compared())]
        return found

    def _compared(self) -> Expression:
        left = self._sum()
        sign = self._take("==", "!=", "<", ">", "<=", ">=")
        if not sign:
            return left
        right = self._sum()
        if isinstance(left, list) and left[0] == "%" and sign in {"==", "!="}:
            equal: Expression = ["mod", left[1], left[2], right]
        else:
            equal = ["=", left, right]
        less: dict[str, Expression] = {"<": ["<", left, right], ">": ["<", right, left]}
        less |= {">=": ["not", less["<"]], "<=": ["not", less[">"]]}
        return equal if sign == "==" else ["not", equal] if sign == "!=" else less[sign]

    def _sum(self) -> Expression:
        found = self._product()
        while sign := self._take("+", "-"):
            found = [sign, found, self._product()]
        return found

    def _product(self) -> Expression:
        found = self._unary()
        while sign := self._take("*", "/", "%"):
            found = ["//" if sign == "/" else sign, found, self._unary()]
        return found

    def _unary(self) -> Expression:
        if self._take("!"):
            return ["not", truth(self._unary())]
        if self._take("("):
            if self._peek() in _CASTS and self.tokens[self.at + 1 : self.at + 2] == [")"]:
                self.at += 2
                return self._unary()
            found = self._choice()
            if not self._take(")"):
                raise UnknownError("an open bracket")
            return found
        token = self._peek()
        self.at += 1
        if token.isdigit():
            return int(token)
        if not re.match(r"[A-Za-z_]", token):
            raise UnknownError(f"`{token}`")
        if self._take("("):
            depth = 1
            while depth and self.at < len(self.tokens):
                depth += (self.tokens[self.at] == "(") - (self.tokens[self.at] == ")")
                self.at += 1
        return self.symbol(token)


CONDITIONS = frozenset({"true", "null", "is", "=", "<", "mod", "in", "word", "not", "and", "or"})


def truth(found: Expression) -> Expression:
    """A number as a condition: whether it is not 0."""
    if isinstance(found, list) and found[0] in CONDITIONS:
        return found
    return ["not", ["=", found, 0]]


def folded(found: Expression) -> Expression | bool:
    """A condition with what is known of constants worked out: True, False or what is left."""
    if not isinstance(found, list):
        return found
    operator = found[0]
    if operator == "not":
        inner = folded(found[1])
        return (not inner) if isinstance(inner, bool) else ["not", inner]
    if operator in {"and", "or"}:
        sides = [folded(found[1]), folded(found[2])]
        stop = operator == "or"
        if stop in [side for side in sides if isinstance(side, bool)]:
            return stop
        left = [side for side in sides if not isinstance(side, bool)]
        return [operator, *left] if len(left) == 2 else left[0] if left else not stop
    if operator in {"=", "<"} and all(isinstance(side, int) for side in found[1:]):
        return bool(found[1] == found[2]) if operator == "=" else bool(int(str(found[1])) < int(str(found[2])))
    if operator == "<" and found[1:] == [["i", 0], "block_count"]:
        return True
    return found


def simple(found: Expression) -> Expression:
    """An expression without choices that are already made, or that make no difference. Raises UnknownError."""
    if not isinstance(found, list):
        return found
    if found[0] == "%":
        raise UnknownError("a remainder")
    if found[0] == "if":
        chosen, then, otherwise = folded(found[1]), simple(found[2]), simple(found[3])
        if isinstance(chosen, bool):
            return then if chosen else otherwise
        return then if then == otherwise else ["if", chosen, then, otherwise]
    return [simple(part) if isinstance(part, list) else part for part in found]
