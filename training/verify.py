"""Hold what is bundled to another version of transformers: a class that still is exact need not be studied again.

    python -m training.verify STUDIED [--bundle dara_lint/blueprints/transformers.bin] [--configs 12] [--types a,b]
    python -m training.verify FRESH --keep --seed 85; python -m training.verify STUDIED --join FRESH

For every type that STUDIED lacks, each class of the bundle is judged on configs of another making than those that
``training.build`` draws (``zoo.configs``), and on its defaults, built by the version that is installed. A type whose
classes are all exact is written to STUDIED as if it had been studied, with ``"verified"``; ``training.build`` studies
the others.

What stands because it did well on some configs looks better than it is. So the bundle is judged once more by a seed
that nothing was chosen by, and ``--join`` adds these judgements to those in STUDIED: exact is what is so on both.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

from dara_lint.blueprints.bundle import Bundle
from dara_lint.blueprints.compose import Library
from dara_lint.blueprints.unit import Unit
from training import zoo
from training.build import Workshop, good, judged
from training.choices import optional
from training.infer import used
from training.pack import spelled
from training.records import kind_to_json, unit_to_json
from training.sampling import Builder, Sample


def _samples(model_type: str, class_name: str, wanted: int, seed: int) -> list[Sample]:
    """Configs of another making, and the defaults, with what they build."""
    builder = Builder(model_type, class_name)
    raws = [*zoo.configs(model_type, class_name, wanted, seed), zoo.defaults(model_type, class_name)]
    return [sample for raw in raws if (sample := builder.sample(raw)) is not None]


def verified(unit: Unit, library: Library, wanted: int, seed: int) -> dict[str, Any]:
    """The record of a bundled class, judged by the installed version. Raises what its smallest config raises."""
    began = time.process_time()
    samples = _samples(unit.model_type, unit.architecture, wanted, seed)
    results = [judged(unit, sample, library) for sample in samples]
    reads = used(unit)
    leaves = [".".join(map(str, path)) for path, _ in zoo.leaves(zoo.defaults(unit.model_type, unit.architecture))]
    return {
        "class": unit.architecture,
        **unit_to_json(unit),
        "unseen": len(results),
        "exact": sum(result["exact"] for result in results),
        "within": sum(result["error"] <= 0.001 for result in results),
        "worst": max((result["error"] for result in results), default=1.0),
        "wrong": next((result["wrong"] for result in results if not result["exact"]), []),
        "failures": [],
        "shaping": [name for name in leaves if name in reads],
        "others": [name for name in leaves if name not in reads and not zoo.IGNORED.search(name.rpartition(".")[2])],
        "builds": len(samples),
        "optional": list(optional(unit.model_type, unit.architecture)),
        "cpu": round(time.process_time() - began, 2),
        "verified": True,
    }


def joined(unit: dict[str, Any], other: dict[str, Any] | None) -> dict[str, Any]:
    """A record with another judgement of the same blueprint added; as it is where there is none."""
    if other is None or not other.get("unseen") or not unit.get("unseen") or spelled([unit]) != spelled([other]):
        return unit
    counts = {name: unit[name] + other[name] for name in ("unseen", "exact", "within", "builds")}
    return {
        **unit,
        **counts,
        "worst": max(unit["worst"], other["worst"]),
        "wrong": unit["wrong"] or other["wrong"],
    }


def _join(studied: Path, fresh: Path) -> None:
    for file in sorted(fresh.glob("*.json")):
        target = studied / file.name
        record = json.loads(target.read_text())
        judged_anew = {unit["class"]: unit for unit in json.loads(file.read_text())["units"]}
        record["units"] = [joined(unit, judged_anew.get(unit["class"])) for unit in record["units"]]
        target.write_text(json.dumps(record))


def main() -> None:
    """Verify what STUDIED lacks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("studied", type=Path)
    parser.add_argument("--bundle", type=Path, default=Path("dara_lint/blueprints/transformers.bin"))
    parser.add_argument("--configs", type=int, default=12)
    parser.add_argument("--types", default="", help="these types only")
    parser.add_argument("--keep", action="store_true", help="write what is not exact or lacks a class as well")
    parser.add_argument("--seed", type=int, default=77, help="of the configs")
    parser.add_argument("--join", type=Path, help="a folder of the same classes, judged by another seed")
    options = parser.parse_args()
    if options.join:
        _join(options.studied, options.join)
        return
    bundle = Bundle(options.bundle.read_bytes())
    workshop = Workshop(options.studied)

    def unit(model_type: str, class_name: str) -> Unit | None:
        there = bundle.of(model_type)
        return workshop.unit(model_type, class_name) or (there[1].get(class_name) if there else None)

    library = Library(workshop.kind, unit)
    for model_type in options.types.split(",") if options.types else dict.fromkeys(kind for kind, _ in zoo.pairs()):
        there, target = bundle.of(model_type), options.studied / f"{model_type}.json"
        classes = [name for kind, name in zoo.pairs() if kind == model_type]
        kind = workshop.kind(model_type)
        known = [name for name in classes if there is not None and name in there[1]]
        if target.exists() or there is None or kind is None or len(known) < (1 if options.keep else len(classes)):
            continue
        try:
            records = [verified(there[1][name], library, options.configs, options.seed) for name in known]
        except Exception as problem:  # noqa: BLE001 - a class fails in any way it likes
            print(f"{model_type:32} {type(problem).__name__}: {problem}", flush=True)
            continue
        exact = good(records)
        print(
            f"{model_type:32} {exact}/{len(records)} exact  {next((e['wrong'] for e in records if e['wrong']), '')}",
            flush=True,
        )
        records += [{"class": name, "unbuilt": "not in the bundle"} for name in classes if name not in known]
        if options.keep or exact == len(records):
            target.write_text(json.dumps({"type": model_type, **kind_to_json(kind), "units": records}))


if __name__ == "__main__":
    main()
