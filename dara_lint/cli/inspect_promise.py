"""``inspect --expect`` and ``--solve``: what a config promises, and the config that weights imply."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from dara_lint import blueprints
from dara_lint.blueprints.compare import Comparison
from dara_lint.blueprints.show import Line as Promise
from dara_lint.blueprints.show import expected_lines, solved_keys
from dara_lint.model import BITS, Json, ModelRepo
from dara_lint.reports.paint import Line, Span, padded, painted
from dara_lint.reports.visible import visible
from dara_lint.rules.architecture.dtype import SPELLED
from dara_lint.rules.promised import promised
from dara_lint.rules.subject import main_config, main_part
from dara_lint.rules.wording import parameters, size_text

WIDEST = 60
"""Cells of a column; a longer formula is cut."""
MOST_STRANGE = 3
"""Tensors without a place that are named."""


def expected(repositories: Sequence[ModelRepo], *, color: bool) -> str:
    """Each config's promise as a tree; what the weights hold instead stands in the last column."""
    return painted(_separated(map(_promise, repositories)), color=color)


def solved(repositories: Sequence[ModelRepo], *, color: bool) -> str:
    """For each repository the keys that its weights imply, those that the config contradicts first."""
    return painted(_separated(map(_implied, repositories)), color=color)


def _separated(blocks: Iterator[list[Line]]) -> list[Line]:
    lines: list[Line] = []
    for block in blocks:
        lines += [(), *block] if lines else block
    return lines


def _head(repo: ModelRepo, text: str) -> Line:
    return (Span(visible(repo.name or repo.path), "bold"), Span(f"   {visible(text)}"))


def _promise(repo: ModelRepo) -> list[Line]:
    subject = main_config(repo)
    promise = blueprints.expect(subject[0].table) if subject else None
    if subject is None or promise is None:
        return [_head(repo, _silent(subject[0].table if subject else {}))]
    beside = [each for each in promised(repo) if each.held.config is subject[0]]
    comparison = beside[0].comparison if beside else None
    rows = expected_lines(promise, comparison)
    columns = [[_name(row), row.formula, row.shape, row.repeats] for row in rows]
    widths = [min(WIDEST, max((len(column[at]) for column in columns), default=0)) for at in range(4)]
    about = "" if promise.exact else ", not in every dimension certain"
    size = f"{parameters(promise.parameters)} parameters"
    active = f", {parameters(promise.active)} active" if promise.active else ""
    dtype = subject[1].dtype.value if subject[1].dtype else ""
    total = (
        f", {size_text(sum(promise.bytes_by_dtype(dtype).values()))} in {SPELLED.get(dtype, dtype)}"
        if dtype in BITS
        else ""
    )
    lines = [_head(repo, f"{promise.architecture} promises {size}{active}{total}{about}")]
    for row, cells in zip(rows, columns, strict=True):
        text = "  ".join(padded(visible(cell)[:limit], limit) for cell, limit in zip(cells, widths, strict=True))
        differs = Span(f"  the weights: {visible(row.difference)}" if row.difference else "", "red")
        lines.append((Span(f"  {text}  {row.share:6.1%}"), differs))
    return lines + (_beyond(comparison) if comparison else [])


def _silent(config: Mapping[str, Json]) -> str:
    """Why a config promises nothing."""
    model_type, name = config.get("model_type"), blueprints.architecture_of(config)
    if isinstance(model_type, str) and name is not None and blueprints.known(model_type, name):
        if key := blueprints.unfollowed(config):
            return f"nothing is promised: the blueprint of {name} does not follow what the config says of {key}"
        return f"nothing is promised: the config lacks or garbles what {name} needs"
    return "no config here whose class has a blueprint"


def _beyond(comparison: Comparison) -> list[Line]:
    """What the weights hold that no config of the class has a place for."""
    strange = [comparison.evidence.stored(name) for name in (*comparison.strange, *comparison.strange_heads)]
    if not strange:
        return []
    more = f" and {len(strange) - MOST_STRANGE:,} more" if len(strange) > MOST_STRANGE else ""
    return [(Span(f"  the weights also hold {visible(', '.join(strange[:MOST_STRANGE]))}{more}", "red"),)]


def _name(row: Promise) -> str:
    return "  " * row.depth + row.name


def _value(value: Json) -> str:
    """A value as config.json writes it, cut where it is long."""
    text = json.dumps(value)
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"


def _implied(repo: ModelRepo) -> list[Line]:
    subject, part = main_config(repo), main_part(repo)
    claim = subject[1] if subject else None
    checkpoint = next((each for each in part.checkpoints if each.complete and each.tensors), None) if part else None
    if subject is None or claim is None or claim.model_type is None or claim.architectures is None:
        return [_head(repo, "no config here that names a type and a class")]
    if checkpoint is None:
        return [_head(repo, "no headers of weights here, so nothing can be solved")]
    table = subject[0].table
    keys = solved_keys(
        blueprints.solve(checkpoint.tensors, claim.model_type.value, claim.architectures.value[0], table), table
    )
    if not keys:
        return [_head(repo, f"no blueprint of {claim.architectures.value[0]}, or these are no weights of it")]
    wide = max(len(key.key) for key in keys)
    lines = [_head(repo, f"what {checkpoint.path} implies for {claim.architectures.value[0]}")]
    for key in keys:
        there = "not in the config" if key.there is None else f"the config says {_value(key.there)}"
        said = "" if key.there == key.implied else f"   {there}"
        style = "" if key.agrees else "red"
        lines.append(
            (Span(f"  {padded(visible(key.key), wide)}  {visible(_value(key.implied))}{visible(said)}", style),)
        )
    return lines
