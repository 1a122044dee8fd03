"""Traced expressions as sums of products, so that what differs in numbers alone can be told.

``normal`` multiplies out, merges equal terms, and cancels quotients that divide. What is no sum or product
(a quotient, a rounding, a maximum) is a factor whose parts are sums again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dara_lint.blueprints.expression import Expression

TERMS = 12
"""Terms that a sum may have."""


class Atom(NamedTuple):
    """A factor: a field, an item of a list, or an operation whose parts are sums again."""

    kind: str
    name: str = ""
    place: int = 0
    parts: tuple[Sum, ...] = ()

    @property
    def shape(self) -> str:
        """What it is but for its numbers."""
        inside = ",".join(part.shape for part in self.parts)
        return f"{self.kind}:{self.name}({inside})"

    @property
    def whole(self) -> str:
        """What it is with its numbers."""
        inside = ",".join(part.whole for part in self.parts)
        return f"{self.kind}:{self.name}[{self.place:04}]({inside})"


class Term(NamedTuple):
    """A number times factors."""

    factor: float
    atoms: tuple[Atom, ...]

    @property
    def shape(self) -> str:
        """What it is but for its numbers."""
        return "*".join(atom.shape for atom in self.atoms)

    @property
    def whole(self) -> str:
        """The factors with their numbers."""
        return "*".join(atom.whole for atom in self.atoms)


class Sum(NamedTuple):
    """Terms in a fixed order."""

    terms: tuple[Term, ...]

    @property
    def shape(self) -> str:
        """What it is but for its numbers."""
        return "+".join(term.shape for term in self.terms)

    @property
    def whole(self) -> str:
        """What it is with its numbers."""
        return "+".join(f"{term.factor}*{term.whole}" for term in self.terms)

    @property
    def number(self) -> float | None:
        """Its value where it is a constant."""
        if not self.terms:
            return 0
        return self.terms[0].factor if len(self.terms) == 1 and not self.terms[0].atoms else None


class TooLargeError(Exception):
    """An expression with more terms than make sense."""


def powered(made: Sum) -> Sum:
    """The sum with every factor that is there several times as a power, so that how often may differ."""
    return Sum(tuple(Term(term.factor, _powers(term.atoms)) for term in made.terms))


def _powers(atoms: Sequence[Atom]) -> tuple[Atom, ...]:
    often = {atom: atoms.count(atom) for atom in atoms}
    return tuple(
        atom if count == 1 else Atom("^", parts=(_single(atom), Sum((Term(count, ()),))))
        for atom, count in often.items()
    )


def _summed(terms: Sequence[Term]) -> Sum:
    merged: dict[str, Term] = {}
    for term in terms:
        atoms = tuple(sorted(term.atoms, key=lambda atom: (atom.shape, atom.whole)))
        same = Term(0, atoms)
        known = merged.get(same.whole)
        merged[same.whole] = Term(term.factor + (known.factor if known else 0), atoms)
    kept = [term for term in merged.values() if term.factor]
    if len(kept) > TERMS:
        raise TooLargeError
    return Sum(tuple(sorted(kept, key=lambda term: (term.shape, term.whole))))


def _times(left: Sum, right: Sum) -> Sum:
    return _summed([Term(a.factor * b.factor, a.atoms + b.atoms) for a in left.terms for b in right.terms])


def _single(atom: Atom) -> Sum:
    return Sum((Term(1, (atom,)),))


def _divided(left: Sum, right: Sum) -> Sum | None:
    """``left / right`` where right is one term that divides each of left's exactly."""
    if len(right.terms) != 1:
        return Sum((Term(1, ()),)) if left == right else None
    by = right.terms[0]
    out = []
    for term in left.terms:
        atoms = list(term.atoms)
        for atom in by.atoms:
            if atom not in atoms:
                return None
            atoms.remove(atom)
        factor = term.factor / by.factor
        if factor != int(factor):
            return None
        out.append(Term(int(factor), tuple(atoms)))
    return _summed(out)


def normal(tree: Expression) -> Sum:
    """A traced expression as a sum of products. Raises TooLargeError."""
    if isinstance(tree, (int, float)):
        return _summed([Term(tree, ())])
    if isinstance(tree, str):
        return _single(Atom("field", tree))
    operator = str(tree[0])
    if operator == "at":
        return _single(Atom("at", str(tree[1]), int(tree[2])))  # type: ignore[arg-type]
    if operator in {"len", "sum", "product"}:
        return _single(Atom(operator, str(tree[1])))
    parts = [normal(part) for part in tree[1:]]
    if operator in {"+", "-"}:
        sign = 1 if operator == "+" else -1
        return _summed([*parts[0].terms, *(Term(sign * term.factor, term.atoms) for term in parts[1].terms)])
    if operator == "*":
        return _times(parts[0], parts[1])
    if operator == "%" and parts[1].number == 1:
        return _summed([])
    if operator in {"//", "/"}:
        quotient = _divided(parts[0], parts[1]) if parts[1].terms else None
        if quotient is not None:
            return quotient
        inner = parts[0].terms
        if operator == "//" and len(inner) == 1 and inner[0].factor == 1 and len(inner[0].atoms) == 1:
            atom = inner[0].atoms[0]
            if atom.kind == "//" and parts[1].number is not None:  # a quotient cut twice is cut once
                return _single(Atom("//", parts=(atom.parts[0], _times(atom.parts[1], parts[1]))))
    if operator in {"int", "ceil", "round"}:
        inner = parts[0].terms
        if len(inner) == 1 and len(inner[0].atoms) == 1 and inner[0].factor == 1:
            atom = inner[0].atoms[0]
            kinds = {"int", "ceil", "round", "at", "len", "sum", "product", "//"}
            if atom.kind in kinds and "log2" not in atom.shape:
                return parts[0]
            if atom.kind == "/" and operator == "int":
                return _single(atom._replace(kind="//"))
    if operator == "^" and parts[1].number is not None and 0 <= parts[1].number <= 4:
        out = _summed([Term(1, ())])
        for _ in range(int(parts[1].number)):
            out = _times(out, parts[0])
        return out
    return _single(Atom(operator, parts=tuple(parts)))


def divides(tree: Expression, by: int) -> bool:
    """Whether a traced expression is a multiple of that number, whatever the config."""
    try:
        return _divided(normal(tree), normal(by)) is not None
    except TooLargeError:
        return False
