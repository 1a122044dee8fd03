"""Writes docs/recogniser.md from what the other commands measured.

python -m training.recognise_docs TEST.json CALIBRATE.json ASIDE.json DARA.json ONNX.json SPEED.json [--check]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from training.recognise_evaluate import Figure

TARGET = Path(__file__).parents[1] / "docs" / "recogniser.md"
BUNDLED = Path(__file__).parents[1] / "dara_lint" / "recognize" / "bundled"

ROWS = (
    ("clean, unseen size", "type, all", "clean, unseen size: type", ".999", "≥ .9995"),
    ("clean, unseen size", "class, all", "clean, unseen size: class", ".9986", "≥ .9995"),
    ("unseen class and size", "type, all", "unseen class and size: type", ".923", "≥ .96"),
    ("older library version", "type, all", "older library version: type", "–", "≥ .99"),
    ("older library version", "class, all", "older library version: class", "–", "≥ .98"),
    ("scattered", "type, all", "30 % of the tensors, drawn singly: type", ".857", "≥ .95"),
    ("shard", "type, all", "a run of 30 % of the tensors: type", "–", "≥ .95"),
    ("shard", "set, all", "a run of 30 % of the tensors: type in the set that is named", "–", "–"),
    ("adapter", "set, all", "adapter alone: type in the set that is named", "–", "–"),
    ("claims on adapter", "claimed family accepted", "adapter alone: claimed family accepted", ".76", "≥ .95"),
    ("claims on adapter", "impossible family ruled out", "adapter alone: impossible family ruled out", ".98", "≥ .98"),
    ("renamed", "type, all", "40 % of segments renamed: type", ".900", "≥ .97"),
    ("nameless", "type, all", "nameless: type, all families", ".871", "≥ .93"),
    ("nameless, DARA's", "type, all", "nameless, types and classes of DARA's records: type", ".9218", "≥ .95"),
    ("nameless, DARA's", "class, all", "nameless, types and classes of DARA's records: class", ".6747", "≥ .80"),
    ("prefixed", "type, all", "unknown prefix: type", ".995", "–"),
    ("stripped", "type, all", "first segment stripped: type", ".918", "–"),
    ("shapeless", "type, all", "names alone (an index): type", "–", "–"),
    ("claims on clean", "claimed family accepted", "clean: claimed family accepted", "–", "–"),
    ("claims on clean", "impossible family ruled out", "clean: impossible family ruled out", "–", "–"),
    ("claims on shard", "claimed family accepted", "shard: claimed family accepted", "–", "–"),
    ("claims on shard", "impossible family ruled out", "shard: impossible family ruled out", "–", "–"),
    ("unknown family", "flagged at 5 % false alarm, distinguishable",
     "unknown family: flagged at 5 % false alarm, distinguishable", ".98", "≥ .97"),
    ("unknown family", "flagged at 5 % false alarm, all",
     "unknown family: flagged at 5 % false alarm, all", ".88", "–"),
)  # fmt: skip
PUBLISHED = {
    "model_type": "78.4; 87.67; 85.61",
    "architecture": "42.9; 50.66; 49.34",
    "task": "45.7; 50.37; 46.40",
}
METHODS = ("lookup", "nearest neighbour", "matcher", "all")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def share(good: int, of: int) -> str:
    """A share with its interval and n."""
    return Figure("", "", good, of).text()


def real(found: dict[str, list[dict[str, Any]]]) -> list[list[str]]:
    """The rows of one half of the real checkpoints."""
    packages = found["packages"]
    known = [each for each in packages if each["known"]]
    foreign = [*found["wheels"], *(each for each in packages if not each["known"])]
    everyone = [*packages, *found["wheels"]]

    def count(rows: Sequence[dict[str, Any]], test: Callable[[dict[str, Any]], bool]) -> str:
        return share(sum(map(test, rows)), len(rows))

    return [
        ["right type accepted (configs of known types)", count(known, lambda each: each["verdict"] == "possible")],
        ["right type ruled out", count(known, lambda each: each["verdict"] == "impossible")],
        ["right type among the set that is named", count(known, lambda each: each["in_set"])],
        [
            "other families ruled out",
            share(sum(each["ruled_out"] for each in everyone), sum(each["others"] for each in everyone)),
        ],
        [
            "other families accepted",
            share(sum(len(each["accepted"]) for each in everyone), sum(each["others"] for each in everyone)),
        ],
        ["of checkpoints without a known claim, named at .9 or more", count(foreign, lambda each: each["sure"])],
    ]


def text(
    test: dict[str, Any],
    calibrate: dict[str, Any],
    aside: dict[str, Any],
    dara: dict[str, Any],
    onnx: dict[str, Any],
    speed: dict[str, Any],
) -> str:
    """The page."""
    figures = {(each["row"], each["what"]): Figure(**each) for each in test["figures"]}
    main = [
        [label, figures[row, what].text(), beat, goal]
        for row, what, label, beat, goal in ROWS
        if (row, what) in figures
    ]
    kinds = dict.fromkeys(row for row, what in figures if what == "type, lookup")
    ablation = [
        [row, *(f"{figures[row, f'type, {each}'].good / figures[row, f'type, {each}'].of:.3f}" for each in METHODS)]
        for row in kinds
    ]
    own = [
        [target, share(each["good"], each["of"]), str(each["labels"]), f"{each['ceiling']:.3f}", PUBLISHED[target]]
        for target, each in dara.items()
    ]
    newest, older = test["samples"]["newest"], test["samples"]["older"]
    records = next(iter(dara.values()))["of"]
    sizes = {path.name: path.stat().st_size for path in sorted(BUNDLED.iterdir()) if path.suffix in {".zz", ".ubj"}}
    return f"""# The recogniser, measured

Generated by `training/recognise_docs.py` from what the other commands measured;
[how to rebuild](#how-to-rebuild) is below. “eq” everywhere: types (classes) with the same masked tensor names cannot
be told apart, so an answer counts as right when it is one of those that share the sample's names. In brackets the
95 % interval (Wilson) and n.

## On the corpus

{test["classes"]:,} classes of {test["types"]} model types of the newest transformers, {newest:,} checkpoints of
jittered sizes, and {older:,} of older versions and other libraries. Figures are of the *{test["part"]}* part: sizes
that no profile and no training has seen, profiles of five sizes. The bundled profiles are made of all sizes and
versions. The test part was looked at twice: after the first time the order of candidates was changed back to the
matcher's own, nothing else.

{table(("evidence", "measured", "to beat", "goal"), main)}

AUROC of known against unknown families by the best candidate's probability: {test["auroc"]["distinguishable"]:.4f} for
families whose tensor names are their own (to beat .992, goal ≥ .99), {test["auroc"]["all"]:.4f} for all (.938).

### What each part adds (type, eq)

{table(("evidence", *METHODS), ablation)}

Lookup answers whatever has a fitting profile and nothing else; neighbours see through prefixes; the matcher adds where
names are partial or changed. *All* is lookup first, then the matcher. The single methods are measured on the first
hundred samples.

## On real checkpoints

Repositories with an index or headers, and weights of PyPI packages that are no transformers model. The list was
shuffled with a seed and halved before anything was looked at: thresholds were set on the first half, the second was
judged once.

{table(("first half: calibrated on", "share"), real(calibrate))}

{table(("second half: set aside", "share"), real(aside))}

Every verdict was read. Those named without a known claim are named rightly: a delta of llama and a gpt2 without a
config, and a type of its own whose tensors are llama's with biases. A config that is not that of the weights beside it
(a text encoder's beside a diffusion transformer's index) is left out of the first three rows. The rules, not these
figures, had been run once over both halves before.

## DARA's published records

Five folds over {records} records, each predicted once; runs of one to three layers of the traced graph, XGBoost,
{4 * records // 5} records to train on. Beside it: XGBoost on 545 records, measured earlier; the published Longformer
and RoBERTa, trained on about 2,700.

{table(("target", "accuracy", "labels", "ceiling", "published, %"), own)}

The ceiling is what the best guess by identical sequences reaches.

## ONNX operators

{onnx["families"]} families that export with the legacy exporter and plain attention, known from one export each; asked
are exports of another depth, with another attention implementation, and from the dynamo exporter. Nearest neighbour
over runs of one to three operators; to beat .982 and .983, goal ≥ .99. This is measured and not bundled.

{table(("asked", "family, eq"), [[name, share(*pair)] for name, pair in onnx["rows"].items()])}

## Size and speed

{table(("file", "bytes"), [[name, f"{size:,}"] for name, size in sizes.items()])}

{sum(sizes.values()):,} bytes in all, the model uncompressed. {speed["text"]}

## What is not met, and what the errors are

{(Path(__file__).parent / "recognise_errors.md").read_text("utf-8").strip()}

## How to rebuild

```
python -m training.recognise_corpus CORPUS                       # once for each version of transformers (PYTHONPATH)
python -m training.recognise_more_corpus CORPUS                  # diffusers and timm
python -m training.recognise_train CORPUS                        # the matcher and the bundled profiles
python -m training.recognise_evaluate CORPUS dara_lint/recognize/bundled/matcher.ubj TEST.json \\
    --part test --records dara_test_records.jsonl
python -m training.recognise_judge PACKAGES WHEELS CALIBRATE.json
python -m training.recognise_judge PACKAGES WHEELS ASIDE.json --aside
python -m training.recognise_dara dara_test_records.jsonl DARA.json
python -m training.recognise_onnx_corpus EXPORTS.jsonl
python -m training.recognise_onnx EXPORTS.jsonl ONNX.json
python -m training.recognise_speed PACKAGES SPEED.json
python -m training.recognise_docs TEST.json CALIBRATE.json ASIDE.json DARA.json ONNX.json SPEED.json
```

The corpus takes 10 minutes for transformers 5.23, 20 for 4.57 and 4.44 each on a shared core, and 2 GiB; training
takes 6 minutes and 3 GiB, the evaluation 5. Everything is seeded.
"""


def main() -> None:
    """Write the page, or with ``--check`` say whether it is what would be written."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("test", "calibrate", "aside", "dara", "onnx", "speed"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    read = [
        json.loads(getattr(arguments, name).read_text())
        for name in ("test", "calibrate", "aside", "dara", "onnx", "speed")
    ]
    page = text(*read)
    if arguments.check:
        sys.exit(0 if TARGET.read_text("utf-8") == page else "docs/recogniser.md is out of date")
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(page, "utf-8")


if __name__ == "__main__":
    main()
