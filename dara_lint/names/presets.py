"""Conventions that names are known to follow, as patterns of ``convention``."""

from __future__ import annotations

from collections.abc import Mapping

_SAYS = "task|training|reuse|dataset|language|characteristic|layers|heads|organisation|version|architecture|name"

PRESETS: Mapping[str, str] = {
    "huggingface": (
        "[{organisation}-]?[multilingual-]?{architecture}[[-]{version}]*[{size}]?[-{size|parameters}]*"
        f"[-{{size|parameters|{_SAYS}}}[{{version|parameters}}]?]*[-{{format}}]*"
    ),
    "gguf": (
        "[{organisation}-]?{architecture}[[-]{version}][-{size|task|name|reuse|architecture|version}[{version}]?]*?"
        "-{parameters}"
        f"[-{{{_SAYS}}}]*[{{sep}}{{format}}]*"
    ),
    "timm": (
        "[{format|size|name}_]?{architecture}[[_]{version|layers}]*[{size}]?"
        "[_{size|characteristic|layers|parameters|architecture|reuse|training|name}]*"
        f"[.{{format|{_SAYS}}}[_{{format|{_SAYS}}}]*]"
    ),
    "architecture-first": "{architecture}[{sep}{any}]*",
    "lab": (
        "[{organisation}-]?{architecture}[[-]{version}][-{task|name}]*?[-{size}]?-{parameters}"
        "[-{task|training|reuse|language}]*[-{version}][-{characteristic}]*[-{format}]*"
    ),
}
"""Name → pattern.

``huggingface``: what names of published models most often do (Jiang et al.): architecture, size, what it is for,
format, with ``-`` between them. ``gguf``: BaseName-SizeLabel-FineTune-Version-Encoding of the GGUF specification.
``timm``: ``architecture.tag`` with ``_`` between parts (timm 1.0). ``lab``: the style of large labs, as in
``Qwen2.5-Coder-7B-Instruct`` and ``Llama-3.2-11B-Vision-Instruct``: parameters are required.
"""
