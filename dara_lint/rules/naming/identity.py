"""Whether two names can be of one model: architecture, experts, parameters, size word, version."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dara_lint import names
from dara_lint.names import Element, Name, Segment
from dara_lint.names.families import SCALE
from dara_lint.rules.thresholds import SIZE_WARNING
from dara_lint.rules.wording import parameters

SURE = 0.8
"""Confidence from which a segment of a name is held against another name."""
_PROSE = r"\s*(?:[-_]?(?:language|scale|multi|vision|model|context|quantit|set\b))"


def contradiction(first: Name, second: Name) -> str:
    """Why the two names cannot be of one model, in words; empty when they can.

    A name that says less contradicts nothing: a family's card stands for each of its sizes.
    """
    for compare in (_architectures, _experts, _totals, _words, _versions):
        if why := compare(first, second):
            return why
    return ""


def families(name: Name) -> frozenset[str]:
    """The architectures that a name says for certain, as its segments spell them."""
    return frozenset(s.normal for s in name.of(Element.architecture) if s.confidence >= SURE)


def _architectures(first: Name, second: Name) -> str:
    claims = [names.architecture_claim(name) for name in (first, second)]
    words = [families(name) for name in (first, second)]
    if not claims[0] or not claims[1] or claims[0] & claims[1] or words[0] & words[1]:
        return ""
    return f"{_said(second)} is not {_said(first)}" if words[0] and words[1] else ""


def _said(name: Name) -> str:
    return next((s.text for s in name.of(Element.architecture) if s.confidence >= SURE), "")


def _experts(first: Name, second: Name) -> str:
    for mixture, plain in ((first.parameters, second.parameters), (second.parameters, first.parameters)):
        if mixture and plain and mixture.experts and mixture.expert_size and plain.total and not plain.experts:
            whole = mixture.experts * mixture.expert_size
            if mixture.total is None and plain.total <= mixture.expert_size * SIZE_WARNING < whole / SIZE_WARNING:
                return (
                    f"{parameters(plain.total)} is one expert's size, not that of {mixture.experts} experts of "
                    f"{parameters(mixture.expert_size)}"
                )
    return ""


def _totals(first: Name, second: Name) -> str:
    """Every number of the one is far from every number of the other."""
    ours, theirs = (list(_numbers(name)) for name in (first, second))
    if not ours or not theirs or any(max(a, b) / min(a, b) < SIZE_WARNING for a in ours for b in theirs):
        return ""
    return f"{parameters(theirs[0])} is not {parameters(ours[0])}"


def _numbers(name: Name) -> Iterator[int]:
    if name.parameters is None or name.parameters.experts or name.parameters.effective:
        return
    for segment in name.of(Element.parameters):
        if segment.confidence >= SURE:
            yield from (int(number) for number in re.findall(r"\d+", segment.normal) if int(number))


def _words(first: Name, second: Name) -> str:
    ours, theirs = _word(first), _word(second)
    if ours and theirs and ours.normal != theirs.normal:
        return f"{theirs.text} is not {ours.text}"
    return ""


def _word(name: Name) -> Segment | None:
    """The only size word, if it stands beside the architecture and is not prose (``large language model``)."""
    words = [segment for segment in name.of(Element.size) if segment.normal in SCALE]
    if len(words) != 1 or len(name.of(Element.size)) != 1:
        return None
    at = name.segments.index(words[0])
    around = name.segments[max(0, at - 2) : at + 2]
    if not any(s.element is Element.architecture and s.confidence >= SURE for s in around):
        return None
    return None if re.match(_PROSE, name.text[words[0].end :].lower()) and " " in name.text else words[0]


def _versions(first: Name, second: Name) -> str:
    ours, theirs = (dict(generations(name)) for name in (first, second))
    for family in ours.keys() & theirs.keys():
        one, other = ours[family], theirs[family]
        if one[: len(other)] != other[: len(one)]:
            shown = [".".join(map(str, version)) for version in (other, one)]
            return f"{family} {shown[0]} is not {family} {shown[1]}"
    return ""


def generations(name: Name) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Family → its version, where the version follows the family at once.

    Two digits without a point are two numbers (``llama31``, ``qwen25``): of the known families only YOLO has counted
    to ten.
    """
    seen = [s.normal for s in name.of(Element.architecture)]
    for family, version in zip(name.segments, name.segments[1:], strict=False):
        if family.element is Element.architecture and version.element is Element.version and family.confidence >= SURE:
            plain = re.fullmatch(r"\d{1,2}(?:\.\d{1,2}){0,2}", version.normal)
            if plain and seen.count(family.normal) == 1:
                glued = len(version.normal) == 2 and not family.normal.startswith("yolo")
                yield family.normal, tuple(map(int, version.normal if glued else version.normal.split(".")))
