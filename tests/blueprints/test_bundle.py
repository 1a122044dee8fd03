"""The bundled file: its size, what is in it, what loading costs."""

from __future__ import annotations

import importlib.resources
import time

from dara_lint.blueprints import bundle
from dara_lint.blueprints.arithmetic import UnknownValueError
from dara_lint.blueprints.compose import completed, parts
from dara_lint.blueprints.expectation import entries

MOST = 400 * 1024


def test_size() -> None:
    data = importlib.resources.files("dara_lint.blueprints").joinpath(bundle.FILE).read_bytes()
    assert data[:4] == b"DLB2"
    assert len(data) <= MOST


def test_one_type_loads_quickly() -> None:
    bundle.kind("bert")
    fresh = [each for each in bundle.model_types() if each != "bert"]
    start = time.perf_counter()
    for model_type in fresh:
        assert bundle.architectures(model_type)
    assert (time.perf_counter() - start) / len(fresh) < 0.05


def test_every_unit_unfolds_under_its_defaults() -> None:
    """References lead somewhere, and expressions are what the evaluator knows."""
    unfolded = 0
    for model_type in bundle.model_types():
        for name in bundle.architectures(model_type):
            config = completed({"model_type": model_type}, bundle.LIBRARY)
            try:
                unfolded += sum(1 for part in parts(config, name, bundle.LIBRARY) for _ in entries(part)) > 0
            except UnknownValueError:
                continue
    total = sum(len(bundle.architectures(model_type)) for model_type in bundle.model_types())
    assert unfolded >= 0.9 * total
