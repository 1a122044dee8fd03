"""Numbers, dates, quantisations: what is read by its shape and not found in a lexicon."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from dara_lint.names.model import Element


class Found(NamedTuple):
    """An element, its normal form and how certain that is."""

    element: Element
    normal: str
    confidence: float = 0.95


Handler: TypeAlias = "Callable[[re.Match[str]], Found]"

SCALE = {"k": 10**3, "m": 10**6, "mm": 10**6, "b": 10**9, "bn": 10**9, "t": 10**12, "w": 10**4, "": 1}


def count(number: str, unit: str) -> int:
    """``7`` and ``b`` → 7000000000. Numbers of a name are short, so a float is exact enough before rounding."""
    return round(float(number) * SCALE[unit.lower()])


def quantization(text: str) -> str:
    """``q4_k_m``, ``Q4KM``, ``iq3-xxs`` → the spelling of GGUF's file types."""
    letters = re.sub(r"[-_.]", "", text.upper()).removeprefix("UD")
    match = re.fullmatch(r"(I?T?Q\d)(K|[01])?(XXS|XS|S|M|XL|L|NL|\d\d)?", letters)
    if match is None:
        return text.upper().replace("-", "_")
    return "_".join(part for part in match.groups() if part)


# -- shapes that run over separators, searched in the whole name, first alternative first
_DATE = r"20[12]\d[-_.]?(?:0[1-9]|1[0-2])[-_.]?(?:0[1-9]|[12]\d|3[01])"
SPANS: tuple[tuple[str, str, Handler], ...] = (
    ("shard", r"\d{5}-of-\d{5}", lambda m: Found(Element.other, "shard")),
    ("day", _DATE, lambda m: Found(Element.version, "date=" + _dashed(m[0], (4, 6)))),
    ("daymonthyear", r"[0-3]?\d[-_][0-3]?\d[-_]20[12]\d", lambda m: Found(Element.version, "date=" + m[0][-4:])),
    ("monthyear", r"(?:0[1-9]|1[0-2])[-_]20[12]\d",
     lambda m: Found(Element.version, f"date={m[0][-4:]}-{m[0][:2]}")),
    ("yearmonth", r"20[12]\d[-_](?:0[1-9]|1[0-2])", lambda m: Found(Element.version, "date=" + _dashed(m[0], (4,)))),
    ("uid", r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", lambda m: Found(Element.other, "hash")),
    ("gguf", r"(?:ud[-_])?i?q[1-9]_(?:k(?:_(?:xxs|xs|s|m|l|xl))?|[01](?:_\d_\d)?|xxs|xs|s|m|l|nl|xl)|tq[12]_0|mxfp4_moe",
     lambda m: Found(Element.format, "gguf:" + quantization(m[0]))),
    ("mlc", r"q\df(?:16|32)(?:[-_]\d)?", lambda m: Found(Element.format, "mlc:" + m[0].lower())),
    ("experts", r"(\d{1,3})x(\d+(?:\.\d+)?)[-_]?([bm])(?:[-_](\d{1,3})e(?:xperts?)?)?",
     lambda m: Found(Element.parameters, f"{int(m[1])}x{count(m[2], m[3])}")),
    ("totalactive", r"(\d+(?:\.\d+)?)b[-_]?a(\d+(?:\.\d+)?)(b|m)",
     lambda m: Found(Element.parameters, f"{count(m[1], 'b')}-A{count(m[2], m[3])}")),
    ("activeexperts", r"(\d+(?:\.\d+)?)b[-_](\d{1,3})e(?:xperts?)?",
     lambda m: Found(Element.parameters, f"A{count(m[1], 'b')}")),
    ("samples", r"s(\d+)b[-_]b(\d+)k", lambda m: Found(Element.characteristic, f"samples={count(m[1], 'b')}")),
    ("layers", r"l-(\d{1,3})(?=[-_]h-)", lambda m: Found(Element.layers, m[1])),
    ("hidden", r"(?<=_)h-(\d{2,5})", lambda m: Found(Element.characteristic, "hidden=" + m[1])),
    ("heads", r"(?<=_)a-(\d{1,3})", lambda m: Found(Element.heads, m[1])),
    ("steps", r"(?:(?:global|intermediate)[-_])?(?:steps?|checkpoint|ckpt|iters?)[-_]?(\d+(?:\.\d+)?)([km]?)",
     lambda m: Found(Element.characteristic, f"steps={count(m[1], m[2])}")),
    ("stepsback", r"(\d+(?:\.\d+)?)([km]?)[-_]?(?:steps|iterations)",
     lambda m: Found(Element.characteristic, f"steps={count(m[1], m[2])}")),
    ("epochs", r"(?:epochs?|ep)[-_]?(\d{1,4})", lambda m: Found(Element.characteristic, "epochs=" + m[1])),
    ("epochsback", r"(\d{1,4}(?:\.\d)?)[-_]?(?:epochs?|eps?)", lambda m: Found(Element.characteristic, "epochs=" + m[1])),
    ("versionparts", r"v(?:er)?(\d{1,2})[-_](\d)(?:[-_](\d))?(?![-_]?\d*[bx])",
     lambda m: Found(Element.version, ".".join(part for part in m.groups() if part))),
    ("decimalbillions", r"(?<=[-a-z])(\d)_(\d{1,2})(b)", lambda m: Found(Element.parameters, str(count(f"{m[1]}.{m[2]}", m[3])))),
    ("optbillions", r"(?<=opt-)([126])-([37])b", lambda m: Found(Element.parameters, str(count(f"{m[1]}.{m[2]}", "b")))),
    ("square", r"(\d{2,4})x(\d{2,4})(?:px)?", lambda m: Found(Element.characteristic, f"image={m[1]}" if m[1] == m[2] else f"image={m[1]}x{m[2]}")),
    ("groups", r"(\d{1,3})x(\d{1,3})d", lambda m: Found(Element.characteristic, f"groups={m[1]}")),
    ("bits", r"([2-8])(?:\.(\d{1,2}))?[-_]?(?:bpw|bits?)(?:[-_]?h\d)?",
     lambda m: Found(Element.format, f"int{m[1]}" if not m[2] else f"{m[1]}.{m[2]}bpw")),
    ("maskrate", r"b\d+k|r(?:ank)?[-_]?\d+[-_]a(?:lpha)?[-_]?\d+", lambda m: Found(Element.characteristic, m[0].lower())),
    ("shots", r"(\d{1,3})[-_]?shots?", lambda m: Found(Element.characteristic, "shots=" + m[1])),
    ("finetune", r"fine[-_]tun(?:ed?|ing)", lambda m: Found(Element.reuse, "finetuned")),
    ("hours", r"(\d{2,6})[-_]?(?:h|hr|hrs|hours?)", lambda m: Found(Element.characteristic, "hours=" + m[1])),
)  # fmt: skip
"""Name, expression (of lower case), handler of the match."""


def _dashed(text: str, at: tuple[int, ...]) -> str:
    digits = re.sub(r"\D", "", text)
    cuts = (0, *at, len(digits))
    return "-".join(digits[start:end] for start, end in zip(cuts, cuts[1:], strict=False))


# -- shapes of one token, matched in full; first alternative first
TOKENS: tuple[tuple[str, str, Handler], ...] = (
    ("params", r"~?(\d{1,4}(?:\.\d+)?)(b|bn|billion|mm|million)", lambda m: Found(Element.parameters, str(count(m[1], m[2][0])))),
    ("millions", r"(\d{1,4}(?:\.\d+)?)m", lambda m: Found(Element.parameters, str(count(m[1], "m")), 0.85)),
    ("pointbillions", r"(\d{1,3})(?:p|pt)(\d{1,2})([bm])", lambda m: Found(Element.parameters, str(count(f"{m[1]}.{m[2]}", m[3])))),
    ("frenchbillions", r"(\d{1,2})([bm])(\d)", lambda m: Found(Element.parameters, str(count(f"{m[1]}.{m[3]}", m[2])))),
    ("active", r"a(\d{1,3}(?:\.\d+)?)([bm])", lambda m: Found(Element.parameters, f"A{count(m[1], m[2])}")),
    ("effective", r"e(\d{1,2}(?:\.\d+)?)b", lambda m: Found(Element.parameters, f"E{count(m[1], 'b')}")),
    ("sized", r"s(\d{1,3})([bm])", lambda m: Found(Element.characteristic, f"samples={count(m[1], m[2])}", 0.6)),
    ("tokens", r"(\d{1,4}(?:\.\d+)?)(t)(?:okens?)?", lambda m: Found(Element.characteristic, f"tokens={count(m[1], 't')}")),
    ("tokenbillions", r"(\d{1,4}(?:\.\d+)?)([bm])?(?:tokens?|tok)", lambda m: Found(Element.characteristic, f"tokens={count(m[1], m[2] or '')}")),
    ("context", r"(?:ctx|context)?(\d{1,4})k(?:ctx)?", lambda m: Found(Element.characteristic, f"context={_kilo(m[1])}", 0.8)),
    ("version", r"v(?:er(?:sion)?)?\.?(\d{1,3}(?:\.\d+)*)([a-d]|rc\d?|beta\d?|alpha\d?|fix)?", lambda m: Found(Element.version, m[1] + (m[2] or ""))),
    ("dotted", r"(\d{1,3}(?:\.\d+)+)([a-d])?", lambda m: Found(Element.version, m[1] + (m[2] or ""), 0.85)),
    ("pointversion", r"(\d)p(\d)", lambda m: Found(Element.version, f"{m[1]}.{m[2]}", 0.7)),
    ("revision", r"(?:r|rev|rc)(\d{1,2})", lambda m: Found(Element.version, m[0], 0.8)),
    ("beta", r"(?:beta|alpha|preview|gen|series|edition|update)(\d{1,2})?", lambda m: Found(Element.version, m[0], 0.8)),
    ("float", r"(b?f(?:p|loat)?)(8|16|32|64)", lambda m: Found(Element.format, ("bf" if m[1][0] == "b" else "fp") + m[2])),
    ("integer", r"u?int([2-8])", lambda m: Found(Element.format, "int" + m[1])),
    ("weightsactivations", r"w(\d{1,2})a(\d{1,2})(?:kv\d+)?", lambda m: Found(Element.format, f"w{m[1]}a{m[2]}")),
    ("ggufshort", r"i?q[2-8](?:k(?:s|m|l|xl)?|[01])?", lambda m: Found(Element.format, "gguf:" + quantization(m[0]), 0.85)),
    ("groupsize", r"g?(32|64|128|1024)g|g(32|64|128)", lambda m: Found(Element.format, f"group={m[1] or m[2]}")),
    ("bits", r"([2-8])bits?", lambda m: Found(Element.format, "int" + m[1])),
    ("patch", r"(?:patch|p)(\d{1,2})", lambda m: Found(Element.characteristic, "patch=" + m[1])),
    ("window", r"(?:window|win)(\d{1,2})", lambda m: Found(Element.characteristic, "window=" + m[1])),
    ("resolution", r"(?:r|res)(\d{3,4})", lambda m: Found(Element.characteristic, "image=" + m[1])),
    ("pixels", r"(\d{3,4})(?:px|p|res)", lambda m: Found(Element.characteristic, "image=" + m[1])),
    ("imagenet", r"(?:in|inet|i)(1|12|21|22)kt?", lambda m: Found(Element.dataset, f"imagenet-{m[1]}k")),
    ("imagenetonly", r"(1|12|21|22)kto1k", lambda m: Found(Element.dataset, "imagenet-1k")),
    ("lvd", r"(?:lvd|sat|jft|ig|cc|yfcc|dfn|laion|mim|datacomp|wit|yt)(\d{1,4}(?:pt\d)?[bm])", lambda m: Found(Element.dataset, m[0])),
    ("hours", r"(\d{2,6})(?:h|hr|hrs|hours?)", lambda m: Found(Element.characteristic, "hours=" + m[1])),
    ("epochs", r"(\d{1,4}(?:\.\d)?)(?:e|ep|eps|epochs?)|(?:e|ep|epochs?)(\d{1,4})", lambda m: Found(Element.characteristic, "epochs=" + (m[1] or m[2]), 0.8)),
    ("layers", r"(\d{1,3})(?:l|layers?)|(?:l|nlayers|layers?)(\d{1,3})", lambda m: Found(Element.layers, m[1] or m[2], 0.85)),
    ("heads", r"(\d{1,3})heads?", lambda m: Found(Element.heads, m[1])),
    ("hidden", r"h(\d{3,5})", lambda m: Found(Element.characteristic, "hidden=" + m[1])),
    ("width", r"(\d{2,5})d(?:im)?|d(\d{2,5})|dim(\d{2,5})", lambda m: Found(Element.characteristic, "width=" + (m[1] or m[2] or m[3]))),
    ("scale", r"x([2348])|([2348])x", lambda m: Found(Element.characteristic, f"scale={m[1] or m[2]}", 0.7)),
    ("ten thousands", r"(\d{1,3}(?:\.\d)?)w", lambda m: Found(Element.characteristic, f"samples={count(m[1], 'w')}", 0.7)),
    ("rope", r"rope\d+", lambda m: Found(Element.characteristic, m[0])),
    ("compound", r"b[0-8]", lambda m: Found(Element.size, m[0])),
    ("khz", r"(\d{1,2})k?hz", lambda m: Found(Element.characteristic, f"rate={count(m[1], 'k')}")),
    ("optimisation", r"o[1-4]", lambda m: Found(Element.format, m[0], 0.6)),
    ("frames", r"(\d{1,3})(?:frames?|f|fps)", lambda m: Found(Element.characteristic, m[0], 0.7)),
    ("seeds", r"seed(\d+)", lambda m: Found(Element.characteristic, m[0], 0.8)),
    ("hash", r"(?=\w*\d)(?=\w*[a-f])[0-9a-f]{10,64}", lambda m: Found(Element.other, "hash")),
    ("experts", r"(\d{1,3})e(?:xperts?)?", lambda m: Found(Element.characteristic, "experts=" + m[1], 0.6)),
)  # fmt: skip


def _kilo(number: str) -> int:
    """Context lengths are powers of two when they look like it: 32k → 32768, 100k → 100000."""
    value = int(number)
    return value * 1024 if value & (value - 1) == 0 or value % 16 == 0 else value * 1000


def _compile(shapes: tuple[tuple[str, str, Handler], ...], before: str, after: str) -> re.Pattern[str]:
    return re.compile(before + "(?:" + "|".join(f"(?:{shape})" for _, shape, _ in shapes) + ")" + after)


_EDGES = (r"(?<![^\W_])", r"(?![^\W_])")
SPAN = _compile(SPANS, *_EDGES)
TOKEN = _compile(TOKENS, "", "")
_SPANS = tuple((_compile((shape,), *_EDGES), shape[2]) for shape in SPANS)
_TOKENS = tuple((re.compile(shape), handler) for _, shape, handler in TOKENS)


def span_at(lower: str, start: int, end: int) -> Found:
    """What the span that ``SPAN`` found means."""
    for expression, handler in _SPANS:
        match = expression.match(lower, start)
        if match and match.end() == end:
            return handler(match)
    return Found(Element.other, lower[start:end], 0.3)


def token(lower: str) -> Found | None:
    """What one token in lower case means by its shape, None when it has none of the ``TOKENS``."""
    if TOKEN.fullmatch(lower) is None:
        return None
    for expression, handler in _TOKENS:
        match = expression.fullmatch(lower)
        if match:
            return handler(match)
    return None
