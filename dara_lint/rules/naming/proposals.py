"""Names for what a repository holds, under a convention, the best first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from dara_lint import names
from dara_lint.facts import replace
from dara_lint.model import ModelRepo, NameSource
from dara_lint.names import Element
from dara_lint.names.convention import Group, Literal, Node, Piece, broken
from dara_lint.rules.naming.evidence import Evidence, own_words
from dara_lint.rules.naming.gathered import gathered
from dara_lint.rules.naming.hub_syntax import mended

WORTH = {
    Element.architecture: 8, Element.task: 5, Element.version: 4, Element.parameters: 5, Element.size: 3,
    Element.training: 2, Element.reuse: 3, Element.format: 3, Element.language: 3, Element.dataset: 2,
}  # fmt: skip
"""What users look for in a name, in the order of their preference (Jiang et al., survey): architecture first."""
MOST = 5


_Choice: TypeAlias = "tuple[tuple[Evidence, ...], tuple[str, ...]]"
PUBLISHED = 4
"""Extra worth of a size word that the config has exactly: names of such families say it and not the number."""


class Proposal(NamedTuple):
    """A name, and the evidence for each part of it."""

    name: str
    why: tuple[Evidence, ...]


def proposals(repo: ModelRepo, nodes: tuple[Node, ...]) -> tuple[Proposal, ...]:
    """At most ``MOST`` names that follow the pattern and that a hub accepts."""
    evidence = gathered(repo)
    own = own_words(names.parse(repo.name or ""))
    found: dict[str, tuple[float, Proposal]] = {}
    for choice, words in _choices(evidence, own):
        filled = _Filling(choice, words)
        text = filled.text(nodes)
        name = mended(text) if text else ""
        if not name or name.lower() in found or name != text or broken(name, nodes) is not None:
            continue
        if not _reads_back(name, filled.used):
            continue
        worth = sum(WORTH.get(item.element, 1) for item in filled.used) + bool(words) * 2 - len(name) / 40
        worth += PUBLISHED * any(item.element is Element.size for item in filled.used)
        found[name.lower()] = (worth, Proposal(name, tuple(filled.used)))
    ranked = sorted(found.values(), key=lambda item: (-item[0], item[1].name))
    return tuple(proposal for _, proposal in ranked[:MOST])


def unsaid(repo: ModelRepo, nodes: tuple[Node, ...]) -> tuple[str, ...]:
    """The parts that the pattern requires and that nothing says."""
    said = {item.element for item in gathered(repo)}
    return tuple(
        node.label
        for node in nodes
        if isinstance(node, Piece) and not (node.sep or node.own) and not node.elements & said
    )


def renamed(repo: ModelRepo, name: str) -> ModelRepo:
    """The repository as if it were called ``name`` and nothing had named it otherwise but its files."""
    kept = tuple(
        source for source in repo.names if source.kind not in {"flag", "settings", "workflow", "remote", "folder"}
    )
    given = (NameSource("flag", name),) if name else ()
    return replace(repo, names=(*given, *kept))


def _choices(evidence: Sequence[Evidence], own: tuple[str, ...]) -> Iterator[_Choice]:
    """By size word or by number; with and without own words; everything, then without what seldom stands in names.

    What changes how a model is used (an adapter, a quantisation) is never left out.
    """
    by_count = [item for item in evidence if item.element is not Element.size]
    by_word = [item for item in evidence if item.element is not Element.parameters]
    seldom = ({Element.language, Element.dataset}, {Element.task, Element.training})
    for items in (by_word, by_count) if len(by_count) < len(evidence) else (by_count,):
        for words in dict.fromkeys((own, ())):
            yield tuple(items), words
            yield tuple(item for item in items if item.element not in seldom[0]), words
            yield tuple(item for item in items if item.element not in seldom[0] | seldom[1]), words


def _reads_back(name: str, used: Iterable[Evidence]) -> bool:
    """Whether the reader finds in the name what was put into it."""
    read = names.parse(name)
    return all(read.of(item.element) for item in used if item.element in {Element.architecture, Element.parameters})


class _Filling:
    """A pattern being filled: each piece of evidence is used once, optional parts only when something is left."""

    def __init__(self, evidence: Iterable[Evidence], own: tuple[str, ...]) -> None:
        self.left = list(evidence)
        self.own = list(own)
        self.used: list[Evidence] = []

    def text(self, nodes: tuple[Node, ...]) -> str:
        """The name; empty when the pattern requires what nothing says."""
        return self._fill(nodes) or ""

    def _fill(self, nodes: tuple[Node, ...]) -> str | None:
        text = ""
        for node in nodes:
            if isinstance(node, Literal):
                text += node.text
            elif isinstance(node, Group):
                text += self._optional(node)
            else:
                piece = self._take(node)
                if piece is None:
                    return None
                text += piece
        return text

    def _optional(self, group: Group) -> str:
        if group.quiet:
            return ""
        if not _needs(group.nodes):  # separators alone are decided by what they stand before
            text = "".join(node.text for node in group.nodes if isinstance(node, Literal))
            return text if self._apart() else ""
        text = ""
        while True:
            before = (list(self.left), list(self.own), list(self.used))
            filled = self._fill(group.nodes)
            if filled is None:
                self.left, self.own, self.used = before
                return text
            text += filled
            if not group.repeat:
                return text

    def _apart(self) -> bool:
        """Whether the version that comes next is spelled apart from its family (``llama-2``, not ``Qwen2.5``)."""
        version = next((item for item in self.left if item.element is Element.version), None)
        return version is not None and (version.late or version.text.startswith("-"))

    def _take(self, piece: Piece) -> str | None:
        if piece.sep:
            return "-"
        placed = any(item.element not in {Element.architecture, Element.version} for item in self.used)
        for item in self.left:
            early = item.late and piece.elements == {Element.version} and not placed
            if item.element in piece.elements and not early:
                self.left.remove(item)
                self.used.append(item)
                return item.text.lstrip("-")
        if piece.own and self.own:
            word = self.own.pop(0)
            self.used.append(Evidence(Element.other, word, "its own word"))
            return word
        return None


def _needs(nodes: tuple[Node, ...]) -> bool:
    return any(not isinstance(node, Literal) for node in nodes)
