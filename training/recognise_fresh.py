"""Judges the bundled recogniser by checkpoints drawn anew, which nothing was made of and nothing was chosen by.

    python -m training.recognise_corpus FRESH --first 22 --samples 24 --without-flags
    python -m training.recognise_fresh CORPUS FRESH OUT.json
    python -m training.recognise_certify OUT.json

``recognise_evaluate`` asks profiles made of a part of the corpus, to say what they make of what they have not seen;
this asks what is shipped, whose profiles are made of all of it. Sizes alone are new here, no class and no type is.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from dara_lint.recognize import bundled_atlas
from dara_lint.recognize.recognizer import Recognizer
from training.recognise_data import load
from training.recognise_equals import Equals
from training.recognise_evaluate import Asked, synthetic
from training.recognise_figures import drawn
from training.recognise_split import ASKED, split
from training.recognise_train import NEWEST, everything


def main() -> None:
    """Ask, and write figures and misses as ``recognise_evaluate`` does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("fresh", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    newest, others = everything(arguments.corpus)
    fresh = list(load(arguments.fresh, NEWEST))
    equals = Equals(split([*newest, *fresh], others))
    rows = [Asked("clean", fresh, "clean"), *(Asked(kind, drawn(fresh), kind) for kind in ASKED)]
    misses: list[dict[str, object]] = []
    recognizer = Recognizer(bundled_atlas.atlas(), bundled_atlas.matcher, bundled_atlas.kin)
    figures = synthetic(equals, {"all": recognizer.recognize}, rows, misses)
    arguments.out.write_text(json.dumps({"figures": [vars(each) for each in figures], "misses": misses}, indent=1))


if __name__ == "__main__":
    main()
