"""Write dara_lint/names/well_known.json: the ids that everybody knows, and the spellings of architectures.

``naming_known.py DOWNLOADS.csv… REGISTRY.jsonl``: ids of the last year's file with many downloads, without those
that only repackage others. Words near an architecture that published names use for themselves are left alone.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "dara_lint" / "names" / "well_known.json"
LEAST = 300_000
"""Downloads from which an id is well known."""
REPACKAGE = re.compile(
    r"^(?:thebloke|maziyarpanahi|unsloth|mlx-community|bartowski|lmstudio-community|quantfactory|mradermacher|qdrant"
    r"|xenova|onnx-community|stablediffusionapi|digiplay|huggingtweets|systran|michaelfeil|optimum|neuralmagic"
    r"|hf-internal-testing|trl-internal-testing|katuni4ka|peft-internal-testing|second-state|ggml-org)/",
    re.IGNORECASE,
)
WORDS = Path(__file__).with_name("naming_words.txt")


def main() -> None:
    """Write the file from the tables that were given."""
    downloads: dict[str, float] = {}
    with Path(sys.argv[1]).open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            downloads[row["name"]] = float(row["downloads"] or 0)
    known = [
        name
        for name, count in sorted(downloads.items(), key=lambda item: (-item[1], item[0]))
        if count >= LEAST and name.count("/") == 1 and not REPACKAGE.match(name) and len(name.partition("/")[2]) >= 6
    ]
    source = (
        f"models: ids with at least {LEAST} downloads in a month of 2025, as ptm-quantify-esem-2024 counted them, "
        "most downloaded first; the rest kept by hand in tools/naming_words.txt"
    )
    sections = re.split(r"^#.*$", WORDS.read_text("utf-8"), flags=re.MULTILINE)[1:]
    architectures, left_alone = (section.split() for section in sections)
    table = {"source": [source], "models": known, "architectures": architectures, "left alone": left_alone}
    TARGET.write_text(json.dumps(table, ensure_ascii=False, indent=0) + "\n", "utf-8")
    print(f"{len(known)} ids")


if __name__ == "__main__":
    main()
