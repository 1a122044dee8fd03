"""The name says another version of its family than the config or the base model.

Llama 2 and Llama 3 are both ``llama`` to a config, but not the same model: their vocabularies are 32,000 and
128,256 entries, and their prompts, licences and abilities differ. What tells versions apart that share a
``model_type`` is held against the name: Llama by vocabulary, Llama 3.1 and later by the scaling of rotary
embeddings, Mistral 7B v0.3 by its vocabulary. The card's ``base_model`` is held against it too.

Own extensions of a vocabulary by some thousand entries, versions that agree as far as they are given
(``llama-3`` beside ``Llama-3.1``), distilled models and models of other families are left alone.

Example: ``acme/llama-3-8b-support`` whose config.json says ``"vocab_size": 32000``.

How to mend: rename the repository after the version that it is, or put the right files there.

Source: config.json of the published models (meta-llama, mistralai).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from dara_lint import names
from dara_lint.blueprints.fields import Claims
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Document, Location, ModelRepo
from dara_lint.names import Element, Name
from dara_lint.rules.naming.card_says import said
from dara_lint.rules.naming.identity import generations
from dara_lint.rules.promised import promised
from dara_lint.rules.subject import main_config
from dara_lint.settings import Settings


class Mark(NamedTuple):
    """Versions from ``least`` to below ``most`` of a family have a vocabulary between ``low`` and ``high``."""

    family: str
    least: tuple[int, ...]
    most: tuple[int, ...]
    low: int
    high: int
    usual: int
    called: str


MARKS = (
    Mark("llama", (1,), (3,), 30_000, 120_000, 32_000, "llama 1 and 2"),
    Mark("llama", (3,), (4,), 120_000, 1 << 40, 128_256, "llama 3.x"),
)
"""Bounds leave room for extended vocabularies: the largest known of a Llama 2 is below 120,000."""


MISTRAL = {"0.1": 32_000, "0.2": 32_000, "0.3": 32_768}
"""Versions of Mistral 7B and their vocabularies (mistralai, config.json)."""
MISTRAL_COUNT = 7 * 10**9
MISTRAL_ELEMENTS = frozenset(
    {Element.architecture, Element.parameters, Element.version, Element.task, Element.format, Element.reuse}
)
"""What a name may hold and still be that of the original or of a conversion."""


MADE_FROM: Mapping[tuple[str, tuple[int, ...]], tuple[int, ...]] = {("llama", (3, 3)): (3, 1)}
"""Versions that their authors trained from another (Llama-3.3-70B-Instruct from Llama-3.1-70B)."""


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold the family's version in the name to the config's vocabulary and to the base model."""
    if repo.name is None:
        return
    name = names.parse(repo.name)
    if any(segment.normal == "distilled" for segment in name.of(Element.reuse)):
        return
    said_versions = dict(generations(name))
    subject = main_config(repo)
    if subject:
        if not _is_wrong(repo, subject[0]):
            yield from _vocabulary(subject[0], subject[1], said_versions)
            yield from _mistral(subject[0], subject[1], name)
        yield from _scaling(subject[0], subject[1], said_versions)
    yield from _base(repo, name, said_versions)


def _is_wrong(repo: ModelRepo, config: Document) -> bool:
    """Whether the weights already contradict the vocabulary of the config, so that it tells no version."""
    return any(
        "vocab_size" in cause.keys
        for each in promised(repo)
        if each.comparison is not None and each.held.config.path == config.path
        for cause in each.comparison.causes
    )


def _vocabulary(config: Document, claim: Claims, said_versions: dict[str, tuple[int, ...]]) -> Iterator[Hit]:
    if claim.vocab_size is None or claim.model_type is None or claim.model_type.value != "llama":
        return
    size = claim.vocab_size.value
    if size < MARKS[0].low:  # a toy for tests, or an own tokenizer
        return
    for mark in MARKS:
        version = said_versions.get(mark.family)
        if version and mark.least <= version < mark.most and not mark.low <= size < mark.high:
            true = next((m for m in MARKS if m.family == mark.family and m.low <= size < m.high), None)
            shown = ".".join(map(str, version))
            yield Hit(
                Location(config.path, claim.vocab_size.pointer),
                f"the name says {mark.family} {shown}, whose vocabulary has {mark.usual:,} entries, the config {size:,}"
                + (f", as {true.called} have" if true and abs(size - true.usual) < 300 else ""),
                found=f"{mark.family} {shown} {size}",
                help="rename the repository after the version that it is, or put the right config here",
            )


def _scaling(config: Document, claim: Claims, said_versions: dict[str, tuple[int, ...]]) -> Iterator[Hit]:
    """Llama 3.1 to 3.3 scale their rotary embeddings; 3.0 has a context of 8,192 and no scaling."""
    version = said_versions.get("llama", ())
    if not (3, 1) <= version < (4,) or claim.model_type is None or claim.model_type.value != "llama":
        return
    if (
        claim.context
        and claim.context.value == 8_192
        and not {"rope_scaling", "rope_parameters"} & {key for key, value in config.table.items() if value}
    ):
        shown = ".".join(map(str, version))
        yield Hit(
            Location(config.path, claim.context.pointer),
            f"the name says llama {shown}, the config has llama 3's 8,192 positions and plain rotary embeddings",
            found=f"llama {shown} 8192",
            help="rename the repository after llama 3, or put the right config here",
            confidence=0.8,
        )


def _mistral(config: Document, claim: Claims, name: Name) -> Iterator[Hit]:
    """Mistral 7B v0.1 and v0.2 have 32,000 entries, v0.3 has 32,768; a name with words of its own has versions too."""
    if claim.vocab_size is None or claim.model_type is None or claim.model_type.value != "mistral":
        return
    versions = [segment.normal for segment in name.of(Element.version)]
    size = claim.vocab_size.value
    plain = {segment.element for segment in name.segments} <= MISTRAL_ELEMENTS and all(
        segment.normal == "instruct" for segment in name.of(Element.task)
    )
    named = [segment.normal for segment in name.of(Element.architecture)] == ["mistral"]
    counts = name.parameters and name.parameters.total == MISTRAL_COUNT
    if not (plain and named and counts and len(versions) == 1 and size in MISTRAL.values()):
        return
    usual = MISTRAL.get(versions[0], size)
    if usual != size:
        true = " and ".join(f"v{version}" for version, entries in MISTRAL.items() if entries == size)
        yield Hit(
            Location(config.path, claim.vocab_size.pointer),
            f"the name says mistral v{versions[0]}, whose vocabulary has {usual:,} entries, the config {size:,}, "
            f"as in {true}",
            found=f"mistral {versions[0]} {size}",
            help="rename the repository after the version that it is, or put the right config here",
        )


def _base(repo: ModelRepo, name: Name, said_versions: dict[str, tuple[int, ...]]) -> Iterator[Hit]:
    bases = said(repo, "base_model")
    if len(bases) != 1 or not said_versions:
        return
    theirs = dict(generations(names.parse(bases[0].text.rstrip("/"))))
    for family in sorted(said_versions.keys() & theirs.keys()):
        ours, other = said_versions[family], theirs[family]
        if ours[: len(other)] != other[: len(ours)] and MADE_FROM.get((family, ours)) != other:
            shown = [".".join(map(str, version)) for version in (ours, other)]
            yield Hit(
                bases[0].at,
                f"the name says {family} {shown[0]}, its base_model {bases[0].text} is {family} {shown[1]}",
                found=f"{family} {shown[0]} {bases[0].text}",
                help="correct base_model, or rename the repository after its base",
            )


RULE = Rule(
    "naming/generation",
    "the name says another version of its family",
    Severity.WARNING,
    0.9,
    check,
    __doc__ or "",
)
