"""The prose of ``docs/names.md``; every number of a measurement is filled in by ``names_page.py``."""

from __future__ import annotations

HEAD = """# Names: figures

Written by `python tools/names_page.py ../shared/data docs/names.md MTEB`; the data is public research data and no part
of this repository. "Five-fold": the lexicon is rebuilt without the fold under test.
"""

CONVENTIONS = """
What they do throughout: `it` behind Gemma is Italian, `4bit`, `fp16`, `gptq` and `awq` are characteristics or reuse,
`sft` and `dpo` are reuse, `Mistral` is an organisation, `opus-mt` is a data set, training recipes of timm (`a1`,
`augreg`, `ra2`) are nothing. Where only a convention differs, the hand labels decide: a version that is written onto
its family (`Qwen2.5`, `Llama2`) is a segment of its own (theirs: now one segment, now two), the depth of a ResNet is
its number of layers (theirs: a size), `base` beside a number of parameters says how it was trained (theirs: a size).
Where they are silent and both labellings agree, they are followed: a number behind a `v` belongs to the name of a
family that counts no generations (`YOLOv8`, `MiniLMv2`, as in `MobileNetV3`), `ForCausalLM` says no task, and the
number or letter behind a family of timm is its size (`volo_d2`, `levit-384`).

Commands: `python tools/names_ceiling.py ../shared/data`, `python tools/names_disagreements.py ../shared/data`,
`python tools/names_copied.py ../shared/data`.

What each whole kind would add to micro-F1 if the reader said what the labelling says:
"""

CHARACTERS = """
The characters of `name_segments_gpt`. A labelling that joins several of our segments gives them one letter, so that
some of ours must differ; but where both cut alike the letters differ as well, in one character of five:
"""

CONTRADICTIONS = """## False contradictions, read one by one

A false contradiction is a name rightly called that is flagged. Raw is every name whose claim excludes the type of its
class; a name that is truly of another model than it says is a finding and no false one. The folds take out of the
lexicon every curated entry that no library knows and no name of the other folds, or of the two snapshots outside of
the test, bears; without the snapshots the five folds flag one name more, which is misnamed too, and find 0.942 of the
swapped ones. A name that goes beyond the lexicon (a later generation, a variant, a word made of a family's name) claims
nothing (`dara_lint/names/doubt.py`). "Types too" in the block above
takes out of the entries that stay the model types that only names under test have: what papers and configs say of a
family goes with them, so it bounds the figures from below. Records: names of `dara_test_records.jsonl` that are in
neither of the two files (`python tools/names_records.py ../shared/data`).
"""

COUNTS = """## Counts in names against exact counts

From a ratio of 1.9 it would be an error. `architecture/parameter-count` reads a name in every honest way (without
towers, embeddings or tied copies) once it sees the weights; here only the plain ratio of two numbers is compared.
"""

CONTENT = """## Rules that hold a name against content

{pairs} real pairs of a name and content ({rules}): classes of configs, pipeline tags, parents of conversions, and the
languages, data sets and parents in mteb's model cards. Published models are mostly right, so this measures false
alarms; every finding is here.
"""

GGUF = """## gguf-py's own names

The sdist of `gguf` carries no tests in any version on PyPI (0.1.0 to 0.19.0, each unpacked), and Debian 12 has no
package of llama.cpp. The sdist of `llama-cpp-python` (0.3.36; also 0.3.2 and 0.2.90) vendors llama.cpp with
`gguf-py/tests/test_metadata.py` (MIT): its {names} different names are in `tests/names/test_gguf.py`, with what that
test expects of owner, size label, version and fine-tune. Matters of taste: {taste}.
"""
