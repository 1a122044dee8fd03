"""The size word in the name is another than the one that the configuration has.

``small``, ``base`` and ``large`` mean a width and a depth that a family's authors published under that word. When
the configuration has exactly the width and depth of another word, the name is wrong: people plan memory and speed
by it, and compare the wrong models.

A shape that the family published under no word is reported only when it is clearly of another size: too wide and
too deep, or too narrow and too shallow. Distilled models, generators, toys, and names with two architectures or two
size words are left alone. A size word in a family whose sizes are numbers of parameters (opt, pythia) gets a note.

Example: ``acme/electra-small-discriminator`` whose config.json says 12 layers of 768, which is electra-base.

How to mend: rename the repository after the size that the config says, or put the right files there.

Source: config.json of each family as its authors published it, see ``names/families.json``.
"""

from __future__ import annotations

from collections.abc import Iterator

from dara_lint import names
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Location, ModelRepo
from dara_lint.names import Element, Name
from dara_lint.names.families import BY_PARAMETERS, SCALE, Shape, sizes, words_of
from dara_lint.rules.naming.size_bounds import outside
from dara_lint.rules.subject import main_config, name_place
from dara_lint.settings import Settings

OTHER_ROLES = frozenset({"generator", "generators", "draft", "random", "dummy", "test", "toy"})
"""Words of models whose shape is meant to be another: electra-base-generator is a quarter as wide as electra-base."""


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold the size word to the shape that the config claims."""
    if repo.name is None:
        return
    found = _word(names.parse(repo.name))
    if found is None:
        return
    family, word = found
    if published := BY_PARAMETERS.get(family):
        yield Hit(
            name_place(repo),
            f"{family} has no size {word}: its authors name sizes by parameters ({published})",
            found=f"{family} {word}",
            help="name the number of parameters instead",
            severity=Severity.NOTE,
            confidence=0.7,
        )
        return
    subject = main_config(repo)
    if subject is None:
        return
    config, claim = subject
    layers = claim.encoder_layers or claim.layers
    if claim.hidden_size is None or layers is None:
        return
    shape = Shape(claim.hidden_size.value, layers.value)
    true = words_of(family, shape) if family in sizes() else ()
    distilled = any(segment.normal == "distilled" for segment in names.parse(repo.name).of(Element.reuse))
    if true and word not in true:
        expected = " or ".join(f"{s.layers} layers of {s.hidden:,}" for s in sizes()[family].get(word, ()))
        yield Hit(
            Location(config.path, claim.hidden_size.pointer),
            f"the name says {family} {word}{f' ({expected})' if expected else ', a size that it has none of'}, "
            f"the config {true[0]}: {shape.layers} layers of {shape.hidden:,}",
            found=f"{word} {shape.hidden}x{shape.layers}",
            help=f"rename the repository after {true[0]}, or put the files of {word} here",
            severity=Severity.ERROR if expected and claim.layers and claim.model_type else Severity.WARNING,
        )
    elif not true and claim.model_type and not distilled and outside(claim.model_type.value, word, *shape):
        yield Hit(
            Location(config.path, claim.hidden_size.pointer),
            f"the name says {word}, the config has {shape.layers} layers of {shape.hidden:,}: "
            f"that is no {word} {claim.model_type.value}",
            found=f"{word} {shape.hidden}x{shape.layers}",
            help="rename the repository, or upload the model that the name promises",
            severity=Severity.WARNING,
            confidence=0.88,
        )


def _word(name: Name) -> tuple[str, str] | None:
    """The family and its size word, when the name has one of each and they stand together."""
    families = name.of(Element.architecture)
    words = [segment for segment in name.of(Element.size) if segment.normal in SCALE]
    if len(families) != 1 or len(words) != 1 or len(name.of(Element.size)) != 1 or name.of(Element.layers):
        return None
    between = [s for s in name.segments if families[0].end <= s.start < words[0].start]
    if any(segment.text.lower() in OTHER_ROLES for segment in name.segments):
        return None
    if families[0].confidence < 0.9 or words[0].start < families[0].start or len(between) > 1:
        return None
    family = families[0].normal
    if between and between[0].element is Element.version:
        family = next((key for key in (f"{family}v{between[0].normal}",) if key in sizes()), family)
    return family, words[0].normal


RULE = Rule(
    "naming/size-word", "the size word is not the size of the config", Severity.ERROR, 0.92, check, __doc__ or ""
)
