"""Infer the blueprints of every class and keep what was found, one JSON file per model type.

    python -m training.build OUT [--types bert,llama] [--redo] [--seconds 60]

A type that is there already is skipped, so that a run can be stopped and resumed, and several can share the work
(one in the order of ``--types``, one in reverse). What a run cost is added to OUT/cost.jsonl. ``training.pack`` makes
the bundled file of what is in OUT, ``training.measure`` the figures.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dara_lint.blueprints.compose import Kind, Library, parts
from dara_lint.blueprints.unit import Reference, Unit, shape_of, slots
from training import zoo
from training.choices import optional, spellings
from training.collect import collect, more
from training.derive import derived
from training.infer import infer, used
from training.records import kind_to_json, unit_from_json, unit_to_json
from training.references import references, remember
from training.sampling import Sample, Samples

ROUNDS = 3


def whole(unit: Unit, sample: Sample, library: Library) -> tuple[dict[str, tuple[int | None, ...]], int]:
    """Every tensor that a unit and its references promise for a sample's config.json, and the parameters."""
    promised: dict[str, tuple[int | None, ...]] = {}
    for part in parts(sample.raw, unit.architecture, library):
        for pattern in part.patterns():
            for slot in slots(pattern, part.fields):
                promised[part.prefix + slot.name] = shape_of(pattern, part.fields, slot.at)
    count = 0
    for shape in promised.values():
        size = 1
        for dimension in shape:
            size *= dimension or 0
        count += size
    return promised, count


def judged(unit: Unit, sample: Sample, library: Library) -> dict[str, Any]:
    """How a unit does on one sample: exact or not, names wrong, error of the parameters, the first wrong names."""
    actual = {name: shape for name, (shape, _) in sample.tensors.items()}
    total = 0
    for shape in actual.values():
        size = 1
        for dimension in shape:
            size *= dimension
        total += size
    try:
        promised, count = whole(unit, sample, library)
    except Exception as problem:  # noqa: BLE001
        return {"exact": False, "error": 1.0, "wrong": [f"! {type(problem).__name__}: {problem}"]}
    wrong = [
        f"{name}: {promised.get(name)} instead of {actual.get(name)}"
        for name in {**promised, **actual}
        if promised.get(name) != actual.get(name)
    ]
    return {"exact": not wrong, "error": abs(count - total) / max(1, total), "wrong": wrong[:3]}


def _roles(model_type: str) -> dict[str, str]:
    from transformers.models.auto import modeling_auto

    out = {}
    for role, mapping in (
        ("base", "MODEL_MAPPING_NAMES"),
        ("causal", "MODEL_FOR_CAUSAL_LM_MAPPING_NAMES"),
        ("backbone", "MODEL_FOR_BACKBONE_MAPPING_NAMES"),
    ):
        name = getattr(modeling_auto, mapping).get(model_type)
        if name:
            out[role] = name if isinstance(name, str) else name[0]
    return out


def kind_of(model_type: str) -> Kind:
    """Defaults, key aliases and roles of a type."""
    cls = zoo.config_class(model_type)
    declared = {str(alias): str(key) for alias, key in (getattr(cls, "attribute_map", None) or {}).items()}
    aliases = spellings(model_type) | declared
    return Kind(model_type, zoo.defaults(model_type), aliases, _roles(model_type))


class Workshop:
    """Units and kinds found so far, from this run and from OUT."""

    def __init__(self, out: Path, seed: int = 1) -> None:
        self.out, self.seed = out, seed
        self.units: dict[tuple[str, str], Unit] = {}
        self.kinds: dict[str, Kind] = {}
        self.records: dict[tuple[str, str], dict[str, Any]] = {}
        self._bases: dict[str, Samples] = {}
        self._begun: set[tuple[str, str]] = set()
        self.library = Library(self.kind, self.unit)

    def kind(self, model_type: str) -> Kind | None:
        """The kind of a type of this version of transformers."""
        if model_type not in self.kinds:
            try:
                self.kinds[model_type] = kind_of(model_type)
            except Exception:  # noqa: BLE001
                return None
        return self.kinds[model_type]

    def load(self, model_type: str) -> bool:
        """Take the units of a type from OUT."""
        file = self.out / f"{model_type}.json"
        if not file.exists():
            return False
        record = json.loads(file.read_text())
        for each in record["units"]:
            if "patterns" in each:
                self.units[model_type, each["class"]] = unit_from_json(model_type, each)
        return True

    def unit(self, model_type: str, class_name: str) -> Unit | None:
        """A unit that is known."""
        if (model_type, class_name) not in self.units and model_type not in self._bases:
            self.load(model_type)
        return self.units.get((model_type, class_name))

    def forget(self, model_type: str) -> None:
        """Drop what was found or read of a type, so that it is studied anew."""
        for known in (self.units, self.records):
            for key in [key for key in known if key[0] == model_type]:
                del known[key]
        self._begun = {key for key in self._begun if key[0] != model_type}
        self._bases.pop(model_type, None)

    def unwritten(self) -> list[str]:
        """Types of which a class was studied for the sake of another type, and whose file is not written yet."""
        types = dict.fromkeys(model_type for model_type, _ in self.records)
        return [name for name in types if not (self.out / f"{name}.json").exists()]

    def ensure(self, model_type: str, class_name: str, seconds: float) -> None:
        """Study a class unless it is known, or being studied (a class may hold another of its kind)."""
        key = (model_type, class_name)
        if key in self._begun or self.unit(*key):
            return
        self._begun.add(key)
        try:
            record, samples = study(model_type, class_name, self, seconds, self._bases.get(model_type))
            if class_name == _roles(model_type).get("base") or model_type not in self._bases:
                remember(samples.training, class_name)
                self._bases = {**({} if len(self._bases) > 4 else self._bases), model_type: samples}
        except Exception as problem:  # noqa: BLE001
            record = {"class": class_name, "unbuilt": f"{type(problem).__name__}: {str(problem)[:160]}"}
            if "--trace" in sys.argv:
                traceback.print_exc()
        self.records[key] = record


def study(
    model_type: str, class_name: str, workshop: Workshop, seconds: float, like: Samples | None
) -> tuple[dict[str, Any], Samples]:
    """The record of one class: its unit, its measures, and what they came from."""
    began, wall = time.process_time(), time.perf_counter()
    samples = collect(model_type, class_name, workshop.seed, seconds, like)
    unseen = samples.unseen
    record: dict[str, Any] = {}
    for turn in range(ROUNDS):
        found = references(class_name, samples.training)
        for reference, _ in found:
            workshop.ensure(reference.model_type, reference.architecture, seconds)
        found = [each for each in found if workshop.unit(each[0].model_type, each[0].architecture)]
        unit, failures = inferred(model_type, class_name, samples, found, seconds / 3)
        workshop.units[model_type, class_name] = unit
        results = [judged(unit, sample, workshop.library) for sample in unseen]
        wrong = [sample for sample, result in zip(unseen, results, strict=True) if not result["exact"]]
        record = {
            "class": class_name,
            **unit_to_json(unit),
            "unseen": len(results),
            "exact": sum(result["exact"] for result in results),
            "within": sum(result["error"] <= 0.001 for result in results),
            "worst": max((result["error"] for result in results), default=1.0),
            "wrong": next((result["wrong"] for result in results if not result["exact"]), []),
            "failures": failures[:20],
            "shaping": samples.names,
            "others": samples.others,
            "rounds": turn + 1,
            "builds": samples.builds,
            "cut": samples.cut,
            "optional": list(optional(model_type, class_name)),
        }
        if not wrong or (failures and turn) or turn == ROUNDS - 1 or time.process_time() - began > seconds:
            break
        samples.joint += wrong
        unseen = more(samples, 12, 2000 + turn)
    record["seconds"] = round(time.perf_counter() - wall, 2)
    record["cpu"] = round(time.process_time() - began, 2)
    return record, samples


def inferred(
    model_type: str,
    class_name: str,
    samples: Samples,
    found: Sequence[tuple[Reference, list[set[str]]]],
    seconds: float,
) -> tuple[Unit, list[str]]:
    """The unit of these samples and what could not be said; without fields that no rule fills, if that says more."""
    out: tuple[Unit, list[str]] | None = None
    without: frozenset[str] = frozenset()
    for _ in range(2):
        outcome = infer(
            model_type, class_name, samples.training, samples.names, samples.others, found, seconds, without
        )
        rules, lost = derived(samples.training, used(outcome.unit), samples.names, samples.others)
        failures = [*outcome.failures, *(f"derived {name}" for name in lost)]
        if out is None or len(failures) < len(out[1]):
            out = outcome.unit._replace(derived=tuple(rules)), failures
        without = frozenset(lost)
        if not without:
            break
    assert out is not None
    return out


def study_type(model_type: str, workshop: Workshop, seconds: float) -> dict[str, Any]:
    """The record of a model type: its kind and the records of its classes, the base class first."""
    classes = [name for kind, name in zoo.pairs() if kind == model_type]
    first = _roles(model_type).get("base")
    classes.sort(key=lambda name: (name != first, name))
    kind = workshop.kind(model_type)
    record: dict[str, Any] = {"type": model_type, "units": []}
    if kind is not None:
        record |= kind_to_json(kind)
    for name in classes:
        workshop.ensure(model_type, name, seconds)
    record["units"] = [workshop.records[model_type, name] for name in classes]
    return record


def ordered(first: list[str]) -> list[str]:
    """Model types: those asked for first, then those of language models, then the rest."""
    from transformers.models.auto import modeling_auto

    text: dict[str, None] = {}
    for task in ("CAUSAL_LM", "MASKED_LM", "SEQ_TO_SEQ_CAUSAL_LM", "SEQUENCE_CLASSIFICATION"):
        text |= dict.fromkeys(getattr(modeling_auto, f"MODEL_FOR_{task}_MAPPING_NAMES"))
    known = dict.fromkeys(model_type for model_type, _ in zoo.pairs())
    every = {**{name: None for name in text if name in known}, **known}
    return list(dict.fromkeys([*(name for name in first if name in every), *every]))


def good(units: Sequence[dict[str, Any]]) -> int:
    """How many of these records of classes are exact."""
    return sum(each.get("exact") == each.get("unseen") and bool(each.get("unseen")) for each in units)


def main() -> None:
    """Study the types that OUT lacks, or those that are not exact once more."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--types", default="")
    parser.add_argument("--first", default="", help="types to study before the others")
    parser.add_argument("--seconds", type=float, default=45.0, help="processor time per class")
    parser.add_argument("--redo", action="store_true")
    parser.add_argument(
        "--again", action="store_true", help="what is not exact, by another seed; kept if that is better"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the configs that are drawn")
    parser.add_argument("--trace", action="store_true")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    workshop = Workshop(options.out, options.seed)
    chosen = options.types.split(",") if options.types else ordered(options.first.split(","))
    queue = list(chosen)
    start, studied = time.perf_counter(), 0
    while queue:
        model_type = queue.pop(0)
        target = options.out / f"{model_type}.json"
        former = json.loads(target.read_text()) if options.again and target.exists() else None
        if former and good(former["units"]) == len(former["units"]):
            continue
        if options.redo or former:
            target.unlink(missing_ok=True)
            workshop.forget(model_type)
        elif workshop.load(model_type):
            continue
        began = time.perf_counter()
        record = study_type(model_type, workshop, options.seconds)
        studied, units = studied + 1, record["units"]
        print(f"{model_type:32} {good(units)}/{len(units)} exact {time.perf_counter() - began:6.1f} s", flush=True)
        if former and good(former["units"]) >= good(units):
            workshop.forget(model_type)
            record = former
        made = target.with_suffix(".new")
        made.write_text(json.dumps(record))
        made.rename(target)  # whole at once: other runs may read it
        queue[:0] = [name for name in workshop.unwritten() if name in queue]
    used = resource.getrusage(resource.RUSAGE_SELF)
    cost = {
        "types": studied,
        "wall_s": round(time.perf_counter() - start),
        "cpu_s": round(used.ru_utime + used.ru_stime),
        "peak_mib": used.ru_maxrss // 1024,
    }
    with (options.out / "cost.jsonl").open("a") as file:
        file.write(json.dumps(cost) + "\n")


if __name__ == "__main__":
    main()
