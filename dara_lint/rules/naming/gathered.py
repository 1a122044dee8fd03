"""What a repository's files say that its name should say: what it is, and with ``evidence`` what it is for."""

from __future__ import annotations

from collections.abc import Iterator

from dara_lint import names
from dara_lint.blueprints.fields import Claims
from dara_lint.facts import replace
from dara_lint.model import ModelRepo
from dara_lint.names import Element, Name
from dara_lint.names.families import Shape, words_of
from dara_lint.recognize.popular import rank
from dara_lint.recognize.repository import repo_size
from dara_lint.rules.held import Judged, judged, named
from dara_lint.rules.naming import evidence
from dara_lint.rules.naming.card_says import said
from dara_lint.rules.naming.evidence import Evidence
from dara_lint.rules.naming.identity import SURE, contradiction
from dara_lint.rules.subject import is_adapter, main_config
from dara_lint.rules.thresholds import EXPERTS_LEAST, EXPERTS_MOST, SIZE_NOTE
from dara_lint.rules.wording import parameters

LEAST_COUNTED = 950_000
"""Parameters from which names say them: ``187K`` reads as a context."""


def gathered(repo: ModelRepo) -> tuple[Evidence, ...]:
    """All that the files say, the most important first: architecture, version, parameters, task, and the rest."""
    foreign = mistaken(repo)
    subject = main_config(repo)
    claim = subject[1] if subject and not foreign else None
    own, where = names.parse(repo.name or ""), "its name"
    called = list(_titles(repo, own))
    parents = [names.parse(text) for text in (*called, *_parents(repo))]
    if called and contradiction(own, parents[0]):
        own, where = parents.pop(0), f"the card calls it {called[0]}"
    found = [
        *(_weighed(foreign, own, where, parents) if foreign else _architecture(claim, own, where, parents)),
        *_size(repo, claim, own, parents),
        *evidence.task(repo, claim, own, where),
        *evidence.training(repo, own, where, parents),
        *evidence.language(repo, own, where),
        *evidence.dataset(repo, own, where),
        *evidence.reuse(repo, own, where),
        *evidence.stored(repo, claim),
        *evidence.rest(own, where),
    ]
    return tuple(found)


def mistaken(repo: ModelRepo) -> Judged | None:
    """The configuration that the name speaks of, where the recogniser rules it out and knows what the weights are."""
    subject = main_config(repo)
    if subject is None:
        return None
    return next((each for each in judged(repo) if each.impossible and each.held.config is subject[0]), None)


def without_mistakes(repo: ModelRepo) -> ModelRepo:
    """The repository without a configuration that is not of its weights, so that names are held to the weights."""
    foreign = mistaken(repo)
    if foreign is None:
        return repo
    parts = (
        replace(part, documents={name: one for name, one in part.documents.items() if one is not foreign.held.config})
        for part in repo.parts
    )
    return replace(repo, parts=tuple(parts))


def _weighed(foreign: Judged, own: Name, where: str, parents: list[Name]) -> Iterator[Evidence]:
    """The family of weights that are not of their config: as a name spells it, else the best known of their types."""
    types = sorted(dict.fromkeys(foreign.verdicts[0].model_types), key=rank)
    note = f"the weights are those of {named(foreign.verdicts[0])}"
    for name, why in ((own, where), *((parent, f"made from {parent.text}") for parent in parents)):
        found = next((found for kind in types if (found := tuple(_spelled(name, kind, sure=True)))), ())
        if found:
            yield from (Evidence(element, text, f"{why}, {note}") for element, text in found)
            return
    yield Evidence(Element.architecture, types[0].replace("_", "-"), note)


def _parents(repo: ModelRepo) -> list[str]:
    texts = [entry.text.rstrip("/") for entry in said(repo, "base_model")[:3]]
    texts += [source.text.rstrip("/") for source in repo.names[1:] if source.kind in {"adapter", "config"}][:3]
    return [text for text in map(_last, texts) if text[:1].isalpha()]


def _last(text: str) -> str:
    """A hub id as it is; of a path its last folder."""
    plain = text.replace("\\", "/")
    return plain if plain.count("/") < 2 and plain[:1] not in "./" else plain.rpartition("/")[2]


def _titles(repo: ModelRepo, own: Name) -> Iterator[str]:
    """What the card calls it, where that is another model than the name says or the name says none."""
    for source in repo.names[1:]:
        if source.kind in {"card", "model-index"} and len(source.text) < 100:
            title = names.parse(source.text)
            if title.of(Element.architecture) and (contradiction(own, title) or not own.of(Element.architecture)):
                yield source.text


def _architecture(claim: Claims | None, own: Name, where: str, parents: list[Name]) -> Iterator[Evidence]:
    """The family as the name, the card or a parent spells it, if the config allows it; else the config's type."""
    kind = claim.model_type.value if claim and claim.model_type else ""
    spelled = [(own, where), *((parent, f"it is called or made from {parent.text}") for parent in parents)]
    for sure in (True, False):  # first what the config confirms, then what it does not deny
        for name, why in spelled:
            found = tuple(_spelled(name, kind, sure=sure))
            if found:
                note = f"{why}, config.json: {kind}" if kind else why
                yield from (Evidence(element, text, note) for element, text in found)
                return
    if kind:
        yield Evidence(Element.architecture, kind.replace("_", "-"), "config.json: model_type")
        return
    for name, why in spelled[1:]:  # an adapter of a family that no lexicon knows: its first word is the family's
        if name.segments and name.segments[0].text[:1].isalpha():
            yield Evidence(Element.architecture, name.segments[0].text, why)
            return


def _spelled(name: Name, kind: str, *, sure: bool) -> Iterator[tuple[Element, str]]:
    """The first architecture of the name that may be ``kind``, and the version behind it.

    A distilled model keeps its teacher: ``DeepSeek-R1-Distill-Qwen`` is one name.
    """
    segments = name.segments
    known = [at for at, s in enumerate(segments) if s.element is Element.architecture and s.confidence >= SURE]
    fits = [
        at for at in known if (kind in segments[at].model_types if sure else not segments[at].model_types or not kind)
    ]
    if not fits or (sure and not kind):
        return
    at = fits[0]
    first = known[0] if known[0] < at and any(s.normal == "distilled" for s in segments[known[0] : at]) else at
    yield Element.architecture, name.text[segments[first].start : segments[at].end]
    after = segments[at + 1] if at + 1 < len(segments) else None
    if after and after.element is Element.version:
        yield Element.version, after.text if after.start == segments[at].end else f"-{after.text}"


def _size(repo: ModelRepo, claim: Claims | None, own: Name, parents: list[Name]) -> Iterator[Evidence]:
    weighed = repo_size(repo)
    if weighed.total and weighed.kind != "adapter" and weighed.total >= LEAST_COUNTED:
        count = f"{weighed.total:,}" if weighed.exact else f"about {parameters(weighed.total)}"
        known = [
            segment
            for name in (own, *parents)
            for segment in name.of(Element.parameters)
            if segment.normal.partition("-")[0].isdecimal()
            and _near(int(segment.normal.partition("-")[0]), weighed.total)
        ]
        mixtures = [
            segment
            for name in (own, *parents)
            for segment in name.of(Element.parameters)
            if name.parameters and name.parameters.experts and name.parameters.expert_size and "x" in segment.normal
            and EXPERTS_LEAST <= weighed.total / (name.parameters.experts * name.parameters.expert_size) <= EXPERTS_MOST
        ]  # fmt: skip
        known = mixtures[:1] or known
        text = known[0].text.upper().replace("X", "x") if known else counted(weighed.total)
        if weighed.active and not known and weighed.active * 2 < weighed.total:
            text += f"-A{counted(weighed.active)}"
        yield Evidence(Element.parameters, text, f"{weighed.path or 'config.json'}: {count} parameters")
    elif is_adapter(repo):
        sized = [s for parent in parents for s in parent.of(Element.parameters) if s.confidence >= SURE]
        if sized:
            yield Evidence(Element.parameters, sized[0].text.upper(), "the adapter's base")
    elif own.of(Element.parameters):
        yield Evidence(Element.parameters, own.of(Element.parameters)[0].text, "its name")
    families = [s.normal for name in (own, *parents) for s in name.of(Element.architecture) if s.confidence >= SURE]
    if claim and claim.model_type:
        families.append("".join(letter for letter in claim.model_type.value if letter.isalnum()))
    layers = (claim.encoder_layers or claim.layers) if claim else None
    if claim and claim.hidden_size and layers and families:
        shape = Shape(claim.hidden_size.value, layers.value)
        words = next((found for family in families if (found := words_of(family, shape))), ())
        if words:
            yield Evidence(Element.size, words[0], f"config.json: {shape.layers} layers of {shape.hidden:,}")
            return
    if len(own.of(Element.size)) == 1 and not weighed.total:
        yield Evidence(Element.size, own.of(Element.size)[0].text, "its name")


def _near(named: int, total: int) -> bool:
    return max(named, total) / max(1, min(named, total)) < SIZE_NOTE


def counted(total: int) -> str:
    """A number of parameters as names say it: ``7B``, ``1.1B``, ``110M``."""
    for unit, letter in ((10**9, "B"), (10**6, "M"), (10**3, "K")):
        if total >= unit * 0.95:
            value = total / unit
            return f"{value:.0f}{letter}" if value >= 10 or abs(value - round(value)) < 0.05 else f"{value:.1f}{letter}"
    return str(total)
