"""The name says one thing twice, and differently.

Two numbers of parameters, two widths of quantisation or two size words cannot both be true of one model, and a
reader takes whichever comes first. It is a warning where the config shows that one of two numbers is wrong,
else a note.

Mixtures of experts (``8x7B``, ``30B-A3B``), what a model only serves (``draft``, ``assistant``, ``for``), merges,
distillation and counts of tokens say two numbers rightly and are left out, as are names of several files.

Example: ``acme/llama-7b-13b-chat``, ``acme/llama-4bit-8bit``.

How to mend: keep the one that is true.

Source: Jiang et al., naming elements; the exceptions are names of published models.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from dara_lint import names
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import ModelRepo
from dara_lint.names import Element, Name, Segment
from dara_lint.names.families import SCALE, sizes
from dara_lint.recognize.expectation import expected
from dara_lint.rules.subject import main_config, name_place
from dara_lint.rules.thresholds import SIZE_WARNING
from dara_lint.settings import Settings

SEVERAL = frozenset(
    {
        "adapter", "all", "and", "assistant", "by", "clown", "distil", "distill", "distilled", "draft", "drafter",
        "eagle", "eagle3", "expanded", "for", "frankenmerge", "from", "medusa", "merge", "merged", "mix", "mixed",
        "models", "moe", "mtp", "on", "plus", "projector", "prune", "pruned", "slerp", "speculator", "split", "splits",
        "step", "steps", "strong", "student", "teacher", "ties", "to", "token", "tokenizer", "tokens", "upscaled", "vs",
        "weak", "with", "x",
    }
)  # fmt: skip
"""Words beside which two numbers are both right: the one is another model's, a mixture's or another quantity's."""
_WIDTHS = ("int2", "int3", "int4", "int5", "int6", "int8")


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Look for elements that exclude each other."""
    if repo.name is None or repo.names[0].kind in {"card", "model-index"}:
        return
    name = names.parse(repo.name)
    if any(segment.text.lower() in SEVERAL for segment in name.segments):
        return
    if any(segment.normal in SEVERAL for segment in name.of(Element.reuse)):
        return
    for kind, first, second, severity in (*_parameters(repo, name), *_widths(name), *_sizes(name)):
        yield Hit(
            name_place(repo),
            f"the name says two {kind}: {first.text} and {second.text}",
            found=f"{first.normal} {second.normal}",
            help="keep the one that is true",
            severity=severity,
        )


_Pair = tuple[str, Segment, Segment, Severity]


def _parameters(repo: ModelRepo, name: Name) -> Iterator[_Pair]:
    counts = [s for s in name.of(Element.parameters) if s.normal.isdecimal() and s.confidence >= 0.9]
    mixture = any(s.normal.endswith("moe") for s in name.of(Element.architecture))
    if len(counts) != 2 or mixture or name.of(Element.dataset) or (name.parameters and name.parameters.experts):
        return
    bits = [s for s in counts if int(s.normal) in range(2 * 10**9, 9 * 10**9) and name.of(Element.format)]
    numbers = [int(segment.normal) for segment in counts]
    if max(numbers) / min(numbers) < SIZE_WARNING or (bits and counts[-1] in bits):
        return
    subject = main_config(repo)
    promise = expected(subject[1]) if subject else None
    wrong = promise and sum(size < promise.total.low / 2 or size > promise.total.high * 2 for size in numbers) == 1
    yield "numbers of parameters", counts[0], counts[1], Severity.WARNING if wrong else Severity.NOTE


def _widths(name: Name) -> Iterator[_Pair]:
    widths = [s for s in name.of(Element.format) if s.normal in _WIDTHS]
    if len({segment.normal for segment in widths}) == 2:
        yield "widths of quantisation", widths[0], widths[-1], Severity.WARNING


def _sizes(name: Name) -> Iterator[_Pair]:
    """Side by side only: ``bert-base-large``; apart, the one may be a student's or a data set's."""
    if not any(segment.normal in sizes() for segment in name.of(Element.architecture)):
        return
    for first, second in pairwise(name.segments):
        if first.element is second.element is Element.size and first.normal != second.normal:
            known = first.normal in SCALE and second.normal in SCALE
            yield from [("sizes", first, second, Severity.NOTE)] if known else []


RULE = Rule(
    "naming/repeated-element",
    "the name says one thing twice and differently",
    Severity.WARNING,
    0.85,
    check,
    __doc__ or "",
)
