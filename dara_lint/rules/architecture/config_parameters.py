"""The config promises another number of parameters than the size of the weights allows.

Where headers cannot be read (LFS pointers, a pickle, an index without its shards), sizes still tell: a config
fixes the number of parameters exactly, and each takes two bytes or four. Weights that are neither are those of
another model, or the config is. What a file may lack or hold twice is allowed for: a head, a tied table, masks of
older versions, tables kept in 32 bits. Where another value of one key gives the bytes that are there, that key
is named, with the value. Quantised weights have bounds: all in few bits, or only the layers, with their scales.

Adapters and custom code are left alone; headers, where they are here, are compared tensor by tensor by
``architecture/tensor-shapes``, and so are the names of an index.

Example: a config of 6.74 B parameters beside pointers to 26.0 GB in ``float16``, which is 13.0 B.

How to mend: put the config of these weights here, or the weights of this config.

Source: blueprints inferred from transformers 5.24; sizes of 45 real repositories (``docs/blueprints.md``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dara_lint.blueprints import Comparison
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Json, Location, ModelRepo
from dara_lint.rules.architecture.dtype import SPELLED
from dara_lint.rules.held import foreign
from dara_lint.rules.packed_sizes import Packed, packed
from dara_lint.rules.promised import place_of, promised, shown_as
from dara_lint.rules.sized import Measured, measured, unread
from dara_lint.rules.wording import parameters, size_text
from dara_lint.settings import Settings

WARNING, ERROR = 1.15, 1.35
"""Ratios, either way, to the nearest of two and four bytes a parameter; those two are 2 apart, so a ratio never
exceeds 1.41 between them. Old buffers, headers and pickles of 45 real repositories added 0 to 10 %."""
CERTAIN, SURE = 50, 200
"""How many times the uncertainty of a size the next value of a key must lie away, so that none fits by chance."""
FEW = 3
"""Keys that a message names."""


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold the promised parameters to bytes where no header says more."""
    traced = {each.held.config.path for each in promised(repo) if each.comparison and _told(each.comparison)}
    traced |= foreign(repo)
    seen = {each.part.path: each for each in measured(repo)}
    for part in repo.parts:
        checkpoint = unread(part)
        config = part.config
        if checkpoint is None or config is None or part.adapter or config.path in traced:
            continue
        if part.path in seen:
            yield from _plain(seen[part.path])
        elif (found := packed(part, checkpoint)) is None:
            yield Skip(checkpoint.path, "sizes could not be held to the config")
        elif found.ratio >= WARNING:
            yield _packed(Location(config.path, found.pointer), Location(checkpoint.path), found)


def _told(found: Comparison) -> bool:
    """Whether the names already say why the bytes are others: a key is wrong, or tensors are missing."""
    return bool(found.causes or found.of("missing", head=False))


def _plain(each: Measured) -> Iterator[Hit]:
    from dara_lint.blueprints.volume import fitting

    if any(map(each.exact, each.widths)):
        return
    if any(map(each.fits, each.widths)):
        # near what a file may lack or hold twice, yet none of that: only a key that gives these bytes counts
        if each.declared and (sure := fitting(each.expectation, each.sized(each.declared), SURE)):
            yield _differs(each, sure, Severity.WARNING)
        return
    promise, size = each.volume.parameters, each.high
    ratios = [size / (promise * width) for width in each.widths]
    nearest = min(ratios, key=lambda ratio: max(ratio, 1 / ratio))
    miss = max(nearest, 1 / nearest)
    declared = ratios[0] if each.declared in {2, 4} else nearest
    far = max(miss, declared, 1 / declared) >= ERROR
    keys: Mapping[str, tuple[Json, Json]] = {}
    for width in each.widths:
        keys = keys or fitting(each.expectation, each.sized(width), CERTAIN)
    if keys or far or nearest < 1 or miss >= WARNING:
        yield _differs(each, keys, Severity.ERROR if far else Severity.WARNING)
    elif each.named:
        yield _index(each)


def _differs(each: Measured, keys: Mapping[str, tuple[Json, Json]], severity: Severity) -> Hit:
    table, promise = each.config.table, each.volume.parameters
    fitting_values = [f"{shown_as(table, key)} {value}" for key, (_, value) in list(keys.items())[:FEW]]
    named = f"; {', or '.join(fitting_values)} would fit" if keys else ""
    first = next(iter(keys), "architectures")
    return Hit(
        place_of(each.config, first),
        f"the config promises {parameters(promise)} parameters, {_promised(each)}, the weights take "
        f"{size_text(each.high)}{named}",
        found=f"{promise} {each.high}",
        help=f"write {keys[first][1]} here, if these are the weights of this config"
        if len(keys) == 1
        else "put the config of these weights here, or the weights of this config",
        severity=severity,
        related=(Location(each.checkpoint.path),),
    )


def _promised(each: Measured) -> str:
    """The promised bytes in the dtype that is declared, or in both that are usual."""
    promise, dtype = each.volume.parameters, each.claims.dtype
    half, full = f"{size_text(promise * 2)} in half precision", f"{size_text(promise * 4)} in full"
    if dtype is None or each.declared is None or each.high > 2.5 * promise * each.declared:
        return f"{half} and {full}"
    return f"{size_text(promise * each.declared)} in {SPELLED.get(dtype.value, dtype.value)}"


def _index(each: Measured) -> Hit:
    """Every name is promised and no key explains the bytes: the sum is the less certain of the two."""
    promise = each.volume.parameters
    return Hit(
        each.source,
        f"total_size is {size_text(each.high)}, but the tensors that this index names have {parameters(promise)} "
        f"parameters by the config, {size_text(promise * (each.declared or 2))}",
        found=f"{promise} {each.high}",
        help="save the model again, so that index and shards are written together",
        severity=Severity.NOTE,
        related=(Location(each.config.path),),
    )


def _packed(at: Location, weights: Location, found: Packed) -> Hit:
    return Hit(
        at,
        f"the config promises {parameters(found.parameters)} parameters of {found.bits} bits, "
        f"{size_text(found.low)} to {size_text(found.high)}, the weights take {size_text(found.size)}",
        found=f"{found.parameters} {found.bits} {found.size}",
        help="put the config of these weights here, or the weights of this config",
        severity=Severity.ERROR if found.ratio >= ERROR else Severity.WARNING,
        related=(weights,),
    )


RULE = Rule(
    "architecture/config-parameters",
    "the config promises other parameters than the weights take",
    Severity.WARNING,
    0.9,
    check,
    __doc__ or "",
)
