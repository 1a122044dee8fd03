"""Git LFS pointers are told from everything that only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dara_lint.model import LfsPointer
from dara_lint.readers.lfs import read_pointer

OID = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393"
POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{OID}\nsize 12345\n"
FOUND = LfsPointer(OID, 12345)


@pytest.mark.parametrize(
    "text",
    [
        POINTER,
        POINTER.rstrip("\n"),
        POINTER.replace("\n", "\r\n"),
        "\ufeff" + POINTER,
        POINTER.replace("\noid", f"\next-0-foo sha256:{OID}\noid"),
        POINTER.replace("git-lfs", "hawser"),
    ],
    ids=["plain", "no last line end", "crlf", "bom", "extension", "old name"],
)
def test_pointer(text: str) -> None:
    assert read_pointer(text.encode()) == FOUND


@pytest.mark.parametrize(
    "text",
    [
        "",
        "version 1\n",
        POINTER.replace("spec/v1", "spec/v9"),
        POINTER.replace("sha256:4", "sha256:"),
        POINTER.replace("sha256", "md5"),
        POINTER.replace("12345", "-1"),
        POINTER.replace("12345", "012"),
        POINTER.replace("12345", "9223372036854775808"),
        POINTER.replace("12345", "٣"),
        POINTER.replace("size 12345\n", ""),
        POINTER + "size 12346\n",
        POINTER + "and some prose\n\n",
        POINTER.partition("\n")[2] + POINTER.partition("\n")[0],
        POINTER + "x" * 1024,
        POINTER + f"pad {'x' * 1024}\n",
    ],
)
def test_no_pointer(text: str) -> None:
    assert read_pointer(text.encode()) is None


def test_largest_size() -> None:
    pointer = read_pointer(POINTER.replace("12345", str((1 << 63) - 1)).encode())
    assert pointer is not None
    assert pointer.size == (1 << 63) - 1


@given(st.binary(max_size=200), st.integers(0, len(POINTER)))
@settings(deadline=None, max_examples=200)
def test_any_bytes(junk: bytes, cut: int) -> None:
    assert read_pointer(junk) is None
    changed = read_pointer(POINTER.encode()[:cut] + junk)
    assert changed is None or changed.oid == OID or len(junk) >= 64
