"""What is read by its shape inside one token: ``7b``, ``patch16``, ``v1.5``, ``fp16``, ``960h``."""

from __future__ import annotations

from functools import lru_cache

from dara_lint.names.model import Element
from dara_lint.names.shapes import Found, Reader, Shape, count, counted, decimal
from dara_lint.names.spans import quantization


def _context(number: str) -> str:
    """Context lengths are powers of two where they look like it: 32 → 32768, 100 → 100000."""
    value = int(number)
    round_binary = value & (value - 1) == 0 or value % 16 == 0
    return f"context={value * (1024 if round_binary and value < 2048 else 1000)}"


NUMBER = r"(\d{1,4}(?:\.\d+)?)"
SHAPES = (
    Shape(r"0(\d)(b)", Element.parameters, lambda match: str(count(f"0.{match[1]}", match[2])), 0.7),
    Shape(NUMBER + r"(b|bn|billion|mm|million)", Element.parameters, counted("{}")),
    Shape(NUMBER + r"(m)", Element.parameters, counted("{}"), 0.85),
    Shape(r"(\d{1,3})(?:p|pt)(\d{1,2})([bm])", Element.parameters, decimal),
    Shape(r"(\d{1,2})([bm])(\d)", Element.parameters, lambda m: str(count(f"{m[1]}.{m[3]}", m[2]))),
    Shape(r"a(\d{1,3}(?:\.\d+)?)([bm])", Element.parameters, counted("A{}")),
    Shape(r"e(\d{1,2}(?:\.\d+)?)(b)", Element.parameters, counted("E{}")),
    Shape(r"s(\d{1,3})(b)", Element.characteristic, counted("samples={}"), 0.6),
    Shape(NUMBER + r"(t)(?:okens?)?", Element.characteristic, counted("tokens={}")),
    Shape(NUMBER + r"([bm])?(?:tokens?|tok)", Element.characteristic, counted("tokens={}")),
    Shape(r"(?:ctx|context)?(\d{1,4})k(?:ctx)?", Element.characteristic, lambda m: _context(m[1]), 0.8),
    Shape(r"(?:ctx|seqlen|msl|maxlen)(\d{2,6})", Element.characteristic, r"context=\1"),
    Shape(r"v(?:er(?:sion)?)?\.?(\d{1,3}(?:\.\d+)*)([a-d]|rc\d?|beta\d?|alpha\d?|fix)?", Element.version, r"\1\2"),
    Shape(r"v(\d)(\d?)(?:f\d)?[peu]", Element.version, lambda m: ".".join(filter(None, m.groups())), 0.8),
    Shape(r"0\.\d{3,}", Element.other, "score", 0.6),
    Shape(r"it(?:er)?(\d{1,2})", Element.other, r"iteration=\1", 0.7),
    Shape(r"(\d{1,3}(?:\.\d+)+)([a-dvx])?", Element.version, r"\1\2", 0.85),
    Shape(r"3n", Element.version, "3n", 0.8),
    Shape(r"v(\d{1,2})p(\d{1,2})", Element.version, r"\1.\2", 0.8),
    Shape(r"(\d{1,2})(?:spk|speakers?)", Element.characteristic, r"speakers=\1", 0.8),
    Shape(r"(\d)p(\d)", Element.version, r"\1.\2", 0.7),
    Shape(r"(?:r|rev|rc|m|k|s|t)(\d)(?:\.\d{1,2})?", Element.version, r"\g<0>", 0.6),
    Shape(r"(?:r|rev|rc)\d{2}", Element.version, r"\g<0>", 0.6),
    Shape(r"(?:beta|alpha|preview|gen|series|edition|update)\d{1,2}", Element.version, r"\g<0>", 0.8),
    Shape(r"b(?:f|float)(16)", Element.format, r"bf\1"),
    Shape(r"f(?:p|loat)?(4|6|8|16|32|64)", Element.format, r"fp\1"),
    Shape(r"u?int([2-8])", Element.format, r"int\1"),
    Shape(r"w(\d{1,2})a(\d{1,2})(?:kv\d+)?", Element.format, r"w\1a\2"),
    Shape(r"i?q[2-8](?:k(?:s|m|l|xl)?|[01])?", Element.format, lambda m: "gguf:" + quantization(m[0]), 0.85),
    Shape(r"g?(32|64|128|1024)g|g(32|64|128)", Element.format, r"group=\1\2"),
    Shape(r"(?:patch|p)(\d{1,2})", Element.characteristic, r"patch=\1"),
    Shape(r"(?:window|win)(\d{1,2})(?:to\d{1,2})?", Element.characteristic, r"window=\1"),
    Shape(r"(?:r|res)(\d{3,4})", Element.characteristic, r"image=\1"),
    Shape(r"(\d{3,4})(?:px|p|res)", Element.characteristic, r"image=\1"),
    Shape(r"(?:in|inet|i)(1|12|21|22)kt?", Element.dataset, r"imagenet-\1k"),
    Shape(r"(?:pt|ft)(1|12|21|22)k", Element.dataset, r"imagenet-\1k"),
    Shape(r"(?:1|12|21|22)kto1k", Element.dataset, "imagenet-1k"),
    Shape(
        r"(?:lvd|sat|jft|ig|cc|yfcc|dfn|laion|datacomp|wit|yt|merged)\d{1,4}(?:pt\d)?[bm]", Element.dataset, r"\g<0>"
    ),
    Shape(r"(\d{1,4}(?:\.\d)?)(?:e|ep|eps)|(?:e|ep)(\d{1,4})", Element.characteristic, r"epochs=\1\2", 0.8),
    Shape(r"(\d{1,3})(?:l|layers?)|(?:l|nlayers|layers?)(\d{1,3})", Element.layers, r"\1\2", 0.85),
    Shape(r"(\d{1,3})heads?", Element.heads, r"\1"),
    Shape(r"h(\d{3,5})", Element.characteristic, r"hidden=\1"),
    Shape(r"(\d{2,5})d(?:im)?|d(?:im)?(\d{2,5})|(\d{2,5})w", Element.characteristic, r"width=\1\2\3"),
    Shape(r"x([2348])|([2348])x", Element.characteristic, r"scale=\1\2", 0.7),
    Shape(r"(\d{1,3}(?:\.\d)?)(w)", Element.characteristic, counted("samples={}"), 0.7),
    Shape(r"rope\d+", Element.characteristic, r"\g<0>"),
    Shape(r"b\d{1,3}k", Element.characteristic, r"batch=\g<0>"),
    Shape(r"b[0-8]", Element.size, r"\g<0>"),
    Shape(r"o[1-4]", Element.format, r"\g<0>", 0.5),
    Shape(r"(\d{1,2})(k)?hz", Element.characteristic, counted("rate={}")),
    Shape(r"(\d{1,3})(?:frames?|f|fps)", Element.characteristic, r"frames=\1", 0.7),
    Shape(r"(?:seed|rank|lr|bs|batch)\d[\d.e-]*", Element.characteristic, r"\g<0>", 0.7),
    Shape(r"(?=\w*\d)(?=\w*[a-f])[0-9a-f]{10,64}", Element.other, "hash"),
    Shape(r"5[a-z0-9]{46,48}", Element.other, "hash"),
)
"""First alternative first."""

_READER = Reader(SHAPES, after=r"\Z")


@lru_cache(maxsize=8192)
def token(lower: str) -> Found | None:
    """What one token in lower case means by its shape, None when it has none of the shapes."""
    match = _READER.search.match(lower)
    return _READER.meaning(match) if match else None
