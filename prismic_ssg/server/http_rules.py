"""HTTP's rules for conditional requests, ranges and encodings. Pure; from RFC 9110."""

from __future__ import annotations

import re
from typing import Literal

_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII | re.IGNORECASE)
_QUALITY = re.compile(r"q=([01](?:\.\d{0,3})?)", re.ASCII)

# A position of more digits than any file has bytes; int() of thousands takes its time.
_MOST_DIGITS = 18

Encoding = Literal["br", "gzip"]


def is_known(if_none_match: str | None, etag: str) -> bool:
    """Whether the client has this version already: an `If-None-Match`, compared weakly."""
    if not if_none_match:
        return False
    given = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return "*" in given or etag in given


def wanted_range(
    header: str | None, if_range: str | None, etag: str, size: int
) -> tuple[int, int] | None:
    """The one range that is wanted as (start, length); None for the whole, no length for a range
    that has no byte of it.

    What can't be read, several ranges at once, or an `If-Range` of another version mean the whole.
    """
    match = _RANGE.fullmatch(header.strip()) if header else None
    if match is None or (if_range is not None and if_range.strip() != etag):
        return None
    first, last = match.groups()
    if max(len(first), len(last)) > _MOST_DIGITS or (not first and not last):
        return None
    if not first:
        length = min(int(last), size)
        return size - length, length
    start = int(first)
    if last and int(last) < start:
        return None
    if start >= size:
        return size, 0
    end = min(int(last), size - 1) if last else size - 1
    return start, end - start + 1


def chosen_encoding(accepted: str | None, *, has_brotli: bool) -> Encoding | None:
    """The encoding for an `Accept-Encoding`; None for none, which a client may like best."""
    qualities: dict[str, float] = {}
    for entry in (accepted or "").split(","):
        name, _, parameters = entry.strip().lower().partition(";")
        quality = _QUALITY.fullmatch(parameters.strip())
        qualities[name.strip()] = float(quality[1]) if quality else 1.0
    otherwise = qualities.get("*", 0.0)
    best: Encoding | None = None
    best_quality = 0.0
    offered: tuple[Encoding, ...] = ("br", "gzip") if has_brotli else ("gzip",)
    for encoding in offered:
        quality_ = qualities.get(encoding, otherwise)
        if quality_ > best_quality:
            best, best_quality = encoding, quality_
    return best if best_quality >= qualities.get("identity", 0.0) else None
