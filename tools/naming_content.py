"""Run the rules that hold a name against content over real pairs of names and content, and list every finding.

``python tools/naming_content.py ../shared/data [MTEB]`` builds small repositories in memory:

* names and the classes of their configs (``name_registry.jsonl``, ``name_architecture.jsonl``);
* names and the task that the hub files them under (``dara_test_records.jsonl``), as ``pipeline_tag``;
* names of conversions and the name that they convert (pairs within the two snapshots), as ``base_model``;
* with the folder of an installed ``mteb``: what its model cards (``ModelMeta``) say of languages, training data sets
  and parents, read from the source and not imported.

All of these are published models, so nearly every finding is false, and each is to be read. Exits 1 when a finding
has no verdict in ``naming_content.json`` beside this file, or when one that is judged is gone. What the rules find
when the contents of two names are swapped at random is printed below it: the share of the names that say something.
"""

from __future__ import annotations

import argparse
import ast
import csv
import json
import random
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from dara_lint.finding import Hit, Severity
from dara_lint.model import Card, Document, Json, ModelRepo, NameSource, Part
from dara_lint.rules import RULES
from dara_lint.settings import Settings

CONTENT = (
    "naming/dataset",
    "naming/language",
    "naming/generation",
    "naming/training",
    "naming/task",
    "naming/versions",
)
VERDICTS = Path(__file__).with_suffix(".json")
CONVERTED = re.compile(
    r"(?:[-_.](?:i1|gguf|ggml|gptq|awq|exl2|mlx|fp16|fp8|bf16|int[48]|w[48]a(?:8|16)|[234568]bit|bnb|unsloth|hf|onnx))+$",
    re.IGNORECASE,
)


class Case(NamedTuple):
    """A name and what is known of its content: classes of the config, front matter of the card."""

    source: str
    name: str
    classes: tuple[str, ...] = ()
    front: Mapping[str, Json] = {}

    def repo(self) -> ModelRepo:
        """The repository that says just that."""
        table: Json = {"architectures": list(self.classes)}
        documents = {"config.json": Document("config.json", table)} if self.classes else {}
        card = Card("README.md", dict(self.front), has_front_matter=True, lines=("",)) if self.front else None
        return ModelRepo("", (NameSource("remote", self.name),), card, (Part("", documents),), ("README.md",))


def records(path: Path) -> Iterator[dict[str, Json]]:
    """The records of a jsonl file."""
    for line in path.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def labelled(data: Path) -> Iterator[Case]:
    """Names with classes, and names with tasks."""
    for stem in ("name_registry", "name_architecture"):
        for row in records(data / f"{stem}.jsonl"):
            many = row.get("architectures") or [row.get("architecture")]
            classes = tuple(one for one in many if isinstance(one, str)) if isinstance(many, list) else ()
            if classes:
                yield Case("config", str(row["name"]), classes)
    for row in records(data / "dara_test_records.jsonl"):
        if row.get("task"):
            yield Case("pipeline_tag", str(row["name"]), (str(row["architecture"]),), {"pipeline_tag": row["task"]})


def converted(data: Path) -> Iterator[Case]:
    """Names that are another name of the snapshots and the words of a conversion."""
    known: dict[str, str] = {}
    for stem in ("snapshot_ancient_downloads", "snapshot_2025_downloads"):
        with (data / f"{stem}.csv").open(encoding="utf-8") as stream:
            for row in csv.DictReader(stream):
                known.setdefault(row["name"].rpartition("/")[2].lower(), row["name"])
    for last, name in sorted(known.items()):
        parent = known.get(CONVERTED.sub("", last))
        if parent and parent != name:
            yield Case("base_model", name, (), {"base_model": parent})


def catalogued(package: Path) -> Iterator[Case]:
    """The model cards of mteb: literal values, and names that the same file gives to literals."""
    for file in sorted((package / "models").rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        given = {
            target.id: node.value
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "ModelMeta":
                said = {word.arg: literal(word.value, given) for word in node.keywords if word.arg}
                if isinstance(said.get("name"), str):
                    yield from card(said)


def card(said: Mapping[str, object]) -> Iterator[Case]:
    """The front matter that such a card would have."""
    front: dict[str, Json] = {}
    for key, ours in (("languages", "language"), ("training_datasets", "datasets"), ("adapted_from", "base_model")):
        value = said.get(key)
        if isinstance(value, str):
            front[ours] = value
        elif isinstance(value, (list, set, dict)) and value:
            front[ours] = [str(one).partition("-")[0] if key == "languages" else str(one) for one in value]
    if front:
        yield Case("mteb", str(said["name"]), (), front)


def literal(node: ast.expr, given: Mapping[str, ast.expr]) -> object:
    """The value of a literal or of a name for one, None for anything that would have to be run."""
    if isinstance(node, ast.Name) and node.id in given:
        node = given[node.id]
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError):
        return None


def findings(cases: list[Case]) -> Iterator[tuple[str, str, str, str]]:
    """Rule, severity, source and name with the message, of every finding."""
    rules = [rule for rule in RULES if rule.id in CONTENT]
    for case in cases:
        repo = case.repo()
        for rule in rules:
            for item in rule.check(repo, Settings()):
                if isinstance(item, Hit):
                    yield rule.id, str(item.severity or rule.severity), f"{case.source}: {case.name}", item.message


SAYS = {
    "naming/task": ("config", "pipeline_tag"),
    "naming/language": ("mteb",),
    "naming/generation": ("base_model",),
    "naming/training": ("base_model",),
}
"""Rule → the sources of pairs whose swapped contents it could find."""


def swapped(cases: list[Case]) -> Iterator[str]:
    """For each rule the names that get a finding from the content of another name."""
    draw = random.Random(11)  # noqa: S311 - a sample, no secret
    for rule in RULES:
        pairs = [case for case in cases if case.source in SAYS.get(rule.id, ())]
        if not pairs:
            continue
        others = draw.sample(pairs, len(pairs))
        found = sum(
            any(
                isinstance(item, Hit)
                for item in rule.check(mine._replace(classes=other.classes, front=other.front).repo(), Settings())
            )
            for mine, other in zip(pairs, others, strict=True)
        )
        yield f"{rule.id}: {found} of {len(pairs)} names with the content of another"


def main() -> None:
    """Print the table and compare it with the verdicts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("mteb", type=Path, nargs="?")
    arguments = parser.parse_args()
    cases = [*labelled(arguments.data), *converted(arguments.data)]
    if arguments.mteb:
        cases += catalogued(arguments.mteb)
    counts = {source: sum(case.source == source for case in cases) for source in sorted({c.source for c in cases})}
    print(f"{len(cases)} pairs of a name and content: {counts}")
    judged: dict[str, list[str]] = json.loads(VERDICTS.read_text(encoding="utf-8")) if VERDICTS.is_file() else {}
    seen = set()
    tally = {"true": 0, "false": 0, "unjudged": 0}
    print("| rule | severity | pair | message | verdict |\n|---|---|---|---|---|")
    for rule, severity, pair, message in findings(cases):
        key = f"{rule} {pair}"
        verdict, why = judged.get(key, ["unjudged", ""])
        seen.add(key)
        if severity != Severity.NOTE:
            tally[verdict] += 1
        print(f"| {rule} | {severity} | {pair} | {message} | {verdict}: {why} |")
    print("\n".join(swapped(cases)))
    stale = {key for key in judged if key not in seen and (arguments.mteb or " mteb: " not in key)}
    print(f"warnings and errors: {tally}; verdicts without a finding: {sorted(stale)}")
    raise SystemExit(bool(tally["unjudged"] or stale))


if __name__ == "__main__":
    main()
