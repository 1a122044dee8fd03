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
    """A number of bytes as people say it: ``1.28 GB``, ``512.0 MB``, ``14.2 kB``, ``135 bytes``."""
    for least, unit, digits in ((10**9, "GB", 2), (10**6, "MB", 1), (10**3, "kB", 1)):
        if size >= least:
            return f"{size / least:.{digits}f} {unit}"
    return f"{size} byte{'' if size == 1 else 's'}"
