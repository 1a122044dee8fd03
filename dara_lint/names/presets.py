"""Conventions that names are known to follow, as patterns of ``convention``."""

from __future__ import annotations

from collections.abc import Mapping

_SAYS = "task|training|reuse|dataset|language|characteristic|layers|heads|organisation|name"

PRESETS: Mapping[str, str] = {
    "huggingface": (
        "{architecture}[[-]{version}][-{size}][-{parameters}][-{characteristic|layers|heads|language}]*"
        f"[-{{{_SAYS}}}]*[-{{version}}][-{{format}}]*"
    ),
    "gguf": (
        "{architecture}[[-]{version}][-{size}][-{task|name|reuse}]*-{parameters}"
        f"[-{{{_SAYS}}}]*[-{{version}}][{{sep}}{{format}}]*"
    ),
    "timm": (
        "{architecture}[{sep}{version|layers|size}]*[_{size|characteristic|layers|parameters|name|reuse|training}]*"
        f"[.{{{_SAYS}}}[_{{{_SAYS}|version}}]*]"
    ),
    "architecture-first": "{architecture}[{sep}{any}]*",
    "lab": (
        "{architecture}[[-]{version}][-{task|name}]*[-{size}]-{parameters}"
        "[-{task|training|reuse|language}]*[-{version}][-{characteristic}]*[-{format}]*"
    ),
}
"""Name → pattern.

``huggingface``: what names of published models most often do (Jiang et al.: architecture first, then size, then
what it is for). ``gguf``: BaseName-SizeLabel-FineTune-Version-Encoding of the GGUF specification. ``timm``:
``architecture.tag`` with ``_`` between parts (timm 1.0). ``lab``: the style of large labs, as in
``Qwen2.5-Coder-7B-Instruct`` and ``Llama-3.2-11B-Vision-Instruct``: parameters are required.
"""
