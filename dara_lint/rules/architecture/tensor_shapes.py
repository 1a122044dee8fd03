"""A key of the config contradicts the tensors.

A config.json and its class determine the name and the shape of every tensor. Where the weights differ, the key
that explains it is named, at its line, with the value that would fit: the other value is tried, the whole model
is promised again, and the differences go away. Keys that explain the same tensors equally well are named
together. One wrong key gives one finding, however many tensors show it.

A loader fails on other shapes, drops layers that the config does not count, and fills those with random numbers
that the weights lack. Heads are judged mildly, since fine-tuning replaces them; what every loader tolerates
(buffers, a missing prefix, a pooler) is left alone. A key that the file leaves to its default is a warning, for
defaults have changed. Quantised weights, custom code and classes without an exact
blueprint are left to other rules.

Example: ``"hidden_size": 4096`` beside ``model.embed_tokens.weight`` of 32000 × 2048.

How to mend: write the value that fits, or put the config of these weights here.

Source: blueprints inferred from transformers 5.23, exact on configs not used for it; ``docs/blueprints.md``.
"""

from __future__ import annotations

from collections.abc import Iterator

from dara_lint.blueprints import Cause, Difference
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Json, Location, ModelRepo
from dara_lint.rules.promised import Promised, place_of, promised, said, shape_text, skips
from dara_lint.settings import Settings

MOST_NAMED = 4
"""Keys that a message names before it counts the rest."""


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Name the keys that explain why tensors differ from what the config promises."""
    yield from skips(repo)
    for each in promised(repo):
        if each.comparison is None:
            continue
        for cause in each.comparison.causes:
            yield _cause(each, cause)
        odd = [difference for difference in each.comparison.unexplained if difference.kind == "shape"]
        if odd:
            yield _unexplained(each, odd)


def _cause(each: Promised, cause: Cause) -> Hit:
    keys = sorted(cause.keys, key=lambda key: (not said(each, key), key))
    there = " and ".join(f"{key} is {_value(cause.keys[key][0])}" for key in keys[:1])
    fitting = ", or ".join(f"{key} {_value(cause.keys[key][1])}" for key in keys[:MOST_NAMED])
    first = cause.differences[0]
    return Hit(
        place_of(each, keys[0]),
        f"{there}, but {_shown(each, first)}; {_count(cause.explains, 'tensor')} would fit {fitting}",
        found=f"{keys[0]} {_value(cause.keys[keys[0]][0])}",
        help=f"write {_value(cause.keys[keys[0]][1])} here"
        if len(keys) == 1
        else f"the weights cannot tell {' from '.join(keys[:MOST_NAMED])}: correct the one that is wrong",
        severity=_severity(each, cause),
        related=(Location(each.held.checkpoint.path),),
    )


def _severity(each: Promised, cause: Cause) -> Severity:
    kinds = {difference.kind for difference in cause.differences}
    if cause.head and "shape" not in kinds:
        return Severity.WARNING if "missing" in kinds else Severity.NOTE
    if any(key.rpartition(".")[2] == "tie_word_embeddings" for key in cause.keys):
        return Severity.WARNING  # what the flag ties has changed between versions
    if "auto_map" in each.held.config.table or not any(said(each, key) for key in cause.keys):
        return Severity.WARNING
    return Severity.ERROR


def _shown(each: Promised, difference: Difference) -> str:
    """What one of the tensors shows."""
    name = difference.name
    stored = each.comparison.evidence.stored(name) if each.comparison else name
    if difference.kind == "missing":
        return f"{name} is missing"
    if difference.kind == "unexpected":
        return f"{stored} is there as well"
    return f"{stored} is {shape_text(difference.found)}, not {shape_text(difference.promised)}"


def _unexplained(each: Promised, odd: list[Difference]) -> Hit:
    times = sum(difference.times for difference in odd)
    return Hit(
        place_of(each, "architectures"),
        f"{_shown(each, odd[0])}; {_count(times, 'tensor')} differ and no single key explains it",
        found=odd[0].name,
        help="put the config of these weights here",
        severity=Severity.WARNING,
        related=(Location(each.held.checkpoint.path),),
    )


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def _value(value: Json) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int):
        return str(value)
    text = str(value).replace("'", '"')
    return text if len(text) <= 60 else text[:57] + "…"


RULE = Rule(
    "architecture/tensor-shapes",
    "a config key contradicts the tensors",
    Severity.ERROR,
    0.97,
    check,
    __doc__ or "",
)
