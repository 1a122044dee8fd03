"""One report for every format: honest findings, and all that a hostile repository can put into one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from dara_lint.finding import (
    Finding,
    Headline,
    Hit,
    Report,
    RepositoryReport,
    Rule,
    Severity,
    Skip,
    Skipped,
)
from dara_lint.model import Location, ModelRepo
from dara_lint.settings import Settings


def silent(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """A check that finds nothing: these rules carry data only."""
    yield from ()


def rule(rule_id: str, severity: Severity = Severity.ERROR, confidence: float = 0.95) -> Rule:
    """A rule as reports see it."""
    doc = f"Say what {rule_id} is.\n\nWhy it matters, in `one` paragraph.\n\n    model_type: llama\n"
    return Rule(rule_id, f"say what {rule_id} is", severity, confidence, silent, doc)


TYPE = rule("architecture/config-vs-weights", confidence=0.99)
COUNT = rule("architecture/parameter-count")
LICENSE = rule("attributes/license", Severity.WARNING, 0.9)
NOTE = rule("repository/weights-are-pointers", Severity.NOTE, 0.7)

HOSTILE_PATH = "a,b:c%0A::error::x \x1b[31m\u202egpj\n|`<b>.json"
HOSTILE = (
    "::error::forged\r\n##[group]x ##vso[task.setvariable]y [bold red]rich[/] `code` |cell| <script>alert(1)</script>"
    " @octocat #1 https://example.org www.example.org [link](https://example.org) $x$ "
    "\x1b[2J\x9b1m\u200b\u202e\u2066\ufeff"
    "\U000e0041 %0A 100% \ud800 你好"
)


def finding(
    of: Rule,
    message: str,
    path: str = "config.json",
    line: int | None = None,
    column: int | None = None,
    end_column: int | None = None,
    pointer: str | None = None,
    source: str | None = None,
    help: str = "",  # noqa: A002 - the field's name
    related: tuple[Location, ...] = (),
) -> Finding:
    """A finding with a fingerprint of its own."""
    mark = hashlib.sha256(f"{of.id}{path}{pointer}{message}".encode("utf-8", "surrogatepass")).hexdigest()
    at = (path, line, column, end_column, pointer)
    return Finding(of, of.severity, of.confidence, message, help, *at, mark, source, related)


HONEST = RepositoryReport(
    ".",
    "acme/bert-7b-v2",
    (
        finding(
            LICENSE,
            "`apache2` is no licence identifier of the hub, `apache-2.0` is",
            "README.md",
            2,
            10,
            17,
            "/license",
            source="license: apache2",
            help="write `apache-2.0`",
        ),
        finding(
            TYPE,
            "no token_type_embeddings, every layer has gate_proj and rotary projections: these are weights of "
            "llama, mistral or gemma (confidence 0.99)",
            "config.json",
            3,
            17,
            23,
            "/model_type",
            source='  "model_type": "bert",',
        ),
        finding(
            COUNT,
            "the name says 7b, the weights hold 1.10 B parameters (22 layers of 2,048)",
            "README.md",
            1,
            help="rename to bert-1.1b-v2, or fix the weights\nthe name is the card's title",
            related=(
                Location("README.md", line=6, column=3),
                Location("model.safetensors", "model.embed_tokens.weight"),
            ),
        ),
    ),
    (
        Skipped("attributes/dataset", "", "no dataset is named"),
        Skipped("architecture/layers", "model.safetensors", "weights are pointers"),
        Skipped("architecture/dtype", "model.safetensors", "weights are pointers"),
    ),
    2,
    Headline("bert · 7 B", "bert · 0.11 B", "llama, mistral or gemma · 1.10 B · bf16"),
)

BAD = RepositoryReport(
    "models/::bad\x1b[2J",
    "::stop-commands::x \u202e[bold]",
    (
        finding(
            COUNT,
            HOSTILE,
            HOSTILE_PATH,
            7,
            3,
            9,
            "/a\nb",
            source="\t\x1b[31m::error::你好" + "x" * 400,
            help=HOSTILE,
        ),
        finding(TYPE, "long line", "z.json", 1, 100_001, 100_005, "/k", source="你" * 100_000 + "mark" + "\u202e" * 9),
        finding(NOTE, "weights are LFS pointers", "model.safetensors", pointer="::warning::t\x00"),
    ),
    (
        Skipped("architecture/layers", HOSTILE_PATH, HOSTILE),
        Skipped("architecture/dtype", "x", "weights are pointers"),
    ),
    0,
    Headline(HOSTILE, "| `", "\n::error::"),
)

CLEAN = RepositoryReport("models/clean", None, headline=Headline("vit · base", "vit · 86 M", "vit · 86 M · f32"))

REPORT = Report((HONEST, BAD, CLEAN), "0.1.0", 0.1134, ("unused ignore: naming on ** (##[x]\n::error::y)",))
