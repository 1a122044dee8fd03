"""Times the recogniser on real indices: cold, warm, and the memory it takes.

python -m training.recognise_speed PACKAGES OUT.json
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

COLD = """
import json, sys, time
def peak():
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]) / 1024
names = json.loads(sys.stdin.read())
before = peak()
start = time.process_time()
from dara_lint.recognize.evidence import of_tensors
from dara_lint.recognize.recognizer import recognize
recognize(of_tensors((name, None, "") for name in names), sys.argv[1])
print(json.dumps([time.process_time() - start, peak() - before]))
"""


def cold(names: list[str], claimed: str) -> tuple[float, float]:
    """Seconds of CPU and MiB of a fresh process that recognises one checkpoint, importing included."""
    found = [
        json.loads(
            subprocess.run(
                [sys.executable, "-c", COLD, claimed],
                input=json.dumps(names),
                capture_output=True,
                text=True,
                check=True,
            ).stdout
        )
        for _ in range(3)
    ]
    return min(each[0] for each in found), max(each[1] for each in found)


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("packages", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    from dara_lint.recognize.evidence import of_checkpoint
    from dara_lint.recognize.recognizer import recognize
    from training.recognise_real import read

    found = list(read(arguments.packages))
    rows: dict[str, list[float]] = {"own": [], "foreign": []}
    for _ in range(2):
        rows = {"own": [], "foreign": []}
        for real in found:
            for kind, claimed in (("own", real.label or None), ("foreign", "bert")):
                start = time.process_time()
                recognize(of_checkpoint(real.checkpoint), claimed)
                rows[kind].append(1000 * (time.process_time() - start))
    own, foreign = rows["own"], rows["foreign"]
    names = [f"model.layers.{n}.mlp.{part}_proj.weight" for n in range(98) for part in ("gate", "up", "down")]
    names += ["model.embed_tokens.weight", "model.norm.weight", "lm_head.weight"]
    (clean, memory), (odd, most) = cold(names, "llama"), cold(names, "bert")
    told = (
        f"Of {len(found)} real checkpoints one takes {statistics.median(own):.1f} ms of CPU when warm (median; "
        f"{max(own):.1f} ms at most) under the claim of its own config, {statistics.median(foreign):.1f} ms "
        f"({max(foreign):.1f} ms) under a foreign claim. Cold, importing and unpacking included, 300 names take "
        f"{1000 * clean:.0f} to {1000 * odd:.0f} ms and {memory:.0f} to {most:.0f} MiB."
    )
    print(told)
    arguments.out.write_text(json.dumps({"text": told, "own": rows["own"], "foreign": rows["foreign"]}))


if __name__ == "__main__":
    main()
