"""Names of files in the output."""

from __future__ import annotations


def hashed_name(name: str, digest: str) -> str:
    """`css/style.css` with its content hash: `css/style.3f9c01aa.css`."""
    folder, slash, last = name.rpartition("/")
    stem, dot, extension = last.rpartition(".")
    if not stem:
        return f"{folder}{slash}{last}.{digest}"
    return f"{folder}{slash}{stem}.{digest}{dot}{extension}"
