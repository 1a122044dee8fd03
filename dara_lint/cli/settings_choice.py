"""Which settings hold for a model's root: the closest file and what it extends, and flags over all of them."""

from __future__ import annotations

import os
from collections.abc import Collection
from functools import lru_cache

from dara_lint.cli import baseline, settings_source, settings_values
from dara_lint.facts import fact, replace
from dara_lint.settings import Ignore, Settings


@fact
class Flags:
    """What the command line said; None and empty where it said nothing."""

    name: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[Ignore, ...] = ()
    fail_on: str | None = None
    min_confidence: float | None = None
    jobs: int = 1
    preview: bool = False
    exclude: tuple[str, ...] = ()
    baseline: str | None = None
    config: str | None = None
    isolated: bool = False


@fact
class Choice:
    """The settings for each root: called with a root's folder, gives its ``Settings`` or raises UsageError.

    ``known`` are the ids and families of all rules.
    """

    flags: Flags
    known: frozenset[str]

    def __call__(self, root: str) -> Settings:
        """The settings of one root's folder."""
        return _settings(self.flags, self.known, os.path.abspath(root))


@lru_cache(maxsize=4096)
def _settings(flags: Flags, known: frozenset[str], folder: str) -> Settings:
    if flags.isolated:
        return _flagged(Settings(), flags)
    layer = settings_source.given_file(flags.config) if flags.config else settings_source.closest_file(folder)
    if layer is None:
        return _flagged(Settings(), flags)
    return _flagged(_from_file(layer.path, layer.bound, known), flags)


@lru_cache(maxsize=512)
def _from_file(path: str, bound: str, known: Collection[str]) -> Settings:
    settings = Settings()
    for layer in settings_source.chain(replace(settings_source.given_file(path), bound=bound)):
        settings = settings_values.applied(settings, layer, known)
    return settings


def _flagged(settings: Settings, flags: Flags) -> Settings:
    return replace(
        settings,
        name=flags.name or settings.name,
        select=flags.select or settings.select,
        ignore=(*settings.ignore, *flags.ignore),
        fail_on=settings_values.FAIL_ON[flags.fail_on] if flags.fail_on else settings.fail_on,
        min_confidence=settings.min_confidence if flags.min_confidence is None else flags.min_confidence,
        jobs=flags.jobs,
        preview=flags.preview or settings.preview,
        exclude=(*settings.exclude, *flags.exclude),
        baseline=baseline.fingerprints(flags.baseline) if flags.baseline else settings.baseline,
    )


def clear() -> None:
    """Forget what was read, for a process that outlives a change of its settings files."""
    _settings.cache_clear()
    _from_file.cache_clear()
    settings_source.read_table.cache_clear()
    baseline.fingerprints.cache_clear()
