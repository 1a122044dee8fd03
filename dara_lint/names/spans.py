"""What is read by its shape and runs over separators: dates, experts, quantisations, counted steps and epochs."""

from __future__ import annotations

import re

from dara_lint.names.model import Element
from dara_lint.names.shapes import Reader, Shape, count, counted, decimal


def quantization(text: str) -> str:
    """``q4_k_m``, ``Q4KM``, ``ud-iq3_xxs`` → the spelling of GGUF's file types (``@huggingface/tasks``, ``gguf``)."""
    letters = re.sub(r"[-_.]", "", text.upper()).removeprefix("UD")
    match = re.fullmatch(r"(I?T?Q\d)(K|[01])?(XXS|XS|S|M|XL|L|NL|\d\d)?", letters)
    if match is None:
        return letters.replace("MXFP4MOE", "MXFP4_MOE")
    return "_".join(part for part in match.groups() if part)


def _date(match: re.Match[str]) -> str:
    """Digits of a year, a month and perhaps a day, in this order → ``date=2024-10-22``."""
    digits = re.sub(r"\D", "", match[0])
    return "date=" + "-".join(part for part in (digits[:4], digits[4:6], digits[6:]) if part)


def _reversed_date(match: re.Match[str]) -> str:
    """Month and day in either order, then the year: a number above 12 is the day, else the first is the month."""
    first, second, year = match[1], match[2], match[3]
    month, day = (second, first) if int(first) > 12 else (first, second)
    return f"date={year}-{int(month):02}-{int(day):02}"


def _side(match: re.Match[str]) -> str:
    return f"image={match[1]}" if match[1] == match[2] else f"image={match[1]}x{match[2]}"


def _dotted(match: re.Match[str]) -> str:
    return ".".join(part for part in match.groups() if part)


_YEAR = r"20[12]\d"
_MONTH = r"(?:0[1-9]|1[0-2])"
_DAY = r"(?:0[1-9]|[12]\d|3[01])"

SPANS = (
    Shape(r"\d{5}-of-\d{5}", Element.other, "shard"),
    Shape(rf"{_YEAR}[-_.]?{_MONTH}[-_.]?{_DAY}", Element.version, _date),
    Shape(rf"([0-3]?\d)[-_]([0-3]?\d)[-_]({_YEAR})", Element.version, _reversed_date),
    Shape(rf"({_MONTH})[-_]({_YEAR})", Element.version, r"date=\2-\1"),
    Shape(rf"{_YEAR}[-_]{_MONTH}", Element.version, _date),
    Shape(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", Element.other, "hash"),
    Shape(
        r"(?:ud[-_])?i?q[1-9]_(?:k(?:_(?:xxs|xs|s|m|l|xl))?|[01](?:_\d_\d)?|xxs|xs|s|m|l|nl|xl)|tq[12]_0|mxfp4_moe",
        Element.format,
        lambda match: "gguf:" + quantization(match[0]),
    ),
    Shape(r"q\df(?:16|32)(?:[-_]\d)?", Element.format, r"mlc:\g<0>"),
    Shape(
        r"(\d{1,3})x(\d{1,4}(?:\.\d+)?)[-_]?([bm])(?:[-_]\d{1,3}e(?:xperts?)?)?",
        Element.parameters,
        lambda match: f"{int(match[1])}x{count(match[2], match[3])}",
    ),
    Shape(
        r"(\d{1,3}(?:\.\d+)?)([bm])x(\d{1,2})",
        Element.parameters,
        lambda match: f"{int(match[3])}x{count(match[1], match[2])}",
    ),
    Shape(
        r"(\d{1,4}(?:\.\d+)?)([bt])[-_]?a(\d{1,3}(?:\.\d+)?)([bm])",
        Element.parameters,
        lambda match: f"{count(match[1], match[2])}-A{count(match[3], match[4])}",
    ),
    Shape(r"(\d{1,4}(?:\.\d+)?)([kmbt])[-_](?:tokens?|toks?)", Element.characteristic, counted("tokens={}")),
    Shape(r"(\d{1,4}(?:\.\d+)?)(b)[-_]\d{1,3}e(?:xperts?)?", Element.parameters, counted("A{}")),
    Shape(r"s(\d{1,3})([bm])[-_]b\d+k", Element.characteristic, counted("samples={}")),
    Shape(r"l[-_](\d{1,3})(?=[-_]h[-_]\d)", Element.layers, r"\1"),
    Shape(r"(?<=\d_)h[-_](\d{2,5})", Element.characteristic, r"hidden=\1"),
    Shape(r"(?<=\d_)a[-_](\d{1,3})", Element.heads, r"\1"),
    Shape(
        r"(?:(?:global|intermediate)[-_])?(?:steps?|checkpoint|ckpt|iters?)[-_]?(\d{1,9}(?:\.\d+)?)([km]?)",
        Element.characteristic,
        counted("steps={}"),
    ),
    Shape(r"(\d{1,9}(?:\.\d+)?)([km]?)[-_]?(?:steps|iterations)", Element.characteristic, counted("steps={}")),
    Shape(r"(?:epochs?|ep)[-_]?(\d{1,4})", Element.characteristic, r"epochs=\1"),
    Shape(r"(\d{1,4}(?:\.\d)?)[-_]?(?:epochs?|eps?)", Element.characteristic, r"epochs=\1"),
    Shape(r"v(?:er)?(\d{1,2})_(\d{1,2})(?:_(\d))?(?!\.\d)", Element.version, _dotted),
    Shape(r"v(?:er)?(\d{1,2})-(\d)(?:-(\d))?(?![-_.]?\d*[bxm.]|[-_]?\d)", Element.version, _dotted),
    Shape(r"(?:ver|version|rev)[-_.](\d{1,3}(?:\.\d{1,3})*)", Element.version, r"\1"),
    Shape(r"(?<=[-a-z])(?<!llama3-)(?<!llama-3-)(\d)_(\d|\d[1-9])(b)", Element.parameters, decimal),
    Shape(r"(?<=opt-)([126])-([37])(b)", Element.parameters, decimal),
    Shape(r"(\d{2,4})x(\d{2,4})(?:px)?", Element.characteristic, _side),
    Shape(r"(\d{1,3})x(\d{1,3})d", Element.characteristic, r"groups=\1"),
    Shape(r"([2-8])\.(\d{1,2})[-_]?(?:bpw|bits?)(?:[-_]?h\d)?", Element.format, r"\1.\2bpw"),
    Shape(r"([1-8])[-_]?(?:bpw|bits?)(?:[-_]?h\d)?", Element.format, r"int\1"),
    Shape(r"r(?:ank)?[-_]?\d+[-_]a(?:lpha)?[-_]?\d+", Element.characteristic, r"\g<0>"),
    Shape(r"(\d{1,3})[-_]?shots?", Element.characteristic, r"shots=\1"),
    Shape(r"(?:one|many)[-_]to[-_](?:one|many)", Element.task, "translation", 0.8),
    Shape(r"fine[-_]tun(?:ed?|ing)", Element.reuse, "finetuned"),
    Shape(r"(\d{2,6})[-_]?(?:h|hr|hrs|hours?)", Element.characteristic, r"hours=\1"),
    Shape(r"(\d{1,2})[-_]layers?", Element.layers, r"\1"),
    Shape(r"(?:n[-_])?layers?[-_](\d{1,2})", Element.layers, r"\1"),
)
"""First alternative first. Sources: GGUF's naming convention, google-research/bert, and names on the hub."""

reader = Reader(SPANS, r"(?<![^\W_])", r"(?![^\W_])")
