"""Samples: one config of a class and the tensors that it gives."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import Any

from training import zoo

Path = zoo.Path


@dataclass(slots=True)
class Sample:
    """One config and its tensors. ``changed`` are the fields that differ from the base."""

    raw: dict[str, Any]
    resolved: dict[str, Any]
    tensors: zoo.Tensors
    changed: tuple[Path, ...]


@dataclass(slots=True)
class Samples:
    """What was built of one class. ``shaping`` maps each field that changed a tensor to the values that build."""

    model_type: str
    class_name: str
    base: Sample
    singles: list[Sample] = field(default_factory=list)
    joint: list[Sample] = field(default_factory=list)
    unseen: list[Sample] = field(default_factory=list)
    shaping: dict[Path, list[Any]] = field(default_factory=dict)
    inert: dict[Path, list[Any]] = field(default_factory=dict)
    """Fields that changed nothing on their own; they may together with others."""
    stuck: set[Path] = field(default_factory=set)
    """Fields of which no other value builds."""
    together: list[dict[Path, Any]] = field(default_factory=list)
    """Changes of several fields that build only together, or that make a list longer."""
    seconds: float = 0.0
    builds: int = 0
    cut: bool = False
    """Whether time ran out before every field had been changed."""

    @property
    def names(self) -> list[str]:
        """The fields that shape tensors, alone or together with another."""
        both = dict.fromkeys((*self.shaping, *(path for change in self.together for path in change)))
        return [".".join(map(str, path)) for path in both if not self._said_twice(path)]

    @property
    def others(self) -> list[str]:
        """Further fields that were varied."""
        mine = set(self.names)
        rest = [path for path in (*self.inert, *self.stuck) if not self._said_twice(path)]
        return [name for path in rest if (name := ".".join(map(str, path))) not in mine]

    def _said_twice(self, path: Path) -> bool:
        """Whether a field names the stages that ``out_indices`` beside it numbers: the numbers are read."""
        with contextlib.suppress(KeyError, TypeError):
            return path[-1] == "out_features" and "out_indices" in zoo.get(self.base.raw, path[:-1])
        return False

    @property
    def training(self) -> list[Sample]:
        """Every sample that inference may look at."""
        return [self.base, *self.singles, *self.joint]


class Builder:
    """Builds samples of one class and counts them."""

    def __init__(self, model_type: str, class_name: str) -> None:
        self.model_type, self.class_name = model_type, class_name
        self.count = 0
        self._empty: set[str] | None = None

    def sample(self, raw: dict[str, Any], changed: tuple[Path, ...] = ()) -> Sample | None:
        """The sample of that config, or None when the class cannot be built with it."""
        self.count += 1
        with contextlib.suppress(Exception):
            config = zoo.build_config(raw)
            full = zoo.resolved(config)
            tensors = zoo.tensors(config, self.class_name, seconds=8)
            empty = {name for name, (shape, _) in tensors.items() if 0 in shape}
            if self._empty is None:
                self._empty = empty  # of the base, such as no register tokens; elsewhere it is a config without sense
            if tensors and len(tensors) < 20_000 and empty <= self._empty:
                return Sample(zoo.placed(raw, full), full, tensors, changed)
        return None
