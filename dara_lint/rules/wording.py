"""How rules put numbers into words."""

from __future__ import annotations


def parameters(count: int) -> str:
    """A number of parameters as people say it: ``1.10 B``, ``22.7 M``, ``950``."""
    for size, unit in ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "K")):
        if count >= size:
            value = count / size
            return (
                f"{value:.0f} {unit}"
                if value >= 100
                else f"{value:.1f} {unit}"
                if value >= 10
                else f"{value:.2f} {unit}"
            )
    return str(count)


def size_text(size: int) -> str:
    """A number of bytes as people say it: ``1.28 GB``, ``512.0 MB``."""
    return f"{size / 1e9:.2f} GB" if size >= 10**9 else f"{size / 1e6:.1f} MB"
