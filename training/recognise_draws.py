"""Asks about unseen classes by further draws of what is held back.

    python -m training.recognise_draws CORPUS OUT.json --seeds 23 24

Which classes are drawn matters more than what is changed in the recogniser, and a draw asks about some seventy. So for
each seed types and classes are drawn anew, a matcher and a judge of kinship are trained, and the row of the test part
is asked. Eight minutes each; a file that is there is added to.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from dara_lint.recognize import trees
from dara_lint.recognize.recognizer import Recognizer
from training.recognise_equals import Equals
from training.recognise_evaluate import UNSEEN, asked, right
from training.recognise_kinship import rows, weights
from training.recognise_profiles import atlas
from training.recognise_split import TEST, split
from training.recognise_train import MOST_SAMPLES, everything, train


def main() -> None:
    """Draw, train, ask and write after each seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", required=True)
    arguments = parser.parse_args()
    newest, others = everything(arguments.corpus)
    for seed in arguments.seeds:
        chosen = split(newest, others, test=True, seed=seed)
        profiles = atlas(chosen.profiled())
        forest = trees.load(bytes(train(chosen, profiles, MOST_SAMPLES).save_raw("ubj")))
        kin = weights(list(rows(chosen, profiles)))
        equals = Equals(chosen)
        samples = next(each.samples for each in asked(chosen, TEST, others) if each.row == UNSEEN)
        judges = {"without kinship": Recognizer(profiles, forest), "all": Recognizer(profiles, forest, kin)}
        good = {
            name: sum(
                right(equals, each, "clean", each.evidence, judge.recognize(each.evidence))[0] for each in samples
            )
            for name, judge in judges.items()
        }
        draws = json.loads(arguments.out.read_text()) if arguments.out.exists() else {}
        draws[str(seed)] = {**good, "of": len(samples)}
        arguments.out.write_text(json.dumps(dict(sorted(draws.items())), indent=1) + "\n")
        print(seed, draws[str(seed)], flush=True)


if __name__ == "__main__":
    main()
