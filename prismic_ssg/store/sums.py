"""Sums in front of what is stored, against damage."""

from __future__ import annotations

from zlib import crc32

_SUM_BYTES = 4


def with_sum(content: bytes, of: bytes = b"") -> bytes:
    """What `checked` reads. `of` is what the content belongs to: with another it is none of its."""
    return _sum(content, of) + content


def checked(packed: bytes, of: bytes = b"") -> memoryview | None:
    """The content that was packed; None where it is damaged."""
    content = memoryview(packed)[_SUM_BYTES:]
    return content if _sum(content, of) == packed[:_SUM_BYTES] else None


def _sum(content: bytes | memoryview, of: bytes) -> bytes:
    return crc32(content, crc32(of)).to_bytes(_SUM_BYTES, "big")
