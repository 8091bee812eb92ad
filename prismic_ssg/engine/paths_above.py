"""The paths above one: those of the pages on the way to it."""

from __future__ import annotations

from collections.abc import Iterator


def paths_above(path: str) -> Iterator[str]:
    """`/blog/2026/spring/` → `/`, `/blog`, `/blog/`, `/blog/2026`, `/blog/2026/`."""
    parts = path.strip("/").split("/")[:-1]
    if path != "/":
        yield "/"
    for count in range(1, len(parts) + 1):
        above = "/" + "/".join(parts[:count])
        yield above
        yield f"{above}/"
