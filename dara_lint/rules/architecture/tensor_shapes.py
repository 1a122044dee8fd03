"""A key of the config contradicts the tensors.

A config.json and its class determine the name and the shape of every tensor. Where the weights differ, the key
that explains it is named, at its line, with the value that would fit: the other value is tried, the whole model
is promised again, and the differences go away. Keys that explain the same tensors equally well are named
together. One wrong key gives one finding, however many tensors show it; from three wrong keys on the config is
that of other weights, which is one finding as well.

A loader fails on other shapes, drops layers that the config does not count, and fills those with random numbers
that the weights lack. Heads are judged mildly, since fine-tuning replaces them; what every loader tolerates
(buffers, a missing prefix, a pooler, a tied head that is stored as well) is left alone. A key that the file leaves
to its default is a warning, for defaults have changed. Where all fits but tensors of one kind, and no key explains
them, that is a note: a class may read more than its blueprint was shown. Custom code and classes without an exact
blueprint are left to other rules.

Example: ``"hidden_size": 4096`` beside ``model.embed_tokens.weight`` of 32000 × 2048.

How to mend: write the value that fits, or put the config of these weights here.

Source: blueprints inferred from transformers 5.24, exact on configs not used for it; ``docs/blueprints.md``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dara_lint.blueprints import Cause, Difference
from dara_lint.blueprints.expectation import whole_key
from dara_lint.blueprints.invert import sources
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Json, Location, ModelRepo
from dara_lint.rules.promised import Promised, place_of, promised, said, shape_text, shown_as, skips
from dara_lint.settings import Settings

MOST_NAMED = 4
"""Keys that a message names before it counts the rest."""
TIE = "tie_word_embeddings"
MANY = 3
"""Wrong keys from which the config is taken to be that of other weights, which is one mistake."""


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Name the keys that explain why tensors differ from what the config promises."""
    yield from skips(repo)
    for each in promised(repo):
        if each.comparison is None:
            continue
        causes = each.comparison.causes
        body = [cause for cause in causes if _severity(each, cause) is Severity.ERROR]
        if len(body) >= MANY:
            yield _several(each, body)
            causes = tuple(cause for cause in causes if cause not in body)
        for cause in causes:
            if not _copied(each, cause) and not (body and _is_tie(cause)):
                yield _cause(each, cause)
        odd = [difference for difference in each.comparison.unexplained if difference.kind == "shape"]
        if odd:
            yield _unexplained(each, odd)


def _copied(each: Promised, cause: Cause) -> bool:
    """Whether all that is wrong is a tied head that is stored as well, where the file says nothing of ties (versions
    before safetensors stored both), or where it is pickled: that keeps one storage under each of its names."""
    pickled = each.held.checkpoint.format != "safetensors"
    return _is_tie(cause) and (pickled or not any(said(each, key) for key in cause.keys))


def _is_tie(cause: Cause) -> bool:
    """Whether a head that is stored beside the table that it is tied to is all; of another model's config it says
    nothing more."""
    tied = all(key.rpartition(".")[2] == TIE for key in cause.keys)
    return tied and all(difference.kind == "unexpected" for difference in cause.differences)


def _keys(each: Promised, cause: Cause) -> list[str]:
    """The keys of a cause, those first that the file says and that decide fewest tensors: they are the simplest."""
    breadth = dict.fromkeys(cause.keys, 0)
    for entry in each.expectation.entries:
        part, pattern = entry.part, entry.pattern
        read = (sources(dimension, part.unit, part.raw) for dimension in pattern.dims if dimension is not None)
        for name in frozenset[str]().union(*read):
            key = whole_key(part, name)
            if key in breadth:
                breadth[key] += entry.times
    return sorted(cause.keys, key=lambda key: (not said(each, key), breadth[key], key))


def _cause(each: Promised, cause: Cause) -> Hit:
    keys = _keys(each, cause)
    table = each.held.config.table
    names = {key: shown_as(table, key) for key in keys}
    there, fits = cause.keys[keys[0]]
    fitting = ", or ".join(f"{names[key]} {_value(cause.keys[key][1])}" for key in keys[:MOST_NAMED])
    shown = _shown(each, cause.differences[0])
    return Hit(
        place_of(each.held.config, keys[0]),
        f"{names[keys[0]]} is {_value(there)}, but {shown}; {_count(cause.explains, 'tensor')} would fit {fitting}",
        found=f"{keys[0]} {_value(there)}",
        help=f"write {_value(fits)} here"
        + (", or leave the copy out if the two tables are equal" if _is_tie(cause) else "")
        if len(keys) == 1
        else f"the weights cannot tell {' from '.join(names[key] for key in keys[:MOST_NAMED])}: "
        "correct the one that is wrong",
        severity=_severity(each, cause),
        related=(Location(each.held.checkpoint.path),),
    )


def _several(each: Promised, causes: Sequence[Cause]) -> Hit:
    """The config of another size, or of another model of the family: one finding for all its keys."""
    config = each.held.config
    first = [_keys(each, cause)[0] for cause in causes]
    pairs = [(shown_as(config.table, key), *cause.keys[key]) for key, cause in zip(first, causes, strict=True)]
    fitting = ", ".join(f"{name} {_value(value)}" for name, _, value in pairs)
    return Hit(
        place_of(config, first[0]),
        f"{pairs[0][0]} is {_value(pairs[0][1])}, but {_shown(each, causes[0].differences[0])}; "
        f"these weights would fit {fitting}",
        found=" ".join(f"{key} {_value(cause.keys[key][0])}" for key, cause in zip(first, causes, strict=True)),
        help="put the config of these weights here, or the weights of this config",
        related=(Location(each.held.checkpoint.path), *(place_of(config, key) for key in first[1:])),
    )


def _severity(each: Promised, cause: Cause) -> Severity:
    kinds = {difference.kind for difference in cause.differences}
    if cause.head and "shape" not in kinds:
        return Severity.WARNING if "missing" in kinds else Severity.NOTE
    if _is_tie(cause):
        return Severity.NOTE  # training in shards saves a tied table under each of its names
    if any(key.rpartition(".")[2] == TIE for key in cause.keys):
        # what the flag ties has changed between versions, and so has which of several decides
        return Severity.NOTE if len(_ties(each.held.config.table)) > 1 else Severity.WARNING
    if "auto_map" in each.held.config.table or not any(said(each, key) for key in cause.keys):
        return Severity.WARNING
    return Severity.ERROR


def _ties(table: Mapping[str, Json]) -> frozenset[Json]:
    """What the config and those nested in it say of ties."""
    nested = [value for value in table.values() if isinstance(value, dict)]
    return frozenset(value for each in (table, *nested) if isinstance(value := each.get(TIE), bool))


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
    differ = f"{_count(times, 'tensor')} {'differs' if times == 1 else 'differ'}"
    return Hit(
        place_of(each.held.config, "architectures"),
        f"{_shown(each, odd[0])}; {differ} and no single key explains it",
        found=odd[0].name,
        help="put the config of these weights here",
        severity=Severity.WARNING if len({each.pattern.name for each in odd}) > 1 else Severity.NOTE,
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
